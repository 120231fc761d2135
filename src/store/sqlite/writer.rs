//! The one thread that writes, and group commit: changes that wait together share a transaction and its `fsync`.
//!
//! Each change runs in a savepoint of its own, so that one that fails takes nothing of the others with it; each caller
//! is answered after the commit. Dropping the writer finishes what is queued and closes the file.

use crate::store::StoreError;
use crate::store::database::{Answer, Fault, Session, Transaction};
use rusqlite::Connection;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Changes that may wait; whoever comes later waits to be let in.
const QUEUE: usize = 1024;
/// The most changes in a transaction: with more, the first would wait long for the last.
const LARGEST_GROUP: usize = 256;

pub(super) struct Writer {
    jobs: Option<SyncSender<Vec<Box<dyn Job>>>>,
    thread: Option<JoinHandle<()>>,
}

/// A change that somebody waits for.
trait Job: Send {
    /// Makes the change in a savepoint, keeps what came of it, and tells a fault.
    fn run(&mut self, connection: &Connection, path: &Path) -> Result<(), StoreError>;
    /// Answers, once it is known whether the transaction is durable.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Change<T, W> {
    work: Option<W>,
    outcome: Result<T, StoreError>,
    reply: SyncSender<Result<T, StoreError>>,
}

impl Writer {
    pub fn start(connection: Connection, path: &Path) -> Result<Writer, StoreError> {
        let (jobs, queue) = sync_channel(QUEUE);
        let path = path.to_path_buf();
        let fault = |error: std::io::Error, path| StoreError::CannotOpen { path, reason: error.to_string() };
        let failed = path.clone();
        let thread = Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(&connection, &queue, &path))
            .map_err(|error| fault(error, failed))?;
        Ok(Writer { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Makes a change and returns when it is durable.
    pub fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        let (job, answer) = change(work);
        self.queue(vec![job])?;
        answer.recv().unwrap_or(Err(StoreError::Closed))
    }

    /// Makes several changes in one transaction, unless they are more than a group; returns when all are durable.
    pub fn run_all<W>(&self, works: Vec<W>) -> Vec<Result<(), StoreError>>
    where
        W: FnOnce(&Transaction<'_>) -> Answer<()> + Send + 'static,
    {
        let (jobs, answers): (Vec<_>, Vec<_>) = works.into_iter().map(change).unzip();
        // Where they cannot be queued, nobody holds the other end of the answers any more.
        let _ = self.queue(jobs);
        answers.into_iter().map(|answer| answer.recv().unwrap_or(Err(StoreError::Closed))).collect()
    }

    fn queue(&self, jobs: Vec<Box<dyn Job>>) -> Result<(), StoreError> {
        let queue = self.jobs.as_ref().ok_or(StoreError::Closed)?;
        queue.send(jobs).map_err(|_| StoreError::Closed)
    }
}

/// A change, and where its answer comes.
fn change<T, W>(work: W) -> (Box<dyn Job>, Receiver<Result<T, StoreError>>)
where
    T: Send + 'static,
    W: FnOnce(&Transaction<'_>) -> Answer<T> + Send + 'static,
{
    let (reply, answer) = sync_channel(1);
    (Box::new(Change { work: Some(work), outcome: Err(StoreError::Closed), reply }), answer)
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl<T, W> Job for Change<T, W>
where
    T: Send,
    W: FnOnce(&Transaction<'_>) -> Answer<T> + Send,
{
    fn run(&mut self, connection: &Connection, path: &Path) -> Result<(), StoreError> {
        if let Some(work) = self.work.take() {
            self.outcome = in_savepoint(connection, work).map_err(|fault| fault.at(path));
        }
        self.outcome.as_ref().map(drop).map_err(Clone::clone)
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        // Nobody listens if the caller has given up; the change is made all the same.
        let _ = self.reply.send(commit.and(self.outcome));
    }
}

/// Runs work within a transaction; if it fails, all that it did is undone, and nothing else.
fn in_savepoint<T>(connection: &Connection, work: impl FnOnce(&Transaction<'_>) -> Answer<T>) -> Answer<T> {
    let (mut work, mut outcome) = (Some(work), None);
    connection.undoable(&mut || {
        outcome = work.take().map(|work| work(&Transaction::new(connection))).transpose()?;
        Ok(())
    })?;
    outcome.ok_or_else(|| Fault::unreadable(0, "no outcome"))
}

fn serve(connection: &Connection, queue: &Receiver<Vec<Box<dyn Job>>>, path: &Path) {
    while let Ok(first) = queue.recv() {
        // Those that came together stay together; others join them as long as there is room.
        let mut room = LARGEST_GROUP.saturating_sub(first.len());
        let others = std::iter::from_fn(|| {
            let next = if room > 0 { queue.try_recv().ok() } else { None };
            room = room.saturating_sub(next.as_ref().map_or(0, Vec::len));
            next
        });
        commit_group(connection, std::iter::once(first).chain(others).flatten(), path);
    }
    // The file is complete without this; it only leaves no log beside it.
    let _ = connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);");
}

/// Runs changes in one transaction, including those that arrive meanwhile, and answers all of them.
fn commit_group(connection: &Connection, group: impl Iterator<Item = Box<dyn Job>>, path: &Path) {
    let tell = |statement: &str| {
        Session::execute(connection, statement, &[]).map(drop).map_err(|fault| fault.at(path))
    };
    let mut commit = tell("BEGIN IMMEDIATE");
    let mut waiting = Vec::new();
    for mut job in group {
        if commit.is_ok() {
            let fault = job.run(connection, path);
            // A full or failing disk may end the whole transaction; then its fault is everybody's.
            if connection.is_autocommit() {
                commit = fault.and(Err(StoreError::Closed));
            }
        }
        waiting.push(job);
    }
    if commit.is_ok() {
        commit = tell("COMMIT");
    }
    if commit.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    for job in waiting {
        job.answer(commit.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::database::values;
    use std::sync::mpsc::Receiver;

    fn memory() -> Connection {
        let connection = Connection::open_in_memory().expect("a database in memory");
        connection.execute_batch("CREATE TABLE t (n INTEGER PRIMARY KEY, load BLOB)").expect("a table");
        connection
    }

    /// A change that writes two rows, the second of which may fail.
    fn insert(number: i64, bytes: i64) -> (Box<dyn Job>, Receiver<Result<u64, StoreError>>) {
        let work = move |tx: &Transaction<'_>| {
            tx.execute("INSERT INTO t VALUES (abs(random()), NULL)", &[])?;
            tx.execute("INSERT INTO t VALUES (?1, zeroblob(?2))", values![number, bytes])
        };
        change(work)
    }

    fn run(connection: &Connection, numbers: &[(i64, i64)]) -> Vec<Result<u64, StoreError>> {
        let (jobs, answers): (Vec<_>, Vec<_>) =
            numbers.iter().map(|(number, bytes)| insert(*number, *bytes)).unzip();
        commit_group(connection, jobs.into_iter(), Path::new("memory"));
        answers.into_iter().map(|answer| answer.recv().expect("an answer")).collect()
    }

    fn count(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).expect("a count")
    }

    #[test]
    fn a_failing_change_takes_nothing_of_its_group_with_it() {
        let connection = memory();
        let answers = run(&connection, &[(1, 0), (1, 0), (2, 0)]);
        let good: Vec<bool> = answers.iter().map(Result::is_ok).collect();
        assert_eq!((good, count(&connection)), (vec![true, false, true], 4));
    }

    #[test]
    fn on_a_full_disk_only_what_is_there_was_answered_as_done() {
        let connection = memory();
        connection.execute_batch("PRAGMA max_page_count = 20").expect("a small disk");
        let answers = run(&connection, &[(1, 0), (2, 10_000_000), (3, 0)]);
        assert_eq!(answers[1], Err(StoreError::Full { path: "memory".into() }));
        let done = answers.iter().filter(|answer| answer.is_ok()).count() as i64;
        assert_eq!(count(&connection), 2 * done);
        assert!(run(&connection, &[(4, 0)])[0].is_ok(), "the writer goes on afterwards");
    }

    #[test]
    fn what_is_queued_is_done_before_the_writer_closes() {
        let file = std::env::temp_dir().join(format!("callwright-writer-{}.db", std::process::id()));
        let connection = Connection::open(&file).expect("a file");
        connection.execute_batch("CREATE TABLE t (n INTEGER)").expect("a table");
        let writer = Writer::start(connection, &file).expect("a writer");
        let jobs = writer.jobs.clone().expect("a queue");
        let answers: Vec<_> = (0..20i64)
            .map(|number| {
                let (job, answer) = change(move |tx: &Transaction<'_>| {
                    tx.execute("INSERT INTO t VALUES (?1)", values![number])
                });
                jobs.send(vec![job]).expect("a place in the queue");
                answer
            })
            .collect();
        drop((jobs, writer));
        let kept = count(&Connection::open(&file).expect("the file"));
        std::fs::remove_file(&file).expect("it goes");
        assert_eq!((kept, answers.len()), (20, 20));
    }
}
