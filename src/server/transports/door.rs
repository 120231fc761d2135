//! Who is inside: connections that others have made, counted by where they come from.
//!
//! Idle ones take nothing away from anybody else: one machine has so many, its neighbours with it not many more, and the last
//! places are for those whom the settings name.

use crate::sip::{Network, site};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connections at a time that others have made, over all listeners.
const CONNECTIONS: usize = 2048;
/// Of these, how many strangers have none of.
const FOR_THE_KNOWN: usize = 256;
/// From one address, or one /64 of IPv6. Many telephones may stand behind one.
const A_SITE: usize = 64;
/// From one network of a provider's customer: /24 of IPv4, /48 of IPv6.
const A_NETWORK: usize = 256;

/// Counts who is inside. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Door(Arc<Mutex<Room>>);

#[derive(Default)]
struct Room {
    known: Vec<Network>,
    all: usize,
    strangers: usize,
    sites: BTreeMap<IpAddr, usize>,
    networks: BTreeMap<IpAddr, usize>,
}

/// One who is inside; whoever drops it leaves.
pub(super) struct Inside {
    door: Door,
    address: IpAddr,
    is_known: bool,
}

impl Door {
    /// Says for whom room is kept.
    pub fn know(&self, networks: Vec<Network>) {
        self.room().known = networks;
    }

    /// Lets somebody in where there is room.
    pub fn enter(&self, address: IpAddr) -> Option<Inside> {
        let mut room = self.room();
        let is_known = room.known.iter().any(|network| network.holds(address));
        if !room.has_place(address, is_known) {
            return None;
        }
        room.all += 1;
        if !is_known {
            room.strangers += 1;
            *room.sites.entry(site(address)).or_default() += 1;
            *room.networks.entry(wide(address)).or_default() += 1;
        }
        Some(Inside { door: self.clone(), address, is_known })
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn has_place(&self, address: IpAddr, is_known: bool) -> bool {
        let of = |counts: &BTreeMap<IpAddr, usize>, whose| counts.get(&whose).copied().unwrap_or(0);
        let welcome = is_known
            || (self.strangers < CONNECTIONS - FOR_THE_KNOWN
                && of(&self.sites, site(address)) < A_SITE
                && of(&self.networks, wide(address)) < A_NETWORK);
        welcome && self.all < CONNECTIONS
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut room = self.door.room();
        room.all -= 1;
        if !self.is_known {
            room.strangers -= 1;
            leave(&mut room.sites, site(self.address));
            leave(&mut room.networks, wide(self.address));
        }
    }
}

fn leave(counts: &mut BTreeMap<IpAddr, usize>, whose: IpAddr) {
    if let Some(count) = counts.get_mut(&whose) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&whose);
        }
    }
}

/// The first address of the network that a provider gives to one customer.
fn wide(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() >> 8 << 8).into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 80 << 80).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap_or(IpAddr::from([0, 0, 0, 0]))
    }

    fn let_in(door: &Door, addresses: impl Iterator<Item = String>) -> Vec<Inside> {
        addresses.filter_map(|address| door.enter(at(&address))).collect()
    }

    #[test]
    fn a_machine_and_a_network_have_only_so_many_places() {
        let door = Door::default();
        let one = let_in(&door, (0..100).map(|_| "192.0.2.1".to_owned()));
        let line = let_in(&door, (0..100).map(|n| format!("2001:db8:1:2::{n:x}")));
        let customer = let_in(&door, (0..1000).map(|n| format!("2001:db8:7:{n:x}::1")));
        let street = let_in(&door, (0..1000).map(|n| format!("198.51.100.{}", n % 256)));
        assert_eq!([one.len(), line.len(), customer.len(), street.len()], [64, 64, 256, 256]);
        drop((one, line, customer, street));
        assert_eq!(
            let_in(&door, (0..100).map(|_| "192.0.2.1".to_owned())).len(),
            64,
            "whoever leaves makes room"
        );
        assert!(door.room().sites.is_empty() && door.room().networks.is_empty());
    }

    #[test]
    fn strangers_of_all_the_world_leave_room_for_a_trunk() {
        let door = Door::default();
        door.know("203.0.113.0/24".parse().into_iter().collect());
        let strangers = let_in(&door, (0..3000).map(|n| format!("10.{}.{}.1", n / 256, n % 256)));
        let trunk = let_in(&door, (0..1000).map(|_| "203.0.113.9".to_owned()));
        assert_eq!([strangers.len(), trunk.len()], [CONNECTIONS - FOR_THE_KNOWN, FOR_THE_KNOWN]);
    }
}
