//! Operators whom several nodes share: each rings at one node at a time, and whoever is paused is paused at all. The nodes agree
//! in the database.
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
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a node that has died keeps its operators from the others.
const LEASE: DurationMs = DurationMs::from_secs(20);
/// How often a node says that it is there, and looks who is paused.
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

/// What the other nodes say.
#[derive(Debug)]
pub enum ShiftNews {
    /// The answer to [`Shifts::take`].
    Taken(Taken),
    /// An operator takes no calls any more, or takes them again.
    Paused { operator: Text, is_paused: bool },
}

#[derive(Debug)]
enum Ask {
    Take { ticket: Ticket, operator: Text, standing: (u32, Decimal, Wall) },
    Release { operator: Text },
    Pause { operator: Text, is_paused: bool },
    SayPaused,
}

impl Shifts {
    /// Starts the task. Must be called in a runtime.
    ///
    /// # Errors
    /// Where the system has no random numbers, of which the node's name is made.
    pub fn start(
        store: Arc<dyn Store>,
        clock: Clock,
    ) -> io::Result<(Shifts, mpsc::UnboundedReceiver<ShiftNews>)> {
        let (asks, inbox) = mpsc::unbounded_channel();
        let (answers, news) = mpsc::unbounded_channel();
        let node = entropy::contact_id(clock.wall())?.into();
        let (paused, unsaid) = (BTreeSet::new(), BTreeMap::new());
        tokio::spawn(Task { store, clock, node, answers, paused, unsaid }.run(inbox));
        Ok((Shifts { asks }, news))
    }

    /// Asks for an operator for a place of this standing.
    pub fn take(&self, ticket: Ticket, operator: Text, standing: (u32, Decimal, Wall)) {
        let _ = self.asks.send(Ask::Take { ticket, operator, standing });
    }

    /// Gives an operator back.
    pub fn release(&self, operator: Text) {
        let _ = self.asks.send(Ask::Release { operator });
    }

    /// Tells the other nodes that an operator takes no calls, or takes them again.
    pub fn pause(&self, operator: Text, is_paused: bool) {
        let _ = self.asks.send(Ask::Pause { operator, is_paused });
    }

    /// Wants to hear again who is paused: there are other operators now.
    pub fn say_paused(&self) {
        let _ = self.asks.send(Ask::SayPaused);
    }
}

struct Task {
    store: Arc<dyn Store>,
    clock: Clock,
    node: Text,
    answers: mpsc::UnboundedSender<ShiftNews>,
    /// Who is paused, as far as this node has said or heard.
    paused: BTreeSet<Text>,
    /// What the database has not heard yet of who is paused here.
    unsaid: BTreeMap<Text, bool>,
}

impl Task {
    async fn run(mut self, mut asks: mpsc::UnboundedReceiver<Ask>) {
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
                    self.agree_on_paused().await;
                }
            }
        }
        let node = self.node.clone();
        self.tell(move |store| store.release_operator(None, &node)).await;
    }

    async fn obey(&mut self, ask: Ask) {
        let (node, now) = (self.node.clone(), self.clock.wall());
        match ask {
            Ask::Take { ticket, operator, standing: (rank, priority, since) } => {
                let wanted = Wanted { operator: operator.clone(), node, rank, priority, since };
                let taken = self.tell(move |store| store.take_operator(&wanted, now, LEASE, WAIT)).await;
                let is_ours = taken.unwrap_or(true);
                let _ = self.answers.send(ShiftNews::Taken(Taken { ticket, operator, is_ours }));
            }
            Ask::Pause { operator, is_paused } => {
                match is_paused {
                    true => self.paused.insert(operator.clone()),
                    false => self.paused.remove(&operator),
                };
                self.unsaid.insert(operator, is_paused);
                self.say_unsaid().await;
            }
            Ask::SayPaused => {
                for operator in self.paused.clone() {
                    let _ = self.answers.send(ShiftNews::Paused { operator, is_paused: true });
                }
            }
            Ask::Release { operator } => {
                let _ = self.tell(move |store| store.release_operator(Some(&operator), &node)).await;
            }
        }
    }

    /// Says what the database has not heard; whether it has heard all now.
    async fn say_unsaid(&mut self) -> bool {
        while let Some((operator, is_paused)) = self.unsaid.pop_first() {
            let (name, now) = (operator.clone(), self.clock.wall());
            if self.tell(move |store| store.pause_operator(&name, is_paused, now)).await.is_none() {
                self.unsaid.insert(operator, is_paused);
                return false;
            }
        }
        true
    }

    /// Tells of those whom another node has paused or resumed. What was said here counts until the database has heard it.
    async fn agree_on_paused(&mut self) {
        if !self.say_unsaid().await {
            return;
        }
        let Some(paused) = self.tell(|store| store.paused_operators()).await else { return };
        let before = std::mem::replace(&mut self.paused, paused.into_iter().collect());
        for operator in before.symmetric_difference(&self.paused) {
            let is_paused = self.paused.contains(operator);
            let _ = self.answers.send(ShiftNews::Paused { operator: operator.clone(), is_paused });
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
