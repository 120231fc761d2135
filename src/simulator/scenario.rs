//! A file of scenarios: what is given, and contacts that arrive, act, and are expected to go a certain way.

use super::contact::Arrival;
use super::crowd::{self, Crowd, Together};
use super::expect::Expect;
use super::given::Given;
use super::mistake::Mistakes;
use super::moment::moment;
use super::reading::Reading;
use super::step::{self, Step};
use super::tree::{self, Item, Kind};
use crate::engine::Task;
use crate::program::{Caller, Channel, Program, Text, Type, Value};
use crate::source::Code;
use crate::time::Wall;
use std::collections::BTreeSet;

/// A file that has been read and fits its program.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioFile {
    /// Its path, as it was given.
    pub path: String,
    /// Its scenarios, in order.
    pub scenarios: Vec<Scenario>,
}

/// One scenario. Its world is its own; its contacts share it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// What it claims.
    pub name: String,
    /// The line on which it begins.
    pub line: u32,
    /// What the file and then the scenario say is given.
    pub given: Vec<Given>,
    /// Who arrives, one after another.
    pub contacts: Vec<ScriptedContact>,
}

/// A contact that follows a script.
#[derive(Clone, Debug, PartialEq)]
pub struct ScriptedContact {
    /// The line on which it begins.
    pub line: u32,
    /// How it arrives.
    pub arrival: Arrival,
    /// What changes in the world before it does.
    pub given: Given,
    /// What the caller does and hears.
    pub steps: Vec<Step>,
    /// What must be true once it is over.
    pub expect: Expect,
    /// How many arrive so, where that is not one.
    pub crowd: Option<Crowd>,
    /// What must be true of all of them together.
    pub together: Option<Together>,
}

/// Seed of a contact's random choices where a scenario names none.
const SEED: u64 = 1;

pub(super) const FILE: [&str; 3] = ["flow", "given", "scenarios"];
pub(super) const SEVERAL: [&str; 3] = ["name", "given", "contacts"];
pub(super) const TASK: [&str; 3] = ["flow", "args", "language"];
/// What is known of an arrival; of one in writing also its `text`.
pub(super) const ARRIVAL: [&str; 5] = ["from", "to", "language", "priority", "attested"];
/// The keys of a contact beside its channel.
pub(super) const CONTACT: [&str; 8] = ["at", "seed", "given", "steps", "expect", "task", "crowd", "together"];

impl ScenarioFile {
    /// The program that a file names behind `flow`, without reading the rest.
    pub fn program_named(text: &str) -> Option<String> {
        Some(tree::read(text).ok()?.get("flow")?.text()?.to_owned())
    }

    /// Reads a file and checks it against the program.
    ///
    /// # Errors
    /// All that is wrong with it, each with its place.
    pub fn read(path: &str, text: &str, program: &Program) -> Result<ScenarioFile, Mistakes> {
        let mut reading = Reading::of(path, text, program);
        let scenarios = match tree::read(text) {
            Ok(item) => read_file(&mut reading, &item),
            Err(mistake) => {
                reading.mistakes.push(mistake);
                Vec::new()
            }
        };
        match reading.mistakes.is_empty() {
            true => Ok(ScenarioFile { path: path.into(), scenarios }),
            false => Err(reading.mistakes),
        }
    }
}

impl Given {
    /// Reads a file of what is given, without scenarios: the same as behind `given`, or a whole scenario file's.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read_file(path: &str, text: &str, program: &Program) -> Result<Given, Mistakes> {
        let mut reading = Reading::of(path, text, program);
        let given = match tree::read(text) {
            Ok(item) => Given::read(&mut reading, item.get("given").unwrap_or(&item)),
            Err(mistake) => {
                reading.mistakes.push(mistake);
                Given::default()
            }
        };
        if reading.mistakes.is_empty() { Ok(given) } else { Err(reading.mistakes) }
    }
}

fn read_file(reading: &mut Reading, item: &Item) -> Vec<Scenario> {
    reading.only_keys(item, "a file of scenarios", &FILE);
    let given = item.get("given").map(|given| Given::read(reading, given)).unwrap_or_default();
    let Some(list) = item.get("scenarios") else {
        if reading.mistakes.is_empty() {
            let hint = "write `scenarios:` and a list of them: `- name: …`".to_owned();
            reading.lacks(item, "there are no `scenarios` here", Some(hint));
        }
        return Vec::new();
    };
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut names = BTreeSet::new();
    for item in reading.list(list, "scenarios") {
        if let Some(scenario) = scenario(reading, &given, item) {
            if !names.insert(scenario.name.clone()) {
                let message = format!("two scenarios are called `{}`", scenario.name);
                reading.wrong(item.get("name").unwrap_or(item), message, None);
            }
            scenarios.push(scenario);
        }
    }
    scenarios
}

