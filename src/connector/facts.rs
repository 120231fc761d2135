//! What a template may name, and what it stands for in one request.
//!
//! Facts are data: they are put where a template names them and never read as anything else.

use crate::program::Secret;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What stands for the names of one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    known: BTreeMap<String, Json>,
    secrets: BTreeMap<String, Secret>,
}

/// Which names a template may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The address and the credentials: settings and secrets alone.
    Deployment,
    /// The keys of bodies and queries: what the deployment and the program say.
    Key,
    /// Who has this number?
    Number,
    /// Who has this e-mail address?
    Email,
    /// Who has this value?
    Field,
    /// More about somebody found.
    Found,
    /// The contact.
    Interaction,
    /// A case of the contact.
    Case,
    /// A recording of the contact.
    Recording,
    /// What was just made of a recording.
    Made,
    /// A text message.
    Message,
}

/// Of the contact that is told.
const CONTACT: [&str; 21] = [
    "key",
    "contact.id",
    "contact.channel",
    "contact.direction",
    "contact.from",
    "contact.to",
    "contact.started",
    "contact.ended",
    "contact.seconds",
    "contact.milliseconds",
    "contact.outcome",
    "contact.outcomes",
    "contact.topics",
    "contact.notes",
    "contact.title",
    "contact.summary",
    "contact.ended_by",
    "contact.cause",
    "contact.program",
    "contact.version",
    "contact.verified",
];

/// Of the customer and of what was told before.
const OURS: [&str; 2] = ["customer.id", "contact.foreign"];

/// Of the case.
const CASE: [&str; 12] = [
    "case.id",
    "case.key",
    "case.topic",
    "case.state",
    "case.opened",
    "case.closed",
    "case.about",
    "case.about_kind",
    "case.contacts",
    "case.title",
    "case.summary",
    "case.foreign",
];

/// Of the recording.
const RECORDING: [&str; 4] = ["recording.name", "recording.type", "recording.seconds", "recording.base64"];

impl Scope {
    /// The names beside `setting.…` and `secret.…`.
    pub fn names(self) -> Vec<&'static str> {
        match self {
            Scope::Deployment => Vec::new(),
            Scope::Key => vec!["field"],
            Scope::Number => vec!["number"],
            Scope::Email => vec!["email"],
            Scope::Field => vec!["field", "value"],
            Scope::Found => vec!["found.id"],
            Scope::Interaction => [&CONTACT[..], &OURS].concat(),
            Scope::Case => [&CONTACT[..], &OURS, &CASE].concat(),
            Scope::Recording => [&CONTACT[..], &OURS, &RECORDING].concat(),
            Scope::Message => vec!["key", "sms.to", "sms.text"],
            Scope::Made => [&CONTACT[..], &OURS, &RECORDING, &["made.id"]].concat(),
        }
    }
}

impl Facts {
    /// Says what a name stands for; `null` is missing.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Json>) {
        self.known.insert(name.into(), value.into());
    }

    /// Says what a secret's name stands for.
    pub fn set_secret(&mut self, name: &str, secret: Secret) {
        self.secrets.insert(format!("secret.{name}"), secret);
    }

    /// Takes all of others in; a name that both have stands for theirs.
    pub fn with(mut self, others: Facts) -> Facts {
        self.known.extend(others.known);
        self.secrets.extend(others.secrets);
        self
    }

    /// What a name stands for; `null` where nobody said. A secret comes out here as its value: a template may name one only
    /// where requests hide it.
    pub(super) fn get(&self, name: &str) -> Json {
        match self.secrets.get(name) {
            Some(secret) => secret.expose().into(),
            None => self.known.get(name).cloned().unwrap_or_default(),
        }
    }
}
