//! Our registration with a carrier, as a machine (RFC 3261 §10.2): asked for, kept fresh, given up.
//!
//! It says when a REGISTER is to be sent and what for; whoever drives it sends it ([`Ask`](super::Ask)), which answers
//! challenges too, and gives the reply back. It ends with [`Registration::leave`].
//!
//! ```text
//!   Waiting --due--> Asking --200--> Registered --due, before it expires--> Asking ...
//!                      |  423: at once with the carrier's shortest time; once
//!                      |  anything else: Waiting, longer each time, or as long as Retry-After says
//! ```

use super::message::Message;
use super::{NameAddr, Status};
use crate::time::{DurationMs, Millis};

/// The first wait after a failure; it doubles with each.
const FIRST_WAIT: DurationMs = DurationMs(5_000);
/// The longest wait after a failure, whatever Retry-After says.
const LONGEST_WAIT: DurationMs = DurationMs(10 * 60 * 1000);
/// A password that was refused is not tried again sooner than this: carriers lock accounts.
const AFTER_REFUSAL: DurationMs = DurationMs(60_000);
/// The shortest and longest registration that is believed, in seconds.
const EXPIRES_S: std::ops::RangeInclusive<u32> = 10..=86_400;

/// A registration.
#[derive(Clone, Debug)]
pub struct Registration {
    state: State,
    /// What is asked for, in seconds.
    expires_s: u32,
    /// The number of the next request.
    cseq: u32,
    failures: u32,
    /// Whether the carrier's shortest time has been followed since the last success.
    lengthened: bool,
    /// Whether the carrier has us on its list, as far as we know.
    listed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting { at: Millis },
    Asking { leaving: bool },
    Registered { refresh: Millis },
    Gone,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send a REGISTER with this number, for so many seconds; 0 takes us off the list.
    Register {
        /// The number.
        cseq: u32,
        /// For how long.
        expires_s: u32,
    },
    /// The carrier has us on its list.
    Up {
        /// For how long.
        expires_s: u32,
    },
    /// It has not, and is asked again later.
    Down {
        /// What it said; `None` where it said nothing.
        status: Option<Status>,
        /// When it is asked again, in milliseconds from now.
        again_ms: u64,
    },
    /// We have taken ourselves off the list, as well as we could.
    Left,
}

impl Registration {
    /// A registration that is due at once and asks for so many seconds.
    pub fn new(now: Millis, expires_s: u32) -> Registration {
        let expires_s = expires_s.clamp(*EXPIRES_S.start(), *EXPIRES_S.end());
        let state = State::Waiting { at: now };
        Registration { state, expires_s, cseq: 1, failures: 0, lengthened: false, listed: false }
    }

    /// When [`Registration::timeout`] must next be called.
    pub fn next_deadline(&self) -> Option<Millis> {
        match self.state {
            State::Waiting { at } => Some(at),
            State::Registered { refresh } => Some(refresh),
            State::Asking { .. } | State::Gone => None,
        }
    }

    /// Does what is due.
    pub fn timeout(&mut self, now: Millis) -> Vec<Step> {
        match self.next_deadline() {
            Some(at) if at <= now => self.register(false),
            Some(_) | None => vec![],
        }
    }

    /// What became of the REGISTER; `cseq` is the number that it had in the end, `response` its final answer.
    ///
    /// A redirection is not followed: who registers us is configured (a forged 301 would send our password's proofs away).
    pub fn reply(&mut self, now: Millis, cseq: u32, response: Option<&Message>) -> Vec<Step> {
        let State::Asking { leaving } = self.state else { return vec![] };
        self.cseq = self.cseq.max(cseq.saturating_add(1));
        if leaving {
            self.state = State::Gone;
            return vec![Step::Left];
        }
        let status = response.and_then(Message::status);
        match (status, response) {
            (Some(status), Some(response)) if status.is_success() => self.listed(now, response),
            (Some(Status::INTERVAL_TOO_BRIEF), Some(response)) if !self.lengthened => {
                self.lengthen(now, response)
            }
            (_, response) => self.failed(now, status, response.and_then(Message::retry_after)),
        }
    }

    /// The carrier cannot be reached at all.
    pub fn unreachable(&mut self, now: Millis) -> Vec<Step> {
        match self.state {
            State::Asking { leaving: false } => self.failed(now, None, None),
            State::Asking { leaving: true } => {
                self.state = State::Gone;
                vec![Step::Left]
            }
            State::Waiting { .. } | State::Registered { .. } | State::Gone => vec![],
        }
    }

    /// Takes us off the list.
    pub fn leave(&mut self) -> Vec<Step> {
        match self.state {
            _ if self.listed => self.register(true),
            State::Asking { .. } | State::Waiting { .. } | State::Registered { .. } => {
                self.state = State::Gone;
                vec![Step::Left]
            }
            State::Gone => vec![],
        }
    }

    fn register(&mut self, leaving: bool) -> Vec<Step> {
        self.state = State::Asking { leaving };
        let expires_s = if leaving { 0 } else { self.expires_s };
        let cseq = self.cseq;
        self.cseq = self.cseq.saturating_add(2);
        vec![Step::Register { cseq, expires_s }]
    }

    fn listed(&mut self, now: Millis, response: &Message) -> Vec<Step> {
        let expires_s = granted(response, self.expires_s);
        (self.failures, self.lengthened, self.listed) = (0, false, true);
        self.state = State::Registered { refresh: now + refresh_after(expires_s) };
        vec![Step::Up { expires_s }]
    }

