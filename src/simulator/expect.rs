//! What must be true of a contact once it is over.

use super::expect_dealings::ExpectedDealings;
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
    pub(super) path: Option<(u32, Vec<String>)>,
    pub(super) said: Option<(u32, Vec<String>)>,
    pub(super) outcomes: Option<(u32, BTreeMap<Option<Text>, Text>)>,
    pub(super) writes: Option<(u32, Vec<String>)>,
    /// Of the flows that ran behind it, as if they were one contact.
    pub(super) afterwards: Option<Box<Expect>>,
    pub(super) dialled: Option<(u32, Vec<ExpectedDial>)>,
    pub(super) whispered: Option<(u32, Vec<String>)>,
    pub(super) cases: Option<(u32, Vec<ExpectedCase>)>,
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
                let writes = Some((line, texts(reading, item, "entries")));
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
                "path" => expect.path = Some((line, flows(reading, value))),
                "said" => expect.said = Some((line, prompts(reading, value))),
                "outcomes" => expect.outcomes = Some((line, outcomes(reading, value))),
                "writes" => expect.writes = Some((line, texts(reading, value, "entries"))),
                "afterwards" => {
                    expect.afterwards = Some(Box::new(Expect::read_behind(reading, value, line)));
                }
                "dialled" => expect.dialled = Some((line, dialled(reading, value))),
                "whispered" => expect.whispered = Some((line, prompts(reading, value))),
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
            let items = reading.list(cases, "cases");
            self.cases = Some((line, items.iter().map(|item| expected_case(reading, item)).collect()));
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

fn texts(reading: &mut Reading, item: &Item, what: &str) -> Vec<String> {
    let items = reading.list(item, what);
    items.iter().filter_map(|item| reading.scalar(item, "a word").map(str::to_owned)).collect()
}

fn flows(reading: &mut Reading, item: &Item) -> Vec<String> {
    let items = reading.list(item, "flows");
    let program = reading.program;
    for item in items {
        if let Some(name) = item.text().filter(|name| program.flow_named(name).is_none()) {
            let known = program.flows.iter().map(|flow| &*flow.name);
            reading.unknown(item, &format!("there is no flow `{name}` in the program"), name, known);
        }
    }
    texts(reading, item, "flows")
}

fn prompts(reading: &mut Reading, item: &Item) -> Vec<String> {
    for item in reading.list(item, "prompts") {
        if let Some(name) = item.text() {
            // `name~ [de]`: cut, and in which language.
            let bare = name.split(" [").next().unwrap_or(name);
            reading.prompt(item, bare.strip_suffix('~').unwrap_or(bare));
        }
    }
    texts(reading, item, "prompts")
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
fn dialled(reading: &mut Reading, item: &Item) -> Vec<ExpectedDial> {
    let mut calls = Vec::new();
    for item in reading.list(item, "calls") {
        reading.only_keys(item, "a call", &["to", "result", "at", "rang", "caller_id"]);
        let Some(to) = item.get("to").and_then(|to| reading.party(to)) else {
            reading.wrong(item, "a call says `to` whom", None);
            continue;
        };
        let result = item.get("result").and_then(|result| reading.scalar(result, "what became of it"));
        calls.push(ExpectedDial {
            to,
            result: result.map(|result| result.replace(' ', "_")),
            at: item.get("at").and_then(|item| at(reading, item)),
            rang: item.get("rang").and_then(|rang| reading.length(rang)),
            shown: match item.get("caller_id") {
                Some(none) if none.text() == Some("none") => Some("none".into()),
                Some(phone) => reading.phone(phone).map(|phone| phone.as_str().into()),
                None => None,
            },
        });
    }
    calls
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
