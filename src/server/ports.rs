//! Ports for RTP: even ones of a range, each taken while a leg holds its socket.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};

/// The range, and where the next search begins.
#[derive(Debug)]
pub struct Ports {
    address: IpAddr,
    first: u32,
    count: u32,
    next: AtomicU32,
}

impl Ports {
    /// The even ports from `first` to `last` at an address (RFC 3550 §11: RTP has the even one of a pair).
    pub fn new(address: IpAddr, first: u16, last: u16) -> Ports {
        let first = u32::from(first).next_multiple_of(2);
        let count = ((u32::from(last) + 1).saturating_sub(first)).div_ceil(2).max(1);
        Ports { address, first, count, next: AtomicU32::new(0) }
    }

    /// Binds the next free port. Goes round, so that a port rests before it is used again.
    pub fn bind(&self) -> io::Result<UdpSocket> {
        for _ in 0..self.count {
            let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.count;
            let port = u16::try_from(self.first + 2 * turn).unwrap_or(u16::MAX);
            if let Ok(socket) = UdpSocket::bind(SocketAddr::new(self.address, port)) {
                socket.set_nonblocking(true)?;
                return Ok(socket);
            }
        }
        Err(io::Error::new(io::ErrorKind::AddrInUse, "all RTP ports are taken"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_leg_has_an_even_port_of_its_own() -> io::Result<()> {
        let ports = Ports::new(IpAddr::from([127, 0, 0, 1]), 31_001, 31_010);
        let held: Vec<UdpSocket> = (0..3).map(|_| ports.bind()).collect::<Result<_, _>>()?;
        let numbers: Vec<u16> =
            held.iter().map(|s| s.local_addr().map(|a| a.port())).collect::<Result<_, _>>()?;
        assert!(numbers.iter().all(|port| port % 2 == 0 && (31_002..=31_010).contains(port)), "{numbers:?}");
        Ok(())
    }
}
