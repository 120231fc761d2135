//! YAML as a tree of items that know where they stand. Scalars stay text, as written: what they mean depends on where
//! they stand, and `0123` is no number. Tags, aliases, merge keys and several documents in a file are left out.

use super::mistake::Mistake;
use crate::source::Code;
use serde_yaml::granit_parser::{Event, Marker, Parser, ScalarStyle, Span};
use std::cell::Cell;
use std::ops::Range;

/// The deepest nesting of a file. A scenario needs about eight.
const DEPTH: usize = 64;

/// A piece of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub span: Range<usize>,
    pub kind: Kind,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Nothing,
    Scalar(String),
    List(Vec<Item>),
    Map(Vec<(Item, Item)>),
}

impl Item {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text) => Some(text),
            Kind::Nothing | Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The entries of a map, as (key's text, key, value).
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Item, &Item)> {
        let entries = match &self.kind {
            Kind::Map(entries) => entries.as_slice(),
            Kind::Nothing | Kind::Scalar(_) | Kind::List(_) => &[],
        };
        entries.iter().filter_map(|(key, value)| Some((key.text()?, key, value)))
    }

    /// The value under a key of a map.
    pub fn get(&self, name: &str) -> Option<&Item> {
        self.entries().find(|(key, _, _)| *key == name).map(|(_, _, value)| value)
    }

    /// The single entry of a map that has one.
    pub fn only(&self) -> Option<(&str, &Item, &Item)> {
        let mut entries = self.entries();
        entries.next().filter(|_| entries.next().is_none())
    }
}

