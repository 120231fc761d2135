//! Two runs of a contact, on the program that it had and on another: whether its caller would have noticed, and what.

use super::noticed::{Sight, Witness, sights};
use crate::engine::{Event, Image, Journal, Session, restore_keys};
use crate::program::NodeId;
use crate::time::{DurationMs, Millis};
use std::fmt;
use std::sync::Arc;

/// How a contact fares on another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Nothing that matters is different.
    Same,
    /// Its caller would have noticed.
    Noticed(Change),
    /// Its caller would not have noticed, but the CRM holds something else, or its path is another.
    Unnoticed(Change),
}

/// The first thing that differs, then and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What contacts are counted by.
    pub kind: ChangeKind,
    /// When, since the arrival, on the old program; its end, if nothing more came there.
    pub at: DurationMs,
    /// When on the new one.
    pub now_at: DurationMs,
}

/// What differs first, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeKind {
    /// What there was; nothing more, where it is missing.
    pub old: Option<String>,
    /// The script's line that did it, where the old program is at hand.
    pub old_place: Option<String>,
    /// What there is now.
    pub new: Option<String>,
    /// The script's line that does it.
    pub new_place: Option<String>,
    /// Whether only the values differ.
    pub is_value: bool,
}

/// Compares what was done with what is done. `old` is the program that the first was done with, if it is at hand.
pub fn compare(old: Option<&Arc<Image>>, then: &Journal, new: &Arc<Image>, now: &Journal) -> Comparison {
    let (was, is) = (sights(then, old.unwrap_or(new)), sights(now, new));
    let change = |witness| {
        let of = |list: &'_ [Sight]| -> Vec<usize> {
            let numbered = list.iter().enumerate();
            numbered.filter(|(_, sight)| sight.witness == witness).map(|(index, _)| index).collect()
        };
        let (was_of, is_of) = (of(&was), of(&is));
        let pair =
            |index: usize| (was_of.get(index).map(|at| &was[*at]), is_of.get(index).map(|at| &is[*at]));
        let mut pairs = (0..was_of.len().max(is_of.len())).map(pair);
        let (was, is) = pairs.find(|(was, is)| !says_the_same(*was, *is))?;
        Some(told((old, then, was.cloned()), (new, now, is.cloned())))
    };
    if let Some(change) = change(Witness::Caller) {
        return Comparison::Noticed(change);
    }
    match change(Witness::Books).or_else(|| change(Witness::Path)) {
        Some(change) => Comparison::Unnoticed(change),
        None => Comparison::Same,
    }
}

fn says_the_same(was: Option<&Sight>, is: Option<&Sight>) -> bool {
    match (was, is) {
        (Some(was), Some(is)) => {
            was.exactly == is.exactly || (was.from_here.is_some() && was.from_here == is.from_here)
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// A program, a contact on it, and what differs there.
type Side<'a, P> = (P, &'a Journal, Option<Sight>);

fn told((old, then, was): Side<Option<&Arc<Image>>>, (new, now, is): Side<&Arc<Image>>) -> Change {
    let at = |journal: &Journal, sight: &Option<Sight>| {
        let entries = &journal.entries;
        let entry = sight.as_ref().map_or(entries.last(), |sight| entries.get(sight.entry));
        entry.map_or(DurationMs::ZERO, |entry| entry.at)
    };
    let old_place = old.and_then(|old| place(old, then, was.as_ref()?));
    let new_place = is.as_ref().and_then(|is| place(new, now, is));
    let (at, now_at) = (at(then, &was), at(now, &is));
    let (old, new) = (was.map(|was| was.what), is.map(|is| is.what));
    let is_value = old == new;
    Change { kind: ChangeKind { old, old_place, new, new_place, is_value }, at, now_at }
}

/// The line that did it.
fn place(image: &Arc<Image>, journal: &Journal, sight: &Sight) -> Option<String> {
    let node = sight.node.or_else(|| stands_at(image, journal, sight.entry))?;
    let node = image.nodes.get(node.0 as usize)?;
    Some(format!("{}:{}", node.place.path, node.place.line))
}

/// The node at which a session stands behind a step.
fn stands_at(image: &Arc<Image>, journal: &Journal, entry: usize) -> Option<NodeId> {
    let mut entries = journal.entries.clone();
    restore_keys(&mut entries);
    let contact = journal.header.contact.clone();
    let (mut session, _) = Session::start(image.clone(), contact, Millis::ZERO);
    for step in entries.into_iter().take(entry + 1).skip(1) {
        let _ = session.step(Millis(step.at.0), step.event.unwrap_or(Event::Tick));
    }
    session.standing().last().map(|standing| standing.node)
}

/// `menu_long (main.flow:12) → menu_short (main.flow:14)`
impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |f: &mut fmt::Formatter<'_>, what: &Option<String>, place: &Option<String>| {
            f.write_str(what.as_deref().unwrap_or("nothing more"))?;
            place.iter().try_for_each(|place| write!(f, " ({place})"))
        };
        side(f, &self.old, &self.old_place)?;
        f.write_str(" → ")?;
        side(f, &self.new, &self.new_place)?;
        if self.is_value { f.write_str(", with other values") } else { Ok(()) }
    }
}
