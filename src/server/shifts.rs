//! Operators whom several nodes share: each rings at one node at a time. The nodes agree in the database.
//!
//! One task does the asking, a question at a time, so that what is taken and given back keeps its order. A database that does not
//! answer keeps nobody waiting: the node goes on as if it were alone.

use super::clock::Clock;
use super::entropy;
use crate::program::Text;
use crate::queues::Ticket;
use crate::store::{Store, StoreError, Wanted};
use crate::time::{DurationMs, Wall};
use rust_decimal::Decimal;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a node that has died keeps its operators from the others.
const LEASE: DurationMs = DurationMs::from_secs(20);
/// How often a node says that it is there.
const KEEP: Duration = Duration::from_secs(5);
/// How long it is known that somebody waits; longer than the pause between two questions for an operator.
const WAIT: DurationMs = DurationMs::from_secs(3);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// A handle on the task, which ends with it.
#[derive(Debug)]
pub struct Shifts {
    asks: mpsc::UnboundedSender<Ask>,
}

/// Whether an operator is this node's.
#[derive(Debug)]
pub struct Taken {
    pub ticket: Ticket,
    pub operator: Text,
    pub is_ours: bool,
}

#[derive(Debug)]
enum Ask {
    Take { ticket: Ticket, operator: Text, standing: (u32, Decimal, Wall) },
    Release { operator: Text },
}

impl Shifts {
    /// Starts the task. Must be called in a runtime.
    ///
    /// # Errors
    /// Where the system has no random numbers, of which the node's name is made.
    pub fn start(
        store: Arc<dyn Store>,
        clock: Clock,
    ) -> io::Result<(Shifts, mpsc::UnboundedReceiver<Taken>)> {
        let (asks, inbox) = mpsc::unbounded_channel();
        let (answers, taken) = mpsc::unbounded_channel();
        let node = entropy::contact_id(clock.wall())?.into();
        tokio::spawn(Task { store, clock, node, answers }.run(inbox));
        Ok((Shifts { asks }, taken))
    }

    /// Asks for an operator for a place of this standing.
    pub fn take(&self, ticket: Ticket, operator: Text, standing: (u32, Decimal, Wall)) {
        let _ = self.asks.send(Ask::Take { ticket, operator, standing });
    }

    /// Gives an operator back.
    pub fn release(&self, operator: Text) {
        let _ = self.asks.send(Ask::Release { operator });
    }
}

struct Task {
    store: Arc<dyn Store>,
    clock: Clock,
    node: Text,
    answers: mpsc::UnboundedSender<Taken>,
}

impl Task {
    async fn run(self, mut asks: mpsc::UnboundedReceiver<Ask>) {
        let mut keep = tokio::time::interval(KEEP);
        loop {
            tokio::select! {
                ask = asks.recv() => match ask {
                    Some(ask) => self.obey(ask).await,
                    None => break,
                },
                _ = keep.tick() => {
                    let (node, now) = (self.node.clone(), self.clock.wall());
                    self.tell(move |store| store.keep_operators(&node, now, LEASE)).await;
                }
            }
        }
        let node = self.node.clone();
        self.tell(move |store| store.release_operator(None, &node)).await;
    }

    async fn obey(&self, ask: Ask) {
        let (node, now) = (self.node.clone(), self.clock.wall());
        match ask {
            Ask::Take { ticket, operator, standing: (rank, priority, since) } => {
                let wanted = Wanted { operator: operator.clone(), node, rank, priority, since };
                let taken = self.tell(move |store| store.take_operator(&wanted, now, LEASE, WAIT)).await;
                let _ = self.answers.send(Taken { ticket, operator, is_ours: taken.unwrap_or(true) });
            }
            Ask::Release { operator } => {
                let _ = self.tell(move |store| store.release_operator(Some(&operator), &node)).await;
            }
        }
    }

    /// What the database says, unless it takes too long or fails.
    async fn tell<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<T> {
        let store = self.store.clone();
        let said = tokio::task::spawn_blocking(move || work(&*store));
        let problem = match tokio::time::timeout(PATIENCE, said).await {
            Ok(Ok(Ok(answer))) => return Some(answer),
            Ok(Ok(Err(error))) => error.to_string(),
            Ok(Err(panic)) => panic.to_string(),
            Err(_) => "the database does not answer".to_owned(),
        };
        tracing::warn!(problem, "nodes cannot agree on operators, and each goes on by itself");
        None
    }
}
