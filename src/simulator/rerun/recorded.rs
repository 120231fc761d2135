//! What a journal knows: the answers that were got, with how long each took, and what the caller did, each with the thing
//! behind which it was done.

use super::question::{self, Same};
use crate::engine::{Action, ActionId, Audio, Event, JournalEntry, LegId, Taken};
use crate::program::Text;
use crate::time::{DurationMs, Millis};
use std::collections::BTreeMap;

/// A journal, taken apart.
#[derive(Debug)]
pub struct Recorded<'a> {
    pub asked: Vec<Asked<'a>>,
    pub acts: Vec<Act<'a>>,
    /// The moment of its last entry.
    pub ends: DurationMs,
}

/// A question that was asked, and what came of it.
#[derive(Debug)]
pub struct Asked<'a> {
    pub action: &'a Action,
    pub at: DurationMs,
    /// What came, with how long after it was asked.
    pub first: Vec<Came<'a>>,
    /// When it was gone on with: a leg was bridged, a room entered, a recording ended.
    pub went_on: Option<DurationMs>,
    /// What came behind that, with how long after it.
    pub then: Vec<Came<'a>>,
    /// When it was stopped: a prompt that was cut, a leg that was let go.
    pub stopped: Option<DurationMs>,
    pub used: bool,
}

/// Something that came.
#[derive(Clone, Copy, Debug)]
pub struct Came<'a> {
    pub after: DurationMs,
    pub event: &'a Event,
    /// The entry of the journal: of two things in a millisecond the earlier one comes first.
    pub index: usize,
}

/// Something that the caller did.
#[derive(Debug)]
pub struct Act<'a> {
    pub event: &'a Event,
    pub index: usize,
    /// The thing that was noticed last before it, if that was behind the act before.
    pub cue: Option<(Cue, u32)>,
    /// How long after that began.
    pub after: DurationMs,
    /// How long after that was over, if it was.
    pub behind: Option<DurationMs>,
    /// How long after the act before it, or the arrival.
    pub since_last: DurationMs,
}

/// Something that a caller notices and acts upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cue {
    /// A prompt; of several that are said together the last.
    Said(Text),
    /// Another sound.
    Heard,
    /// Somebody to speak with.
    Connected,
    /// A message is recorded.
    Taped,
}

/// When the caller acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Then.
    At(Millis),
    /// Nobody can say yet: what it was done behind still lasts.
    Unknown,
    /// What it was done behind has not come; not before this moment.
    Unnoticed(Millis),
}

impl Act<'_> {
    /// When it is done, as things stand: what was noticed, when the act before was, what plays.
    pub fn due(&self, cues: &Cues, last_act: Millis, playing: Option<ActionId>) -> Due {
        let Some(cue) = &self.cue else { return Due::At(last_act + self.since_last) };
        let Some(noticed) = cues.get(cue) else { return Due::Unnoticed(last_act + self.since_last) };
        match (self.behind, noticed.over) {
            (Some(behind), Some(over)) => Due::At(Millis(over.0) + behind),
            (Some(_), None) if noticed.id.is_some() && noticed.id == playing => Due::Unknown,
            (Some(_) | None, _) => Due::At(Millis(noticed.began.0) + self.after),
        }
    }
}

impl Cue {
    /// What an action lets the caller notice.
    pub fn of(action: &Action) -> Option<Cue> {
        match action {
            Action::Play { audio: Audio::Speech(spoken), .. } => {
                spoken.last().map(|last| Cue::Said(last.prompt.clone()))
            }
            Action::Play { .. } => Some(Cue::Heard),
            Action::Bridge { .. } | Action::Enter { .. } => Some(Cue::Connected),
            Action::Record { .. } => Some(Cue::Taped),
            _ => None,
        }
    }
}

/// The things that were noticed, in order.
#[derive(Debug, Default)]
pub struct Cues {
    pub list: Vec<Noticed>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Noticed {
    pub cue: Cue,
    /// The how-manieth of its kind.
    pub nth: u32,
    pub began: DurationMs,
    /// The action that plays it.
    pub id: Option<ActionId>,
    pub over: Option<DurationMs>,
}

impl Cues {
    /// What an action lets the caller notice.
    pub fn notice(&mut self, at: DurationMs, action: &Action) {
        let Some(cue) = Cue::of(action) else { return };
        let before = self.list.iter().rev().find(|noticed| noticed.cue == cue);
        let nth = before.map_or(1, |noticed| noticed.nth + 1);
        self.list.push(Noticed { cue, nth, began: at, id: question::asked(action), over: None });
    }

    /// What an action plays is over.
    pub fn over(&mut self, id: ActionId, at: DurationMs) {
        if let Some(noticed) = self.list.iter_mut().rev().find(|noticed| noticed.id == Some(id)) {
            noticed.over.get_or_insert(at);
        }
    }

