//! Work on all processors, with results in the order of the work.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Room for the deepest script and expression; a thread's own is less than the main thread has.
const STACK: usize = 32 << 20;

/// Does `work` for every item, on so many threads, and hands each result to `done` as soon as all before it were; where
/// that returns false, what has not begun is left out, and no further result is handed over.
pub fn in_order<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
    mut done: impl FnMut(usize, R) -> bool,
) {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, results) = mpsc::channel();
    let worker = |sender: mpsc::Sender<(usize, R)>| {
        while !stop.load(Ordering::Relaxed) {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return };
            if sender.send((index, work(item))).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        let mut started = 0;
        for _ in 0..threads.min(items.len()) {
            let (sender, worker) = (sender.clone(), &worker);
            let thread = thread::Builder::new().stack_size(STACK);
            started += usize::from(thread.spawn_scoped(scope, move || worker(sender)).is_ok());
        }
        if started == 0 {
            // A system without threads does it here: one after another, to the end.
            worker(sender.clone());
        }
        drop(sender);
        let mut early: BTreeMap<usize, R> = BTreeMap::new();
        let mut due = 0;
        for (index, result) in results {
            early.insert(index, result);
            while let Some(result) = early.remove(&due) {
                if !done(due, result) {
                    stop.store(true, Ordering::Relaxed);
                    return;
                }
                due += 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_work() {
        let items: Vec<u64> = (0..500).collect();
        let mut seen = Vec::new();
        in_order(
            &items,
            7,
            |item| item * 2,
            |index, result| {
                seen.push((index, result));
                true
            },
        );
        assert!(seen.iter().enumerate().all(|(index, found)| *found == (index, index as u64 * 2)));
        assert_eq!(seen.len(), 500);
    }

    #[test]
    fn whoever_has_seen_enough_sees_no_more() {
        let items: Vec<usize> = (0..500).collect();
        let mut seen = Vec::new();
        in_order(
            &items,
            4,
            |item| *item,
            |index, _| {
                seen.push(index);
                index < 9
            },
        );
        assert_eq!(seen, (0..=9).collect::<Vec<usize>>());
    }
}
