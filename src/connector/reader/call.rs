//! Requests: `post: /Call`, with `query`, `headers`, and one of `json`, `form` and `multipart`.

use super::sheet::{Sheet, Spot};
use crate::connector::body::Body;
use crate::connector::call::{Call, Method, Payload};
use crate::connector::facts::Scope;
use crate::connector::mistake::Mistake;
use crate::connector::template::Template;
use crate::connector::tree::{Item, Kind};
use serde_json::Value as Json;

/// The keys of a request.
pub(super) const KEYS: [&str; 9] =
    ["get", "post", "put", "patch", "query", "headers", "json", "form", "multipart"];

impl Sheet {
    /// The request that an item writes; its other keys are its reader's.
    pub fn call(&mut self, item: &Item, what: &str, scope: Scope) -> Option<Call> {
        let written: Vec<_> =
            Method::ALL.iter().filter_map(|(key, method)| Some((*method, item.get(key)?))).collect();
        let &[(method, path)] = written.as_slice() else {
            let message = format!("{what} needs one of `get`, `post`, `put`, `patch`, with its path");
            self.wrong(Mistake::new(item.place, message));
            return None;
        };
        let path = self.path(path, scope)?;
        let query = self.templates(item.get("query"), "`query`", Spot::hidden(scope));
        let headers = self.headers(item, scope);
        let payload = self.payload(item, scope, method)?;
        Some(Call { method, path, query, headers, payload })
    }

    /// Headers; what they are called is checked here, what they hold when it is known.
    pub fn headers(&mut self, item: &Item, scope: Scope) -> Vec<(String, Template)> {
        for (name, key, _) in item.get("headers").into_iter().flat_map(Item::entries) {
            let is_token = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            if !is_token || name.is_empty() {
                self.wrong(Mistake::new(key.place, format!("`{name}` is no name of a header")));
            }
        }
        let headers = item.get("headers").into_iter().flat_map(Item::entries);
        headers
            .filter_map(|(name, _, value)| {
                Some((name.to_owned(), self.template(value, Spot::hidden(scope))?))
            })
            .collect()
    }

    /// A path, segment by segment, so that no value leaves its own.
    fn path(&mut self, item: &Item, scope: Scope) -> Option<Vec<Template>> {
        let text = self.text(item)?;
        if !text.starts_with('/') {
            self.wrong(Mistake::new(item.place, "a path begins with `/`").hint("it goes behind `base`"));
            return None;
        }
        if text.contains(['?', '#']) {
            let mistake = Mistake::new(item.place, "a path has no `?` and no `#`");
            self.wrong(mistake.hint("what stands behind the question mark goes under `query`"));
            return None;
        }
        let segments = segments(&text).into_iter().filter(|segment| !segment.is_empty());
        segments.map(|segment| self.template_of(segment, item, Spot::hidden(scope))).collect()
    }

    fn payload(&mut self, item: &Item, scope: Scope, method: Method) -> Option<Payload> {
        let kinds = ["json", "form", "multipart"];
        let written: Vec<_> = kinds.iter().filter_map(|key| Some((*key, item.get(key)?))).collect();
        if let Some((key, at)) = written.first().filter(|_| method == Method::Get) {
            self.wrong(
                Mistake::new(at.place, format!("a `get` sends no `{key}`")).hint("use `query`, or `post`"),
            );
            return None;
        }
        match written.as_slice() {
            [] => Some(Payload::None),
            [("json", body)] => self.body(body, Spot::shown(scope)).map(Payload::Json),
            [("form", body)] => Some(Payload::Form(self.templates(Some(body), "`form`", Spot::shown(scope)))),
            [(_, body)] => self.multipart(body, scope),
            [_, (key, at), ..] => {
                self.wrong(Mistake::new(at.place, format!("`{key}` beside another body")));
                None
            }
        }
    }

    fn multipart(&mut self, body: &Item, scope: Scope) -> Option<Payload> {
        self.keys(body, "`multipart`", &["fields", "file"]);
        let fields = self.templates(body.get("fields"), "`fields`", Spot::shown(scope));
        let file = self.required(body, "`multipart`", "file")?;
        let file = self.text(file)?;
        if scope != Scope::Recording {
            let message = "`multipart` sends the recording, and here is none";
            self.wrong(Mistake::new(body.place, message).hint("it belongs to `attach_recording`"));
        }
        Some(Payload::Multipart { fields, file })
    }

    fn body(&mut self, item: &Item, spot: Spot) -> Option<Body> {
        match &item.kind {
            Kind::Nothing => Some(Body::Fixed(Json::Null)),
            Kind::Scalar { text, plain } => match plain.then(|| fixed(text)).flatten() {
                Some(json) => Some(Body::Fixed(json)),
                None => self.template_of(text, item, spot).map(Body::Text),
            },
            Kind::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.body(item, spot)).collect();
                items.into_iter().collect::<Option<_>>().map(Body::List)
            }
            Kind::Map(_) => {
                let entries: Vec<_> = item
                    .entries()
                    .map(|(_, key, value)| Some((self.key(key)?, self.body(value, spot)?)))
                    .collect();
                entries.into_iter().collect::<Option<_>>().map(Body::Map)
            }
        }
    }
}

/// A truth or a whole number without quotes.
fn fixed(text: &str) -> Option<Json> {
    match text {
        "true" => Some(Json::Bool(true)),
        "false" => Some(Json::Bool(false)),
        _ => text.parse::<i64>().ok().filter(|number| number.to_string() == text).map(Json::from),
    }
}

/// What stands between slashes, outside of braces.
fn segments(path: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    path.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == '/' && depth == 0
    })
    .collect()
}
