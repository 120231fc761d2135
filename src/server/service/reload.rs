//! Another program while calls last: checked as at the start, then given to all contacts that begin from then on.

use super::{ServeError, Service};
use crate::engine::Image;
use crate::server::backends::Backends;
use crate::server::keys::{self, VaultError};
use crate::server::operators;
use crate::server::shared::Edition;
use crate::server::sounds::Sounds;
use std::sync::Arc;
use thiserror::Error;

/// Why a running server keeps the program that it has.
#[derive(Debug, Error)]
pub enum ReloadError {
    /// A server would not start with it.
    #[error(transparent)]
    Refused(#[from] ServeError),
    /// The database does not go with it.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A foreign CRM was told at the start what there is.
    #[error(
        "the `crm` block has changed, and the settings have a `connector`: it is taken at the next start"
    )]
    Connected,
    /// The check itself failed.
    #[error("the check failed: {0}")]
    Failed(#[from] tokio::task::JoinError),
}

impl Service {
    /// Gives contacts from now on another program; those that last keep the one that they began with. All of it is taken or
    /// nothing.
    ///
    /// # Errors
    /// Whatever would keep a server from starting with it; then nothing changes.
    pub async fn take(&self, image: Arc<Image>) -> Result<(), ReloadError> {
        let now = self.latest.borrow().clone();
        let (sounds, backends) = self.check_anew(&now.image, &image).await?;
        keys::prepare(self.office.store.clone(), &image, self.clock.wall()).await?;
        self.switchboard.arrange(&image, &operators::roster(&self.settings, &image));
        self.latest.send_replace(Arc::new(Edition { image, sounds, backends }));
        Ok(())
    }

    async fn check_anew(&self, old: &Image, new: &Arc<Image>) -> Result<(Sounds, Backends), ReloadError> {
        if self.settings.connector.is_some() && old.vocabulary != new.vocabulary {
            return Err(ReloadError::Connected);
        }
        let (settings, image) = (self.settings.clone(), new.clone());
        Ok(tokio::task::spawn_blocking(move || Service::check(&settings, &image)).await??)
    }
}
