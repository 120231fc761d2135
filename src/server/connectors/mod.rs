//! Foreign CRMs and webhooks: the sockets to `connector`'s machines.
//!
//! | file | job |
//! |---|---|
//! | `config`, `error`, `secrets` | what a deployment says, and what is wrong with it |
//! | `link` | requests to one service: rate, credentials, replies |
//! | `foreign` | a foreign CRM: who is it, and what came of a contact |
//! | `gateway` | a gateway for text messages |
//! | `webhook` | signed messages |
//! | `carry` | dispatches, from the store to either |

mod carry;
mod config;
mod error;
mod foreign;
mod gateway;
mod link;
mod secrets;
mod webhook;

pub use config::{ConnectorConfig, SecretSource, WebhookConfig, WebhookKind};
pub use error::ConnectorError;
pub(super) use foreign::Foreign;
pub(super) use gateway::{Gateway, Sms};
pub(super) use link::client as http_client;

use super::clock::Clock;
use super::config::Config;
use super::keys::data_keys;
use super::recorded::Recorder;
use crate::connector::{BreakerState, Courier};
use crate::crm::Subscriber;
use crate::program::{Program, Text};
use crate::store::Store;
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;
use webhook::Webhook;

/// Everybody outside who is asked or told.
#[derive(Clone, Default)]
pub struct Connectors {
    foreign: Option<Arc<Foreign>>,
    webhooks: Vec<Arc<Webhook>>,
}

/// Somebody who is told.
#[derive(Clone)]
enum Target {
    Foreign(Arc<Foreign>),
    Webhook(Arc<Webhook>),
}

impl Target {
    fn name(&self) -> &str {
        match self {
            Target::Foreign(foreign) => &foreign.name,
            Target::Webhook(webhook) => &webhook.name,
        }
    }

    fn courier(&self) -> &Mutex<Courier> {
        match self {
            Target::Foreign(foreign) => &foreign.courier,
            Target::Webhook(webhook) => &webhook.courier,
        }
    }
}

impl Connectors {
    /// Reads descriptions and secrets, and checks everything that can be checked without asking anybody.
    pub fn new(config: &Config, program: &Program, clock: Clock) -> Result<Connectors, ConnectorError> {
        if config.connector.is_none() && config.webhooks.is_empty() {
            return Ok(Connectors::default());
        }
        let client = link::client()?;
        // Keys that cannot be read are told of with the settings.
        let recorder = Recorder::new(&config.data, data_keys(config).unwrap_or_default());
        let foreign = config
            .connector
            .as_ref()
            .map(|config| Foreign::new(config, program, client.clone(), clock, recorder));
        let foreign = foreign.transpose()?.map(Arc::new);
        let webhooks = config.webhooks.iter();
        let webhooks =
            webhooks.map(|(name, config)| Webhook::new(name, config, client.clone()).map(Arc::new));
        let webhooks = webhooks.collect::<Result<Vec<_>, _>>()?;
        let same = foreign.as_ref().filter(|foreign| webhooks.iter().any(|hook| hook.name == foreign.name));
        match same {
            Some(foreign) => Err(ConnectorError::Twice { name: foreign.name.to_string() }),
            None => Ok(Connectors { foreign, webhooks }),
        }
    }

    /// The foreign CRM.
    pub(super) fn foreign(&self) -> Option<&Arc<Foreign>> {
        self.foreign.as_ref()
    }

    /// Everybody by name, and whether they are left alone for a while because they do not work.
    pub(super) fn breakers(&self) -> Vec<(Text, bool)> {
        let is_open = |courier: &Mutex<Courier>| {
            !matches!(courier.lock().breaker().state(), BreakerState::Closed { .. })
        };
        let foreign = self.foreign.iter().map(|foreign| (foreign.name.clone(), is_open(&foreign.courier)));
        let webhooks = self.webhooks.iter().map(|hook| (hook.name.clone(), is_open(&hook.courier)));
        foreign.chain(webhooks).collect()
    }

    /// Who is told of what.
    pub(super) fn subscribers(&self) -> Vec<Subscriber> {
        let foreign = self.foreign.iter();
        let foreign =
            foreign.map(|foreign| Subscriber { name: foreign.name.clone(), contacts: true, cases: false });
        let webhooks = self.webhooks.iter().map(|hook| Subscriber {
            name: hook.name.clone(),
            contacts: hook.hears_of_contacts(),
            cases: hook.hears_of_cases(),
        });
        foreign.chain(webhooks).collect()
    }

    /// Begins to carry dispatches to all of them; ends when `stop` says so.
    pub(super) fn carry(
        &self,
        store: &Arc<dyn Store>,
        clock: Clock,
        stop: &watch::Receiver<bool>,
    ) -> JoinSet<()> {
        let foreign = self.foreign.iter().cloned().map(Target::Foreign);
        let webhooks = self.webhooks.iter().cloned().map(Target::Webhook);
        let mut carrying = JoinSet::new();
        for target in foreign.chain(webhooks) {
            carrying.spawn(carry::carry(target, store.clone(), clock, stop.clone()));
        }
        carrying
    }
}
