//! The steps of a scripted caller.

use super::expect_prompt::WantedPrompt;
use super::notation;
use super::reading::Reading;
use super::tree::{Item, Kind};
use crate::program::passphrase::passphrase;
use crate::program::{Channel, Key, Text};
use crate::source::Code;
use crate::time::DurationMs;

/// One step, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What the caller does or expects.
    pub deed: Deed,
    /// As the scenario writes it; a secret as dots.
    pub text: String,
    /// The line on which it stands.
    pub line: u32,
}

/// What a caller does or expects.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// The next thing said is this prompt; where it is to be cut, by the next key.
    Hear(WantedPrompt),
    /// Whatever is said before the next step is heard does not matter.
    Skip,
    /// Presses keys.
    Press {
        /// Which.
        keys: Vec<Key>,
        /// When the first.
        when: Moment,
        /// How long between two.
        every: DurationMs,
        /// Whether nobody may see them.
        secret: bool,
    },
    /// Writes a message; on a call, says something that is recognised.
    Tell {
        /// What.
        text: Text,
        /// When.
        when: Moment,
        /// Whether nobody may see it.
        secret: bool,
    },
    /// Says something into a recording.
    Speak(DurationMs),
    /// Lets time pass.
    Wait(DurationMs),
    /// Presses nothing until the running timer fires.
    Silence,
    /// Hangs up.
    HangUp(Moment),
    /// Is connected, with this number or whoever has this name where one is given.
    Connected(Option<Text>),
    /// The other side ends the contact.
    Ended,
}

/// When a caller acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A second after all was said; behind a prompt that is to be cut, a second after it began.
    Usual,
    /// So long after a prompt began.
    During(Text, DurationMs),
    /// So long after the contact arrived.
    Since(DurationMs),
}

pub(super) const PRESS: [&str; 4] = ["keys", "secret", "at", "every"];
pub(super) const TELL: [&str; 3] = ["text", "secret", "at"];
pub(super) const HANG_UP: [&str; 1] = ["at"];

pub(super) const WORDS: [&str; 11] =
    ["hear", "press", "say", "text", "speak", "wait", "silence", "hang up", "connected", "ended", "..."];

/// How long between two keys of one step.
const BETWEEN_KEYS: DurationMs = DurationMs(500);

impl Step {
    /// Reads the steps of a contact.
    pub(super) fn read_all(reading: &mut Reading, item: &Item) -> Vec<Step> {
        let items = reading.list(item, "steps");
        let steps: Vec<(&Item, Step)> =
            items.iter().filter_map(|item| Some((item, Step::read(reading, item)?))).collect();
        in_order(reading, &steps);
        steps.into_iter().map(|(_, step)| step).collect()
    }

    fn read(reading: &mut Reading, item: &Item) -> Option<Step> {
        let deed = match &item.kind {
            Kind::Scalar(word) => plain(reading, item, word)?,
            Kind::Map(_) => with_value(reading, item)?,
            Kind::Nothing | Kind::List(_) => {
                reading.wrong(item, "a step is expected here", format!("steps are: {}", WORDS.join(", ")));
                return None;
            }
        };
        let text = match &deed {
            Deed::Tell { secret: true, text, .. } => {
                format!("say: {}", "\u{2022}".repeat(text.chars().count()))
            }
            Deed::Press { secret: true, keys, .. } => format!("press: {}", "\u{2022}".repeat(keys.len())),
            _ => reading.written(item),
        };
        Some(Step { deed, text, line: reading.line(item) })
    }
}

/// What a caller does suits the channel: on a call nobody writes, and in writing there are no keys and no voice.
pub(super) fn suit(reading: &mut Reading, steps: &Item, channel: Channel) {
    let Kind::List(items) = &steps.kind else { return };
    for (key, at, _) in items.iter().flat_map(|item| item.entries().take(1)) {
        let is_voice = match channel {
            Channel::Call | Channel::Task => true,
            Channel::Sms | Channel::Email | Channel::Fax | Channel::Chat => false,
        };
        let hint = match (key, is_voice) {
            ("text", true) => "`say:` is what a caller says, `press:` what is keyed",
            ("press" | "say", false) => "write `text:` and what is written",
            ("speak", false) => "leave it out: a message comes as it is, by `text:`",
            _ => continue,
        };
        let message = match is_voice {
            true => "nobody writes on a call".to_owned(),
            false => format!("`{key}` is for calls, and this contact comes by {channel}"),
        };
        reading.mistake(Code::ScenarioWord, at, message, hint.to_owned());
    }
}

/// A moment since the arrival comes behind those that stand above it.
fn in_order(reading: &mut Reading, steps: &[(&Item, Step)]) {
    let mut last = DurationMs::ZERO;
    for (item, step) in steps {
        let Some(since) = step.deed.since_arrival() else { continue };
        if since < last {
            let message =
                format!("{since} after the arrival is before {last}, at which the caller has acted");
            reading.mistake(Code::ScenarioMoment, item, message, None);
        }
        last = last.max(since);
    }
}

