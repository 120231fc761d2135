//! Which nodes of a program, and which of their exits, contacts have gone through.
//!
//! The unit is an exit: each exit of a statement that leads somewhere counts once; a statement that has none, as `hangup`
//! or `->`, counts once itself. Journals tell by which exit a node was left, and the program where that leads. Where a
//! contact goes elsewhere by itself (a key of the whole flow, a caller who leaves), the next thing that it does tells.

use super::contact::ContactRun;
use super::statements::{statements, word};
use super::test::TestRun;
use crate::engine::{Action, Contact, Journal, JournalEntry, Note};
use crate::program::{Exit, FlowId, Node, NodeId, Program, Text, Verb};
use crate::source::Place;
use std::collections::{BTreeMap, BTreeSet};

/// What was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    nodes: BTreeSet<NodeId>,
    exits: BTreeSet<(NodeId, Exit)>,
}

/// How much of a flow was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowCoverage {
    /// Its name.
    pub flow: Text,
    /// How many exits it has, a statement without any counted as one.
    pub exits: usize,
    /// How many of them were taken.
    pub taken: usize,
    /// The others, in the order of the script.
    pub unreached: Vec<Unreached>,
}

/// A statement that was never reached, or an exit that was never taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// Where it stands, by the path that the program's folder names it.
    pub place: Place,
    /// The statement's word.
    pub word: &'static str,
    /// The exit, a choice by its key and label; missing where the statement itself was never reached.
    pub exit: Option<String>,
    /// How many exits that leaves open.
    pub exits: usize,
}

impl Coverage {
    /// Adds what the contacts of a scenario went through, and what ran behind them.
    pub fn add(&mut self, program: &Program, run: &TestRun) {
        run.contacts.iter().for_each(|contact| self.add_contact(program, contact));
    }

    fn add_contact(&mut self, program: &Program, contact: &ContactRun) {
        self.add_journal(program, &contact.journal);
        contact.afterwards.iter().for_each(|task| self.add_contact(program, task));
    }

    /// Adds what a contact went through, by its journal.
    pub fn add_journal(&mut self, program: &Program, journal: &Journal) {
        let mut walk = Walk { program, coverage: self, flow: None, at: None };
        walk.begin(&journal.header.contact);
        journal.entries.iter().for_each(|entry| walk.step(entry));
    }

    /// Adds what others went through.
    pub fn join(&mut self, other: &Coverage) {
        self.nodes.extend(&other.nodes);
        self.exits.extend(other.exits.iter().cloned());
    }

    /// How much of each flow was reached, in the order of the program; what stands in `default`, and so in many flows,
    /// is counted once, as a flow of that name.
    pub fn flows(&self, program: &Program) -> Vec<FlowCoverage> {
        let mut flows: BTreeMap<FlowId, FlowCoverage> = BTreeMap::new();
        let mut shared = FlowCoverage::of(&"default".into());
        for copies in statements(program) {
            let Some(first) = copies.first() else { continue };
            let flow = program.node(*first).flow;
            let of = match copies.len() {
                1 => flows.entry(flow).or_insert_with(|| FlowCoverage::of(&program.flow(flow).name)),
                _ => &mut shared,
            };
            self.count(program, &copies, of);
        }
        let all = flows.into_values().chain([shared]).filter(|flow| flow.exits > 0);
        all.map(|mut flow| {
            flow.unreached.sort_by_key(|open| (open.place.path.clone(), open.place.line));
            flow
        })
        .collect()
    }

    /// Counts a statement, which is reached where one of its copies is.
    fn count(&self, program: &Program, copies: &[NodeId], of: &mut FlowCoverage) {
        let Some(node) = copies.first().map(|first| program.node(*first)) else { return };
        let exits = node.arms.len().max(1);
        let word = word(program, node);
        let open = |exit: Option<&Exit>, exits: usize| {
            let exit = exit.map(|one| crate::explore::exit(&node.verb, one));
            Unreached { place: node.place.clone(), word, exit, exits }
        };
        of.exits += exits;
        if !copies.iter().any(|copy| self.nodes.contains(copy)) {
            return of.unreached.push(open(None, exits));
        }
        let is_taken =
            |exit: &Exit| copies.iter().any(|copy| self.is_taken(program.node(*copy), *copy, exit));
        let missing: Vec<&Exit> =
            node.arms.iter().map(|arm| &arm.exit).filter(|exit| !is_taken(exit)).collect();
        of.taken += exits - missing.len();
        of.unreached.extend(missing.into_iter().map(|exit| open(Some(exit), 1)));
    }

