//! A contact on its way into a foreign CRM: who it was, the contact itself, then each case, one request after another.
//!
//! What a request has made is learned, and what is learned is not made again: after a crash or a failure the way is
//! gone from where it was left. Between an effect and its learning lies the one gap; there the service's own key
//! or the question before the request (`unless`) sees that it is there.
//!
//! ```text
//!   customer? ──► interaction: look, make ──► case: look, make │ append ──► state ──► recording ──► done
//! ```

use super::call::Request;
use super::description::{Description, Write};
use super::facts::Facts;
use super::lookup::{Lookup, Question, Search, Step};
use super::reply::{Failure, Reply};
use super::telling::{case_facts, case_key, contact_facts};
use crate::crm::{Case, Report};
use crate::program::Text;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A contact on its way.
#[derive(Clone, Debug)]
pub struct Delivery {
    description: Arc<Description>,
    deployment: Facts,
    report: Report,
    recordings: Vec<Recorded>,
    learned: BTreeMap<Text, Text>,
    /// The customer's id there: once it is known, whether there is one.
    customer: Option<Option<String>>,
    stage: Stage,
}

/// A recording to attach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The file's name.
    pub name: String,
    /// Its media type: `audio/wav`.
    pub kind: String,
    /// How long it is, in seconds.
    pub seconds: u64,
    /// What is in it, in base64.
    pub base64: String,
}

/// What happens to a delivery.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// It begins.
    Begin,
    /// The service has answered.
    Reply(Reply),
    /// No answer came; nobody knows whether the request did.
    Broken(Failure),
}

/// What its driver must do, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Keep this, durably, before the next request.
    Learn(Text, Text),
    /// Send this and tell what came of it.
    Send(Request),
    /// All of it has arrived.
    Done,
    /// It has not.
    Failed(Failure),
}

/// What a delivery waits for.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    Idle,
    /// Whose number it is.
    Customer(Search),
    /// Whether it is there already.
    Looking(Task, Search),
    /// That it is made.
    Making(Task),
    /// That what was made is linked.
    Linking(Task, Option<String>),
}

/// Whether something was made by this delivery or was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Made,
    Found,
}

/// A piece of the way. Cases and recordings are named by their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    Interaction,
    Case(usize),
    Append(usize),
    State(usize),
    Attach(usize),
}

/// The names of all that may have been learned of a contact, and of so many recordings of it, before.
pub fn names(report: &Report, recordings: usize) -> Vec<Text> {
    let contact = report.interaction.id();
    let mut names = vec![name_of_contact(contact)];
    names.extend((0..recordings).map(|at| name_of_recording(contact, at)));
    for case in &report.cases {
        names.extend([name_of_case(case), name_of_entry(case, contact), name_of_state(case)]);
    }
    names
}

impl Delivery {
    /// A delivery of what is not yet learned. `customer` is the customer's id there where the contact's own identification
    /// was theirs; else who it was is asked by the caller's number.
    pub fn new(
        description: Arc<Description>,
        deployment: Facts,
        report: Report,
        learned: BTreeMap<Text, Text>,
        customer: Option<String>,
    ) -> Delivery {
        let (recordings, stage) = (Vec::new(), Stage::Idle);
        let customer = customer.map(Some);
        Delivery { description, deployment, report, recordings, learned, customer, stage }
    }

    /// The same, with recordings to attach.
    #[must_use]
    pub fn with_recordings(mut self, recordings: Vec<Recorded>) -> Delivery {
        self.recordings = recordings;
        self
    }

    /// One step.
    #[must_use]
    pub fn step(&mut self, input: Input) -> Vec<Output> {
        let stage = std::mem::replace(&mut self.stage, Stage::Idle);
        let done = match (stage, input) {
            (Stage::Idle, Input::Begin) => self.go_on(Vec::new()),
            // Nothing was asked.
            (Stage::Idle, Input::Reply(_) | Input::Broken(_)) => Ok(Vec::new()),
            (stage, Input::Begin) => {
                self.stage = stage;
                Ok(Vec::new())
            }
            (Stage::Customer(search), Input::Reply(reply)) => self.who(search, &reply),
            (Stage::Looking(task, search), Input::Reply(reply)) => self.looked(task, search, &reply),
            (Stage::Making(task), Input::Reply(reply)) => {
                self.made(task, &reply).map_err(|failure| self.of_unknown_fate(failure))
            }
            (Stage::Linking(task, id), Input::Reply(reply)) => self.linked(task, id, &reply),
            (Stage::Customer(_) | Stage::Looking(..), Input::Broken(failure)) => Err(failure),
            (Stage::Making(_) | Stage::Linking(..), Input::Broken(failure)) => {
                Err(self.of_unknown_fate(failure))
            }
        };
        done.unwrap_or_else(|failure| vec![Output::Failed(failure)])
    }

