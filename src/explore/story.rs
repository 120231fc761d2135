//! A way through the program as it is told: each move with what it has settled.

use super::moves::Move;
use super::plan::Plan;
use super::state::AtomId;
use super::step::Successor;
use crate::program::{Expr, NodeId, ScheduleId};
use crate::time::Wall;

/// A way from the arrival on.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The moves, in order.
    pub steps: Vec<StoryStep>,
    /// A moment of arrival at which hours are as the way wants them; missing where there is none in the year that was
    /// swept.
    pub at: Option<Wall>,
    /// Hours that somebody has set by hand before: open, or closed.
    pub by_hand: Vec<(ScheduleId, bool)>,
}

/// One move of a way.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryStep {
    /// What happened.
    pub mv: Move,
    /// The node that was about to be done before it; none where a contact arrives.
    pub from: Option<NodeId>,
    /// What was found out by it: parts of a condition, and whether they hold.
    pub settled: Vec<(Expr, bool)>,
}

impl Story {
    pub(super) fn of(plan: &Plan, way: &[Successor]) -> Story {
        let facts: Vec<(AtomId, bool)> = way.iter().flat_map(|step| step.settled.iter().copied()).collect();
        let mut first: Vec<(AtomId, bool)> = Vec::new();
        for fact in facts {
            if !first.iter().any(|(known, _)| *known == fact.0) {
                first.push(fact);
            }
        }
        let (at, by_hand) = plan.classes.moment(plan.program, &plan.atoms, &first).unzip();
        let by_hand = by_hand.unwrap_or_default();
        let written = |(id, holds): &(AtomId, bool)| (plan.atoms.get(*id).expr.clone(), *holds);
        let befores = std::iter::once(None).chain(way.iter().map(|step| Some(step.state.frame()?.at)));
        let told = |(step, from): (&Successor, Option<NodeId>)| StoryStep {
            mv: step.mv,
            from,
            settled: step.settled.iter().map(written).collect(),
        };
        Story { steps: way.iter().zip(befores).map(told).collect(), at, by_hand }
    }
}
