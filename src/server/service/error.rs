//! Why a server does not start.

use crate::server::backends::BackendsError;
use crate::server::config::{ConfigError, line_of};
use crate::server::connectors::ConnectorError;
use crate::server::keys::VaultError;
use crate::server::messages::MessagesError;
use crate::server::operators::OperatorProblem;
use crate::server::phones::PhonesError;
use crate::server::sounds::SoundsError;
use crate::server::synthesizer::SynthesisError;
use crate::server::transcriber::TranscriptionError;
use crate::server::trunks::PasswordError;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a server does not start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// All of these, one a line.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<ServeError>),
    /// A setting makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Recordings are missing or unusable.
    #[error(transparent)]
    Sounds(#[from] SoundsError),
    /// The synthesizer cannot be used.
    #[error(transparent)]
    Synthesizer(#[from] SynthesisError),
    /// Backends are missing or unusable.
    #[error(transparent)]
    Backends(#[from] BackendsError),
    /// The foreign CRM or a webhook is described wrongly, or something of it is missing.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// Messages cannot go out as the settings say.
    #[error(transparent)]
    Messages(#[from] MessagesError),
    /// Whoever makes out words cannot be asked.
    #[error(transparent)]
    Transcription(#[from] TranscriptionError),
    /// What is secret at rest lacks its key.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The program says what this version does not do on real calls.
    #[error("{}", .0.join("\n"))]
    NotServed(Vec<String>),
    /// A trunk's password is not there.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A telephone's password is not there.
    #[error(transparent)]
    Phones(#[from] PhonesError),
    /// What is wrong stands in the settings file.
    #[error("{}:{line}: {error}", path.display())]
    At {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        error: Box<ServeError>,
    },
    /// The program calls numbers and there is no way to.
    #[error("the flow calls numbers ({place}), and the configuration has no `trunks` to send them to")]
    NoTrunk {
        /// The first call.
        place: String,
    },
    /// Queues have nobody who takes their calls, or somebody who cannot be called.
    #[error(transparent)]
    Operator(#[from] OperatorProblem),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The data folder cannot be used, or the system gives nothing.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
}

impl ServeError {
    /// The same with the lines of a settings file where they can be found.
    #[must_use]
    pub fn in_file(self, path: &Path) -> ServeError {
        match self {
            ServeError::Several(errors) => {
                ServeError::Several(errors.into_iter().map(|error| error.in_file(path)).collect())
            }
            error => {
                let text = std::fs::read_to_string(path).unwrap_or_default();
                match line_of(&text, &error.keys()) {
                    Some(line) => ServeError::At { path: path.to_owned(), line, error: Box::new(error) },
                    None => error,
                }
            }
        }
    }

    /// The settings that are wrong.
    fn keys(&self) -> Vec<&str> {
        match self {
            ServeError::Config(error) => error.keys(),
            ServeError::Password(error) | ServeError::Phones(PhonesError::Password(error)) => {
                error.of.split('.').collect()
            }
            ServeError::Operator(OperatorProblem { operator: Some(name), .. }) => vec!["operators", name],
            ServeError::Backends(BackendsError::Address { name, .. } | BackendsError::Token { name, .. }) => {
                vec!["backends", name]
            }
            ServeError::Backends(BackendsError::NotConfigured { .. }) => vec!["backends"],
            ServeError::Messages(MessagesError::Gateway(_)) => vec!["sms"],
            ServeError::Messages(MessagesError::Email(_)) => vec!["email"],
            ServeError::Connector(ConnectorError::Setting { .. } | ConnectorError::NoSuch { .. }) => {
                vec!["connector"]
            }
            // A webhook has a line of its own; a connector's secrets are found by its name there.
            ServeError::Connector(ConnectorError::Secret { of, .. } | ConnectorError::Address { of }) => {
                vec![of]
            }
            ServeError::Synthesizer(_) => vec!["speech"],
            ServeError::Transcription(_) => vec!["transcription"],
            ServeError::Phones(PhonesError::Random(_))
            | ServeError::Backends(BackendsError::Client(_))
            | ServeError::Connector(_)
            | ServeError::Operator(_)
            | ServeError::Several(_)
            | ServeError::Sounds(_)
            | ServeError::Vault(_)
            | ServeError::NotServed(_)
            | ServeError::At { .. }
            | ServeError::NoTrunk { .. }
            | ServeError::Listen { .. }
            | ServeError::System { .. } => Vec::new(),
        }
    }
}

/// Something that the system does not give.
pub(super) fn system(what: &'static str, source: io::Error) -> ServeError {
    ServeError::System { what, source }
}
