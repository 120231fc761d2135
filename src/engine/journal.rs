//! The journal: what a session did, line by line, so that it can be replayed.
//!
//! The first line is the header, every further line one step: the time since arrival, the event, the actions. Before it
//! is written an event loses its digit, or its text; what a question took stands among the actions, a secret as dots. To replay,
//! [`restore_keys`] puts the digits back that are known; an unknown one stays hidden, and the engine never needs its
//! value: it asked the CRM, and the journal has the answer.

use super::action::{Action, Note};
use super::contact::Contact;
use super::event::Event;
use super::image::Image;
use crate::program::{Key, Text};
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use thiserror::Error;

/// The format that this version writes.
const FORMAT: u32 = 1;

/// So many bytes most lines have at most.
const USUAL_LINE: usize = 512;

/// So many signs of a line that makes no sense are shown.
const SHOWN: usize = 200;

/// The first line of a journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JournalHeader {
    /// Version of the format.
    pub format: u32,
    /// The program's name.
    pub program: Text,
    /// The program's version: a hash of what its sources say.
    pub version: Text,
    /// Version of the time-zone data.
    pub time_zones: Text,
    /// The contact.
    pub contact: Contact,
}

/// A further line: one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Time since the contact arrived.
    pub at: DurationMs,
    /// What happened; nothing for the arrival itself.
    pub event: Option<Event>,
    /// What the session did about it.
    pub actions: Vec<Action>,
}

/// A whole journal, read back.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    /// Its first line.
    pub header: JournalHeader,
    /// The steps, in order.
    pub entries: Vec<JournalEntry>,
}

/// Why a journal cannot be read.
#[derive(Debug, Error)]
pub enum JournalError {
    /// There is no first line.
    #[error("the journal is empty")]
    Empty,
    /// A line is not what it should be.
    #[error("line {line} of the journal makes no sense: {reason}")]
    Line {
        /// Counted from one.
        line: usize,
        /// What the reader says; of what stands there only the beginning.
        reason: String,
    },
    /// It was written by another version.
    #[error("the journal has format {found}, this version reads format {FORMAT}")]
    Format {
        /// What its first line says.
        found: u32,
    },
}

impl JournalHeader {
    /// The header of a contact's journal.
    pub fn new(image: &Image, contact: &Contact) -> JournalHeader {
        JournalHeader {
            format: FORMAT,
            program: image.name.clone(),
            version: image.version.clone(),
            time_zones: image.time_zones.clone(),
            contact: contact.clone(),
        }
    }
}

impl JournalEntry {
    /// The line for a step, with the event's digit hidden.
    pub fn new(at: DurationMs, event: Option<&Event>, actions: &[Action]) -> JournalEntry {
        JournalEntry { at, event: event.map(Event::masked), actions: actions.to_vec() }
    }
}

impl Journal {
    /// Reads a journal. A last line that was torn by a crash is left out; it may have been torn inside a letter, so
    /// whoever has bytes hands in what `String::from_utf8_lossy` makes of them.
    pub fn read(text: &str) -> Result<Journal, JournalError> {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (_, first) = lines.next().ok_or(JournalError::Empty)?;
        let header: JournalHeader = parse(0, first)?;
        if header.format != FORMAT {
            return Err(JournalError::Format { found: header.format });
        }
        let mut entries = Vec::new();
        for (index, line) in lines {
            match parse(index, line) {
                Ok(entry) => entries.push(entry),
                Err(_) if !text.ends_with('\n') && text.ends_with(line) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(Journal { header, entries })
    }

    /// The journal as text, one line a step.
    pub fn write(&self) -> String {
        let mut text = line(&self.header);
        self.entries.iter().for_each(|entry| text.push_str(&line(entry)));
        text
    }
}

/// A header or an entry as a line of a journal, with its line end.
pub fn line(value: &impl Serialize) -> String {
    let mut line = Vec::with_capacity(USUAL_LINE);
    // Plain data with text keys: there is nothing in it that JSON could refuse.
    match serde_json::to_writer(&mut line, value) {
        Ok(()) => line.push(b'\n'),
        Err(_) => line.clear(),
    }
    String::from_utf8(line).unwrap_or_default()
}

fn parse<T: for<'de> Deserialize<'de>>(index: usize, line: &str) -> Result<T, JournalError> {
    let wrong = |error: serde_json::Error| JournalError::Line {
        line: index + 1,
        reason: shortened(&error.to_string()),
    };
    serde_json::from_str(line).map_err(wrong)
}

/// What a reader complains of, without all of a line that is in it.
fn shortened(reason: &str) -> String {
    match reason.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", &reason[..end]),
        None => reason.to_owned(),
    }
}

/// Puts the digits back into the key events, and the texts into the messages, in the order in which questions took them.
///
/// What belongs to a secret stays hidden; so does what nobody took.
pub fn restore_keys(entries: &mut [JournalEntry]) {
    let mut keys: VecDeque<usize> = VecDeque::new();
    // The message with which a contact arrived is no event.
    let mut texts: VecDeque<Option<usize>> = VecDeque::new();
    let mut known: Vec<(usize, Event)> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let is_text = matches!(entry.event, Some(Event::Text { .. }));
        if is_text {
            texts.push_back(Some(index));
        }
        if matches!(entry.event, Some(Event::Key { .. })) {
            keys.push_back(index);
        }
        for action in &entry.actions {
            let Action::Note(note) = action else { continue };
            match note {
                Note::Took { keys: signs } | Note::TookSecret { shape: signs } => {
                    let taken = signs.chars().map_while(|sign| {
                        Some((keys.pop_front()?, Event::Key { key: Key::from_char(sign)? }))
                    });
                    known.extend(taken);
                }
                Note::Heard { text } | Note::HeardSecret { shape: text } => {
                    let taken = texts.pop_front().flatten();
                    known.extend(taken.map(|index| (index, Event::Text { text: text.clone() })));
                }
                Note::Message => texts.push_back(None),
                Note::Dropped { count } => drop(keys.drain(..(*count as usize).min(keys.len()))),
                Note::DroppedTexts { count } => drop(texts.drain(..(*count as usize).min(texts.len()))),
                // It is the key, or the message, of this very step.
                Note::Ignored if is_text => drop(texts.pop_back()),
                Note::Ignored => drop(keys.pop_back()),
                // These say nothing of keys. One that was stale came when no question would follow.
                Note::Entered { .. }
                | Note::Left { .. }
                | Note::Stale
                | Note::Fault { .. }
                | Note::NotKept { .. }
                | Note::OutcomeKept => {}
            }
        }
    }
    for (index, event) in known {
        entries[index].event = Some(event);
    }
}
