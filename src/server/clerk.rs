//! The way of all contacts into the store: what they tell within a tenth of a second shares a transaction.
//!
//! A call that begins, says its outcome and ends tells three things, and in one go where it does so before its turn. One by one each costs a thread that is woken, a transaction
//! and a wait for the disk; beside a hundred others it costs a tenth of that. Nobody hears the milliseconds.

use super::clock::Clock;
use crate::crm::ContactNews;
use crate::store::{Store, StoreError, Taken};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How long the first waits for others.
const GATHER: Duration = Duration::from_millis(100);
/// Contacts whose news share a transaction at the most.
const AT_ONCE: usize = 256;

/// What a contact tells, and goes on telling until its turn comes.
pub struct Telling {
    /// What is there already, the first first.
    pub news: Vec<ContactNews>,
    /// Where the rest comes: a call that is over before its turn tells all that it has in one go.
    pub inbox: mpsc::UnboundedReceiver<ContactNews>,
}

/// What became of it.
pub struct Told {
    /// Whether the store has taken all of it, or nothing.
    pub answer: Result<Taken, String>,
    /// All that was told.
    pub news: Arc<[ContactNews]>,
    /// Where more comes.
    pub inbox: mpsc::UnboundedReceiver<ContactNews>,
}

struct Handed {
    store: Arc<dyn Store>,
    telling: Telling,
    told: oneshot::Sender<Told>,
}

/// The way into the store; clones share it. It ends with its last clone, behind what was handed in, and nothing of the store is
/// held where nothing waits.
#[derive(Clone)]
pub struct Clerk {
    store: Arc<dyn Store>,
    desk: mpsc::UnboundedSender<Handed>,
}

impl Clerk {
    /// Begins to take news. Must be called in a runtime.
    pub fn start(store: Arc<dyn Store>, clock: Clock) -> Clerk {
        let (desk, inbox) = mpsc::unbounded_channel();
        tokio::spawn(work(store.gathers_news(), clock, inbox));
        Clerk { store, desk }
    }

    /// Hands in what a contact tells, and waits until it is durable: all of it, or nothing. `None` only if the runtime ends.
    pub async fn take(&self, telling: Telling) -> Option<Told> {
        let (told, answer) = oneshot::channel();
        self.desk.send(Handed { store: self.store.clone(), telling, told }).ok()?;
        answer.await.ok()
    }
}

async fn work(gathers: bool, clock: Clock, mut inbox: mpsc::UnboundedReceiver<Handed>) {
    let mut is_behind = false;
    while let Some(first) = inbox.recv().await {
        let mut handed = vec![first];
        if !gathers {
            // The database has lines of its own for those who come together.
            tokio::spawn(hand_in(handed, clock));
            continue;
        }
        // Where there were more than share a transaction, the rest has waited enough.
        if !is_behind {
            tokio::time::sleep(GATHER).await;
        }
        while handed.len() < AT_ONCE
            && let Ok(next) = inbox.try_recv()
        {
            handed.push(next);
        }
        is_behind = !inbox.is_empty();
        hand_in(handed, clock).await;
    }
}

async fn hand_in(handed: Vec<Handed>, clock: Clock) {
    let Some(store) = handed.first().map(|first| first.store.clone()) else { return };
    let (shares, waiting): (Vec<_>, Vec<_>) = handed
        .into_iter()
        .map(|Handed { telling: Telling { mut news, mut inbox }, told, .. }| {
            while let Ok(more) = inbox.try_recv() {
                news.push(more);
            }
            let share: Arc<[ContactNews]> = news.into();
            (share.clone(), (share, inbox, told))
        })
        .unzip();
    let now = clock.wall();
    let taking = move || store.take_news(shares, now, Clock::jitter(now));
    let answers: Vec<Result<Taken, String>> = match tokio::task::spawn_blocking(taking).await {
        Ok(answers) => answers.into_iter().map(in_words).collect(),
        Err(panic) => waiting.iter().map(|_| Err(panic.to_string())).collect(),
    };
    for ((news, inbox, told), answer) in waiting.into_iter().zip(answers) {
        // Whoever has given up asks no more.
        let _ = told.send(Told { answer, news, inbox });
    }
}

fn in_words(answer: Result<Taken, StoreError>) -> Result<Taken, String> {
    answer.map_err(|error| error.to_string())
}

#[cfg(test)]
pub(super) mod tests;
