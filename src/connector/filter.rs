//! Filters: what a template does to a value before it is put in.

use super::facts::Facts;
use super::template::{Names, TemplateError, written};
use crate::source::closest;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Tables of words, by name: ours to the service's. The word `*` stands for every other.
pub type Words = BTreeMap<String, BTreeMap<String, String>>;

/// One filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    /// Something else where the value is missing.
    Or(Other),
    /// The service's word for ours.
    Words(BTreeMap<String, String>),
    /// A moment, in UTC, in the notation of strftime.
    Time(String),
    /// A moment as RFC 3339 writes it, in UTC.
    Iso,
    /// Its digits alone.
    Digits,
    /// Its last so many characters.
    Last(usize),
    /// At most its first so many characters.
    Cut(usize),
    /// A number that was text.
    Number,
    /// Text that was a number.
    Text,
}

/// What stands where a value is missing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Other {
    Text(String),
    Name(String),
}

/// Every filter, as it is written.
pub(super) const FILTERS: [&str; 9] =
    ["or", "words", "time", "iso", "digits", "last", "cut", "number", "text"];

impl Filter {
    /// Reads `or "none"`, `words outcome`, `digits`.
    pub fn parse(text: &str, names: &Names<'_>) -> Result<Filter, TemplateError> {
        let (word, argument) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let argument = argument.trim();
        match word {
            "or" => Other::parse(argument, names).map(Filter::Or),
            "words" => match names.words.get(argument) {
                Some(table) => Ok(Filter::Words(table.clone())),
                None => Err(no_table(argument, names)),
            },
            "time" => quoted(argument)
                .filter(|format| is_format(format))
                .map(|format| Filter::Time(format.to_owned()))
                .ok_or_else(|| wrong("`time` wants a notation", "time \"%Y-%m-%d %H:%M:%S\", always in UTC")),
            "last" | "cut" => match argument.parse() {
                Ok(count) if word == "last" => Ok(Filter::Last(count)),
                Ok(count) => Ok(Filter::Cut(count)),
                Err(_) => {
                    Err(wrong(&format!("`{word}` wants a number of characters"), &format!("{word} 10")))
                }
            },
            "iso" => bare(Filter::Iso, word, argument),
            "digits" => bare(Filter::Digits, word, argument),
            "number" => bare(Filter::Number, word, argument),
            "text" => bare(Filter::Text, word, argument),
            _ => {
                let near = closest(word, FILTERS).map(|near| format!("did you mean `{near}`?"));
                let hint = near.unwrap_or_else(|| format!("there are {}", FILTERS.join(", ")));
                Err(TemplateError::Filter { message: format!("there is no filter `{word}`"), hint })
            }
        }
    }

    /// What becomes of a value. What a filter cannot use is missing; what is missing stays so, but for `or`.
    pub fn apply(&self, value: Json, facts: &Facts) -> Json {
        let text = written(&value).filter(|text| !text.is_empty());
        match self {
            Filter::Or(other) => match (text, other) {
                (Some(_), _) => value,
                (None, Other::Text(text)) => text.clone().into(),
                (None, Other::Name(name)) => facts.get(name),
            },
            Filter::Words(table) => {
                let theirs =
                    text.map(|ours| table.get(&ours).or_else(|| table.get("*")).cloned().unwrap_or(ours));
                theirs.map_or(Json::Null, Json::String)
            }
            Filter::Time(format) => {
                moment(&value).map_or(Json::Null, |at| at.strftime(format).to_string().into())
            }
            Filter::Iso => moment(&value).map_or(Json::Null, |at| at.to_string().into()),
            Filter::Digits => of_text(text, |text| text.chars().filter(char::is_ascii_digit).collect()),
            Filter::Last(count) => of_text(text, |text| {
                let skipped = text.chars().count().saturating_sub(*count);
                text.chars().skip(skipped).collect()
            }),
            Filter::Cut(count) => of_text(text, |text| text.chars().take(*count).collect()),
            Filter::Number => text.and_then(|text| text.parse::<i64>().ok()).map_or(Json::Null, Json::from),
            Filter::Text => text.map_or(Json::Null, Json::String),
        }
    }
}

impl Other {
    fn parse(argument: &str, names: &Names<'_>) -> Result<Other, TemplateError> {
        if let Some(text) = quoted(argument) {
            return Ok(Other::Text(text.to_owned()));
        }
        if argument.is_empty() {
            return Err(wrong("`or` wants what stands instead", "or \"unknown\", or setting.NAME"));
        }
        names.check(argument)?;
        Ok(Other::Name(argument.to_owned()))
    }
}

/// Applies to text; what comes out empty is missing.
fn of_text(text: Option<String>, change: impl FnOnce(&str) -> String) -> Json {
    text.map(|text| change(&text)).filter(|text| !text.is_empty()).map_or(Json::Null, Json::String)
}

fn moment(value: &Json) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(value.as_i64()?).ok()
}

fn is_format(format: &str) -> bool {
    jiff::fmt::strtime::format(format, jiff::Timestamp::UNIX_EPOCH).is_ok()
}

fn quoted(argument: &str) -> Option<&str> {
    argument.strip_prefix('"')?.strip_suffix('"')
}

fn bare(filter: Filter, word: &str, argument: &str) -> Result<Filter, TemplateError> {
    match argument {
        "" => Ok(filter),
        _ => Err(wrong(&format!("`{word}` wants nothing behind it"), &format!("leave `{argument}` out"))),
    }
}

fn no_table(name: &str, names: &Names<'_>) -> TemplateError {
    let known = names.words.keys().map(String::as_str);
    let near = closest(name, known.clone()).map(|near| format!("did you mean `{near}`?"));
    let hint = near.unwrap_or_else(|| format!("`words` declares {}", known.collect::<Vec<_>>().join(", ")));
    wrong(&format!("there is no table of words `{name}`"), &hint)
}

fn wrong(message: &str, hint: &str) -> TemplateError {
    TemplateError::Filter { message: message.to_owned(), hint: hint.to_owned() }
}
