//! A foreign CRM: asked who somebody is, told what came of a contact.

use super::config::ConnectorConfig;
use super::error::ConnectorError;
use super::link::Link;
use super::secrets;
use crate::connector::{
    Courier, Delivery, Description, Facts, Failure, Finder, Input, Output, Pointer, Purpose, Question,
    Recorded, Request, Search, Step, Typed, names, read_shipped, shipped,
};
use crate::crm::{CaseState, Identity};
use crate::program::{Caller, Program, Record, Text, Value};
use crate::server::clock::Clock;
use crate::server::recorded::Recorder;
use crate::source::closest;
use crate::store::{Page, Store};
use parking_lot::Mutex;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Dispatches under way at a time.
const AT_ONCE: usize = 4;
/// A customer's latest cases, among which the open one is looked for.
const LATEST_CASES: usize = 20;
/// How often, and how far apart, it is looked whether a recording has been finished.
const RECORDING_TRIES: u32 = 50;
const RECORDING_WAIT: std::time::Duration = std::time::Duration::from_millis(100);

/// A foreign CRM.
pub(in crate::server) struct Foreign {
    /// Its name, by which dispatches are kept.
    pub name: Text,
    pub courier: Mutex<Courier>,
    description: Arc<Description>,
    deployment: Facts,
    link: Link,
    typed: Typed,
    country: Option<Text>,
    identifies: bool,
    recorder: Recorder,
}

/// Whom it is asked for.
enum Whom {
    Number(Text),
    Email(Text),
    Field(Text, Text),
}

impl Foreign {
    /// Reads the description and everything that it needs.
    pub fn new(
        config: &ConnectorConfig,
        program: &Program,
        client: reqwest::Client,
        clock: Clock,
        recorder: Recorder,
    ) -> Result<Foreign, ConnectorError> {
        let mut description = read(&config.description)?;
        if description.send_sms.is_some() && description.create_interaction.is_none() {
            let connector = description.name.clone();
            let problem = "it is a gateway for text messages: name it under `sms`".to_owned();
            return Err(ConnectorError::Setting { connector, problem });
        }
        let deployment = deployment(config, &description)?;
        let fault =
            |problem: String| ConnectorError::Setting { connector: description.name.clone(), problem };
        let mut fields = Vec::new();
        for (name, at) in &config.fields {
            let pointer = Pointer::parse(at);
            let pointer =
                pointer.ok_or_else(|| fault(format!("`{at}` is no place: write `/properties/{name}`")))?;
            fields.push((Text::from(name.as_str()), pointer));
        }
        let base = description.common.base.text(&deployment).unwrap_or_default();
        let is_address = reqwest::Url::parse(&base).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_address {
            return Err(ConnectorError::Address { of: description.name.clone() });
        }
        description.customer.fields.extend(fields);
        description.field_names.extend(config.field_names.clone());
        let (name, courier) = (description.name.as_str().into(), Courier::new(description.breaker, AT_ONCE));
        let description = Arc::new(description);
        let link = Link::new(client, description.clone(), deployment.clone(), clock);
        Ok(Foreign {
            name,
            courier: Mutex::new(courier),
            description,
            deployment,
            link,
            typed: Typed::of(program),
            country: program.country.clone(),
            identifies: config.identifies,
            recorder,
        })
    }

    /// Whether it says who has a number.
    pub fn identifies(&self) -> bool {
        self.identifies && self.description.by_number.is_some()
    }

    /// Whether it says which customer has a value in this field.
    pub fn finds_by(&self, field: &str) -> bool {
        self.identifies && self.finder_by(field).is_some()
    }

    fn finder_by(&self, field: &str) -> Option<&Finder> {
        let by_email = self.description.by_email.as_ref().filter(|_| field == "email");
        by_email.or(self.description.by_field.as_ref())
    }

    /// Who calls.
    pub async fn identify(&self, clock: Clock, store: Arc<dyn Store>, caller: &Caller) -> Identity<Record> {
        match caller.number() {
            Some(number) => self.ask(clock, store, Whom::Number(number.as_str().into())).await,
            None => Identity::None,
        }
    }

    /// The customer who has a value in a field.
    pub async fn find(
        &self,
        clock: Clock,
        store: Arc<dyn Store>,
        field: &str,
        value: &str,
    ) -> Identity<Record> {
        let whom = match field {
            "email" if self.description.by_email.is_some() => Whom::Email(value.into()),
            _ => Whom::Field(field.into(), value.into()),
        };
        self.ask(clock, store, whom).await
    }

    /// Asks, within the time of one request for all of it; whatever goes wrong is `failed`, and the log says why.
    async fn ask(&self, clock: Clock, store: Arc<dyn Store>, whom: Whom) -> Identity<Record> {
        if !self.courier.lock().admit(clock.steady()) {
            return Identity::Failed;
        }
        let within = self.description.within.to_std();
        let asked = tokio::time::timeout(within, self.look_up(&whom)).await;
        let asked = asked.unwrap_or_else(|_| Err(Failure::away("it does not answer in time")));
        let works = !asked.as_ref().is_err_and(Failure::is_outage);
        self.courier.lock().heard(clock.steady(), works);
        match asked {
            Ok(Identity::One(record)) => Identity::One(self.known(store, record).await),
            Ok(other) => other,
            Err(failure) => {
                tracing::warn!(
                    connector = &*self.name,
                    reason = failure.reason,
                    "it could not say who that is"
                );
                Identity::Failed
            }
        }
    }

