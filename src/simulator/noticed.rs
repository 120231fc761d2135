//! What somebody notices of a contact: the caller, whoever keeps the books, whoever knows the flows. Numbers of actions, moments
//! and the program's positions are no part of it, so that two programs can be compared.

use crate::engine::{Action, Audio, Event, Journal, LegId, Note, RecordingChange};
use crate::program::verb::RoomTerms;
use crate::program::{Due, Entry, Method, NodeId, Phone, Program, Text, Value};
use crate::time::Wall;
use std::fmt::Write;

/// Who notices it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Witness {
    /// The caller hears, sees or feels it.
    Caller,
    /// It stands in the CRM.
    Books,
    /// Only the path through the flows is another.
    Path,
}

/// Something that was noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    pub witness: Witness,
    /// What, in words, without values: what is counted together.
    pub what: String,
    /// The same with the values that it had.
    pub exactly: String,
    /// The same, where a moment in it counts from this step instead: `in 10m` is no other order a minute later.
    pub from_here: Option<String>,
    /// The entry of the journal.
    pub entry: usize,
    /// The node that was left next: it is where this was done, unless the caller hung up meanwhile.
    pub node: Option<NodeId>,
}

/// What was done, in words, and its values.
type Seen = (Witness, String, String);

/// All that was noticed of a contact, in order. The program says which operations a backend does not only read by.
pub(super) fn sights(journal: &Journal, program: &Program) -> Vec<Sight> {
    let entries = &journal.entries;
    let arrived = journal.header.contact.arrived;
    let mut list: Vec<Sight> = Vec::new();
    let mut unplaced = 0;
    let mut last_event = None;
    for (index, entry) in entries.iter().enumerate() {
        if let Some(event) = entry.event.as_ref().filter(|event| ends(event)) {
            last_event = Some(event);
            // What is left from here on is what follows a hang-up.
            unplaced = list.len();
        }
        for action in &entry.actions {
            if let Action::Note(Note::Left { node, .. }) = action {
                list[unplaced..].iter_mut().for_each(|sight| sight.node = Some(*node));
                unplaced = list.len();
            }
            let Some((witness, what, values)) = sight(action, last_event, program) else { continue };
            let exactly = if values.is_empty() { what.clone() } else { format!("{what} {values}") };
            let from_here = ordered(action, arrived.after(entry.at));
            list.push(Sight { witness, what, exactly, from_here, entry: index, node: None });
        }
    }
    list
}

/// What ends a contact from outside.
fn ends(event: &Event) -> bool {
    matches!(event, Event::HungUp { .. })
}

/// Who notices an action, what it is, and its values.
fn sight(action: &Action, last: Option<&Event>, program: &Program) -> Option<Seen> {
    let caller = |what: String| Some((Witness::Caller, what, String::new()));
    match action {
        Action::Play { audio, .. } => heard(audio).map(|(what, values)| (Witness::Caller, what, values)),
        Action::Dial { to, caller_id, .. } | Action::Call { to, caller_id, .. } => {
            Some((Witness::Caller, format!("a call to {to}"), shown(caller_id.as_ref())))
        }
        Action::HandOver { to, .. } => caller(format!("handed over to {to}")),
        Action::Redirect { to } => caller(format!("redirected to {to}")),
        Action::Enqueue { queue, .. } => caller(format!("queue {queue}")),
        Action::Join { room, terms, .. } => Some((Witness::Caller, format!("room {room}"), recorded(terms))),
        Action::Recording { change: RecordingChange::Start } => caller("the call is recorded".to_owned()),
        Action::Recording { change: RecordingChange::Stop } => {
            caller("the call is recorded no more".to_owned())
        }
        // Secrets are left out of every recording.
        Action::Recording { change: RecordingChange::Pause | RecordingChange::Resume } => None,
        Action::Request { backend, operation, args, .. } => posted(program, (backend, operation), args),
        Action::Bridge { leg: LegId(0) } => None,
        Action::Bridge { .. } => caller("connected".to_owned()),
        Action::Record { .. } => caller("a message is recorded".to_owned()),
        Action::Reject { reason, .. } => caller(format!("rejected: {reason}")),
        Action::Write { entry, .. } => written(entry),
        Action::Ended => match last {
            Some(Event::HungUp { cause }) => caller(format!("the end: hung up ({cause})")),
            _ => caller("the end: by the program".to_owned()),
        },
        Action::Note(Note::Entered { flow }) => Some((Witness::Path, format!("flow {flow}"), String::new())),
        Action::Answer { .. }
        | Action::Stop { .. }
        | Action::Identify { .. }
        | Action::Find { .. }
        | Action::Verify { .. }
        | Action::SendCode { .. }
        | Action::Compare { .. }
        | Action::Examine { .. }
        | Action::Recall { .. }
        | Action::Update { .. }
        | Action::Enter { .. }
        | Action::LeaveRoom { .. }
        | Action::Whisper { .. }
        | Action::Ring
        | Action::EarlyMedia { .. }
        | Action::HangUp { .. }
        | Action::Dequeue { .. }
        | Action::EndRecording { .. }
        | Action::DropRecording { .. }
        | Action::Transcribe { .. }
        | Action::Note(_) => None,
    }
}

