//! The search: breadth first, so that the first way to a state is a shortest one.
//!
//! A layer is expanded in parts that know nothing of each other, so that whoever has threads can share them out; taking
//! them in again is done in order, and the result is the same bytes however many parts there were.

use super::finding::{Finding, Kind, Report};
use super::free::is_free;
use super::graph::{Edge, Graph};
use super::moves::{Deed, Move, Symptom};
use super::plan::{Clock, Plan};
use super::print::Table;
use super::roots::roots;
use super::state::{Phase, Settled, State};
use super::step::{Successor, expand};
use super::story::Story;
use super::taint::leaks;
use crate::program::verb::Extent;
use crate::program::{Exit, NodeId, Program, Verb};
use crate::time::Wall;
use std::collections::{BTreeMap, BTreeSet};

/// A program that is ready to be explored.
#[derive(Debug)]
pub struct Explorer<'p> {
    pub(super) plan: Plan<'p>,
}

/// A search that is under way.
#[derive(Debug)]
pub struct Search<'e> {
    explorer: &'e Explorer<'e>,
    max_states: usize,
    roots: Vec<(Move, State, Settled)>,
    seen: Table,
    /// The state from which each was reached first, and by which of its successors; roots have none.
    parents: Vec<(u32, u16)>,
    /// States at which the flow rests by the script's will, until the caller hangs up.
    rests: Vec<u32>,
    /// States that have ended.
    ends: Vec<u32>,
    pub(super) graph: Graph,
    frontier: Vec<State>,
    /// The first state in which each node was come to.
    reached: Vec<Option<u32>>,
    /// Symptoms by kind and node, with the state and the successor that show each first.
    symptoms: BTreeMap<(Symptom, NodeId), (u32, u16)>,
    /// For each arm of each node the state and the successor that take it first; behind them the same for a verb that
    /// ends a block, and so leads nowhere.
    taken: Vec<Vec<Option<(u32, u16)>>>,
    is_complete: bool,
}

/// What can follow some states.
#[derive(Debug)]
pub struct Batch(Vec<Vec<Found>>);

/// A successor: its position among all behind its state, itself, and its fingerprint.
pub(super) type Found = (u16, Successor, u64);

/// A part of a layer.
#[derive(Clone, Copy, Debug)]
pub struct Part<'s> {
    plan: &'s Plan<'s>,
    states: &'s [State],
}

impl Part<'_> {
    /// Expands its states.
    pub fn expand(self) -> Batch {
        let expanded = |state: &State| -> Vec<Found> {
            let printed = |(ordinal, next): (usize, Successor)| {
                let print = next.state.print();
                (ordinal as u16, next, print)
            };
            let found = expand(self.plan, state).into_iter().enumerate();
            found.filter(|(_, next)| !hangs_up_early(self.plan, state, next.mv)).map(printed).collect()
        };
        Batch(self.states.iter().map(expanded).collect())
    }
}

impl<'p> Explorer<'p> {
    /// Prepares a program. `from` is when the year begins over which its hours are swept.
    pub fn new(program: &'p Program, from: Wall) -> Explorer<'p> {
        Explorer { plan: Plan::new(program, from) }
    }

    /// Whether a condition of the program asks for hours, shifts or the calendar.
    pub fn asks_the_clock(&self) -> bool {
        self.plan.asks_the_clock()
    }

    /// The same program, its hours taken to turn whenever anything takes time, and not only where that takes a minute.
    pub fn turning(mut self) -> Explorer<'p> {
        self.plan.clock = Clock::Turns;
        self
    }

    /// Begins a search that looks at no more than so many states.
    pub fn search(&self, max_states: usize) -> Search<'_> {
        let begins = roots(&self.plan).into_iter().map(|(mv, state)| (mv, state, Settled::new()));
        self.search_from(begins.collect(), max_states)
    }

    /// The same from states that were chosen, each with what has been settled for it.
    pub(super) fn search_from(&self, begins: Vec<(Move, State, Settled)>, max_states: usize) -> Search<'_> {
        let mut search = Search {
            explorer: self,
            max_states,
            roots: Vec::new(),
            seen: Table::new(),
            parents: Vec::new(),
            rests: Vec::new(),
            ends: Vec::new(),
            graph: Graph::default(),
            frontier: Vec::new(),
            reached: vec![None; self.plan.program.nodes.len()],
            symptoms: BTreeMap::new(),
            taken: self.plan.program.nodes.iter().map(|node| vec![None; node.arms.len() + 1]).collect(),
            is_complete: true,
        };
        for (mv, mut state, settled) in begins {
            self.plan.prune(&mut state);
            let print = state.print();
            if search.seen.get(print).is_none() {
                search.parents.push((u32::MAX, search.roots.len() as u16));
                search.seen.insert(print, search.parents.len() as u32 - 1);
                search.frontier.push(state.clone());
                search.roots.push((mv, state, settled));
            }
        }
        search
    }

    /// The whole search, in one go.
    pub fn explore(&self, max_states: usize) -> Report {
        let mut search = self.search(max_states);
        while !search.is_done() {
            let batch = search.parts(1).into_iter().map(Part::expand).collect();
            search.take(batch);
        }
        search.report()
    }
}

