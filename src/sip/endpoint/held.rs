//! How much is kept of the requests of far ends, and for whom.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// What one request has us keep.
#[derive(Clone, Debug, Default)]
pub(super) struct Weight {
    pub(super) octets: usize,
    /// The neighbourhood that it came from, where nobody knows it.
    pub(super) stranger: Option<IpAddr>,
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
    /// Whether this on top would be more than may be: of `most` in all, strangers fill half and a neighbourhood an eighth.
    pub(super) fn lacks_room(&self, weight: &Weight, most: usize) -> bool {
        let octets = weight.octets;
        let Some(stranger) = &weight.stranger else { return self.all + octets > most };
        let near = self.by_neighbourhood.get(stranger).copied().unwrap_or(0);
        self.all + octets > most || self.strangers + octets > most / 2 || near + octets > most / 8
    }

    pub(super) fn add(&mut self, weight: &Weight) {
        self.all += weight.octets;
        if let Some(stranger) = weight.stranger {
            self.strangers += weight.octets;
            *self.by_neighbourhood.entry(stranger).or_default() += weight.octets;
        }
    }

    pub(super) fn remove(&mut self, weight: &Weight) {
        self.all = self.all.saturating_sub(weight.octets);
        let Some(stranger) = weight.stranger else { return };
        self.strangers = self.strangers.saturating_sub(weight.octets);
        if let Some(near) = self.by_neighbourhood.get_mut(&stranger) {
            *near = near.saturating_sub(weight.octets);
            if *near == 0 {
                self.by_neighbourhood.remove(&stranger);
            }
        }
    }
}
