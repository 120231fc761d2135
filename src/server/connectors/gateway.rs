//! A gateway for text messages: a description whose `send_sms` is told what goes to whom.

use super::config::ConnectorConfig;
use super::error::ConnectorError;
use super::foreign::{deployment, read};
use super::link::Link;
use crate::connector::{Courier, Description, Facts, Failure, Purpose};
use crate::program::Phone;
use crate::server::clock::Clock;
use parking_lot::Mutex;
use std::sync::Arc;

/// Messages under way at a time.
const AT_ONCE: usize = 8;

/// A gateway for text messages.
pub(in crate::server) struct Gateway {
    description: Arc<Description>,
    deployment: Facts,
    link: Link,
    courier: Mutex<Courier>,
}

/// A message for a gateway.
#[derive(Clone, Copy)]
pub(in crate::server) struct Sms<'a> {
    /// To whom.
    pub to: &'a Phone,
    /// What it says.
    pub text: &'a str,
    /// The same however often it is sent.
    pub key: &'a str,
}

impl Gateway {
    /// Reads the description and everything that it needs.
    pub fn new(
        config: &ConnectorConfig,
        client: reqwest::Client,
        clock: Clock,
    ) -> Result<Gateway, ConnectorError> {
        let description = read(&config.description)?;
        let fault = |problem: &str| ConnectorError::Setting {
            connector: description.name.clone(),
            problem: problem.to_owned(),
        };
        if description.send_sms.is_none() {
            return Err(fault("it sends no text messages: its description has no `send_sms`"));
        }
        if !config.fields.is_empty() || !config.field_names.is_empty() {
            return Err(fault("`sms` has `use`, `settings` and `secrets`, and no fields of customers"));
        }
        let deployment = deployment(config, &description)?;
        let base = description.common.base.text(&deployment).unwrap_or_default();
        if !reqwest::Url::parse(&base).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(ConnectorError::Address { of: description.name.clone() });
        }
        let courier = Mutex::new(Courier::new(description.breaker, AT_ONCE));
        let description = Arc::new(description);
        let link = Link::new(client, description.clone(), deployment.clone(), clock);
        Ok(Gateway { description, deployment, link, courier })
    }

    /// Hands a message over; `Ok` once the gateway has taken it. While the gateway is left alone it is not asked.
    pub async fn send(&self, clock: Clock, sms: Sms<'_>, purpose: Purpose) -> Result<(), Failure> {
        if !self.courier.lock().admit(clock.steady()) {
            return Err(Failure::away("the gateway fails again and again, and is left alone for a while"));
        }
        let sent = self.try_send(sms, purpose).await;
        let works = !sent.as_ref().is_err_and(Failure::is_outage);
        self.courier.lock().heard(clock.steady(), works);
        sent
    }

    async fn try_send(&self, sms: Sms<'_>, purpose: Purpose) -> Result<(), Failure> {
        let Some(write) = &self.description.send_sms else {
            return Err(Failure::refused("it sends no text messages"));
        };
        let mut facts = self.deployment.clone();
        facts.set("key", sms.key);
        facts.set("sms.to", sms.to.as_str());
        facts.set("sms.text", sms.text);
        let request = write.call.fill("send_sms", &self.description.common, &facts, &[]);
        let request = request.map_err(|error| Failure::refused(error.to_string()))?;
        let reply = self.link.send(&request, purpose).await?;
        match write.already.contains(&reply.status) {
            true => Ok(()),
            false => reply.read(&self.description.errors).map(drop),
        }
    }
}
