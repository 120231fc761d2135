//! A UDP socket of SIP.
//!
//! tokio's own is watched in both directions: each datagram that has left the queue wakes whoever waits for one to come, twice in
//! a short call, for nothing. This one is watched for what comes; whether there is room is asked only where there was none.

use std::io;
use std::net::{SocketAddr, UdpSocket};

/// Asked of the system for a socket's queues; a burst of a second at a thousand calls a second.
const SOCKET_BUFFER: usize = 4 << 20;

/// Binds a socket that never waits.
fn bound(listen: SocketAddr) -> io::Result<UdpSocket> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(listen), socket2::Type::DGRAM, None)?;
    // What the system grants may be less; it is no reason not to start.
    let _ = socket.set_recv_buffer_size(SOCKET_BUFFER);
    let _ = socket.set_send_buffer_size(SOCKET_BUFFER);
    if listen.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&listen.into())?;
    Ok(socket.into())
}

#[cfg(unix)]
mod system {
    use super::*;
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    /// A socket, and the runtime's eye on what comes.
    #[derive(Debug)]
    pub struct Datagrams(AsyncFd<UdpSocket>);

    impl Datagrams {
        /// Binds it. Must be called within a runtime.
        ///
        /// # Errors
        /// The address cannot be listened on.
        pub fn bind(listen: SocketAddr) -> io::Result<Datagrams> {
            Ok(Datagrams(watched(bound(listen)?, Interest::READABLE)?))
        }

        /// Where it listens.
        ///
        /// # Errors
        /// The system does not say.
        pub fn local_addr(&self) -> io::Result<SocketAddr> {
            self.0.get_ref().local_addr()
        }

        /// Waits until a datagram may have come.
        ///
        /// # Errors
        /// The runtime is ending.
        pub async fn readable(&self) -> io::Result<()> {
            // What it found stays until somebody has found the queue empty.
            self.0.readable().await.map(drop)
        }

        /// The next datagram that has come: its length, and whose it is.
        ///
        /// # Errors
        /// `WouldBlock` where there is none; what the system tells of an earlier one that could not be delivered.
        pub fn try_recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
            self.0.try_io(Interest::READABLE, |socket| socket.recv_from(buffer))
        }

        /// Sends a datagram, as soon as there is room for it.
        ///
        /// # Errors
        /// The system does not take it.
        pub async fn send_to(&self, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
            match self.0.get_ref().send_to(bytes, to) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let room = watched(self.0.get_ref().try_clone()?, Interest::WRITABLE)?;
                    room.async_io(Interest::WRITABLE, |socket| socket.send_to(bytes, to)).await
                }
                sent => sent,
            }
        }
    }

    /// tokio cannot know that a type keeps its descriptor open, and asks whoever uses it to say so in unsafe code; a socket of the
    /// standard library does.
    #[expect(deprecated, reason = "the other way is unsafe code, and a UdpSocket owns its descriptor")]
    fn watched(socket: UdpSocket, interest: Interest) -> io::Result<AsyncFd<UdpSocket>> {
        AsyncFd::with_interest(socket, interest)
    }
}

#[cfg(not(unix))]
mod system {
    use super::*;

    /// A socket, and the runtime's eye on it.
    #[derive(Debug)]
    pub struct Datagrams(tokio::net::UdpSocket);

    impl Datagrams {
        /// Binds it. Must be called within a runtime.
        ///
        /// # Errors
        /// The address cannot be listened on.
        pub fn bind(listen: SocketAddr) -> io::Result<Datagrams> {
            tokio::net::UdpSocket::from_std(bound(listen)?).map(Datagrams)
        }

        /// Where it listens.
        ///
        /// # Errors
        /// The system does not say.
        pub fn local_addr(&self) -> io::Result<SocketAddr> {
            self.0.local_addr()
        }

        /// Waits until a datagram may have come.
        ///
        /// # Errors
        /// The runtime is ending.
        pub async fn readable(&self) -> io::Result<()> {
            self.0.readable().await
        }

        /// The next datagram that has come: its length, and whose it is.
        ///
        /// # Errors
        /// `WouldBlock` where there is none; what the system tells of an earlier one that could not be delivered.
        pub fn try_recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
            self.0.try_recv_from(buffer)
        }

        /// Sends a datagram, as soon as there is room for it.
        ///
        /// # Errors
        /// The system does not take it.
        pub async fn send_to(&self, bytes: &[u8], to: SocketAddr) -> io::Result<usize> {
            self.0.send_to(bytes, to).await
        }
    }
}

pub use system::Datagrams;

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

    /// Real sockets: whether something is there is the system's to say.
    #[tokio::test]
    async fn what_comes_is_told_until_there_is_no_more() -> io::Result<()> {
        let (ours, far) = (Datagrams::bind(HERE)?, UdpSocket::bind(HERE)?);
        let mut buffer = [0; 16];
        ours.send_to(b"out", far.local_addr()?).await?;
        assert_eq!(far.recv_from(&mut buffer)?.0, 3);

        for datagram in ["one", "second"] {
            far.send_to(datagram.as_bytes(), ours.local_addr()?)?;
        }
        ours.readable().await?;
        assert_eq!(ours.try_recv_from(&mut buffer)?, (3, far.local_addr()?));
        // What is left there is said to be there.
        ours.readable().await?;
        assert_eq!(ours.try_recv_from(&mut buffer)?.0, 6);
        let empty = ours.try_recv_from(&mut buffer).map_err(|error| error.kind());
        assert_eq!(empty, Err(io::ErrorKind::WouldBlock));
        Ok(())
    }
}
