//! Whether the process may have the threads that a server begins with. The runtime has no error for that, and hangs half-way.

use std::io;
use std::sync::RwLock;
use std::thread::{Builder, available_parallelism, scope};

/// Beside one for each core: media, recordings, the store, and what blocks.
const BESIDE: usize = 6;

/// Begins as many threads as a server does at its start, and ends them.
///
/// # Errors
/// The system grants no more: the limit of the unit (`TasksMax`), of the user (`ulimit -u`) or of the machine.
pub fn enough() -> io::Result<()> {
    let cores = available_parallelism().map_or(1, std::num::NonZero::get);
    at_once(cores + BESIDE)
}

/// So many threads at the same time: none ends before the last has begun.
fn at_once(count: usize) -> io::Result<()> {
    let gate = RwLock::new(());
    scope(|scope| {
        let closed = gate.write();
        let begun = (0..count).try_for_each(|_| {
            let thread = Builder::new().spawn_scoped(scope, || drop(gate.read()));
            thread.map(drop)
        });
        drop(closed);
        begun
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_that_are_only_tried_come_to_an_end() {
        assert!(enough().is_ok() && at_once(50).is_ok() && at_once(0).is_ok());
    }
}
