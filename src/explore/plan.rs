//! A program as the prover sees it: conditions in parts, variables that matter, and where each of them still does.

use super::atom::{Atoms, Claim, Formula, Seen, look};
use super::callers::Callers;
use super::classes::Classes;
use super::known::{Known, Sight};
use super::live::Live;
use super::rounds::Rounds;
use super::state::{AtomId, Frame, Settled, State};
use crate::program::{Builtin, Channel, Expr, FlowId, NodeId, Program, ScheduleId, Slot, Text, Verb};
use crate::time::Wall;

/// What is looked up while states are expanded. It is made once for a program.
#[derive(Clone, Debug)]
pub(super) struct Plan<'p> {
    pub program: &'p Program,
    pub atoms: Atoms,
    pub classes: Classes,
    pub callers: Callers,
    /// The condition of each node that has one: of `if`, and of a queue with hours.
    pub formulas: Vec<Option<Formula>>,
    /// The topics that outcomes are about; the first is the contact as a whole.
    pub topics: Vec<Option<Text>>,
    /// Exits that a node must handle and does not, by its word.
    pub unhandled: Vec<Vec<&'static str>>,
    pub live: Live,
    /// A condition that contacts meet as they arrive.
    pub condition: Option<Formula>,
    /// A condition that is asked at any state.
    pub meanwhile: Option<Formula>,
    /// What is never forgotten, because it may be asked at any state.
    pinned: Vec<AtomId>,
    pub clock: Clock,
    pub rounds: Rounds,
    /// The nodes that read a kept value which is known by then: they cannot fail.
    pub knows: Vec<bool>,
}

/// When hours may turn on a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Clock {
    /// While something takes a minute or longer, or nobody knows how long.
    #[default]
    StandsStill,
    /// While anything takes time at all.
    Turns,
}

impl<'p> Plan<'p> {
    pub fn new(program: &'p Program, from: Wall) -> Plan<'p> {
        Plan::asking(program, from, None, None)
    }

    /// The same, with conditions on contacts as they arrive and at any later state.
    pub fn asking(
        program: &'p Program,
        from: Wall,
        condition: Option<&Expr>,
        meanwhile: Option<&Expr>,
    ) -> Plan<'p> {
        let mut atoms = Atoms::new(program.flows.len());
        let mut formulas: Vec<Option<Formula>> = program
            .nodes
            .iter()
            .map(|node| decides(program, &node.verb).map(|expr| atoms.formula(node.flow, &expr)))
            .collect();
        let mut parts = |expr: &Expr| atoms.formula(FlowId(0), expr);
        let (condition, meanwhile) = (condition.map(&mut parts), meanwhile.map(&mut parts));
        // What a variable is set to is looked into only where a condition asks about the variable.
        let live = Live::of(program, &atoms, &formulas);
        for (node, formula) in program.nodes.iter().zip(&mut formulas) {
            if let Verb::Set(set) = &node.verb
                && let (Some(asked), true) = (depends_on(&set.value), live.is_followed(node.flow, set.slot))
            {
                *formula = Some(atoms.formula(node.flow, asked));
            }
        }
        let mut asked = Vec::new();
        meanwhile.iter().for_each(|formula| formula.atoms(&mut asked));
        let pinned = asked.into_iter().flat_map(|id| atoms.related(id)).collect();
        let classes = Classes::of(program, &atoms, from);
        let callers = Callers::of(program, &atoms);
        let live = Live::of(program, &atoms, &formulas);
        let mut topics: Vec<Option<Text>> = vec![None];
        for node in &program.nodes {
            if let Verb::Outcome(outcome) = &node.verb
                && !topics.contains(&outcome.topic)
            {
                topics.push(outcome.topic.clone());
            }
        }
        let unhandled = program.nodes.iter().map(unhandled).collect();
        Plan {
            program,
            atoms,
            classes,
            callers,
            formulas,
            topics,
            unhandled,
            live,
            condition,
            meanwhile,
            pinned,
            clock: Clock::default(),
            rounds: Rounds::of(program),
            knows: super::kept::known(program),
        }
    }

    /// Whether a condition asks for hours, shifts or the calendar.
    pub fn asks_the_clock(&self) -> bool {
        self.atoms.all.iter().any(|atom| atom.is_clock)
    }

