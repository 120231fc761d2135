//! YAML as a tree of items that know where they stand. Anchors, tags and several documents in a file are left out.

use super::mistake::{Mistake, Place};
use serde_yaml::granit_parser::{Event, Parser, ScalarStyle, Span, StrInput};

/// The deepest nesting of a file. A description needs about eight.
const DEPTH: usize = 32;

/// A piece of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub place: Place,
    pub kind: Kind,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Nothing,
    /// A text; `plain` without quotes, so that `5` may be a number.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Item>),
    Map(Vec<(Item, Item)>),
}

impl Item {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            Kind::Nothing | Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The entries of a map, as (key's text, key, value).
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Item, &Item)> {
        let entries = match &self.kind {
            Kind::Map(entries) => entries.as_slice(),
            Kind::Nothing | Kind::Scalar { .. } | Kind::List(_) => &[],
        };
        entries.iter().filter_map(|(key, value)| Some((key.text()?, key, value)))
    }

    /// The value under a key of a map.
    pub fn get(&self, name: &str) -> Option<&Item> {
        self.entries().find(|(key, _, _)| *key == name).map(|(_, _, value)| value)
    }

    /// The items of a list; anything else is a list of itself.
    pub fn items(&self) -> &[Item] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Nothing => &[],
            Kind::Scalar { .. } | Kind::Map(_) => std::slice::from_ref(self),
        }
    }
}

/// Reads a file.
pub(super) fn read(text: &str) -> Result<Item, Mistake> {
    let mut reader = Reader { parser: Parser::new_from_str(text), last: Place { line: 1, column: 1 } };
    loop {
        match reader.next()? {
            (Event::StreamEnd, place) => return Ok(Item { place, kind: Kind::Nothing }),
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            (event, place) => return reader.item(event, place, 0),
        }
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    last: Place,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Place), Mistake> {
        loop {
            match self.parser.next_event() {
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok((event, span))) => {
                    self.last = place(&span);
                    return Ok((event, self.last));
                }
                Some(Err(error)) => {
                    let marker = error.marker();
                    let place = Place { line: marker.line(), column: marker.col() + 1 };
                    return Err(Mistake::new(place, format!("this is no YAML: {}", error.info())));
                }
                None => return Err(Mistake::new(self.last, "the file ends in the middle")),
            }
        }
    }

    fn item(&mut self, event: Event<'a>, place: Place, depth: usize) -> Result<Item, Mistake> {
        if depth > DEPTH {
            return Err(Mistake::new(place, "the file is nested too deeply"));
        }
        let kind = match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) if matches!(&*text, "" | "~" | "null") => {
                Kind::Nothing
            }
            Event::Scalar(text, style, ..) => {
                Kind::Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain }
            }
            Event::SequenceStart(..) => self.list(depth)?,
            Event::MappingStart(..) => self.map(depth)?,
            Event::Alias(_) => return Err(Mistake::new(place, "anchors and aliases are not used here")),
            _ => return Err(Mistake::new(place, "this form of YAML is not used here")),
        };
        Ok(Item { place, kind })
    }

    fn list(&mut self, depth: usize) -> Result<Kind, Mistake> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Kind::List(items)),
                (event, place) => items.push(self.item(event, place, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Kind, Mistake> {
        let mut entries: Vec<(Item, Item)> = Vec::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Kind::Map(entries)),
                (event, place) => self.item(event, place, depth + 1)?,
            };
            let (event, place) = self.next()?;
            let value = self.item(event, place, depth + 1)?;
            let Some(name) = key.text() else {
                return Err(Mistake::new(key.place, "a key is a word"));
            };
            if entries.iter().any(|(known, _)| known.text() == Some(name)) {
                return Err(Mistake::new(key.place, format!("`{name}` stands here twice")));
            }
            entries.push((key, value));
        }
    }
}

fn place(span: &Span) -> Place {
    Place { line: span.start.line(), column: span.start.col() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_knows_its_place_and_whether_it_was_quoted() {
        let item = read("a: 5\nb:\n  - \"5\"\n").unwrap_or_else(|mistake| panic!("{mistake}"));
        let Some(list) = item.get("b") else { panic!("{item:?}") };
        assert_eq!(list.items()[0].place, Place { line: 3, column: 5 });
        let plain =
            |item: Option<&Item>| matches!(item.map(|i| &i.kind), Some(Kind::Scalar { plain: true, .. }));
        assert!(plain(item.get("a")) && !plain(list.items().first()));
    }

    #[test]
    fn what_is_no_yaml_says_where() {
        let broken = read("a: [1, 2\nb: 3\n").err().map(|mistake| mistake.place.line);
        assert_eq!(broken, Some(2));
        let twice = read("a: 1\na: 2\n").err().map(|mistake| mistake.to_string());
        assert_eq!(twice.as_deref(), Some("2:1: `a` stands here twice"));
    }
}
