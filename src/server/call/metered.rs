//! What a contact adds to the server's counters.

use super::Call;
use crate::crm::{EndedBy, Sounded};
use crate::engine::Event;
use crate::program::Entry;
use crate::server::meters::Meters;
use crate::time::DurationMs;
use std::sync::Arc;

/// A contact among those that last, until it is dropped.
pub(super) struct Metered {
    meters: Arc<Meters>,
    /// The trunk by which it came; empty where it came by none.
    trunk: Arc<str>,
    direction: &'static str,
    is_answered: bool,
}

impl Metered {
    /// One that begins. `trunk` is the one that it came by.
    pub fn begin(meters: Arc<Meters>, trunk: Option<Arc<str>>, somebody_called: bool) -> Metered {
        let direction = if somebody_called { "in" } else { "out" };
        let trunk = trunk.unwrap_or_else(|| Arc::from(""));
        meters.active.add([&*trunk, direction], 1);
        Metered { meters, trunk, direction, is_answered: false }
    }

    /// It is over, so long after it began.
    pub fn ended(&self, by: EndedBy, length: DurationMs) {
        self.meters.ended.count([&*self.trunk, self.direction, by.word()]);
        self.meters.lengths.observe(seconds(length));
    }
}

impl Drop for Metered {
    fn drop(&mut self) {
        self.meters.active.add([&*self.trunk, self.direction], -1);
    }
}

impl Call {
    /// The first answer of a caller's call is how long it took to set up.
    pub(super) fn count_step(&mut self, at: DurationMs, event: Option<&Event>) {
        if matches!(event, Some(Event::Answered { .. })) && !self.metered.is_answered {
            self.metered.is_answered = true;
            self.shared.meters.setup.observe(seconds(at));
        }
    }

    pub(super) fn count_said(&self, entry: &Entry) {
        if let Entry::Outcome { outcome, topic } = entry {
            self.shared.meters.outcomes.count([topic.as_deref().unwrap_or_default(), outcome]);
        }
    }

    pub(super) fn count_leg(&self, sounded: &Sounded, late: u64) {
        let meters = &self.shared.meters;
        let missed = |fate, count: u64| meters.missed.add([fate], i64::try_from(count).unwrap_or(i64::MAX));
        missed("lost", sounded.lost);
        missed("late", late);
        if sounded.received > 0 {
            meters.jitter.observe(seconds(sounded.jitter));
            meters.scores.observe(f64::from(sounded.mos) / 100.0);
        }
    }
}

pub(super) fn seconds(length: DurationMs) -> f64 {
    length.0 as f64 / 1000.0
}
