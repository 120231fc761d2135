//! An abstract state: everything of a session that decides where it can go, and nothing else.
//!
//! Kept are the node, the flows that wait for a return, the budgets, the rounds of loops, what conditions have settled,
//! and whether an outcome is set. Not kept are values that a caller or a service gives, and the time.

use super::known::Known;
use super::print::Print;
use crate::program::{Channel, FlowId, NodeId, Slot};

/// A condition's smallest part, by its position among all of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AtomId(pub u32);

/// Atoms that a move has settled, and how.
pub(super) type Settled = Vec<(AtomId, bool)>;

/// Where a session is, as far as the prover looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub channel: Channel,
    /// Whether the contact began without a caller.
    pub is_task: bool,
    pub phase: Phase,
    /// Whether there is, or was, a caller.
    pub had_caller: bool,
    pub answered: bool,
    pub early: bool,
    /// Whether a customer has proved who it is.
    pub verified: bool,
    /// Whether any outcome is set.
    pub told: bool,
    /// Topics told about since the caller acted last, the contact as a whole among them; sorted.
    pub fresh: Vec<u16>,
    /// Whether the block before a conversation has said what came of the contact.
    pub told_connecting: bool,
    /// The outermost first.
    pub scopes: Vec<Scope>,
    /// What questions have spent, in the order of their nodes.
    pub budgets: Vec<(NodeId, Budget)>,
    /// What is settled of the contact and of the clock, in the order of the atoms.
    pub facts: Vec<(AtomId, bool)>,
    pub after_call: Option<FlowId>,
    /// The `record` whose message is before the caller.
    pub review: Option<NodeId>,
    /// Nodes done since something was waited for; counted only where a program may meet the bound.
    pub steps: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Talking,
    Alone,
    Leaving,
    Ended,
}

/// A part of a flow that is being run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    pub role: Role,
    /// The innermost last; never empty.
    pub frames: Vec<Frame>,
    pub stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Contact,
    Waiting,
    Aside,
    Connecting,
    Room,
}

/// How far a scope is with its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The node is about to be done.
    Enter,
    /// The block has ended, and what is below goes on.
    Silent,
    /// It waits in a queue, for whoever is called, or for a reply.
    Waits,
    /// The place in the queue has gone to a call back, and the queue is over.
    Over,
    /// Somebody has taken the call; the block before the conversation runs.
    Connecting,
    /// The two speak.
    Speaks,
    /// There is a place in the room, and the caller is told what is to be told.
    Entering,
    /// The caller is in the room, alone or not.
    Inside { joined: bool },
}

/// One flow that has been entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub flow: FlowId,
    pub at: NodeId,
    /// Where the value goes when it returns.
    pub result: Option<Slot>,
    /// Rounds of its loops, in the order of their nodes.
    pub rounds: Vec<(NodeId, u16)>,
    /// Variables whose value is known, in order.
    pub values: Vec<(Slot, Known)>,
    /// What is settled of its variables, in the order of the atoms.
    pub facts: Vec<(AtomId, bool)>,
}

/// What a question has spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Budget {
    pub no_input: u8,
    pub no_match: u8,
    pub wrong: u8,
}

impl State {
    /// The scope that runs. Only a state that has ended has none.
    pub fn scope(&self) -> Option<&Scope> {
        self.scopes.last()
    }

    /// The frame that runs.
    pub fn frame(&self) -> Option<&Frame> {
        self.scopes.last().and_then(|scope| scope.frames.last())
    }

    pub fn frame_mut(&mut self) -> Option<&mut Frame> {
        self.scopes.last_mut().and_then(|scope| scope.frames.last_mut())
    }

    /// What a question has spent.
    pub fn budget(&self, node: NodeId) -> Budget {
        let at = self.budgets.binary_search_by_key(&node, |(node, _)| *node);
        at.map(|at| self.budgets[at].1).unwrap_or_default()
    }

    pub fn set_budget(&mut self, node: NodeId, budget: Budget) {
        put(&mut self.budgets, node, (budget != Budget::default()).then_some(budget));
    }

    /// The caller has acted: questions that were left for silence or wrong keys begin anew; wrong secrets stay counted.
    pub fn caller_acted(&mut self) {
        for (_, budget) in &mut self.budgets {
            *budget = Budget { wrong: budget.wrong, ..Budget::default() };
        }
        self.budgets.retain(|(_, budget)| *budget != Budget::default());
    }

    /// Gives back what it holds, where its fingerprint is all that is asked for from now on.
    pub fn let_go(&mut self) {
        (self.fresh, self.scopes) = (Vec::new(), Vec::new());
        (self.budgets, self.facts) = (Vec::new(), Vec::new());
    }

