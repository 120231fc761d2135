//! The small things that a description is made of, each with its mistake.

use crate::connector::facts::Scope;
use crate::connector::filter::Words;
use crate::connector::mistake::Mistake;
use crate::connector::pointer::Pointer;
use crate::connector::template::{Names, Template, TemplateError};
use crate::connector::tree::{Item, Kind};
use crate::source::closest;
use crate::time::DurationMs;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// A description that is being read: what it has declared so far, and what is wrong with it.
#[derive(Default)]
pub(super) struct Sheet {
    pub mistakes: Vec<Mistake>,
    pub settings: BTreeSet<String>,
    pub secrets: BTreeSet<String>,
    pub words: Words,
}

/// Where a template stands: what it may name, and whether its secrets stay hidden there.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub scope: Scope,
    pub hides: bool,
}

impl Spot {
    /// Where requests hide what they hold: addresses, headers.
    pub fn hidden(scope: Scope) -> Spot {
        Spot { scope, hides: true }
    }

    /// Where what is told is kept: bodies.
    pub fn shown(scope: Scope) -> Spot {
        Spot { scope, hides: false }
    }
}

impl Sheet {
    pub fn wrong(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    /// Whether an item is a map of these keys; tells of others.
    pub fn keys(&mut self, item: &Item, what: &str, known: &[&str]) -> bool {
        if !matches!(item.kind, Kind::Map(_)) {
            self.wrong(Mistake::new(item.place, format!("{what} is written as `key: value` lines")));
            return false;
        }
        for (key, at, _) in item.entries() {
            if !known.contains(&key) {
                self.wrong(Mistake::unknown(at.place, &format!("key of {what}"), key, known.iter().copied()));
            }
        }
        true
    }

    /// The value under a key that must be there.
    pub fn required<'i>(&mut self, item: &'i Item, what: &str, key: &str) -> Option<&'i Item> {
        let found = item.get(key).filter(|found| found.kind != Kind::Nothing);
        if found.is_none() {
            self.wrong(Mistake::new(item.place, format!("{what} needs `{key}`")));
        }
        found
    }

    pub fn text(&mut self, item: &Item) -> Option<String> {
        let text = item.text().map(str::to_owned);
        if text.is_none() {
            self.wrong(Mistake::new(item.place, "one line of text is wanted here"));
        }
        text
    }

    pub fn number(&mut self, item: &Item, range: RangeInclusive<u32>) -> Option<u32> {
        let number = item.text().and_then(|text| text.parse().ok()).filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!("a number from {} to {} is wanted here", range.start(), range.end());
            self.wrong(Mistake::new(item.place, message));
        }
        number
    }

    /// A number under a key, or what it is without.
    pub fn number_or(&mut self, item: &Item, key: &str, range: RangeInclusive<u32>, default: u32) -> u32 {
        item.get(key).and_then(|item| self.number(item, range)).unwrap_or(default)
    }

    /// A length: `500ms`, `30s`, `2m`; at most an hour.
    pub fn length(&mut self, item: &Item) -> Option<DurationMs> {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000)];
        let read = item.text().and_then(|text| {
            let (number, factor) = units.iter().find_map(|(unit, factor)| {
                Some((text.strip_suffix(unit)?.trim().parse::<u64>().ok()?, factor))
            })?;
            number.checked_mul(*factor).filter(|ms| (1..=3_600_000).contains(ms)).map(DurationMs)
        });
        if read.is_none() {
            let mistake = Mistake::new(item.place, "a length of time is wanted here, at most an hour");
            self.wrong(mistake.hint("`500ms`, `30s` or `2m`"));
        }
        read
    }

    pub fn pointer(&mut self, item: &Item) -> Option<Pointer> {
        let pointer = item.text().and_then(Pointer::parse);
        if pointer.is_none() {
            let mistake = Mistake::new(item.place, "a place in the reply is wanted here");
            self.wrong(mistake.hint("a JSON pointer: `/data/0/id`"));
        }
        pointer
    }

    /// One pointer or a list of them.
    pub fn pointers(&mut self, item: &Item) -> Vec<Pointer> {
        item.items().iter().filter_map(|item| self.pointer(item)).collect()
    }

    /// Statuses of HTTP.
    pub fn statuses(&mut self, item: &Item) -> Vec<u16> {
        let numbers: Vec<u32> = item.items().iter().filter_map(|item| self.number(item, 100..=599)).collect();
        numbers.into_iter().filter_map(|number| u16::try_from(number).ok()).collect()
    }

    pub fn template(&mut self, item: &Item, spot: Spot) -> Option<Template> {
        let text = self.text(item)?;
        self.template_of(&text, item, spot)
    }

    pub fn template_of(&mut self, text: &str, item: &Item, spot: Spot) -> Option<Template> {
        let read = Template::parse(text, &self.names(spot));
        read.map_err(|error| self.wrong(told(item, error))).ok()
    }

    pub fn names(&self, spot: Spot) -> Names<'_> {
        let Spot { scope, hides } = spot;
        Names { scope, settings: &self.settings, secrets: &self.secrets, hides, words: &self.words }
    }

    /// A key: what the deployment or the program calls something, nothing that a caller says.
    pub fn key(&mut self, key: &Item) -> Option<Template> {
        self.template(key, Spot::shown(Scope::Key))
    }

    /// Pairs of templates.
    pub fn templates(&mut self, item: Option<&Item>, what: &str, spot: Spot) -> Vec<(Template, Template)> {
        let Some(item) = item else { return Vec::new() };
        if !matches!(item.kind, Kind::Map(_)) {
            self.wrong(Mistake::new(item.place, format!("{what} is written as `name: value` lines")));
        }
        item.entries()
            .filter_map(|(_, key, value)| Some((self.key(key)?, self.template(value, spot)?)))
            .collect()
    }
}

fn told(item: &Item, error: TemplateError) -> Mistake {
    match error {
        TemplateError::Brace => Mistake::new(item.place, "a brace without its other one")
            .hint("write `{{` and `}}` for braces that are no names"),
        TemplateError::Name { name, known } => {
            let near = closest(&name, known.iter().map(String::as_str));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("here there are {}", known.join(", ")),
            };
            Mistake::new(item.place, format!("nothing here is called `{name}`")).hint(hint)
        }
        TemplateError::Secret { name } => {
            Mistake::new(item.place, format!("`{name}` may not stand in what is told"))
                .hint("secrets stand in `base`, `auth`, `headers` and `query`")
        }
        TemplateError::Filter { message, hint } => Mistake::new(item.place, message).hint(hint),
    }
}
