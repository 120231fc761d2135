//! What we change about a call that stands: one request at a time, and one wish behind it (RFC 3261 §14.1, RFC 3311 §5.1).
//!
//! ```text
//!   wanted ──► pending ──► done                     2xx
//!     ▲           ├──────► again at a later moment   491, 422, 500 with Retry-After
//!     └───────────┘        refused                  any other failure: the call goes on as it was
//!                          lost                     408, 481, nothing: the far end knows no such call any more
//! ```

use super::table::TransactionId;
use crate::sip::draft::Datagram;
use crate::sip::sdp::{Local, Media};
use crate::time::{DurationMs, Millis};

/// How often a change is put off before it is given up.
const MOST_TRIES: u8 = 10;
/// How long the far end may think about a re-INVITE before it is cancelled; and how long it then may take to say so.
pub(super) const PATIENCE: DurationMs = DurationMs::from_secs(60);

/// What is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// That the call still stands.
    Refresh,
    /// Our media is this from now on.
    Offer(Local),
    /// Our media is this from now on, and the far end makes the offer.
    Ask(Local),
}

/// Which method says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Invite,
    Update,
}

/// A request that waits for its answer.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) transaction: TransactionId,
    pub(super) wanted: Wanted,
    pub(super) by: By,
    pub(super) cseq: u32,
    pub(super) give_up: Millis,
    pub(super) cancelled: bool,
    /// The RSeq of its last reliable provisional.
    pub(super) rseq: Option<u32>,
    /// What such a one has agreed on: its final answer need not say it again.
    pub(super) agreed: Option<Media>,
}

/// The changes of one leg.
#[derive(Debug, Default)]
pub(super) struct Renewal {
    wanted: Option<Wanted>,
    pub(super) pending: Option<Pending>,
    /// Not before this moment.
    again: Option<Millis>,
    tries: u8,
    /// The ACK of our last re-INVITE's 2xx, by the number of the re-INVITE.
    pub(super) acked: Option<(u32, Datagram)>,
}

impl Renewal {
    /// Takes a wish. A refresh gives way to whatever else is wanted, for that refreshes too.
    pub(super) fn want(&mut self, wanted: Wanted) {
        match (&self.wanted, &wanted) {
            (Some(Wanted::Offer(_) | Wanted::Ask(_)), Wanted::Refresh) => {}
            (_, Wanted::Offer(_) | Wanted::Ask(_)) | (None | Some(Wanted::Refresh), Wanted::Refresh) => {
                self.wanted = Some(wanted);
                self.tries = 0;
            }
        }
    }

    /// What may be said now.
    pub(super) fn next(&self, now: Millis) -> Option<&Wanted> {
        let waits = self.pending.is_some() || self.again.is_some_and(|at| at > now);
        self.wanted.as_ref().filter(|_| !waits)
    }

    /// It has been said.
    pub(super) fn sent(&mut self, pending: Pending) {
        (self.wanted, self.again, self.pending) = (None, None, Some(pending));
    }

    /// It was put off until then; false if that was once too often. A newer wish takes its place.
    pub(super) fn put_off(&mut self, wanted: Wanted, until: Millis) -> bool {
        self.again = Some(until);
        self.tries = self.tries.saturating_add(1);
        if self.tries > MOST_TRIES {
            return false;
        }
        self.wanted.get_or_insert(wanted);
        true
    }

    /// The moment has come; what still stands in the way calls again when it is over.
    pub(super) fn is_due(&mut self, now: Millis) {
        self.again.take_if(|at| *at <= now);
    }

    /// It was answered for good.
    pub(super) fn done(&mut self) {
        self.tries = 0;
    }

    /// Whether an offer of ours waits for its answer, or a re-INVITE of ours does.
    pub(super) fn is_pending(&self) -> bool {
        self.pending.as_ref().is_some_and(|pending| match pending.wanted {
            Wanted::Refresh => pending.by == By::Invite,
            Wanted::Offer(_) | Wanted::Ask(_) => true,
        })
    }

    pub(super) fn next_deadline(&self) -> Option<Millis> {
        match &self.pending {
            Some(pending) => Some(pending.give_up),
            None => self.again.filter(|_| self.wanted.is_some()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(port: u16) -> Wanted {
        Wanted::Offer(Local::new(([192, 0, 2, 1], port).into()))
    }

    #[test]
    fn a_refresh_gives_way_to_a_change_and_a_change_to_a_newer_one() {
        let mut renewal = Renewal::default();
        renewal.want(Wanted::Refresh);
        assert_eq!(renewal.next(Millis(0)), Some(&Wanted::Refresh));
        renewal.want(offer(1));
        renewal.want(Wanted::Refresh);
        renewal.want(offer(2));
        assert_eq!(renewal.next(Millis(0)), Some(&offer(2)));
    }

    #[test]
    fn what_was_put_off_waits_and_is_given_up_in_the_end() {
        let mut renewal = Renewal::default();
        assert!(renewal.put_off(offer(1), Millis(2100)));
        assert_eq!((renewal.next(Millis(2099)), renewal.next_deadline()), (None, Some(Millis(2100))));
        assert_eq!(renewal.next(Millis(2100)), Some(&offer(1)));
        let tries = (0..20).take_while(|_| renewal.put_off(offer(1), Millis(0))).count();
        assert_eq!(tries, usize::from(MOST_TRIES) - 1);
    }

    #[test]
    fn a_newer_wish_takes_the_place_of_what_was_put_off() {
        let mut renewal = Renewal::default();
        renewal.want(offer(2));
        renewal.put_off(offer(1), Millis(100));
        assert_eq!(renewal.next(Millis(100)), Some(&offer(2)));
    }
}
