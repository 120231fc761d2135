//! The one thread that writes, and group commit: changes that wait together share a transaction and its `fsync`.
//!
//! A change that fails takes nothing of the others with it, and hardly one fails: so a group is made without savepoints first, for
//! which SQLite would copy every page that a change touches, and only where something failed all is undone and made again, each
//! change in a savepoint of its own. Each caller is answered after the commit. Dropping the writer finishes what is queued and
//! closes the file.

use super::presence::Presence;
use super::session::Together;
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
    jobs: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

/// Changes that somebody waits for.
trait Job: Send {
    /// How many they are.
    fn changes(&self) -> usize;
    /// Makes all of them, and keeps what came of it; `false` as soon as anything failed, even what a change would have undone.
    fn make_together(&mut self, connection: &Connection) -> bool;
    /// Makes each in a savepoint of its own, keeps what came of it, and tells the last fault. What was made before counts no more.
    fn make_each(&mut self, connection: &Connection, path: &Path) -> Result<(), StoreError>;
    /// Answers, once it is known whether the transaction is durable.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

/// What came of changes, in their order.
type Outcomes<T> = Vec<Result<T, StoreError>>;

struct Changes<T, W> {
    works: Vec<W>,
    outcomes: Outcomes<T>,
    /// Whoever waits is woken once, however many they are.
    reply: SyncSender<Outcomes<T>>,
}

impl Writer {
    pub fn start(connection: Connection, presence: Presence) -> Result<Writer, StoreError> {
        let (jobs, queue) = sync_channel(QUEUE);
        let fault = |error: std::io::Error, path| StoreError::CannotOpen { path, reason: error.to_string() };
        let failed = presence.path().to_path_buf();
        let thread = Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(&connection, &queue, &presence))
            .map_err(|error| fault(error, failed))?;
        Ok(Writer { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Makes a change and returns when it is durable.
    pub fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        self.run_all(vec![work]).pop().unwrap_or(Err(StoreError::Closed))
    }

    /// Makes several changes in one transaction; returns when all are durable.
    pub fn run_all<T, W>(&self, works: Vec<W>) -> Vec<Result<T, StoreError>>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        let count = works.len();
        if count == 0 {
            return Vec::new();
        }
        let (job, answers) = changes(works);
        // Where they cannot be queued, nobody holds the other end of the answers any more.
        let _ = self.jobs.as_ref().map(|queue| queue.send(job));
        answers.recv().unwrap_or_else(|_| closed(count))
    }
}

fn closed<T>(count: usize) -> Outcomes<T> {
    std::iter::repeat_with(|| Err(StoreError::Closed)).take(count).collect()
}

/// Changes, and where their answers come.
fn changes<T, W>(works: Vec<W>) -> (Box<dyn Job>, Receiver<Outcomes<T>>)
where
    T: Send + 'static,
    W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
{
    let (reply, answers) = sync_channel(1);
    (Box::new(Changes { outcomes: Vec::with_capacity(works.len()), works, reply }), answers)
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl<T, W> Job for Changes<T, W>
where
    T: Send,
    W: Fn(&Transaction<'_>) -> Answer<T> + Send,
{
    fn changes(&self) -> usize {
        self.works.len()
    }

    fn make_together(&mut self, connection: &Connection) -> bool {
        self.works.iter().all(|work| {
            let session = Together::new(connection);
            let outcome = work(&Transaction::new(&session));
            // A full or failing disk may have ended the whole transaction behind the back of whoever expects faults.
            let is_made = outcome.is_ok() && !session.has_failed() && !connection.is_autocommit();
            self.outcomes.extend(outcome.ok().map(Ok));
            is_made
        })
    }

    fn make_each(&mut self, connection: &Connection, path: &Path) -> Result<(), StoreError> {
        let mut last = Ok(());
        self.outcomes.clear();
        for work in &self.works {
            // Where the whole transaction has ended, nothing more is done in it.
            let outcome = match connection.is_autocommit() {
                true => Err(StoreError::Closed),
                false => in_savepoint(connection, work).map_err(|fault| fault.at(path)),
            };
            if let Err(fault) = outcome.as_ref()
                && *fault != StoreError::Closed
            {
                last = Err(fault.clone());
            }
            self.outcomes.push(outcome);
        }
        last
    }

    fn answer(mut self: Box<Self>, commit: Result<(), StoreError>) {
        let outcomes = match commit {
            Ok(()) => std::mem::take(&mut self.outcomes),
            Err(fault) => std::iter::repeat_with(|| Err(fault.clone())).take(self.works.len()).collect(),
        };
        // Nobody listens if the caller has given up; the changes are made all the same.
        let _ = self.reply.send(outcomes);
    }
}

/// Runs work within a transaction; if it fails, all that it did is undone, and nothing else.
fn in_savepoint<T>(connection: &Connection, work: impl Fn(&Transaction<'_>) -> Answer<T>) -> Answer<T> {
    let mut outcome = None;
    connection.undoable(&mut || {
        outcome = Some(work(&Transaction::new(connection))?);
        Ok(())
    })?;
    outcome.ok_or_else(|| Fault::unreadable(0, "no outcome"))
}

fn serve(connection: &Connection, queue: &Receiver<Box<dyn Job>>, presence: &Presence) {
    while let Ok(first) = queue.recv() {
        // Those that came together stay together; others join them as long as there is room.
        let mut room = LARGEST_GROUP.saturating_sub(first.changes());
        let others = std::iter::from_fn(|| {
            let next = if room > 0 { queue.try_recv().ok() } else { None };
            room = room.saturating_sub(next.as_ref().map_or(0, |job| job.changes()));
            next
        });
        commit_group(connection, std::iter::once(first).chain(others), presence);
    }
    // The file is complete without this; it only leaves no log beside it. The log of another one is not ours to empty.
    if presence.check().is_err() {
        return;
    }
    let _ = connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);");
}

/// Makes changes in one transaction, including those that arrive meanwhile, and answers all of them. What was committed to a
/// file that is no longer there was not: whoever waits is told so, and says it again.
fn commit_group(connection: &Connection, mut group: impl Iterator<Item = Box<dyn Job>>, presence: &Presence) {
    let path = presence.path();
    let tell = |statement: &str| {
        Session::execute(connection, statement, &[]).map(drop).map_err(|fault| fault.at(path))
    };
    let begin = || presence.check().and_then(|()| tell("BEGIN IMMEDIATE"));
    let mut waiting = Vec::new();
    let mut commit = begin();
    if commit.is_ok() {
        let is_made = group.by_ref().all(|mut job| {
            let is_made = job.make_together(connection);
            waiting.push(job);
            is_made
        });
        if !is_made {
            undo(connection);
            commit = begin().and_then(|()| each(connection, path, &mut waiting));
        }
    }
    for mut job in group {
        if commit.is_ok() {
            commit = each(connection, path, std::slice::from_mut(&mut job));
        }
        waiting.push(job);
    }
    if commit.is_ok() {
        commit = tell("COMMIT").and_then(|()| presence.check());
    }
    if commit.is_err() {
        undo(connection);
    }
    for job in waiting {
        job.answer(commit.clone());
    }
}

/// Makes changes each for itself. A fault is everybody's: a full or failing disk may end the whole transaction.
fn each(connection: &Connection, path: &Path, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    for job in jobs {
        let fault = job.make_each(connection, path);
        if connection.is_autocommit() {
            return fault.and(Err(StoreError::Closed));
        }
    }
    Ok(())
}

/// Undoes what has not been committed, if SQLite has not done so itself.
fn undo(connection: &Connection) {
    if !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::database::{Database, values};
    use crate::store::sqlite::{Options, SqliteStore};

    fn memory() -> Connection {
        let connection = Connection::open_in_memory().expect("a database in memory");
        connection.execute_batch("CREATE TABLE t (n INTEGER PRIMARY KEY, load BLOB)").expect("a table");
        connection
    }

    /// A change that writes two rows, the second of which may fail.
    fn insert((number, bytes): (i64, i64)) -> impl Fn(&Transaction<'_>) -> Answer<u64> + Send {
        move |tx: &Transaction<'_>| {
            tx.execute("INSERT INTO t VALUES (abs(random()), NULL)", &[])?;
            tx.execute("INSERT INTO t VALUES (?1, zeroblob(?2))", values![number, bytes])
        }
    }

    /// Changes that come one by one.
    fn run(connection: &Connection, numbers: &[(i64, i64)]) -> Outcomes<u64> {
        let (jobs, answers): (Vec<_>, Vec<_>) =
            numbers.iter().map(|change| changes(vec![insert(*change)])).unzip();
        commit_group(connection, jobs.into_iter(), &Presence::of(Path::new("memory")));
        answers.into_iter().flat_map(|answer| answer.recv().expect("an answer")).collect()
    }

    /// Changes that come together.
    fn run_together(connection: &Connection, numbers: &[(i64, i64)]) -> Outcomes<u64> {
        let (job, answers) = changes(numbers.iter().copied().map(insert).collect());
        commit_group(connection, std::iter::once(job), &Presence::of(Path::new("memory")));
        answers.recv().expect("an answer")
    }

    fn count(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).expect("a count")
    }

    #[test]
    fn a_failing_change_takes_nothing_of_its_group_with_it() {
        for run in [run, run_together] {
            let connection = memory();
            let answers = run(&connection, &[(1, 0), (1, 0), (2, 0)]);
            let good: Vec<bool> = answers.iter().map(Result::is_ok).collect();
            assert_eq!((good, count(&connection)), (vec![true, false, true], 4));
        }
    }

    #[test]
    fn what_a_change_undoes_for_itself_is_undone_and_nothing_else() {
        let connection = memory();
        let tries = |tx: &Transaction<'_>| {
            tx.execute("INSERT INTO t VALUES (1, NULL)", &[])?;
            // It goes on after a fault that it expects.
            let twice = tx.undoable(|tx| {
                tx.execute("INSERT INTO t VALUES (2, NULL)", &[])?;
                tx.execute("INSERT INTO t VALUES (1, NULL)", &[])
            });
            assert!(twice.is_err());
            tx.execute("INSERT INTO t VALUES (3, NULL)", &[])
        };
        let (job, answers) = changes(vec![tries]);
        let (next, other) = changes(vec![insert((4, 0))]);
        commit_group(&connection, [job, next].into_iter(), &Presence::of(Path::new("memory")));
        let made = [answers, other].map(|answers| answers.recv().expect("an answer"));
        assert!(made.iter().flatten().all(Result::is_ok), "{made:?}");
        let kept = [1, 2, 3, 4].map(|number| {
            let sql = "SELECT count(*) FROM t WHERE n = ?1";
            connection.query_row(sql, [number], |row| row.get::<_, i64>(0)).expect("a count")
        });
        assert_eq!((kept, count(&connection)), ([1, 0, 1, 1], 4));
        assert!(run(&connection, &[(5, 0)])[0].is_ok(), "the writer goes on afterwards");
    }

