//! What is answered to an INVITE before its final answer, surely or not (RFC 3262 §3, RFC 3261 §13.3.1.1).
//!
//! ```text
//!   far end                     we
//!     | <-- 183, RSeq 7 --------- |   again after T1, 2·T1, 4·T1 … until 64·T1
//!     | --- PRACK, RAck 7 ------> |
//!     | <-- 200 (PRACK) --------- |
//!     | <-- 180, RSeq 8 --------- |   what had to wait for the PRACK
//! ```
//!
//! A 100 goes only where nothing else has gone in time (RFC 3261 §17.2.1): most calls are answered before.
//!
//! A caller that does not know 100rel, or that has not proved to be where it says, gets each provisional once, and the last one
//! again every minute, so that no proxy on the way gives the call up.

use crate::sip::Status;
use crate::sip::draft::Datagram;
use crate::sip::message::RAck;
use crate::sip::transaction::timers::{T1_X64, UNBOUNDED};
use crate::sip::transaction::{Repeat, earlier};
use crate::time::{DurationMs, Millis};
use std::collections::VecDeque;

/// How long an INVITE waits for another answer before it gets a 100; within 200 ms the far end must have one of the two (RFC 3261
/// §17.2.1).
const TRYING_AFTER: DurationMs = DurationMs(100);
/// How often a provisional is told again while the call waits (RFC 3261 §13.3.1.1).
const REMINDER: DurationMs = DurationMs::from_secs(60);
/// Provisionals that may wait for the PRACK of the one before.
const MOST_WAITING: usize = 4;

/// A provisional and its description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Provisional {
    pub(super) status: Status,
    pub(super) body: Option<String>,
}

/// The provisionals of one INVITE.
#[derive(Debug)]
pub(super) struct Provisionals {
    /// The last RSeq; `None` where they are not acknowledged.
    rseq: Option<u32>,
    /// When the 100 goes, unless something else goes before.
    trying: Option<Millis>,
    unacknowledged: Option<Unacknowledged>,
    waiting: VecDeque<Provisional>,
    last: Option<Provisional>,
    /// When the last one is told again.
    remind: Option<Millis>,
    /// Whether our description has been sent in one that is acknowledged: then nothing says it again.
    pub(super) described: bool,
}

#[derive(Debug)]
struct Unacknowledged {
    rack: RAck,
    bytes: Datagram,
    repeat: Repeat,
    give_up: Millis,
    describes: bool,
}

/// What time brings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    /// Say that the call is being worked on.
    Trying,
    /// Send this again.
    Again(Datagram),
    /// Tell the last one anew.
    Remind(Provisional),
    /// The far end never acknowledged.
    GivenUp,
}

impl Provisionals {
    /// Provisionals of an INVITE that came now, and that are not acknowledged.
    pub(super) fn plain(now: Millis) -> Provisionals {
        Provisionals {
            rseq: None,
            trying: Some(now + TRYING_AFTER),
            unacknowledged: None,
            waiting: VecDeque::new(),
            last: None,
            remind: None,
            described: false,
        }
    }

    /// Provisionals that are acknowledged, numbered from here on; below 2³¹.
    pub(super) fn reliable(now: Millis, first: u32) -> Provisionals {
        Provisionals { rseq: Some(first), ..Provisionals::plain(now) }
    }

    pub(super) fn are_reliable(&self) -> bool {
        self.rseq.is_some()
    }

    /// Whether nothing has gone yet, so that a 100 is to go now.
    pub(super) fn begins_to_try(&mut self) -> bool {
        self.trying.take().is_some()
    }

    /// Whether the next one, or the answer, must wait for a PRACK.
    pub(super) fn is_busy(&self) -> bool {
        self.unacknowledged.is_some()
    }

    /// Whether our description waits for its PRACK: a 2xx must wait too.
    pub(super) fn waits_with_description(&self) -> bool {
        self.unacknowledged.as_ref().is_some_and(|sent| sent.describes)
    }

    /// Keeps one until the one before has been acknowledged.
    pub(super) fn wait(&mut self, provisional: Provisional) {
        if self.waiting.len() < MOST_WAITING {
            self.waiting.push_back(provisional);
        }
    }

    /// The number of the next reliable one.
    pub(super) fn next_rseq(&mut self) -> Option<u32> {
        let next = self.rseq?.saturating_add(1);
        self.rseq = Some(next);
        Some(next)
    }

    /// Takes note of what was sent. `proven` allows reminders.
    pub(super) fn sent(&mut self, now: Millis, provisional: Provisional, proven: bool) {
        self.trying = None;
        self.remind = proven.then(|| now + REMINDER);
        self.last = Some(Provisional { body: None, ..provisional });
    }

