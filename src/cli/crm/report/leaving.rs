//! Where callers leave: how many contacts came to each place, and how many ended there, read from their journals.
//!
//! A place is a flow, or a flow and the prompt that was said last in it. A contact came to a place if it was there at least
//! once, and ended at the place where it was last while the caller was there; what a flow does afterwards is no place.

use crate::crm::question::{Ask, By, Figure, Period, Sheet};
use crate::engine::{Action, Audio, DialProgress, Event, Journal, Note, QueueNews};
use crate::program::{Channel, Text};
use crate::server::JournalReader;
use anyhow::{Context, Result};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What was counted of a place.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    came: u64,
    caller: u64,
    program: u64,
    operator: u64,
    fault: u64,
}

/// How a contact ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The caller left.
    Caller,
    /// The flow was through.
    Program,
    /// Behind a conversation with somebody.
    Operator,
    /// Something broke.
    Fault,
}

/// The way of one contact.
#[derive(Debug, Default)]
struct Way {
    seen: BTreeSet<Text>,
    flow: Option<Text>,
    last: Option<Text>,
    /// Whether the caller spoke with somebody here.
    spoke: bool,
    /// Whether that conversation is over.
    parted: bool,
    end: Option<End>,
}

/// Counts the contacts of a period that are over. One journal at a time is held, whatever there is of them.
pub(super) fn leaving(journals: &Path, ask: &Ask) -> Result<Sheet> {
    let mut places: BTreeMap<Text, Place> = BTreeMap::new();
    let mut contacts = 0;
    if journals.is_dir() {
        let reader = JournalReader::since(&[journals.to_path_buf()], ask.period.from);
        let reader = reader.with_context(|| format!("cannot list `{}`", journals.display()))?;
        for found in reader {
            let found = found.with_context(|| format!("cannot read `{}`", journals.display()))?;
            // What was torn by a crash, or was written by another version, is left out.
            let Some(journal) = found.is_closed.then(|| Journal::read(&found.text).ok()).flatten() else {
                continue;
            };
            if belongs(&journal, ask.period) {
                contacts += 1;
                count(&mut places, Way::of(&journal, ask.by));
            }
        }
    }
    Ok(sheet(ask.by, places, contacts))
}

fn belongs(journal: &Journal, period: Period) -> bool {
    let contact = &journal.header.contact;
    contact.channel != Channel::Task && period.from <= contact.arrived && contact.arrived < period.to
}

fn count(places: &mut BTreeMap<Text, Place>, way: Way) {
    for place in &way.seen {
        places.entry(place.clone()).or_default().came += 1;
    }
    let Some(place) = way.last.and_then(|last| places.get_mut(&last)) else { return };
    match way.end.unwrap_or(if way.spoke { End::Operator } else { End::Program }) {
        End::Caller => place.caller += 1,
        End::Program => place.program += 1,
        End::Operator => place.operator += 1,
        End::Fault => place.fault += 1,
    }
}

impl Way {
    fn of(journal: &Journal, by: By) -> Way {
        let mut way = Way::default();
        for entry in &journal.entries {
            if let Some(event) = &entry.event {
                way.happened(event);
            }
            if way.end.is_some() {
                break;
            }
            entry.actions.iter().for_each(|action| way.did(action, by));
        }
        way
    }

    fn happened(&mut self, event: &Event) {
        match event {
            Event::HungUp { .. } if self.spoke => self.end = Some(End::Operator),
            Event::HungUp { cause } if &**cause == "caller" => self.end = Some(End::Caller),
            Event::HungUp { .. } => self.end = Some(End::Fault),
            Event::Queued { news: QueueNews::Connected { .. }, .. }
            | Event::Dialled { progress: DialProgress::Answered, .. } => self.spoke = true,
            Event::LegEnded { .. } => self.parted = true,
            _ => {}
        }
    }

    fn did(&mut self, action: &Action, by: By) {
        match action {
            Action::Note(Note::Entered { flow }) => {
                self.flow = Some(flow.clone());
                self.come_to(flow.clone());
            }
            Action::Play { audio: Audio::Speech(said), .. } if by == By::Prompt => {
                if let (Some(flow), Some(first)) = (&self.flow, said.first()) {
                    self.come_to(format!("{flow}: {}", first.prompt).into());
                }
            }
            _ => {}
        }
    }

    fn come_to(&mut self, place: Text) {
        // Whatever comes behind a conversation is a matter between the caller and the flow again.
        if std::mem::take(&mut self.parted) {
            self.spoke = false;
        }
        self.seen.insert(place.clone());
        self.last = Some(place);
    }
}

fn sheet(by: By, places: BTreeMap<Text, Place>, contacts: u64) -> Sheet {
    let mut places: Vec<(Text, Place)> = places.into_iter().collect();
    places.sort_by_key(|(name, place)| (Reverse(place.came), name.clone()));
    let heads =
        vec![by.word(), "came", "share", "ended", "leaving", "caller", "program", "operator", "fault"];
    let row = |(name, place): &(Text, Place)| {
        let ended = place.caller + place.program + place.operator + place.fault;
        vec![
            Figure::Word(name.clone()),
            Figure::Count(place.came),
            Figure::Share { part: place.came, whole: contacts },
            Figure::Count(ended),
            Figure::Share { part: place.caller, whole: place.came },
            Figure::Count(place.caller),
            Figure::Count(place.program),
            Figure::Count(place.operator),
            Figure::Count(place.fault),
        ]
    };
    let rows = places.iter().map(row).collect();
    let sum = places.iter().fold(Place { came: contacts, ..Place::default() }, |sum, (_, place)| Place {
        came: sum.came,
        caller: sum.caller + place.caller,
        program: sum.program + place.program,
        operator: sum.operator + place.operator,
        fault: sum.fault + place.fault,
    });
    Sheet { heads, rows, total: Some(row(&(By::All.word().into(), sum))), counted: contacts }
}
