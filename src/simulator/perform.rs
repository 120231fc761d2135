//! What the simulator does for each action: the one place that knows all of them.

use super::contact::Departure;
use super::drive::{CALLER, Dialled, Drive, Leg, OpenQuestion, ROUTE};
use super::said::Cut;
use super::world::{Canned, FarEnd};
use crate::crm::EndedBy;
use crate::engine::{Action, ActionId, Audio, DialProgress, Event, LegId, Note, Reply};
use crate::program::{Phone, Text, Value};
use crate::time::DurationMs;

impl Drive {
    /// Does what the session asks, because of an event.
    pub(super) fn perform(&mut self, because: Option<&Event>, action: Action) {
        match action {
            Action::Answer { id } => self.report(DurationMs::ZERO, Event::Answered { id }),
            Action::Play { id, audio, looped } => self.play(id, audio, looped, because),
            Action::Stop { id } => self.stop(id, because),
            Action::Identify { id, caller } => {
                let result = self.world.identify(&caller);
                self.crm_says(result.map(|result| Event::Found { id, result }));
            }
            Action::Find { id, object, field, key } => {
                let result = self.world.find(&object, &field, &key);
                self.crm_says(result.map(|result| Event::Found { id, result }));
            }
            Action::Verify { id, customer, secret, lock } => {
                let wall = self.wall();
                let verdict = self.world.verify(&self.contact.id, (&customer, &secret, lock), wall);
                self.crm_says(verdict.map(|verdict| Event::Judged { id, verdict }));
            }
            Action::Request { id, backend, operation, args, .. } => {
                self.request(id, backend, operation, args)
            }
            Action::Dial { id, leg, to, .. } => self.dial(id, leg, to),
            Action::Bridge { leg } => self.bridge(leg),
            Action::HangUp { leg: CALLER } => self.let_go(because),
            Action::HangUp { leg } => self.cancel(leg),
            Action::Reject { reason } => self.departure = Some(Departure::Rejected(reason)),
            Action::Write { id, entry } => {
                let wall = self.wall();
                self.world.write(&self.contact, id.0, &entry, wall);
                self.writes.push(entry);
                self.report(DurationMs::ZERO, Event::Written { id });
            }
            Action::Ended => self.end(),
            Action::Note(note) => self.note(note),
        }
    }

    fn crm_says(&mut self, answer: Option<Event>) {
        answer.into_iter().for_each(|event| self.report(self.world.crm_after, event));
    }

    fn play(&mut self, id: ActionId, audio: Audio, looped: bool, because: Option<&Event>) {
        if let Some(playing) = self.playing {
            self.stop(playing, because);
        }
        self.playing = Some(id);
        let channel = self.contact.channel;
        if !looped {
            self.report(self.world.audio_length(&audio, channel), Event::Played { id });
        }
        if let Audio::Speech(spoken) = audio {
            let world = &self.world;
            let lengths = spoken.into_iter().map(|one| {
                let length = world.prompt_length(&one, channel);
                (one, length)
            });
            self.said.begin(id, self.now, lengths);
        }
    }

    fn stop(&mut self, id: ActionId, because: Option<&Event>) {
        if self.playing == Some(id) {
            self.playing = None;
        }
        self.queue.retain(|_, event| *event != Event::Played { id });
        let by_key = matches!(because, Some(Event::Key { .. }));
        self.said.cut(id, self.now, if by_key { Cut::ByKey } else { Cut::Otherwise });
    }

    fn request(&mut self, id: ActionId, backend: Text, operation: Text, args: Vec<(Text, Value)>) {
        match self.world.reply(&backend, &operation, &args) {
            Some(Canned { after, reply: Some(reply) }) => self.report(after, Event::Replied { id, reply }),
            Some(Canned { reply: None, .. }) => {}
            None if self.world.asks => {
                self.questions.push(OpenQuestion::Reply { id, backend, operation, args });
            }
            None => {
                self.remarks.push(format!(
                    "no reply is left for {backend}.{operation}, so that it failed: declare one under `backends`"
                ));
                self.report(DurationMs::ZERO, Event::Replied { id, reply: Reply::Failed });
            }
        }
    }

