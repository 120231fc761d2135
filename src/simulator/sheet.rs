//! YAML as scenarios are written: what fits into a line stands in one, the rest line by line.

use std::fmt::Write;

/// Something to be written as YAML.
///
/// ```
/// use callwright::simulator::Sheet;
///
/// let step = Sheet::map([("press", Sheet::map([("keys", Sheet::text("1")), ("at", Sheet::text("menu+800ms"))]))]);
/// assert_eq!(step.write(), "press: { keys: \"1\", at: menu+800ms }\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// A word, a number, a text; in quotes where YAML needs them.
    Text(String),
    /// One after another.
    List(Vec<Sheet>),
    /// By their names, in this order.
    Map(Vec<(String, Sheet)>),
}

/// The longest that a line becomes if it can be broken.
const WIDTH: usize = 110;

/// Words that YAML, or a reader of it, takes for something else.
const TAKEN: [&str; 9] = ["", "~", "null", "true", "false", "on", "off", "y", "n"];

impl Sheet {
    /// A text.
    pub fn text(text: impl Into<String>) -> Sheet {
        Sheet::Text(text.into())
    }

    /// A map with these entries.
    pub fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Sheet)>) -> Sheet {
        Sheet::Map(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Adds an entry to a map; anything else stays as it is.
    #[must_use]
    pub fn with(mut self, name: &str, value: Sheet) -> Sheet {
        if let Sheet::Map(entries) = &mut self {
            entries.push((name.to_owned(), value));
        }
        self
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Sheet::Text(text) => text.is_empty(),
            Sheet::List(items) => items.is_empty(),
            Sheet::Map(entries) => entries.is_empty(),
        }
    }

    /// The YAML, with its last line end.
    pub fn write(&self) -> String {
        let mut out = String::new();
        self.block(&mut out, 0);
        out
    }

    /// Changes every text in it, names of entries among them.
    pub fn change(&mut self, change: &impl Fn(&str) -> Option<String>) {
        let put = |text: &mut String| {
            if let Some(other) = change(text) {
                *text = other;
            }
        };
        match self {
            Sheet::Text(text) => put(text),
            Sheet::List(items) => items.iter_mut().for_each(|item| item.change(change)),
            Sheet::Map(entries) => entries.iter_mut().for_each(|(name, value)| {
                put(name);
                value.change(change);
            }),
        }
    }

    /// As it stands in one line.
    fn flow(&self) -> String {
        match self {
            Sheet::Text(text) => scalar(text),
            Sheet::List(items) if items.is_empty() => "[]".to_owned(),
            Sheet::List(items) => {
                let items: Vec<String> = items.iter().map(Sheet::flow).collect();
                format!("[{}]", items.join(", "))
            }
            Sheet::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Sheet::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(name, value)| format!("{}: {}", scalar(name), value.flow()))
                    .collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    /// Whether it is written line by line, so far from the margin.
    fn is_block(&self, indent: usize) -> bool {
        let is_long = || self.flow().chars().count() + indent > WIDTH;
        match self {
            Sheet::Text(_) => false,
            Sheet::List(items) => {
                let has_maps = items.iter().any(|item| matches!(item, Sheet::Map(_) | Sheet::List(_)));
                (items.len() > 1 && has_maps) || items.iter().any(|item| item.is_block(indent)) || is_long()
            }
            Sheet::Map(entries) => entries.iter().any(|(_, value)| value.is_block(indent)) || is_long(),
        }
    }

    /// Its lines; the first begins where the text is, the others so far from the margin.
    fn block(&self, out: &mut String, indent: usize) {
        match self {
            Sheet::Map(entries) => {
                for (index, (name, value)) in entries.iter().enumerate() {
                    margin(out, indent, index);
                    out.push_str(&scalar(name));
                    out.push(':');
                    value.behind(out, indent, name.len());
                }
            }
            Sheet::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    margin(out, indent, index);
                    out.push_str("- ");
                    match item {
                        // A map's first entry stands behind the hyphen.
                        Sheet::Map(entries) if entries.len() == 1 || item.is_block(indent + 2) => {
                            item.block(out, indent + 2);
                        }
                        Sheet::List(_) if item.is_block(indent + 2) => item.block(out, indent + 2),
                        Sheet::Map(_) | Sheet::List(_) | Sheet::Text(_) => {
                            let _ = writeln!(out, "{}", item.flow());
                        }
                    }
                }
            }
            Sheet::Text(_) => {
                let _ = writeln!(out, "{}", self.flow());
            }
        }
    }

    /// A value behind its name.
    fn behind(&self, out: &mut String, indent: usize, name: usize) {
        if !self.is_block(indent + name) || self.is_empty() {
            let _ = writeln!(out, " {}", self.flow());
            return;
        }
        out.push('\n');
        out.push_str(&" ".repeat(indent + 2));
        self.block(out, indent + 2);
    }
}

fn margin(out: &mut String, indent: usize, index: usize) {
    if index > 0 {
        out.push_str(&" ".repeat(indent));
    }
}

/// A text as YAML, in quotes unless it is plain beyond doubt.
fn scalar(text: &str) -> String {
    let is_word = text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || "_~+ -./".contains(c))
        && !text.ends_with(' ');
    let is_moment = text.starts_with(|c: char| c.is_ascii_digit())
        && text.contains(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-:+.".contains(c));
    let is_plain = (is_word || is_moment) && !TAKEN.contains(&text.to_ascii_lowercase().as_str());
    if is_plain || text == "..." {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(sign);
            }
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            sign if sign.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(sign));
            }
            sign => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::tree::{self, Item};

    #[test]
    fn texts_come_back_as_they_were() {
        let texts = [
            "",
            "no",
            "yes",
            "0123",
            "a: b",
            "- x",
            "it's \"so\"\n",
            "Анна",
            "5s",
            "# x",
            "none",
            "1e3",
            "...",
            "null",
        ];
        let sheet = Sheet::map([("texts", Sheet::List(texts.map(Sheet::text).into()))]);
        let read = tree::read(&sheet.write()).expect("YAML");
        let Some(tree::Kind::List(items)) = read.get("texts").map(|item| &item.kind) else {
            panic!("{read:?}")
        };
        let read: Vec<Option<&str>> = items.iter().map(Item::text).collect();
        assert_eq!(read, texts.map(Some));
    }

    #[test]
    fn what_does_not_fit_into_a_line_stands_line_by_line() {
        let step = |word: &str, what: &str| Sheet::map([(word, Sheet::text(what))]);
        let steps = Sheet::List(vec![step("hear", "menu~"), step("press", "1"), Sheet::text("hang up")]);
        let call = Sheet::map([("from", Sheet::text("+79656295719")), ("to", Sheet::text("100"))]);
        let scenario = Sheet::map([("name", Sheet::text("one")), ("call", call), ("steps", steps)]);
        let file = Sheet::map([("scenarios", Sheet::List(vec![scenario]))]);
        let expected = "scenarios:\n  - name: one\n    call: { from: \"+79656295719\", to: \"100\" }\n    steps:\n      \
                        - hear: menu~\n      - press: \"1\"\n      - hang up\n";
        assert_eq!(file.write(), expected);
    }
}