    /// The next attempt must be able to find what this one may have made.
    fn of_unknown_fate(&self, failure: Failure) -> Failure {
        match failure.is_outage() {
            true => failure.no_sooner(self.description.search_lag),
            false => failure,
        }
    }

    /// Begins the next piece of the way, if there is one.
    fn go_on(&mut self, mut outputs: Vec<Output>) -> Result<Vec<Output>, Failure> {
        if self.customer.is_none() {
            match self.ask_who()? {
                Some(request) => {
                    outputs.push(Output::Send(request));
                    return Ok(outputs);
                }
                None => self.customer = Some(None),
            }
        }
        outputs.push(match self.next_task() {
            Some(task) => Output::Send(self.begin(task)?),
            None => Output::Done,
        });
        Ok(outputs)
    }

    fn ask_who(&mut self) -> Result<Option<Request>, Failure> {
        let Some(number) = self.report.interaction.number() else { return Ok(None) };
        let description = self.description.clone();
        let Some(finder) = &description.by_number else { return Ok(None) };
        let mut facts = self.deployment.clone();
        facts.set("number", number.as_str());
        self.stage = Stage::Customer(Search::default());
        question(&description, &finder.lookup, "find_customer", &facts).ask().map(Some).map_err(unfit)
    }

    fn who(&mut self, mut search: Search, reply: &Reply) -> Result<Vec<Output>, Failure> {
        let description = self.description.clone();
        let Some(finder) = &description.by_number else { return self.go_on(Vec::new()) };
        let mut facts = self.deployment.clone();
        let number = self.report.interaction.number();
        facts.set("number", number.as_ref().map_or("", |number| number.as_str()));
        match question(&description, &finder.lookup, "find_customer", &facts).take(&mut search, reply)? {
            Step::Ask(request) => {
                self.stage = Stage::Customer(search);
                Ok(vec![Output::Send(request)])
            }
            // Nobody is linked to the first of several.
            Step::Found(found) => {
                let one = if let [only] = found.as_slice() { finder.lookup.id.text(only) } else { None };
                self.customer = Some(one);
                self.go_on(Vec::new())
            }
        }
    }

    /// The first piece that is not learned, that the description knows, and that has what it needs.
    fn next_task(&self) -> Option<Task> {
        let cases = 0..self.report.cases.len();
        let of_cases = cases.flat_map(|at| [Task::Case(at), Task::Append(at), Task::State(at)]);
        let recordings = (0..self.recordings.len()).map(Task::Attach);
        let all = std::iter::once(Task::Interaction).chain(of_cases).chain(recordings);
        all.into_iter().find(|task| self.is_open(*task))
    }

    fn is_open(&self, task: Task) -> bool {
        let Some(write) = self.write(task) else { return false };
        let is_known = |name: Text| self.learned.contains_key(&name);
        let open = match task {
            // A flow that ran by itself and reached nobody is no contact; its cases are cases.
            Task::Interaction => self.report.interaction.is_with_somebody() && !is_known(self.name(task)),
            Task::Attach(_) => !is_known(self.name(task)),
            Task::Case(at) => self.case(at).is_some_and(|case| !is_known(name_of_case(case))),
            Task::Append(at) => {
                self.case(at).is_some_and(|case| is_known(name_of_case(case))) && !is_known(self.name(task))
            }
            Task::State(at) => self.case(at).is_some_and(|case| {
                let told = self.learned.get(&name_of_state(case)).map(|word| &**word);
                is_known(name_of_case(case)) && told != Some(case.state.word())
            }),
        };
        let facts = self.facts(task);
        open && write.needs.iter().all(|need| !facts.get(need).is_null())
    }

