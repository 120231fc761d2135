//! Ports for RTP: even ones of a range, each taken while a leg holds its socket.
//!
//! The range is gone through in turn from a random place, so that a port rests before it is used again, behind a restart too: whoever still
//! sends to a call that is over seldom meets another.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};

/// The range, and where the next search begins.
#[derive(Debug)]
pub struct Ports {
    /// One of each family that is spoken; the first where it does not matter.
    addresses: Vec<IpAddr>,
    first: u32,
    count: u32,
    next: AtomicU32,
}

impl Ports {
    /// The even ports from `first` to `last` at an address (RFC 3550 §11: RTP has the even one of a pair), the one at `begin` of them,
    /// counted round, before the others.
    pub fn new(address: IpAddr, first: u16, last: u16, begin: u16) -> Ports {
        let first = u32::from(first).next_multiple_of(2);
        let count = ((u32::from(last) + 1).saturating_sub(first)).div_ceil(2).max(1);
        Ports { addresses: vec![address], first, count, next: AtomicU32::new(u32::from(begin) % count) }
    }

    /// The same ports at addresses of the other family too, the first one of these.
    #[must_use]
    pub fn and(mut self, others: impl IntoIterator<Item = IpAddr>) -> Ports {
        let known = self.addresses.first().is_none_or(IpAddr::is_ipv4);
        self.addresses.extend(others.into_iter().find(|other| other.is_ipv4() != known));
        self
    }

    /// Binds the next free port for media with somebody at `far`.
    pub fn bind_for(&self, far: IpAddr) -> io::Result<UdpSocket> {
        let same = self.addresses.iter().find(|own| own.is_ipv4() == far.is_ipv4());
        let address = *same.or(self.addresses.first()).unwrap_or(&far);
        self.bind_at(address)
    }

    /// Binds the next free port.
    pub fn bind(&self) -> io::Result<UdpSocket> {
        self.bind_at(self.addresses.first().copied().unwrap_or(IpAddr::from([0, 0, 0, 0])))
    }

    fn bind_at(&self, address: IpAddr) -> io::Result<UdpSocket> {
        for _ in 0..self.count {
            let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.count;
            let port = u16::try_from(self.first + 2 * turn).unwrap_or(u16::MAX);
            match bind(SocketAddr::new(address, port)) {
                Ok(socket) => return Ok(socket),
                Err(error) if is_of_this_port(&error) => {}
                // No more files, no such address: the next port would fare no better, and people must hear of the cause.
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::new(io::ErrorKind::AddrInUse, "all RTP ports are taken"))
    }
}

/// Binds a socket that never waits.
pub(super) fn bind(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(address)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

fn is_of_this_port(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_every_port_is_said_and_not_tried_again_and_again() {
        let elsewhere = Ports::new(IpAddr::from([192, 0, 2, 1]), 31_020, 31_029, 0);
        assert_eq!(elsewhere.bind().err().map(|error| error.kind()), Some(io::ErrorKind::AddrNotAvailable));
        let one = Ports::new(IpAddr::from([127, 0, 0, 1]), 31_030, 31_031, 0);
        let held = one.bind();
        let second = one.bind().err().map(|error| error.to_string());
        assert!(held.is_ok() && second.as_deref() == Some("all RTP ports are taken"), "{second:?}");
    }

    #[test]
    fn each_leg_has_an_even_port_of_its_own() -> io::Result<()> {
        let ports = Ports::new(IpAddr::from([127, 0, 0, 1]), 31_001, 31_010, 0);
        let held: Vec<UdpSocket> = (0..3).map(|_| ports.bind()).collect::<Result<_, _>>()?;
        let numbers: Vec<u16> =
            held.iter().map(|s| s.local_addr().map(|a| a.port())).collect::<Result<_, _>>()?;
        assert!(numbers.iter().all(|port| port % 2 == 0 && (31_002..=31_010).contains(port)), "{numbers:?}");
        Ok(())
    }

    #[test]
    fn a_port_rests_until_all_others_have_had_their_turn() {
        let ports = Ports::new(IpAddr::from([127, 0, 0, 1]), 31_040, 31_046, 10);
        let turns =
            [(); 5].map(|()| ports.bind().and_then(|socket| socket.local_addr()).map(|at| at.port()).ok());
        assert_eq!(turns, [31_044, 31_046, 31_040, 31_042, 31_044].map(Some));
    }
}
