//! Promises: each is searched for a call that breaks it.
//!
//! | promise | broken by |
//! |---|---|
//! | `never …` | any call in which it comes about, while its condition can hold |
//! | `always …` | a call that ends, though the caller stays, and it has not come about |
//! | `always human`, `always … within …`, `… and … keys` | a world against which the caller has no choice that brings it about in time |

use super::finding::{Finding, Kind};
use super::game::{Game, Lengths};
use super::moves::{Deed, Move};
use super::part::{Batch, Part};
use super::plan::{Clock, Plan};
use super::roots::roots;
use super::search::{Explorer, Search};
use super::state::{Phase, Settled, Stage, State};
use super::step::Successor;
use crate::program::verb::Outcome;
use crate::program::{Goal, NodeId, Program, Promise, Verb};
use crate::time::{DurationMs, Wall};

/// What became of a promise.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Its position in the program.
    pub promise: usize,
    /// The shortest call found that breaks it.
    pub broken: Option<Finding>,
    /// Whether every state was looked at: else it is kept only as far as the search went.
    pub is_complete: bool,
    /// Whether it is kept only as long as hours do not turn while something takes less than a minute.
    pub stands_still: bool,
    /// Whether any contact meets its condition.
    pub is_met: bool,
    /// How many states were seen.
    pub states: usize,
}

/// How a promise is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// What must never come about does.
    Happens,
    /// The contact is over, and it has not come about.
    EndsWithout,
    /// The contact does not end of itself.
    GoesOn,
    /// Whatever the caller does, it need not come about.
    NoWay,
    /// With so many keys and no more, it need not come about.
    MoreKeys(u8),
    /// The best that a caller can do takes so long.
    Takes(DurationMs),
}

impl<'p> Explorer<'p> {
    /// Prepares a program for one of its promises.
    fn for_promise(program: &'p Program, from: Wall, promise: &Promise) -> Explorer<'p> {
        let (condition, meanwhile) = (promise.condition.as_ref(), promise.meanwhile.as_ref());
        Explorer { plan: Plan::asking(program, from, condition, meanwhile) }
    }
}

/// Searches for a call that breaks a promise. `lengths` says how long prompts and sounds are.
pub fn judge(
    program: &Program,
    promise: usize,
    from: Wall,
    max_states: usize,
    lengths: &Lengths,
    expand: impl Fn(&mut Search) -> Vec<Batch>,
) -> Verdict {
    let claim = &program.promises[promise];
    let mut explorer = Explorer::for_promise(program, from, claim);
    explorer.plan.rounds = explorer.plan.rounds.all(program);
    if explorer.plan.asks_the_clock() {
        // Where hours may turn all the time there is less to remember: what is kept then is kept in any case.
        explorer.plan.clock = Clock::Turns;
        let turning = judge_with(&explorer, promise, max_states, lengths, &expand);
        if turning.broken.is_none() && turning.is_complete {
            return turning;
        }
        explorer.plan.clock = Clock::StandsStill;
    }
    let still = judge_with(&explorer, promise, max_states, lengths, &expand);
    Verdict { stands_still: still.broken.is_none() && explorer.plan.asks_the_clock(), ..still }
}

fn judge_with(
    explorer: &Explorer,
    promise: usize,
    max_states: usize,
    lengths: &Lengths,
    expand: &impl Fn(&mut Search) -> Vec<Batch>,
) -> Verdict {
    let claim = &explorer.plan.program.promises[promise];
    let mut judge = Judge::new(explorer, claim, max_states);
    let is_met = !judge.search.is_done();
    let broken = match (claim.is_for_the_caller(), claim.always, &claim.goal) {
        (true, ..) => judge.by_caller(lengths, expand),
        (false, true, Goal::Ends) => judge.always_ends(expand),
        (false, ..) => judge.first(expand),
    };
    let broken = broken.map(|(node, breach, way)| Finding {
        kind: Kind::Promise(promise, breach),
        node,
        story: judge.search.story(&way),
        turns: false,
    });
    Verdict {
        promise,
        broken,
        is_complete: judge.search.is_complete(),
        stands_still: false,
        is_met,
        states: judge.search.states(),
    }
}

/// Expands a layer in one go.
pub fn in_one_go(search: &mut Search) -> Vec<Batch> {
    search.parts(1).into_iter().map(Part::expand).collect()
}

type Broken = (NodeId, Breach, Vec<Successor>);

struct Judge<'e> {
    plan: &'e Plan<'e>,
    claim: &'e Promise,
    search: Search<'e>,
}

