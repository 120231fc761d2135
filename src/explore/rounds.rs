//! Loops: which of them are counted round by round to their end, and which lists are known item by item.
//!
//! A loop that goes round at once, again and again, meets the engine's bound of nodes without waiting. Only where a
//! program has such loops are nodes counted, and its rounds all told apart: everywhere else they would only be more
//! states.

use super::graph::{Edge, Graph};
use super::known::Known;
use crate::program::{Expr, Limits, Node, NodeId, Program, Verb};

/// The longest list, as a script writes it, whose items are told apart.
const MOST_ITEMS: usize = 100;

/// What is known of a program's loops.
#[derive(Clone, Debug, Default)]
pub(super) struct Rounds {
    /// For each node whether it is a loop that is counted to its end.
    exact: Vec<bool>,
    /// For each `for each` over a list as a script writes it: its items, as far as each is followed.
    lists: Vec<Option<Vec<Option<Known>>>>,
    /// Whether nodes without waiting are counted.
    pub counts_steps: bool,
}

impl Rounds {
    pub fn of(program: &Program) -> Rounds {
        let lists: Vec<_> = (0..program.nodes.len()).map(|at| list(program, NodeId(at as u32))).collect();
        let mut exact = vec![false; program.nodes.len()];
        let mut steps = 0_u64;
        at_once(program).components(
            program.nodes.len() as u32,
            |_| true,
            |_| true,
            |group| {
                let loops = group.iter().filter_map(|at| Some((*at, most(program, NodeId(*at))?)));
                let rounds = loops.map(|(_, most)| most.max(1)).fold(1_u64, u64::saturating_mul);
                steps = steps.saturating_add(rounds.saturating_mul(group.len() as u64));
                if group.len() > 1 {
                    group.iter().for_each(|at| exact[*at as usize] = true);
                }
            },
        );
        let counts_steps =
            steps > u64::from(Limits::DEFAULT.steps_without_waiting) && exact.iter().any(|exact| *exact);
        let exact = if counts_steps { exact } else { Vec::new() };
        Rounds { exact, lists, counts_steps }
    }

    /// Every loop of the program is counted to its end.
    pub fn all(self, program: &Program) -> Rounds {
        Rounds { exact: vec![true; program.nodes.len()], ..self }
    }

    /// Whether the rounds of this loop are all told apart.
    pub fn is_exact(&self, node: NodeId) -> bool {
        self.exact.get(node.0 as usize).copied().unwrap_or(false)
    }

    /// The items of a list that the script writes down.
    pub fn items(&self, node: NodeId) -> Option<&[Option<Known>]> {
        self.lists.get(node.0 as usize)?.as_deref()
    }
}

/// How often a node that is a loop leads round.
fn most(program: &Program, node: NodeId) -> Option<u64> {
    match &program.node(node).verb {
        Verb::Repeat(repeat) => Some(repeat.at_most.into()),
        Verb::ForEach(each) => Some(each.at_most.into()),
        Verb::Again(again) => Some(again.at_most.into()),
        _ => None,
    }
}

/// Which nodes follow which without waiting.
fn at_once(program: &Program) -> Graph {
    let mut graph = Graph::default();
    for node in &program.nodes {
        let mut next: Vec<NodeId> = Vec::new();
        match &node.verb {
            verb if verb.takes_time() => {}
            Verb::Goto(goto) => next.push(program.flow(goto.flow).entry),
            Verb::Do(call) => next.push(program.flow(call.flow).entry),
            Verb::Again(_) => {
                next.push(program.flow(node.flow).entry);
                next.extend(node.arms.iter().map(|arm| arm.to));
            }
            Verb::Return(_) => next.extend(program.nodes.iter().flat_map(|caller| match &caller.verb {
                Verb::Do(call) if call.flow == node.flow => caller.arms.iter().map(|arm| arm.to).collect(),
                _ => Vec::new(),
            })),
            _ => next.extend(node.arms.iter().map(|arm| arm.to)),
        }
        graph.add(next.into_iter().map(|to| Edge { to: to.0, is_free: true, ..Edge::default() }));
    }
    graph
}

/// The items of the list over which a loop goes, where the script writes it down right before.
fn list(program: &Program, node: NodeId) -> Option<Vec<Option<Known>>> {
    let Verb::ForEach(each) = &program.node(node).verb else { return None };
    let flow = program.node(node).flow;
    let declared = program.flow(flow).params.len();
    let others = || program.nodes.iter().filter(|other| other.flow == flow);
    let is_bound = |node: &Node| {
        let by_verb = match &node.verb {
            Verb::Do(call) => call.slot,
            Verb::Recall(recall) => Some(recall.slot),
            _ => None,
        };
        by_verb == Some(each.list) || node.arms.iter().any(|arm| arm.bind == Some(each.list))
    };
    let mut sets = others().filter_map(|other| match &other.verb {
        Verb::Set(set) if set.slot == each.list => Some(&set.value),
        _ => None,
    });
    let (Some(Expr::List(items)), None) = (sets.next(), sets.next()) else { return None };
    let is_given = (each.list.0 as usize) < declared || others().any(is_bound);
    let written = |item: &Expr| match item {
        Expr::Const(value) => Known::of(value),
        _ => None,
    };
    (!is_given && items.len() <= MOST_ITEMS.min(each.at_most as usize))
        .then(|| items.iter().map(written).collect())
}
