//! What a contact went through: flows, what was keyed, whom it was put through to, and what the CRM said of the caller.

use crate::program::Text;
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};

/// The most flows, keys and legs that a trail keeps of each; a contact that goes round in circles fills no disk.
pub const MOST_STEPS: usize = 200;

/// Where a contact went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// Who called whom.
    pub direction: Direction,
    /// The trunk that the call came by; missing where it came by none.
    #[serde(default)]
    pub trunk: Option<Text>,
    /// The flows that were entered, in order.
    pub path: Vec<Step>,
    /// What was keyed and written, each once a question took it.
    pub keyed: Vec<Keyed>,
    /// Other legs, in the order in which they were called.
    pub legs: Vec<Leg>,
    /// Whom it called to be its caller, in order; nobody where somebody reached us.
    #[serde(default)]
    pub reached: Vec<Leg>,
    /// What look-ups of the caller said, in order: `one`, `many`, `none`, `failed`.
    pub lookups: Vec<Text>,
    /// Whether both sides were recorded, at any time.
    pub recorded: bool,
    /// What was recorded, the call and messages, in the order in which it began.
    #[serde(default)]
    pub recordings: Vec<Recorded>,
    /// How each leg sounded, in the order in which they ended.
    #[serde(default)]
    pub sounded: Vec<Sounded>,
    /// Whether more happened than is kept here.
    pub cut: bool,
}

/// How a leg sounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sounded {
    /// Its number within the contact; the caller's leg is 0.
    pub leg: u16,
    /// Packets of the far end that came.
    pub received: u64,
    /// Packets of the far end that did not.
    pub lost: u64,
    /// How unevenly they came.
    pub jitter: DurationMs,
    /// Packets that we sent.
    pub sent: u64,
    /// Packets of ours that the far end misses, by its last report.
    pub far_lost: Option<u64>,
    /// To the far end and back; missing where it sends no reports.
    pub round_trip: Option<DurationMs>,
    /// An estimate of what a listener here would say of it, in hundredths: 441 is as good as a telephone gets, 100 the worst.
    pub mos: u16,
}

/// Who called whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Somebody reached us.
    #[default]
    In,
    /// We reached somebody.
    Out,
}

/// Whether a contact had to do with a person on our side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Human {
    /// Nobody was called.
    Unasked,
    /// Somebody was called, and nobody answered.
    Sought,
    /// Somebody answered.
    Reached,
}

/// A flow that was entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Since the contact's arrival.
    pub at: DurationMs,
    /// Its name.
    pub flow: Text,
}

/// What a question took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyed {
    /// Since the contact's arrival.
    pub at: DurationMs,
    /// Keys or words; a secret's are dots.
    pub keys: Text,
}

/// Somebody who was called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Its number within the contact; the caller's leg is 0.
    pub leg: u16,
    /// Whom, as far as the program says it; a queue by its name.
    pub to: Text,
    /// Since when, since the contact's arrival.
    pub called: DurationMs,
    /// When somebody answered.
    pub answered: Option<DurationMs>,
    /// When it ended.
    pub ended: Option<DurationMs>,
    /// How, where it never was answered: `busy`, `no_answer`.
    pub result: Option<Text>,
}

/// Something that was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// When it began, since the contact's arrival.
    pub at: DurationMs,
    /// Its file in the contact's folder below that of the recordings: `call-1.wav`, `message-7.wav`.
    pub file: Text,
    /// How long it is, of a message how long somebody spoke; missing where nobody said, as of a call recorded to its end.
    pub length: Option<DurationMs>,
}

impl Direction {
    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
        }
    }
}

impl Human {
    /// The word that databases and people read.
    pub fn word(self) -> &'static str {
        match self {
            Human::Unasked => "unasked",
            Human::Sought => "sought",
            Human::Reached => "reached",
        }
    }
}

impl Trail {
    /// Whether it had to do with a person on our side, as its legs say.
    pub fn human(&self) -> Human {
        match self.legs.is_empty() {
            true => Human::Unasked,
            false if self.legs.iter().any(|leg| leg.answered.is_some()) => Human::Reached,
            false => Human::Sought,
        }
    }

    /// A flow was entered.
    pub fn enter(&mut self, at: DurationMs, flow: &Text) {
        push(&mut self.path, Step { at, flow: flow.clone() }, &mut self.cut);
    }

    /// A question took something. Whoever calls this sees to it that a secret is dots.
    pub fn take(&mut self, at: DurationMs, keys: &Text) {
        push(&mut self.keyed, Keyed { at, keys: keys.clone() }, &mut self.cut);
    }

    /// Somebody is called on another leg.
    pub fn call(&mut self, at: DurationMs, leg: u16, to: &str) {
        let leg = Leg { leg, to: to.into(), called: at, answered: None, ended: None, result: None };
        push(&mut self.legs, leg, &mut self.cut);
    }

    /// Somebody is called who is to be the caller.
    pub fn reach(&mut self, at: DurationMs, to: &str) {
        self.direction = Direction::Out;
        let leg = Leg { leg: 0, to: to.into(), called: at, answered: None, ended: None, result: None };
        push(&mut self.reached, leg, &mut self.cut);
    }

    /// There is news of a leg that was called; of one that is not kept there is none.
    pub fn leg(&mut self, leg: u16) -> Option<&mut Leg> {
        let legs = if leg == 0 { &mut self.reached } else { &mut self.legs };
        legs.iter_mut().rfind(|known| known.leg == leg)
    }

    /// Something is being recorded.
    pub fn record(&mut self, recorded: Recorded) {
        push(&mut self.recordings, recorded, &mut self.cut);
    }

    /// The CRM said something of the caller.
    pub fn look_up(&mut self, verdict: &str) {
        push(&mut self.lookups, verdict.into(), &mut self.cut);
    }
}

fn push<T>(list: &mut Vec<T>, item: T, cut: &mut bool) {
    if list.len() < MOST_STEPS {
        list.push(item);
    } else {
        *cut = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_that_goes_round_in_circles_is_cut() {
        let mut trail = Trail::default();
        (0..=MOST_STEPS).for_each(|_| trail.enter(DurationMs(1), &"menu".into()));
        assert_eq!((trail.path.len(), trail.cut), (MOST_STEPS, true));
    }

    #[test]
    fn the_latest_leg_of_a_number_has_the_news() {
        let mut trail = Trail::default();
        trail.call(DurationMs(1), 1, "support");
        trail.call(DurationMs(9), 1, "support");
        trail.leg(1).expect("a leg").answered = Some(DurationMs(12));
        assert_eq!(
            trail.legs.iter().map(|leg| leg.answered).collect::<Vec<_>>(),
            [None, Some(DurationMs(12))]
        );
    }
}