/// The number that whoever is called sees.
fn shown(caller_id: Option<&Phone>) -> String {
    caller_id.map(|phone| format!("shown {}", phone.as_str())).unwrap_or_default()
}

/// Whether, and from when on, a room is recorded.
fn recorded(terms: &RoomTerms) -> String {
    match terms.record {
        true => format!("recorded after {}", terms.record_after),
        false => String::new(),
    }
}

/// A backend is told something by a question that does not only read.
fn posted(program: &Program, (backend, operation): (&str, &str), args: &[(Text, Value)]) -> Option<Seen> {
    let declared = program.backends.iter().find(|known| *known.name == *backend)?;
    let declared = declared.operations.iter().find(|known| *known.name == *operation)?;
    if declared.method != Method::Post {
        return None;
    }
    let args: Vec<String> = args.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Some((Witness::Books, format!("post {backend}.{operation}"), args.join(" ")))
}

/// A flow that is ordered, with its time counted from this moment.
fn ordered(action: &Action, now: Wall) -> Option<String> {
    let Action::Write { entry: Entry::Task { due: Due::At(at), flow, args, .. }, .. } = action else {
        return None;
    };
    let args: Vec<String> = args.iter().map(Value::to_string).collect();
    Some(format!("in {} ms do {flow}({})", at.0.saturating_sub(now.0), args.join(", ")))
}

fn heard(audio: &Audio) -> Option<(String, String)> {
    match audio {
        Audio::Speech(spoken) => {
            let names: Vec<&str> = spoken.iter().map(|one| &*one.prompt).collect();
            let mut values = String::new();
            for one in spoken.iter().filter(|one| !one.args.is_empty()) {
                for value in &one.args {
                    // Nothing that is written to a string fails.
                    let _ = write!(values, "{value} ");
                }
            }
            spoken.iter().for_each(|one| values.push_str(&one.language));
            Some((names.join(", "), values))
        }
        Audio::Sound(name) => Some((format!("sound {name}"), String::new())),
        Audio::Tone(name) => Some((format!("tone {name}"), String::new())),
        Audio::Keys(keys) => Some((format!("keys {keys}"), String::new())),
        // A telephone makes these itself, and a message is as long as it was.
        Audio::RingBack | Audio::Beep | Audio::Message(_) => None,
    }
}

fn written(entry: &Entry) -> Option<Seen> {
    let topic = |topic: &Option<Text>| topic.as_ref().map_or(String::new(), |topic| format!(" of {topic}"));
    match entry {
        Entry::Outcome { outcome, topic: about } => {
            Some((Witness::Books, format!("outcome {outcome}{}", topic(about)), String::new()))
        }
        Entry::Sms { .. } => Some((Witness::Caller, "an SMS".to_owned(), entry.to_string())),
        Entry::Email { .. } => Some((Witness::Caller, "an e-mail".to_owned(), entry.to_string())),
        Entry::Callback { .. } => Some((Witness::Caller, "a callback".to_owned(), entry.to_string())),
        Entry::Case { .. } => Some((Witness::Books, "a case".to_owned(), entry.to_string())),
        Entry::Tell { backend, operation, .. } => {
            Some((Witness::Books, format!("tell {backend}.{operation}"), entry.to_string()))
        }
        Entry::Note { .. } => Some((Witness::Books, "a note".to_owned(), entry.to_string())),
        Entry::Task { flow, .. } => {
            Some((Witness::Books, format!("flow {flow} for later"), entry.to_string()))
        }
        Entry::Identity { .. } | Entry::Keep { .. } | Entry::Count { .. } | Entry::Override { .. } => None,
    }
}
