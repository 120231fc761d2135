//! Dispatches on their way: claimed from the store, told, and settled there.

use super::Target;
use super::foreign::blocking;
use crate::connector::{BreakerState, Failure};
use crate::crm::outbox::Jitter;
use crate::crm::{Dispatch, Subject};
use crate::server::clock::Clock;
use crate::store::Store;
use crate::time::DurationMs;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long nobody else takes up what is under way here: longer than the slowest delivery.
const LEASE: DurationMs = DurationMs::from_secs(300);
/// How often it is looked for what is due, if nothing comes to an end.
const PAUSE: Duration = Duration::from_millis(500);
/// How long what is under way may take when the server stops; what takes longer is told again after the lease.
const GOODBYE: Duration = Duration::from_secs(3);

/// Carries what is due to a target, until the server stops.
pub(super) async fn carry(
    target: Target,
    store: Arc<dyn Store>,
    clock: Clock,
    mut stop: watch::Receiver<bool>,
) {
    let mut under_way = JoinSet::new();
    while !*stop.borrow() {
        for dispatch in claim(&target, &store, clock).await {
            under_way.spawn(deliver(target.clone(), store.clone(), dispatch, clock));
        }
        tokio::select! {
            Some(_) = under_way.join_next() => {}
            () = tokio::time::sleep(PAUSE) => {}
            _ = stop.changed() => {}
        }
    }
    let rest = async { while under_way.join_next().await.is_some() {} };
    if tokio::time::timeout(GOODBYE, rest).await.is_err() {
        tracing::warn!(target = target.name(), "what is under way is told again after the next start");
    }
}

/// What may be taken up now.
async fn claim(target: &Target, store: &Arc<dyn Store>, clock: Clock) -> Vec<Dispatch> {
    let now = clock.wall();
    let room = target.courier().lock().room(clock.steady());
    if room == 0 {
        return Vec::new();
    }
    let (name, store) = (target.name().to_owned(), store.clone());
    match blocking(move || store.claim(&name, now, LEASE, room)).await {
        Ok(claimed) => {
            target.courier().lock().took(clock.steady(), claimed.len());
            claimed
        }
        Err(failure) => {
            tracing::warn!(target = target.name(), reason = failure.reason, "dispatches could not be read");
            Vec::new()
        }
    }
}

async fn deliver(target: Target, store: Arc<dyn Store>, dispatch: Dispatch, clock: Clock) {
    let done = match (&target, &dispatch.subject) {
        (Target::Foreign(foreign), Subject::Contact(contact)) => foreign.tell(store.clone(), contact).await,
        // Connectors are told of cases with their contacts.
        (Target::Foreign(_), Subject::Case { .. }) => Ok(()),
        (Target::Webhook(webhook), Subject::Contact(_) | Subject::Case { .. }) => {
            webhook.tell(store.clone(), &dispatch, clock).await
        }
    };
    let now = clock.wall();
    let jitter = Jitter(u16::try_from((now.0 ^ dispatch.id.cast_signed()).rem_euclid(1001)).unwrap_or(0));
    let event = {
        let mut courier = target.courier().lock();
        let was_open = is_open(courier.breaker().state());
        say_failure(&target, &dispatch, &done);
        let event = courier.ended(clock.steady(), done, jitter);
        say_change(&target, was_open, is_open(courier.breaker().state()));
        event
    };
    let id = dispatch.id;
    if let Err(failure) = blocking(move || store.settle_dispatch(id, event, now)).await {
        tracing::warn!(reason = failure.reason, "it is not kept what became of a dispatch");
    }
}

/// The reason is kept with the dispatch, where people look; a log never has a reply's words.
fn say_failure(target: &Target, dispatch: &Dispatch, done: &Result<(), Failure>) {
    if let Err(failure) = done {
        let (target, key, kind) = (target.name(), dispatch.key(), failure.kind);
        tracing::info!(target, key, ?kind, "a dispatch has not arrived");
    }
}

fn say_change(target: &Target, was_open: bool, is_open: bool) {
    match (was_open, is_open) {
        (false, true) => {
            tracing::warn!(target = target.name(), "it fails again and again, and is left alone for a while")
        }
        (true, false) => tracing::warn!(target = target.name(), "it works again"),
        (true, true) | (false, false) => {}
    }
}

fn is_open(state: BreakerState) -> bool {
    match state {
        BreakerState::Closed { .. } => false,
        BreakerState::Open { .. } | BreakerState::HalfOpen { .. } => true,
    }
}