fn scenario(reading: &mut Reading, given: &Given, item: &Item) -> Option<Scenario> {
    let Some(name) = item.get("name") else {
        reading.lacks(item, "a scenario needs a `name`", None);
        return None;
    };
    let name = reading.scalar(name, "a name")?.to_owned();
    let mut given = vec![given.clone()];
    let contacts: Vec<ScriptedContact> = match item.get("contacts") {
        Some(contacts) => {
            reading.only_keys(item, "a scenario of several contacts", &SEVERAL);
            given.extend(item.get("given").map(|own| Given::read(reading, own).own()));
            let items = reading.list(contacts, "contacts");
            let contacts: Vec<(&Item, ScriptedContact)> =
                items.iter().filter_map(|item| Some((item, contact(reading, item, &[])?))).collect();
            in_order(reading, &contacts);
            contacts.into_iter().map(|(_, contact)| contact).collect()
        }
        None => contact(reading, item, &["name"]).into_iter().collect(),
    };
    if contacts.is_empty() && reading.mistakes.is_empty() {
        reading.lacks(item, "nobody calls in this scenario", None);
    }
    Some(Scenario { name, line: reading.line(item), given, contacts })
}

/// Contacts share a world, in which no time passes backwards.
fn in_order(reading: &mut Reading, contacts: &[(&Item, ScriptedContact)]) {
    for pair in contacts.windows(2) {
        let [(_, before), (item, contact)] = pair else { continue };
        if contact.arrival.at < before.arrival.at {
            let place = item.get("at").unwrap_or(item);
            let message = "this contact arrives before the one above it";
            let hint = "put contacts into the order in which they arrive".to_owned();
            reading.mistake(Code::ScenarioMoment, place, message, hint);
        }
    }
}

fn contact(reading: &mut Reading, item: &Item, more: &[&str]) -> Option<ScriptedContact> {
    let channels = Channel::ALL.map(Channel::word);
    let known: Vec<&str> = more.iter().chain(&CONTACT).chain(&channels).copied().collect();
    reading.only_keys(item, "a contact", &[&known[..], &ARRIVAL, &["text"]].concat());
    outside(reading, item);
    let arrival = arrival(reading, item);
    let given = item.get("given").map(|given| Given::read(reading, given).own()).unwrap_or_default();
    let steps = item.get("steps").map(|steps| Step::read_all(reading, steps)).unwrap_or_default();
    if let (Some(arrival), Some(steps)) = (&arrival, item.get("steps")) {
        step::suit(reading, steps, arrival.channel);
    }
    let expect = item.get("expect").map(|expect| Expect::read(reading, expect)).unwrap_or_default();
    let crowd = item.get("crowd").and_then(|item| crowd::read(reading, item));
    let together = item.get("together").map(|item| crowd::read_together(reading, item));
    if let (Some(together), None) = (item.get("together"), item.get("crowd")) {
        let hint = "write `crowd: 200 calls within 10m` beside it".to_owned();
        reading.lacks(together, "there is no crowd of which this could be true", hint);
    }
    let line = reading.line(item);
    Some(ScriptedContact { line, arrival: arrival?, given, steps, expect, crowd, together })
}

/// What is known of an arrival stands within the braces of its channel.
fn outside(reading: &mut Reading, item: &Item) {
    for (key, at, _) in item.entries().filter(|(key, _, _)| ARRIVAL.contains(key) || *key == "text") {
        let message = format!("`{key}` means nothing in a contact");
        let channel = if key == "text" { "sms" } else { "call" };
        let hint = format!("write it behind the channel: `{channel}: {{ …, {key}: … }}`");
        reading.mistake(Code::ScenarioWord, at, message, hint);
    }
}

/// How a contact arrives is said once.
fn arrives_once(reading: &mut Reading, item: &Item) {
    let is_way = |key: &str| key == "task" || Channel::ALL.iter().any(|channel| channel.word() == key);
    let ways: Vec<(&str, &Item)> =
        item.entries().filter(|(key, _, _)| is_way(key)).map(|(key, at, _)| (key, at)).collect();
    if let [(first, _), (second, at), ..] = ways.as_slice() {
        let message = format!("a contact arrives in one way, and here are `{first}` and `{second}`");
        let hint = "write two `contacts`, or two scenarios".to_owned();
        reading.wrong(at, message, hint);
    }
}

