//! Where faults come in: between the world and the session, and between the caller's finger and the session.

use super::plan::{Fault, Source, Trouble};
use crate::engine::{
    DialProgress, Event, HandOver, Lookup, Recalled, Reply, Taken, Timer, UpdateResult, Verdict, Words,
};
use crate::program::Key;
use crate::simulator::drive::Drive;
use crate::time::{DurationMs, Millis};
use std::collections::BTreeMap;

/// The faults of a world, and how many answers each source has given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::simulator) struct Troubles {
    plan: BTreeMap<(Source, u32), Trouble>,
    counts: BTreeMap<Source, u32>,
}

/// How much too late a late answer is: longer than any flow waits for one.
const LATE: DurationMs = DurationMs::from_secs(600);
/// How long after the first a second answer comes.
const AGAIN: DurationMs = DurationMs(700);

impl Troubles {
    pub fn of(faults: &[Fault]) -> Troubles {
        let plan = faults.iter().map(|fault| ((fault.source, fault.nth), fault.trouble));
        Troubles { plan: plan.collect(), counts: BTreeMap::new() }
    }

    /// How many answers each source has given.
    pub fn counts(&self) -> &BTreeMap<Source, u32> {
        &self.counts
    }

    /// What becomes of the next answer of a source.
    fn next(&mut self, source: Source) -> Option<Trouble> {
        let count = self.counts.entry(source).or_default();
        *count += 1;
        self.plan.get(&(source, *count)).copied()
    }
}

impl Drive {
    /// What becomes of something that the world reports: nothing else than it says where no fault is planned.
    pub(in crate::simulator) fn troubled(
        &mut self,
        after: DurationMs,
        event: Event,
    ) -> Vec<(DurationMs, Event)> {
        let trouble = match (&mut self.world.faults, source(&event)) {
            (Some(faults), Some(source)) => faults.next(source),
            (None, _) | (_, None) => None,
        };
        match trouble {
            None | Some(Trouble::AtTheEdge | Trouble::PastTheEdge) => vec![(after, event)],
            Some(Trouble::Fails) => {
                // What cannot be played is over at once.
                let at = if matches!(event, Event::Played { .. }) { DurationMs::ZERO } else { after };
                vec![(at, failed(event))]
            }
            Some(Trouble::Late) => vec![(after + LATE, event)],
            Some(Trouble::Twice) => vec![(after, event.clone()), (after + AGAIN, event)],
            Some(Trouble::Lost) => Vec::new(),
        }
    }

    /// A key, as it arrives: none, one, two, or later.
    pub(in crate::simulator) fn press_troubled(&mut self, at: Millis, key: Key) {
        let trouble = self.world.faults.as_mut().and_then(|faults| faults.next(Source::Key));
        let edge = self.next_deadline().filter(|(_, timer)| hears(*timer)).map(|(due, _)| due);
        match (trouble, edge) {
            (Some(Trouble::Lost), _) => self.pass(at),
            (Some(Trouble::Twice), _) => {
                self.press(at, key);
                if !self.is_over() {
                    self.press(at, key);
                }
            }
            (Some(Trouble::AtTheEdge), Some(due)) => self.press_at(at, due, key),
            (Some(Trouble::PastTheEdge), Some(due)) => self.press_at(at, due + DurationMs(1), key),
            (None | Some(Trouble::Fails | Trouble::Late | Trouble::AtTheEdge | Trouble::PastTheEdge), _) => {
                self.press(at, key)
            }
        }
    }

    /// The key is on its way, and comes then.
    fn press_at(&mut self, now: Millis, then: Millis, key: Key) {
        self.pass(now);
        self.put(then.since(now), Event::Key { key });
    }
}

fn hears(timer: Timer) -> bool {
    matches!(timer, Timer::FirstKey | Timer::BetweenKeys | Timer::HeldKey)
}

/// Whose answer an event is; none for what nobody asked for.
fn source(event: &Event) -> Option<Source> {
    match event {
        Event::Found { .. }
        | Event::Judged { .. }
        | Event::CodeSent { .. }
        | Event::Compared { .. }
        | Event::Examined { .. }
        | Event::Recalled { .. }
        | Event::Updated { .. } => Some(Source::Crm),
        Event::Replied { .. } => Some(Source::Backend),
        Event::Dialled { progress: DialProgress::Ringing | DialProgress::Listening, .. } => None,
        Event::Dialled { .. } => Some(Source::Dial),
        Event::Played { .. } => Some(Source::Playback),
        Event::Room { .. }
        | Event::Queued { .. }
        | Event::Recorded { .. }
        | Event::Transcribed { .. }
        | Event::HandedOver { .. } => Some(Source::Service),
        // A driver reports these of the caller's own leg, which is there; and nobody waits for what is written.
        Event::Tick
        | Event::TakenUp
        | Event::Answered { .. }
        | Event::MediaOpened { .. }
        | Event::Key { .. }
        | Event::Text { .. }
        | Event::LegKey { .. }
        | Event::LegEnded { .. }
        | Event::HungUp { .. }
        | Event::Written { .. } => None,
    }
}

/// The same answer of somebody who could not do it.
fn failed(event: Event) -> Event {
    match event {
        Event::Found { id, .. } => Event::Found { id, result: Lookup::Failed },
        Event::Judged { id, .. } => Event::Judged { id, verdict: Verdict::Failed },
        Event::CodeSent { id, .. } => Event::CodeSent { id, sent: false },
        Event::Recalled { id, .. } => Event::Recalled { id, result: Recalled::Failed },
        Event::Updated { id, .. } => Event::Updated { id, result: UpdateResult::Failed },
        Event::Replied { id, .. } => Event::Replied { id, reply: Reply::Failed },
        Event::Dialled { id, .. } => Event::Dialled { id, progress: DialProgress::Failed },
        Event::HandedOver { id, .. } => Event::HandedOver { id, result: HandOver::Failed },
        Event::Transcribed { id, .. } => Event::Transcribed { id, words: Words::Failed },
        Event::Recorded { id, .. } => Event::Recorded { id, taken: Taken::Failed },
        // They are computed where they are asked, or have no word for it.
        Event::Compared { .. }
        | Event::Examined { .. }
        | Event::Tick
        | Event::TakenUp
        | Event::Answered { .. }
        | Event::Played { .. }
        | Event::Key { .. }
        | Event::Text { .. }
        | Event::MediaOpened { .. }
        | Event::LegKey { .. }
        | Event::Room { .. }
        | Event::LegEnded { .. }
        | Event::HungUp { .. }
        | Event::Queued { .. }
        | Event::Written { .. } => event,
    }
}