    fn dial(&mut self, id: ActionId, leg: LegId, to: Phone) {
        self.dialled.push(Dialled { to: to.clone(), result: "ringing".into(), id });
        match self.world.far_end(&to) {
            Some(far) => self.ring(id, leg, to, far),
            None if self.world.asks => self.questions.push(OpenQuestion::Dial { id, leg, to }),
            None => {
                self.remarks.push(format!(
                    "nobody is declared to have the number {to}, so that it was unavailable: say who under `dial`"
                ));
                self.ring(id, leg, to, FarEnd::of(Some(DialProgress::Unavailable), DurationMs::ZERO));
            }
        }
    }

    /// A number rings, and what is foreseen becomes of it.
    pub(super) fn ring(&mut self, id: ActionId, leg: LegId, to: Phone, far: FarEnd) {
        if far.after > DurationMs::ZERO || far.result.is_none() {
            self.report(DurationMs::ZERO, Event::Dialled { id, progress: DialProgress::Ringing });
        }
        if let Some(progress) = far.result {
            self.report(far.after, Event::Dialled { id, progress });
        }
        self.legs.insert(leg, Leg { id, to, far });
    }

    fn bridge(&mut self, leg: LegId) {
        if let Some(up) = self.legs.get(&leg).cloned() {
            self.connected.push((self.now, up.to));
            self.report(up.far.speaks, Event::LegEnded { leg });
        }
    }

    fn cancel(&mut self, leg: LegId) {
        let Some(gone) = self.legs.remove(&leg) else { return };
        self.queue.retain(|_, event| match event {
            Event::Dialled { id, .. } => *id != gone.id,
            Event::LegEnded { leg: ended } => *ended != leg,
            _ => true,
        });
        let ringing = |dialled: &&mut Dialled| dialled.id == gone.id && dialled.result == "ringing";
        let by_caller = self.departure == Some(Departure::Caller);
        if let Some(dialled) = self.dialled.iter_mut().find(ringing) {
            dialled.result = if by_caller { "cancelled" } else { "no_answer" }.into();
        }
    }

    fn let_go(&mut self, because: Option<&Event>) {
        let by = match because {
            Some(Event::LegEnded { .. }) => Departure::Callee,
            _ => Departure::System,
        };
        self.departure.get_or_insert(by);
    }

    fn end(&mut self) {
        if let Some(playing) = self.playing {
            self.stop(playing, None);
        }
        self.queue.clear();
        self.questions.clear();
        let (by, cause) = match self.departure {
            Some(Departure::Caller) => (EndedBy::Caller, "normal"),
            Some(Departure::Callee) => (EndedBy::Callee, "normal"),
            Some(Departure::System) | None => (EndedBy::Program, "normal"),
            Some(Departure::Rejected(reason)) => (EndedBy::Program, reason.word()),
        };
        let wall = self.wall();
        self.world.end(&self.contact, wall, by, cause);
    }

    /// Keeps the path. Coming back from a flow is a step of it, too.
    fn note(&mut self, note: Note) {
        let flow = match note {
            Note::Entered { flow } => flow,
            Note::Left { node, .. } => {
                let program = self.session.image().program();
                let flow = program.flow(program.node(node).flow).name.clone();
                if self.path.last() == Some(&flow) {
                    return;
                }
                flow
            }
            Note::Took { .. }
            | Note::TookSecret { .. }
            | Note::Dropped { .. }
            | Note::Ignored
            | Note::Stale
            | Note::Fault { .. }
            | Note::OutcomeKept => return,
        };
        if !flow.starts_with(ROUTE) {
            self.path.push(flow);
        }
    }
}
