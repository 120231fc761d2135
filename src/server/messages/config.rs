//! What a deployment says of e-mail.

use crate::server::connectors::SecretSource;
use serde::Deserialize;
use std::path::PathBuf;

/// The server that takes e-mail, and from whom it comes.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct EmailConfig {
    /// Its host.
    pub server: String,
    /// Its port; 587 with STARTTLS, 465 with TLS, 25 without, where it is missing.
    #[serde(default)]
    pub port: Option<u16>,
    /// How it is spoken to.
    #[serde(default)]
    pub security: Security,
    /// From whom e-mail comes: `Bank <line@bank.example>`.
    pub from: String,
    /// Whom we are there; nobody where it is missing.
    #[serde(default)]
    pub user: Option<String>,
    /// The user's password.
    #[serde(default)]
    pub password: Option<SecretSource>,
    /// PEM file with the certificates by which the server's is checked; those of the system where it is missing.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// How long it may take for one e-mail, in milliseconds.
    #[serde(default = "ten_seconds")]
    pub within_ms: u64,
}

/// How the server is spoken to.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// In plain at first, then TLS (RFC 3207); without it nothing is sent.
    #[default]
    Starttls,
    /// TLS from the beginning (RFC 8314).
    Tls,
    /// In plain: for a server on this machine.
    None,
}

fn ten_seconds() -> u64 {
    10_000
}
