//! What somebody notices of a contact: the caller, whoever keeps the books, whoever knows the flows. Numbers of actions, moments
//! and the program's positions are no part of it, so that two programs can be compared.

use crate::engine::{Action, Audio, Event, JournalEntry, LegId, Note};
use crate::program::{Entry, NodeId, Text};
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
    /// The entry of the journal.
    pub entry: usize,
    /// The node that was left next: it is where this was done, unless the caller hung up meanwhile.
    pub node: Option<NodeId>,
}

/// All that was noticed of a contact, in order.
pub(super) fn sights(entries: &[JournalEntry]) -> Vec<Sight> {
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
            let Some((witness, what, values)) = sight(action, last_event) else { continue };
            let exactly = if values.is_empty() { what.clone() } else { format!("{what} {values}") };
            list.push(Sight { witness, what, exactly, entry: index, node: None });
        }
    }
    list
}

/// What ends a contact from outside.
fn ends(event: &Event) -> bool {
    matches!(event, Event::HungUp { .. })
}

/// Who notices an action, what it is, and its values.
fn sight(action: &Action, last: Option<&Event>) -> Option<(Witness, String, String)> {
    let caller = |what: String| Some((Witness::Caller, what, String::new()));
    match action {
        Action::Play { audio, .. } => heard(audio).map(|(what, values)| (Witness::Caller, what, values)),
        Action::Dial { to, .. } | Action::Call { to, .. } => caller(format!("a call to {to}")),
        Action::HandOver { to, .. } => caller(format!("handed over to {to}")),
        Action::Redirect { to } => caller(format!("redirected to {to}")),
        Action::Enqueue { queue, .. } => caller(format!("queue {queue}")),
        Action::Join { room, .. } => caller(format!("room {room}")),
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
        | Action::Request { .. }
        | Action::Enter { .. }
        | Action::LeaveRoom { .. }
        | Action::Whisper { .. }
        | Action::Ring
        | Action::EarlyMedia { .. }
        | Action::Recording { .. }
        | Action::HangUp { .. }
        | Action::Dequeue { .. }
        | Action::EndRecording { .. }
        | Action::DropRecording { .. }
        | Action::Transcribe { .. }
        | Action::Note(_) => None,
    }
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

fn written(entry: &Entry) -> Option<(Witness, String, String)> {
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
        Entry::Note { .. }
        | Entry::Identity { .. }
        | Entry::Keep { .. }
        | Entry::Count { .. }
        | Entry::Task { .. }
        | Entry::Override { .. } => None,
    }
}
