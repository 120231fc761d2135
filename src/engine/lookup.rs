//! Questions to the CRM and to backends: who calls, whose account, is the PIN right, what is the balance.

use super::action::{Action, ActionId, Against, Note};
use super::event::{Lookup, Reply, Verdict};
use super::question::Question;
use super::run::{Run, Turn};
use super::state::Wait;
use crate::program::verb::{Authenticate, Find, Identify, Lock, Proof, Request};
use crate::program::{
    Address, Caller, Channel, Entry, EntryKind, Exit, Expr, PromptId, Record, Secret, Text, Trust, Value,
    Verb,
};
use crate::time::DurationMs;
use std::sync::Arc;

impl Run<'_> {
    /// A caller without a number, and where people write without an address, is nobody's; the CRM is not asked. What a
    /// telephone network shows instead of a number is no address.
    pub(super) fn identify(&mut self, identify: &Identify) -> Turn {
        let caller = self.state.contact.from.clone();
        let writes = matches!(self.state.contact.channel, Channel::Email | Channel::Chat);
        if caller.number().is_none() && !(writes && Address::of(&caller).is_some()) {
            return Turn::Exit(Exit::None, Value::None);
        }
        let id = self.state.next_id();
        self.act(Action::Identify { id, caller });
        Turn::Wait(Wait::Lookup { id, until: self.state.now + identify.within })
    }

    /// A customer is found by a number or an address, an object by its key.
    pub(super) fn find(&mut self, find: &Find) -> Turn {
        let key: Text = match self.value(&find.key) {
            Ok(Value::Phone(phone)) => {
                let id = self.state.next_id();
                self.act(Action::Identify { id, caller: Caller::Number(phone) });
                return Turn::Wait(Wait::Lookup { id, until: self.state.now + find.within });
            }
            Ok(Value::Text(address)) if &*find.object == "customer" => {
                return self.find_address(find, address);
            }
            Ok(Value::None) => return Turn::Exit(Exit::None, Value::None),
            Ok(key) => key.to_string().into(),
            Err(fault) => return self.fault(&fault, Exit::Failed),
        };
        let id = self.state.next_id();
        self.act(Action::Find { id, object: find.object.clone(), field: find.field.clone(), key });
        Turn::Wait(Wait::Lookup { id, until: self.state.now + find.within })
    }

    /// What is no address is nobody's.
    fn find_address(&mut self, find: &Find, address: Text) -> Turn {
        let caller = Caller::Invalid(address);
        if Address::of(&caller).is_none() {
            return Turn::Exit(Exit::None, Value::None);
        }
        let id = self.state.next_id();
        self.act(Action::Identify { id, caller });
        Turn::Wait(Wait::Lookup { id, until: self.state.now + find.within })
    }

    pub(super) fn found(&mut self, id: ActionId, result: Lookup) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Lookup { .. })) {
            return;
        }
        match result {
            Lookup::One(record) => {
                self.remember_caller(&record);
                self.found_one(self.image.vocabulary.fitting(&record));
            }
            Lookup::Many(_) => self.leave(Exit::Many, Value::None),
            Lookup::None => self.leave(Exit::None, Value::None),
            Lookup::Failed => self.leave(Exit::Failed, Value::None),
        }
    }

    /// Where the network signs for the number, and the flow tells that apart, the customer is attested.
    fn found_one(&mut self, record: Arc<Record>) {
        let Some(at) = self.state.at() else { return };
        let tells_apart = self.image.node(at).arm(&Exit::Attested).is_some();
        if self.state.contact.attested && tells_apart {
            let attested = Record { trust: Trust::Attested, ..Record::clone(&record) };
            self.leave(Exit::Attested, Value::Record(Arc::new(attested)));
        } else {
            self.leave(Exit::One, Value::Record(record));
        }
    }

    /// A caller that was identified is the contact's customer, as claimed.
    fn remember_caller(&mut self, record: &Record) {
        let Some(at) = self.state.at() else { return };
        if matches!(self.image.node(at).verb, Verb::Identify(_)) {
            self.set_customer(record.id.clone(), false);
        }
    }

    fn set_customer(&mut self, customer: Text, verified: bool) {
        self.state.customer = Some(customer.clone());
        self.write(Entry::Identity { customer, verified });
    }

    /// Puts the question for the secret, unless the attempts of this contact are spent.
    pub(super) fn ask_for_secret(&mut self, authenticate: &Authenticate) -> Turn {
        let Some(at) = self.state.at() else { return Turn::Done };
        let wrong = self.state.budgets.get(&at).map_or(0, |budget| budget.wrong);
        if wrong >= authenticate.attempts {
            self.state.budgets.remove(&at);
            return Turn::Exit(Exit::Refused, Value::None);
        }
        match &authenticate.proof {
            Proof::Code { to, prompt } if !self.state.budgets.contains_key(&at) => {
                self.send_code(authenticate, to.as_ref(), *prompt)
            }
            Proof::Pin | Proof::Passphrase | Proof::Challenge(_) | Proof::Code { .. } => {
                self.put_question(Question::Entry(&authenticate.ask))
            }
        }
    }

    /// A code is drawn and sent once for a visit; its question follows when it is on its way.
    fn send_code(&mut self, authenticate: &Authenticate, to: Option<&Expr>, prompt: PromptId) -> Turn {
        let customer = match self.value(&authenticate.customer) {
            Ok(Value::Record(record)) => record.id.clone(),
            Ok(_) => return self.fault("there is no customer to send a code to", Exit::Failed),
            Err(fault) => return self.fault(&fault, Exit::Failed),
        };
        let to = match to.map(|to| self.value(to)) {
            Some(Ok(Value::Phone(phone))) => Some(phone),
            Some(Ok(_)) => return self.fault("there is no number to send a code to", Exit::Failed),
            Some(Err(fault)) => return self.fault(&fault, Exit::Failed),
            None => None,
        };
        let language = self.image.languages.get(self.state.language).cloned().unwrap_or_else(|| "".into());
        let (id, prompt) = (self.state.next_id(), self.image.prompt(prompt).name.clone());
        let digits = match authenticate.ask.kind {
            EntryKind::Digits { max, .. } => max,
            _ => 6,
        };
        self.act(Action::SendCode { id, customer, to, prompt, language, digits });
        Turn::Wait(Wait::Code { id, until: self.state.now + authenticate.within })
    }

    /// Where a code is asked for that nobody remembers: another one is sent, and the wrong answers so far still count.
    pub(super) fn send_code_again(&mut self) -> Option<Turn> {
        let image = self.image;
        let Verb::Authenticate(authenticate) = &image.node(self.state.at()?).verb else { return None };
        let Proof::Code { to, prompt } = &authenticate.proof else { return None };
        Some(self.send_code(authenticate, to.as_ref(), *prompt))
    }

    pub(super) fn code_sent(&mut self, id: ActionId, sent: bool) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Code { .. })) {
            return;
        }
        let image = self.image;
        let Some(Verb::Authenticate(authenticate)) = self.state.at().map(|at| &image.node(at).verb) else {
            return;
        };
        match sent {
            true => {
                let turn = self.put_question(Question::Entry(&authenticate.ask));
                self.walk(turn);
            }
            false => self.leave(Exit::Failed, Value::None),
        }
    }

    /// The secret is complete: only the CRM may look at it.
    pub(super) fn verify(&mut self, secret: Secret) -> Turn {
        let image = self.image;
        let Some(Verb::Authenticate(authenticate)) = self.state.at().map(|at| &image.node(at).verb) else {
            return Turn::Done;
        };
        let customer = match self.value(&authenticate.customer) {
            Ok(Value::Record(record)) => record.id.clone(),
            Ok(_) => return self.fault("there is no customer to authenticate", Exit::Failed),
            Err(fault) => return self.fault(&fault, Exit::Failed),
        };
        let against = match &authenticate.proof {
            Proof::Pin => Against::Pin,
            Proof::Passphrase => Against::Passphrase,
            Proof::Challenge(field) => Against::Field(field.clone()),
            Proof::Code { .. } => Against::Code,
        };
        let (id, lock) = (self.state.next_id(), self.lock(authenticate));
        self.act(Action::Verify { id, customer, against, secret, lock });
        Turn::Wait(Wait::Verdict { id, until: self.state.now + authenticate.within })
    }

    /// When the customer is locked out; until a clock shows something, that is a length from now.
    fn lock(&self, authenticate: &Authenticate) -> Lock {
        let now = self.state.wall();
        let wrong = self.state.at().and_then(|at| self.state.budgets.get(&at)).is_some_and(|b| b.wrong > 0);
        let lock = Lock { counted: authenticate.counts_once && wrong, ..authenticate.lock };
        match &authenticate.lock_until {
            Some(clock) => {
                let length = DurationMs(u64::try_from(clock.after(now).0.saturating_sub(now.0)).unwrap_or(0));
                Lock { length, by_day: true, ..lock }
            }
            None => lock,
        }
    }

    pub(super) fn judged(&mut self, id: ActionId, verdict: Verdict) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Verdict { .. })) {
            return;
        }
        let image = self.image;
        let Some(at) = self.state.at() else { return };
        let Verb::Authenticate(authenticate) = &image.node(at).verb else { return };
        match verdict {
            Verdict::Right => self.is_verified(&authenticate.customer),
            Verdict::Wrong => self.is_wrong(authenticate.attempts),
            Verdict::Locked { .. } => self.leave(Exit::Locked, Value::None),
            Verdict::Failed => self.leave(Exit::Failed, Value::None),
        }
    }

    fn is_verified(&mut self, customer: &Expr) {
        if let Some(at) = self.state.at() {
            self.state.budgets.remove(&at);
        }
        match self.value(customer) {
            Ok(Value::Record(record)) => {
                let mut verified = Record::clone(&record);
                verified.trust = Trust::Verified;
                self.set_customer(record.id.clone(), true);
                self.leave(Exit::Verified, Value::Record(Arc::new(verified)));
            }
            Ok(_) | Err(_) => self.leave(Exit::Failed, Value::None),
        }
    }

    fn is_wrong(&mut self, attempts: u8) {
        let Some(at) = self.state.at() else { return };
        let budget = self.state.budgets.entry(at).or_default();
        budget.wrong = budget.wrong.saturating_add(1);
        let again = budget.wrong < attempts && self.image.node(at).arm(&Exit::Wrong).is_some();
        match again {
            true => self.leave(Exit::Wrong, Value::None),
            false => self.walk(Turn::Go(at)),
        }
    }

    pub(super) fn request(&mut self, request: &Request) -> Turn {
        let (backend, operation) = self.image.operation(request.operation);
        let names = operation.params.iter().map(|(name, _)| name.clone());
        let args: Vec<(Text, Value)> = match self.given(&operation.name, &operation.params, &request.args) {
            Ok(values) => names.zip(values).collect(),
            Err(fault) => return self.fault(&fault, Exit::Failed),
        };
        let id = self.state.next_id();
        let (backend, operation, within) = (backend.name.clone(), operation.name.clone(), request.within);
        self.act(Action::Request { id, backend, operation, args, within });
        self.run_while_waiting(Wait::Reply { id, until: self.state.now + within })
    }

    pub(super) fn replied(&mut self, id: ActionId, reply: Reply) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Reply { .. })) {
            return;
        }
        match reply {
            Reply::Ok(record) => self.leave(Exit::Ok, Value::Record(record)),
            Reply::Status(status) => self.replied_status(Exit::Status(status)),
            Reply::Failed => self.leave(Exit::Failed, Value::None),
        }
    }

    /// A status that the backend does not declare is a fault of the backend, not the end of the contact.
    fn replied_status(&mut self, status: Exit) {
        let turn = match self.state.at().and_then(|at| self.image.node(at).arm(&status)) {
            Some(_) => Turn::Exit(status, Value::None),
            None => {
                self.fault(&format!("the backend says `{status}`, which it does not declare"), Exit::Failed)
            }
        };
        self.walk(turn);
    }

    /// A CRM that says nothing has failed; only `authenticate` tells the two apart.
    pub(super) fn crm_is_late(&mut self) {
        let is_verdict = |wait: &Wait| matches!(wait, Wait::Verdict { .. });
        let late = self.state.scopes.last().is_some_and(|scope| is_verdict(&scope.wait));
        self.note(Note::Fault { reason: "the CRM did not answer in time".into() });
        let image = self.image;
        if let Some(Verb::Count(count)) = self.state.at().map(|at| &image.node(at).verb) {
            let turn = self.counted(count, None);
            return self.walk(turn);
        }
        self.leave(if late { Exit::Late } else { Exit::Failed }, Value::None);
    }
}
