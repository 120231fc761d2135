//! What strangers get of us: one small answer without state, and not too many of them; what they may have us hold.
//!
//! A datagram's source may be a victim's address. So an answer to somebody whom nobody knows is never larger than what was
//! asked, tells nothing of us, and each neighbourhood of addresses has only so many of them. Who comes by a connection has
//! proved to be there: that answer is short, too, and is always given.

use super::table::{BOOKKEEPING, Weight};
use super::{Endpoint, Inbound};
use crate::sip::Flow;
use crate::sip::draft::Draft;
use crate::sip::network::neighbourhood;
use crate::time::Millis;

/// A challenge is longer than what it answers, and without it no telephone could register: so many times as long at most.
const CHALLENGE_TO_QUESTION: usize = 3;

/// The message that is being answered.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    pub(super) now: Millis,
    pub(super) octets: usize,
}

impl Endpoint {
    /// Whether nobody knows the source: it is neither named in the settings nor a telephone that has registered.
    pub(super) fn is_stranger(&self, source: Flow) -> bool {
        let config = &self.config;
        if config.sources.is_none() && !config.open {
            return false;
        }
        !self.is_known(self.asked.now, source)
    }

    /// Whether a source is named in the settings, or is a telephone that has registered.
    pub fn is_known(&self, now: Millis, source: Flow) -> bool {
        let config = &self.config;
        let address = source.address.ip();
        let is_named = config.sources.iter().flatten().any(|source| source.network.holds(address))
            || config.known.iter().chain(&config.trusted).any(|network| network.holds(address));
        is_named || self.registrar.as_ref().is_some_and(|all| all.owner(source, now).is_some())
    }

    /// Sends an answer of which nothing is kept.
    pub(super) fn answer_once(&mut self, to: Flow, draft: Draft) {
        if !self.is_stranger(to) {
            return self.send(to, draft.encode());
        }
        let times = if draft.is_challenge() { CHALLENGE_TO_QUESTION } else { 1 };
        let bytes = draft.for_strangers().encode();
        let may = to.transport.is_reliable()
            || (bytes.len() <= self.asked.octets.saturating_mul(times)
                && self.allowance.take(self.asked.now, to.address.ip()));
        match may {
            true => self.send(to, bytes),
            false => self.turned_away.unanswered += 1,
        }
    }

    /// Whether there is no room for another leg of somebody there: the last quarter is for those whom we know, if there are any.
    pub(super) fn is_full_for(&self, source: Flow) -> bool {
        let config = &self.config;
        let knows_somebody = !config.known.is_empty()
            || !config.trusted.is_empty()
            || config.sources.as_ref().is_some_and(|sources| !sources.is_empty())
            || self.registrar.is_some();
        let kept_back = if knows_somebody && self.is_stranger(source) { config.max_calls / 4 } else { 0 };
        self.legs.len() >= config.max_calls - kept_back
    }

    /// What a request may have us hold until its transaction is over: its keys, which are no longer than itself, and what answers
    /// it. The table counts the keys when it has them.
    pub(super) fn weight(&self, source: Flow) -> Weight {
        let stranger = self.is_stranger(source).then(|| neighbourhood(source.address.ip()));
        Weight { keys: self.asked.octets.saturating_add(BOOKKEEPING), answer: self.asked.octets, stranger }
    }

    /// Whether what is kept of a request would be more than may be kept.
    pub(super) fn lacks_room(&self, request: &Inbound) -> bool {
        self.table.lacks_room(&self.weight(request.source), self.config.max_held)
    }
}
