//! Whoever is dialled in a pretend world: what becomes of the call, and what they do once they have answered.
//!
//! ```yaml
//! dial:
//!   "+7 843 203-57-00": busy
//!   "+7 843 203-57-01": { answers: 2s, presses: "1", after: 3s, hangs_up: 30s }
//!   "+7 843 203-57-02": [ busy, busy, { answers: 5s } ]        # one call after another
//!   pc: { redirected: "sip:hotel@example.net" }
//! ```

use super::notation;
use super::reading::Reading;
use super::tree::{Item, Kind};
use crate::engine::DialProgress;
use crate::program::{Key, Text};
use crate::time::DurationMs;

/// Whoever has a dialled number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarEnd {
    /// What becomes of the call; it rings for ever where this is missing.
    pub result: Option<DialProgress>,
    /// After how long.
    pub after: DurationMs,
    /// How long after the answer a far end hangs up; [`FarEnd::SPEAKS`] after it is connected where this is missing, and
    /// never where it is the caller.
    pub hangs_up: Option<DurationMs>,
    /// How long a machine greets.
    pub greeting: DurationMs,
    /// The keys that a far end presses once it has answered, and how long after the answer the first.
    pub presses: Option<(Vec<Key>, DurationMs)>,
}

/// Where a far end sends a call that says no more than `redirected`.
const ELSEWHERE: &str = "sip:elsewhere@example.invalid";
/// How long a far end thinks before it presses a key.
const THINKS: DurationMs = DurationMs(1000);

pub(super) const WORDS: [&str; 11] = [
    "answers",
    "machine",
    "fax",
    "silent",
    "busy",
    "no answer",
    "no_answer",
    "unavailable",
    "refused",
    "redirected",
    "failed",
];

/// What is said of one that answers.
pub(super) const MORE: [&str; 4] = ["hangs_up", "presses", "after", "greeting"];

impl FarEnd {
    /// How long a far end speaks unless a scenario says otherwise.
    pub const SPEAKS: DurationMs = DurationMs::from_secs(60);
    /// How long it rings before somebody answers, unless a scenario says otherwise.
    pub const ANSWERS_AFTER: DurationMs = DurationMs::from_secs(2);

    /// How long a machine greets unless a scenario says otherwise.
    pub const GREETING: DurationMs = DurationMs::from_secs(8);

    /// A far end of which this becomes after a time.
    pub fn of(result: Option<DialProgress>, after: DurationMs) -> FarEnd {
        FarEnd { result, after, hangs_up: None, greeting: FarEnd::GREETING, presses: None }
    }

    /// The far end that a word stands for: `answers`, `machine`, `fax`, `silent` (it answers and says nothing), `busy`, `no answer`, `unavailable`, `refused`, `redirected`,
    /// `failed`.
    pub fn from_word(word: &str) -> Option<FarEnd> {
        // A person at the terminal: `answers 1` presses a key behind the answer.
        if let Some(keys) = word.strip_prefix("answers ") {
            let presses = Some((notation::keys(keys)?, THINKS));
            return FarEnd::from_word("answers").map(|far| FarEnd { presses, ..far });
        }
        let answers = |progress| Some(FarEnd::of(Some(progress), FarEnd::ANSWERS_AFTER));
        let result = match word {
            "answers" => return answers(DialProgress::Answered),
            "machine" => return answers(DialProgress::Machine),
            "fax" => return answers(DialProgress::Fax),
            "silent" => return answers(DialProgress::Unknown),
            "no answer" | "no_answer" => None,
            "busy" => Some(DialProgress::Busy),
            "unavailable" => Some(DialProgress::Unavailable),
            "refused" => Some(DialProgress::Refused),
            "redirected" => Some(DialProgress::Redirected(ELSEWHERE.into())),
            "failed" => Some(DialProgress::Failed),
            _ => return None,
        };
        Some(FarEnd::of(result, DurationMs::ZERO))
    }

    /// Whoever has each number, extension or name; under both ways to write a number.
    pub(super) fn read_all(reading: &mut Reading, item: &Item) -> Vec<(Text, Vec<FarEnd>)> {
        let mut all = Vec::new();
        for (raw, key, value) in item.entries() {
            let Some(name) = reading.party(key) else { continue };
            let ends: Vec<FarEnd> = match &value.kind {
                Kind::List(items) => items.iter().filter_map(|item| far_end(reading, item)).collect(),
                Kind::Nothing | Kind::Scalar(_) | Kind::Map(_) => {
                    far_end(reading, value).into_iter().collect()
                }
            };
            all.push((Text::from(raw), ends.clone()));
            all.push((name, ends));
        }
        all
    }
}

/// `busy`, `{ answers: 2s, hangs_up: 30s }`, `{ busy: 1s }`, `{ redirected: "sip:…" }`.
fn far_end(reading: &mut Reading, item: &Item) -> Option<FarEnd> {
    if let Some(word) = item.text() {
        let far = FarEnd::from_word(word);
        if far.is_none() {
            reading.unknown(item, &format!("nobody who is dialled is `{word}`"), word, WORDS.into_iter());
        }
        return far;
    }
    let known: Vec<&str> = WORDS.into_iter().chain(MORE).collect();
    reading.only_keys(item, "whoever is dialled", &known);
    let named = item.entries().find_map(|(key, _, value)| Some((FarEnd::from_word(key)?, value)));
    let Some((mut far, value)) = named else {
        reading.lacks(item, "this does not say what becomes of the call", None);
        return None;
    };
    if let Some(hangs_up) = item.get("hangs_up") {
        far.hangs_up = Some(reading.length(hangs_up)?);
    }
    if let Some(greeting) = item.get("greeting") {
        far.greeting = reading.length(greeting)?;
    }
    far.presses = presses(reading, item)?;
    match (&far.result, &value.kind) {
        (_, Kind::Nothing) => {}
        (Some(DialProgress::Redirected(_)), _) => {
            let to = reading.scalar(value, "an address")?;
            far.result = Some(DialProgress::Redirected(to.into()));
        }
        (result, _) => {
            far.result = result.clone().or(Some(DialProgress::NoAnswer));
            far.after = reading.length(value)?;
        }
    }
    Some(far)
}

/// What it presses, where it presses anything; `None` only where that is a mistake.
#[allow(clippy::option_option)]
pub(super) fn presses(reading: &mut Reading, item: &Item) -> Option<Option<(Vec<Key>, DurationMs)>> {
    let after = item.get("after").map_or(Some(THINKS), |after| reading.length(after))?;
    let Some(pressed) = item.get("presses") else { return Some(None) };
    let text = reading.scalar(pressed, "keys")?;
    let keys = notation::keys(text);
    if keys.is_none() {
        reading.no_value(pressed, "this is not what a telephone can key", None);
    }
    keys.map(|keys| Some((keys, after)))
}
