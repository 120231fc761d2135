//! What no server can do without: one packet in and one out on each socket, every 20 ms.
//!
//! The system calls are those of the media thread: one question which sockets have something, then a packet from each and a
//! packet to each.

use rustix::event::{Timespec, epoll};
use std::io::{Result, Write};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// The port of the first socket; each has the second one behind.
pub const FIRST_PORT: u16 = 12_000;
/// A packet of RTP with 20 ms of G.711.
pub const PACKET: usize = 172;
const FRAME: Duration = Duration::from_millis(20);

/// The address of the n-th socket.
pub fn address(n: usize) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], FIRST_PORT + 2 * u16::try_from(n).expect("as many as there are ports")))
}

/// Sweeps so many sockets until it is killed.
pub fn sweep(count: usize) -> Result<()> {
    let sockets = (0..count).map(|n| UdpSocket::bind(address(n))).collect::<Result<Vec<_>>>()?;
    let watched = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    for (n, socket) in sockets.iter().enumerate() {
        socket.set_nonblocking(true)?;
        epoll::add(&watched, socket, epoll::EventData::new_u64(n as u64), epoll::EventFlags::IN)?;
    }
    println!("ready");
    std::io::stdout().flush()?;
    let mut remote: Vec<Option<SocketAddr>> = vec![None; count];
    let (mut found, mut buffer, mut header) = (Vec::with_capacity(count), [0; 2048], [0u8; PACKET]);
    let mut sequence = 0u16;
    let mut next = Instant::now();
    loop {
        found.clear();
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        epoll::wait(&watched, rustix::buffer::spare_capacity(&mut found), Some(&at_once))?;
        for event in &found {
            let n = event.data.u64() as usize;
            if let Ok((_, from)) = sockets[n].recv_from(&mut buffer) {
                remote[n] = Some(from);
            }
        }
        sequence = sequence.wrapping_add(1);
        header[0] = 0x80;
        header[1] = 8;
        header[2..4].copy_from_slice(&sequence.to_be_bytes());
        header[4..8].copy_from_slice(&(u32::from(sequence) * 160).to_be_bytes());
        for (socket, to) in sockets.iter().zip(&remote) {
            if let Some(to) = to {
                let _ = socket.send_to(&header, to);
            }
        }
        next += FRAME;
        match next.checked_duration_since(Instant::now()) {
            Some(ahead) => std::thread::sleep(ahead),
            None => next = Instant::now(),
        }
    }
}
