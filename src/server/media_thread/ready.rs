//! Which sockets have something to read, found by one question for all of them.
//!
//! Without it every sweep would ask every socket twice, once for a packet and once to hear that there is no other.

use super::MediaLeg;
use std::io;
use std::net::UdpSocket;

/// A socket that has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Media of a leg.
    Media(MediaLeg),
    /// Reports on it.
    Reports(MediaLeg),
}

/// Reports are told from media by the lowest bit.
fn mark(waiting: Waiting) -> u64 {
    match waiting {
        Waiting::Media(leg) => leg.0 << 1,
        Waiting::Reports(leg) => leg.0 << 1 | 1,
    }
}

fn marked(mark: u64) -> Waiting {
    match mark & 1 {
        0 => Waiting::Media(MediaLeg(mark >> 1)),
        _ => Waiting::Reports(MediaLeg(mark >> 1)),
    }
}

#[cfg(target_os = "linux")]
mod system {
    use super::*;
    use rustix::event::{Timespec, epoll};
    use std::os::fd::OwnedFd;

    /// Where the system keeps what is watched. It can be made where its failure is heard, and handed to the thread.
    pub(in super::super) struct Source(OwnedFd);

    impl Source {
        pub fn new() -> io::Result<Source> {
            Ok(Source(epoll::create(epoll::CreateFlags::CLOEXEC)?))
        }
    }

    /// The sockets that are watched. One that is closed is watched no more.
    pub(in super::super) struct Ready {
        source: Source,
        found: Vec<epoll::Event>,
        watched: usize,
    }

    impl Ready {
        pub fn new(source: Source) -> Ready {
            Ready { source, found: Vec::new(), watched: 0 }
        }

        pub fn watch(&mut self, socket: &UdpSocket, waiting: Waiting) -> io::Result<()> {
            let data = epoll::EventData::new_u64(mark(waiting));
            epoll::add(&self.source.0, socket, data, epoll::EventFlags::IN)?;
            self.watched += 1;
            Ok(())
        }

        pub fn unwatch(&mut self, socket: &UdpSocket, _waiting: Waiting) -> io::Result<()> {
            epoll::delete(&self.source.0, socket)?;
            self.watched = self.watched.saturating_sub(1);
            Ok(())
        }

        /// A leg's sockets, of which so many were watched, are closed.
        pub fn forget(&mut self, _leg: MediaLeg, sockets: usize) {
            self.watched = self.watched.saturating_sub(sockets);
        }

        /// Asks which sockets have something; [`Ready::found`] names them. How many there are.
        pub fn ask(&mut self) -> usize {
            self.found.clear();
            // So much room that none is left out: grown when calls come, not when packets do.
            self.found.reserve(self.watched.max(1));
            let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
            let room = rustix::buffer::spare_capacity(&mut self.found);
            epoll::wait(&self.source.0, room, Some(&at_once)).unwrap_or(0)
        }

        /// The n-th of those that were found.
        pub fn found(&self, n: usize) -> Option<Waiting> {
            self.found.get(n).map(|event| marked(event.data.u64()))
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use super::*;

    /// Nothing is kept by the system.
    pub(in super::super) struct Source;

    impl Source {
        pub fn new() -> io::Result<Source> {
            Ok(Source)
        }
    }

    /// The sockets that are watched: each may have something, and says so itself.
    #[derive(Default)]
    pub(in super::super) struct Ready {
        watched: Vec<Waiting>,
    }

    impl Ready {
        pub fn new(_source: Source) -> Ready {
            Ready::default()
        }

        pub fn watch(&mut self, _socket: &UdpSocket, waiting: Waiting) -> io::Result<()> {
            self.watched.push(waiting);
            Ok(())
        }

        pub fn unwatch(&mut self, _socket: &UdpSocket, waiting: Waiting) -> io::Result<()> {
            self.watched.retain(|one| *one != waiting);
            Ok(())
        }

        pub fn forget(&mut self, leg: MediaLeg, _sockets: usize) {
            self.watched.retain(|one| *one != Waiting::Media(leg) && *one != Waiting::Reports(leg));
        }

        pub fn ask(&mut self) -> usize {
            self.watched.len()
        }

        pub fn found(&self, n: usize) -> Option<Waiting> {
            self.watched.get(n).copied()
        }
    }
}

pub(super) use system::{Ready, Source};
