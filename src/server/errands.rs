//! What contacts have to be done outside: programs `tell` backends, and messages go out. Taken from the store when due, sent,
//! and settled there by the outbox's policy.
//!
//! An errand is sent again until it was taken, or its tries are spent. Every try carries the same idempotency key, the
//! contact's id and the number of what it said. Errands of one contact go one after another, those of several at once: a
//! service that is slow holds up nobody else's.

use super::clock::Clock;
use super::ledger::Office;
use super::messages::Messages;
use super::shared::Edition;
use crate::connector::Failure;
use crate::crm::Posting;
use crate::crm::outbox::{Event, Jitter};
use crate::engine::Reply;
use crate::program::{Entry, Text};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Errands sent in one go.
const SENT_AT_ONCE: usize = 8;
/// How often it is looked for errands that are due.
const PAUSE: Duration = Duration::from_millis(500);

/// Whoever runs errands, and what is needed for it. Clones share it.
#[derive(Clone)]
pub struct Errands {
    pub office: Office,
    pub messages: Messages,
    /// The program that they are read by.
    pub latest: watch::Receiver<Arc<Edition>>,
    pub clock: Clock,
}

/// Sends what is due, for ever.
pub async fn send(errands: Errands) {
    loop {
        let (store, now) = (errands.office.store.clone(), errands.clock.wall());
        let due = tokio::task::spawn_blocking(move || store.errands(now, SENT_AT_ONCE)).await;
        match due {
            Ok(Ok(due)) => errands.run(due).await,
            Ok(Err(error)) => tracing::warn!(%error, "what is to be done outside could not be read"),
            Err(panic) => tracing::error!(%panic, "the store failed"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Errands {
    async fn run(&self, due: Vec<Posting>) {
        let mut by_contact: BTreeMap<Text, Vec<Posting>> = BTreeMap::new();
        for errand in due {
            by_contact.entry(errand.contact.clone()).or_default().push(errand);
        }
        let mut under_way = JoinSet::new();
        for (_, errands) in by_contact {
            let here = self.clone();
            under_way.spawn(async move {
                for errand in errands {
                    let event = here.attempt(&errand).await;
                    here.settle(errand, event).await;
                }
            });
        }
        while under_way.join_next().await.is_some() {}
    }

    async fn attempt(&self, errand: &Posting) -> Event {
        let jitter = Clock::jitter(self.clock.wall());
        match &errand.entry {
            Entry::Tell { backend, operation, args } => {
                self.tell((backend, operation), args, &errand.key(), jitter).await
            }
            entry => match self.send(entry, &name_of(errand)).await {
                Ok(()) => Event::Delivered,
                Err(failure) => {
                    // What a service said may repeat what it was told.
                    tracing::info!(key = errand.key(), kind = ?failure.kind, "a message has not gone out");
                    failure.event(jitter)
                }
            },
        }
    }

    async fn send(&self, entry: &Entry, key: &str) -> Result<(), Failure> {
        let image = self.latest.borrow().image.clone();
        self.messages.send(&image, entry, key, self.clock).await
    }

    async fn tell(
        &self,
        (backend, operation): (&Text, &Text),
        args: &[(Text, crate::program::Value)],
        key: &str,
        jitter: Jitter,
    ) -> Event {
        let edition = self.latest.borrow().clone();
        let declared = edition.image.backends.iter().find(|known| known.name == *backend);
        let operation = declared.and_then(|known| known.operations.iter().find(|o| o.name == *operation));
        let (Some(declared), Some(operation)) = (declared, operation) else {
            return Event::Failed { reason: "the program does not declare it any more".into(), jitter };
        };
        match edition.backends.ask(declared, operation, args, key, operation.within).await {
            // A declared status is an answer: the service has heard it.
            Reply::Ok(_) | Reply::Status(_) => Event::Delivered,
            Reply::Failed => Event::Failed { reason: "the backend failed".into(), jitter },
        }
    }

    async fn settle(&self, errand: Posting, event: Event) {
        let (store, now) = (self.office.store.clone(), self.clock.wall());
        let settled = tokio::task::spawn_blocking(move || {
            store.settle_errand((&errand.contact, errand.sequence), event, now)
        });
        match settled.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "it is not kept what became of an errand"),
            Err(panic) => tracing::error!(%panic, "the store failed"),
        }
    }
}

/// What others call it: a key without a slash, which not every service takes.
fn name_of(errand: &Posting) -> String {
    format!("{}-{}", errand.contact, errand.sequence)
}
