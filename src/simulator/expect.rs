//! What must be true of a contact once it is over.

use super::expect_dealings::ExpectedDealings;
use super::expect_prompt::WantedPrompt;
use super::listing::Wanted;
use super::notation;
use super::reading::Reading;
use super::scenario::moment;
use super::tree::{Item, Kind};
use crate::program::{Text, Vocabulary};
use crate::time::{DurationMs, Wall};
use std::collections::BTreeMap;

/// Expectations, each with the line on which it stands. What is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expect {
    pub(super) path: Option<Wanted<String>>,
    pub(super) said: Option<Wanted<WantedPrompt>>,
    pub(super) outcomes: Option<(u32, BTreeMap<Option<Text>, Text>)>,
    pub(super) writes: Option<Wanted<String>>,
    /// Of the flows that ran behind it, as if they were one contact.
    pub(super) afterwards: Option<Box<Expect>>,
    pub(super) dialled: Option<Wanted<ExpectedDial>>,
    pub(super) whispered: Option<Wanted<String>>,
    pub(super) cases: Option<Wanted<ExpectedCase>>,
    pub(super) end: Option<(u32, String)>,
    pub(super) duration: Option<(u32, DurationMs)>,
    pub(super) never: Vec<(u32, Never)>,
    pub(super) dealings: ExpectedDealings,
}

/// A case that the CRM must hold; what is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExpectedCase {
    pub(super) fields: BTreeMap<String, String>,
}

/// Somebody who must have been called; what is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ExpectedDial {
    pub to: Text,
    pub result: Option<String>,
    /// When.
    pub at: Option<At>,
    /// How long it rang.
    pub rang: Option<DurationMs>,
    /// The number that it was shown.
    pub shown: Option<Text>,
}

/// A moment of a contact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum At {
    /// So long after the contact arrived.
    Since(DurationMs),
    /// On the calendar.
    Moment(Wall),
}

/// Something that must not be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Never {
    Say(String),
    Log(String),
    Hear(String),
}

const KEYS: [&str; 15] = [
    "path",
    "said",
    "outcomes",
    "writes",
    "afterwards",
    "dialled",
    "whispered",
    "posted",
    "delivered",
    "recorded",
    "queued",
    "crm",
    "end",
    "duration",
    "never",
];
/// What can be expected of the flows that run behind a contact.
const BEHIND: [&str; 11] = [
    "path",
    "said",
    "outcomes",
    "writes",
    "dialled",
    "whispered",
    "posted",
    "delivered",
    "recorded",
    "queued",
    "never",
];
const CASE_KEYS: [&str; 5] = ["customer", "topic", "state", "about", "first entry"];

impl Expect {
    pub(super) fn read(reading: &mut Reading, item: &Item) -> Expect {
        Expect::read_keys(reading, item, "`expect`", &KEYS)
    }

    /// `[ 'note "tea"' ]`, what was written, or a map of expectations.
    fn read_behind(reading: &mut Reading, item: &Item, line: u32) -> Expect {
        match &item.kind {
            Kind::Map(_) => Expect::read_keys(reading, item, "`afterwards`", &BEHIND),
            Kind::List(_) | Kind::Nothing | Kind::Scalar(_) => {
                let writes = Some(texts(reading, item, ("entries", line)));
                Expect { writes, ..Expect::default() }
            }
        }
    }

    fn read_keys(reading: &mut Reading, item: &Item, what: &str, known: &[&str]) -> Expect {
        let mut expect = Expect::default();
        reading.only_keys(item, what, known);
        for (key, at, value) in item.entries() {
            let line = reading.line(at);
            match key {
                "path" => expect.path = Some(flows(reading, value, line)),
                "said" => expect.said = Some(prompts(reading, value, line)),
                "outcomes" => expect.outcomes = Some((line, outcomes(reading, value))),
                "writes" => expect.writes = Some(texts(reading, value, ("entries", line))),
                "afterwards" => {
                    expect.afterwards = Some(Box::new(Expect::read_behind(reading, value, line)));
                }
                "dialled" => expect.dialled = Some(dialled(reading, value, line)),
                "whispered" => expect.whispered = Some(whispers(reading, value, line)),
                "crm" => expect.read_crm(reading, value),
                "end" => expect.end = end(reading, value).map(|end| (line, end)),
                "duration" => expect.duration = reading.length(value).map(|length| (line, length)),
                "never" => expect.never = never(reading, value),
                _ => expect.read_dealings(reading, key, line, value),
            }
        }
        expect
    }

    fn read_crm(&mut self, reading: &mut Reading, item: &Item) {
        reading.only_keys(item, "`crm`", &["cases"]);
        if let Some(cases) = item.get("cases") {
            let line = reading.line(cases);
            let each = |reading: &mut Reading, item: &Item| Some(expected_case(reading, item));
            self.cases = Some(Wanted::read(reading, cases, ("cases", line), each));
        }
    }
}

fn expected_case(reading: &mut Reading, item: &Item) -> ExpectedCase {
    reading.only_keys(item, "a case", &CASE_KEYS);
    let mut fields = BTreeMap::new();
    for (key, _, value) in item.entries() {
        let text = reading.scalar(value, "a word").map(str::to_owned);
        fields.extend(text.map(|text| (key.to_owned(), text)));
    }
    ExpectedCase { fields }
}

