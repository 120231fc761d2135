//! The lines of a segment: a file that keeps the journals of many contacts, in the order in which things happened.
//!
//! ```text
//! B 5d41402a c-7f3a {"format":1,"program":"bank",…}       a contact begins; its journal's header
//! S 0b8f1c22 c-7f3a {"at":0,"event":null,"actions":[…]}   a step of it
//! S 9e107d9d c-02bc {"at":4100,"event":…                  a step of another contact
//! L 41c9a3e0 c-7f3a {"leg":0,"standing":{…}}             a leg of it is up: what another process needs to go on with it
//! D e4d909c2 c-7f3a                                       all that it said is in the store: nothing follows
//! ```
//!
//! The second word is the CRC-32 of the line without it. A line that a crash tore, and one of which a disk kept only a part,
//! are told from whole ones by that.

use std::fmt::Write;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A contact begins: the header of its journal follows.
    Begin,
    /// A step of a contact: the entry of its journal follows.
    Step,
    /// A leg of a contact is up, in the driver's words: no part of the journal.
    Leg,
    /// All that a contact said is in the store.
    Done,
    /// Where each contact's lines are; the last but one line of a segment that is complete.
    Index,
}

/// A line that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentLine<'a> {
    /// What it is.
    pub mark: Mark,
    /// Whose.
    pub contact: &'a str,
    /// What it says, in JSON; empty for [`Mark::Done`].
    pub json: &'a str,
}

/// Before the CRC, and before the contact.
const CRC_AT: usize = 2;
const REST_AT: usize = CRC_AT + 8;

impl Mark {
    fn letter(self) -> u8 {
        match self {
            Mark::Begin => b'B',
            Mark::Step => b'S',
            Mark::Leg => b'L',
            Mark::Done => b'D',
            Mark::Index => b'I',
        }
    }

    fn of(letter: u8) -> Option<Mark> {
        let all = [Mark::Begin, Mark::Step, Mark::Leg, Mark::Done, Mark::Index];
        all.into_iter().find(|mark| mark.letter() == letter)
    }
}

impl<'a> SegmentLine<'a> {
    /// Reads a line without its line end; `None` if it is not whole.
    pub fn read(line: &'a [u8]) -> Option<SegmentLine<'a>> {
        let mark = Mark::of(*line.first()?)?;
        let crc = std::str::from_utf8(line.get(CRC_AT..REST_AT)?).ok()?;
        let rest = line.get(REST_AT..)?;
        if u32::from_str_radix(crc, 16).ok()? != crc32(line[0], [rest]) {
            return None;
        }
        let (contact, json) = std::str::from_utf8(rest).ok()?.strip_prefix(' ')?.split_once(' ')?;
        Some(SegmentLine { mark, contact, json })
    }

    /// The line, with its line end.
    pub fn write(&self) -> String {
        let mut line = String::new();
        self.write_to(&mut line);
        line
    }

    /// The same behind other lines.
    pub fn write_to(&self, text: &mut String) {
        let SegmentLine { mark, contact, json } = self;
        let letter = mark.letter();
        let crc = crc32(letter, [" ", contact, " ", json].map(str::as_bytes));
        text.reserve(REST_AT + contact.len() + json.len() + "  \n".len());
        // A string takes all that is written to it.
        let _ = writeln!(text, "{} {crc:08x} {contact} {json}", char::from(letter));
    }
}

/// CRC-32 as in ISO 3309 (reflected, polynomial 0x04C11DB7), of a letter and what follows.
fn crc32<'a>(letter: u8, rest: impl IntoIterator<Item = &'a [u8]>) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&[letter]);
    rest.into_iter().for_each(|part| crc.update(part));
    crc.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        // The check value of CRC-32/ISO-HDLC.
        assert_eq!(crc32(b'1', [&b"23456789"[..]]), 0xcbf4_3926);
    }

    #[test]
    fn a_line_comes_back_as_it_was_written() {
        let line =
            SegmentLine { mark: Mark::Step, contact: "c-1", json: "{\"at\":5,\"of\":\"Анна Б\"}" };
        let written = line.write();
        assert_eq!(SegmentLine::read(written.trim_end().as_bytes()), Some(line));
        let done = SegmentLine { mark: Mark::Done, contact: "c-1", json: "" }.write();
        let read = SegmentLine::read(done.trim_end_matches('\n').as_bytes());
        assert_eq!(read.map(|line| (line.mark, line.json)), Some((Mark::Done, "")));
    }

    #[test]
    fn a_torn_line_is_none_wherever_it_is_torn() {
        let written = SegmentLine { mark: Mark::Begin, contact: "c-1", json: "{\"at\":5}" }.write();
        let whole = written.trim_end().as_bytes();
        for length in 0..whole.len() {
            assert_eq!(SegmentLine::read(&whole[..length]), None, "{length}");
            let mut zeros = whole[..length].to_vec();
            zeros.resize(whole.len(), 0);
            assert_eq!(SegmentLine::read(&zeros), None, "{length}");
        }
    }
}