    /// 64 bits that stand for it.
    pub fn print(&self) -> u64 {
        let mut print = Print::new();
        let bits = [
            self.is_task,
            self.had_caller,
            self.answered,
            self.early,
            self.verified,
            self.told,
            self.told_connecting,
        ];
        let bits = bits.into_iter().fold(0, |bits, bit| bits << 1 | u64::from(bit));
        print.add(
            bits << 32 | (self.channel as u64) << 16 | (self.phase as u64) << 8 | self.scopes.len() as u64,
        );
        let (after_call, review) = (self.after_call.map(|flow| flow.0), self.review.map(|node| node.0));
        print.add(option(after_call) << 32 | option(review));
        if self.steps > 0 {
            print.add(u64::from(self.steps));
        }
        let lengths = [self.fresh.len(), self.budgets.len(), self.facts.len()];
        print.add(lengths.into_iter().fold(0, |word, length| word << 16 | length as u64));
        self.fresh.iter().for_each(|topic| print.add(u64::from(*topic)));
        for (node, budget) in &self.budgets {
            let spent = [budget.no_input, budget.no_match, budget.wrong];
            let spent = spent.into_iter().fold(0, |word, count| word << 8 | u64::from(count));
            print.add(u64::from(node.0) << 32 | spent);
        }
        self.facts.iter().for_each(|fact| print.add(fact_word(*fact)));
        self.scopes.iter().for_each(|scope| scope.add_to(&mut print));
        print.finish()
    }
}

impl Scope {
    fn add_to(&self, print: &mut Print) {
        let stage = match self.stage {
            Stage::Enter => 0,
            Stage::Silent => 1,
            Stage::Waits => 2,
            Stage::Connecting => 3,
            Stage::Speaks => 4,
            Stage::Entering => 5,
            Stage::Inside { joined } => 6 + u64::from(joined),
            Stage::Over => 8,
        };
        print.add((self.role as u64) << 32 | stage << 16 | self.frames.len() as u64);
        self.frames.iter().for_each(|frame| frame.add_to(print));
    }
}

impl Frame {
    fn add_to(&self, print: &mut Print) {
        print.add(u64::from(self.flow.0) << 32 | u64::from(self.at.0));
        let lengths = [self.rounds.len(), self.values.len(), self.facts.len()];
        let lengths = lengths.into_iter().fold(0, |word, length| word << 16 | length as u64);
        print.add(lengths << 16 | self.result.map_or(0, |slot| u64::from(slot.0) + 1));
        self.rounds.iter().for_each(|(node, rounds)| print.add(u64::from(node.0) << 32 | u64::from(*rounds)));
        self.facts.iter().for_each(|fact| print.add(fact_word(*fact)));
        for (slot, known) in &self.values {
            let kind = |kind: u64| u64::from(slot.0) << 8 | kind;
            match known {
                Known::Nothing => print.add(kind(0)),
                Known::Bool(holds) => print.add(kind(1 + u64::from(*holds))),
                Known::Number(number) => {
                    print.add(kind(3));
                    let bytes = number.serialize();
                    let (low, high) = bytes.split_at(8);
                    [low, high].into_iter().for_each(|half| {
                        print.add(u64::from_le_bytes(half.try_into().unwrap_or_default()));
                    });
                }
                Known::Text(text) => {
                    print.add(kind(4));
                    print.text(text);
                }
                Known::Digits(digits) => {
                    print.add(kind(5));
                    print.text(digits);
                }
            }
        }
    }

    /// The rounds that a loop has gone.
    pub fn rounds(&self, node: NodeId) -> u16 {
        let at = self.rounds.binary_search_by_key(&node, |(node, _)| *node);
        at.map(|at| self.rounds[at].1).unwrap_or_default()
    }

    pub fn set_rounds(&mut self, node: NodeId, rounds: u16) {
        put(&mut self.rounds, node, (rounds > 0).then_some(rounds));
    }

    pub fn value(&self, slot: Slot) -> Option<&Known> {
        let at = self.values.binary_search_by_key(&slot, |(slot, _)| *slot);
        at.ok().map(|at| &self.values[at].1)
    }

    pub fn set_value(&mut self, slot: Slot, known: Option<Known>) {
        put(&mut self.values, slot, known);
    }
}

fn fact_word((atom, holds): (AtomId, bool)) -> u64 {
    u64::from(atom.0) << 1 | u64::from(holds)
}

fn option(number: Option<u32>) -> u64 {
    number.map_or(0, |number| u64::from(number) + 1)
}

/// Puts a value under a key of a sorted list, or takes it away.
pub(super) fn put<K: Copy + Ord, V>(list: &mut Vec<(K, V)>, key: K, value: Option<V>) {
    match (list.binary_search_by_key(&key, |(key, _)| *key), value) {
        (Ok(at), Some(value)) => list[at].1 = value,
        (Ok(at), None) => drop(list.remove(at)),
        (Err(at), Some(value)) => list.insert(at, (key, value)),
        (Err(_), None) => {}
    }
}