impl<'e> Search<'e> {
    /// Whether nothing is left to look at, or the bound is reached.
    pub fn is_done(&self) -> bool {
        self.frontier.is_empty()
    }

    /// How many states were seen.
    pub fn states(&self) -> usize {
        self.parents.len()
    }

    /// How many states wait to be looked at.
    pub fn waiting(&self) -> usize {
        self.frontier.len()
    }

    /// The layer in so many parts, or fewer.
    pub fn parts(&self, count: usize) -> Vec<Part<'_>> {
        let size = self.frontier.len().div_ceil(count.max(1)).max(1);
        self.frontier.chunks(size).map(|states| Part { plan: &self.explorer.plan, states }).collect()
    }

    /// The number of the layer's first state.
    pub(super) fn first_number(&self) -> u32 {
        (self.parents.len() - self.frontier.len()) as u32
    }

    /// The layer's states, each with what was found behind it.
    pub(super) fn found<'b>(
        &'b self,
        batches: &'b [Batch],
    ) -> impl Iterator<Item = (&'b State, &'b Vec<Found>)> {
        self.frontier.iter().zip(batches.iter().flat_map(|batch| &batch.0))
    }

    /// Leaves out what does not pass.
    pub(super) fn keep(&self, batches: &mut [Batch], passes: impl Fn(&State, &Successor) -> bool) {
        let found = batches.iter_mut().flat_map(|batch| &mut batch.0);
        for (state, found) in self.frontier.iter().zip(found) {
            found.retain(|(_, next, _)| passes(state, next));
        }
    }

    /// Takes in what the parts of the layer have found, in their order.
    pub fn take(&mut self, batches: Vec<Batch>) {
        self.take_with(batches, |_| {});
    }

    /// The same; `leads` is told where each successor leads, in their order.
    pub(super) fn take_with(&mut self, batches: Vec<Batch>, mut leads: impl FnMut(u32)) {
        let first = self.first_number();
        let layer = std::mem::take(&mut self.frontier);
        let found = batches.into_iter().flat_map(|batch| batch.0);
        for (number, (state, found)) in (first..).zip(layer.iter().zip(found)) {
            self.take_one(number, state, found, &mut leads);
        }
        if self.parents.len() >= self.max_states && !self.frontier.is_empty() {
            self.frontier.clear();
            self.is_complete = false;
        }
    }

    fn take_one(&mut self, number: u32, state: &State, found: Vec<Found>, leads: &mut impl FnMut(u32)) {
        if self.rests_at(state) {
            self.rests.push(number);
        }
        if state.phase == Phase::Ended {
            self.ends.push(number);
        }
        if let Some(frame) = state.frame() {
            let _ = self.reached[frame.at.0 as usize].get_or_insert(number);
        }
        let in_block = state.scopes.len() > 1;
        let mut edges = Vec::with_capacity(found.len());
        for (ordinal, next, print) in found {
            if let Some(exit) = self.exit_of(next.mv) {
                let exits = &mut self.taken[next.mv.node.0 as usize];
                let _ = exits[exit].get_or_insert((number, ordinal));
            }
            if let Some(symptom) = next.symptom {
                self.symptoms.entry((symptom, next.mv.node)).or_insert((number, ordinal));
            }
            let runs_out = self.runs_out(next.mv);
            let atoms = &self.explorer.plan.atoms;
            let by_hours = next.settled.iter().any(|(id, _)| atoms.get(*id).is_clock);
            let is_free = !in_block && is_free(self.explorer.plan.program, next.mv, state, &next.state);
            let to = self.seen.get(print).unwrap_or_else(|| {
                let to = self.parents.len() as u32;
                self.seen.insert(print, to);
                self.parents.push((number, ordinal));
                self.frontier.push(next.state);
                to
            });
            leads(to);
            edges.push(Edge {
                to,
                is_free,
                stays: !in_block && runs_out,
                by_hours,
                hangs_up: matches!(next.mv.deed, Deed::HangsUp | Deed::LeavesBehind | Deed::Fails),
            });
        }
        self.graph.add(edges.into_iter());
    }

    /// The position of the exit that a move takes, among those of its node.
    fn exit_of(&self, mv: Move) -> Option<usize> {
        let node = self.explorer.plan.program.node(mv.node);
        match (mv.deed, &node.verb) {
            (Deed::Leaves(arm) | Deed::Answers(arm, _) | Deed::Runs(arm), _) => Some(usize::from(arm)),
            // Which way a condition or a loop goes is no exit where the block ends with it.
            (Deed::Goes, Verb::Outcome(_) | Verb::Note(_) | Verb::Say(_)) => Some(node.arms.len()),
            _ => None,
        }
    }

    /// Whether the time in a queue has run out: who stays may go round so for ever.
    fn runs_out(&self, mv: Move) -> bool {
        let node = self.explorer.plan.program.node(mv.node);
        let Deed::Leaves(arm) = mv.deed else { return false };
        matches!(node.verb, Verb::Queue(_)) && node.arms[usize::from(arm)].exit == Exit::Timeout
    }

    fn rests_at(&self, state: &State) -> bool {
        let at = state.frame().map(|frame| self.explorer.plan.verb(frame.at));
        matches!(at, Some(Verb::Play(play)) if play.extent == Extent::UntilHungUp)
    }

    /// The shortest way to a state, and on by one of its successors.
    pub(super) fn way(&self, number: u32, on: Option<u16>) -> Vec<Successor> {
        let mut ordinals: Vec<u16> = on.into_iter().collect();
        let mut at = number;
        let root = loop {
            match self.parents[at as usize] {
                (u32::MAX, root) => break root,
                (parent, ordinal) => {
                    ordinals.push(ordinal);
                    at = parent;
                }
            }
        };
        ordinals.reverse();
        self.follow(root, &ordinals)
    }

    /// How many states it begins from. Their numbers are the first ones.
    pub(super) fn root_count(&self) -> usize {
        self.roots.len()
    }

    /// Whether every state was looked at.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The way from a root by these successors.
    pub(super) fn follow(&self, root: u16, ordinals: &[u16]) -> Vec<Successor> {
        let (mv, state, settled) = self.roots[usize::from(root)].clone();
        let mut way = vec![Successor { mv, state, symptom: None, settled }];
        for ordinal in ordinals {
            let Some(last) = way.last() else { break };
            let next = expand(&self.explorer.plan, &last.state).into_iter().nth(usize::from(*ordinal));
            let Some(next) = next else { break };
            way.push(next);
        }
        way
    }

    /// What has been found.
    pub fn report(&self) -> Report {
        let mut findings: Vec<Finding> = Vec::new();
        for ((symptom, node), (state, ordinal)) in &self.symptoms {
            let kind = Kind::Symptom(symptom.clone());
            let story = self.story(&self.way(*state, Some(*ordinal)));
            findings.push(Finding { kind, node: *node, story, turns: false });
        }
        findings.extend(self.loops());
        for (node, what) in leaks(self.explorer.plan.program) {
            if let Some(first) = self.reached[node.0 as usize] {
                findings.push(Finding { node, ..self.at(Kind::Secret(what), first) });
            }
        }
        if self.is_complete {
            let mut endless = self.endless();
            endless.retain(|round| !findings.iter().any(|known| known.is_loop_at(round.node)));
            findings.extend(endless);
        }
        findings.sort_by_key(|finding| finding.story.steps.len());
        let program = self.explorer.plan.program;
        let nodes = (0..program.nodes.len() as u32).map(NodeId);
        let (reached, left): (Vec<NodeId>, Vec<NodeId>) =
            nodes.partition(|node| self.reached[node.0 as usize].is_some());
        // What stands in a default or in a global key is there once for each flow.
        let line = |node: &NodeId| {
            let node = program.node(*node);
            (node.place.path.clone(), node.place.line, node.verb.spec().word)
        };
        let known: BTreeSet<_> = reached.iter().map(line).collect();
        let unreached = left.into_iter().filter(|node| !known.contains(&line(node))).collect();
        let (states, edges) = (self.states(), self.graph.len());
        Report {
            findings,
            reached: reached.len(),
            states,
            edges,
            is_complete: self.is_complete,
            max_states: self.max_states,
            unreached,
        }
    }

    /// Ways round on which the caller does nothing and no budget is spent.
    fn loops(&self) -> Vec<Finding> {
        let mut firsts = Vec::new();
        self.graph.components(
            self.states() as u32,
            |edge| edge.is_free,
            |group| {
                let round = |state: u32| self.graph.of(state).any(|edge| edge.is_free && edge.to == state);
                if group.len() > 1 || round(group[0]) {
                    firsts.extend(group.iter().min().copied());
                }
            },
        );
        let found = firsts.into_iter().map(|first| self.at(Kind::Loop, first));
        once_a_node(found)
    }

    /// States from which a caller who stays comes to no end.
    fn endless(&self) -> Vec<Finding> {
        let mut firsts = self.without_end(true);
        firsts.extend(self.waits_for_ever());
        once_a_node(firsts.into_iter().map(|first| self.at(Kind::Endless, first)))
    }

    /// The first state of each endless round; where `rests_count`, a flow that rests until the caller hangs up has ended.
    pub(super) fn without_end(&self, rests_count: bool) -> Vec<u32> {
        let count = self.states();
        let mut can_end = vec![false; count];
        self.ends.iter().for_each(|state| can_end[*state as usize] = true);
        if rests_count {
            self.rests.iter().for_each(|state| can_end[*state as usize] = true);
        }
        let (mut firsts, passes) = (Vec::new(), |edge: Edge| !edge.hangs_up);
        self.graph.components(count as u32, passes, |group| {
            let behind = |state: &u32| self.graph.of(*state).filter(|edge| passes(*edge)).map(|edge| edge.to);
            let leads = |state: &u32| behind(state).any(|to| can_end[to as usize]);
            let ends = group.iter().any(|state| can_end[*state as usize] || leads(state));
            group.iter().for_each(|state| can_end[*state as usize] |= ends);
            // What only leads into an endless round is told of by that round.
            let is_last = group.iter().flat_map(behind).all(|to| group.contains(&to));
            let is_round =
                group.iter().any(|state| behind(state).next().is_some() || self.rests.contains(state));
            if !ends && is_last && is_round {
                firsts.extend(group.iter().min().copied());
            }
        });
        firsts
    }

    /// The first state of each round on which the caller only stays, and queue after queue runs out of time.
    pub(super) fn waits_for_ever(&self) -> Vec<u32> {
        let (mut firsts, passes) = (Vec::new(), |edge: Edge| (edge.is_free && !edge.by_hours) || edge.stays);
        self.graph.components(self.states() as u32, passes, |group| {
            let mut group = group.to_vec();
            group.sort_unstable();
            let stays = |state: &u32| {
                self.graph.of(*state).any(|edge| edge.stays && group.binary_search(&edge.to).is_ok())
            };
            if group.iter().any(stays) {
                firsts.extend(group.first().copied());
            }
        });
        firsts
    }

    fn at(&self, kind: Kind, state: u32) -> Finding {
        let way = self.way(state, None);
        let at = way.last().and_then(|last| Some(last.state.frame()?.at).or(Some(last.mv.node)));
        Finding { kind, node: at.unwrap_or(NodeId(0)), story: self.story(&way), turns: false }
    }

    /// Every exit that is taken somewhere, each with a shortest way that takes it.
    pub fn exits(&self) -> Vec<Story> {
        let first = self.taken.iter().flatten().flatten();
        let mut ways: Vec<Story> =
            first.map(|(state, ordinal)| self.story(&self.way(*state, Some(*ordinal)))).collect();
        ways.sort_by_key(|way| way.steps.len());
        // What ends a block stands in a default once for each flow, and is one line.
        let mut ends = BTreeSet::new();
        ways.retain(|way| match way.steps.last() {
            Some(step) if step.mv.deed == Deed::Goes => {
                let node = self.explorer.plan.program.node(step.mv.node);
                ends.insert((node.place.path.clone(), node.place.line, node.verb.spec().word))
            }
            Some(_) | None => true,
        });
        ways
    }

    /// A way as it is told.
    pub(super) fn story(&self, way: &[Successor]) -> Story {
        Story::of(&self.explorer.plan, way)
    }
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

/// One finding for each node, the one with the shortest way.
fn once_a_node(findings: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut by_node: BTreeMap<NodeId, Finding> = BTreeMap::new();
    for finding in findings {
        match by_node.get(&finding.node) {
            Some(known) if known.story.steps.len() <= finding.story.steps.len() => {}
            Some(_) | None => drop(by_node.insert(finding.node, finding)),
        }
    }
    by_node.into_values().collect()
}
