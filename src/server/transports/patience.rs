//! How long a connection may say nothing, or too little.

use std::time::Duration;
use tokio::time::Instant;

/// How long a message that has begun may take, and the first one of a connection.
const MESSAGE: Duration = Duration::from_secs(32);
/// How long a connection that has brought messages may be silent. Without one the two line breaks of RFC 5626 keep none up.
const IDLE: Duration = Duration::from_secs(15 * 60);

/// What was whole in what has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// Part of a message at most.
    Nothing,
    /// Two line breaks, once or more.
    Pings,
    /// A message, or several.
    Messages,
}

/// Until when a connection is waited for.
#[derive(Debug)]
pub(super) struct Patience {
    /// It is closed then.
    pub until: Instant,
    has_spoken: bool,
}

impl Patience {
    /// That with a connection that has just begun.
    pub fn new(now: Instant) -> Patience {
        Patience { until: now + MESSAGE, has_spoken: false }
    }

    /// We have sent it something, which it may answer.
    pub fn sent(&mut self, now: Instant) {
        self.until = self.until.max(now + MESSAGE);
    }

    /// Something was read; `is_amid` says whether a message has begun and is not whole yet.
    pub fn came(&mut self, now: Instant, is_amid: bool, came: Came) {
        self.has_spoken |= came == Came::Messages;
        self.until = match (is_amid, came) {
            (true, Came::Nothing) => self.until.min(now + MESSAGE),
            (true | false, Came::Nothing | Came::Pings) if !self.has_spoken => self.until,
            (true, Came::Messages | Came::Pings) => now + MESSAGE,
            (false, Came::Nothing | Came::Messages | Came::Pings) => now + IDLE,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many seconds a connection lasts of which this is read every ten seconds, an hour at most.
    fn lasts(first: Option<Came>, then: Option<(bool, Came)>) -> u64 {
        let start = Instant::now();
        let mut patience = Patience::new(start);
        first.into_iter().for_each(|came| patience.came(start, false, came));
        for seconds in (10..3600).step_by(10) {
            let now = start + Duration::from_secs(seconds);
            if patience.until <= now {
                break;
            }
            then.into_iter().for_each(|(is_amid, came)| patience.came(now, is_amid, came));
        }
        patience.until.duration_since(start).as_secs().min(3600)
    }

    #[test]
    fn line_breaks_alone_keep_no_connection_up() {
        assert_eq!(lasts(None, None), 32);
        assert_eq!(lasts(None, Some((false, Came::Pings))), 32);
        assert_eq!(lasts(Some(Came::Pings), Some((true, Came::Pings))), 32);
    }

    #[test]
    fn a_message_that_comes_by_drops_is_given_half_a_minute() {
        assert_eq!(lasts(None, Some((true, Came::Nothing))), 32);
        assert_eq!(lasts(Some(Came::Messages), Some((true, Came::Nothing))), 42);
    }

    #[test]
    fn who_has_said_something_is_kept_up_by_line_breaks_and_else_for_a_while() {
        assert_eq!(lasts(Some(Came::Messages), Some((false, Came::Pings))), 3600);
        assert_eq!(lasts(Some(Came::Messages), None), 15 * 60);
    }

    #[test]
    fn what_we_send_may_be_answered() {
        let start = Instant::now();
        let mut patience = Patience::new(start);
        patience.sent(start + Duration::from_secs(20));
        assert_eq!(patience.until, start + Duration::from_secs(52));
    }
}
