//! The driver's side of the engine's contract: every action, done.

use super::Call;
use super::code;
use super::metered::seconds;
use super::queued::Wanted;
use crate::crm::{Attempt, Identity, Posting, Proof, Update, Updated, Verdict};
use crate::engine::{self, Action, ActionId, Against, Event, LegId, Lookup, Recalled, Reply, UpdateResult};
use crate::program::verb::{Lock, RejectReason};
use crate::program::{Caller, Entry, Record, Secret, Text, Value};
use crate::server::connectors::Foreign;
use crate::server::ending;
use crate::server::event::CallEvent;
use crate::sip::{Command, Status};
use crate::store::{Store, StoreError};
use crate::time::DurationMs;
use std::sync::Arc;

impl Call {
    /// Does what a step asks for, in order.
    pub(super) async fn perform(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Answer { id } => self.answer(id).await,
                Action::Play { id, audio, looped } => self.play(id, &audio, looped),
                Action::Stop { id } => self.stop(id),
                Action::Identify { id, caller } => self.identify(id, caller),
                Action::Find { id, object, field, key } => self.find(id, object, field, key),
                Action::Verify { id, customer, against, secret, lock } => {
                    self.verify(id, customer, against, secret, lock);
                }
                Action::SendCode { id, customer, to, prompt, language, digits } => {
                    self.send_code(id, code::Wanted { customer, to, prompt, language, digits });
                }
                Action::Compare { id, left, right } => {
                    self.later(Event::Compared { id, equal: left == right })
                }
                Action::Examine { id, secret, tests } => {
                    let fits = tests.iter().all(|test| test.passes(&secret));
                    self.later(Event::Examined { id, fits });
                }
                Action::Recall { id, keep, of } => self.recall(id, keep, of),
                Action::Update { id, kind, of, field, value, seen } => {
                    self.update(id, (kind, of, field), value, seen);
                }
                Action::Request { id, backend, operation, args, within } => {
                    self.request(id, &backend, &operation, args, within);
                }
                Action::Dial { id, leg, to, ring: _, caller_id } => self.dial(id, leg, &to, caller_id).await,
                Action::Whisper { id, leg, audio } => self.whisper(id, leg, &audio),
                Action::Ring => self.ring().await,
                Action::EarlyMedia { id } => self.early_media(id).await,
                Action::Redirect { to } => self.redirect(&to).await,
                Action::HandOver { id, to } => self.hand_over(id, &to).await,
                Action::Join { id, room, terms } => self.join_room(id, &room, terms).await,
                Action::Enter { id } => self.enter_room(id),
                Action::LeaveRoom { id } => self.leave_room(id),
                // Nobody finds out yet whether a machine answers.
                Action::Call { id, to, ring: _, caller_id, detect } => {
                    self.call_out(id, &to, caller_id, detect).await;
                }
                Action::Recording { change } => self.record_call(change),
                Action::Bridge { leg } => self.bridge(leg),
                // The end of the session sees to the caller's leg, if it is up.
                Action::HangUp { leg: LegId(0) } => self.give_up_calling().await,
                Action::HangUp { leg } => self.hang_up_callee(leg).await,
                Action::Reject { reason, words } => self.reject(reason, words).await,
                Action::Write { id, entry } => self.write(id, entry),
                Action::Enqueue { id, leg, queue, priority, within: _, whisper, accept } => {
                    self.enqueue(id, Wanted { leg, queue, priority, whisper, accept });
                }
                Action::Dequeue { id } => self.dequeue(id).await,
                Action::Record { id, silence, max: _ } => self.record_message(id, silence),
                Action::EndRecording { id } => self.end_message(id),
                Action::DropRecording { id } => self.drop_message(id),
                Action::Transcribe { id, recording, within } => self.transcribe(id, &recording.id, within),
                Action::Ended | Action::Note(_) => {}
            }
        }
    }

    fn identify(&self, id: ActionId, caller: Caller) {
        if let Some(foreign) = self.foreign().filter(|foreign| foreign.identifies()) {
            let (clock, store) = (self.shared.clock, self.shared.office.store.clone());
            let asked = async move { foreign.identify(clock, store, &caller).await };
            return self.ask_foreign(id, asked);
        }
        self.ask_crm(
            move |store| store.identify(&caller),
            move |found| Event::Found { id, result: lookup(found) },
        );
    }

    fn find(&self, id: ActionId, object: Text, field: Text, key: Text) {
        let foreign = self.foreign().filter(|foreign| &*object == "customer" && foreign.finds_by(&field));
        if let Some(foreign) = foreign {
            let (clock, store) = (self.shared.clock, self.shared.office.store.clone());
            let asked = async move { foreign.find(clock, store, &field, &key).await };
            return self.ask_foreign(id, asked);
        }
        let find = move |store: &dyn Store| store.find(&object, &field, &Value::Digits(key));
        self.ask_crm(find, move |found| Event::Found { id, result: lookup(found) });
    }

    fn verify(&self, id: ActionId, customer: Text, against: Against, secret: Secret, lock: Lock) {
        let (contact, now) = (self.contact.id.clone(), self.shared.clock.wall());
        let caller = self.contact.from.clone();
        let code = self.code_of(&customer);
        let attempt = move |store: &dyn Store| {
            let proof = match &against {
                Against::Pin => Proof::Pin,
                Against::Passphrase => Proof::Passphrase,
                Against::Field(field) => Proof::Field(field),
                Against::Code => Proof::Code(code.as_ref()),
            };
            let (customer, secret, contact) = (&*customer, &secret, &*contact);
            store.verify(&Attempt { customer, caller: &caller, proof, secret, lock, contact, now })
        };
        self.ask_crm(attempt, move |verdict| Event::Judged { id, verdict: verdict_of(verdict) });
    }

    fn recall(&self, id: ActionId, keep: Text, of: Text) {
        let now = self.shared.clock.wall();
        self.ask_crm(
            move |store| store.recall(&keep, &of, now),
            move |found| {
                let result = match found {
                    Some(Some(value)) => Recalled::Kept(value),
                    Some(None) => Recalled::Nothing,
                    None => Recalled::Failed,
                };
                Event::Recalled { id, result }
            },
        );
    }

    fn update(&self, id: ActionId, (kind, of, field): (Text, Text, Text), value: Value, seen: Value) {
        let now = self.shared.clock.wall();
        let change = move |store: &dyn Store| {
            let update = Update { kind: &kind, of: &of, field: &field, value: &value, seen: &seen };
            store.update(&update, now)
        };
        let answer = move |found| {
            let result = match found {
                Some(Updated::Done) => UpdateResult::Ok,
                Some(Updated::Conflict) => UpdateResult::Conflict,
                Some(Updated::NoSuch) | None => UpdateResult::Failed,
            };
            Event::Updated { id, result }
        };
        self.ask_crm(change, answer);
    }

    fn foreign(&self) -> Option<Arc<Foreign>> {
        self.shared.connectors.foreign().cloned()
    }

    /// Asks the foreign CRM. However long it takes, the session waits no longer than its own `within`.
    fn ask_foreign(&self, id: ActionId, asked: impl Future<Output = Identity<Record>> + Send + 'static) {
        let (sender, meters, clock) =
            (self.sender.downgrade(), self.shared.meters.clone(), self.shared.clock);
        tokio::spawn(async move {
            let began = clock.now();
            let found = asked.await;
            meters.crm.observe(["foreign"], seconds(clock.now().since(began)));
            if found == Identity::Failed {
                meters.crm_failures.count(["foreign"]);
            }
            let event = Event::Found { id, result: lookup(Some(found)) };
            if let Some(sender) = sender.upgrade() {
                let _ = sender.send(CallEvent::Engine(event)).await;
            }
        });
    }

    /// Asks the store where waiting is allowed, and brings the answer back as an event.
    fn ask_crm<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
        answer: impl FnOnce(Option<T>) -> Event + Send + 'static,
    ) {
        let (store, permits) = (self.shared.office.store.clone(), self.shared.crm_permits.clone());
        let (sender, meters, clock) =
            (self.sender.downgrade(), self.shared.meters.clone(), self.shared.clock);
        tokio::spawn(async move {
            let began = clock.now();
            let Ok(_permit) = permits.acquire_owned().await else { return };
            let asked = tokio::task::spawn_blocking(move || question(&*store)).await;
            meters.crm.observe(["built_in"], seconds(clock.now().since(began)));
            let found = match asked {
                Ok(Ok(found)) => Some(found),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the CRM could not say");
                    None
                }
                Err(panic) => {
                    tracing::error!(%panic, "the CRM failed");
                    None
                }
            };
            if found.is_none() {
                meters.crm_failures.count(["built_in"]);
            }
            if let Some(sender) = sender.upgrade() {
                let _ = sender.send(CallEvent::Engine(answer(found))).await;
            }
        });
    }

    fn request(
        &self,
        id: ActionId,
        backend: &str,
        operation: &str,
        args: Vec<(Text, Value)>,
        within: DurationMs,
    ) {
        let (edition, sender) = (self.edition.clone(), self.sender.downgrade());
        let (backend, operation) = (backend.to_owned(), operation.to_owned());
        let backend_name = backend.clone();
        let key = format!("{}/{id}", self.contact.id);
        let (meters, clock) = (self.shared.meters.clone(), self.shared.clock);
        tokio::spawn(async move {
            let began = clock.now();
            let declared = edition.image.backends.iter().find(|known| *known.name == *backend);
            let asked = declared
                .and_then(|known| Some((known, known.operations.iter().find(|o| *o.name == *operation)?)));
            let reply = match asked {
                Some((backend, operation)) => {
                    edition.backends.ask(backend, operation, &args, &key, within).await
                }
                None => Reply::Failed,
            };
            let result = if matches!(reply, Reply::Failed) { "failed" } else { "answered" };
            let length = seconds(clock.now().since(began));
            // The program declares it: its name is one of a few.
            meters.backends.observe([&*backend_name, result], length);
            if let Some(sender) = sender.upgrade() {
                let _ = sender.send(CallEvent::Engine(Event::Replied { id, reply })).await;
            }
        });
    }

    async fn reject(&mut self, reason: RejectReason, words: Option<Text>) {
        self.caller.is_gone();
        self.ending.1 = ending::rejected(reason);
        let status = Status::new(reason.sip_status()).unwrap_or(Status::SERVICE_UNAVAILABLE);
        let leg = self.caller.sip;
        let phrase = words.map(|words| words.to_string());
        let reject = Command::Reject { leg, status, phrase, contact: None };
        self.shared.signalling.command(reject).await;
    }

    fn write(&self, id: ActionId, entry: Entry) {
        self.count_said(&entry);
        self.post(id, self.clock.now().since(self.started), entry);
    }

    /// Has the CRM told what the contact said, so long after its beginning.
    pub(super) fn post(&self, id: ActionId, elapsed: DurationMs, entry: Entry) {
        let at = self.contact.arrived.after(elapsed);
        self.ledger.post(Posting { contact: self.contact.id.clone(), sequence: id.0.into(), at, entry });
    }

    /// Reports something that is known at once: after this step, as everything else.
    pub(super) fn later(&self, event: Event) {
        if self.sender.try_send(CallEvent::Engine(event)).is_err() {
            tracing::error!(contact = &*self.contact.id, "a call does not keep up with its events");
        }
    }
}

fn lookup(found: Option<Identity<Record>>) -> Lookup {
    match found {
        Some(Identity::One(record)) => Lookup::One(Arc::new(record)),
        Some(Identity::Many(count)) => Lookup::Many(u32::try_from(count).unwrap_or(u32::MAX)),
        Some(Identity::None) => Lookup::None,
        Some(Identity::Failed) | None => Lookup::Failed,
    }
}

fn verdict_of(verdict: Option<Verdict>) -> engine::Verdict {
    match verdict {
        Some(Verdict::Right) => engine::Verdict::Right,
        Some(Verdict::Wrong { .. }) => engine::Verdict::Wrong,
        Some(Verdict::Locked { until }) => engine::Verdict::Locked { until },
        Some(Verdict::Failed) | None => engine::Verdict::Failed,
    }
}
