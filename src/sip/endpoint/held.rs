//! How much is kept of the requests of far ends, and for whom.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// What one request has us keep, in octets.
#[derive(Clone, Debug, Default)]
pub(super) struct Weight {
    /// What it is recognised by, and the transaction itself.
    pub(super) keys: usize,
    /// The answer, for copies of the request: as long as the request itself, whose fields it repeats.
    pub(super) answer: usize,
    /// The neighbourhood that it came from, where nobody knows it.
    pub(super) stranger: Option<IpAddr>,
}

impl Weight {
    fn octets(&self) -> usize {
        self.keys.saturating_add(self.answer)
    }
}

/// The sum of them.
#[derive(Debug, Default)]
pub(super) struct Held {
    all: usize,
    strangers: usize,
    /// INVARIANT: whoever is here holds something.
    by_neighbourhood: BTreeMap<IpAddr, usize>,
}

impl Held {
    /// Whether this on top would be more than may be: of `most` in all, strangers fill a quarter and a neighbourhood a sixteenth.
    pub(super) fn lacks_room(&self, weight: &Weight, most: usize) -> bool {
        let octets = weight.octets();
        let Some(stranger) = &weight.stranger else { return self.all + octets > most };
        let near = self.by_neighbourhood.get(stranger).copied().unwrap_or(0);
        self.all + octets > most || self.strangers + octets > most / 4 || near + octets > most / 16
    }

    pub(super) fn add(&mut self, weight: &Weight) {
        self.all += weight.octets();
        if let Some(stranger) = weight.stranger {
            self.strangers += weight.octets();
            *self.by_neighbourhood.entry(stranger).or_default() += weight.octets();
        }
    }

    pub(super) fn remove(&mut self, weight: &Weight) {
        self.give_back(weight, weight.octets());
    }

    /// The answer is kept no longer.
    pub(super) fn forget_answer(&mut self, weight: &mut Weight) {
        let octets = std::mem::take(&mut weight.answer);
        self.give_back(weight, octets);
    }

    fn give_back(&mut self, weight: &Weight, octets: usize) {
        self.all = self.all.saturating_sub(octets);
        let Some(stranger) = weight.stranger else { return };
        self.strangers = self.strangers.saturating_sub(octets);
        if let Some(near) = self.by_neighbourhood.get_mut(&stranger) {
            *near = near.saturating_sub(octets);
            if *near == 0 {
                self.by_neighbourhood.remove(&stranger);
            }
        }
    }
}
