//! Keys of a telephone by RFC 4733: the payload, the receiver and the sender.
//!
//! Events other than the sixteen DTMF keys are read and not reported.

mod receiver;
mod sender;

pub use receiver::EventReceiver;
pub use sender::{EventPacket, EventSender, KeyTiming};

use std::fmt;

/// Loudness of a sent key, RFC 4733 §2.3.4: -10 dBm0.
const VOLUME: u8 = 10;

/// A key of a telephone, events 0 to 15 of RFC 4733 §3.2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u8);

impl Key {
    const SYMBOLS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];

    /// The event codes as they lie on the pad, row by row.
    const PAD: [[u8; 4]; 4] = [[1, 2, 3, 12], [4, 5, 6, 13], [7, 8, 9, 14], [10, 0, 11, 15]];

    /// The key of an event code, if it is one.
    pub const fn from_event(event: u8) -> Option<Key> {
        if event < 16 { Some(Key(event)) } else { None }
    }

    /// The key with this symbol: `0` to `9`, `*`, `#`, `A` to `D` in either case.
    pub fn from_char(symbol: char) -> Option<Key> {
        let symbol = symbol.to_ascii_uppercase();
        Key::SYMBOLS.iter().position(|own| *own == symbol).map(|event| Key(event as u8))
    }

    /// The key in a row and a column of the pad, each counted from 0 to 3.
    pub fn at(row: usize, column: usize) -> Option<Key> {
        Key::PAD.get(row)?.get(column).copied().map(Key)
    }

    /// The key's row and column on the pad, each 0 to 3.
    pub fn place(self) -> (usize, usize) {
        let at = Key::PAD.as_flattened().iter().position(|event| *event == self.0).unwrap_or(0);
        (at / 4, at % 4)
    }

    /// The symbol on the key.
    pub const fn to_char(self) -> char {
        Key::SYMBOLS[(self.0 & 0x0f) as usize]
    }

    /// The event code, 0 to 15.
    pub const fn event(self) -> u8 {
        self.0
    }
}

/// Hides which key it is: it may belong to a PIN.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(_)")
    }
}

/// The payload of an event packet, RFC 4733 §2.3.
#[derive(Clone, Copy, PartialEq, Eq)]
struct EventPayload {
    event: u8,
    end: bool,
    /// From the packet's timestamp, in timestamp units.
    duration: u16,
}

impl EventPayload {
    /// Reads the first block; the reserved bit and the volume do not matter.
    fn parse(payload: &[u8]) -> Option<EventPayload> {
        let ([event, flags, high, low], rest) = payload.split_first_chunk::<4>()?;
        let duration = u16::from_be_bytes([*high, *low]);
        (rest.len() % 4 == 0).then_some(EventPayload { event: *event, end: flags & 0x80 != 0, duration })
    }

    fn to_bytes(self) -> [u8; 4] {
        let [high, low] = self.duration.to_be_bytes();
        [self.event, u8::from(self.end) << 7 | VOLUME, high, low]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_and_events_agree_with_the_standard() {
        let keys: Vec<u8> = "0123456789*#ABCD".chars().filter_map(Key::from_char).map(Key::event).collect();
        assert_eq!(keys, (0..16).collect::<Vec<u8>>());
        assert_eq!(Key::from_char('d').map(Key::to_char), Some('D'));
        assert_eq!((Key::from_char('E'), Key::from_event(16)), (None, None));
    }

    #[test]
    fn every_key_has_its_place_on_the_pad() {
        let pad: String = (0..16).filter_map(|n| Key::at(n / 4, n % 4)).map(Key::to_char).collect();
        assert_eq!(pad, "123A456B789C*0#D");
        assert!((0..16).filter_map(Key::from_event).all(|key| {
            let (row, column) = key.place();
            Key::at(row, column) == Some(key)
        }));
        assert_eq!((Key::at(4, 0), Key::at(0, 4)), (None, None));
    }

    #[test]
    fn a_key_never_prints_itself() {
        assert_eq!(format!("{:?}", Key::from_char('7').unwrap()), "Key(_)");
    }
}
