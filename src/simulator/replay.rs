//! A journal through the engine again: the same, or where it differs first.

use super::transcript::Transcript;
use crate::engine::{Event, Image, Journal, JournalEntry, Session, line, restore_keys};
use crate::time::{DurationMs, Millis};
use std::sync::Arc;

/// What a replay found.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Every step did what the journal says.
    Same {
        /// How many steps there were.
        steps: usize,
    },
    /// A step did something else.
    Different(Difference),
    /// The journal was made with another version of the program; nothing was replayed.
    OtherVersion {
        /// The journal's.
        journal: String,
        /// The program's.
        program: String,
        /// The versions of the time-zone data, the journal's and the program's, where these differ.
        time_zones: Option<(String, String)>,
    },
}

/// The first step that did something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The line of the journal, counted from one.
    pub line: usize,
    /// When, since the contact arrived.
    pub at: DurationMs,
    /// What the journal says, as transcript lines.
    pub expected: String,
    /// What the engine does.
    pub found: String,
}

/// Runs a journal through the engine again. Answers of the CRM and of backends are the journal's.
pub fn replay(image: &Arc<Image>, journal: &Journal) -> Outcome {
    let header = &journal.header;
    if header.program != image.name || !image.is_version(&header.version) {
        return Outcome::OtherVersion {
            journal: format!("{} {}", header.program, header.version),
            program: format!("{} {}", image.name, image.version),
            time_zones: (header.time_zones != image.time_zones)
                .then(|| (header.time_zones.to_string(), image.time_zones.to_string())),
        };
    }
    let mut entries = journal.entries.clone();
    restore_keys(&mut entries);
    let mut session: Option<Session> = None;
    for (index, entry) in entries.iter().enumerate() {
        let at = Millis(entry.at.0);
        let actions = match (&mut session, &entry.event) {
            (None, _) => {
                let (begun, actions) = Session::start(image.clone(), header.contact.clone(), at);
                session = Some(begun);
                actions
            }
            (Some(session), event) => session.step(at, event.clone().unwrap_or(Event::Tick)),
        };
        let found = JournalEntry::new(entry.at, entry.event.as_ref(), &actions);
        if line(&found.actions) != line(&entry.actions) {
            return Outcome::Different(difference(image, index, entry, &found));
        }
    }
    Outcome::Same { steps: entries.len() }
}

fn difference(image: &Image, index: usize, journalled: &JournalEntry, found: &JournalEntry) -> Difference {
    let transcript = Transcript::new(image.program(), true);
    let show = |entry: &JournalEntry| transcript.step(entry.at, found.event.as_ref(), &entry.actions);
    // The header is the first line.
    Difference { line: index + 2, at: journalled.at, expected: show(journalled), found: show(found) }
}
