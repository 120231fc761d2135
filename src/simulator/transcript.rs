//! The readable timeline of a contact: one line an event (`<`), an action (`>`), a flow that is entered (`==`), and a
//! note (`.`), with the milliseconds since the arrival before it. The same for simulated and for real contacts.
//!
//! ```text
//!        0 < call from +79656295719 to +78432035737
//!        0 == flow reception
//!        0 > answer 1
//!     5000 < key •
//!     5000 . took 1
//! ```
//!
//! A key shows as a dot; the line of the question that took it has the digits, a secret's as dots.

use crate::engine::{Action, Audio, Contact, Event, Journal, JournalEntry, Note, Spoken};
use crate::program::Program;
use crate::speech;
use crate::time::DurationMs;
use std::fmt::Write;

/// Writes transcripts of contacts with one program.
#[derive(Clone, Copy, Debug)]
pub struct Transcript<'a> {
    program: &'a Program,
    verbose: bool,
}

/// Columns of the milliseconds.
const TIME_WIDTH: usize = 8;

impl<'a> Transcript<'a> {
    /// A verbose one also shows by which exit each node was left.
    pub fn new(program: &'a Program, verbose: bool) -> Transcript<'a> {
        Transcript { program, verbose }
    }

    /// The line of an arrival, which comes before all others.
    pub fn arrival(&self, contact: &Contact) -> String {
        if let Some(task) = &contact.task {
            let args: Vec<String> = task.args.iter().map(ToString::to_string).collect();
            return timed(DurationMs::ZERO, &format!("< task {}({})", task.flow, args.join(", ")));
        }
        let Contact { channel, from, to, .. } = contact;
        timed(DurationMs::ZERO, &format!("< {channel} from {from} to {}", to.escape_debug()))
    }

    /// The lines of one step, each with its time and its line end.
    pub fn step(&self, at: DurationMs, event: Option<&Event>, actions: &[Action]) -> String {
        let mut text = String::new();
        self.lines(event, actions).iter().for_each(|line| push_timed(&mut text, at, line));
        text
    }

    /// The lines of one journal entry, for whoever prints a contact while it goes on.
    pub fn entry(program: &Program, entry: &JournalEntry) -> String {
        Transcript::new(program, false).step(entry.at, entry.event.as_ref(), &entry.actions)
    }

    /// A whole journal.
    pub fn journal(&self, journal: &Journal) -> String {
        let steps =
            journal.entries.iter().map(|entry| self.step(entry.at, entry.event.as_ref(), &entry.actions));
        std::iter::once(self.arrival(&journal.header.contact)).chain(steps).collect()
    }

    /// The lines of one step, without their times.
    pub(super) fn lines(&self, event: Option<&Event>, actions: &[Action]) -> Vec<String> {
        let event = event.map(|event| format!("< {event}"));
        event.into_iter().chain(actions.iter().filter_map(|action| self.action(action))).collect()
    }

    fn action(&self, action: &Action) -> Option<String> {
        match action {
            Action::Note(Note::Entered { flow }) if flow.starts_with("route ") => Some(format!("== {flow}")),
            Action::Note(Note::Entered { flow }) => Some(format!("== flow {flow}")),
            Action::Note(Note::Left { node, exit }) => {
                let node = self.program.node(*node);
                let (place, word) = (&node.place, node.verb.spec().word);
                self.verbose.then(|| format!(". {}:{} {word} {exit}", place.path, place.line))
            }
            Action::Note(note) => Some(format!(". {note}")),
            Action::Play { audio: Audio::Speech(spoken), .. }
            | Action::Whisper { audio: Audio::Speech(spoken), .. } => {
                let mut line = format!("> {action} \u{ab}");
                for (index, one) in spoken.iter().enumerate() {
                    line.push_str(if index == 0 { "" } else { " " });
                    self.push_words(&mut line, one);
                }
                line.push('\u{bb}');
                Some(line)
            }
            _ => Some(format!("> {action}")),
        }
    }

    /// What is said, as it is written in its language.
    pub fn words(&self, spoken: &Spoken) -> String {
        let mut words = String::new();
        self.push_words(&mut words, spoken);
        words
    }

    /// Blanks and line ends between two words become one blank.
    fn push_words(&self, out: &mut String, spoken: &Spoken) {
        let Some(prompt) = self.program.prompt_named(&spoken.prompt) else { return };
        let language = self.program.language_index(&spoken.language);
        let text = speech::text(self.program, prompt, &spoken.args, language);
        for (index, word) in text.split_whitespace().enumerate() {
            out.push_str(if index == 0 { "" } else { " " });
            out.push_str(word);
        }
    }
}

fn timed(at: DurationMs, line: &str) -> String {
    let mut text = String::new();
    push_timed(&mut text, at, line);
    text
}

fn push_timed(out: &mut String, at: DurationMs, line: &str) {
    // Nothing that is written to a string fails.
    let _ = writeln!(out, "{:>TIME_WIDTH$} {line}", at.0);
}
