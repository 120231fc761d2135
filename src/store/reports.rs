//! Questions to the CRM, answered by counting: see [`crate::crm::question`].

use super::StoreError;
use super::database::Database;
use super::tables::reports;
use crate::crm::question::{Ask, Sheet};

/// The store's side of reports.
pub trait Reports: Send + Sync {
    /// Answers a question in one snapshot. It takes the longer the more lies in its period, and no longer for what does not.
    fn answer(&self, ask: &Ask) -> Result<Sheet, StoreError>;
}

impl<D: Database> Reports for D {
    fn answer(&self, ask: &Ask) -> Result<Sheet, StoreError> {
        let ask = ask.clone();
        self.read(move |tx| reports::answer(tx, &ask))
    }
}