    fn begin(&mut self, task: Task) -> Result<Request, Failure> {
        let description = self.description.clone();
        let (Some(write), facts) = (write_of(&description, task), self.facts(task)) else {
            return Err(Failure::refused("nothing is to be told"));
        };
        match &write.unless {
            Some(unless) => {
                self.stage = Stage::Looking(task, Search::default());
                question(&description, unless, task.operation(), &facts).ask().map_err(unfit)
            }
            None => self.make(task),
        }
    }

    fn looked(&mut self, task: Task, mut search: Search, reply: &Reply) -> Result<Vec<Output>, Failure> {
        let description = self.description.clone();
        let Some(unless) = write_of(&description, task).and_then(|write| write.unless.as_ref()) else {
            return self.go_on(Vec::new());
        };
        let facts = self.facts(task);
        match question(&description, unless, task.operation(), &facts).take(&mut search, reply)? {
            Step::Ask(request) => {
                self.stage = Stage::Looking(task, search);
                Ok(vec![Output::Send(request)])
            }
            Step::Found(found) => match found.first() {
                Some(found) => self.learn(task, unless.id.text(found), Fate::Found),
                None => self.make(task).map(|request| vec![Output::Send(request)]),
            },
        }
    }

    fn make(&mut self, task: Task) -> Result<Request, Failure> {
        let Some(write) = self.write(task) else { return Err(Failure::refused("nothing is to be told")) };
        let request = write.call.fill(task.operation(), &self.description.common, &self.facts(task), &[]);
        let request = request.map_err(unfit)?;
        self.stage = Stage::Making(task);
        Ok(request)
    }

    fn made(&mut self, task: Task, reply: &Reply) -> Result<Vec<Output>, Failure> {
        let description = self.description.clone();
        let Some(write) = write_of(&description, task) else { return self.go_on(Vec::new()) };
        if write.already.contains(&reply.status) {
            return self.again(task, write);
        }
        let body = reply.read(&description.errors)?;
        let id = write.id.as_ref().map(|at| at.text(body));
        let Some(id) = id.map_or(Some(None), |id| id.map(Some)) else {
            return Err(Failure::failed("its reply has no id of what it has made"));
        };
        match &write.then {
            None => self.learn(task, id, Fate::Made),
            Some(then) => {
                let mut facts = self.facts(task);
                facts.set("made.id", id.as_deref().unwrap_or_default());
                let request = then.fill(task.operation(), &description.common, &facts, &[]).map_err(unfit)?;
                self.stage = Stage::Linking(task, id);
                Ok(vec![Output::Send(request)])
            }
        }
    }

    /// It is there, by somebody who was quicker: its id is asked for, unless that question was answered with no.
    fn again(&mut self, task: Task, write: &Write) -> Result<Vec<Output>, Failure> {
        match (&write.unless, task) {
            (Some(_), Task::Interaction | Task::Case(_)) => {
                Err(Failure::failed("it is there already, and cannot be found yet"))
            }
            (_, Task::Interaction | Task::Case(_) | Task::Append(_) | Task::State(_) | Task::Attach(_)) => {
                self.learn(task, None, Fate::Found)
            }
        }
    }

    fn linked(&mut self, task: Task, id: Option<String>, reply: &Reply) -> Result<Vec<Output>, Failure> {
        let read = reply.read(&self.description.errors).map(drop);
        read.map_err(|failure| self.of_unknown_fate(failure))?;
        self.learn(task, id, Fate::Made)
    }

    fn learn(&mut self, task: Task, id: Option<String>, fate: Fate) -> Result<Vec<Output>, Failure> {
        let id: Text = id.unwrap_or_default().into();
        let mut news = vec![(self.name(task), id)];
        match (task, self.case_of(task)) {
            // A case is made with the contact that opened it and with where it stood then, which may have changed since.
            (Task::Case(_), Some(case)) => {
                let contact = self.report.interaction.id();
                if fate == Fate::Made || case.opened_by() == Some(contact) {
                    news.push((name_of_entry(case, contact), "".into()));
                }
                if fate == Fate::Made {
                    news.push((name_of_state(case), case.state.word().into()));
                }
            }
            (Task::State(_), Some(case)) => news = vec![(name_of_state(case), case.state.word().into())],
            (Task::Interaction | Task::Append(_) | Task::Attach(_), _) => {}
            (Task::Case(_) | Task::State(_), None) => {}
        }
        self.learned.extend(news.iter().cloned());
        self.go_on(news.into_iter().map(|(name, value)| Output::Learn(name, value)).collect())
    }

