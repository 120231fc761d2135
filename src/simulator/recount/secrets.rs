//! Other digits in the place of secrets: of the same shape, right where the CRM said right, and wrong where it said wrong.

use crate::engine::{Action, Against, Event, Journal, JournalEntry, Lookup, Note, Verdict, restore_keys};
use crate::program::{Key, Record, Secret, SecretTest, Text, Value, forms};
use std::collections::{BTreeMap, BTreeSet};

/// A journal whose secrets are made up.
#[derive(Debug)]
pub(super) struct MadeUp {
    /// The entries with all their keys; those of secrets are made up.
    pub entries: Vec<JournalEntry>,
    /// Which entries are keys, or texts, of a secret.
    pub secret: Vec<bool>,
    /// What each customer's PIN has become.
    pub pins: BTreeMap<Text, String>,
    /// What the CRM's records show and was keyed all the same: it is no secret.
    pub shown: BTreeSet<String>,
    /// What the code that was sent has become.
    pub code: Option<String>,
}

/// Digits that are tried, in this order, until one is as the journal says.
const TRIED: [&str; 5] =
    ["2580147036925801", "7193604825719360", "1234567890123456", "1111111111111111", "9876543210987654"];

impl MadeUp {
    /// Makes up the secrets of a journal.
    pub fn of(journal: &Journal) -> MadeUp {
        let mut masked = journal.entries.clone();
        restore_keys(&mut masked);
        let fields = fields(&journal.entries);
        let mut maker =
            Maker { pins: BTreeMap::new(), fields, shown: BTreeSet::new(), code: None, last: String::new() };
        let mut entries = journal.entries.clone();
        for (index, entry) in entries.iter_mut().enumerate() {
            for action in &mut entry.actions {
                if let Action::Note(Note::TookSecret { shape } | Note::HeardSecret { shape }) = action {
                    *shape = maker.make_up(shape, &journal.entries[index..]).into();
                }
            }
        }
        restore_keys(&mut entries);
        let is_secret = |(masked, made_up): (&JournalEntry, &JournalEntry)| masked.event != made_up.event;
        let secret = masked.iter().zip(&entries).map(is_secret).collect();
        MadeUp { entries, secret, pins: maker.pins, shown: maker.shown, code: maker.code }
    }
}

struct Maker {
    pins: BTreeMap<Text, String>,
    /// What the CRM said of customers: it is no secret there, and right where it is asked for.
    fields: BTreeMap<(Text, Text), Value>,
    shown: BTreeSet<String>,
    code: Option<String>,
    last: String,
}

impl Maker {
    /// Digits of this shape, by what was asked of the secret next and what the answer was.
    fn make_up(&mut self, shape: &str, behind: &[JournalEntry]) -> String {
        let size = shape.chars().filter(|sign| *sign == Key::HIDDEN.sign()).count();
        let digits = match question(behind) {
            Some((Asked::Verify { customer, against }, right)) => match (against, right) {
                (Against::Pin, true) => self.pins.entry(customer).or_insert_with(|| some(0, size)).clone(),
                (Against::Code, true) => self.code.get_or_insert_with(|| some(0, size)).clone(),
                (Against::Pin, false) => {
                    self.pins.entry(customer).or_insert_with(|| some(0, size));
                    some(1, size)
                }
                (Against::Field(field), true) => {
                    let known = self.fields.get(&(customer, field)).and_then(|value| keyed(value, size));
                    self.shown.extend(known.clone());
                    known.unwrap_or_else(|| some(0, size))
                }
                (Against::Code | Against::Field(_), false) => some(1, size),
            },
            Some((Asked::Compare, true)) => self.last.clone(),
            Some((Asked::Compare, false)) => some(1, size),
            Some((Asked::Examine { tests }, fits)) => {
                let passes = |digits: &String| {
                    let secret = Secret::new(digits.clone());
                    tests.iter().all(|test| test.passes(&secret)) == fits
                };
                let mut tried = (0..TRIED.len()).map(|number| some(number, size));
                tried.find(passes).unwrap_or_else(|| some(0, size))
            }
            None => some(0, size),
        };
        self.last.clone_from(&digits);
        let mut digits = digits.chars();
        let put = |sign: char| match sign == Key::HIDDEN.sign() {
            true => digits.next().unwrap_or('0'),
            false => sign,
        };
        shape.chars().map(put).collect()
    }
}

/// The fields of all customers that were found.
fn fields(entries: &[JournalEntry]) -> BTreeMap<(Text, Text), Value> {
    fn add(record: &Record, fields: &mut BTreeMap<(Text, Text), Value>) {
        for (name, value) in &record.fields {
            match value {
                Value::Record(inner) => add(inner, fields),
                value => drop(fields.insert((record.id.clone(), name.clone()), value.clone())),
            }
        }
    }
    let mut fields = BTreeMap::new();
    for event in entries.iter().filter_map(|entry| entry.event.as_ref()) {
        if let Event::Found { result: Lookup::One(record), .. } = event {
            add(record, &mut fields);
        }
    }
    fields
}

/// A value as a person keys it with so many digits.
fn keyed(value: &Value, size: usize) -> Option<String> {
    let forms = forms(value).into_iter().map(|form| form.expose().to_owned());
    forms.into_iter().find(|form| form.len() == size)
}

fn some(number: usize, size: usize) -> String {
    TRIED[number].chars().cycle().take(size).collect()
}

enum Asked {
    Verify { customer: Text, against: Against },
    Compare,
    Examine { tests: Vec<SecretTest> },
}

/// What was asked of a secret behind the note that it was taken, before the next one was, and whether the answer was yes.
fn question(behind: &[JournalEntry]) -> Option<(Asked, bool)> {
    let mut taken = false;
    for (index, entry) in behind.iter().enumerate() {
        for action in &entry.actions {
            let (asked, id) = match action {
                Action::Note(Note::TookSecret { .. } | Note::HeardSecret { .. }) if taken => return None,
                Action::Note(Note::TookSecret { .. } | Note::HeardSecret { .. }) => {
                    taken = true;
                    continue;
                }
                Action::Verify { id, customer, against, .. } if taken => {
                    (Asked::Verify { customer: customer.clone(), against: against.clone() }, *id)
                }
                Action::Compare { id, .. } if taken => (Asked::Compare, *id),
                Action::Examine { id, tests, .. } if taken => (Asked::Examine { tests: tests.clone() }, *id),
                _ => continue,
            };
            let answer = behind[index..].iter().find_map(|entry| match &entry.event {
                Some(Event::Judged { id: of, verdict }) if *of == id => {
                    // A lock comes of wrong ones, here as there.
                    Some(matches!(verdict, Verdict::Right | Verdict::Failed))
                }
                Some(Event::Compared { id: of, equal }) if *of == id => Some(*equal),
                Some(Event::Examined { id: of, fits }) if *of == id => Some(*fits),
                _ => None,
            });
            return Some((asked, answer.unwrap_or(true)));
        }
    }
    None
}
