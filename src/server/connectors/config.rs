//! What a deployment says of its foreign CRM and its webhooks.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, de};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// The foreign CRM: `connector: hubspot`, or a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorConfig {
    /// The name of a shipped description, or the file of another.
    pub description: String,
    /// The description's settings.
    pub settings: BTreeMap<String, String>,
    /// Where its secrets are; the environment variable `NAME_SECRET` where nothing is said of one.
    pub secrets: BTreeMap<String, SecretSource>,
    /// Attributes of the program's `crm` block, and where they stand in a customer found.
    pub fields: BTreeMap<String, String>,
    /// What the service calls fields by which `find customer` asks.
    pub field_names: BTreeMap<String, String>,
    /// Whether it says who calls; else the built-in CRM does.
    pub identifies: bool,
}

/// Where a secret is: one of the two.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct SecretSource {
    /// In this environment variable.
    #[serde(default)]
    pub env: Option<String>,
    /// In this file; a line break at its end is no part of it.
    #[serde(default)]
    pub file: Option<PathBuf>,
}

/// Somebody who is told by webhook.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// Where.
    pub url: String,
    /// What signs.
    pub secret: SecretSource,
    /// Of what; everything where it is missing.
    #[serde(default = "every_event")]
    pub events: Vec<WebhookKind>,
    /// How long an answer may take, in milliseconds.
    #[serde(default = "ten_seconds")]
    pub within_ms: u64,
}

/// What webhooks tell of.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum WebhookKind {
    /// A contact is over.
    #[serde(rename = "contact.ended")]
    ContactEnded,
    /// A case was opened.
    #[serde(rename = "case.opened")]
    CaseOpened,
    /// A case has changed.
    #[serde(rename = "case.changed")]
    CaseChanged,
}

impl SecretSource {
    /// What it holds, without a line break at its end; else a sentence without a subject.
    pub(in crate::server) fn text(&self) -> Result<String, String> {
        let text = match (&self.env, &self.file) {
            (Some(variable), None) => std::env::var(variable)
                .map_err(|_| format!("is not in the environment variable `{variable}`"))?,
            (None, Some(file)) => std::fs::read_to_string(file)
                .map_err(|error| format!("cannot be read from {}: {error}", file.display()))?,
            (Some(_), Some(_)) | (None, None) => {
                return Err("is either `{ env: NAME }` or `{ file: PATH }`".to_owned());
            }
        };
        match text.trim_end_matches(['\r', '\n']) {
            "" => Err("is empty".to_owned()),
            text => Ok(text.to_owned()),
        }
    }
}

impl WebhookKind {
    /// As the message calls it.
    pub fn word(self) -> &'static str {
        match self {
            WebhookKind::ContactEnded => "contact.ended",
            WebhookKind::CaseOpened => "case.opened",
            WebhookKind::CaseChanged => "case.changed",
        }
    }
}

impl ConnectorConfig {
    /// A description with nothing else said.
    pub fn named(description: &str) -> ConnectorConfig {
        ConnectorConfig {
            description: description.to_owned(),
            settings: BTreeMap::new(),
            secrets: BTreeMap::new(),
            fields: BTreeMap::new(),
            field_names: BTreeMap::new(),
            identifies: true,
        }
    }
}

/// The long form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    #[serde(rename = "use")]
    description: String,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    #[serde(default)]
    secrets: BTreeMap<String, SecretSource>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(default)]
    field_names: BTreeMap<String, String>,
    #[serde(default = "yes")]
    identifies: bool,
}

/// By hand, so that a mistake in the long form keeps its own words.
impl<'de> Deserialize<'de> for ConnectorConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ConnectorConfig, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = ConnectorConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a connector, or `use:` with its settings")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<ConnectorConfig, E> {
        Ok(ConnectorConfig::named(name))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ConnectorConfig, A::Error> {
        let long = Long::deserialize(MapAccessDeserializer::new(map))?;
        let Long { description, settings, secrets, fields, field_names, identifies } = long;
        Ok(ConnectorConfig { description, settings, secrets, fields, field_names, identifies })
    }
}

fn every_event() -> Vec<WebhookKind> {
    vec![WebhookKind::ContactEnded, WebhookKind::CaseOpened, WebhookKind::CaseChanged]
}

fn ten_seconds() -> u64 {
    10_000
}

fn yes() -> bool {
    true
}
