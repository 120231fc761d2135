//! What must be true of a contact once it is over.

use super::expect_dealings::ExpectedDealings;
use super::expect_prompt::WantedPrompt;
use super::expect_sound;
use super::listing::Wanted;
use super::moment::moment;
use super::notation;
use super::reading::Reading;
use super::tree::{Item, Kind};
use crate::crm::CaseState;
use crate::program::verb::RejectReason;
use crate::program::{Channel, Text, Vocabulary};
use crate::source::Code;
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
    pub(super) duration: Option<(u32, Bounds)>,
    pub(super) route: Option<(u32, ExpectedRoute)>,
    pub(super) never: Vec<(u32, Never)>,
    pub(super) dealings: ExpectedDealings,
    /// Whether it must be as every contact should be.
    pub(super) sound: Option<u32>,
    /// A promise of the program that it must not break, by its position.
    pub(super) promise: Option<(u32, usize)>,
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

/// How long something may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub least: DurationMs,
    pub most: DurationMs,
}

/// Whom the caller was put through to in the end.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ExpectedRoute {
    /// A number or a name; nobody at all where it is missing.
    pub to: Option<Text>,
    /// What became of it; `connected` unless a scenario says otherwise.
    pub result: Text,
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
    Path(String),
    Write(String),
    Dial(Text),
}

pub(super) const KEYS: [&str; 18] = [
    "path",
    "said",
    "outcomes",
    "writes",
    "afterwards",
    "dialled",
    "route",
    "whispered",
    "posted",
    "delivered",
    "recorded",
    "queued",
    "crm",
    "end",
    "duration",
    "never",
    "sound",
    "promise",
];
pub(super) const BOUNDS: [&str; 2] = ["at least", "at most"];
pub(super) const ROUTE: [&str; 2] = ["to", "result"];
/// What can be expected of the flows that run behind a contact.
pub(super) const BEHIND: [&str; 11] = [
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
pub(super) const NEVER: [&str; 6] = ["say", "log", "hear", "path", "write", "dial"];
pub(super) const CALL: [&str; 5] = ["to", "result", "at", "rang", "caller_id"];
/// What becomes of somebody who is called.
pub(super) const DIALLED: [&str; 13] = [
    "answered",
    "busy",
    "no answer",
    "unavailable",
    "refused",
    "redirected",
    "failed",
    "machine",
    "fax",
    "unknown",
    "cancelled",
    "not accepted",
    "ringing",
];
pub(super) const CASE_KEYS: [&str; 5] = ["customer", "topic", "state", "about", "first entry"];

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
                "duration" => expect.duration = bounds(reading, value).map(|bounds| (line, bounds)),
                "route" => expect.route = route(reading, value).map(|route| (line, route)),
                "never" => expect.never = never(reading, value),
                "sound" => expect.sound = expect_sound::sound(reading, value).then_some(line),
                "promise" => expect.promise = expect_sound::promise(reading, value).map(|at| (line, at)),
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
        let program = reading.program;
        let text = match key {
            "state" => reading.word(value, "state of a case", &CaseState::ALL.map(CaseState::word)),
            "first entry" => {
                reading.word(value, "channel", &[&["none"], &Channel::ALL.map(Channel::word)[..]].concat())
            }
            "topic" => {
                let text = reading.scalar(value, "a topic");
                if let Some(topic) = text.filter(|topic| !program.vocabulary.has_topic(topic)) {
                    let known = program.vocabulary.topics.iter().map(|topic| &**topic);
                    reading.unknown_name(value, &format!("the program has no topic `{topic}`"), topic, known);
                }
                text
            }
            _ => reading.scalar(value, "a word"),
        };
        fields.extend(text.map(|text| (key.to_owned(), text.to_owned())));
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
        let Some(name) = item.text() else {
            let hint = "leave its values out: `whispered: [you_have_a_call]`".to_owned();
            reading.wrong(item, "a prompt that others hear is named alone", hint);
            return None;
        };
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
            reading.unknown_name(key, &format!("the program has no topic `{topic}`"), topic, known);
        }
        let Some(outcome) = reading.scalar(value, "an outcome") else { continue };
        if !vocabulary.has_outcome(outcome) {
            let known = vocabulary.outcomes.iter().map(|outcome| &**outcome);
            let known = known.chain(Vocabulary::BUILT_IN_OUTCOMES);
            reading.unknown_name(value, &format!("the program has no outcome `{outcome}`"), outcome, known);
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
    reading.only_keys(item, "a call", &CALL);
    let Some(to) = item.get("to").and_then(|to| reading.party(to)) else {
        reading.lacks(item, "a call says `to` whom", Some("write `{ to: \"+7 …\", … }`".to_owned()));
        return None;
    };
    let result = item.get("result").and_then(|result| became(reading, result, &DIALLED));
    Some(ExpectedDial {
        to,
        result,
        at: item.get("at").and_then(|item| at(reading, item)),
        rang: item.get("rang").and_then(|rang| reading.length(rang)),
        shown: match item.get("caller_id") {
            Some(none) if none.text() == Some("none") => Some("none".into()),
            Some(phone) => reading.phone(phone).map(|phone| phone.as_str().into()),
            None => None,
        },
    })
}