    /// What an atom is, as far as a state settles it.
    pub fn settled(&self, state: &State, id: AtomId) -> Option<bool> {
        let atom = self.atoms.get(id);
        if atom.is_free {
            return None;
        }
        let frame = state.frame()?;
        let computed = super::known::truth(&atom.expr, &View { frame, channel: state.channel });
        let facts = if atom.flow.is_some() { &frame.facts } else { &state.facts };
        let fact = |id: AtomId| facts.binary_search_by_key(&id, |(id, _)| *id).ok().map(|at| facts[at].1);
        computed
            .or_else(|| fact(id))
            .or_else(|| self.by_equality(&fact, id))
            .or_else(|| self.by_relation(&fact, id))
            .or_else(|| self.callers.forced(&state.facts, id))
            .or_else(|| self.classes.forced(self.program, &self.atoms, &state.facts, id))
    }

    /// What is equal to one value is equal to no other.
    fn by_equality(&self, fact: &impl Fn(AtomId) -> Option<bool>, id: AtomId) -> Option<bool> {
        let (term, value) = self.atoms.get(id).equals.as_ref()?;
        let others = self.atoms.terms[*term].2.iter().filter(|other| **other != id);
        let equal = others.filter(|other| fact(**other) == Some(true));
        let other = equal.filter_map(|other| self.atoms.get(*other).equals.as_ref()).next()?;
        Some(other.1 == *value)
    }

    /// What stands so to one value stands otherwise to others.
    fn by_relation(&self, fact: &impl Fn(AtomId) -> Option<bool>, id: AtomId) -> Option<bool> {
        let (term, asked) = self.atoms.get(id).stands.as_ref()?;
        let others = self.atoms.terms[*term].2.iter().filter(|other| **other != id);
        let mut answers = others.filter_map(|other| {
            let (of, known) = self.atoms.get(*other).stands.as_ref()?;
            if of == term { asked.follows(known, fact(*other)?) } else { None }
        });
        answers.next()
    }

    /// The ways in which a condition can go in a state, each with what it settles.
    pub fn ways(&self, state: &State, formula: &Formula) -> Vec<(State, bool, Settled)> {
        let (mut open, mut ways) = (vec![(state.clone(), Settled::new())], Vec::new());
        while let Some((state, free)) = open.pop() {
            let settled = |id| {
                let fixed = free.iter().find(|(known, _)| *known == id).map(|(_, holds)| *holds);
                fixed.or_else(|| self.settled(&state, id))
            };
            match formula.value(&settled) {
                Ok(holds) => ways.push((state, holds, free)),
                Err(atom) => {
                    for holds in [false, true] {
                        let (mut state, mut free) = (state.clone(), free.clone());
                        self.settle(&mut state, atom, holds);
                        free.push((atom, holds));
                        open.push((state, free));
                    }
                }
            }
        }
        ways
    }

    /// Settles an atom.
    pub fn settle(&self, state: &mut State, id: AtomId, holds: bool) {
        let atom = self.atoms.get(id);
        if atom.is_free {
            return;
        }
        let facts = match (atom.flow.is_some(), state.scopes.last_mut().and_then(|s| s.frames.last_mut())) {
            (true, Some(frame)) => &mut frame.facts,
            (true, None) | (false, _) => &mut state.facts,
        };
        super::state::put(facts, id, Some(holds));
    }

    /// A variable of the frame that runs has another value.
    pub fn assign(&self, state: &mut State, slot: Slot, known: Option<Known>) {
        let Some(frame) = state.frame_mut() else { return };
        frame.facts.retain(|(id, _)| !self.atoms.get(*id).slots.contains(&slot));
        let known = known.filter(|_| self.live.is_followed(frame.flow, slot));
        frame.set_value(slot, known);
    }

    /// What an expression is worth in the frame that runs.
    pub fn evaluate(&self, state: &State, expr: &Expr) -> Option<Known> {
        let frame = state.frame()?;
        super::known::evaluate(expr, &View { frame, channel: state.channel })
    }

