//! Tokens that were believed: each is good for one call, so nobody who has seen one calls with it.

use crate::time::{DurationMs, Millis};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long a token may be fresh: a minute before and a minute after it was made (RFC 8224 §4.1).
const FRESH: DurationMs = DurationMs::from_secs(120);
/// Tokens that are remembered; beyond it the next ones are believed unseen. Only who can sign adds any.
const MOST: usize = 65_536;

/// The tokens of the last minutes, by their signature. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<Mutex<BTreeMap<Box<[u8]>, Call>>>);

/// The call that showed it.
struct Call {
    id: Box<str>,
    until: Millis,
}

impl Seen {
    /// Whether a token is this call's: it was in no other one before.
    pub fn is_of(&self, signature: &[u8], call: &str, now: Millis) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = seen.get(signature).filter(|known| known.until > now) {
            return &*known.id == call;
        }
        if seen.len() >= MOST {
            seen.retain(|_, known| known.until > now);
        }
        if seen.len() < MOST {
            seen.insert(signature.into(), Call { id: call.into(), until: now + FRESH });
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_one_call() {
        let seen = Seen::default();
        let is_of = |signature: &[u8], call, at| seen.is_of(signature, call, Millis(at));
        assert!(is_of(b"one", "a", 0) && is_of(b"one", "a", 1000), "the same INVITE again");
        assert!(!is_of(b"one", "b", 2000), "another call");
        assert!(is_of(b"two", "b", 2000));
        assert!(is_of(b"one", "b", 120_000), "by then it is too old anyway");
    }
}
