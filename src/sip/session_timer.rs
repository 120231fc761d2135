//! Session timers: who says how often that a call still stands, and when it is taken for dead (RFC 4028).
//!
//! ```text
//!   0            interval/2                    interval - min(32 s, interval/3)    interval
//!   |---------------|-----------------------------------|---------------------------|
//!   2xx      the refresher refreshes        the other side hangs up         the refresher does
//! ```

use crate::sip::Params;
use crate::sip::grammar::cut;
use crate::sip::message::{Message, Name};
use crate::time::{DurationMs, Millis};
use std::fmt;

/// The shortest interval that anybody may ask for, in seconds (§4).
pub(crate) const MIN_INTERVAL_S: u32 = 90;

/// What we want of session timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// The interval that we ask for, in seconds; 90 or more.
    pub interval_s: u32,
    /// The shortest that we take from others, in seconds; 90 or more.
    pub min_s: u32,
}

/// Who refreshes, by the roles in the request that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refresher {
    Uac,
    Uas,
}

/// The value of Session-Expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionExpires {
    pub(crate) interval_s: u32,
    pub(crate) refresher: Option<Refresher>,
}

/// The interval that was asked for is shorter than ours may be: 422 with this Min-SE, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooShort(pub(crate) u32);

/// A timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionTimer {
    pub(crate) interval_s: u32,
    /// Whether we refresh.
    pub(crate) ours: bool,
    /// When we refresh next; not while a refresh is out.
    pub(crate) refresh: Option<Millis>,
    /// When the call is dead.
    pub(crate) expires: Millis,
}

impl SessionExpires {
    pub(crate) fn parse(text: &str) -> Option<SessionExpires> {
        let (seconds, params) = cut(text, b';');
        let params = params.map_or(Some(Params::default()), Params::parse)?;
        let refresher = match params.get("refresher") {
            Some(role) if role.eq_ignore_ascii_case("uac") => Some(Refresher::Uac),
            Some(role) if role.eq_ignore_ascii_case("uas") => Some(Refresher::Uas),
            Some(_) | None => None,
        };
        Some(SessionExpires { interval_s: seconds.trim().parse().ok()?, refresher })
    }

    /// What is answered to a request (§9): `None` for a call without timer.
    pub(crate) fn granted(
        request: &Message,
        policy: &SessionPolicy,
    ) -> Result<Option<SessionExpires>, TooShort> {
        let (asked, knows) = (request.session_expires(), request.knows("timer"));
        if asked.is_some_and(|asked| asked.interval_s < policy.min_s) {
            return Err(TooShort(policy.min_s));
        }
        let most = policy.interval_s.max(policy.min_s).max(request.min_se().unwrap_or(0));
        let refresher = match asked.and_then(|asked| asked.refresher) {
            // Who does not know timers cannot refresh (§9, table 2).
            Some(refresher) if knows => refresher,
            None if knows && asked.is_some() => Refresher::Uac,
            Some(_) | None => Refresher::Uas,
        };
        let interval_s = asked.map_or(most, |asked| asked.interval_s.min(most));
        Ok((asked.is_some() || knows).then_some(SessionExpires { interval_s, refresher: Some(refresher) }))
    }
}

impl fmt::Display for SessionExpires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.interval_s)?;
        match self.refresher {
            Some(Refresher::Uac) => f.write_str(";refresher=uac"),
            Some(Refresher::Uas) => f.write_str(";refresher=uas"),
            None => Ok(()),
        }
    }
}

impl SessionTimer {
    /// A timer from this moment on.
    pub(crate) fn start(now: Millis, interval_s: u32, ours: bool) -> SessionTimer {
        let interval = u64::from(interval_s.max(1)) * 1000;
        // §10: whoever waits hangs up a little before the end, so that the BYE is not lost behind a closed firewall.
        let early = if ours { 0 } else { (interval / 3).min(32_000) };
        let refresh = ours.then(|| now + DurationMs(interval / 2));
        SessionTimer { interval_s, ours, refresh, expires: now + DurationMs(interval - early) }
    }