impl<'e> Judge<'e> {
    fn new(explorer: &'e Explorer<'e>, claim: &'e Promise, max_states: usize) -> Judge<'e> {
        let plan = &explorer.plan;
        let is_spoken_of = |state: &State| !state.is_task && !is_turned_away(plan, state);
        let begins = roots(plan).into_iter().filter(|(_, state)| is_spoken_of(state));
        let meet = |(mv, state): (Move, State)| -> Vec<(Move, State, Settled)> {
            match &plan.condition {
                None => vec![(mv, state, Vec::new())],
                Some(condition) => {
                    let ways = plan.ways(&state, condition).into_iter().filter(|(_, holds, _)| *holds);
                    ways.map(|(state, _, settled)| (mv, state, settled)).collect()
                }
            }
        };
        let begins = begins.flat_map(meet).collect();
        Judge { plan, claim, search: explorer.search_from(begins, max_states) }
    }

    /// The first call that breaks it, breadth first.
    fn first(&mut self, expand: &impl Fn(&mut Search) -> Vec<Batch>) -> Option<Broken> {
        while !self.search.is_done() {
            let mut batches = expand(&mut self.search);
            if let Some((number, ordinal, breach)) = self.broken_in(&batches) {
                let mut way = self.search.way(number, Some(ordinal));
                let node = way.last().map_or(NodeId(0), |last| last.mv.node);
                self.settle_last(&mut way);
                return Some((node, breach, way));
            }
            if self.claim.always {
                self.search
                    .keep(&mut batches, |from, next| !hangs_up(next.mv) && !self.comes_about(from, next));
            }
            self.search.take(batches);
        }
        None
    }

    /// The first move of the layer that breaks it: its state, its position, and how.
    fn broken_in(&self, batches: &[Batch]) -> Option<(u32, u16, Breach)> {
        let mut states = (self.search.first_number()..).zip(self.search.found(batches));
        states.find_map(|(number, (from, found))| {
            found.iter().find_map(|found| Some((number, found.ordinal, self.breaks(from, &found.next)?)))
        })
    }

    /// Whether a move breaks a promise about whatever callers do.
    fn breaks(&self, from: &State, next: &Successor) -> Option<Breach> {
        let comes = self.comes_about(from, next);
        match self.claim.always {
            false => (comes && self.may_be(from, next)).then_some(Breach::Happens),
            true => {
                let is_over = next.state.phase == Phase::Ended || rests(self.plan, &next.state);
                (is_over && !comes && !hangs_up(next.mv)).then_some(Breach::EndsWithout)
            }
        }
    }

    /// Whether what must not come about counts here.
    fn may_be(&self, from: &State, next: &Successor) -> bool {
        let counts = !(self.claim.unverified && from.verified);
        counts && self.meanwhile(from, next).is_some()
    }

    /// What has to be settled for the condition of `never …` to hold at a move; nothing where it cannot. What the move
    /// itself has settled holds: whoever is in a queue has come there in its hours.
    fn meanwhile(&self, from: &State, next: &Successor) -> Option<Settled> {
        let Some(formula) = &self.plan.meanwhile else { return Some(Vec::new()) };
        let mut state = from.clone();
        next.settled.iter().for_each(|(atom, holds)| self.plan.settle(&mut state, *atom, *holds));
        let mut ways = self.plan.ways(&state, formula).into_iter();
        ways.find(|(_, holds, _)| *holds).map(|(_, _, settled)| settled)
    }

    /// The last move is told with what must hold at it.
    fn settle_last(&self, way: &mut [Successor]) {
        let [.., before, last] = way else { return };
        if !self.claim.always {
            let wanted = self.meanwhile(&before.state, last).unwrap_or_default();
            last.settled.extend(wanted);
        }
    }

    /// Contacts that do not end of themselves.
    fn always_ends(&mut self, expand: &impl Fn(&mut Search) -> Vec<Batch>) -> Option<Broken> {
        while !self.search.is_done() {
            let batches = expand(&mut self.search);
            self.search.take(batches);
        }
        let mut endless = self.search.without_end(false);
        endless.extend(self.search.waits_for_ever());
        let first = endless.into_iter().min()?;
        let way = self.search.way(first, None);
        let node = way.last().and_then(|last| last.state.frame()).map_or(NodeId(0), |frame| frame.at);
        Some((node, Breach::GoesOn, way))
    }

    /// What a caller can bring about, against a world that does its worst.
    fn by_caller(
        &mut self,
        lengths: &Lengths,
        expand: &impl Fn(&mut Search) -> Vec<Batch>,
    ) -> Option<Broken> {
        let mut game = Game::new(self.plan.program, lengths, self.claim);
        while !self.search.is_done() {
            let mut batches = expand(&mut self.search);
            self.search.keep(&mut batches, |_, next| !leaves(next.mv));
            game.note(self.search.found(&batches), |from, next| self.comes_about(from, next));
            self.search.keep(&mut batches, |from, next| !self.comes_about(from, next));
            self.search.take_with(batches, |to| game.leads(to));
        }
        if !self.search.is_complete() {
            return None;
        }
        let (breach, root, moves) = game.judge(self.search.root_count(), self.claim)?;
        let way = self.search.follow(root as u16, &moves);
        let node = way.last().map_or(NodeId(0), |last| last.mv.node);
        Some((node, breach, way))
    }

    /// Whether a move brings about what the promise is about.
    fn comes_about(&self, from: &State, next: &Successor) -> bool {
        let verb = self.plan.verb(next.mv.node);
        let waits = next.mv.deed == Deed::Waits;
        match &self.claim.goal {
            Goal::Human => waits && matches!(verb, Verb::Queue(_) | Verb::Transfer(_)),
            Goal::Queue => waits && matches!(verb, Verb::Queue(_)),
            Goal::Transfer => match verb {
                Verb::Transfer(_) => waits,
                Verb::HandOver(_) | Verb::Redirect(_) => !leaves(next.mv),
                _ => false,
            },
            Goal::Ends => {
                next.state.phase == Phase::Ended && !leaves(next.mv) && from.phase == Phase::Talking
            }
            Goal::Reaches(flow) => match (next.mv.deed, verb) {
                (Deed::Goes, Verb::Goto(goto)) => goto.flow == *flow,
                (Deed::Goes, Verb::Do(call)) => call.flow == *flow,
                (Deed::Parts, _) => next.state.frame().is_some_and(|frame| frame.flow == *flow),
                _ => false,
            },
            Goal::Outcome(word, topic) => match (next.mv.deed, verb) {
                // The last of a block leads nowhere on.
                (Deed::Leaves(_) | Deed::Goes, Verb::Outcome(outcome)) => {
                    outcome.outcome == *word && outcome.topic == *topic && !stands_already(from, outcome)
                }
                _ => {
                    let speaks =
                        |state: &State| state.scope().map(|scope| scope.stage) == Some(Stage::Speaks);
                    topic.is_none() && **word == *"handed_over" && speaks(&next.state) && !speaks(from)
                }
            },
        }
    }
}

/// Whether what the hang-up handler says does not count: something was said of the contact before.
fn stands_already(from: &State, outcome: &Outcome) -> bool {
    from.phase == Phase::Leaving && from.told && from.fresh.is_empty() && outcome.topic.is_none()
}

/// Whether the route has nothing for these contacts but to turn them away.
fn is_turned_away(plan: &Plan, state: &State) -> bool {
    let Some(mut at) = state.frame().map(|frame| frame.at) else { return false };
    while let (Verb::Outcome(_), Some(arm)) = (plan.verb(at), plan.program.node(at).arms.first()) {
        at = arm.to;
    }
    matches!(plan.verb(at), Verb::Reject(_))
}

/// Whether the caller leaves, or the flow cannot go on: nothing comes about by that.
fn leaves(mv: Move) -> bool {
    hangs_up(mv) || mv.deed == Deed::Fails
}

/// Whether it is the caller who leaves.
fn hangs_up(mv: Move) -> bool {
    matches!(mv.deed, Deed::HangsUp | Deed::LeavesBehind)
}

/// Whether the flow rests by the script's will, until the caller hangs up.
fn rests(plan: &Plan, state: &State) -> bool {
    let at = state.frame().map(|frame| plan.verb(frame.at));
    matches!(at, Some(Verb::Play(play)) if play.extent == crate::program::verb::Extent::UntilHungUp)
}
