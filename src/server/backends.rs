//! Backends: the questions that a program declares, put to services over HTTP.
//!
//! A parameter whose name stands in the operation's path as `{name}` is written there, percent-encoded; the others
//! go into the query of a `get` and into the JSON object that a `post` sends. A reply is a JSON object with the declared
//! fields: text and digits as strings, numbers as numbers or strings, money as `"12.50 RUB"`, durations as `"90s"` or
//! seconds, dates as `"2026-12-31"`. A status is answered by its name in `{"status": "not_found"}`, or by HTTP: 404 is
//! `not_found`, 409 `conflict`, 403 `forbidden`, where the operation declares them. Anything else has failed. A record is an
//! object with its declared fields, a list an array, a moment a string of RFC 3339. A secret is sent as its digits, in the
//! body of a `post` alone; nothing here logs a body.

use super::cause::cause;
use super::config::BackendConfig;
use crate::connector::Typed;
use crate::engine::Reply;
use crate::program::{Backend, Method, Operation, Program, Text, Value};
use crate::time::DurationMs;
use std::collections::BTreeMap;
use std::sync::Arc;
use thiserror::Error;
use tokio::time::Instant;

/// The header by which a service knows that it has taken a `post` already (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY: &str = "Idempotency-Key";
/// The longest reply that is read.
const MAX_REPLY_BYTES: usize = 64 * 1024;

/// The services of a deployment.
#[derive(Clone, Debug)]
pub struct Backends {
    client: reqwest::Client,
    services: BTreeMap<String, Service>,
    /// What the replies of the program's operations can hold.
    typed: Arc<Typed>,
}

#[derive(Clone)]
struct Service {
    url: reqwest::Url,
    token: Option<String>,
}

/// Why the services cannot be used.
#[derive(Debug, Error)]
pub enum BackendsError {
    /// The program declares backends that the configuration does not know.
    #[error("the configuration says nothing under `backends` of what the program asks: {names}")]
    NotConfigured {
        /// All of their names.
        names: String,
    },
    /// An address is none.
    #[error("backend `{name}`: `{url}` is no http or https address")]
    Address {
        /// Its name.
        name: String,
        /// As configured.
        url: String,
    },
    /// The environment variable with the token is not set.
    #[error("backend `{name}`: the environment variable `{variable}` is not set")]
    Token {
        /// Its name.
        name: String,
        /// The variable.
        variable: String,
    },
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot start: {0}")]
    Client(#[from] reqwest::Error),
}

impl Backends {
    /// Makes the client, and checks that every backend of the program has an address.
    pub fn new(
        program: &Program,
        configured: &BTreeMap<String, BackendConfig>,
    ) -> Result<Backends, BackendsError> {
        // A second call finds the provider installed already: that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("callwright/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let services =
            configured.iter().map(|(name, config)| Ok((name.clone(), Service::new(name, config)?)));
        let services: BTreeMap<String, Service> = services.collect::<Result<_, BackendsError>>()?;
        let unknown = program.backends.iter().filter(|backend| !services.contains_key(&*backend.name));
        let names: Vec<String> = unknown.map(|backend| format!("`{}`", backend.name)).collect();
        if !names.is_empty() {
            return Err(BackendsError::NotConfigured { names: names.join(", ") });
        }
        Ok(Backends { client, services, typed: Arc::new(Typed::of(program)) })
    }

    /// Puts a question. `key` is the same however often a `post` is sent, so that the service can take it once. Never
    /// fails: whatever goes wrong is the reply [`Reply::Failed`], and its reason is logged.
    pub async fn ask(
        &self,
        backend: &Backend,
        operation: &Operation,
        args: &[(Text, Value)],
        key: &str,
        within: DurationMs,
    ) -> Reply {
        match self.try_ask(backend, operation, args, key, within).await {
            Ok(reply) => reply,
            Err(reason) => {
                tracing::warn!(
                    backend = &*backend.name,
                    operation = &*operation.name,
                    reason,
                    "a backend failed"
                );
                Reply::Failed
            }
        }
    }

