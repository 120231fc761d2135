//! Networks of IP addresses, and who stands behind them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;
use thiserror::Error;

/// All addresses that begin like this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// How many bits count.
    bits: u8,
}

/// Somebody who may call us, by the addresses that they call from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where they are.
    pub network: Network,
    /// Who they are.
    pub name: Arc<str>,
    /// Whether what they say of others is believed.
    pub is_trusted: bool,
}

/// The text is no network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{0}` is no network: write an IP address, or one with the number of bits that count, as `203.0.113.0/24`"
)]
pub struct NetworkError(String);

impl Network {
    /// Whether an address is one of these.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, plain(address)) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let ignored = 32 - u32::from(self.bits);
                u64::from(own.to_bits()) >> ignored == u64::from(other.to_bits()) >> ignored
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let ignored = 128 - u32::from(self.bits);
                ignored == 128 || own.to_bits() >> ignored == other.to_bits() >> ignored
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// The address of whoever has an address: an IPv4 address itself, of IPv6 the /64 that one line or one machine has.
pub fn site(address: IpAddr) -> IpAddr {
    match plain(address) {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

/// The first address of those that one owner is likely to have: /24 of IPv4, /64 of IPv6.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match plain(address) {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() >> 8 << 8).into(),
        IpAddr::V6(_) => site(address),
    }
}

/// An IPv4 address that a socket of IPv6 shows as one of its own is that IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Network {
        let address = plain(address);
        Network { address, bits: if address.is_ipv4() { 32 } else { 128 } }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Network, NetworkError> {
        let wrong = || NetworkError(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let whole = Network::from(address.parse::<IpAddr>().map_err(|_| wrong())?);
        let bits = bits.unwrap_or(whole.bits);
        if bits > whole.bits { Err(wrong()) } else { Ok(Network { bits, ..whole }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(network: &str, address: &str, expected: bool) {
        let read = network.parse::<Network>().ok().zip(address.parse().ok());
        assert_eq!(
            read.map(|(network, address)| network.holds(address)),
            Some(expected),
            "{network} {address}"
        );
    }

    #[test]
    fn a_network_holds_what_begins_like_it() {
        check("203.0.113.0/24", "203.0.113.255", true);
        check("203.0.113.0/24", "203.0.114.0", false);
        check("203.0.113.9", "203.0.113.9", true);
        check("203.0.113.9", "203.0.113.8", false);
        check("0.0.0.0/0", "8.8.8.8", true);
        check("2001:db8::/32", "2001:db8:7::1", true);
        check("2001:db8::/32", "2001:db9::1", false);
        check("::/0", "2001:db9::1", true);
        check("::/0", "203.0.113.9", false);
        check("203.0.113.0/24", "::ffff:203.0.113.9", true);
    }

    #[test]
    fn one_owner_has_many_addresses() {
        let of =
            |address: &str, whose: fn(IpAddr) -> IpAddr| address.parse().map(whose).map(|a| a.to_string());
        assert_eq!(of("203.0.113.77", site).as_deref(), Ok("203.0.113.77"));
        assert_eq!(of("203.0.113.77", neighbourhood).as_deref(), Ok("203.0.113.0"));
        for whose in [site, neighbourhood] {
            assert_eq!(of("2001:db8:7:9:1:2:3:4", whose).as_deref(), Ok("2001:db8:7:9::"));
        }
        assert_eq!(of("::ffff:203.0.113.77", neighbourhood).as_deref(), Ok("203.0.113.0"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in ["", "203.0.113.0/33", "203.0.113/24", "example.net", "::1/129", "10.0.0.1/-1"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
