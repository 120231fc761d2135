//! What the simulator does for each action: the one place that knows all of them.

use super::contact::Departure;
use super::drive::{CALLER, Drive, OpenQuestion, ROUTE};
use super::offer::Offer;
use super::said::Cut;
use super::world::Canned;
use crate::crm::{Attempt, EndedBy, Proof, Update};
use crate::engine::{Action, ActionId, Against, Audio, Event, Note, Reply};
use crate::program::{Phone, Secret, Text, Value, draw_below};
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
            Action::Verify { id, customer, against, secret, lock } => {
                let wall = self.wall();
                let proof = match &against {
                    Against::Pin => Proof::Pin,
                    Against::Passphrase => Proof::Passphrase,
                    Against::Field(field) => Proof::Field(field),
                    Against::Code => Proof::Code(self.code.as_ref()),
                };
                let (secret, contact) = (&secret, &*self.contact.id);
                let caller = &self.contact.from;
                let attempt =
                    Attempt { customer: &customer, caller, proof, secret, lock, contact, now: wall };
                let verdict = self.world.verify(&attempt);
                self.crm_says(verdict.map(|verdict| Event::Judged { id, verdict }));
            }
            Action::SendCode { id, customer, to, digits, .. } => self.send_code(id, &customer, to, digits),
            Action::Compare { id, left, right } => {
                self.report(DurationMs::ZERO, Event::Compared { id, equal: left == right });
            }
            Action::Examine { id, secret, tests } => {
                let fits = tests.iter().all(|test| test.passes(&secret));
                self.report(DurationMs::ZERO, Event::Examined { id, fits });
            }
            Action::Recall { id, keep, of } => {
                let wall = self.wall();
                let result = self.world.recall(&keep, &of, wall);
                self.crm_says(result.map(|result| Event::Recalled { id, result }));
            }
            Action::Update { id, kind, of, field, value, seen } => {
                let update = Update { kind: &kind, of: &of, field: &field, value: &value, seen: &seen };
                let result = self.world.update(&update);
                self.crm_says(result.map(|result| Event::Updated { id, result }));
            }
            Action::Request { id, backend, operation, args, .. } => {
                self.request(id, backend, operation, args)
            }
            Action::Dial { id, leg, to, caller_id, .. } => self.dial(id, leg, to, caller_id),
            Action::Join { id, room, terms } => self.join(id, room, terms),
            Action::Enter { id } => self.enter_room(id),
            Action::LeaveRoom { id } => self.leave_room(id),
            Action::Call { id, to, caller_id, detect, .. } => {
                self.begins_to_ring(id, &to, caller_id);
                self.call_out(id, to, detect);
            }
            Action::Whisper { id, leg, audio } => self.whisper(id, leg, &audio),
            Action::EarlyMedia { id } => self.report(DurationMs::ZERO, Event::MediaOpened { id }),
            Action::HandOver { id, to } => self.hand_over(id, &to),
            Action::Redirect { to } => self.departure = Some(Departure::Redirected(to)),
            // Nobody but the caller's network would notice.
            Action::Ring => {}
            Action::Recording { change } => self.tape_call(change),
            Action::Bridge { leg } => self.bridge(leg),
            Action::HangUp { leg: CALLER } => {
                self.let_called_go(because);
                self.let_go(because);
            }
            Action::HangUp { leg } => self.cancel(leg, because),
            Action::Reject { reason, words } => self.departure = Some(Departure::Rejected(reason, words)),
            Action::Write { id, entry } => {
                let wall = self.wall();
                self.world.write(&self.contact, id.0, &entry, wall);
                self.deliver(&entry);
                self.writes.push(entry);
                self.report(DurationMs::ZERO, Event::Written { id });
            }
            Action::Enqueue { id, leg, queue, whisper, accept, .. } => {
                self.enqueue(id, leg, queue, &Offer::new(&whisper, accept, &self.world));
            }
            Action::Dequeue { id } => {
                self.leaves_place(id, because);
                self.dequeue(id);
            }
            Action::Record { id, silence, .. } => self.begin_recording(id, silence),
            Action::EndRecording { id } => self.end_recording(id),
            Action::DropRecording { id } => self.drop_recording(id),
            Action::Transcribe { id, .. } => self.transcribe(id),
            Action::Ended => self.end(),
            Action::Note(note) => self.note(note),
        }
    }

    /// Codes come from the contact's seed, so that a scenario can know them; a customer without a number gets none.
    fn send_code(&mut self, id: ActionId, customer: &str, to: Option<Phone>, digits: u8) {
        let main =
            || self.world.crm.customers.get(customer).and_then(|customer| customer.phones.first().cloned());
        let sent = to.or_else(main);
        if sent.is_some() {
            self.codes += 1;
            let code: String = (0..u64::from(digits))
                .map(|at| draw_below(!self.contact.seed, self.codes * 64 + at, 10).to_string())
                .collect();
            self.code = Some(Secret::new(self.world.code.clone().unwrap_or(code)));
        }
        self.report(self.world.crm_after, Event::CodeSent { id, sent: sent.is_some() });
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
            self.said.begin((id, self.session.node()), self.now, lengths);
        }
    }

    pub(super) fn stop(&mut self, id: ActionId, because: Option<&Event>) {
        if self.playing == Some(id) {
            self.playing = None;
        }
        self.queue.retain(|_, event| *event != Event::Played { id });
        let why = match because {
            Some(Event::Key { .. } | Event::Text { .. }) => Cut::ByKey,
            Some(Event::HungUp { .. }) => Cut::ByLeaving,
            Some(_) | None => Cut::Otherwise,
        };
        self.said.cut(id, self.now, why);
    }

    fn request(&mut self, id: ActionId, backend: Text, operation: Text, args: Vec<(Text, Value)>) {
        self.posts(&backend, &operation, &args);
        match self.world.reply(&backend, &operation, &args) {
            Some(Canned { after, reply: Some(reply), .. }) => {
                self.report(after, Event::Replied { id, reply })
            }
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
        let (by, cause) = match &self.departure {
            Some(Departure::Caller) => (EndedBy::Caller, "normal"),
            Some(Departure::Callee) => (EndedBy::Callee, "normal"),
            Some(Departure::System) | None => (EndedBy::Program, "normal"),
            Some(Departure::Redirected(_)) => (EndedBy::Program, "redirected"),
            Some(Departure::HandedOver) => (EndedBy::Program, "handed over"),
            Some(Departure::Rejected(reason, _)) => (EndedBy::Program, reason.word()),
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
            | Note::Heard { .. }
            | Note::HeardSecret { .. }
            | Note::Message
            | Note::Dropped { .. }
            | Note::DroppedTexts { .. }
            | Note::Ignored
            | Note::Stale
            | Note::Fault { .. }
            | Note::NotKept { .. }
            | Note::OutcomeKept => return,
        };
        if !flow.starts_with(ROUTE) {
            self.path.push(flow);
        }
    }
}