    async fn look_up(&self, whom: &Whom) -> Result<Identity<Record>, Failure> {
        let finder = match whom {
            Whom::Number(_) => self.description.by_number.as_ref(),
            Whom::Email(_) => self.description.by_email.as_ref(),
            Whom::Field(..) => self.description.by_field.as_ref(),
        };
        let Some(finder) = finder else {
            return Err(Failure::refused("it is not described how to ask that"));
        };
        let facts = self.facts(whom);
        let question = Question {
            lookup: &finder.lookup,
            operation: "find_customer",
            common: &self.description.common,
            errors: &self.description.errors,
            facts: &facts,
        };
        let mut search = Search::default();
        let mut request = question.ask().map_err(|error| Failure::refused(error.to_string()))?;
        let found = loop {
            let reply = self.link.send(&request, Purpose::Caller).await?;
            match question.take(&mut search, &reply)? {
                Step::Ask(next) => request = next,
                Step::Found(found) => break found,
            }
        };
        match found.as_slice() {
            [] => Ok(Identity::None),
            [one] => {
                let one = self.details(finder, one).await?;
                let record = self.description.customer.record(&one, &self.typed, self.country.as_deref());
                let wrong =
                    |field: String| Failure::refused(format!("`{field}` of the customer is no such value"));
                record.map(Identity::One).map_err(wrong)
            }
            several => Ok(Identity::Many(several.len())),
        }
    }

    /// More about the one that was found, where the search answers with ids alone.
    async fn details(&self, finder: &Finder, one: &Json) -> Result<Json, Failure> {
        let Some((call, at)) = &finder.details else { return Ok(one.clone()) };
        let mut facts = self.deployment.clone();
        facts.set("found.id", finder.lookup.id.text(one).unwrap_or_default());
        let request = call.fill("find_customer", &self.description.common, &facts, &[]);
        let request: Request = request.map_err(|error| Failure::refused(error.to_string()))?;
        let reply = self.link.send(&request, Purpose::Caller).await?;
        let body = reply.read(&self.description.errors)?;
        at.find(body).cloned().ok_or_else(|| Failure::refused("its reply has no customer"))
    }

    fn facts(&self, whom: &Whom) -> Facts {
        let mut facts = self.deployment.clone();
        match whom {
            Whom::Number(number) => facts.set("number", &**number),
            Whom::Email(email) => facts.set("email", &**email),
            Whom::Field(field, value) => {
                let theirs = self.description.field_names.get(&**field).map_or(&**field, String::as_str);
                facts.set("field", theirs);
                facts.set("value", &**value);
            }
        }
        facts
    }

    /// The customer with the open case that we know of; from now on the id is known as theirs.
    async fn known(&self, store: Arc<dyn Store>, record: Record) -> Record {
        let (name, id) = (self.name.clone(), record.id.clone());
        let looked = tokio::task::spawn_blocking(move || {
            store.learn(&name, &[(name_of_customer(&id), id.clone())])?;
            store.cases(Some(&id), &Page::first(LATEST_CASES))
        });
        match looked.await {
            Ok(Ok(cases)) => match cases.items.iter().find(|case| case.state == CaseState::Open) {
                Some(open) => record.with("open_case", Value::Record(Arc::new(open.record()))),
                None => record,
            },
            Ok(Err(error)) => {
                tracing::warn!(%error, "a customer's open case could not be read");
                record
            }
            Err(panic) => {
                tracing::error!(%panic, "the store failed");
                record
            }
        }
    }

    /// Tells what came of a contact, step by step; what was made is kept before the next step.
    pub async fn tell(&self, store: Arc<dyn Store>, contact: &str) -> Result<(), Failure> {
        let mut delivery = self.begin(store.clone(), contact).await?;
        let mut outputs = delivery.step(Input::Begin);
        loop {
            let mut sent = None;
            let mut news = Vec::new();
            for output in outputs {
                match output {
                    Output::Learn(name, value) => news.push((name, value)),
                    Output::Send(request) => sent = Some(request),
                    Output::Done => {
                        self.learn(&store, news).await?;
                        return Ok(());
                    }
                    Output::Failed(failure) => {
                        self.learn(&store, news).await?;
                        return Err(failure);
                    }
                }
            }
            self.learn(&store, news).await?;
            let Some(request) = sent else { return Err(Failure::failed("there is nothing to send")) };
            outputs = delivery.step(match self.link.send(&request, Purpose::Delivery).await {
                Ok(reply) => Input::Reply(reply),
                Err(failure) => Input::Broken(failure),
            });
        }
    }