    /// Time has passed: what was settled of the clock may be otherwise.
    pub fn time_passes(&self, state: &mut State) {
        state.facts.retain(|(id, _)| !self.atoms.get(*id).is_clock);
        for frame in state.scopes.iter_mut().flat_map(|scope| &mut scope.frames) {
            frame.facts.retain(|(id, _)| !self.atoms.get(*id).is_clock);
        }
    }

    /// Hours were set by hand: open, closed, or as they are.
    pub fn set_hours(&self, state: &mut State, schedule: ScheduleId, open: Option<bool>) {
        let is_of = |id: &AtomId| self.atoms.get(*id).claim == Claim::Open(schedule);
        state.facts.retain(|(id, _)| !is_of(id));
        let atom = self.atoms.of(None).iter().copied().find(is_of);
        if let (Some(atom), Some(open)) = (atom, open) {
            self.settle(state, atom, open);
        }
    }

    /// Somebody else is the caller.
    pub fn another_caller(&self, state: &mut State) {
        state.facts.retain(|(id, _)| self.atoms.get(*id).is_clock);
    }

    /// Drops what nothing asks about any more, so that states which differ in nothing else are one.
    pub fn prune(&self, state: &mut State) {
        let after_call = state.after_call.map(|flow| self.program.flow(flow).entry);
        let State { facts, scopes, .. } = state;
        facts.retain(|(id, _)| {
            if self.pinned.contains(id) {
                return true;
            }
            let local = self.atoms.get(*id).local;
            let places = scopes.iter().flat_map(|scope| &scope.frames).map(|frame| frame.at);
            places.chain(after_call).any(|at| self.live.asks(at, local))
        });
        for frame in scopes.iter_mut().flat_map(|scope| &mut scope.frames) {
            let (at, flow) = (frame.at, frame.flow);
            frame.values.retain(|(slot, _)| self.live.uses(at, *slot));
            let local = |id: &AtomId| self.atoms.get(*id).local;
            frame.facts.retain(|(id, _)| self.live.asks_of_flow(flow, at, local(id)));
        }
    }

    pub fn topic(&self, topic: &Option<Text>) -> u16 {
        self.topics.iter().position(|known| known == topic).unwrap_or_default() as u16
    }

    pub fn verb(&self, node: NodeId) -> &'p Verb {
        &self.program.node(node).verb
    }
}

/// What is known in a frame.
struct View<'s> {
    frame: &'s Frame,
    channel: Channel,
}

impl Sight for View<'_> {
    fn slot(&self, slot: Slot) -> Option<Known> {
        self.frame.value(slot).cloned()
    }

    fn channel(&self) -> Channel {
        self.channel
    }
}

/// What decides at a node.
fn decides(program: &Program, verb: &Verb) -> Option<Expr> {
    match verb {
        Verb::If(decision) => Some(decision.condition.clone()),
        Verb::Queue(queue) => program.queues[queue.queue.0 as usize].hours.map(Expr::Open),
        _ => None,
    }
}

/// The condition on which a value depends that is one of two.
fn depends_on(value: &Expr) -> Option<&Expr> {
    match value {
        Expr::Choose(condition, ..) => Some(condition),
        Expr::Not(_)
        | Expr::And(..)
        | Expr::Or(..)
        | Expr::Compare(..)
        | Expr::IsNone(_)
        | Expr::InNumbers(..)
        | Expr::CallerIs(_)
        | Expr::Open(_)
        | Expr::Builtin(Builtin::IsMobile | Builtin::IsIn | Builtin::StartsWith | Builtin::Contains, _) => {
            Some(value)
        }
        _ => None,
    }
}

/// The exits that the verb's record wants handled, and that the node has no arm for.
fn unhandled(node: &crate::program::Node) -> Vec<&'static str> {
    let has = |word: &str| node.arms.iter().any(|arm| arm.exit.to_string() == word);
    let needed = node.verb.spec().exits.iter().filter(|exit| exit.needed);
    needed.map(|exit| exit.word).filter(|word| !has(word)).collect()
}

/// The variables that an expression speaks of.
pub(super) fn slots_of(expr: &Expr) -> Vec<Slot> {
    let mut seen = Seen::default();
    look(expr, &mut seen);
    seen.slots
}

/// The first node of a flow.
pub(super) fn entry(program: &Program, flow: FlowId) -> NodeId {
    program.flow(flow).entry
}
