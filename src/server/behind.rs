//! Contacts of which the store did not take everything while they lasted: it is told again when it answers.
//!
//! What it has yet to hear is kept in memory, because a disk that is full takes the journal no more than the database. Of
//! very many contacts only the end is kept: their journals have the rest, and so they have for the process that follows one
//! that died in between ([`super::recovery`]).

use super::clock::Clock;
use super::journals::LeftOpen;
use super::ledger::Office;
use super::recovery::post_all;
use crate::crm::{ContactNews, Ending};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked whether the store answers again.
const PAUSE: Duration = Duration::from_secs(2);

/// Contacts whose news are kept: some kilobytes each.
const KEPT: usize = 10_000;

/// What the store has yet to hear of contacts that have ended. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Behind {
    contacts: Arc<Mutex<BTreeMap<String, Untold>>>,
}

/// What is known of a contact that has ended.
#[derive(Clone, Debug)]
struct Untold {
    ending: Ending,
    /// What it has yet to tell; only its journal has that where this is missing.
    news: Option<Arc<[ContactNews]>>,
}

impl Behind {
    /// Remembers a contact that has ended, and what it has yet to tell.
    pub fn keep(&self, contact: &str, ending: Ending, news: Arc<[ContactNews]>) {
        let mut contacts = self.contacts.lock();
        let news = (contacts.len() < KEPT).then_some(news);
        if news.is_none() {
            tracing::error!(
                contact,
                "too many contacts wait for the store: what this one said is in its journal alone"
            );
        }
        contacts.insert(contact.to_owned(), Untold { ending, news });
    }

    fn first(&self) -> Option<(String, Untold)> {
        self.contacts.lock().first_key_value().map(|(contact, untold)| (contact.clone(), untold.clone()))
    }

    fn forget(&self, contact: &str) {
        self.contacts.lock().remove(contact);
    }
}

/// Takes up what is behind, for ever, one contact after another.
pub async fn catch_up(office: Office) {
    loop {
        tokio::time::sleep(PAUSE).await;
        while let Some((contact, untold)) = office.behind.first() {
            let (here, id) = (office.clone(), contact.clone());
            match tokio::task::spawn_blocking(move || take_up(&here, &id, &untold)).await {
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

/// Tells the store what it has yet to hear of a contact. `false` while it does not answer.
fn take_up(office: &Office, contact: &str, Untold { ending, news }: &Untold) -> bool {
    let told = match news {
        Some(news) => {
            let taken = office.store.take_news(vec![news.clone()], ending.at, Clock::jitter(ending.at));
            taken.into_iter().try_for_each(|taken| taken.map(drop))
        }
        None => match office.journals.read(&LeftOpen::Contact(contact.into())) {
            Ok(Some(journal)) => post_all(&*office.store, &journal, ending),
            Ok(None) => return true,
            Err(reason) => {
                tracing::error!(contact, reason, "a journal cannot be read; it stays open");
                return true;
            }
        },
    };
    if let Err(error) = told {
        tracing::warn!(contact, %error, "the store still does not take what a contact said");
        return false;
    }
    if let Err(error) = office.journals.close(contact) {
        tracing::warn!(contact, %error, "a journal could not be closed; the next start takes it up");
    }
    tracing::info!(contact, "the store has heard all that a contact said");
    true
}

#[cfg(test)]
mod tests;