    async fn try_ask(
        &self,
        backend: &Backend,
        operation: &Operation,
        args: &[(Text, Value)],
        key: &str,
        within: DurationMs,
    ) -> Result<Reply, String> {
        let service = self.services.get(&*backend.name).ok_or("it is not configured")?;
        let until = Instant::now() + within.to_std();
        let asked = self.request(service, operation, args, key)?.timeout(within.to_std()).send().await;
        let mut response = match asked {
            // A connection that was kept is closed by the service just as it is asked, and nobody knows whether it has read
            // that (RFC 9112 §9.3.1): what changes nothing there is asked once more.
            Err(error) if operation.method == Method::Get && has_broken(&error) => {
                let left = until.saturating_duration_since(Instant::now());
                self.request(service, operation, args, key)?.timeout(left).send().await.map_err(cause)?
            }
            other => other.map_err(cause)?,
        };
        let code = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(cause)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_REPLY_BYTES {
                return Err(format!("its reply is longer than {MAX_REPLY_BYTES} bytes"));
            }
        }
        read_reply(&self.typed, backend, operation, code, &body)
    }

    fn request(
        &self,
        service: &Service,
        operation: &Operation,
        args: &[(Text, Value)],
        key: &str,
    ) -> Result<reqwest::RequestBuilder, String> {
        let mut url = service.url.clone();
        let rest = fill_path(&mut url, &operation.path, args)?;
        let request = match operation.method {
            Method::Get => {
                if !rest.is_empty() {
                    url.query_pairs_mut()
                        .extend_pairs(rest.iter().map(|(name, value)| (&**name, value.to_string())));
                }
                self.client.get(url)
            }
            Method::Post => {
                let fields = rest.iter().map(|(name, value)| (name.to_string(), sent(value)));
                self.client.post(url).header(IDEMPOTENCY, key).json(&serde_json::Map::from_iter(fields))
            }
        };
        Ok(match &service.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
    }
}

/// Whether there was a connection, and no answer on it.
fn has_broken(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && !error.is_timeout()
}

impl Service {
    fn new(name: &str, config: &BackendConfig) -> Result<Service, BackendsError> {
        let wrong = || BackendsError::Address { name: name.to_owned(), url: config.url.clone() };
        let url = reqwest::Url::parse(&config.url).map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong());
        }
        let token =
            match &config.token_from {
                Some(variable) => Some(std::env::var(variable).map_err(|_| BackendsError::Token {
                    name: name.to_owned(),
                    variable: variable.clone(),
                })?),
                None => None,
            };
        Ok(Service { url, token })
    }
}

/// The token is a secret.
impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

/// Appends the path, segment by segment, so that no value can leave its segment; returns the arguments it does not name.
fn fill_path(
    url: &mut reqwest::Url,
    path: &str,
    args: &[(Text, Value)],
) -> Result<Vec<(Text, Value)>, String> {
    let mut rest: Vec<(Text, Value)> = args.to_vec();
    let mut segments = url.path_segments_mut().map_err(|()| "its address takes no path")?;
    segments.pop_if_empty();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let filled = fill_segment(segment, args, &mut rest);
        if matches!(filled.as_str(), "." | ".." | "") {
            return Err("an argument makes no part of a path".to_owned());
        }
        segments.push(&filled);
    }
    Ok(rest)
}

/// Fills a segment's places, once: a value that looks like a place is a value.
fn fill_segment(segment: &str, args: &[(Text, Value)], rest: &mut Vec<(Text, Value)>) -> String {
    let mut filled = String::new();
    let mut left = segment;
    while let Some((before, (name, after))) =
        left.split_once('{').and_then(|(before, behind)| Some((before, behind.split_once('}')?)))
    {
        filled.push_str(before);
        match args.iter().find(|(known, _)| **known == *name) {
            Some((_, value)) => {
                filled.push_str(&value.to_string());
                rest.retain(|(kept, _)| **kept != *name);
            }
            None => filled.push_str(&format!("{{{name}}}")),
        }
        left = after;
    }
    filled + left
}