/// Texts, in the order of a list.
pub(super) fn texts(reading: &mut Reading, item: &Item, what: (&str, u32)) -> Wanted<String> {
    Wanted::read(reading, item, what, |reading, item| reading.scalar(item, "a word").map(str::to_owned))
}

fn flows(reading: &mut Reading, item: &Item, line: u32) -> Wanted<String> {
    Wanted::read(reading, item, ("flows", line), |reading, item| {
        let name = reading.scalar(item, "a flow")?;
        reading.flow(item, name).then(|| name.to_owned())
    })
}

fn prompts(reading: &mut Reading, item: &Item, line: u32) -> Wanted<WantedPrompt> {
    Wanted::read(reading, item, ("prompts", line), WantedPrompt::read)
}

fn whispers(reading: &mut Reading, item: &Item, line: u32) -> Wanted<String> {
    Wanted::read(reading, item, ("prompts", line), |reading, item| {
        let name = reading.scalar(item, "a prompt")?;
        reading.prompt(item, name).map(|_| name.to_owned())
    })
}

/// Outcomes by topic; `contact` stands for the contact as a whole.
fn outcomes(reading: &mut Reading, item: &Item) -> BTreeMap<Option<Text>, Text> {
    let vocabulary = &reading.program.vocabulary;
    let mut outcomes = BTreeMap::new();
    for (topic, key, value) in item.entries() {
        if topic != "contact" && !vocabulary.has_topic(topic) {
            let known = vocabulary.topics.iter().map(|topic| &**topic).chain(["contact"]);
            reading.unknown(key, &format!("the program has no topic `{topic}`"), topic, known);
        }
        let Some(outcome) = reading.scalar(value, "an outcome") else { continue };
        if !vocabulary.has_outcome(outcome) {
            let known = vocabulary.outcomes.iter().map(|outcome| &**outcome);
            let known = known.chain(Vocabulary::BUILT_IN_OUTCOMES);
            reading.unknown(value, &format!("the program has no outcome `{outcome}`"), outcome, known);
        }
        outcomes.insert((topic != "contact").then(|| topic.into()), outcome.into());
    }
    outcomes
}

/// `5s`, or `2026-11-21T06:30:00+01:00`.
fn at(reading: &mut Reading, item: &Item) -> Option<At> {
    match item.text().and_then(notation::length) {
        Some(since) => Some(At::Since(since)),
        None => moment(reading, item).map(At::Moment),
    }
}

/// `- { to: "+7 …", result: busy, at: 5s, rang: 8s, caller_id: "+7 …" }`.
fn dialled(reading: &mut Reading, item: &Item, line: u32) -> Wanted<ExpectedDial> {
    Wanted::read(reading, item, ("calls", line), dial)
}

fn dial(reading: &mut Reading, item: &Item) -> Option<ExpectedDial> {
    reading.only_keys(item, "a call", &["to", "result", "at", "rang", "caller_id"]);
    let Some(to) = item.get("to").and_then(|to| reading.party(to)) else {
        reading.wrong(item, "a call says `to` whom", None);
        return None;
    };
    let result = item.get("result").and_then(|result| reading.scalar(result, "what became of it"));
    Some(ExpectedDial {
        to,
        result: result.map(|result| result.replace(' ', "_")),
        at: item.get("at").and_then(|item| at(reading, item)),
        rang: item.get("rang").and_then(|rang| reading.length(rang)),
        shown: match item.get("caller_id") {
            Some(none) if none.text() == Some("none") => Some("none".into()),
            Some(phone) => reading.phone(phone).map(|phone| phone.as_str().into()),
            None => None,
        },
    })
}

fn end(reading: &mut Reading, item: &Item) -> Option<String> {
    let text = reading.scalar(item, "who ended the contact")?;
    let reasons = crate::program::verb::RejectReason::ALL.map(|reason| format!("reject {reason}"));
    let with_words = |reason: &String| {
        let rest = text.strip_prefix(&**reason).and_then(|rest| rest.strip_prefix(" \""));
        rest.is_some_and(|words| words.ends_with('"'))
    };
    if text.starts_with("redirect ") || reasons.iter().any(with_words) {
        return Some(text.to_owned());
    }
    let known =
        ["system", "caller", "callee", "handed over"].into_iter().chain(reasons.iter().map(String::as_str));
    if !known.clone().any(|known| known == text) {
        reading.unknown(item, &format!("no contact ends with `{text}`"), text, known);
        return None;
    }
    Some(text.to_owned())
}

/// `- say: "4711"`, `- log: "4711"`, `- hear: prompt`.
fn never(reading: &mut Reading, item: &Item) -> Vec<(u32, Never)> {
    let mut list = Vec::new();
    for item in reading.list(item, "things that must not be") {
        let line = reading.line(item);
        let Some((word, key, value)) = item.only().filter(|_| matches!(item.kind, Kind::Map(_))) else {
            reading.wrong(item, "one of `say`, `log` and `hear` is expected here", None);
            continue;
        };
        let Some(text) = reading.scalar(value, "a text").map(str::to_owned) else { continue };
        match word {
            "say" => list.push((line, Never::Say(text))),
            "log" => list.push((line, Never::Log(text))),
            "hear" => {
                if reading.prompt(value, &text).is_some() {
                    list.push((line, Never::Hear(text)));
                }
            }
            _ => {
                let message = format!("`{word}` means nothing in `never`");
                reading.unknown(key, &message, word, ["say", "log", "hear"].into_iter());
            }
        }
    }
    list
}
