//! Why connectors and webhooks cannot be used; found before the first call.

use crate::connector::DescriptionError;
use std::path::PathBuf;
use thiserror::Error;

/// Why a connector or a webhook cannot be used.
#[derive(Debug, Error)]
pub enum ConnectorError {
    /// The description has mistakes.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// No such description.
    #[error(
        "there is no connector `{name}`: the shipped ones are {shipped}; the file of another ends in `.yaml`"
    )]
    NoSuch {
        /// As configured.
        name: String,
        /// Their names.
        shipped: String,
    },
    /// A file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A setting that the description does not know, or one that is missing.
    #[error("connector `{connector}`: {problem}")]
    Setting {
        /// The connector.
        connector: String,
        /// What, and what to write.
        problem: String,
    },
    /// A secret is not where it is said to be.
    #[error("`{of}`: the secret `{secret}` {problem}")]
    Secret {
        /// The connector or the webhook.
        of: String,
        /// The secret's name.
        secret: String,
        /// Why not.
        problem: String,
    },
    /// An address is none.
    #[error("`{of}`: its address is no http or https address")]
    Address {
        /// The connector or the webhook.
        of: String,
    },
    /// Two are called the same.
    #[error("a webhook and the connector are both called `{name}`")]
    Twice {
        /// The name.
        name: String,
    },
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot start: {0}")]
    Client(#[from] reqwest::Error),
}