    fn facts(&self, task: Task) -> Facts {
        let interaction = &self.report.interaction;
        let mut facts = self.deployment.clone().with(contact_facts(interaction));
        facts.set("customer.id", self.customer.clone().flatten().map_or(serde_json::Value::Null, Into::into));
        let foreign = self.learned.get(&name_of_contact(interaction.id())).filter(|id| !id.is_empty());
        facts.set("contact.foreign", foreign.map_or(serde_json::Value::Null, |id| (**id).into()));
        if let Some(case) = self.case_of(task) {
            facts = facts.with(case_facts(case, interaction));
            let foreign = self.learned.get(&name_of_case(case));
            facts.set("case.foreign", foreign.map_or(serde_json::Value::Null, |id| (**id).into()));
            facts.set("key", key(task, case, interaction.id()));
        }
        if let (Task::Attach(at), Some(recorded)) = (task, self.recorded(task)) {
            facts.set("key", format!("{}-recording-{at}", interaction.id()));
            facts.set("recording.name", recorded.name.as_str());
            facts.set("recording.type", recorded.kind.as_str());
            facts.set("recording.seconds", recorded.seconds);
            facts.set("recording.base64", recorded.base64.as_str());
        }
        facts
    }

    fn write(&self, task: Task) -> Option<&Write> {
        write_of(&self.description, task)
    }

    fn case(&self, at: usize) -> Option<&Case> {
        self.report.cases.get(at)
    }

    fn case_of(&self, task: Task) -> Option<&Case> {
        match task {
            Task::Case(at) | Task::Append(at) | Task::State(at) => self.case(at),
            Task::Interaction | Task::Attach(_) => None,
        }
    }

    fn recorded(&self, task: Task) -> Option<&Recorded> {
        if let Task::Attach(at) = task { self.recordings.get(at) } else { None }
    }

    /// Under which name it is learned that a piece is done.
    fn name(&self, task: Task) -> Text {
        let contact = self.report.interaction.id();
        match (task, self.case_of(task)) {
            (Task::Case(_), Some(case)) => name_of_case(case),
            (Task::Append(_), Some(case)) => name_of_entry(case, contact),
            (Task::State(_), Some(case)) => name_of_state(case),
            (Task::Attach(at), _) => name_of_recording(contact, at),
            (Task::Interaction, _) | (Task::Case(_) | Task::Append(_) | Task::State(_), None) => {
                name_of_contact(contact)
            }
        }
    }
}

impl Task {
    fn operation(self) -> &'static str {
        match self {
            Task::Interaction => "create_interaction",
            Task::Case(_) => "create_case",
            Task::Append(_) => "append_case",
            Task::State(_) => "set_case",
            Task::Attach(_) => "attach_recording",
        }
    }
}

fn write_of(description: &Description, task: Task) -> Option<&Write> {
    match task {
        Task::Interaction => description.create_interaction.as_ref(),
        Task::Case(_) => description.create_case.as_ref(),
        Task::Append(_) => description.append_case.as_ref(),
        Task::State(_) => description.set_case.as_ref(),
        Task::Attach(_) => description.attach_recording.as_ref(),
    }
}

fn question<'a>(
    description: &'a Description,
    lookup: &'a Lookup,
    operation: &'static str,
    facts: &'a Facts,
) -> Question<'a> {
    Question { lookup, operation, common: &description.common, errors: &description.errors, facts }
}

fn unfit(error: super::call::FillError) -> Failure {
    Failure::refused(error.to_string())
}

fn key(task: Task, case: &Case, contact: &str) -> String {
    match task {
        Task::Append(_) => format!("{contact}-case-{}-entry", case.id),
        Task::State(_) => format!("{}-{}", case_key(case), case.state.word()),
        Task::Interaction | Task::Case(_) | Task::Attach(_) => case_key(case),
    }
}

fn name_of_recording(contact: &str, at: usize) -> Text {
    format!("contact/{contact}/recording/{at}").into()
}

fn name_of_contact(contact: &str) -> Text {
    format!("contact/{contact}").into()
}

fn name_of_case(case: &Case) -> Text {
    format!("case/{}", case.id).into()
}

fn name_of_entry(case: &Case, contact: &str) -> Text {
    format!("case/{}/contact/{contact}", case.id).into()
}

fn name_of_state(case: &Case) -> Text {
    format!("case/{}/state", case.id).into()
}

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
