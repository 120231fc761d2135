//! A contact's steps, folded into what the CRM keeps of its way.

use crate::crm::{Leg, Recorded, Trail};
use crate::engine::{
    Action, ActionId, DialProgress, Event, JournalEntry, LegId, Lookup, Note, QueueNews, RecordingChange,
    Taken,
};
use crate::time::DurationMs;
use std::collections::{BTreeMap, BTreeSet};

/// Folds steps into a trail, in the order in which they happen.
#[derive(Debug, Default)]
pub struct Follower {
    trail: Trail,
    /// Which leg an answer is about.
    legs: BTreeMap<ActionId, LegId>,
    /// Look-ups of the caller that are under way.
    lookups: BTreeSet<ActionId>,
    /// When messages that are being recorded began.
    messages: BTreeMap<ActionId, DurationMs>,
    /// How often the recording of the call has begun.
    calls: u32,
}

impl Follower {
    /// The way of a contact whose journal is there.
    pub fn of(entries: &[JournalEntry]) -> Trail {
        let mut follower = Follower::default();
        entries.iter().for_each(|entry| follower.step(entry));
        follower.trail
    }

    /// The way so far.
    pub fn trail(self) -> Trail {
        self.trail
    }

    /// One step: what happened, and what the session did about it.
    pub fn step(&mut self, entry: &JournalEntry) {
        if let Some(event) = &entry.event {
            self.happened(entry.at, event);
        }
        entry.actions.iter().for_each(|action| self.did(entry.at, action));
    }

    fn happened(&mut self, at: DurationMs, event: &Event) {
        match event {
            Event::Dialled { id, progress } => self.dialled(*id, at, progress),
            Event::Queued { id, news: QueueNews::Connected { .. } } => {
                self.leg(*id, |leg| leg.answered = Some(at));
            }
            Event::LegEnded { leg } => self.ended(*leg, at),
            Event::Recorded { id, taken } => self.message(*id, taken),
            Event::Found { id, result } if self.lookups.remove(id) => self.trail.look_up(match result {
                Lookup::One(_) => "one",
                Lookup::Many(_) => "many",
                Lookup::None => "none",
                Lookup::Failed => "failed",
            }),
            _ => {}
        }
    }

    fn did(&mut self, at: DurationMs, action: &Action) {
        match action {
            Action::Note(Note::Entered { flow }) => self.trail.enter(at, flow),
            // What a secret took comes as dots.
            Action::Note(Note::Took { keys: taken } | Note::TookSecret { shape: taken }) => {
                self.trail.take(at, taken);
            }
            Action::Note(Note::Heard { text: taken } | Note::HeardSecret { shape: taken }) => {
                self.trail.take(at, taken);
            }
            Action::Dial { id, leg, to, .. } => self.call(*id, *leg, at, &to.to_string()),
            Action::Enqueue { id, leg, queue, .. } => self.call(*id, *leg, at, queue),
            Action::Call { id, to, .. } => {
                self.legs.insert(*id, LegId(0));
                self.trail.reach(at, &to.to_string());
            }
            Action::Identify { id, .. } => drop(self.lookups.insert(*id)),
            Action::HangUp { leg } => self.ended(*leg, at),
            Action::Recording { change } => self.recording(at, *change),
            Action::Record { id, .. } => drop(self.messages.insert(*id, at)),
            _ => {}
        }
    }

    fn recording(&mut self, at: DurationMs, change: RecordingChange) {
        match change {
            RecordingChange::Start => {
                self.trail.recorded = true;
                self.calls += 1;
                let file = format!("call-{}.wav", self.calls).into();
                self.trail.record(Recorded { at, file, length: None });
            }
            RecordingChange::Stop => {
                let mut begun = self.trail.recordings.iter_mut().rev();
                if let Some(call) = begun.find(|recorded| recorded.file.starts_with("call-")) {
                    call.length = Some(DurationMs(at.0.saturating_sub(call.at.0)));
                }
            }
            RecordingChange::Pause | RecordingChange::Resume => {}
        }
    }

    /// A message is over. One that nobody spoke has no file.
    fn message(&mut self, id: ActionId, taken: &Taken) {
        let begun = self.messages.remove(&id);
        if let (Some(at), Taken::Sound { length, .. }) = (begun, taken)
            && *length > DurationMs::ZERO
        {
            let file = format!("message-{id}.wav").into();
            self.trail.record(Recorded { at, file, length: Some(*length) });
        }
    }

