//! The statements of a program as somebody wrote them: what stands in a `default` is one, however many nodes it became.

use super::drive::ROUTE;
use crate::program::verb::When;
use crate::program::{Exit, FlowId, Method, Node, NodeId, OperationId, Program, Verb};
use std::collections::BTreeMap;

/// What makes a node the statement that it is: its place and word, how it is come to, and, from the same line, whence.
type Written<'a> = (&'a str, u32, &'static str, Option<&'a Exit>, Whence);

/// From where a node is come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Whence {
    /// From another line.
    Elsewhere,
    /// From this statement of the same line.
    Here(usize),
    /// From nowhere that is written; it is the n-th such of its flow, place and word.
    Nowhere(usize),
}

/// The nodes of each statement: one, or as many as a `default` became.
pub(super) fn statements(program: &Program) -> Vec<Vec<NodeId>> {
    let mut numbers = Numbers::of(program);
    let mut all: BTreeMap<usize, Vec<NodeId>> = BTreeMap::new();
    for (index, _) in program.nodes.iter().enumerate().filter(|(_, node)| is_written(program, node)) {
        let id = NodeId(index as u32);
        all.entry(numbers.number(id)).or_default().push(id);
    }
    all.into_values().collect()
}

/// The number of each node's statement.
struct Numbers<'a> {
    program: &'a Program,
    /// Whence a node is come to first, and by which exit.
    from: BTreeMap<NodeId, (NodeId, &'a Exit)>,
    known: BTreeMap<NodeId, usize>,
    numbers: BTreeMap<Written<'a>, usize>,
    beginnings: BTreeMap<(FlowId, &'a str, u32, &'static str), usize>,
}

impl<'a> Numbers<'a> {
    fn of(program: &'a Program) -> Numbers<'a> {
        let mut from = BTreeMap::new();
        for (index, node) in program.nodes.iter().enumerate() {
            for arm in &node.arms {
                from.entry(arm.to).or_insert((NodeId(index as u32), &arm.exit));
            }
        }
        let (known, numbers, beginnings) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Numbers { program, from, known, numbers, beginnings }
    }

    /// What it is called from is numbered before it.
    fn number(&mut self, id: NodeId) -> usize {
        let mut chain = vec![id];
        while let Some(before) = chain.last().and_then(|last| self.before(*last))
            && !self.known.contains_key(&before)
            && !chain.contains(&before)
        {
            chain.push(before);
        }
        chain.iter().rev().map(|node| self.give(*node)).last().unwrap_or_default()
    }

    /// The node of the same line from which one is come to.
    fn before(&self, id: NodeId) -> Option<NodeId> {
        let (from, _) = self.from.get(&id)?;
        (self.program.node(*from).place == self.program.node(id).place).then_some(*from)
    }

    fn give(&mut self, id: NodeId) -> usize {
        if let Some(number) = self.known.get(&id) {
            return *number;
        }
        let program = self.program;
        let node = program.node(id);
        let (path, line, word) = (&*node.place.path, node.place.line, word(program, node));
        let exit = self.from.get(&id).map(|(_, exit)| *exit);
        let whence = match (exit, self.before(id).and_then(|before| self.known.get(&before))) {
            (_, Some(number)) => Whence::Here(*number),
            (Some(_), None) => Whence::Elsewhere,
            (None, None) => {
                let nth = self.beginnings.entry((node.flow, path, line, word)).or_default();
                *nth += 1;
                Whence::Nowhere(*nth)
            }
        };
        let next = self.numbers.len();
        let number = *self.numbers.entry((path, line, word, exit, whence)).or_insert(next);
        self.known.insert(id, number);
        number
    }
}

/// The word by which a statement begins, as it is written.
pub(super) fn word(program: &Program, node: &Node) -> &'static str {
    match &node.verb {
        _ if is_rule(program, node) => "rule",
        Verb::Request(request) if is_post(program, request.operation) => "post",
        Verb::Later(later) => match later.when {
            When::Afterwards => "afterwards",
            When::In(_) => "in",
            When::At(..) | When::Moment(_) => "at",
        },
        other => other.spec().word,
    }
}

fn is_post(program: &Program, operation: OperationId) -> bool {
    let (_, operation) = program.operation(operation);
    operation.method == Method::Post
}

/// What the compiler puts behind a handler, so that its question is asked again, nobody has written; nor have they the
/// conditions of a route's rule, of which only what it leads to is counted.
fn is_written(program: &Program, node: &Node) -> bool {
    match is_rule(program, node) {
        true => node.arms.is_empty(),
        false => !matches!(node.verb, Verb::Reask(_)),
    }
}

fn is_rule(program: &Program, node: &Node) -> bool {
    program.flow(node.flow).name.starts_with(ROUTE)
}
