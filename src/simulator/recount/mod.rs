//! A recorded contact as a scenario: the world that it met, what the caller did and heard, and how it ended.
//!
//! Digits of secrets are made up (the journal does not have them), and the CRM that is given has the same made-up ones. The
//! scenario is played before it is written, so that it says what it does; whether that is what the journal says, is said, too.

mod caller;
mod earlier;
mod given;
mod legs;
mod secrets;
mod steps;
mod values;

use super::compare::{Comparison, compare};
use super::contact::{Arrival, ContactRun, Departure};
use super::drive::{Drive, ROUTE};
use super::given::Given;
use super::sheet::Sheet;
use super::world::World;
use crate::engine::{Action, Image, Journal, Note, Task};
use crate::program::{Caller, Channel, Entry, Program, Text, Value};
use secrets::MadeUp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a contact is recounted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recounting {
    /// The scenario's name; made of the contact if it is missing.
    pub name: Option<String>,
    /// Whether numbers and names of people are replaced.
    pub anonymous: bool,
}

/// A contact that was recounted.
#[derive(Clone, Debug, PartialEq)]
pub struct Recounted {
    /// A file of scenarios, with one.
    pub yaml: String,
    /// What the scenario does that the journal does not, if anything.
    pub differs: Comparison,
    /// What of the contact's world no scenario can give.
    pub limits: Vec<String>,
}

/// What a contact went through, and how it ended.
struct Lived {
    path: Vec<Text>,
    writes: Vec<Entry>,
    end: Option<Departure>,
}

impl Lived {
    /// As its journal says; how it ended is not in there.
    fn of(journal: &Journal, program: &Program) -> Lived {
        let mut lived = Lived { path: Vec::new(), writes: Vec::new(), end: None };
        for action in journal.entries.iter().flat_map(|entry| &entry.actions) {
            match action {
                Action::Note(Note::Entered { flow }) => lived.goes(flow),
                Action::Note(Note::Left { node, .. }) => {
                    let node = program.nodes.get(node.0 as usize);
                    let flow = node.map(|node| &program.flow(node.flow).name);
                    flow.filter(|flow| lived.path.last() != Some(flow))
                        .into_iter()
                        .for_each(|flow| lived.goes(flow));
                }
                Action::Write { entry, .. } => lived.writes.push(entry.clone()),
                _ => {}
            }
        }
        lived
    }

    /// Enters a flow, or comes back to it; a route is none.
    fn goes(&mut self, flow: &Text) {
        if !flow.starts_with(ROUTE) {
            self.path.push(flow.clone());
        }
    }
}

/// Makes a scenario of a contact.
///
/// # Errors
/// A sentence, where the contact's world cannot be written down for this program.
pub fn recount(image: &Arc<Image>, journal: &Journal, how: &Recounting) -> Result<Recounted, String> {
    let contact = &journal.header.contact;
    let made_up = MadeUp::of(journal);
    let (mut given, mut limits) = given::World::of(image, contact, &made_up).sheet(contact);
    let mut arrival = arrival(journal);
    let faces = if how.anonymous { faces(journal, image) } else { BTreeMap::new() };
    if how.anonymous {
        given.change(&|text| masked(text, &faces));
        if let Caller::Number(phone) = &arrival.from
            && let Some(other) = masked(phone.as_str(), &faces)
        {
            arrival.from = Caller::parse(&other, image.country.as_deref());
        }
    }
    let read = Given::read_file("given", &given.write(), image).map_err(|mistakes| mistakes.to_string())?;
    let mut world = World::default();
    world.take(&read);
    let mut drive = Drive::start(image, world, arrival.contact("sim-1", image.country.as_deref()));
    let deeds = caller::play(&mut drive, &made_up);
    let is_over = drive.is_over();
    let finished = drive.finish();
    limits.extend(finished.remarks.iter().cloned());
    let steps = steps::steps(contact.channel, finished.said.all(), &deeds, is_over);
    let run = ContactRun::of(finished, None);
    let differs = compare(Some(image), journal, image, &run.journal);
    // What is expected is what the contact did: where the scenario does something else, its test says so.
    let lived = match differs {
        Comparison::Same => Lived { path: run.path, writes: run.writes, end: run.departure },
        Comparison::Noticed(_) | Comparison::Unnoticed(_) => Lived::of(journal, image),
    };
    let scenario = scenario((image, &arrival), how, &contact.id, steps, &lived);
    let mut file = Sheet::Map(Vec::new());
    if !given.is_empty() {
        file = file.with("given", given);
    }
    let yaml = file.with("scenarios", Sheet::List(vec![scenario])).write();
    Ok(Recounted { yaml, differs, limits })
}

fn arrival(journal: &Journal) -> Arrival {
    let contact = &journal.header.contact;
    Arrival {
        at: contact.arrived,
        channel: contact.channel,
        from: contact.from.clone(),
        to: contact.to.clone(),
        message: contact.message.clone(),
        language: contact.language.clone(),
        priority: contact.priority.clone(),
        attested: contact.attested,
        seed: contact.seed,
        task: contact.task.clone(),
    }
}