    #[test]
    fn on_a_full_disk_only_what_is_there_was_answered_as_done() {
        for run in [run, run_together] {
            let connection = memory();
            connection.execute_batch("PRAGMA max_page_count = 20").expect("a small disk");
            let answers = run(&connection, &[(1, 0), (2, 10_000_000), (3, 0)]);
            assert_eq!(answers[1], Err(StoreError::Full { path: "memory".into() }));
            let done = answers.iter().filter(|answer| answer.is_ok()).count() as i64;
            assert_eq!(count(&connection), 2 * done);
            assert!(run(&connection, &[(4, 0)])[0].is_ok(), "the writer goes on afterwards");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_noted_to_undo_a_change_lies_in_no_other_directory() {
        let path = std::env::temp_dir().join(format!("callwright-notes-{}.db", std::process::id()));
        let store = SqliteStore::open(&path, Options::default()).expect("a store");
        let row = "INSERT INTO kept VALUES ('n', ?1, ?2, NULL)";
        let load = "x".repeat(3000);
        let others = store.write(move |tx: &Transaction<'_>| {
            for number in 0..100 {
                tx.execute(row, values![format!("h{number}"), &load])?;
            }
            // Every page is touched within a savepoint, and is noted before.
            let _ = tx.undoable::<()>(|tx| {
                tx.execute("UPDATE kept SET content = content || 'y'", &[])?;
                Err(Fault::unreadable(0, "changed its mind"))
            });
            let _ = tx.undoable(|tx| tx.execute("UPDATE kept SET content = content || 'z'", &[]));
            let open = std::fs::read_dir("/proc/self/fd").expect("what is open");
            let open = open.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
            let is_nameless = |file: &std::path::PathBuf| {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with('#') || name.contains("etilqs")
            };
            Ok(open.filter(is_nameless).collect::<Vec<_>>())
        });
        drop(store);
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
        assert_eq!(others.expect("a change"), Vec::<std::path::PathBuf>::new());
    }

    #[test]
    fn what_is_queued_is_done_before_the_writer_closes() {
        let file = std::env::temp_dir().join(format!("callwright-writer-{}.db", std::process::id()));
        let connection = Connection::open(&file).expect("a file");
        connection.execute_batch("CREATE TABLE t (n INTEGER)").expect("a table");
        let writer = Writer::start(connection, Presence::of(&file)).expect("a writer");
        let jobs = writer.jobs.clone().expect("a queue");
        let answers: Vec<_> = (0..20i64)
            .map(|number| {
                let (job, answer) = changes(vec![move |tx: &Transaction<'_>| {
                    tx.execute("INSERT INTO t VALUES (?1)", values![number])
                }]);
                jobs.send(job).expect("a place in the queue");
                answer
            })
            .collect();
        drop((jobs, writer));
        let kept = count(&Connection::open(&file).expect("the file"));
        std::fs::remove_file(&file).expect("it goes");
        assert_eq!((kept, answers.len()), (20, 20));
    }
}
