//! How many calls a trunk carries, and how many may begin in a second.

use crate::time::{DurationMs, Millis};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// The length of the window in which beginnings are counted.
const SECOND: DurationMs = DurationMs(1000);

/// Counts the calls of one trunk.
#[derive(Debug)]
pub struct Limits {
    max_calls: usize,
    a_second: usize,
    count: Mutex<Count>,
}

#[derive(Debug, Default)]
struct Count {
    calls: usize,
    /// When the latest calls began, within the last second.
    began: VecDeque<Millis>,
}

/// Room for one call, until it is dropped.
#[derive(Debug)]
pub struct Permit(Arc<Limits>);

impl Limits {
    /// Calls at the moment.
    pub fn calls(&self) -> usize {
        self.count.lock().unwrap_or_else(PoisonError::into_inner).calls
    }

    /// Without a number there is no limit.
    pub fn new(max_calls: Option<usize>, a_second: Option<u32>) -> Arc<Limits> {
        let a_second = a_second.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
        Arc::new(Limits { max_calls: max_calls.unwrap_or(usize::MAX), a_second, count: Mutex::default() })
    }
}

impl Permit {
    /// Takes room; `None` where there is none.
    pub fn take(limits: &Arc<Limits>, now: Millis) -> Option<Permit> {
        let mut count = limits.count.lock().unwrap_or_else(PoisonError::into_inner);
        while count.began.front().is_some_and(|began| *began + SECOND <= now) {
            count.began.pop_front();
        }
        if count.calls >= limits.max_calls || count.began.len() >= limits.a_second {
            return None;
        }
        count.calls += 1;
        if limits.a_second < usize::MAX {
            count.began.push_back(now);
        }
        Some(Permit(limits.clone()))
    }

    /// Room for a call that is up already: it counts among the calls, and nobody refuses it. It begins nothing.
    pub fn hold(limits: &Arc<Limits>) -> Permit {
        limits.count.lock().unwrap_or_else(PoisonError::into_inner).calls += 1;
        Permit(limits.clone())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut count = self.0.count.lock().unwrap_or_else(PoisonError::into_inner);
        count.calls = count.calls.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_at_a_time_are_counted_until_they_end() {
        let limits = Limits::new(Some(2), None);
        let held: Vec<_> = (0..3).map(|_| Permit::take(&limits, Millis(0))).collect();
        assert_eq!(held.iter().flatten().count(), 2);
        drop(held);
        assert!(Permit::take(&limits, Millis(0)).is_some());
    }

    #[test]
    fn a_call_that_is_up_already_counts_and_is_never_refused() {
        let limits = Limits::new(Some(2), Some(1));
        let held: Vec<_> = (0..3).map(|_| Permit::hold(&limits)).collect();
        assert_eq!(limits.calls(), 3);
        assert!(Permit::take(&limits, Millis(0)).is_none(), "there is no room for another");
        drop(held);
        assert!(Permit::take(&limits, Millis(0)).is_some(), "and none of them began in this second");
    }

    #[test]
    fn calls_a_second_are_counted_by_their_beginning() {
        let limits = Limits::new(None, Some(2));
        let begun = [0, 10, 20, 999, 1000, 1005, 1010].map(|at| Permit::take(&limits, Millis(at)).is_some());
        assert_eq!(begun, [true, true, false, false, true, false, true]);
    }
}
