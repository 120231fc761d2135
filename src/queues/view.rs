//! What people see of queues and operators.

use super::floor::Floor;
use super::operator::{Duty, Operator};
use super::place::Kind;
use crate::program::Text;
use crate::time::Wall;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An operator, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorView {
    /// The name.
    pub name: Text,
    /// What the operator does.
    pub doing: Doing,
    /// Takes no calls until a person says otherwise.
    pub paused: bool,
    /// Calls missed in a row.
    pub missed: u32,
    /// Calls taken since the start.
    pub taken: u64,
    /// The queues, the best first.
    pub queues: Vec<Text>,
}

/// What an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Waits for a call.
    Free,
    /// The telephone rings.
    Ringing,
    /// Has answered and hears what it is about, or is kept for a call back.
    Answering,
    /// Speaks.
    Speaking,
    /// Is left alone after a call.
    WrapUp,
}

/// A queue, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// The name.
    pub name: Text,
    /// Callers who wait.
    pub callers: u32,
    /// Calls back that have a place.
    pub call_backs: u32,
    /// Operators who take its calls now, whatever they do.
    pub operators: u32,
    /// Since when the caller waits who has waited longest; missing where nobody does.
    #[serde(default)]
    pub oldest: Option<Wall>,
}

impl Floor {
    /// All operators, in the deployment's order.
    pub fn view_operators(&self) -> Vec<OperatorView> {
        self.operators().iter().map(OperatorView::of).collect()
    }

    /// All queues by name.
    pub fn view_lines(&self) -> Vec<LineView> {
        let waiting = self.waiting();
        let count = |name: &Text, kind| {
            waiting.iter().filter(|(_, place)| place.queue == *name && place.kind == kind).count() as u32
        };
        let oldest = |name: &Text| {
            let theirs =
                waiting.iter().filter(|(_, place)| place.queue == *name && place.kind == Kind::Caller);
            theirs.map(|(_, place)| place.since).min()
        };
        let line = |name: &Text| LineView {
            name: name.clone(),
            callers: count(name, Kind::Caller),
            call_backs: count(name, Kind::CallBack),
            operators: self.on_duty(name),
            oldest: oldest(name),
        };
        self.line_names().map(line).collect()
    }
}

impl OperatorView {
    fn of(operator: &Operator) -> OperatorView {
        let doing = match operator.duty {
            Duty::Free => Doing::Free,
            Duty::Ringing { .. } => Doing::Ringing,
            Duty::Deciding { .. } | Duty::Kept { .. } => Doing::Answering,
            Duty::Speaking { .. } => Doing::Speaking,
            Duty::LeftAlone { .. } => Doing::WrapUp,
        };
        OperatorView {
            name: operator.terms.name.clone(),
            doing,
            paused: operator.is_paused,
            missed: operator.missed,
            taken: operator.taken,
            queues: operator.terms.queues.clone(),
        }
    }
}

impl fmt::Display for Doing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Doing::Free => "free",
            Doing::Ringing => "ringing",
            Doing::Answering => "answering",
            Doing::Speaking => "speaking",
            Doing::WrapUp => "wrap-up",
        })
    }
}
