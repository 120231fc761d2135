//! Where something stands in a reply: a JSON pointer (RFC 6901), `/data/0/id`; the empty one is the whole.

use serde_json::Value as Json;

/// A pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pointer(String);

impl Pointer {
    /// Reads one; `None` for what begins otherwise than with a slash.
    pub fn parse(text: &str) -> Option<Pointer> {
        (text.is_empty() || text.starts_with('/')).then(|| Pointer(text.to_owned()))
    }

    /// What stands there; `None` for nothing, and for `null`.
    pub fn find<'a>(&self, json: &'a Json) -> Option<&'a Json> {
        json.pointer(&self.0).filter(|found| !found.is_null())
    }

    /// The text or the number that stands there, as text; `None` where it is empty.
    pub fn text(&self, json: &Json) -> Option<String> {
        match self.find(json)? {
            Json::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            Json::Number(number) => Some(number.to_string()),
            Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
        }
    }
}