    fn call(&mut self, id: ActionId, leg: LegId, at: DurationMs, to: &str) {
        self.legs.insert(id, leg);
        self.trail.call(at, leg.0, to);
    }

    fn dialled(&mut self, id: ActionId, at: DurationMs, progress: &DialProgress) {
        let result = match progress {
            DialProgress::Ringing | DialProgress::Listening => return,
            DialProgress::Answered | DialProgress::Unknown => None,
            DialProgress::Machine => Some("machine"),
            DialProgress::Fax => Some("fax"),
            DialProgress::Busy => Some("busy"),
            DialProgress::NoAnswer => Some("no_answer"),
            DialProgress::Unavailable => Some("unavailable"),
            DialProgress::Refused => Some("refused"),
            DialProgress::Redirected(_) => Some("redirected"),
            DialProgress::Failed => Some("failed"),
        };
        self.leg(id, |leg| match result {
            None => leg.answered = Some(at),
            Some(result) => (leg.ended, leg.result) = (Some(at), Some(result.into())),
        });
    }

    fn ended(&mut self, leg: LegId, at: DurationMs) {
        if let Some(leg) = self.trail.leg(leg.0) {
            leg.ended.get_or_insert(at);
        }
    }

    fn leg(&mut self, id: ActionId, change: impl FnOnce(&mut Leg)) {
        let leg = self.legs.get(&id).and_then(|leg| self.trail.leg(leg.0));
        if let Some(leg) = leg {
            change(leg);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(at: u64, event: Option<Event>, actions: Vec<Action>) -> JournalEntry {
        JournalEntry::new(DurationMs(at), event.as_ref(), &actions)
    }

    #[test]
    fn what_was_recorded_is_named_by_its_file() {
        let change = |change| Action::Recording { change };
        let record = Action::Record { id: ActionId(7), max: DurationMs(1), silence: DurationMs(1) };
        let taken = |id, ms| Event::Recorded {
            id: ActionId(id),
            taken: Taken::Sound { length: DurationMs(ms), link: "".into() },
        };
        let silent = Action::Record { id: ActionId(9), max: DurationMs(1), silence: DurationMs(1) };
        let trail = Follower::of(&[
            entry(100, None, vec![change(RecordingChange::Start)]),
            entry(200, None, vec![change(RecordingChange::Pause), change(RecordingChange::Resume), record]),
            entry(5000, Some(taken(7, 4200)), vec![change(RecordingChange::Stop), silent]),
            entry(9000, Some(taken(9, 0)), vec![change(RecordingChange::Start)]),
        ]);
        let recorded = |at, file: &str, length: Option<u64>| Recorded {
            at: DurationMs(at),
            file: file.into(),
            length: length.map(DurationMs),
        };
        let expected = [
            recorded(100, "call-1.wav", Some(4900)),
            recorded(200, "message-7.wav", Some(4200)),
            recorded(9000, "call-2.wav", None),
        ];
        assert_eq!((trail.recorded, trail.recordings), (true, expected.to_vec()));
    }

    #[test]
    fn the_way_of_a_contact_is_its_flows_its_keys_without_secrets_and_whom_it_spoke_with() {
        let note = |note: Note| Action::Note(note);
        let id = ActionId(3);
        let queued = Action::Enqueue {
            id,
            leg: LegId(1),
            queue: "support".into(),
            priority: None,
            within: DurationMs(1),
            whisper: Vec::new(),
            accept: None,
        };
        let connected = Event::Queued { id, news: QueueNews::Connected { who: "ivan".into() } };
        let entries = [
            entry(0, None, vec![note(Note::Entered { flow: "reception".into() })]),
            entry(900, None, vec![note(Note::Took { keys: "1".into() })]),
            entry(5000, None, vec![note(Note::TookSecret { shape: "••••".into() }), queued]),
            entry(9000, Some(connected), vec![]),
            entry(60_000, Some(Event::LegEnded { leg: LegId(1) }), vec![]),
        ];
        let trail = Follower::of(&entries);
        let keys: Vec<&str> = trail.keyed.iter().map(|keyed| &*keyed.keys).collect();
        assert_eq!((&*trail.path[0].flow, keys), ("reception", vec!["1", "••••"]));
        let leg = &trail.legs[0];
        assert_eq!(
            (&*leg.to, leg.answered, leg.ended),
            ("support", Some(DurationMs(9000)), Some(DurationMs(60_000)))
        );
    }
}
