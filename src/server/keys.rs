//! The data keys of a deployment, and what a program needs of them: found before the first call.

use super::config::{Config, ConfigError};
use crate::program::{Program, Text};
use crate::store::{DataKeys, Store, StoreError};
use crate::time::Wall;
use std::collections::BTreeSet;
use std::sync::Arc;
use thiserror::Error;

/// Why a server does not start for what is secret at rest.
#[derive(Debug, Error)]
pub enum VaultError {
    /// Nothing to seal with.
    #[error(
        "the program keeps {names} encrypted, and the settings have no `data_key_from`: name an environment variable or a \
         file with 32 random bytes, which `openssl rand -hex 32` makes"
    )]
    NoKeys {
        /// The attributes.
        names: String,
    },
    /// The program takes for open what the database keeps sealed.
    #[error(
        "the database keeps {names} encrypted, and the program declares it as if it were open: write `sensitive` before it"
    )]
    Sealed {
        /// The attributes.
        names: String,
    },
    /// A foreign CRM would bring sensitive attributes into flows.
    #[error("`connector`: {names} under `fields` is sensitive, and no flow is shown it: take it out there")]
    Shown {
        /// The attributes.
        names: String,
    },
    /// The database cannot be used, or its keys are not there.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store failed.
    #[error("the store failed: {0}")]
    Failed(#[from] tokio::task::JoinError),
}

/// Reads the keys that the settings name; none where they name none.
pub fn data_keys(config: &Config) -> Result<DataKeys, ConfigError> {
    let Some(source) = &config.data_key_from else { return Ok(DataKeys::default()) };
    let fault = |reason: String| ConfigError::DataKey { reason };
    let text = source.text().map_err(|problem| fault(format!("it {problem}")))?;
    DataKeys::parse(&text).map_err(|error| fault(error.to_string()))
}

/// What the settings lack for a program's sensitive attributes.
pub(super) fn check(config: &Config, program: &Program) -> Result<(), VaultError> {
    let sensitive = &program.vocabulary.sensitive;
    if !sensitive.is_empty() && config.data_key_from.is_none() {
        return Err(VaultError::NoKeys { names: list(sensitive.iter()) });
    }
    let fields = config.connector.iter().flat_map(|connector| connector.fields.keys());
    let shown: Vec<Text> =
        fields.map(|name| Text::from(&**name)).filter(|name| sensitive.contains(name)).collect();
    if shown.is_empty() { Ok(()) } else { Err(VaultError::Shown { names: list(shown.iter()) }) }
}

/// Sees to it that every key is there, and that what the program calls sensitive is sealed.
pub(super) async fn prepare(store: Arc<dyn Store>, program: &Program, now: Wall) -> Result<(), VaultError> {
    let vocabulary = program.vocabulary.clone();
    tokio::task::spawn_blocking(move || {
        let lost = store.lost_keys()?;
        if !lost.is_empty() {
            return Err(StoreError::LostKeys { names: lost.join(", ") }.into());
        }
        let sealed = store.sealed_attributes()?;
        let open: BTreeSet<&Text> = vocabulary.customer.keys().collect();
        let mistaken: Vec<&Text> = sealed
            .iter()
            .filter(|name| open.contains(name) && !vocabulary.sensitive.contains(*name))
            .collect();
        if !mistaken.is_empty() {
            return Err(VaultError::Sealed { names: list(mistaken.into_iter()) });
        }
        Ok(store.seal_attributes(&vocabulary.sensitive, now)?)
    })
    .await?
}

fn list<'a>(names: impl Iterator<Item = &'a Text>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
