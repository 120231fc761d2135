//! A part of a layer: what can follow its states, found without what the other parts find.

use super::free::is_free;
use super::graph::Edge;
use super::moves::{Deed, Move};
use super::plan::Plan;
use super::print::Table;
use super::state::{Phase, State};
use super::step::{Successor, expand_into};
use crate::program::verb::Extent;
use crate::program::{Exit, NodeId, Program, Verb};

/// What can follow some states, all of it in one list.
#[derive(Debug, Default)]
pub struct Batch {
    pub(super) looked: Vec<Looked>,
    pub(super) found: Vec<Found>,
}

/// A state that was looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Looked {
    /// How much was found behind it.
    pub count: u32,
    /// The node at which it is; none where it has ended.
    pub at: Option<NodeId>,
    pub rests: bool,
    pub has_ended: bool,
}

/// A successor as the search takes it in. All that can be said of it without what the layer's other states find is said
/// where it is found, so that little is left to be done in order.
#[derive(Debug)]
pub(super) struct Found {
    /// Its position among all behind its state.
    pub ordinal: u16,
    /// Where it leads is freed already where the state was known before the layer and nobody looks at it.
    pub next: Successor,
    pub print: u64,
    /// Its number, where it was known before the layer.
    pub known: Option<u32>,
    /// Without where it leads.
    pub edge: Edge,
    /// The position of the exit that it takes, among those of its node.
    pub exit: Option<usize>,
}

/// A part of a layer.
#[derive(Debug)]
pub struct Part<'s> {
    /// An emptied list, to be filled again.
    pub(super) batch: Batch,

    pub(super) plan: &'s Plan<'s>,
    pub(super) seen: &'s Table,
    /// Whether somebody looks at every state that is found.
    pub(super) is_watched: bool,
    pub(super) states: &'s [State],
}

impl Part<'_> {
    /// Expands its states.
    pub fn expand(mut self) -> Batch {
        let plan = self.plan;
        let mut batch = std::mem::take(&mut self.batch);
        let mut behind = Vec::new();
        for state in self.states {
            let before = batch.found.len();
            expand_into(plan, state, &mut behind);
            let in_block = state.scopes.len() > 1;
            let found = behind.drain(..).enumerate();
            let found = found.filter(|(_, next)| !hangs_up_early(plan, state, next.mv));
            let found = found.map(|(ordinal, next)| self.found(state, in_block, ordinal as u16, next));
            batch.found.extend(found);
            let at = state.frame().map(|frame| frame.at);
            batch.looked.push(Looked {
                count: (batch.found.len() - before) as u32,
                at,
                rests: at.is_some_and(|at| rests(plan.verb(at))),
                has_ended: state.phase == Phase::Ended,
            });
        }
        batch
    }

    fn found(&self, state: &State, in_block: bool, ordinal: u16, mut next: Successor) -> Found {
        let plan = self.plan;
        let print = next.state.print();
        let known = self.seen.get(print);
        let edge = Edge {
            to: 0,
            is_free: !in_block && is_free(plan.program, next.mv, state, &next.state),
            stays: !in_block && runs_out(plan.program, next.mv),
            by_hours: next.settled.iter().any(|(id, _)| plan.atoms.get(*id).is_clock),
            hangs_up: matches!(next.mv.deed, Deed::HangsUp | Deed::LeavesBehind | Deed::Fails),
        };
        if known.is_some() && !self.is_watched {
            next.state.let_go();
        }
        Found { ordinal, exit: exit_of(plan.program, next.mv), next, print, known, edge }
    }
}

/// The position of the exit that a move takes, among those of its node.
fn exit_of(program: &Program, mv: Move) -> Option<usize> {
    let node = program.node(mv.node);
    match (mv.deed, &node.verb) {
        (Deed::Leaves(arm) | Deed::Answers(arm, _) | Deed::Runs(arm), _) => Some(usize::from(arm)),
        // Which way a condition or a loop goes is no exit where the block ends with it.
        (Deed::Goes, Verb::Outcome(_) | Verb::Note(_) | Verb::Say(_)) => Some(node.arms.len()),
        _ => None,
    }
}

/// Whether the flow rests by the script's will, until the caller hangs up.
fn rests(verb: &Verb) -> bool {
    matches!(verb, Verb::Play(play) if play.extent == Extent::UntilHungUp)
}

/// Whether the time in a queue has run out: who stays may go round so for ever.
fn runs_out(program: &Program, mv: Move) -> bool {
    let node = program.node(mv.node);
    let Deed::Leaves(arm) = mv.deed else { return false };
    matches!(node.verb, Verb::Queue(_)) && node.arms[usize::from(arm)].exit == Exit::Timeout
}

/// Whether the caller hangs up during the answer, and something is said or waited for right behind it: who hangs up there
/// comes to the same, and is more easily shown.
pub(super) fn hangs_up_early(plan: &Plan, state: &State, mv: Move) -> bool {
    let next = plan.program.node(mv.node).arm(&Exit::Next).map(|arm| plan.verb(arm.to));
    mv.deed == Deed::HangsUp
        && state.scopes.len() == 1
        && matches!(plan.verb(mv.node), Verb::Answer(_) | Verb::EarlyMedia(_))
        && matches!(next, Some(Verb::Say(_) | Verb::Wait(_) | Verb::Ask(_) | Verb::Menu(_)))
}
