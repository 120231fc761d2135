//! Ways that are played as they are found: only what could be played is gone on from, so that one step for which nothing
//! can be made up bars the ways behind it, and not the exits.
//!
//! It is gone on where an exit that is left is nearest; one that was tried in vain is taken to be further away each time.

use super::moves::{Deed, Move};
use super::part::hangs_up_early;
use super::reach::Reach;
use super::roots::roots;
use super::search::Explorer;
use super::state::Settled;
use super::step::{Successor, expand};
use super::story::Story;
use crate::program::NodeId;
use std::collections::{BTreeMap, BTreeSet};

/// So many ways to one state are gone on from: what was made up on one may bar what comes later.
const WAYS: u32 = 24;
/// So much further away is what lies behind another way to a state that was come to before.
const ANOTHER_WAY: u32 = 5;
/// So many calls are tried on other ways to one exit, and so often, each time around more that barred the ways before.
const SHORT: usize = 150;
const ROUNDABOUT: usize = 4;
/// After so many plays it is measured anew how far what is left is away.
const MEASURED: usize = 10;

/// Whether a way can be played; else the node at which it cannot, where there is one.
pub type Played = Result<(), Option<NodeId>>;

/// One step of a tour, and the one before it.
#[derive(Debug)]
struct Step {
    before: Option<usize>,
    depth: u32,
    taken: Successor,
    /// Whether the way up to it has been played.
    is_played: bool,
    /// How much was there before it: ways to its state, and comings to its node.
    handicap: u32,
}

/// A tour under way.
struct Tour<'e> {
    explorer: &'e Explorer<'e>,
    steps: Vec<Step>,
    /// How often each state was come to, by ways that differ.
    seen: BTreeMap<u64, u32>,
    /// What is gone on from: what is nearest to something that is left first, and there the shortest ways.
    next: BTreeSet<(u32, u32, usize)>,
    comings: BTreeMap<NodeId, u32>,
    left: BTreeSet<Move>,
    /// How often nothing could be made up for an exit that is left.
    in_vain: BTreeMap<Move, u32>,
    reach: Reach,
    plays_left: usize,
    measured_at: usize,
    /// The moves for which nothing could be made up, on ways to each exit that is left.
    barred: BTreeMap<Move, BTreeSet<Move>>,
    /// Moves that no way takes.
    avoided: BTreeSet<Move>,
}

impl Explorer<'_> {
    /// Ways that can be played and together take as many of these moves as are found before so many were played. Each
    /// takes at least one that those before it do not. `plays` says, where a way cannot be played, at which node.
    pub fn tour(
        &self,
        wanted: BTreeSet<Move>,
        max_plays: usize,
        mut plays: impl FnMut(&Story) -> Played,
    ) -> Vec<Story> {
        let mut tour = Tour::new(self, wanted, max_plays, BTreeSet::new());
        let mut stories = tour.run(&mut plays);
        let mut barred = tour.barred.clone();
        for exit in tour.left.clone() {
            let mut known = BTreeSet::new();
            for _ in 0..ROUNDABOUT {
                let avoided = barred.get(&exit).cloned().unwrap_or_default();
                // An exit for which nothing can be made up itself is not come to otherwise.
                if avoided.len() == known.len() || avoided.contains(&exit) || tour.plays_left == 0 {
                    break;
                }
                known.clone_from(&avoided);
                let most = SHORT.min(tour.plays_left);
                let mut other = Tour::new(self, BTreeSet::from([exit]), most, avoided);
                stories.extend(other.run(&mut plays));
                tour.plays_left -= most - other.plays_left;
                barred.entry(exit).or_default().extend(other.barred.remove(&exit).unwrap_or_default());
                if other.left.is_empty() {
                    break;
                }
            }
        }
        stories
    }
}