    /// 423: the carrier names the shortest time that it takes (RFC 3261 §10.2.8).
    fn lengthen(&mut self, now: Millis, response: &Message) -> Vec<Step> {
        let shortest = response.by_name("Min-Expires").and_then(|value| value.trim().parse::<u32>().ok());
        match shortest.filter(|shortest| EXPIRES_S.contains(shortest)) {
            Some(shortest) => {
                (self.expires_s, self.lengthened) = (shortest.max(self.expires_s), true);
                self.register(false)
            }
            None => self.failed(now, response.status(), None),
        }
    }

    fn failed(&mut self, now: Millis, status: Option<Status>, retry_after_s: Option<u32>) -> Vec<Step> {
        self.listed = false;
        let doubled = FIRST_WAIT.0.saturating_mul(1 << self.failures.min(16));
        let refused = matches!(
            status,
            Some(Status::UNAUTHORIZED | Status::FORBIDDEN | Status::PROXY_AUTHENTICATION_REQUIRED)
        );
        let least = if refused { AFTER_REFUSAL.0 } else { 0 };
        let told = retry_after_s.map_or(0, |seconds| u64::from(seconds) * 1000);
        let again_ms = doubled.max(least).max(told).min(LONGEST_WAIT.0);
        self.failures = self.failures.saturating_add(1);
        self.state = State::Waiting { at: now + DurationMs(again_ms) };
        vec![Step::Down { status, again_ms }]
    }
}

/// For how long we are on the list: our Contact's `expires` where there is one Contact, else Expires, else what we asked for.
fn granted(response: &Message, asked: u32) -> u32 {
    let contacts = response.contacts().unwrap_or_default();
    let of = |contact: &NameAddr| contact.params.get("expires").and_then(|value| value.parse().ok());
    let shortest = contacts.iter().filter_map(of).min();
    let header = || response.by_name("Expires").and_then(|value| value.trim().parse().ok());
    let granted: u32 = shortest.or_else(header).unwrap_or(asked);
    granted.clamp(*EXPIRES_S.start(), *EXPIRES_S.end())
}

/// Some time before it expires, so that a lost REGISTER can be sent again: 32 s, of a short one half.
fn refresh_after(expires_s: u32) -> DurationMs {
    DurationMs::from_secs(u64::from(expires_s.saturating_sub(32).max(expires_s / 2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::limits::Policy;
    use crate::sip::message::scan;

    fn message(head: &str) -> Message {
        match scan(format!("SIP/2.0 {head}\r\n\r\n").as_bytes(), Policy::Strict) {
            Ok(message) => message,
            Err(malformed) => panic!("{malformed:?}"),
        }
    }

    /// A registration whose first REGISTER is out.
    fn asking() -> Registration {
        let mut registration = Registration::new(Millis(0), 300);
        assert_eq!(registration.timeout(Millis(0)), [Step::Register { cseq: 1, expires_s: 300 }]);
        registration
    }

    #[test]
    fn it_is_refreshed_before_it_expires() {
        let mut registration = asking();
        let ok = message("200 OK\r\nContact: <sip:us@192.0.2.1>;expires=120");
        assert_eq!(registration.reply(Millis(50), 2, Some(&ok)), [Step::Up { expires_s: 120 }]);
        assert_eq!(registration.next_deadline(), Some(Millis(88_050)));
        assert_eq!(registration.timeout(Millis(88_050)), [Step::Register { cseq: 3, expires_s: 300 }]);
    }

    #[test]
    fn a_time_that_is_too_short_is_lengthened_once() {
        let mut registration = asking();
        let brief = message("423 Interval Too Brief\r\nMin-Expires: 900");
        assert_eq!(
            registration.reply(Millis(0), 1, Some(&brief)),
            [Step::Register { cseq: 3, expires_s: 900 }]
        );
        let down = Step::Down { status: Some(Status::INTERVAL_TOO_BRIEF), again_ms: 5_000 };
        assert_eq!(registration.reply(Millis(0), 3, Some(&brief)), [down]);
    }

    #[test]
    fn failures_wait_longer_each_time_and_retry_after_is_kept() {
        let mut registration = asking();
        let waits = ["500 Oops", "500 Oops", "503 Busy\r\nRetry-After: 77", "403 No"].map(|head| {
            let steps = registration.reply(Millis(0), 1, Some(&message(head)));
            registration.timeout(Millis(u64::MAX / 2));
            match steps.as_slice() {
                [Step::Down { again_ms, .. }] => *again_ms,
                other => panic!("{other:?}"),
            }
        });
        assert_eq!(waits, [5_000, 10_000, 77_000, 60_000]);
    }

    #[test]
    fn a_redirection_is_not_followed() {
        let mut registration = asking();
        let moved = message("301 Moved\r\nContact: <sip:203.0.113.9>");
        assert!(matches!(registration.reply(Millis(0), 1, Some(&moved)).as_slice(), [Step::Down { .. }]));
    }

    #[test]
    fn it_takes_itself_off_the_list() {
        let mut registration = asking();
        registration.reply(Millis(0), 1, Some(&message("200 OK")));
        assert_eq!(registration.leave(), [Step::Register { cseq: 3, expires_s: 0 }]);
        assert_eq!(registration.reply(Millis(0), 3, None), [Step::Left]);
        assert_eq!(registration.next_deadline(), None);
    }

    #[test]
    fn whoever_is_not_on_the_list_leaves_at_once() {
        assert_eq!(asking().leave(), [Step::Left]);
    }
}