impl Deed {
    /// What must be seen nowhere: the digits of a secret, or its words as they are written and in their one form.
    pub fn secrets(&self) -> Vec<String> {
        match self {
            Deed::Press { keys, secret: true, .. } => {
                vec![keys.iter().filter(|key| key.is_digit()).map(|key| key.sign()).collect()]
            }
            Deed::Tell { text, secret: true, .. } => {
                let form = passphrase(text).expose().to_owned();
                [Some(text.to_string()), Some(form).filter(|form| **form != **text)]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// When it happens, where that counts from the arrival.
    fn since_arrival(&self) -> Option<DurationMs> {
        let when = match self {
            Deed::Press { when, .. } | Deed::Tell { when, .. } | Deed::HangUp(when) => when,
            Deed::Hear(wanted) => return wanted.at,
            Deed::Skip
            | Deed::Speak(_)
            | Deed::Wait(_)
            | Deed::Silence
            | Deed::Connected(_)
            | Deed::Ended => return None,
        };
        match when {
            Moment::Since(since) => Some(*since),
            Moment::Usual | Moment::During(..) => None,
        }
    }
}

fn plain(reading: &mut Reading, item: &Item, word: &str) -> Option<Deed> {
    match word {
        "..." => Some(Deed::Skip),
        "silence" => Some(Deed::Silence),
        "hang up" => Some(Deed::HangUp(Moment::Usual)),
        "connected" => Some(Deed::Connected(None)),
        "ended" => Some(Deed::Ended),
        _ if WORDS.contains(&word) => {
            reading.lacks(item, format!("`{word}` does not say what"), format!("write `{word}: …`"));
            None
        }
        _ => {
            unknown_step(reading, item, word);
            None
        }
    }
}

fn unknown_step(reading: &mut Reading, item: &Item, word: &str) {
    reading.unknown(item, &format!("`{word}` is no step"), word, WORDS.into_iter());
}

fn with_value(reading: &mut Reading, item: &Item) -> Option<Deed> {
    let Some((word, key, value)) = item.only() else {
        let hint = "begin each step with a `- ` of its own".to_owned();
        reading.wrong(item, "a step is one thing", hint);
        return None;
    };
    match word {
        "hear" => WantedPrompt::read(reading, value).map(Deed::Hear),
        "press" => press(reading, value),
        "say" | "text" => tell(reading, word, value),
        "wait" => reading.length(value).map(Deed::Wait),
        "speak" => reading.length(value).map(Deed::Speak),
        "hang up" => hang_up(reading, value),
        "connected" => reading.party(value).map(|party| Deed::Connected(Some(party))),
        "silence" | "ended" | "..." => {
            reading.wrong(value, format!("`{word}` takes nothing"), format!("write `- {word}`"));
            None
        }
        _ => {
            unknown_step(reading, key, word);
            None
        }
    }
}

/// `"1"`, `{ secret: "4711" }`, `{ keys: "1", at: menu+800ms, every: 200ms }`.
fn press(reading: &mut Reading, item: &Item) -> Option<Deed> {
    if item.text().is_some() {
        let keys = keys(reading, item)?;
        return Some(Deed::Press { keys, when: Moment::Usual, every: BETWEEN_KEYS, secret: false });
    }
    reading.only_keys(item, "`press`", &PRESS);
    let when = moment(reading, item.get("at"))?;
    let every = match item.get("every") {
        Some(every) => reading.length(every)?,
        None => BETWEEN_KEYS,
    };
    match (item.get("keys"), item.get("secret")) {
        (Some(open), None) => Some(Deed::Press { keys: keys(reading, open)?, when, every, secret: false }),
        (None, Some(secret)) => Some(Deed::Press { keys: keys(reading, secret)?, when, every, secret: true }),
        (None, None) | (Some(_), Some(_)) => {
            reading.wrong(item, "`press` has either `keys` or `secret`", None);
            None
        }
    }
}

/// `"opening hours"`, `{ text: "opening hours", at: menu+800ms }`.
fn tell(reading: &mut Reading, word: &str, item: &Item) -> Option<Deed> {
    if let Some(text) = item.text() {
        return Some(Deed::Tell { text: text.into(), when: Moment::Usual, secret: false });
    }
    reading.only_keys(item, &format!("`{word}`"), &TELL);
    let when = moment(reading, item.get("at"))?;
    let secret = item.get("secret").is_some();
    let Some(text) = item.get("text").or(item.get("secret")) else {
        reading.wrong(item, format!("`{word}` has either `text` or `secret`"), None);
        return None;
    };
    let text = reading.scalar(text, "a text")?;
    Some(Deed::Tell { text: text.into(), when, secret })
}

fn keys(reading: &mut Reading, item: &Item) -> Option<Vec<Key>> {
    let text = reading.scalar(item, "keys")?;
    let keys = notation::keys(text);
    if keys.is_none() {
        let hint = "keys are 0-9, *, # and A-D, in quotes: `\"4711#\"`".to_owned();
        reading.no_value(item, "this is not what a telephone can key", hint);
    }
    keys
}

fn hang_up(reading: &mut Reading, item: &Item) -> Option<Deed> {
    reading.only_keys(item, "`hang up`", &HANG_UP);
    moment(reading, item.get("at")).map(Deed::HangUp)
}

fn moment(reading: &mut Reading, item: Option<&Item>) -> Option<Moment> {
    let Some(item) = item else { return Some(Moment::Usual) };
    let text = reading.scalar(item, "a moment")?;
    if let Some(since) = notation::length(text) {
        return Some(Moment::Since(since));
    }
    if let Some(length) = text.strip_prefix('-').filter(|length| notation::length(length).is_some()) {
        let message = format!("`{text}` is before the contact arrives");
        let hint = format!("a time counts from the arrival on: `{length}`");
        reading.mistake(Code::ScenarioMoment, item, message, hint);
        return None;
    }
    let Some((prompt, after)) = notation::moment(text) else {
        let hint = "write `prompt+800ms`, or a time since the arrival: `12s`".to_owned();
        reading.no_value(item, format!("`{text}` is no moment"), hint);
        return None;
    };
    let id = reading.prompt(item, prompt)?;
    Some(Moment::During(reading.program.prompt(id).name.clone(), after))
}