    /// A block that runs while a verb waits is no exit of it: it is taken once something in it is reached.
    fn is_taken(&self, node: &Node, at: NodeId, exit: &Exit) -> bool {
        let runs_inside =
            matches!(exit, Exit::Waiting | Exit::Connected | Exit::Entering | Exit::Joined | Exit::Review);
        self.exits.contains(&(at, exit.clone()))
            || (runs_inside && node.arm(exit).is_some_and(|arm| self.nodes.contains(&arm.to)))
    }
}

impl FlowCoverage {
    fn of(name: &Text) -> FlowCoverage {
        FlowCoverage { flow: name.clone(), exits: 0, taken: 0, unreached: Vec::new() }
    }
}

/// A journal that is gone through.
struct Walk<'a> {
    program: &'a Program,
    coverage: &'a mut Coverage,
    /// The flow that was entered last.
    flow: Option<FlowId>,
    /// The node at which the walk is, as far as that is known.
    at: Option<NodeId>,
}

impl Walk<'_> {
    fn begin(&mut self, contact: &Contact) {
        let program = self.program;
        let entry = match &contact.task {
            Some(task) => program.flow_named(&task.flow).map(|flow| program.flow(flow).entry),
            None => program.route(contact.channel, contact.to_number.as_ref(), &contact.to),
        };
        entry.into_iter().for_each(|entry| self.reach(entry));
    }

    fn step(&mut self, entry: &JournalEntry) {
        for action in &entry.actions {
            let Action::Note(note) = action else { continue };
            match note {
                Note::Left { node, exit } => self.leave(*node, exit),
                Note::Entered { flow } => self.enter(flow),
                Note::Took { .. }
                | Note::TookSecret { .. }
                | Note::Heard { .. }
                | Note::HeardSecret { .. }
                | Note::Message
                | Note::Dropped { .. }
                | Note::DroppedTexts { .. }
                | Note::Ignored
                | Note::Stale
                | Note::Fault { .. }
                | Note::NotKept { .. }
                | Note::OutcomeKept => {}
            }
        }
    }

    fn leave(&mut self, node: NodeId, exit: &Exit) {
        let program = self.program;
        let Some(left) = program.nodes.get(node.0 as usize) else { return };
        self.coverage.nodes.insert(node);
        self.coverage.exits.insert((node, exit.clone()));
        self.flow = Some(left.flow);
        match left.arm(exit) {
            Some(arm) => self.reach(arm.to),
            None => self.at = None,
        }
    }

    /// Reaches a node. A route, which is entered at its rules, has none at which it begins.
    fn reach(&mut self, node: NodeId) {
        self.at = self.program.nodes.get(node.0 as usize).map(|_| node);
        self.coverage.nodes.extend(self.at);
    }

    fn enter(&mut self, name: &str) {
        let Some(flow) = self.program.flow_named(name) else { return };
        let known = self.at.is_some_and(|at| self.leads_to(at, flow));
        if !known && let Some(from) = self.flow {
            let handlers = self.program.flow(from).keys.iter().map(|(_, node)| *node);
            let handlers = handlers.chain(self.program.flow(from).hung_up);
            let found: Vec<NodeId> = handlers.filter(|node| self.leads_to(*node, flow)).collect();
            self.coverage.nodes.extend(found);
        }
        self.flow = Some(flow);
        self.reach(self.program.flow(flow).entry);
    }

    fn leads_to(&self, node: NodeId, flow: FlowId) -> bool {
        match &self.program.node(node).verb {
            Verb::Goto(goto) => goto.flow == flow,
            Verb::Do(call) => call.flow == flow,
            _ => false,
        }
    }
}
