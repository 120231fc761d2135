//! Wrong passwords, counted by where they come from.

use crate::time::{DurationMs, Millis};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Wrong passwords of one source before it gets no answer any more.
const ATTEMPTS: u32 = 8;
/// How long it gets none, and how long a wrong password is remembered.
const SHUT_OUT: DurationMs = DurationMs(5 * 60 * 1000);
/// Sources that are remembered; beyond it the one that was quiet for longest is forgotten.
const SOURCES: usize = 4096;

/// The sources of wrong passwords.
#[derive(Debug, Default)]
pub(super) struct Attempts(BTreeMap<IpAddr, (u32, Millis)>);

impl Attempts {
    /// Takes note of a wrong password; whether it was the one too many.
    pub(super) fn failed(&mut self, source: IpAddr, now: Millis) -> bool {
        self.0.retain(|_, (_, last)| *last + SHUT_OUT > now);
        if self.0.len() >= SOURCES && !self.0.contains_key(&source) {
            let quiet = self.0.iter().min_by_key(|(_, (_, last))| *last).map(|(source, _)| *source);
            quiet.map(|quiet| self.0.remove(&quiet));
        }
        let (count, last) = self.0.entry(source).or_insert((0, now));
        (*count, *last) = (count.saturating_add(1), now);
        *count == ATTEMPTS
    }

    pub(super) fn is_shut_out(&self, source: IpAddr, now: Millis) -> bool {
        self.0.get(&source).is_some_and(|(count, last)| *count >= ATTEMPTS && *last + SHUT_OUT > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_shut_out_for_a_while_and_no_other_is() {
        let (bad, good) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut attempts = Attempts::default();
        let too_many: Vec<bool> = (0..9).map(|at| attempts.failed(bad, Millis(at))).collect();
        assert_eq!(too_many.iter().position(|is_it| *is_it), Some(7));
        assert!(attempts.is_shut_out(bad, Millis(1000)) && !attempts.is_shut_out(good, Millis(1000)));
        assert!(!attempts.is_shut_out(bad, Millis(300_009)));
    }

    #[test]
    fn strangers_cannot_fill_the_list() {
        let mut attempts = Attempts::default();
        for number in 0..10_000_u32 {
            attempts.failed(IpAddr::from(number.to_be_bytes()), Millis(u64::from(number)));
        }
        assert_eq!(attempts.0.len(), SOURCES);
    }
}
