//! Contacts of which the store did not take everything while they lasted: their journals have it, and are taken up when the
//! store answers again.
//!
//! What is remembered of such a contact is its id and how it ended. A process that dies in between finds the journal open
//! at its next start and does the same ([`super::recovery`]).

use super::journals::LeftOpen;
use super::ledger::Office;
use super::recovery::post_all;
use crate::crm::Ending;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked whether the store answers again.
const PAUSE: Duration = Duration::from_secs(2);

/// How each contact ended that the store has yet to hear of in full. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Behind {
    contacts: Arc<Mutex<BTreeMap<String, Ending>>>,
}

impl Behind {
    /// Remembers a contact that has ended.
    pub fn keep(&self, contact: &str, ending: Ending) {
        self.contacts.lock().insert(contact.to_owned(), ending);
    }

    fn first(&self) -> Option<(String, Ending)> {
        self.contacts.lock().first_key_value().map(|(contact, ending)| (contact.clone(), ending.clone()))
    }

    fn forget(&self, contact: &str) {
        self.contacts.lock().remove(contact);
    }
}

/// Takes up what is behind, for ever, one contact after another.
pub async fn catch_up(office: Office) {
    loop {
        tokio::time::sleep(PAUSE).await;
        while let Some((contact, ending)) = office.behind.first() {
            let (here, id) = (office.clone(), contact.clone());
            match tokio::task::spawn_blocking(move || take_up(&here, &id, &ending)).await {
                Ok(true) => office.behind.forget(&contact),
                Ok(false) => break,
                Err(panic) => {
                    tracing::error!(contact, %panic, "a contact's journal could not be taken up");
                    office.behind.forget(&contact);
                }
            }
            office.bell.notify_one();
        }
    }
}

/// Tells the store all that a contact said, from its journal. `false` while the store does not answer.
fn take_up(office: &Office, contact: &str, ending: &Ending) -> bool {
    let open = LeftOpen::Contact(contact.into());
    let journal = match office.journals.read(&open) {
        Ok(Some(journal)) => journal,
        Ok(None) => return true,
        Err(reason) => {
            tracing::error!(contact, reason, "a journal cannot be read; it stays open");
            return true;
        }
    };
    if let Err(error) = post_all(&*office.store, &journal, ending) {
        tracing::warn!(contact, %error, "the store still does not take what a contact said");
        return false;
    }
    if let Err(error) = office.journals.close(contact) {
        tracing::warn!(contact, %error, "a journal could not be closed; the next start takes it up");
    }
    tracing::info!(contact, "the store has heard all that a contact said");
    true
}
