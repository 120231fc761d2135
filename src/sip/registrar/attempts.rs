//! Wrong passwords, counted by where they come from and by whose they should be.
//!
//! Whoever has a line of IPv6 has 2⁶⁴ addresses, so a /64 counts as one. Whoever has machines everywhere tries each address
//! a few times: then the account is shut to all but those who are where its telephones were.

use crate::sip::network::site;
use crate::time::{DurationMs, Millis};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Wrong passwords of one source before it gets no answer any more.
const ATTEMPTS: u32 = 8;
/// Wrong passwords for one account, wherever they come from, before it is believed nobody new.
const ATTEMPTS_AN_ACCOUNT: u32 = 64;
/// How long either lasts, and how long a wrong password is remembered.
const SHUT_OUT: DurationMs = DurationMs(5 * 60 * 1000);
/// Sources that are remembered; beyond it the one that was quiet for longest is forgotten.
const SOURCES: usize = 4096;

/// How many, and when the last one came.
type Count = (u32, Millis);

/// The wrong passwords of the last minutes.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    sources: BTreeMap<IpAddr, Count>,
    /// Of accounts that there are: no stranger adds any.
    accounts: BTreeMap<String, Count>,
    /// Before this nothing becomes old enough to be forgotten.
    swept: Millis,
}

impl Attempts {
    /// Takes note of a wrong password for an account, if there is such; whether it was the source's one too many.
    pub(super) fn failed(&mut self, source: IpAddr, account: Option<&str>, now: Millis) -> bool {
        self.sweep(now);
        // One that is shut opens again whatever is tried meanwhile: its own telephones try, too.
        if let Some(account) = account.filter(|account| !self.is_shut(account, now)) {
            add(self.accounts.entry(account.to_owned()).or_insert((0, now)), now);
        }
        let source = site(source);
        if self.sources.len() >= SOURCES && !self.sources.contains_key(&source) {
            let quiet = self.sources.iter().min_by_key(|(_, (_, last))| *last).map(|(source, _)| *source);
            quiet.map(|quiet| self.sources.remove(&quiet));
        }
        add(self.sources.entry(source).or_insert((0, now)), now) == ATTEMPTS
    }

    fn sweep(&mut self, now: Millis) {
        if self.swept + DurationMs(1000) > now {
            return;
        }
        self.swept = now;
        self.sources.retain(|_, (_, last)| *last + SHUT_OUT > now);
        self.accounts.retain(|_, (_, last)| *last + SHUT_OUT > now);
    }

    /// Whether a source has tried too often.
    pub(super) fn is_shut_out(&self, source: IpAddr, now: Millis) -> bool {
        self.sources.get(&site(source)).is_some_and(|count| is_over(count, ATTEMPTS, now))
    }

    /// Whether an account was tried too often.
    pub(super) fn is_shut(&self, account: &str, now: Millis) -> bool {
        self.accounts.get(account).is_some_and(|count| is_over(count, ATTEMPTS_AN_ACCOUNT, now))
    }
}

fn add((count, last): &mut Count, now: Millis) -> u32 {
    // What has been quiet for long enough begins anew, though it was not swept yet.
    let before = if *last + SHUT_OUT > now { *count } else { 0 };
    (*count, *last) = (before.saturating_add(1), now);
    *count
}

fn is_over((count, last): &Count, most: u32, now: Millis) -> bool {
    *count >= most && *last + SHUT_OUT > now
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_shut_out(bad: [&str; 2], good: &str) {
        let of = |address: &str| address.parse::<IpAddr>().unwrap_or(IpAddr::from([0, 0, 0, 0]));
        let mut attempts = Attempts::default();
        let bad = bad.map(of);
        let too_many: Vec<bool> =
            (0..9).map(|at| attempts.failed(bad[at as usize % 2], None, Millis(at))).collect();
        assert_eq!(too_many.iter().position(|is_it| *is_it), Some(7));
        assert!(bad.iter().all(|bad| attempts.is_shut_out(*bad, Millis(1000))));
        assert!(!attempts.is_shut_out(of(good), Millis(1000)));
        assert!(!attempts.is_shut_out(bad[0], Millis(300_009)));
    }

    #[test]
    fn a_source_is_shut_out_for_a_while_and_no_other_is() {
        check_shut_out(["192.0.2.1"; 2], "192.0.2.2");
    }

    #[test]
    fn one_line_of_ipv6_is_one_source() {
        check_shut_out(["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], "2001:db8:1:3::1");
    }

    #[test]
    fn an_account_is_shut_after_guesses_from_everywhere() {
        let mut attempts = Attempts::default();
        let guess = |attempts: &mut Attempts, number: u32| {
            attempts.failed(IpAddr::from(number.to_be_bytes()), Some("anna"), Millis(u64::from(number)))
        };
        assert!((0..63).all(|number| !guess(&mut attempts, number)));
        assert!(!attempts.is_shut("anna", Millis(100)));
        guess(&mut attempts, 63);
        assert!(attempts.is_shut("anna", Millis(100)) && !attempts.is_shut("bert", Millis(100)));
        assert!(!attempts.is_shut("anna", Millis(300_063)));
    }

    #[test]
    fn strangers_cannot_fill_the_list() {
        let mut attempts = Attempts::default();
        for number in 0..10_000_u32 {
            attempts.failed(IpAddr::from(number.to_be_bytes()), None, Millis(u64::from(number)));
        }
        assert_eq!(attempts.sources.len(), SOURCES);
    }
}
