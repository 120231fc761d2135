//! Templates: text with names in braces, `{contact.from | or "unknown"}`. A template that is one name alone is that value,
//! a number as a number; anything else is text.
//!
//! There is no way from a value back into a template: values are never read as templates, paths or JSON. `{{` and `}}` are
//! braces.

use super::facts::{Facts, Scope};
use super::filter::{Filter, Words};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A parsed template.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Value { name: String, filters: Vec<Filter> },
}

/// What a template may name.
#[derive(Clone, Debug)]
pub(super) struct Names<'a> {
    pub scope: Scope,
    pub settings: &'a BTreeSet<String>,
    pub secrets: &'a BTreeSet<String>,
    /// Whether secrets may stand here: where a request shows them to the service alone.
    pub hides: bool,
    pub words: &'a Words,
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TemplateError {
    /// A brace without its other one.
    Brace,
    /// A name that stands for nothing here.
    Name { name: String, known: Vec<String> },
    /// A secret where it would be shown or kept.
    Secret { name: String },
    /// A filter that is none, or is used wrongly.
    Filter { message: String, hint: String },
}

impl Names<'_> {
    /// All that may stand here.
    pub fn all(&self) -> Vec<String> {
        let mut all: Vec<String> = self.scope.names().into_iter().map(str::to_owned).collect();
        all.extend(self.settings.iter().map(|name| format!("setting.{name}")));
        if self.hides {
            all.extend(self.secrets.iter().map(|name| format!("secret.{name}")));
        }
        all
    }

    pub fn check(&self, name: &str) -> Result<(), TemplateError> {
        let all = self.all();
        if all.iter().any(|known| known == name) {
            return Ok(());
        }
        let is_secret = name.strip_prefix("secret.").is_some_and(|name| self.secrets.contains(name));
        match is_secret {
            true => Err(TemplateError::Secret { name: name.to_owned() }),
            false => Err(TemplateError::Name { name: name.to_owned(), known: all }),
        }
    }
}

impl Template {
    /// Reads a template and checks its names.
    pub(super) fn parse(text: &str, names: &Names<'_>) -> Result<Template, TemplateError> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let doubled = rest[at..].starts_with("{{") || rest[at..].starts_with("}}");
            if doubled {
                literal.push_str(&rest[at..=at]);
                rest = &rest[at + 2..];
                continue;
            }
            let inside = rest[at..].strip_prefix('{').ok_or(TemplateError::Brace)?;
            let end = closing(inside).ok_or(TemplateError::Brace)?;
            if !literal.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut literal)));
            }
            pieces.push(value(&inside[..end], names)?);
            rest = &inside[end + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Ok(Template { pieces })
    }

    /// The value: of a single name as it is, else a text in which what is missing is empty.
    pub fn value(&self, facts: &Facts) -> Json {
        match self.pieces.as_slice() {
            [Piece::Value { name, filters }] => filtered(facts, name, filters),
            pieces => Json::String(pieces.iter().map(|piece| piece.text(facts)).collect()),
        }
    }

    /// The value as text; `None` where a single name stands for nothing.
    pub fn text(&self, facts: &Facts) -> Option<String> {
        written(&self.value(facts))
    }

    /// The text of a template without names.
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

impl Piece {
    fn text(&self, facts: &Facts) -> String {
        match self {
            Piece::Text(text) => text.clone(),
            Piece::Value { name, filters } => written(&filtered(facts, name, filters)).unwrap_or_default(),
        }
    }
}

/// A value as it is written in a text; nothing for what is missing.
pub(super) fn written(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_) => Some(value.to_string()),
    }
}

fn filtered(facts: &Facts, name: &str, filters: &[Filter]) -> Json {
    filters.iter().fold(facts.get(name), |value, filter| filter.apply(value, facts))
}

fn value(inside: &str, names: &Names<'_>) -> Result<Piece, TemplateError> {
    let mut parts = split(inside).into_iter();
    let name = parts.next().unwrap_or_default().trim().to_owned();
    names.check(&name)?;
    let filters = parts.map(|part| Filter::parse(part.trim(), names));
    Ok(Piece::Value { name, filters: filters.collect::<Result<_, _>>()? })
}

/// Where the closing brace is, outside of quotes.
fn closing(inside: &str) -> Option<usize> {
    let mut quoted = false;
    inside.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '}' && !quoted).then_some(at)
    })
}

/// The parts between bars, outside of quotes.
fn split(inside: &str) -> Vec<&str> {
    let mut quoted = false;
    inside
        .split(|c: char| {
            quoted ^= c == '"';
            c == '|' && !quoted
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Template, TemplateError> {
        let (settings, secrets) = (BTreeSet::from(["owner".to_owned()]), BTreeSet::from(["key".to_owned()]));
        let words = Words::from([("outcome".to_owned(), [("resolved".into(), "Held".into())].into())]);
        let scope = Scope::Interaction;
        let names = Names { scope, settings: &settings, secrets: &secrets, hides: false, words: &words };
        Template::parse(text, &names)
    }

    fn filled(text: &str) -> Json {
        let mut facts = Facts::default();
        facts.set("contact.from", "+7 \"x\" {contact.to} </b>");
        facts.set("contact.seconds", 75);
        facts.set("contact.started", 1_795_000_000_123_i64);
        facts.set("contact.outcome", "resolved");
        parse(text).unwrap_or_else(|error| panic!("{error:?}")).value(&facts)
    }

    #[test]
    fn one_name_alone_keeps_its_kind() {
        assert_eq!(filled("{contact.seconds}"), Json::from(75));
        assert_eq!(filled("{contact.seconds} s"), Json::from("75 s"));
        assert_eq!(filled("{contact.notes}"), Json::Null);
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        assert_eq!(filled("from {contact.from}"), Json::from("from +7 \"x\" {contact.to} </b>"));
    }

    #[test]
    fn filters_go_from_left_to_right() {
        assert_eq!(filled("{contact.notes | or \"none | {x}\"}!"), Json::from("none | {x}!"));
        assert_eq!(filled("{contact.outcome | words outcome}"), Json::from("Held"));
        assert_eq!(
            filled("{contact.started | time \"%Y-%m-%d %H:%M:%S\"}"),
            Json::from("2026-11-18 11:06:40")
        );
        assert_eq!(filled("{contact.started | text | last 3 | number}"), Json::from(123));
        assert_eq!(filled("{{contact.from}}"), Json::from("{contact.from}"));
    }

    #[test]
    fn a_wrong_template_says_what_is_wrong() {
        let known = |error: Result<Template, TemplateError>| match error {
            Err(TemplateError::Name { name, .. }) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(known(parse("{contact.form}")), "contact.form");
        assert_eq!(known(parse("{contact.notes | or setting.boss}")), "setting.boss");
        assert_eq!(parse("{contact.from"), Err(TemplateError::Brace));
        assert_eq!(parse("a } b"), Err(TemplateError::Brace));
        assert_eq!(parse("{secret.key}"), Err(TemplateError::Secret { name: "secret.key".into() }));
        assert!(matches!(parse("{contact.from | upper}"), Err(TemplateError::Filter { .. })));
    }
}