fn read_reply(
    typed: &Typed,
    backend: &Backend,
    operation: &Operation,
    code: u16,
    body: &[u8],
) -> Result<Reply, String> {
    let json: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let named = json.get("status").and_then(serde_json::Value::as_str);
    let declared = |status: &str| operation.statuses.iter().find(|known| &***known == status).cloned();
    if let Some(status) = named.or(status_of(code)).and_then(declared) {
        return Ok(Reply::Status(status));
    }
    if !(200..300).contains(&code) {
        return Err(format!("it answered {code}"));
    }
    let name = format!("{}.{}", backend.name, operation.name);
    let record = typed.record(&name, &operation.reply, &json);
    record
        .map(|record| Reply::Ok(Arc::new(record)))
        .map_err(|field| format!("`{field}` in its reply is no such value"))
}

/// A value as a service reads it: a missing one is `null`, a list an array, a record an object, a secret its digits,
/// anything else a string.
fn sent(value: &Value) -> serde_json::Value {
    match value {
        Value::None => serde_json::Value::Null,
        Value::List(items) => items.iter().map(sent).collect(),
        Value::Record(record) => {
            let fields = record.fields.iter().map(|(name, value)| (name.to_string(), sent(value)));
            serde_json::Value::Object(fields.collect())
        }
        Value::Secret(secret) => secret.expose().into(),
        other => other.to_string().into(),
    }
}

fn status_of(code: u16) -> Option<&'static str> {
    match code {
        403 => Some("forbidden"),
        404 => Some("not_found"),
        409 => Some("conflict"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Type;

    fn operation() -> (Backend, Operation) {
        let operation = Operation {
            name: "balance".into(),
            method: Method::Get,
            params: vec![("account".into(), Type::Digits)],
            reply: vec![("amount".into(), Type::Money)],
            path: "accounts/{account}/balance".into(),
            within: DurationMs::from_secs(2),
            statuses: vec!["not_found".into()],
        };
        (Backend { name: "core_bank".into(), operations: vec![operation.clone()] }, operation)
    }

    fn reply(code: u16, body: &str) -> Result<Reply, String> {
        let (backend, operation) = operation();
        read_reply(&Typed::default(), &backend, &operation, code, body.as_bytes())
    }

    #[test]
    fn a_good_reply_has_the_declared_fields() {
        let read = reply(200, r#"{"amount": "2021.00 RUB", "more": 1}"#);
        assert!(
            matches!(&read, Ok(Reply::Ok(record)) if record.field("amount").to_string() == "2021.00 RUB")
        );
    }

    #[test]
    fn a_declared_status_is_an_answer_and_anything_else_a_failure() {
        assert_eq!(reply(404, ""), Ok(Reply::Status("not_found".into())));
        assert_eq!(reply(200, r#"{"status": "not_found"}"#), Ok(Reply::Status("not_found".into())));
        assert!(reply(500, "").is_err());
        assert!(reply(200, r#"{"amount": "much"}"#).is_err());
    }

    #[test]
    fn no_value_leaves_its_part_of_the_path() {
        let mut url = reqwest::Url::parse("http://bank.example/api/").ok();
        let args = [(Text::from("account"), Value::text("../../admin?x=1#y"))];
        let filled = url.as_mut().map(|url| fill_path(url, "accounts/{account}/balance", &args));
        assert!(matches!(filled, Some(Ok(rest)) if rest.is_empty()));
        let path = url.map(|url| url.path().to_owned()).unwrap_or_default();
        assert_eq!(path, "/api/accounts/..%2F..%2Fadmin%3Fx=1%23y/balance");
    }

    #[test]
    fn a_value_that_looks_like_a_place_is_a_value() {
        let mut url = reqwest::Url::parse("http://bank.example/").ok();
        let args = [(Text::from("name"), Value::text("{account}")), ("account".into(), Value::text("4711"))];
        let filled = url.as_mut().map(|url| fill_path(url, "find/{name}/of {nobody}", &args));
        assert!(matches!(filled, Some(Ok(rest)) if rest.len() == 1));
        let path = url.map(|url| url.path().to_owned()).unwrap_or_default();
        assert_eq!(path, "/find/%7Baccount%7D/of%20%7Bnobody%7D");
    }
}
