//! Threads that hold the connections, a few for each duty, and the jobs that they are given.

use super::DatabaseUrl;
use super::link::Link;
use crate::store::StoreError;
use crate::store::database::{Answer, Transaction};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Jobs that may wait; whoever comes later waits to be let in.
const QUEUE: usize = 1024;

/// What a crew does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// Asks, each question in one snapshot.
    Ask,
    /// Changes, each in its own transaction.
    Change,
    /// Adds rows that nobody else touches, many in one transaction.
    Add,
}

impl Duty {
    /// How its transactions begin.
    pub fn begin(self) -> &'static str {
        match self {
            Duty::Ask => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Duty::Change | Duty::Add => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }

    fn most_together(self) -> usize {
        match self {
            Duty::Ask | Duty::Change => 1,
            Duty::Add => 256,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Duty::Ask => "store-ask",
            Duty::Change => "store-change",
            Duty::Add => "store-add",
        }
    }
}

/// Work that somebody waits for. It may be run again from its beginning.
pub(super) trait Job: Send {
    /// Does it within a transaction and keeps what came of it.
    fn run(&mut self, transaction: &Transaction<'_>) -> Answer<()>;
    /// Answers, once it is known how the transaction ended.
    fn answer(self: Box<Self>, end: Result<(), StoreError>);
}

struct Task<T, W> {
    work: W,
    outcome: Option<T>,
    reply: SyncSender<Result<T, StoreError>>,
}

/// Some threads with a queue. Dropping it finishes what is queued.
pub(super) struct Crew {
    jobs: Option<SyncSender<Box<dyn Job>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Crew {
    pub fn start(address: &DatabaseUrl, duty: Duty, size: usize) -> Result<Crew, StoreError> {
        let (jobs, queue) = sync_channel(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        let mut crew = Crew { jobs: Some(jobs), threads: Vec::new() };
        for _ in 0..size {
            let (queue, link) = (queue.clone(), Link::new(address.clone(), duty));
            let thread = Builder::new().name(duty.name().to_owned());
            let thread = thread.spawn(move || serve(link, &queue, duty.most_together()));
            let fault = |error: std::io::Error| StoreError::CannotOpen {
                path: address.place(),
                reason: error.to_string(),
            };
            crew.threads.push(thread.map_err(fault)?);
        }
        Ok(crew)
    }

    /// Does work and returns when it is durable.
    pub fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        let jobs = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        jobs.send(Box::new(Task { work, outcome: None, reply })).map_err(|_| StoreError::Closed)?;
        answer.recv().unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        drop(self.jobs.take());
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn serve(mut link: Link, queue: &Mutex<Receiver<Box<dyn Job>>>, most: usize) {
    while let Some(jobs) = next(queue, most) {
        link.serve(jobs);
    }
}

/// Waits for a job and takes those along that wait with it.
fn next(queue: &Mutex<Receiver<Box<dyn Job>>>, most: usize) -> Option<Vec<Box<dyn Job>>> {
    let queue = queue.lock();
    let first = queue.recv().ok()?;
    Some(std::iter::once(first).chain(queue.try_iter().take(most - 1)).collect())
}

impl<T, W> Job for Task<T, W>
where
    T: Send,
    W: Fn(&Transaction<'_>) -> Answer<T> + Send,
{
    fn run(&mut self, transaction: &Transaction<'_>) -> Answer<()> {
        self.outcome = Some((self.work)(transaction)?);
        Ok(())
    }

    fn answer(self: Box<Self>, end: Result<(), StoreError>) {
        let Task { outcome, reply, .. } = *self;
        // Nobody listens if the caller has given up; the change is made all the same.
        let _ = reply.send(end.and_then(|()| outcome.ok_or(StoreError::Closed)));
    }
}
