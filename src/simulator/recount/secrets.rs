//! Other digits, and words, in the place of secrets: of the same shape, right where the CRM said right, and wrong where it said wrong.

use crate::engine::{
    Action, ActionId, Against, Event, Journal, JournalEntry, Lookup, Note, Verdict, restore_keys,
};
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
    /// What each customer's passphrase has become.
    pub passphrases: BTreeMap<Text, String>,
    /// What the CRM's records show and was keyed all the same: it is no secret.
    pub shown: BTreeSet<String>,
    /// What the code that was sent has become.
    pub code: Option<String>,
}

/// Digits that are tried, in this order, until one is as the journal says.
const TRIED: [&str; 5] =
    ["2580147036925801", "7193604825719360", "1234567890123456", "1111111111111111", "9876543210987654"];

/// Words that are tried in the same way.
const PHRASES: [&str; 4] = [
    "one two red hats sit by old oaks ",
    "ten big owls ate my last plum pie ",
    "six kind dogs dug up our new lawn ",
    "she sold her car and got a boat ",
];

impl MadeUp {
    /// Makes up the secrets of a journal.
    pub fn of(journal: &Journal) -> MadeUp {
        let mut masked = journal.entries.clone();
        restore_keys(&mut masked);
        let fields = fields(&journal.entries);
        let mut maker = Maker { fields, ..Maker::default() };
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
        MadeUp {
            entries,
            secret,
            pins: maker.pins,
            passphrases: maker.passphrases,
            shown: maker.shown,
            code: maker.code,
        }
    }

    /// What a customer proves who it is with, by the names that scenarios have for it.
    pub fn secrets_of(&self, customer: &Text) -> Vec<(&'static str, &String)> {
        let (pin, passphrase) = (self.pins.get(customer), self.passphrases.get(customer));
        let secrets = [("pin", pin), ("passphrase", passphrase)];
        secrets.into_iter().filter_map(|(name, secret)| Some((name, secret?))).collect()
    }
}

#[derive(Default)]
struct Maker {
    pins: BTreeMap<Text, String>,
    passphrases: BTreeMap<Text, String>,
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
        let digits = match questions(behind).as_slice() {
            [(Asked::Verify { customer, against }, right), ..] => {
                self.verified(customer, against, *right, size)
            }
            asked => self.set(asked, size),
        };
        self.last.clone_from(&digits);
        let mut digits = digits.chars();
        let put = |sign: char| match sign == Key::HIDDEN.sign() {
            true => digits.next().unwrap_or('0'),
            false => sign,
        };
        shape.chars().map(put).collect()
    }

    /// One that the CRM was asked about.
    fn verified(&mut self, customer: &Text, against: &Against, right: bool, size: usize) -> String {
        let customer = customer.clone();
        match (against, right) {
            (Against::Pin, right) => known(&mut self.pins, customer, some, right, size),
            (Against::Passphrase, right) => known(&mut self.passphrases, customer, words, right, size),
            (Against::Code, true) => self.code.get_or_insert_with(|| some(0, size)).clone(),
            (Against::Field(field), true) => {
                let known = self.fields.get(&(customer, field.clone())).and_then(|value| keyed(value, size));
                self.shown.extend(known.clone());
                known.unwrap_or_else(|| some(0, size))
            }
            (Against::Code | Against::Field(_), false) => some(1, size),
        }
    }

    /// One that is to be set: it passes tests or does not, and equals the one before or does not.
    fn set(&self, asked: &[(Asked, bool)], size: usize) -> String {
        let is_written = |test: &SecretTest| matches!(test, SecretTest::Words(_) | SecretTest::Beside(_));
        let mut made: fn(usize, usize) -> String = some;
        let mut wanted: Vec<(&[SecretTest], bool)> = Vec::new();
        let mut differs = false;
        for (question, answer) in asked {
            match (question, answer) {
                (Asked::Examine { tests }, fits) => {
                    if tests.iter().any(is_written) {
                        made = words;
                    }
                    wanted.push((tests, *fits));
                }
                (Asked::Compare, true) => return self.last.clone(),
                (Asked::Compare, false) => differs = true,
                (Asked::Verify { .. }, _) => {}
            }
        }
        let fits = |digits: &String| {
            let secret = Secret::new(digits.clone());
            let passes = |tests: &[SecretTest]| tests.iter().all(|test| test.passes(&secret));
            wanted.iter().all(|(tests, fits)| passes(tests) == *fits) && !(differs && *digits == self.last)
        };
        let first = usize::from(differs && wanted.is_empty());
        let mut tried = (first..TRIED.len()).map(|number| made(number, size));
        tried.find(fits).unwrap_or_else(|| made(first, size))
    }
}

/// What a customer proves who it is with, or, where that was wrong, something else. The length is that of what was right.
fn known(
    known: &mut BTreeMap<Text, String>,
    customer: Text,
    made: fn(usize, usize) -> String,
    right: bool,
    size: usize,
) -> String {
    let own = known.entry(customer).or_insert_with(|| made(0, size));
    if !right {
        return made(1, size);
    }
    if own.len() != size {
        *own = made(0, size);
    }
    own.clone()
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

/// Words of so many signs; the last of them are one sign over and over.
fn words(number: usize, size: usize) -> String {
    let Some(words) = PHRASES.get(number) else { return "a".repeat(size) };
    let words: String = words.chars().cycle().take(size).collect();
    match words.strip_suffix(' ') {
        Some(before) => format!("{before}s"),
        None => words,
    }
}

enum Asked {
    Verify { customer: Text, against: Against },
    Compare,
    Examine { tests: Vec<SecretTest> },
}

/// What was asked of a secret behind the note that it was taken, before the next one was, and whether the answers were yes.
fn questions(behind: &[JournalEntry]) -> Vec<(Asked, bool)> {
    let (mut taken, mut found) = (false, Vec::new());
    for (index, entry) in behind.iter().enumerate() {
        for action in &entry.actions {
            let (asked, id) = match action {
                Action::Note(Note::TookSecret { .. } | Note::HeardSecret { .. }) if taken => return found,
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
            found.push((asked, was_yes(&behind[index..], id)));
        }
    }
    found
}

/// What the answer to a question was; yes where it did not come.
fn was_yes(behind: &[JournalEntry], id: ActionId) -> bool {
    let answer = behind.iter().find_map(|entry| match &entry.event {
        // A lock comes of wrong ones, here as there.
        Some(Event::Judged { id: of, verdict }) if *of == id => {
            Some(matches!(verdict, Verdict::Right | Verdict::Failed))
        }
        Some(Event::Compared { id: of, equal }) if *of == id => Some(*equal),
        Some(Event::Examined { id: of, fits }) if *of == id => Some(*fits),
        _ => None,
    });
    answer.unwrap_or(true)
}
