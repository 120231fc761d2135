//! The index of a sealed segment: where each contact's lines begin, and which contacts were open when it was sealed.
//!
//! It is the segment's last line but one; the last, of a fixed length, says where it begins. So one contact is found by
//! reading from the end, whatever the size of the segment.

use super::folder::Number;
use crate::engine::{Mark, SegmentLine};
use crate::program::Text;
use crate::time::Wall;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// What a segment holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Index {
    /// When its last line was written.
    pub until: Wall,
    /// The contacts that were open behind its last line, each with the segment in which it began.
    pub open: BTreeMap<Text, Number>,
    /// Where the lines of each contact begin, in bytes.
    pub lines: BTreeMap<Text, Vec<u64>>,
}

/// The lines of a short call: one grows into no more room than it needs.
const USUAL_LINES: usize = 6;
/// The last line: `E`, a blank, sixteen digits, and the line end.
const END: usize = 19;

impl Index {
    /// The last two lines of a segment that is so long without them.
    pub fn write(&self, at: u64) -> String {
        let json = serde_json::to_string(self).unwrap_or_default();
        let index = SegmentLine { mark: Mark::Index, contact: "-", json: &json };
        format!("{}E {at:016x}\n", index.write())
    }

    /// The index of a segment; `None` if it is not sealed.
    pub fn read(path: &Path) -> io::Result<Option<Index>> {
        let mut file = File::open(path)?;
        let Some(at) = index_at(&mut file)? else { return Ok(None) };
        file.seek(SeekFrom::Start(at))?;
        let mut line = Vec::new();
        BufReader::new(file).read_until(b'\n', &mut line)?;
        line.pop();
        let read = SegmentLine::read(&line).filter(|line| line.mark == Mark::Index);
        Ok(read.and_then(|line| serde_json::from_str(line.json).ok()))
    }

    /// A whole line of a contact begins here, in this segment.
    pub fn keep(&mut self, line: &SegmentLine, at: u64, number: Number) {
        match line.mark {
            Mark::Begin => drop(self.open.insert(line.contact.into(), number)),
            Mark::Done => drop(self.open.remove(line.contact)),
            Mark::Step | Mark::Leg => {}
            Mark::Index => return,
        }
        match self.lines.get_mut(line.contact) {
            Some(lines) => lines.push(at),
            None => {
                let mut lines = Vec::with_capacity(USUAL_LINES);
                lines.push(at);
                self.lines.insert(line.contact.into(), lines);
            }
        }
    }
}

fn index_at(file: &mut File) -> io::Result<Option<u64>> {
    let length = file.metadata()?.len();
    let Some(end) = length.checked_sub(END as u64) else { return Ok(None) };
    file.seek(SeekFrom::Start(end))?;
    let mut last = [0; END];
    file.read_exact(&mut last)?;
    let said = std::str::from_utf8(&last).ok().and_then(|last| last.strip_prefix("E "));
    Ok(said.and_then(|at| u64::from_str_radix(at.trim_end(), 16).ok()).filter(|at| *at < end))
}