/// What became of a call, with the words of one as they are written, `no answer`, or as they are kept, `no_answer`.
fn became(reading: &mut Reading, item: &Item, known: &[&str]) -> Option<String> {
    let word = reading.scalar(item, "what became of it")?.replace('_', " ");
    if !known.contains(&word.as_str()) {
        reading.unknown(item, &format!("no call is `{word}` in the end"), &word, known.iter().copied());
    }
    Some(word.replace(' ', "_"))
}

/// `13s`, or `{ at least: 10s, at most: 15s }`.
fn bounds(reading: &mut Reading, item: &Item) -> Option<Bounds> {
    if !matches!(item.kind, Kind::Map(_)) {
        return reading.length(item).map(|length| Bounds { least: length, most: length });
    }
    reading.only_keys(item, "a duration", &BOUNDS);
    let mut length = |key: &str, otherwise: DurationMs| match item.get(key) {
        Some(item) => reading.length(item),
        None => Some(otherwise),
    };
    let (least, most) = (length("at least", DurationMs::ZERO)?, length("at most", DurationMs(u64::MAX))?);
    if least > most {
        let message = format!("nothing lasts at least {least} and at most {most}");
        reading.mistake(Code::ScenarioMoment, item, message, None);
    }
    Some(Bounds { least, most })
}

/// `"+7 …"`, `pc`, `none`, or `{ to: pc, result: busy }`.
fn route(reading: &mut Reading, item: &Item) -> Option<ExpectedRoute> {
    if item.text() == Some("none") {
        return Some(ExpectedRoute { to: None, result: "connected".into() });
    }
    if item.text().is_some() {
        return Some(ExpectedRoute { to: Some(reading.party(item)?), result: "connected".into() });
    }
    reading.only_keys(item, "`route`", &ROUTE);
    let Some(to) = item.get("to") else {
        reading.lacks(item, "a route says `to` whom", None);
        return None;
    };
    let to = Some(reading.party(to)?);
    let result = match item.get("result") {
        Some(result) => became(reading, result, &[&["connected"], &DIALLED[..]].concat())?.into(),
        None => "connected".into(),
    };
    Some(ExpectedRoute { to, result })
}

/// `reject 603` and `system/normal` are other words for `reject decline` and `system`.
fn plain_end(text: &str) -> String {
    let bare = text.strip_suffix("/normal").unwrap_or(text);
    let status = bare.strip_prefix("reject ").and_then(|status| status.parse::<u16>().ok());
    let reason =
        status.and_then(|status| RejectReason::ALL.into_iter().find(|reason| reason.sip_status() == status));
    reason.map_or(bare.to_owned(), |reason| format!("reject {reason}"))
}

fn end(reading: &mut Reading, item: &Item) -> Option<String> {
    let text = plain_end(reading.scalar(item, "who ended the contact")?);
    let text = text.as_str();
    let reasons = RejectReason::ALL.map(|reason| format!("reject {reason}"));
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
            reading.wrong(item, "one thing that must not be is expected here", None);
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
            "path" => {
                if reading.flow(value, &text) {
                    list.push((line, Never::Path(text)));
                }
            }
            "write" => list.push((line, Never::Write(text))),
            "dial" => list.extend(reading.party(value).map(|party| (line, Never::Dial(party)))),
            _ => {
                let message = format!("`{word}` means nothing in `never`");
                reading.unknown(key, &message, word, NEVER.into_iter());
            }
        }
    }
    list
}
