//! The search: breadth first, so that the first way to a state is a shortest one.
//!
//! A layer is expanded in parts that know nothing of each other, so that whoever has threads can share them out; taking
//! them in again is done in order, and the result is the same bytes however many parts there were.

use super::finding::{Finding, Kind, Report};
use super::graph::{Edge, Graph};
use super::moves::{Deed, Move, Symptom};
use super::part::{Batch, Found, Looked, Part};
use super::plan::{Clock, Plan};
use super::print::Table;
use super::roots::roots;
use super::state::{Settled, State};
use super::step::{Successor, expand};
use super::story::Story;
use super::taint::leaks;
use crate::program::{NodeId, Program};
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
    /// The layer that is looked at; those before `at` are done.
    layer: Vec<State>,
    at: usize,
    /// What has been found behind it.
    next: Vec<State>,
    /// Lists that were taken in, to be filled again.
    spare: Vec<Batch>,
    /// Whether somebody looks at every state that is found, and not only at those that are new.
    is_watched: bool,
    /// The first state in which each node was come to.
    reached: Vec<Option<u32>>,
    /// Symptoms by kind and node, with the state and the successor that show each first.
    symptoms: BTreeMap<(Symptom, NodeId), (u32, u16)>,
    /// For each arm of each node the state and the successor that take it first; behind them the same for a verb that
    /// ends a block, and so leads nowhere.
    taken: Vec<Vec<Option<(u32, u16)>>>,
    is_complete: bool,
}

