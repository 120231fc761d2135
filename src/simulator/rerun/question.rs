//! What an action asks, and whether two actions ask the same: by name and arguments, whatever their numbers are.

use crate::engine::{Action, ActionId, DialProgress, Event, HandOver, LegId, Lookup, QueueNews};
use crate::engine::{Recalled, Reply, RoomNews, Taken, UpdateResult, Verdict, Words};
use crate::program::{Text, Value};

/// How much two actions ask the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Same {
    /// Something else.
    No,
    /// The same operation; an argument that only one of them has is left out of account.
    ByName,
    /// The same of the same.
    Exactly,
}

/// The number of an action that is answered.
pub(super) fn asked(action: &Action) -> Option<ActionId> {
    match action {
        Action::Answer { id }
        | Action::Play { id, .. }
        | Action::Identify { id, .. }
        | Action::Find { id, .. }
        | Action::Verify { id, .. }
        | Action::SendCode { id, .. }
        | Action::Compare { id, .. }
        | Action::Examine { id, .. }
        | Action::Recall { id, .. }
        | Action::Update { id, .. }
        | Action::Request { id, .. }
        | Action::Dial { id, .. }
        | Action::Call { id, .. }
        | Action::Join { id, .. }
        | Action::Whisper { id, .. }
        | Action::EarlyMedia { id }
        | Action::HandOver { id, .. }
        | Action::Enqueue { id, .. }
        | Action::Record { id, .. }
        | Action::Transcribe { id, .. } => Some(*id),
        // Nobody waits for the answer to a `write`.
        Action::Write { .. }
        | Action::Stop { .. }
        | Action::Enter { .. }
        | Action::LeaveRoom { .. }
        | Action::Ring
        | Action::Redirect { .. }
        | Action::Recording { .. }
        | Action::Bridge { .. }
        | Action::HangUp { .. }
        | Action::Reject { .. }
        | Action::Dequeue { .. }
        | Action::EndRecording { .. }
        | Action::DropRecording { .. }
        | Action::Ended
        | Action::Note(_) => None,
    }
}

/// The leg that an action calls.
pub(super) fn called(action: &Action) -> Option<LegId> {
    match action {
        Action::Dial { leg, .. } | Action::Enqueue { leg, .. } => Some(*leg),
        _ => None,
    }
}

/// Whether two actions ask the same.
pub(super) fn same(old: &Action, new: &Action) -> Same {
    let when = |same: bool| if same { Same::Exactly } else { Same::No };
    match (old, new) {
        (Action::Answer { .. }, Action::Answer { .. })
        | (Action::EarlyMedia { .. }, Action::EarlyMedia { .. })
        | (Action::Compare { .. }, Action::Compare { .. })
        | (Action::Record { .. }, Action::Record { .. })
        | (Action::Transcribe { .. }, Action::Transcribe { .. }) => Same::Exactly,
        (Action::Play { audio: old, looped: was, .. }, Action::Play { audio: new, looped, .. }) => {
            when(old == new && was == looped)
        }
        (Action::Whisper { audio: old, .. }, Action::Whisper { audio: new, .. }) => when(old == new),
        (Action::Identify { caller: old, .. }, Action::Identify { caller: new, .. }) => when(old == new),
        (
            Action::Find { object, field, key, .. },
            Action::Find { object: other, field: by, key: sought, .. },
        ) => when((object, field, key) == (other, by, sought)),
        (
            Action::Verify { customer, against, .. },
            Action::Verify { customer: other, against: proof, .. },
        ) => when((customer, against) == (other, proof)),
        (Action::SendCode { customer: old, .. }, Action::SendCode { customer: new, .. }) => when(old == new),
        (Action::Examine { tests: old, .. }, Action::Examine { tests: new, .. }) => when(old == new),
        (Action::Recall { keep, of, .. }, Action::Recall { keep: other, of: whose, .. }) => {
            when((keep, of) == (other, whose))
        }
        (
            Action::Update { kind, of, field, value, .. },
            Action::Update { kind: other, of: whose, field: what, value: new, .. },
        ) => when((kind, of, field) == (other, whose, what) && same_value(value, new)),
        (
            Action::Request { backend, operation, args, .. },
            Action::Request { backend: other, operation: what, args: new, .. },
        ) => match (backend, operation) == (other, what) {
            true => same_arguments(args, new),
            false => Same::No,
        },
        (Action::Dial { to: old, .. }, Action::Dial { to: new, .. })
        | (Action::Call { to: old, .. }, Action::Call { to: new, .. })
        | (Action::HandOver { to: old, .. }, Action::HandOver { to: new, .. }) => when(old == new),
        (Action::Join { room: old, .. }, Action::Join { room: new, .. })
        | (Action::Enqueue { queue: old, .. }, Action::Enqueue { queue: new, .. }) => when(old == new),
        _ => Same::No,
    }
}

fn same_arguments(old: &[(Text, Value)], new: &[(Text, Value)]) -> Same {
    let is_same =
        |((name, was), (other, is)): (&(Text, Value), &(Text, Value))| name == other && same_value(was, is);
    if old.len() == new.len() && old.iter().zip(new).all(is_same) {
        return Same::Exactly;
    }
    let value = |name: &Text| new.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let differs =
        old.iter().any(|(name, value_then)| value(name).is_some_and(|now| !same_value(now, value_then)));
    let has_same_names = old.len() == new.len() && old.iter().all(|(name, _)| value(name).is_some());
    if differs || has_same_names { Same::No } else { Same::ByName }
}

