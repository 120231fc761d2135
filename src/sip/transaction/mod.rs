//! The four transaction machines of RFC 3261 §17 (figures 5 to 8) with the state Accepted of RFC 6026.
//!
//! Each machine takes an event and the time and returns what its user must do; it holds no socket, no clock and of
//! the messages only the bytes it may have to send again. Where its messages go and which call they belong to is
//! the endpoint's knowledge. On a reliable transport the timers that repeat or wait for repeats are zero.

pub mod client;
pub mod invite_client;
pub mod invite_server;
pub(crate) mod key;
pub mod server;
pub mod timers;

use crate::sip::Datagram;
use crate::time::{DurationMs, Millis};

/// What the user of a transaction must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send these bytes to the far end.
    Send(Datagram),
    /// Hand the response that was given to the machine up to the call.
    Deliver,
    /// Send an ACK for the failure that was given to the machine (RFC 3261 §17.1.1.3).
    Acknowledge,
    /// Tell the call that no answer came in time.
    TimedOut,
    /// The machine is done: forget it.
    Terminated,
}

/// The actions of one step, in order.
pub type Actions = Vec<Action>;

/// A message that is sent again and again, at doubling intervals, until something stops it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// When it is next sent; `None` on a reliable transport.
    pub(crate) at: Option<Millis>,
    interval: DurationMs,
}

impl Repeat {
    /// First repeated after T1.
    pub(crate) fn new(now: Millis, reliable: bool) -> Repeat {
        Repeat { at: (!reliable).then(|| now + timers::T1), interval: timers::T1 }
    }

    /// Not repeated at all.
    pub(crate) fn never() -> Repeat {
        Repeat { at: None, interval: timers::T1 }
    }

    /// The time after that, at twice the interval, which stops growing at `cap`.
    pub(crate) fn again(self, now: Millis, cap: DurationMs) -> Repeat {
        let interval = DurationMs(self.interval.0.saturating_mul(2)).min(cap);
        self.every(now, interval)
    }

    /// The time after that, at this interval.
    pub(crate) fn every(self, now: Millis, interval: DurationMs) -> Repeat {
        Repeat { at: self.at.map(|_| now + interval), interval }
    }
}

/// The earlier of a repeat and the moment of giving up.
pub(crate) fn earlier(repeat: Option<Millis>, end: Millis) -> Option<Millis> {
    Some(repeat.map_or(end, |at| at.min(end)))
}

/// How long a machine lingers: not at all on a reliable transport.
pub(crate) fn linger(now: Millis, wait: DurationMs, reliable: bool) -> Millis {
    if reliable { now } else { now + wait }
}

#[cfg(test)]
mod tests;
