//! The thread on sockets of the loopback. It sleeps between sweeps by the real clock, so that these stories take as long as they take.

use super::*;
use crate::media::Codec;
use crate::media::leg::{EventTypes, Idle, InBandKeys};
use crate::media::rtp::RtpHeader;
use crate::media::telephone_event::KeyTiming;
use std::time::Duration;

/// The payload type of keys.
const KEYS: u8 = 101;

/// A leg of a thread, and its far end.
struct Line {
    thread: MediaThread,
    leg: MediaLeg,
    far: UdpSocket,
    near: SocketAddr,
    events: tasks::Receiver<CallEvent>,
    sequence: u16,
}

fn socket() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port of the loopback");
    socket.set_nonblocking(true).expect("it never waits");
    socket
}

impl Line {
    fn open() -> Line {
        let thread = MediaThread::start(MediaCounts::default()).expect("a thread");
        let (near, far) = (socket(), socket());
        let address = |socket: &UdpSocket| socket.local_addr().expect("its address");
        let (at, remote) = (address(&near), address(&far));
        let config = LegConfig {
            formats: Formats { telephone_event: Some(EventTypes::both(KEYS)), ..Formats::of(Codec::Pcma) },
            remote,
            far_end: crate::media::FarEnd::Known(remote.ip()),
            reports_to: ReportsTo::Beside,
            ssrc: 1,
            first_sequence: 0,
            first_timestamp: 0,
            idle: Idle::Silence,
            key_timing: KeyTiming::default(),
            in_band_keys: InBandKeys::Never,
            chance: 0,
        };
        let (sender, events) = tasks::channel(64);
        let leg = thread.open(Opening {
            leg: 0,
            socket: near,
            config,
            direction: Direction::Both,
            crypto: None,
            begin_within: None,
            events: sender,
            keys_by_info: false,
            tap: None,
        });
        let mut line = Line { thread, leg, far, near: at, events, sequence: 0 };
        // What came before it is open is thrown away: its first packet says that it is.
        line.hears_something();
        line
    }

    fn hears_something(&mut self) {
        let mut packet = [0; 512];
        let came = (0..1000).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            self.far.recv_from(&mut packet).is_ok()
        });
        assert!(came, "nothing comes from the leg");
    }

    fn send(&mut self, payload_type: u8, payload: &[u8]) {
        let timestamp = u32::from(self.sequence) * 160;
        let header = RtpHeader { marker: false, payload_type, sequence: self.sequence, timestamp, ssrc: 77 };
        let mut packet = Vec::new();
        header.write(&mut packet);
        packet.extend_from_slice(payload);
        self.far.send_to(&packet, self.near).expect("it is sent");
        self.sequence += 1;
    }

    /// So many frames of silence and then a key, all at once.
    fn send_at_once(&mut self, frames: usize, key: u8) {
        (0..frames).for_each(|_| self.send(8, &[Codec::Pcma.silence(); 160]));
        self.send(KEYS, &[key, 0x8a, 0, 160]);
    }

    /// The next key within this time.
    fn key_within(&mut self, time: Duration) -> Option<Key> {
        let began = std::time::Instant::now();
        while began.elapsed() < time {
            match self.events.try_recv() {
                Ok(CallEvent::Media(_, MediaEvent::Key(key))) => return Some(key),
                Ok(_) | Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
        None
    }
}

#[test]
fn what_came_at_once_does_not_wait_a_frame_each() {
    let mut line = Line::open();
    for key in [5, 6] {
        // One a frame, they would be there after two seconds and a half.
        line.send_at_once(120, key);
        let heard = line.key_within(Duration::from_secs(2));
        assert_eq!(heard, Key::from_char(char::from(b'0' + key)));
    }
}

#[test]
fn a_leg_that_somebody_begins_and_ceases_to_wait_for_is_heard_all_the_time() {
    let mut line = Line::open();
    let other = MediaLeg(1_000_000);
    for (turn, key) in [(0, 1), (1, 2), (0, 3), (1, 4)] {
        match turn {
            0 => line.thread.stop(line.leg),
            _ => line.thread.overhear(other, line.leg),
        }
        line.send_at_once(3, key);
        assert_eq!(line.key_within(Duration::from_secs(5)), Key::from_char(char::from(b'0' + key)), "{key}");
        line.thread.unbridge(line.leg);
    }
    line.thread.close(line.leg);
}