    /// Takes note of a reliable one that was sent under this number.
    pub(super) fn sent_reliably(&mut self, now: Millis, rack: RAck, bytes: Datagram, describes: bool) {
        let (repeat, give_up) = (Repeat::new(now, false), now + T1_X64);
        self.described |= describes;
        self.unacknowledged = Some(Unacknowledged { rack, bytes, repeat, give_up, describes });
    }

    /// What a PRACK would have to name now, and whether it answers our offer.
    pub(super) fn awaited(&self) -> Option<RAck> {
        self.unacknowledged.as_ref().map(|sent| sent.rack)
    }

    /// The PRACK came.
    pub(super) fn acknowledged(&mut self) {
        self.unacknowledged = None;
    }

    /// What had to wait, once nothing is unacknowledged.
    pub(super) fn next_waiting(&mut self) -> Option<Provisional> {
        if self.is_busy() { None } else { self.waiting.pop_front() }
    }

    pub(super) fn next_deadline(&self) -> Option<Millis> {
        let repeat = self.unacknowledged.as_ref().and_then(|sent| earlier(sent.repeat.at, sent.give_up));
        [self.trying, repeat, self.remind].into_iter().flatten().min()
    }

    /// Whatever is due, one thing at a time.
    pub(super) fn timeout(&mut self, now: Millis) -> Due {
        if self.trying.is_some_and(|at| at <= now) {
            self.trying = None;
            return Due::Trying;
        }
        if let Some(sent) = &mut self.unacknowledged {
            if sent.give_up <= now {
                self.unacknowledged = None;
                return Due::GivenUp;
            }
            if sent.repeat.at.is_some_and(|at| at <= now) {
                sent.repeat = sent.repeat.again(now, UNBOUNDED);
                return Due::Again(sent.bytes.clone());
            }
        }
        match (self.remind, &self.last) {
            (Some(at), Some(last)) if at <= now => {
                self.remind = Some(now + REMINDER);
                Due::Remind(last.clone())
            }
            (Some(_) | None, Some(_) | None) => Due::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ringing() -> Provisional {
        Provisional { status: Status::RINGING, body: None }
    }

    fn sent(describes: bool) -> Provisionals {
        let mut provisionals = Provisionals::reliable(Millis(0), 6);
        let rack = RAck { rseq: provisionals.next_rseq().unwrap_or(0), cseq: 1 };
        provisionals.sent(Millis(0), ringing(), false);
        provisionals.sent_reliably(Millis(0), rack, Datagram::from(*b"183"), describes);
        provisionals
    }

    /// The times at which something is due, until nothing is or the minute is over.
    fn dues(mut provisionals: Provisionals) -> Vec<(u64, bool)> {
        let mut dues = Vec::new();
        while let Some(at) = provisionals.next_deadline().filter(|at| at.0 < 60_000) {
            dues.push((at.0, provisionals.timeout(at) == Due::GivenUp));
        }
        dues
    }

    #[test]
    fn unacknowledged_repeats_at_doubling_intervals_and_gives_up() {
        let times = [500, 1500, 3500, 7500, 15_500, 31_500].map(|at| (at, false));
        assert_eq!(dues(sent(true)), [&times[..], &[(32_000, true)]].concat());
    }

    #[test]
    fn a_100_goes_where_nothing_else_has_gone() {
        let mut provisionals = Provisionals::plain(Millis(7));
        assert_eq!(provisionals.next_deadline(), Some(Millis(107)));
        assert_eq!([107, 108].map(|at| provisionals.timeout(Millis(at))), [Due::Trying, Due::Nothing]);
        assert_eq!(provisionals.next_deadline(), None);
    }

    #[test]
    fn acknowledged_is_silent() {
        let mut provisionals = sent(true);
        assert_eq!(provisionals.awaited(), Some(RAck { rseq: 7, cseq: 1 }));
        provisionals.acknowledged();
        assert_eq!((provisionals.next_deadline(), provisionals.described), (None, true));
    }

    #[test]
    fn the_next_one_waits_for_the_prack_of_the_last() {
        let mut provisionals = sent(false);
        assert!(provisionals.is_busy() && !provisionals.waits_with_description());
        provisionals.wait(ringing());
        assert_eq!(provisionals.next_waiting(), None);
        provisionals.acknowledged();
        assert_eq!((provisionals.next_waiting(), provisionals.next_waiting()), (Some(ringing()), None));
    }

    #[test]
    fn the_last_one_is_told_again_every_minute_to_who_has_proved_to_be_there() {
        let mut provisionals = Provisionals::plain(Millis(0));
        provisionals.sent(Millis(0), ringing(), true);
        assert_eq!(provisionals.next_deadline(), Some(Millis(60_000)));
        assert_eq!(provisionals.timeout(Millis(60_000)), Due::Remind(ringing()));
        assert_eq!(provisionals.next_deadline(), Some(Millis(120_000)));
        provisionals.sent(Millis(60_000), ringing(), false);
        assert_eq!(provisionals.next_deadline(), None);
    }
}
