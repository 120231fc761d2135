//! What programs `tell` backends: taken from the store when due, sent, and settled there by the outbox's policy.
//!
//! An errand is sent again until the service has answered with success, or its tries are spent. Every try carries the same
//! idempotency key, the contact's id and the number of what it said.

use super::backends::Backends;
use super::ledger::Office;
use crate::crm::Posting;
use crate::crm::outbox::{Event, Jitter};
use crate::engine::{Image, Reply};
use crate::program::Entry;
use crate::time::Wall;
use std::sync::Arc;
use std::time::Duration;

/// Errands sent in one go.
const SENT_AT_ONCE: usize = 8;
/// How often it is looked for errands that are due.
const PAUSE: Duration = Duration::from_millis(500);

/// Sends what is due, for ever.
pub async fn send(
    office: Office,
    backends: Backends,
    image: Arc<Image>,
    wall: impl Fn() -> Wall + Send + Sync + 'static,
) {
    loop {
        let (store, now) = (office.store.clone(), wall());
        let due = tokio::task::spawn_blocking(move || store.errands(now, SENT_AT_ONCE)).await;
        match due {
            Ok(Ok(errands)) => {
                for errand in errands {
                    let event = attempt(&backends, &image, &errand, wall()).await;
                    settle(&office, errand, event, wall()).await;
                }
            }
            Ok(Err(error)) => tracing::warn!(%error, "what backends shall be told could not be read"),
            Err(panic) => tracing::error!(%panic, "the store failed"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn attempt(backends: &Backends, image: &Image, errand: &Posting, now: Wall) -> Event {
    let jitter = Jitter(u16::try_from(now.0.rem_euclid(1000)).unwrap_or(0));
    let Entry::Tell { backend, operation, args } = &errand.entry else { return Event::Delivered };
    let declared = image.backends.iter().find(|known| known.name == *backend);
    let operation = declared.and_then(|known| known.operations.iter().find(|o| o.name == *operation));
    let (Some(declared), Some(operation)) = (declared, operation) else {
        return Event::Failed { reason: "the program does not declare it any more".into(), jitter };
    };
    match backends.ask(declared, operation, args, &errand.key(), operation.within).await {
        // A declared status is an answer: the service has heard it.
        Reply::Ok(_) | Reply::Status(_) => Event::Delivered,
        Reply::Failed => Event::Failed { reason: "the backend failed".into(), jitter },
    }
}

async fn settle(office: &Office, errand: Posting, event: Event, now: Wall) {
    let store = office.store.clone();
    let settled = tokio::task::spawn_blocking(move || {
        store.settle_errand((&errand.contact, errand.sequence), event, now)
    });
    match settled.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "it is not kept what became of telling a backend"),
        Err(panic) => tracing::error!(%panic, "the store failed"),
    }
}
