//! Lines of the log on their way out: whoever reads them may be slow, stop or go, and nobody who logs waits for that.
//!
//! A pipe that is full would hold up whichever thread logs next, and with it every call; one that is closed would have the line
//! that cannot be written reported on the same pipe, which panics. So one thread writes, from a queue with an end: what does not
//! fit into it is left out and counted.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::thread::Builder;
use std::time::{Duration, Instant};
use tracing_subscriber::fmt::MakeWriter;

/// Lines that wait: with a few hundred octets each, one or two megabytes.
const QUEUE: usize = 4096;
/// How long the end of a process waits for a reader.
const GOODBYE: Duration = Duration::from_secs(1);
/// Between two tries to say goodbye to a queue that is full.
const RETRY: Duration = Duration::from_millis(10);

/// The way to the thread that writes. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    orders: SyncSender<Order>,
    missing: Arc<AtomicU64>,
}

/// What the thread is told.
#[derive(Debug)]
enum Order {
    Write(Box<[u8]>),
    /// Wants to hear when everything before it is written.
    Settle(Sender<()>),
}

impl Lines {
    /// Begins to write to `out`. `tell` logs how many lines are missing, once there is room again.
    ///
    /// # Errors
    /// Where the system has no thread for it.
    pub fn start(out: impl Write + Send + 'static, tell: fn(u64)) -> io::Result<Lines> {
        let (orders, inbox) = sync_channel(QUEUE);
        let missing = Arc::new(AtomicU64::new(0));
        let counted = missing.clone();
        Builder::new().name("log".to_owned()).spawn(move || write_all(out, &inbox, &counted, tell))?;
        Ok(Lines { orders, missing })
    }

    /// Waits until what was logged is written, for a second at the most.
    pub fn settle(&self) {
        let deadline = Instant::now() + GOODBYE;
        let (settled, answer) = channel();
        let mut order = Order::Settle(settled);
        while let Err(TrySendError::Full(again)) = self.orders.try_send(order) {
            if Instant::now() >= deadline {
                return;
            }
            std::thread::sleep(RETRY);
            order = again;
        }
        let _ = answer.recv_timeout(deadline.saturating_duration_since(Instant::now()));
    }
}

fn write_all(mut out: impl Write, inbox: &Receiver<Order>, missing: &AtomicU64, tell: fn(u64)) {
    while let Ok(order) = inbox.recv() {
        match order {
            // Nobody reads it: there is nobody to tell.
            Order::Write(line) => drop(out.write_all(&line)),
            Order::Settle(settled) => {
                let _ = out.flush();
                let _ = settled.send(());
            }
        }
        let lost = missing.swap(0, Ordering::Relaxed);
        if lost > 0 {
            tell(lost);
        }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Lines;

    fn make_writer(&'a self) -> &'a Lines {
        self
    }
}

/// A line comes in one piece.
impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.orders.try_send(Order::Write(line.into())).is_err() {
            self.missing.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parking_lot::Mutex;

    /// A reader that takes nothing while it is held, and what it took.
    #[derive(Clone, Default)]
    struct Reader(Arc<Mutex<Vec<u8>>>);

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_stops_holds_up_nobody_and_is_told_later_what_is_missing() {
        static MISSING: AtomicU64 = AtomicU64::new(0);
        let reader = Reader::default();
        let lines = Lines::start(reader.clone(), |lost| {
            MISSING.fetch_add(lost, Ordering::Relaxed);
        })
        .expect("a thread");
        let stopped = reader.0.lock();
        for _ in 0..QUEUE + 100 {
            (&lines).write_all(b"x\n").expect("never an error");
        }
        drop(stopped);
        lines.settle();
        (&lines).write_all(b"y\n").expect("never an error");
        lines.settle();
        let written = reader.0.lock().len() / 2;
        let missing = usize::try_from(MISSING.load(Ordering::Relaxed)).expect("a number");
        assert!((1..=100).contains(&missing), "{missing}");
        assert_eq!(written + missing, QUEUE + 101);
    }

    #[test]
    fn a_reader_that_is_gone_is_no_mistake_of_whoever_logs() {
        let (end, other) = io::pipe().expect("a pipe");
        drop(end);
        let lines = Lines::start(other, |_| ()).expect("a thread");
        for _ in 0..10 {
            (&lines).write_all(b"nobody reads this\n").expect("never an error");
        }
        lines.settle();
    }
}
