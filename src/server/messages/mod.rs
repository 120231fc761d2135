//! Messages that go out: text messages by a gateway, e-mail by SMTP.
//!
//! | file | job |
//! |---|---|
//! | `config` | what a deployment says of e-mail |
//! | `mail` | one e-mail, written so that nothing in it can be read as a header |
//! | `post` | the server that takes e-mail, and what its answers mean |
//! | `wording` | prompts as text |
//!
//! What a flow sends is an errand ([`super::errands`]): durable, tried until it is taken or refused. A code that proves who
//! somebody is goes out at once, or not at all: it is in no database.

mod config;
mod mail;
mod post;
mod wording;

pub use config::{EmailConfig, Security};
pub use post::EmailError;

use super::clock::Clock;
use super::config::Config;
use super::connectors::{ConnectorError, Gateway, Sms, http_client};
use super::keys::data_keys;
use super::recorded::Recorder;
use crate::connector::{Failure, Purpose};
use crate::engine::Image;
use crate::program::verb::{Authenticate, Proof};
use crate::program::{Entry, Phone, Program, Text, Verb};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mail::Attachment;
use post::PostOffice;
use std::sync::Arc;
use thiserror::Error;
pub(super) use wording::code_text;

/// How messages go out; clones share it.
#[derive(Clone, Default)]
pub struct Messages {
    gateway: Option<Arc<Gateway>>,
    post: Option<Arc<PostOffice>>,
    recorder: Option<Recorder>,
}

/// Why messages cannot go out; found before the first call.
#[derive(Debug, Error)]
pub enum MessagesError {
    /// The gateway is described wrongly, or something of it is missing.
    #[error("`sms`: {0}")]
    Gateway(#[from] ConnectorError),
    /// E-mail cannot be sent by these settings.
    #[error("`email`: {0}")]
    Email(#[from] EmailError),
}

impl Messages {
    /// Reads what the deployment says, and checks all that can be checked without sending anything.
    pub fn new(config: &Config, clock: Clock) -> Result<Messages, MessagesError> {
        let gateway = match &config.sms {
            Some(sms) => {
                let client = http_client().map_err(ConnectorError::Client)?;
                Some(Arc::new(Gateway::new(sms, client, clock)?))
            }
            None => None,
        };
        let post = config.email.as_ref().map(PostOffice::new).transpose()?.map(Arc::new);
        // Keys that cannot be read are told of with the settings.
        let recorder = Some(Recorder::new(&config.data, data_keys(config).unwrap_or_default()));
        Ok(Messages { gateway, post, recorder })
    }

    /// Sends what an entry says; nothing is to be done for one that is no message.
    pub(super) async fn send(
        &self,
        image: &Image,
        entry: &Entry,
        key: &str,
        clock: Clock,
    ) -> Result<(), Failure> {
        match entry {
            Entry::Sms { to, message } => {
                let text = wording::text(image, message);
                self.sms(to, &text, key, clock, Purpose::Delivery).await
            }
            Entry::Email { to, subject, message, attach } => {
                let Some(post) = &self.post else { return Err(unsaid("email")) };
                let text = wording::text(image, message);
                let attached = match attach {
                    Some(recording) => Some(self.attachment(recording.id.clone()).await?),
                    None => None,
                };
                post.send(to, subject.as_deref(), &text, key, attached).await
            }
            Entry::Outcome { .. }
            | Entry::Case { .. }
            | Entry::Note { .. }
            | Entry::Identity { .. }
            | Entry::Keep { .. }
            | Entry::Count { .. }
            | Entry::Tell { .. }
            | Entry::Callback { .. }
            | Entry::Task { .. }
            | Entry::Override { .. } => Ok(()),
        }
    }

    /// A message that a caller left, as a file.
    async fn attachment(&self, id: Text) -> Result<Attachment, Failure> {
        let Some(recorder) = self.recorder.clone() else { return Err(unsaid("email")) };
        let read = tokio::task::spawn_blocking(move || recorder.message(&id)).await;
        // It may still be on its way to the disk: it is tried again.
        let missing = |_| Failure::failed("the recording that goes with it cannot be read");
        let recorded =
            read.map_err(|_| Failure::failed("the recording could not be read"))?.map_err(missing)?;
        let bytes = BASE64_STANDARD.decode(&recorded.base64).unwrap_or_default();
        Ok(Attachment { name: recorded.name, kind: recorded.kind, bytes })
    }

    /// Sends a code to somebody who waits for it.
    pub(super) async fn send_code(
        &self,
        to: &Phone,
        text: &str,
        key: &str,
        clock: Clock,
    ) -> Result<(), Failure> {
        self.sms(to, text, key, clock, Purpose::Caller).await
    }

    async fn sms(
        &self,
        to: &Phone,
        text: &str,
        key: &str,
        clock: Clock,
        purpose: Purpose,
    ) -> Result<(), Failure> {
        let Some(gateway) = &self.gateway else { return Err(unsaid("sms")) };
        gateway.send(clock, Sms { to, text, key }, purpose).await
    }
}

/// The settings of an earlier start said how; these do not.
fn unsaid(setting: &str) -> Failure {
    Failure::failed(format!("the settings have no `{setting}`"))
}

/// The lines of a program that send what the settings do not say how to.
pub(super) fn problems(config: &Config, program: &Program) -> Vec<String> {
    let lacks = |verb: &Verb| match verb {
        Verb::SendSms(_) if config.sms.is_none() => Some(("send sms", "sms")),
        Verb::Authenticate(Authenticate { proof: Proof::Code { .. }, .. }) if config.sms.is_none() => {
            Some(("authenticate … with code", "sms"))
        }
        Verb::SendEmail(_) if config.email.is_none() => Some(("send email", "email")),
        _ => None,
    };
    let places = program.nodes.iter().filter_map(|node| Some((&node.place, lacks(&node.verb)?)));
    let mut lines: Vec<(&Text, u32, (&str, &str))> =
        places.map(|(place, lack)| (&place.path, place.line, lack)).collect();
    lines.sort_unstable();
    lines.dedup();
    let line = |(path, line, (word, setting))| {
        format!("{path}:{line}: `{word}` needs `{setting}` in the settings, which says how messages go out")
    };
    lines.into_iter().map(line).collect()
}