/// A flow that ran without a caller, with what it took.
fn task(task: &Task, language: Option<&Text>, image: &Image) -> Sheet {
    let mut sheet = Sheet::map([("flow", Sheet::text(&*task.flow))]);
    let params = image.flow_named(&task.flow).map(|flow| &image.flow(flow).params);
    let args = params.into_iter().flatten().zip(&task.args);
    let args: Vec<(String, Sheet)> = args
        .filter(|(_, value)| !matches!(value, Value::None))
        .map(|((name, _), value)| (name.to_string(), values::value(value)))
        .collect();
    if !args.is_empty() {
        sheet = sheet.with("args", Sheet::Map(args));
    }
    match language {
        Some(language) => sheet.with("language", Sheet::text(&**language)),
        None => sheet,
    }
}

fn scenario(
    (image, arrival): (&Image, &Arrival),
    how: &Recounting,
    id: &str,
    steps: Vec<Sheet>,
    run: &Lived,
) -> Sheet {
    let name = how.name.clone().unwrap_or_else(|| format!("contact {id}"));
    let mut sheet =
        Sheet::map([("name", Sheet::text(name)), ("at", Sheet::text(values::moment(arrival.at)))]);
    sheet = match &arrival.task {
        Some(task) => sheet.with("task", self::task(task, arrival.language.as_ref(), image)),
        None => sheet.with(arrival.channel.word(), ends(arrival)),
    };
    sheet = sheet.with("seed", Sheet::text(arrival.seed.to_string()));
    if !steps.is_empty() {
        sheet = sheet.with("steps", Sheet::List(steps));
    }
    let mut expect =
        Sheet::map([("path", Sheet::List(run.path.iter().map(|flow| Sheet::text(&**flow)).collect()))]);
    let mut outcomes: BTreeMap<String, Sheet> = BTreeMap::new();
    for entry in &run.writes {
        if let Entry::Outcome { outcome, topic } = entry {
            outcomes.insert(topic.as_deref().unwrap_or("contact").to_owned(), Sheet::text(&**outcome));
        }
    }
    expect = expect.with("outcomes", Sheet::Map(outcomes.into_iter().collect()));
    if let Some(departure) = &run.end {
        expect = expect.with("end", Sheet::text(departure.to_string()));
    }
    sheet.with("expect", expect)
}

fn ends(arrival: &Arrival) -> Sheet {
    let mut ends = match &arrival.from {
        Caller::Number(phone) => Sheet::map([("from", Sheet::text(phone.as_str()))]),
        Caller::Withheld => Sheet::map([("from", Sheet::text("anonymous"))]),
        Caller::Invalid(text) => Sheet::map([("from", Sheet::text(&**text))]),
        Caller::Missing => Sheet::Map(Vec::new()),
    };
    ends = ends.with("to", Sheet::text(&*arrival.to));
    let words = [("language", &arrival.language), ("priority", &arrival.priority)];
    for (name, word) in words {
        if let Some(word) = word {
            ends = ends.with(name, Sheet::text(&**word));
        }
    }
    if arrival.attested {
        ends = ends.with("attested", Sheet::text("yes"));
    }
    match (&arrival.message, arrival.channel) {
        (None, _) | (Some(_), Channel::Call) => ends,
        (Some(message), _) => ends.with("text", Sheet::text(&**message)),
    }
}

/// Numbers and names of people in a contact, each with another: the same digits but the last four, and `Person 1`.
fn faces(journal: &Journal, image: &Image) -> BTreeMap<String, String> {
    let mut numbers: Vec<Text> = Vec::new();
    let mut names: Vec<Text> = Vec::new();
    if let Caller::Number(phone) = &journal.header.contact.from {
        numbers.push(phone.as_str().into());
    }
    for event in journal.entries.iter().filter_map(|entry| entry.event.as_ref()) {
        let crate::engine::Event::Found { result: crate::engine::Lookup::One(record), .. } = event else {
            continue;
        };
        people(record, &mut numbers, &mut names);
    }
    numbers.dedup();
    let mut faces = BTreeMap::new();
    for (index, number) in numbers.iter().enumerate() {
        let kept = number.len().saturating_sub(4);
        let other = format!("{}{:04}", number.get(..kept).unwrap_or_default(), index + 1);
        let is_number = crate::program::Phone::parse(&other, image.country.as_deref()).is_some();
        faces.entry(number.to_string()).or_insert(if is_number { other } else { number.to_string() });
    }
    for (index, name) in names.iter().enumerate() {
        faces.entry(name.to_string()).or_insert_with(|| format!("Person {}", index + 1));
    }
    faces
}

fn people(record: &crate::program::Record, numbers: &mut Vec<Text>, names: &mut Vec<Text>) {
    use crate::program::Value;
    for (name, value) in &record.fields {
        match value {
            Value::Text(text) if &**name == "name" => names.push(text.clone()),
            Value::Phone(phone) => numbers.push(phone.as_str().into()),
            Value::List(items) => numbers.extend(items.iter().filter_map(|item| match item {
                Value::Phone(phone) => Some(Text::from(phone.as_str())),
                _ => None,
            })),
            Value::Record(owner) => people(owner, numbers, names),
            _ => {}
        }
    }
}

/// A text in which people have other numbers and names; `None` where it has neither.
fn masked(text: &str, faces: &BTreeMap<String, String>) -> Option<String> {
    let mut found = None;
    for (face, other) in faces.iter().filter(|(face, _)| !face.is_empty()) {
        let text = found.as_deref().unwrap_or(text);
        if text.contains(face.as_str()) {
            found = Some(text.replace(face.as_str(), other));
        }
    }
    found
}