impl<'e> Tour<'e> {
    fn new(
        explorer: &'e Explorer<'e>,
        wanted: BTreeSet<Move>,
        max_plays: usize,
        avoided: BTreeSet<Move>,
    ) -> Tour<'e> {
        let mut tour = Tour {
            explorer,
            steps: Vec::new(),
            seen: BTreeMap::new(),
            next: BTreeSet::new(),
            comings: BTreeMap::new(),
            left: wanted,
            in_vain: BTreeMap::new(),
            reach: Reach::of(explorer.plan.program),
            plays_left: max_plays,
            measured_at: max_plays,
            barred: BTreeMap::new(),
            avoided,
        };
        tour.measure();
        tour
    }

    /// The ways that it finds.
    fn run(&mut self, plays: &mut impl FnMut(&Story) -> Played) -> Vec<Story> {
        let mut ways = Vec::new();
        // A flow that nobody has ordered yet may begin behind a contact that was found meanwhile.
        loop {
            let before = ways.len();
            self.begin(plays);
            ways.extend(self.wander(plays));
            if ways.len() == before || self.is_over() {
                break;
            }
        }
        ways.into_iter().map(|way| self.story(way)).collect()
    }

    fn is_over(&self) -> bool {
        self.left.is_empty() || self.plays_left == 0
    }

    /// Begins with all contacts that have not been played yet.
    fn begin(&mut self, plays: &mut impl FnMut(&Story) -> Played) {
        let plan = &self.explorer.plan;
        for (mv, mut state) in roots(plan) {
            if self.steps.iter().any(|step| step.before.is_none() && step.is_played && step.taken.mv == mv) {
                continue;
            }
            plan.prune(&mut state);
            let root = Successor { mv, state, symptom: None, settled: Settled::new() };
            self.come(None, root, plays);
        }
    }

    /// Goes on wherever it leads to what is left; returns the steps that take what nothing before them has taken.
    fn wander(&mut self, plays: &mut impl FnMut(&Story) -> Played) -> Vec<usize> {
        let mut ways = Vec::new();
        while let Some((far, depth, at)) = self.next.pop_first() {
            if self.is_over() {
                break;
            }
            match self.far(at) {
                Some(now) if now <= far => ways.extend(self.go_on(at, plays)),
                // What it would have led to has been taken, or was tried in vain, meanwhile.
                Some(now) => drop(self.next.insert((now, depth, at))),
                None => {}
            }
        }
        ways
    }

    /// Whatever can follow a step, if it can be played; returns those that take what nothing before them has taken.
    fn go_on(&mut self, at: usize, plays: &mut impl FnMut(&Story) -> Played) -> Vec<usize> {
        if !self.steps[at].is_played && !self.play(at, plays) {
            // Another way to the same may do.
            self.seen.entry(self.steps[at].taken.state.print()).and_modify(|often| *often -= 1);
            return Vec::new();
        }
        let plan = &self.explorer.plan;
        let state = &self.steps[at].taken.state;
        let found = expand(plan, state).into_iter().filter(|next| !hangs_up_early(plan, state, next.mv));
        let found: Vec<Successor> = found.collect();
        found.into_iter().filter_map(|next| self.come(Some(at), next, plays)).collect()
    }

    /// Plays the way up to a step.
    fn play(&mut self, at: usize, plays: &mut impl FnMut(&Story) -> Played) -> bool {
        if self.plays_left == 0 {
            return false;
        }
        self.plays_left -= 1;
        let story = self.story(at);
        let played = plays(&story);
        let is_played = played.is_ok();
        self.steps[at].is_played = is_played;
        if let (Err(Some(node)), Some(last)) = (played, story.steps.last()) {
            let bars = story.steps.iter().rev().find(|step| step.mv.node == node);
            let exit = last.mv.plain();
            if let (Some(bars), true) = (bars, self.left.contains(&exit)) {
                self.barred.entry(exit).or_default().insert(bars.mv.plain());
            }
        }
        if self.measured_at - self.plays_left >= MEASURED {
            self.measure();
        }
        is_played
    }

    fn measure(&mut self) {
        self.measured_at = self.plays_left;
        self.reach.measure(&self.left, &self.in_vain);
    }

    /// Takes a step to be gone on from later; returns it if it takes what nothing before it has taken, and can be played.
    fn come(
        &mut self,
        before: Option<usize>,
        taken: Successor,
        plays: &mut impl FnMut(&Story) -> Played,
    ) -> Option<usize> {
        let exit = taken.mv.plain();
        let is_new = self.left.contains(&exit);
        if self.avoided.contains(&exit) {
            return None;
        }
        let print = taken.state.print();
        let often = self.seen.get(&print).copied().unwrap_or(0);
        if (often >= WAYS || self.reach.from(&taken.state).is_none()) && !is_new {
            return None;
        }
        let (place, depth) = (taken.state.frame().map(|frame| frame.at), self.depth(before) + 1);
        let is_played = !is_new && !self.decides(&taken);
        let comings = place.map_or(0, |place| self.comings.get(&place).copied().unwrap_or(0));
        let (id, handicap) = (self.steps.len(), often * ANOTHER_WAY + comings);
        self.steps.push(Step { before, depth, taken, is_played, handicap });
        if is_new && !self.play(id, plays) {
            *self.in_vain.entry(exit).or_default() += 1;
            self.steps.pop();
            return None;
        }
        if let (Some(far), true) = (self.far(id), often < WAYS) {
            self.seen.insert(print, often + 1);
            if let Some(place) = place {
                *self.comings.entry(place).or_default() += 1;
            }
            self.next.insert((far, depth, id));
        }
        self.left.remove(&exit).then_some(id)
    }

    /// How far a step is from what is left.
    fn far(&self, at: usize) -> Option<u32> {
        let step = &self.steps[at];
        Some(self.reach.from(&step.taken.state)? + step.handicap)
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
