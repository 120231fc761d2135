//! Somebody who is told by webhook.

use super::config::{WebhookConfig, WebhookKind};
use super::error::ConnectorError;
use super::foreign::blocking;
use super::link::execute;
use super::secrets;
use crate::connector::{BreakerPolicy, Courier, Errors, Failure, WebhookEvent, sign};
use crate::crm::{Dispatch, Subject};
use crate::program::{Secret, Text};
use crate::server::clock::Clock;
use crate::store::Store;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;

/// Messages under way at a time.
const AT_ONCE: usize = 4;

/// Somebody who is told.
pub(in crate::server) struct Webhook {
    /// Its name, by which dispatches are kept.
    pub name: Text,
    pub courier: Mutex<Courier>,
    client: reqwest::Client,
    url: reqwest::Url,
    secret: Secret,
    events: Vec<WebhookKind>,
    within: Duration,
}

impl Webhook {
    /// Checks the address and reads the secret.
    pub fn new(
        name: &str,
        config: &WebhookConfig,
        client: reqwest::Client,
    ) -> Result<Webhook, ConnectorError> {
        let url =
            reqwest::Url::parse(&config.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| ConnectorError::Address { of: name.to_owned() })?;
        let variable = format!("{name}_SECRET").to_uppercase();
        Ok(Webhook {
            name: name.into(),
            courier: Mutex::new(Courier::new(BreakerPolicy::DEFAULT, AT_ONCE)),
            client,
            url,
            secret: secrets::read(name, "secret", &config.secret, &variable)?,
            events: config.events.clone(),
            within: Duration::from_millis(config.within_ms),
        })
    }

    /// Whether it is told of contacts.
    pub fn hears_of_contacts(&self) -> bool {
        self.events.contains(&WebhookKind::ContactEnded)
    }

    /// Whether it is told of cases.
    pub fn hears_of_cases(&self) -> bool {
        self.events.iter().any(|kind| matches!(kind, WebhookKind::CaseOpened | WebhookKind::CaseChanged))
    }

    /// Tells; a success of any kind (2xx) is enough.
    pub async fn tell(
        &self,
        store: Arc<dyn Store>,
        dispatch: &Dispatch,
        clock: Clock,
    ) -> Result<(), Failure> {
        let Some((id, body)) = self.message(store, dispatch).await? else { return Ok(()) };
        let signed = sign(&self.secret, &id, clock.wall(), body.as_bytes());
        let request = self.client.post(self.url.clone()).header("Content-Type", "application/json");
        let headers = signed.headers.into_iter();
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
        let reply = execute(request.body(body), self.within, clock).await?;
        reply.read(&Errors::default()).map(drop)
    }

    /// The message's id and body; nothing where this event is not wanted.
    async fn message(
        &self,
        store: Arc<dyn Store>,
        dispatch: &Dispatch,
    ) -> Result<Option<(String, String)>, Failure> {
        let gone = || Failure::refused("it is not there any more");
        let wanted = |event: &WebhookEvent<'_>| self.events.iter().any(|kind| kind.word() == event.word());
        let written = |event: WebhookEvent<'_>| {
            wanted(&event).then(|| (event.id(), event.body(dispatch.at).to_string()))
        };
        match dispatch.subject.clone() {
            Subject::Contact(contact) => {
                let report = blocking(move || store.report(&contact)).await?.ok_or_else(gone)?;
                Ok(written(WebhookEvent::ContactEnded(&report)))
            }
            Subject::Case { id, from, to } => {
                let case = blocking(move || store.case(id)).await?.ok_or_else(gone)?;
                Ok(written(WebhookEvent::CaseChanged { case: &case, from, to }))
            }
        }
    }
}