/// The most states that are looked at before what they found is taken in: more would not fit into a processor's cache.
const ROUND: usize = 4_096;

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
        Search { is_watched: false, ..self.search_from(begins.collect(), max_states) }
    }

    /// The same from states that were chosen, each with what has been settled for it; every state found can be looked at.
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
            layer: Vec::new(),
            at: 0,
            next: Vec::new(),
            spare: Vec::new(),
            is_watched: true,
            reached: vec![None; self.plan.program.nodes.len()],
            symptoms: BTreeMap::new(),
            taken: self.plan.program.nodes.iter().map(|node| vec![None; node.arms.len() + 1]).collect(),
            is_complete: true,
        };
        for (mv, mut state, settled) in begins {
            self.plan.prune(&mut state);
            let print = state.print();
            let new = search.parents.len() as u32;
            if search.seen.get_or_insert(print, new) == new {
                search.parents.push((u32::MAX, search.roots.len() as u16));
                search.layer.push(state.clone());
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
        self.waiting() == 0
    }

    /// How many states were seen.
    pub fn states(&self) -> usize {
        self.parents.len()
    }

    /// How many states wait to be looked at.
    pub fn waiting(&self) -> usize {
        self.layer.len() - self.at + self.next.len()
    }

    /// The states that are looked at next, of one layer.
    fn round(&self) -> &[State] {
        &self.layer[self.at..(self.at + ROUND).min(self.layer.len())]
    }

    /// How many states are looked at next.
    pub fn round_len(&self) -> usize {
        self.round().len()
    }

    /// The states that are looked at next in so many parts, or fewer.
    pub fn parts(&mut self, count: usize) -> Vec<Part<'_>> {
        let mut spare = std::mem::take(&mut self.spare).into_iter();
        let round = self.round();
        let size = round.len().div_ceil(count.max(1)).max(1);
        let (plan, seen, is_watched) = (&self.explorer.plan, &self.seen, self.is_watched);
        let part = |states| {
            let batch = spare.next().unwrap_or_default();
            Part { batch, plan, seen, is_watched, states }
        };
        round.chunks(size).map(part).collect()
    }

    /// The number of the first state that is looked at next.
    pub(super) fn first_number(&self) -> u32 {
        (self.parents.len() - self.waiting()) as u32
    }

    /// The states that are looked at, each with what was found behind it.
    pub(super) fn found<'b>(
        &'b self,
        batches: &'b [Batch],
    ) -> impl Iterator<Item = (&'b State, &'b [Found])> {
        let of_each = batches.iter().flat_map(|batch| {
            let mut left = &batch.found[..];
            batch.looked.iter().map(move |looked| {
                let (of_one, others) = left.split_at(looked.count as usize);
                left = others;
                of_one
            })
        });
        self.round().iter().zip(of_each)
    }

    /// Leaves out what does not pass.
    pub(super) fn keep(&self, batches: &mut [Batch], passes: impl Fn(&State, &Successor) -> bool) {
        let mut states = self.round().iter();
        for batch in batches {
            let mut found = std::mem::take(&mut batch.found).into_iter();
            for (looked, state) in batch.looked.iter_mut().zip(states.by_ref()) {
                let before = batch.found.len();
                let of_one = found.by_ref().take(looked.count as usize);
                batch.found.extend(of_one.filter(|found| passes(state, &found.next)));
                looked.count = (batch.found.len() - before) as u32;
            }
        }
    }

    /// Takes in what the parts have found, in their order.
    pub fn take(&mut self, batches: Vec<Batch>) {
        self.take_with(batches, |_| {});
    }

    /// The same; `leads` is told where each successor leads, in their order.
    pub(super) fn take_with(&mut self, batches: Vec<Batch>, mut leads: impl FnMut(u32)) {
        let mut number = self.first_number();
        for mut batch in batches {
            self.at += batch.looked.len();
            let mut found = batch.found.drain(..);
            for state in batch.looked.drain(..) {
                let of_one = found.by_ref().take(state.count as usize);
                self.take_state(number, state);
                self.take_found(number, of_one, &mut leads);
                number += 1;
            }
            drop(found);
            self.spare.push(batch);
        }
        if self.at == self.layer.len() {
            self.layer.clear();
            self.at = 0;
            std::mem::swap(&mut self.layer, &mut self.next);
        }
        if self.parents.len() >= self.max_states && !self.is_done() {
            (self.layer, self.at, self.next) = (Vec::new(), 0, Vec::new());
            self.is_complete = false;
        }
    }

    /// What is to be known of a state itself.
    fn take_state(&mut self, number: u32, state: Looked) {
        if state.rests {
            self.rests.push(number);
        }
        if state.has_ended {
            self.ends.push(number);
        }
        if let Some(at) = state.at {
            let _ = self.reached[at.0 as usize].get_or_insert(number);
        }
    }

    fn take_found(&mut self, number: u32, found: impl Iterator<Item = Found>, leads: &mut impl FnMut(u32)) {
        let Search { taken, symptoms, seen, parents, next, graph, .. } = self;
        graph.add(found.map(|found| {
            let (mv, at) = (found.next.mv, (number, found.ordinal));
            if let Some(exit) = found.exit {
                let _ = taken[mv.node.0 as usize][exit].get_or_insert(at);
            }
            if let Some(symptom) = found.next.symptom {
                symptoms.entry((symptom, mv.node)).or_insert(at);
            }
            let new = parents.len() as u32;
            let to = found.known.unwrap_or_else(|| seen.get_or_insert(found.print, new));
            if to == new {
                parents.push(at);
                next.push(found.next.state);
            }
            leads(to);
            Edge { to, ..found.edge }
        }));
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
        let count = self.states() as u32;
        self.graph.rounds(count, |edge| edge.is_free, |round| firsts.extend(round.iter().min().copied()));
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
        self.graph.settle(count as u32, |state| {
            let leads = |edge: Edge| passes(edge) && can_end[edge.to as usize];
            let comes_to_end = !can_end[state as usize] && self.graph.of(state).any(leads);
            can_end[state as usize] |= comes_to_end;
            comes_to_end
        });
        let is_open: Vec<bool> = can_end.iter().map(|can_end| !can_end).collect();
        let is_asked = |state: u32| is_open[state as usize];
        self.graph.components(count as u32, is_asked, passes, |group| {
            let behind = |state: &u32| self.graph.of(*state).filter(|edge| passes(*edge)).map(|edge| edge.to);
            let leads = |state: &u32| behind(state).any(|to| can_end[to as usize]);
            let ends = group.iter().any(|state| can_end[*state as usize] || leads(state));
            group.iter().for_each(|state| can_end[*state as usize] |= ends);
            // What only leads into an endless round is told of by that round.
            if ends {
                return;
            }
            let within: BTreeSet<u32> = group.iter().copied().collect();
            let is_last = group.iter().flat_map(behind).all(|to| within.contains(&to));
            let is_round = group
                .iter()
                .any(|state| behind(state).next().is_some() || self.rests.binary_search(state).is_ok());
            if is_last && is_round {
                firsts.extend(within.first());
            }
        });
        firsts
    }

    /// The first state of each round on which the caller only stays, and queue after queue runs out of time.
    pub(super) fn waits_for_ever(&self) -> Vec<u32> {
        let (mut firsts, passes) = (Vec::new(), |edge: Edge| (edge.is_free && !edge.by_hours) || edge.stays);
        self.graph.rounds(self.states() as u32, passes, |round| {
            let mut group = round.to_vec();
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
