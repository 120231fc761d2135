//! The server that takes e-mail, by SMTP (RFC 5321), and what its answers say of the next attempt.

use super::config::{EmailConfig, Security};
use super::mail::{Attachment, Draft};
use crate::connector::Failure;
use crate::server::connectors::SecretSource;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::path::PathBuf;
use std::time::Duration;
use thiserror::Error;

/// Why e-mail cannot be sent by the settings. No password is ever shown.
#[derive(Debug, Error)]
pub enum EmailError {
    /// From whom it comes is no address.
    #[error("`from` is no address: write `Bank <line@bank.example>`")]
    From,
    /// A user without a password, or the other way round.
    #[error("`user` and `password` belong together")]
    HalfKnown,
    /// A password would travel in plain.
    #[error("`security: none` and a password: it would travel in plain; use `starttls` or `tls`")]
    Plain,
    /// The password is not where it is said to be.
    #[error("the password {problem}")]
    Password {
        /// Why not.
        problem: String,
    },
    /// The certificates cannot be used.
    #[error("cannot use the certificates in `{}`: {reason}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The settings of TLS cannot be used.
    #[error("TLS cannot be used: {0}")]
    Tls(lettre::transport::smtp::Error),
}

/// The way of e-mail out.
pub(super) struct PostOffice {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    within: Duration,
}

impl PostOffice {
    /// Reads what a deployment says; connects to nobody.
    pub fn new(config: &EmailConfig) -> Result<PostOffice, EmailError> {
        // A second call finds the provider installed already: that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let from: Mailbox = config.from.parse().map_err(|_| EmailError::From)?;
        let (usual, tls) = match config.security {
            Security::Starttls => (587, Tls::Required(tls(config)?)),
            Security::Tls => (465, Tls::Wrapper(tls(config)?)),
            Security::None => (25, Tls::None),
        };
        let within = Duration::from_millis(config.within_ms);
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.server)
            .port(config.port.unwrap_or(usual))
            .tls(tls)
            .timeout(Some(within));
        let builder = match (&config.user, &config.password) {
            (None, None) => builder,
            (Some(_), Some(_)) if config.security == Security::None => return Err(EmailError::Plain),
            (Some(user), Some(source)) => {
                builder.credentials(Credentials::new(user.clone(), password(source)?))
            }
            (Some(_), None) | (None, Some(_)) => return Err(EmailError::HalfKnown),
        };
        Ok(PostOffice { from, transport: builder.build(), within })
    }

    /// Sends one; `Ok` once the server has taken it.
    pub async fn send(
        &self,
        to: &str,
        subject: Option<&str>,
        text: &str,
        key: &str,
        attached: Option<Attachment>,
    ) -> Result<(), Failure> {
        let mail = Draft { from: &self.from, to, subject, text, key, attached }.write()?;
        // The timeout of the transport is one for each of its steps.
        match tokio::time::timeout(self.within, self.transport.send(mail)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(Failure::away("the mail server does not answer in time")),
        }
    }
}

/// What an answer says of the next attempt. A permanent one to our credentials is about us, and not about the e-mail.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let code = error.status().map(|code| code.to_string());
    let told = code
        .as_ref()
        .map_or_else(|| "the mail server cannot be reached".to_owned(), |code| format!("it answered {code}"));
    match code.as_deref() {
        Some("530" | "534" | "535" | "538") => Failure::away(told),
        Some(_) if error.is_permanent() => Failure::refused(told),
        Some(_) => Failure::failed(told),
        None => Failure::away(told),
    }
}

fn tls(config: &EmailConfig) -> Result<TlsParameters, EmailError> {
    let builder = TlsParameters::builder(config.server.clone());
    let builder = match &config.ca {
        None => builder,
        Some(path) => {
            let fault = |reason: String| EmailError::Certificates { path: path.clone(), reason };
            let pem = std::fs::read(path).map_err(|error| fault(error.to_string()))?;
            let certificate = Certificate::from_pem(&pem).map_err(|error| fault(error.to_string()))?;
            builder.certificate_store(CertificateStore::None).add_root_certificate(certificate)
        }
    };
    builder.build().map_err(EmailError::Tls)
}

fn password(source: &SecretSource) -> Result<String, EmailError> {
    source.text().map_err(|problem| EmailError::Password { problem })
}