    async fn begin(&self, store: Arc<dyn Store>, contact: &str) -> Result<Delivery, Failure> {
        let (target, id) = (self.name.clone(), contact.to_owned());
        let recordings = self.recordings(contact).await;
        let count = recordings.len();
        let read = blocking(move || {
            let Some(report) = store.report(&id)? else { return Ok(None) };
            let mut wanted = names(&report, count);
            let customer = report.interaction.customer.as_deref().map(name_of_customer);
            wanted.extend(customer.clone());
            let learned = store.learned(&target, &wanted)?;
            let theirs = customer.and_then(|name| learned.get(&name)).map(ToString::to_string);
            Ok(Some((report, learned, theirs)))
        });
        let Some((report, learned, theirs)) = read.await? else {
            return Err(Failure::refused("there is no such contact"));
        };
        let delivery =
            Delivery::new(self.description.clone(), self.deployment.clone(), report, learned, theirs);
        Ok(delivery.with_recordings(recordings))
    }

    /// What was recorded of a contact, where the service takes recordings; one that is still being written is waited for.
    async fn recordings(&self, contact: &str) -> Vec<Recorded> {
        if self.description.attach_recording.is_none() {
            return Vec::new();
        }
        for _ in 0..RECORDING_TRIES {
            let (recorder, id) = (self.recorder.clone(), contact.to_owned());
            match tokio::task::spawn_blocking(move || recorder.is_writing(&id)).await {
                Ok(true) => tokio::time::sleep(RECORDING_WAIT).await,
                Ok(false) | Err(_) => break,
            }
        }
        let (recorder, id) = (self.recorder.clone(), contact.to_owned());
        match tokio::task::spawn_blocking(move || recorder.of_contact(&id)).await {
            Ok(recordings) => recordings,
            Err(panic) => {
                tracing::error!(%panic, "recordings could not be read");
                Vec::new()
            }
        }
    }

    async fn learn(&self, store: &Arc<dyn Store>, news: Vec<(Text, Text)>) -> Result<(), Failure> {
        if news.is_empty() {
            return Ok(());
        }
        let (store, name) = (store.clone(), self.name.clone());
        blocking(move || store.learn(&name, &news)).await
    }
}

/// Work on the store, where waiting is allowed. That it cannot is no fault of the service's, but nothing goes on without.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, crate::store::StoreError> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(Failure::away(format!("our own store failed: {error}"))),
        Err(panic) => Err(Failure::away(format!("our own store failed: {panic}"))),
    }
}

/// Under which name it is kept that a customer's id is the service's.
fn name_of_customer(id: &str) -> Text {
    format!("customer/{id}").into()
}

/// A shipped description by its name, another by its file.
pub(super) fn read(name: &str) -> Result<Description, ConnectorError> {
    if let Some(read) = read_shipped(name) {
        return Ok(read?);
    }
    let path = Path::new(name);
    if path.extension().is_none_or(|ending| ending != "yaml" && ending != "yml") {
        let shipped: Vec<String> = shipped().map(|name| format!("`{name}`")).collect();
        return Err(ConnectorError::NoSuch { name: name.to_owned(), shipped: shipped.join(", ") });
    }
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConnectorError::Unreadable { path: path.to_owned(), source })?;
    Ok(Description::read(name, &text)?)
}

/// What the deployment's settings and secrets stand for; each must be known, and none may be missing.
pub(super) fn deployment(
    config: &ConnectorConfig,
    description: &Description,
) -> Result<Facts, ConnectorError> {
    let connector = &description.name;
    let fault = |problem: String| ConnectorError::Setting { connector: connector.clone(), problem };
    let known: Vec<&str> = description.settings.keys().map(String::as_str).collect();
    unknown("setting", config.settings.keys(), &known).map_err(fault)?;
    let secrets: Vec<&str> = description.secrets.keys().map(String::as_str).collect();
    unknown("secret", config.secrets.keys(), &secrets).map_err(fault)?;
    let mut facts = Facts::default();
    for (name, setting) in &description.settings {
        let said = config.settings.get(name).or(setting.default.as_ref());
        let said = said.ok_or_else(|| fault(format!("`settings` needs `{name}`: {}", setting.about)))?;
        facts.set(format!("setting.{name}"), said.as_str());
    }
    let none = BTreeMap::new();
    let sources = if config.secrets.is_empty() { &none } else { &config.secrets };
    for name in description.secrets.keys() {
        let source = sources.get(name).cloned().unwrap_or_default();
        let variable = format!("{connector}_{name}").to_uppercase();
        facts.set_secret(name, secrets::read(connector, name, &source, &variable)?);
    }
    Ok(facts)
}

fn unknown<'a>(what: &str, said: impl Iterator<Item = &'a String>, known: &[&str]) -> Result<(), String> {
    for name in said {
        if !known.contains(&name.as_str()) {
            let near = closest(name, known.iter().copied());
            let hint = near.map_or_else(
                || format!("it has {}", known.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(format!("it has no {what} `{name}`; {hint}"));
        }
    }
    Ok(())
}