    /// The timer that a 2xx starts, `None` if it speaks of none. `sent` says whether the 2xx is ours.
    pub(crate) fn of(now: Millis, said: Option<SessionExpires>, sent: bool) -> Option<SessionTimer> {
        let SessionExpires { interval_s, refresher } = said?;
        let ours = match refresher {
            Some(Refresher::Uas) => sent,
            Some(Refresher::Uac) | None => !sent,
        };
        Some(SessionTimer::start(now, interval_s, ours))
    }

    /// What our next refresh says: the roles stay as they are.
    pub(crate) fn asked(&self) -> SessionExpires {
        let refresher = if self.ours { Refresher::Uac } else { Refresher::Uas };
        SessionExpires { interval_s: self.interval_s, refresher: Some(refresher) }
    }

    /// When something is next to be done.
    pub(crate) fn next_deadline(&self) -> Millis {
        self.refresh.map_or(self.expires, |at| at.min(self.expires))
    }
}

/// The names of header fields that a request of ours which begins a session carries.
pub(crate) fn asking(policy: &SessionPolicy) -> [(Name, String); 2] {
    [(Name::SessionExpires, policy.interval_s.to_string()), (Name::MinSe, policy.min_s.to_string())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::limits::Policy;
    use crate::sip::message::scan;

    const POLICY: SessionPolicy = SessionPolicy { interval_s: 1800, min_s: 90 };

    fn granted(fields: &str) -> String {
        let text = format!("INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n{fields}\r\n");
        match scan(text.as_bytes(), Policy::Strict).map(|request| SessionExpires::granted(&request, &POLICY))
        {
            Ok(Ok(said)) => said.map_or("none".to_owned(), |said| said.to_string()),
            Ok(Err(TooShort(min))) => format!("422 {min}"),
            Err(malformed) => panic!("{malformed:?}"),
        }
    }

    #[test]
    fn what_is_answered_depends_on_what_was_asked_and_who_knows_timers() {
        let knows = "Supported: timer\r\n";
        assert_eq!(granted(""), "none");
        assert_eq!(granted(knows), "1800;refresher=uas");
        assert_eq!(granted("Session-Expires: 600\r\n"), "600;refresher=uas");
        assert_eq!(granted("Session-Expires: 600;refresher=uac\r\n"), "600;refresher=uas");
        assert_eq!(granted(&format!("{knows}x: 600\r\n")), "600;refresher=uac");
        assert_eq!(granted(&format!("{knows}x: 600;refresher=uas\r\n")), "600;refresher=uas");
        assert_eq!(granted(&format!("{knows}x: 7200\r\n")), "1800;refresher=uac");
        assert_eq!(granted(&format!("{knows}x: 7200\r\nMin-SE: 3600\r\n")), "3600;refresher=uac");
        assert_eq!(granted(&format!("{knows}x: 89\r\n")), "422 90");
        assert_eq!(granted("x: soon\r\n"), "none");
    }

    #[test]
    fn the_refresher_refreshes_at_half_time_and_the_other_side_hangs_up_before_the_end() {
        let ours = SessionTimer::start(Millis(1000), 90, true);
        assert_eq!((ours.next_deadline(), ours.expires), (Millis(46_000), Millis(91_000)));
        let theirs = SessionTimer::start(Millis(1000), 90, false);
        assert_eq!((theirs.next_deadline(), theirs.refresh), (Millis(61_000), None));
        assert_eq!(SessionTimer::start(Millis(0), 1800, false).expires, Millis(1_768_000));
    }

    #[test]
    fn roles_are_those_of_the_request_that_names_them() {
        let said = |text| SessionExpires::parse(text);
        let ours = |text, sent| {
            SessionTimer::of(Millis(0), said(text), sent).map(|timer| (timer.ours, timer.asked().to_string()))
        };
        assert_eq!(ours("600;refresher=uac", false), Some((true, "600;refresher=uac".to_owned())));
        assert_eq!(ours("600;refresher=uac", true), Some((false, "600;refresher=uas".to_owned())));
        assert_eq!(ours("600;refresher=uas", true), Some((true, "600;refresher=uac".to_owned())));
        assert_eq!(SessionTimer::of(Millis(0), None, true), None);
    }
}
