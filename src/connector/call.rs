//! A request as a description writes it, and the request that it is with the facts of a contact.
//!
//! Every part has its own rule for what comes from a caller: a segment of the path and a pair of the query are
//! percent-encoded, a field of the body is a JSON value, and a header with a line break is refused.

use super::body::Body;
use super::encode::{pairs, percent};
use super::facts::Facts;
use super::template::Template;
use serde_json::Value as Json;
use std::fmt;
use thiserror::Error;

/// The most bytes of a header: what a caller says may be longer than a server takes.
const LONGEST_HEADER: usize = 2048;

/// A request in a description.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// GET, POST, …
    pub method: Method,
    /// The segments of the path behind the base.
    pub path: Vec<Template>,
    /// What stands behind the question mark.
    pub query: Vec<(Template, Template)>,
    /// Headers of this request alone.
    pub headers: Vec<(String, Template)>,
    /// What is sent.
    pub payload: Payload,
}

/// What a request sends.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    /// Nothing.
    None,
    /// JSON.
    Json(Body),
    /// A form (`application/x-www-form-urlencoded`).
    Form(Vec<(Template, Template)>),
    /// Parts with a file among them (RFC 7578).
    Multipart {
        /// Fields before the file.
        fields: Vec<(Template, Template)>,
        /// The name of the part that is the recording.
        file: String,
    },
}

/// The methods that descriptions use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes, mostly.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
}

/// A request to send. It may carry secrets in any part, so it shows its method and operation alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The operation it belongs to.
    pub operation: &'static str,
    /// GET, POST, …
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// What is sent, its type in `Content-Type`.
    pub body: Vec<u8>,
}

/// Why a request cannot be made of these facts. The facts are not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FillError {
    /// Part of the path stands for nothing, or for `.` or `..`.
    #[error("a part of the address stands for nothing")]
    Path,
    /// A header would hold a line break, another control character, or too much.
    #[error("a value does not fit into a header")]
    Header,
}

/// What all requests of a deployment have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Common {
    /// The beginning of every address.
    pub base: Template,
    /// Headers of every request.
    pub headers: Vec<(String, Template)>,
}

impl Method {
    /// All, with the words by which descriptions write them.
    pub const ALL: [(&'static str, Method); 4] =
        [("get", Method::Get), ("post", Method::Post), ("put", Method::Put), ("patch", Method::Patch)];

    /// As HTTP writes it.
    pub fn word(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
        }
    }
}

impl Call {
    /// The request with these facts. `more` are pairs of paging: in the query of a GET, else at the top of the body.
    pub fn fill(
        &self,
        operation: &'static str,
        common: &Common,
        facts: &Facts,
        more: &[(String, Json)],
    ) -> Result<Request, FillError> {
        let mut url = common.base.text(facts).unwrap_or_default();
        url.truncate(url.trim_end_matches('/').len());
        for segment in &self.path {
            let segment = segment.text(facts).filter(|text| !matches!(text.as_str(), "" | "." | ".."));
            url.push('/');
            url.push_str(&percent(&segment.ok_or(FillError::Path)?));
        }
        let mut query = texts(&self.query, facts);
        let mut headers = Vec::new();
        for (name, template) in common.headers.iter().chain(&self.headers) {
            headers.extend(template.text(facts).map(|value| header(name, value)).transpose()?);
        }
        let in_query = self.method == Method::Get;
        if in_query {
            query.extend(more.iter().map(|(name, value)| (name.clone(), plain(value))));
        }
        if !query.is_empty() {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&pairs(query.iter().map(|(name, value)| (name.as_str(), value.as_str()))));
        }
        let (kind, body) = self.payload.fill(facts, if in_query { &[] } else { more });
        headers.extend(kind.map(|kind| ("Content-Type".to_owned(), kind)));
        Ok(Request { operation, method: self.method, url, headers, body })
    }
}

impl Payload {
    fn fill(&self, facts: &Facts, more: &[(String, Json)]) -> (Option<String>, Vec<u8>) {
        match self {
            Payload::None if more.is_empty() => (None, Vec::new()),
            Payload::None => json(Json::Object(serde_json::Map::new()), more),
            Payload::Json(body) => {
                json(body.fill(facts).unwrap_or_else(|| Json::Object(Default::default())), more)
            }
            Payload::Form(fields) => {
                let mut fields = texts(fields, facts);
                fields.extend(more.iter().map(|(name, value)| (name.clone(), plain(value))));
                let body = pairs(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
                (Some("application/x-www-form-urlencoded".to_owned()), body.into_bytes())
            }
            Payload::Multipart { fields, file } => {
                super::multipart::write(&texts(fields, facts), file, facts)
            }
        }
    }
}

fn json(mut body: Json, more: &[(String, Json)]) -> (Option<String>, Vec<u8>) {
    if let Json::Object(fields) = &mut body {
        fields.extend(more.iter().cloned());
    }
    (Some("application/json".to_owned()), body.to_string().into_bytes())
}

/// Pairs whose value stands for something.
fn texts(pairs: &[(Template, Template)], facts: &Facts) -> Vec<(String, String)> {
    pairs.iter().filter_map(|(name, value)| Some((name.text(facts)?, value.text(facts)?))).collect()
}

fn plain(value: &Json) -> String {
    super::template::written(value).unwrap_or_default()
}

fn header(name: &str, value: String) -> Result<(String, String), FillError> {
    let fits = value.len() <= LONGEST_HEADER && !value.chars().any(char::is_control);
    fits.then(|| (name.to_owned(), value)).ok_or(FillError::Header)
}

impl Request {
    /// Adds a pair behind the question mark.
    pub fn add_to_query(&mut self, name: &str, value: &str) {
        self.url.push(if self.url.contains('?') { '&' } else { '?' });
        self.url.push_str(&pairs([(name, value)]));
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.word(), self.operation)
    }
}
