//! Whether calls can be taken, and why not.

use super::Overview;
use std::time::Duration;

/// How long the CRM may take to say anything at all.
const CRM: Duration = Duration::from_secs(2);

impl Overview {
    /// What keeps the server from taking calls; nothing where it is ready.
    pub async fn hindrances(&self) -> Vec<String> {
        let mut found = Vec::new();
        if *self.draining.borrow() {
            found.push("the server is stopping".to_owned());
        }
        found.extend(self.trunks.hindrance());
        if !self.crm_answers().await {
            found.push("the CRM does not answer".to_owned());
        }
        found
    }

    async fn crm_answers(&self) -> bool {
        let store = self.office.store.clone();
        let asked = tokio::task::spawn_blocking(move || store.has_pending());
        matches!(tokio::time::timeout(CRM, asked).await, Ok(Ok(Ok(_))))
    }
}