    /// The n-th of a kind, if it has come.
    pub fn get(&self, (cue, nth): &(Cue, u32)) -> Option<&Noticed> {
        self.list.iter().rev().find(|noticed| noticed.nth == *nth && noticed.cue == *cue)
    }
}

impl<'a> Recorded<'a> {
    /// Takes a journal apart, whose keys have been restored.
    pub fn of(entries: &'a [JournalEntry]) -> Recorded<'a> {
        let mut reader = Reader::default();
        for (index, entry) in entries.iter().enumerate() {
            if let Some(event) = &entry.event {
                reader.event(entry.at, index, event);
            }
            entry.actions.iter().for_each(|action| reader.action(entry.at, action));
        }
        let ends = entries.last().map_or(DurationMs::ZERO, |entry| entry.at);
        Recorded { asked: reader.asked, acts: reader.acts, ends }
    }

    /// The question that was asked and is the same: one that has not been answered in this run; if there is none, one that only
    /// reads, or that changes nothing by the program's word.
    pub fn find(&self, action: &Action, reads: bool) -> Option<usize> {
        let unused = self.best(action, |asked| !asked.used);
        let again = || self.best(action, |asked| asked.used && !asked.first.is_empty());
        unused.or_else(|| (reads || question::only_reads(action)).then(again).flatten())
    }

    /// How long what was said into each recording was, in order.
    pub fn spoken(&self) -> Vec<DurationMs> {
        let recordings = self.asked.iter().filter(|asked| matches!(asked.action, Action::Record { .. }));
        let length = |came: &Came| match came.event {
            Event::Recorded { taken: Taken::Sound { length, .. }, .. } => Some(*length),
            _ => None,
        };
        // Of one that was thrown away it is only known how long it ran.
        let ran =
            |asked: &Asked| asked.stopped.map(|stopped| DurationMs(stopped.0.saturating_sub(asked.at.0)));
        let taken = |asked: &Asked| asked.first.iter().chain(&asked.then).find_map(length).or(ran(asked));
        recordings.map(|asked| taken(asked).unwrap_or_default()).collect()
    }

    fn best(&self, action: &Action, fits: impl Fn(&Asked<'a>) -> bool) -> Option<usize> {
        let mut by_name = None;
        for (index, asked) in self.asked.iter().enumerate().filter(|(_, asked)| fits(asked)) {
            match question::same(asked.action, action) {
                Same::Exactly => return Some(index),
                Same::ByName => by_name = by_name.or(Some(index)),
                Same::No => {}
            }
        }
        by_name
    }
}

#[derive(Default)]
struct Reader<'a> {
    asked: Vec<Asked<'a>>,
    by_id: BTreeMap<ActionId, usize>,
    by_leg: BTreeMap<LegId, usize>,
    acts: Vec<Act<'a>>,
    cues: Cues,
    /// So many cues were noticed before the act before.
    acted_upon: usize,
    last_act: DurationMs,
}

impl<'a> Reader<'a> {
    fn event(&mut self, at: DurationMs, index: usize, event: &'a Event) {
        let is_act =
            matches!(event, Event::Key { .. } | Event::Text { .. } | Event::HungUp { .. } | Event::TakenUp);
        if is_act {
            return self.act(at, index, event);
        }
        let (id, leg) = question::answers(event);
        if let Event::Played { id } = event {
            self.cues.over(*id, at);
        }
        let by_id = id.and_then(|id| self.by_id.get(&id));
        let found = by_id.or_else(|| leg.and_then(|leg| self.by_leg.get(&leg))).copied();
        if let Some(asked) = found.and_then(|found| self.asked.get_mut(found)) {
            let came =
                |since: DurationMs| Came { after: DurationMs(at.0.saturating_sub(since.0)), event, index };
            match asked.went_on {
                Some(since) => asked.then.push(came(since)),
                None => asked.first.push(came(asked.at)),
            }
        }
    }

    fn act(&mut self, at: DurationMs, index: usize, event: &'a Event) {
        let since = |from: DurationMs| DurationMs(at.0.saturating_sub(from.0));
        let cue = self.cues.list.get(self.acted_upon..).and_then(<[Noticed]>::last);
        self.acts.push(Act {
            event,
            index,
            cue: cue.map(|last| (last.cue.clone(), last.nth)),
            after: cue.map_or(DurationMs::ZERO, |last| since(last.began)),
            behind: cue.and_then(|last| last.over).map(since),
            since_last: since(self.last_act),
        });
        self.acted_upon = self.cues.list.len();
        self.last_act = at;
    }

    fn action(&mut self, at: DurationMs, action: &'a Action) {
        self.cues.notice(at, action);
        if let Some(id) = question::asked(action) {
            let leg = question::called(action);
            self.by_id.insert(id, self.asked.len());
            if let Some(leg) = leg {
                self.by_leg.insert(leg, self.asked.len());
            }
            let (first, then) = (Vec::new(), Vec::new());
            self.asked.push(Asked { action, at, first, went_on: None, then, stopped: None, used: false });
        }
        let (goes_on, stops) = match action {
            Action::Bridge { leg } => (self.by_leg.get(leg), None),
            Action::HangUp { leg } => (None, self.by_leg.get(leg)),
            Action::Enter { id } | Action::EndRecording { id } => (self.by_id.get(id), None),
            Action::Stop { id }
            | Action::LeaveRoom { id }
            | Action::Dequeue { id }
            | Action::DropRecording { id } => (None, self.by_id.get(id)),
            _ => (None, None),
        };
        let (goes_on, stops) = (goes_on.copied(), stops.copied());
        if let Some(asked) = goes_on.and_then(|index| self.asked.get_mut(index)) {
            asked.went_on = Some(at);
        }
        if let Some(asked) = stops.and_then(|index| self.asked.get_mut(index)) {
            asked.stopped.get_or_insert(at);
        }
    }
}
