//! Ways that are played as they are found: only what could be played is gone on from, so that one step for which nothing
//! can be made up bars the ways behind it, and not the exits.

use super::moves::{Deed, Move};
use super::roots::roots;
use super::search::{Explorer, hangs_up_early};
use super::state::Settled;
use super::step::{Successor, expand};
use super::story::Story;
use crate::program::NodeId;
use std::collections::{BTreeMap, BTreeSet};

/// So many ways to one state are gone on from: what was made up on one may bar what comes later.
const WAYS: u8 = 3;

/// One step of a tour, and the one before it.
#[derive(Debug)]
struct Step {
    before: Option<usize>,
    depth: u32,
    taken: Successor,
}

/// A tour under way.
struct Tour<'e> {
    explorer: &'e Explorer<'e>,
    steps: Vec<Step>,
    /// How often each state was come to, by ways that differ.
    seen: BTreeMap<u64, u8>,
    /// What is gone on from: the places that were come to least often first, and there the shortest ways.
    next: BTreeSet<(u32, u32, usize)>,
    comings: BTreeMap<NodeId, u32>,
    left: BTreeSet<Move>,
    plays_left: usize,
}

impl Explorer<'_> {
    /// Ways that can be played and together take as many of these moves as are found before so many were played. Each
    /// takes at least one that those before it do not.
    pub fn tour(
        &self,
        wanted: BTreeSet<Move>,
        max_plays: usize,
        mut plays: impl FnMut(&Story) -> bool,
    ) -> Vec<Story> {
        let mut tour = Tour {
            explorer: self,
            steps: Vec::new(),
            seen: BTreeMap::new(),
            next: BTreeSet::new(),
            comings: BTreeMap::new(),
            left: wanted,
            plays_left: max_plays,
        };
        let mut ways = Vec::new();
        for (mv, mut state) in roots(&self.plan) {
            self.plan.prune(&mut state);
            let root = Successor { mv, state, symptom: None, settled: Settled::new() };
            tour.come(None, root, &mut plays);
        }
        while let Some((_, _, at)) = tour.next.pop_first() {
            if tour.left.is_empty() || tour.plays_left == 0 {
                break;
            }
            ways.extend(tour.go_on(at, &mut plays));
        }
        ways.into_iter().map(|way| tour.story(way)).collect()
    }
}

impl Tour<'_> {
    /// Whatever can follow a step; returns those that take what nothing before them has taken.
    fn go_on(&mut self, at: usize, plays: &mut impl FnMut(&Story) -> bool) -> Vec<usize> {
        let plan = &self.explorer.plan;
        let state = &self.steps[at].taken.state;
        let found = expand(plan, state).into_iter().filter(|next| !hangs_up_early(plan, state, next.mv));
        let found: Vec<Successor> = found.collect();
        found.into_iter().filter_map(|next| self.come(Some(at), next, plays)).collect()
    }

    /// Takes a step if it can be played; returns it if it takes what nothing before it has taken.
    fn come(
        &mut self,
        before: Option<usize>,
        taken: Successor,
        plays: &mut impl FnMut(&Story) -> bool,
    ) -> Option<usize> {
        let exit = taken.mv.plain();
        let is_new = self.left.contains(&exit);
        let print = taken.state.print();
        let often = self.seen.get(&print).copied().unwrap_or(0);
        if (often >= WAYS && !is_new) || self.plays_left == 0 {
            return None;
        }
        let decides = is_new || self.decides(&taken);
        let (place, depth) = (taken.state.frame().map(|frame| frame.at), self.depth(before) + 1);
        let id = self.steps.len();
        self.steps.push(Step { before, depth, taken });
        if decides {
            self.plays_left -= 1;
            if !plays(&self.story(id)) {
                self.steps.pop();
                return None;
            }
        }
        if often < WAYS {
            self.seen.insert(print, often + 1);
            let comings = place.map(|place| self.comings.entry(place).or_default());
            let often = comings.map_or(0, |count| {
                *count += 1;
                *count
            });
            self.next.insert((often, depth, id));
        }
        self.left.remove(&exit).then_some(id)
    }

    /// Whether a step may turn out otherwise than it should.
    fn decides(&self, step: &Successor) -> bool {
        let arms = self.explorer.plan.program.node(step.mv.node).arms.len();
        match step.mv.deed {
            Deed::Goes | Deed::Waits | Deed::Ends => !step.settled.is_empty(),
            Deed::Leaves(_) => arms > 1 || !step.settled.is_empty(),
            Deed::Arrives(..)
            | Deed::Begins(_)
            | Deed::Answers(..)
            | Deed::Runs(_)
            | Deed::CallsNext
            | Deed::Silence
            | Deed::Unfit(_)
            | Deed::Wrong
            | Deed::Presses(_)
            | Deed::HangsUp
            | Deed::LeavesBehind
            | Deed::Connects
            | Deed::Parts
            | Deed::Joins
            | Deed::Fails => true,
        }
    }

    fn depth(&self, step: Option<usize>) -> u32 {
        step.map_or(0, |step| self.steps[step].depth)
    }

    fn story(&self, last: usize) -> Story {
        let mut way: Vec<Successor> = Vec::new();
        let mut at = Some(last);
        while let Some(step) = at.map(|at| &self.steps[at]) {
            way.push(step.taken.clone());
            at = step.before;
        }
        way.reverse();
        Story::of(&self.explorer.plan, &way)
    }
}