/// Whether two values are the same, as far as a journal knows: of secrets it knows nothing.
fn same_value(old: &Value, new: &Value) -> bool {
    matches!((old, new), (Value::Secret(_), Value::Secret(_))) || old == new
}

/// Whether a question may get the answer again that it got before: it changes nothing.
pub(super) fn only_reads(action: &Action) -> bool {
    matches!(action, Action::Identify { .. } | Action::Find { .. } | Action::Recall { .. })
}

/// The answer with which a verb fails, by its contract; nothing where what is asked for cannot fail.
pub(super) fn failing(action: &Action) -> Option<Event> {
    match action {
        Action::Identify { id, .. } | Action::Find { id, .. } => {
            Some(Event::Found { id: *id, result: Lookup::Failed })
        }
        Action::Verify { id, .. } => Some(Event::Judged { id: *id, verdict: Verdict::Failed }),
        Action::SendCode { id, .. } => Some(Event::CodeSent { id: *id, sent: false }),
        Action::Compare { id, .. } => Some(Event::Compared { id: *id, equal: false }),
        Action::Examine { id, .. } => Some(Event::Examined { id: *id, fits: false }),
        Action::Recall { id, .. } => Some(Event::Recalled { id: *id, result: Recalled::Failed }),
        Action::Update { id, .. } => Some(Event::Updated { id: *id, result: UpdateResult::Failed }),
        Action::Request { id, .. } => Some(Event::Replied { id: *id, reply: Reply::Failed }),
        Action::Dial { id, .. } | Action::Call { id, .. } => {
            Some(Event::Dialled { id: *id, progress: DialProgress::Failed })
        }
        Action::Join { id, .. } => Some(Event::Room { id: *id, news: RoomNews::Refused }),
        Action::HandOver { id, .. } => Some(Event::HandedOver { id: *id, result: HandOver::Failed }),
        Action::Enqueue { id, .. } => Some(Event::Queued { id: *id, news: QueueNews::Closed }),
        Action::Record { id, .. } => Some(Event::Recorded { id: *id, taken: Taken::Failed }),
        Action::Transcribe { id, .. } => Some(Event::Transcribed { id: *id, words: Words::Failed }),
        _ => None,
    }
}

/// The question in words, without what it is asked with: `bank.balance`, `dial +7…`, `identify`.
pub(super) fn name(action: &Action) -> String {
    match action {
        Action::Identify { .. } => "identify caller".to_owned(),
        Action::Find { object, .. } => format!("find {object}"),
        Action::Verify { .. } => "authenticate".to_owned(),
        Action::SendCode { .. } => "code".to_owned(),
        Action::Compare { .. } | Action::Examine { .. } => "secret".to_owned(),
        Action::Recall { keep, .. } => format!("kept {keep}"),
        Action::Update { kind, field, .. } => format!("update {kind}.{field}"),
        Action::Request { backend, operation, .. } => format!("{backend}.{operation}"),
        Action::Dial { to, .. } | Action::Call { to, .. } => format!("dial {to}"),
        Action::Join { room, .. } => format!("room {room}"),
        Action::HandOver { to, .. } => format!("hand over {to}"),
        Action::Enqueue { queue, .. } => format!("queue {queue}"),
        Action::Record { .. } => "record".to_owned(),
        Action::Transcribe { .. } => "transcribe".to_owned(),
        other => other.to_string(),
    }
}

/// The same event as the answer to another action, or from another leg.
pub(super) fn addressed(event: &Event, to: ActionId, leg_now: Option<LegId>) -> Event {
    let mut event = event.clone();
    match &mut event {
        Event::Answered { id }
        | Event::Played { id }
        | Event::Found { id, .. }
        | Event::Judged { id, .. }
        | Event::CodeSent { id, .. }
        | Event::Compared { id, .. }
        | Event::Examined { id, .. }
        | Event::Recalled { id, .. }
        | Event::Updated { id, .. }
        | Event::Replied { id, .. }
        | Event::Dialled { id, .. }
        | Event::MediaOpened { id }
        | Event::Room { id, .. }
        | Event::HandedOver { id, .. }
        | Event::Queued { id, .. }
        | Event::Recorded { id, .. }
        | Event::Transcribed { id, .. }
        | Event::Written { id } => *id = to,
        Event::LegKey { leg, .. } | Event::LegEnded { leg } => *leg = leg_now.unwrap_or(*leg),
        Event::Tick | Event::TakenUp | Event::Key { .. } | Event::Text { .. } | Event::HungUp { .. } => {}
    }
    event
}

/// What an event answers: an action, or a leg.
pub(super) fn answers(event: &Event) -> (Option<ActionId>, Option<LegId>) {
    match event {
        Event::Answered { id }
        | Event::Played { id }
        | Event::Found { id, .. }
        | Event::Judged { id, .. }
        | Event::CodeSent { id, .. }
        | Event::Compared { id, .. }
        | Event::Examined { id, .. }
        | Event::Recalled { id, .. }
        | Event::Updated { id, .. }
        | Event::Replied { id, .. }
        | Event::Dialled { id, .. }
        | Event::MediaOpened { id }
        | Event::Room { id, .. }
        | Event::HandedOver { id, .. }
        | Event::Queued { id, .. }
        | Event::Recorded { id, .. }
        | Event::Transcribed { id, .. } => (Some(*id), None),
        Event::LegKey { leg, .. } | Event::LegEnded { leg } => (None, Some(*leg)),
        Event::Written { .. }
        | Event::Tick
        | Event::TakenUp
        | Event::Key { .. }
        | Event::Text { .. }
        | Event::HungUp { .. } => (None, None),
    }
}