/// Reads a file.
pub(super) fn read(text: &str) -> Result<Item, Mistake> {
    let mut reader = Reader { text, parser: Parser::new_from_str(text), last: Cell::default() };
    loop {
        match reader.next()? {
            (Event::StreamEnd, span) => {
                return Ok(Item { span: reader.range(&span), kind: Kind::Nothing });
            }
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            (event, span) => {
                let item = reader.item(event, &span, 0)?;
                return reader.ends().map(|()| item);
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    parser: Parser<'a, serde_yaml::granit_parser::StrInput<'a>>,
    /// The place that was asked for last, as (signs, bytes): the next one is mostly not far behind it.
    last: Cell<(usize, usize)>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Mistake> {
        loop {
            match self.parser.next_event() {
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok(next)) => return Ok(next),
                Some(Err(error)) => {
                    let at = self.byte(error.marker());
                    return Err(Mistake::new(
                        Code::ScenarioForm,
                        at..at + 1,
                        format!("this is no YAML: {}", error.info()),
                    ));
                }
                None => {
                    let end = self.text.len();
                    return Err(Mistake::new(Code::ScenarioForm, end..end, "the file ends in the middle"));
                }
            }
        }
    }

    /// Nothing stands behind the first document.
    fn ends(&mut self) -> Result<(), Mistake> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentStart(..), span) => {
                    let message = "a second document begins here, of which nothing would be read";
                    let hint = "leave `---` out, and put its scenarios behind the others".to_owned();
                    return Err(Mistake::new(Code::ScenarioForm, self.range(&span), message).hint(hint));
                }
                (_, _) => {}
            }
        }
    }

    fn item(&mut self, event: Event<'a>, span: &Span, depth: usize) -> Result<Item, Mistake> {
        let range = self.range(span);
        if depth > DEPTH {
            return Err(Mistake::new(Code::ScenarioForm, range, "the file is nested too deeply"));
        }
        match event {
            // The parser's text for a value that is left out is `~`, as YAML 1.2 writes it.
            Event::Scalar(text, ScalarStyle::Plain, ..) if matches!(&*text, "" | "~" | "null") => {
                Ok(Item { span: range, kind: Kind::Nothing })
            }
            Event::Scalar(text, ..) => Ok(Item { span: range, kind: Kind::Scalar(text.into_owned()) }),
            Event::SequenceStart(..) => self.list(range, depth),
            Event::MappingStart(..) => self.map(range, depth),
            Event::Alias(_) => {
                Err(Mistake::new(Code::ScenarioForm, range, "anchors and aliases are not used in scenarios"))
            }
            _ => Err(Mistake::new(Code::ScenarioForm, range, "this form of YAML is not used in scenarios")),
        }
    }

    fn list(&mut self, mut span: Range<usize>, depth: usize) -> Result<Item, Mistake> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => break,
                (event, at) => items.push(self.item(event, &at, depth + 1)?),
            }
        }
        span.end = items.last().map_or(span.end, |last| last.span.end);
        Ok(Item { span, kind: Kind::List(items) })
    }

    fn map(&mut self, mut span: Range<usize>, depth: usize) -> Result<Item, Mistake> {
        let mut entries: Vec<(Item, Item)> = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => break,
                (event, at) => self.item(event, &at, depth + 1)?,
            };
            let (event, at) = self.next()?;
            let value = self.item(event, &at, depth + 1)?;
            if entries.iter().any(|(known, _)| known.text().is_some() && known.text() == key.text()) {
                let message = format!("`{}` stands here twice", key.text().unwrap_or_default());
                return Err(Mistake::new(Code::ScenarioForm, key.span, message));
            }
            entries.push((key, value));
        }
        if let (Some((first, _)), Some((_, last))) = (entries.first(), entries.last()) {
            span = first.span.start..last.span.end.max(first.span.end);
        }
        Ok(Item { span, kind: Kind::Map(entries) })
    }

    fn range(&self, span: &Span) -> Range<usize> {
        let start = self.byte(&span.start);
        start..self.byte(&span.end).max(start)
    }

    fn byte(&self, marker: &Marker) -> usize {
        marker.byte_offset().unwrap_or_else(|| self.counted(marker.index()))
    }

    /// The byte at which so many signs are over, counted from the last place where that lies before it.
    fn counted(&self, signs: usize) -> usize {
        let (known, byte) = Some(self.last.get()).filter(|(known, _)| *known <= signs).unwrap_or_default();
        let rest = self.text.get(byte..).unwrap_or_default();
        let further = rest.char_indices().nth(signs - known).map_or(rest.len(), |(at, _)| at);
        self.last.set((signs, byte + further));
        byte + further
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_stay_as_they_are_written() {
        let item = read("a: 0123\nb: [ yes, 12:30, ... ]\nc:\n").expect("YAML");
        assert_eq!(item.get("a").and_then(Item::text), Some("0123"));
        let Some(Kind::List(items)) = item.get("b").map(|item| &item.kind) else { panic!("{item:?}") };
        let texts: Vec<_> = items.iter().filter_map(Item::text).collect();
        assert_eq!(texts, ["yes", "12:30", "..."]);
        assert_eq!(item.get("c").map(|item| &item.kind), Some(&Kind::Nothing));
    }

    #[test]
    fn an_item_knows_its_bytes() {
        let text = "имя: Анна\nsteps:\n  - hear: menu~\n  - ...\n  - hang up\n";
        let item = read(text).expect("YAML");
        let Some(Kind::List(steps)) = item.get("steps").map(|item| &item.kind) else { panic!("{item:?}") };
        assert_eq!(&text[steps[0].span.clone()], "hear: menu~");
        assert_eq!(&text[steps[2].span.clone()], "hang up");
    }

    #[test]
    fn a_second_document_is_told() {
        let mistake = read("a: 1\n---\nb: 2\n").expect_err("two documents");
        assert_eq!(mistake.span.start, 5, "{mistake:?}");
        assert!(read("---\na: 1\n...\n").is_ok());
    }

    #[test]
    fn a_broken_file_says_where() {
        let mistake = read("a: [1, 2\nb: 3\n").expect_err("no YAML");
        assert!(mistake.span.start >= 7, "{mistake:?}");
    }
}