/// `task: { flow: run, args: { number: "42" }, language: en }`: a flow that runs without a caller.
fn task_arrival(reading: &mut Reading, item: &Item, at: Wall) -> Option<Arrival> {
    reading.only_keys(item, "a task", &TASK);
    let program = reading.program;
    let name = item.get("flow").and_then(|flow| reading.scalar(flow, "a flow"));
    let Some(flow) = name.and_then(|name| program.flow_named(name)) else {
        let known = program.flows.iter().map(|flow| &*flow.name);
        reading.unknown_name(item, "this task names no flow of the program", name.unwrap_or_default(), known);
        return None;
    };
    let started = program.tasks.contains(&flow);
    let flow = program.flow(flow);
    if !started {
        let hint = format!(
            "write `task -> {}` into the route, or `afterwards do {}()` into a flow",
            flow.name, flow.name
        );
        reading.mistake(
            Code::ScenarioName,
            item,
            format!("nothing starts the flow `{}` without a caller", flow.name),
            hint,
        );
        return None;
    }
    let what = format!("flow `{}`", flow.name);
    let given = match item.get("args") {
        Some(args) => reading.named_values(args, &what, &flow.params),
        None => Vec::new(),
    };
    for (index, (name, kind)) in flow.params.iter().enumerate() {
        if is_written(kind) && given.iter().all(|(at, _, _)| *at != index) {
            let hint = format!("write `args: {{ {name}: … }}`");
            reading.lacks(item, format!("{what} takes a `{name}`, which is missing"), hint);
        }
    }
    let value =
        |index: usize| given.iter().find(|(at, _, _)| *at == index).map(|(_, _, value)| value.clone());
    let args = (0..flow.params.len()).map(|index| value(index).unwrap_or(Value::None)).collect();
    let task = Some(Task { flow: flow.name.clone(), args });
    let language = item.get("language").and_then(|word| reading.scalar(word, "a language")).map(Text::from);
    Some(Arrival {
        at,
        channel: Channel::Task,
        from: Caller::Missing,
        to: "".into(),
        message: None,
        language,
        priority: None,
        attested: false,
        seed: SEED,
        task,
    })
}

/// Whether a scenario can write a value of this type, and has to.
fn is_written(kind: &Type) -> bool {
    match kind {
        Type::Optional(_)
        | Type::Customer(_)
        | Type::Object(_)
        | Type::Case
        | Type::Reply(_)
        | Type::Recording
        | Type::Unknown => false,
        Type::List(inner) => is_written(inner),
        Type::Bool
        | Type::Number
        | Type::Text
        | Type::Digits
        | Type::Phone
        | Type::Money
        | Type::Duration
        | Type::Date
        | Type::Time
        | Type::Moment
        | Type::Secret
        | Type::Passphrase
        | Type::Record(_) => true,
    }
}

fn arrival(reading: &mut Reading, item: &Item) -> Option<Arrival> {
    let at = match item.get("at") {
        Some(at) => moment(reading, at),
        None => {
            let hint = "write `at: 2026-11-20T19:30:00+03:00`".to_owned();
            reading.lacks(item, "it is not said when this contact arrives", hint);
            None
        }
    };
    arrives_once(reading, item);
    if let Some(task) = item.get("task") {
        return task_arrival(reading, task, at?);
    }
    let found = Channel::ALL.into_iter().find_map(|channel| Some((channel, item.get(channel.word())?)));
    let Some((channel, ends)) = found else {
        let hint = "write `call: { from: \"+7 …\", to: \"+7 …\" }`; also sms, email, fax, chat".to_owned();
        reading.lacks(item, "it is not said who calls whom", hint);
        return None;
    };
    let mut known = ARRIVAL.to_vec();
    known.extend((channel != Channel::Call).then_some("text"));
    reading.only_keys(ends, &format!("`{channel}`"), &known);
    let message = ends.get("text").and_then(|text| reading.scalar(text, "what is written")).map(Into::into);
    let from = ends.get("from").map_or(Some(Caller::Missing), |from| caller(reading, from))?;
    let to = ends.get("to").and_then(|to| reading.scalar(to, "what is dialled"));
    if to.is_none() {
        reading.lacks(ends, "it is not said what is dialled", None);
    }
    let mut word =
        |name: &str| ends.get(name).and_then(|item| reading.scalar(item, "a word")).map(Text::from);
    let (language, priority) = (word("language"), word("priority"));
    let attested =
        ends.get("attested").is_some_and(|item| reading.value(item, &Type::Bool) == Some(Value::Bool(true)));
    let seed = match item.get("seed") {
        Some(seed) => number(reading, seed)?,
        None => SEED,
    };
    Some(Arrival {
        at: at?,
        channel,
        from,
        to: to?.into(),
        message,
        language,
        priority,
        attested,
        seed,
        task: None,
    })
}

fn caller(reading: &mut Reading, item: &Item) -> Option<Caller> {
    if item.kind == Kind::Nothing {
        return Some(Caller::Missing);
    }
    let text = reading.scalar(item, "who calls")?;
    Some(Caller::parse(text, reading.program.country.as_deref()))
}

fn number(reading: &mut Reading, item: &Item) -> Option<u64> {
    let number = reading.scalar(item, "a number")?.parse().ok();
    if number.is_none() {
        reading.no_value(item, "a whole number is expected here", None);
    }
    number
}
