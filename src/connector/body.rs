//! The body of a request as a description writes it: JSON whose texts are templates.

use super::facts::Facts;
use super::template::Template;
use serde_json::{Map, Value as Json};

/// A piece of a body.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// As it is: a number, a truth, nothing.
    Fixed(Json),
    /// A template.
    Text(Template),
    /// A list.
    List(Vec<Body>),
    /// An object; its keys may name what the deployment or the program says.
    Map(Vec<(Template, Body)>),
}

impl Body {
    /// The JSON that it is with these facts. A name that stands for nothing leaves its field or its item out, and so does
    /// an object or a list that names something when nothing in it stands for anything: who links a call to a
    /// customer sends no link where there is no customer.
    pub fn fill(&self, facts: &Facts) -> Option<Json> {
        if self.has_names() && self.is_silent(facts) {
            return None;
        }
        match self {
            Body::Fixed(json) => Some(json.clone()),
            Body::Text(template) => Some(template.value(facts)),
            Body::List(items) => Some(items.iter().filter_map(|item| item.fill(facts)).collect()),
            Body::Map(entries) => {
                let filled =
                    entries.iter().filter_map(|(key, body)| Some((key.text(facts)?, body.fill(facts)?)));
                Some(Json::Object(filled.collect::<Map<String, Json>>()))
            }
        }
    }

    fn has_names(&self) -> bool {
        match self {
            Body::Fixed(_) => false,
            Body::Text(template) => template.literal().is_none(),
            Body::List(items) => items.iter().any(Body::has_names),
            Body::Map(entries) => entries.iter().any(|(_, body)| body.has_names()),
        }
    }

    /// Whether no name in it stands for anything.
    fn is_silent(&self, facts: &Facts) -> bool {
        match self {
            Body::Fixed(_) => true,
            Body::Text(template) => template.literal().is_some() || template.value(facts).is_null(),
            Body::List(items) => items.iter().all(|item| item.is_silent(facts)),
            Body::Map(entries) => entries.iter().all(|(_, body)| body.is_silent(facts)),
        }
    }
}
