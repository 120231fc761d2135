//! What holds of every contact, whatever fails.

use crate::engine::{Action, ActionId, DialProgress, Event, Image, Journal, Note, QueueNews};
use crate::program::{Entry, Text};
use crate::simulator::check::where_digits_are;
use crate::simulator::contact::ContactRun;
use crate::simulator::replay::{Outcome, replay};
use crate::simulator::step::Step;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The contact goes on for ever, or stops without an end.
    NoEnd,
    /// What runs behind it goes on for ever.
    NoEndBehind(Text),
    /// A caller's contact has ended, and the CRM was not told how.
    NoOutcome,
    /// A topic has two outcomes, and nobody did anything between them.
    OutcomeTwice(String),
    /// Two entries have one number, so that the CRM would keep only one of them.
    OneKeyTwice(u32),
    /// The flow could not go on, although the compiler has seen that it can.
    Fault(Text),
    /// The digits of a secret are in the journal or in the transcript.
    Secret(String),
    /// The journal does not replay: the line, and what the engine does there.
    OtherReplay(String),
}

/// The shortest secret that is searched for.
const SEARCHABLE: usize = 4;

/// Faults of a flow that no program meets which has compiled.
const IMPOSSIBLE: [&str; 5] = [
    "nobody handles",
    "the flow goes round",
    "`return` in a flow",
    "flows enter each other",
    "there is no caller for",
];

/// What does not hold of a contact that was played with these steps, and of what ran behind it; `is_over` says whether it
/// came to its end.
pub fn broken(image: &Arc<Image>, steps: &[Step], run: &ContactRun, is_over: bool) -> Vec<Broken> {
    let mut broken: Vec<Broken> = Vec::new();
    if !is_over || endings(&run.journal) != 1 {
        broken.push(Broken::NoEnd);
    }
    broken.extend(run.endless.as_ref().map(|endless| Broken::NoEndBehind(endless.flow.clone())));
    if run.journal.header.contact.task.is_none() && !run.writes.iter().any(is_outcome) {
        broken.push(Broken::NoOutcome);
    }
    for contact in std::iter::once(run).chain(&run.afterwards) {
        broken.extend(of_journal(&contact.journal));
        broken.extend(secrets(image, steps, contact));
        broken.extend(replayed(image, &contact.journal));
    }
    broken
}

fn is_outcome(entry: &Entry) -> bool {
    matches!(entry, Entry::Outcome { .. })
}

fn endings(journal: &Journal) -> usize {
    let actions = journal.entries.iter().flat_map(|entry| &entry.actions);
    actions.filter(|action| matches!(action, Action::Ended)).count()
}

/// Entries, and faults, in the order in which they came.
fn of_journal(journal: &Journal) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut written: BTreeSet<ActionId> = BTreeSet::new();
    // How often somebody had acted when a topic got its outcome.
    let mut outcomes: BTreeMap<Option<Text>, u32> = BTreeMap::new();
    let mut acts = 0;
    for entry in &journal.entries {
        acts += u32::from(entry.event.as_ref().is_some_and(is_act));
        for action in &entry.actions {
            match action {
                Action::Write { id, entry } => {
                    if !written.insert(*id) {
                        broken.push(Broken::OneKeyTwice(id.0));
                    }
                    if let Entry::Outcome { topic, .. } = entry
                        && outcomes.insert(topic.clone(), acts) == Some(acts)
                    {
                        let topic = topic.as_deref().unwrap_or("contact").to_owned();
                        broken.push(Broken::OutcomeTwice(topic));
                    }
                }
                // A key that was pressed ahead does something only now.
                Action::Note(
                    Note::Took { .. }
                    | Note::TookSecret { .. }
                    | Note::Heard { .. }
                    | Note::HeardSecret { .. },
                ) => acts += 1,
                Action::Note(Note::Fault { reason })
                    if IMPOSSIBLE.iter().any(|impossible| reason.starts_with(impossible)) =>
                {
                    broken.push(Broken::Fault(reason.clone()));
                }
                _ => {}
            }
        }
    }
    broken
}

/// Whether somebody did something, so that the matter went on: the caller, or whoever the caller speaks with or waits
/// for. That the caller hangs up is none: what is told then gives way to what was told before.
fn is_act(event: &Event) -> bool {
    match event {
        Event::Key { .. }
        | Event::Text { .. }
        | Event::LegKey { .. }
        | Event::LegEnded { .. }
        | Event::Room { .. }
        | Event::HandedOver { .. }
        | Event::Recorded { .. } => true,
        Event::Dialled { progress, .. } => {
            !matches!(progress, DialProgress::Ringing | DialProgress::Listening)
        }
        Event::Queued { news, .. } => !matches!(news, QueueNews::Place { .. }),
        Event::Tick
        | Event::TakenUp
        | Event::Answered { .. }
        | Event::Played { .. }
        | Event::Found { .. }
        | Event::Judged { .. }
        | Event::CodeSent { .. }
        | Event::Compared { .. }
        | Event::Examined { .. }
        | Event::Recalled { .. }
        | Event::Updated { .. }
        | Event::Replied { .. }
        | Event::MediaOpened { .. }
        | Event::HungUp { .. }
        | Event::Transcribed { .. }
        | Event::Written { .. } => false,
    }
}

/// A secret that is keyed where a secret is asked for stands nowhere. Whoever keys it elsewhere has told it.
fn secrets(image: &Image, steps: &[Step], run: &ContactRun) -> Vec<Broken> {
    let mut found = Vec::new();
    for digits in steps.iter().flat_map(|step| step.deed.secrets()) {
        if digits.len() < SEARCHABLE || is_told(&run.journal, &digits) {
            continue;
        }
        let trace = where_digits_are(run, image, &digits);
        found.extend(trace.map(|trace| Broken::Secret(trace.to_string())));
    }
    found
}

fn is_told(journal: &Journal, digits: &str) -> bool {
    let actions = journal.entries.iter().flat_map(|entry| &entry.actions);
    let mut notes = actions.filter_map(|action| match action {
        Action::Note(Note::Took { keys }) => Some(keys),
        Action::Note(Note::Heard { text }) => Some(text),
        _ => None,
    });
    notes.any(|taken| taken.contains(digits))
}

/// The journal, written and read, does the same.
fn replayed(image: &Arc<Image>, journal: &Journal) -> Option<Broken> {
    let journal = match Journal::read(&journal.write()) {
        Ok(journal) => journal,
        Err(error) => return Some(Broken::OtherReplay(error.to_string())),
    };
    match replay(image, &journal) {
        Outcome::Same { .. } => None,
        Outcome::Different(difference) => Some(Broken::OtherReplay(format!(
            "line {}: {} instead of {}",
            difference.line,
            difference.found.trim(),
            difference.expected.trim()
        ))),
        Outcome::OtherVersion { .. } => Some(Broken::OtherReplay("it names another version".into())),
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::NoEnd => f.write_str("the contact has no end"),
            Broken::NoEndBehind(flow) => write!(f, "`{flow}` runs behind the contact again and again"),
            Broken::NoOutcome => f.write_str("the contact has ended without an outcome"),
            Broken::OutcomeTwice(topic) => {
                write!(f, "{topic} has two outcomes, and nobody did anything between them")
            }
            Broken::OneKeyTwice(id) => write!(f, "two entries have the number {id}"),
            Broken::Fault(reason) => write!(f, "the flow could not go on: {reason}"),
            Broken::Secret(trace) => write!(f, "a secret is out: {trace}"),
            Broken::OtherReplay(why) => write!(f, "the journal does not replay: {why}"),
        }
    }
}
