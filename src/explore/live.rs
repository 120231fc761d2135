//! Where it still matters what was settled: a condition that no node behind this one asks, or a variable that none looks
//! at, is forgotten.

use super::atom::{Atoms, Formula};
use super::plan::slots_of;
use super::state::AtomId;
use crate::program::{Expr, FlowId, NodeId, Program, Slot, Verb};

/// Bits for each node: what is asked there or behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct Live {
    /// Atoms that speak of no flow's variables, behind a node in whatever flow.
    contact: Rows,
    /// The variables of the node's flow, and behind them the atoms that speak of them.
    flow: Rows,
    /// By flow: its variables that a condition depends on.
    followed: Vec<Vec<bool>>,
}

/// Rows of bits, all of the same length.
#[derive(Clone, Debug, Default)]
struct Rows {
    words: usize,
    bits: Vec<u64>,
}

impl Rows {
    fn new(rows: usize, columns: usize) -> Rows {
        let words = columns.div_ceil(64).max(1);
        Rows { words, bits: vec![0; rows * words] }
    }

    fn set(&mut self, row: usize, column: usize) {
        self.bits[row * self.words + column / 64] |= 1 << (column % 64);
    }

    fn get(&self, row: usize, column: usize) -> bool {
        self.bits.get(row * self.words + column / 64).is_some_and(|word| word & (1 << (column % 64)) != 0)
    }

    /// Adds a row's bits to another's; whether that has changed it.
    fn join(&mut self, from: usize, to: usize) -> bool {
        let mut changed = false;
        for word in 0..self.words {
            let added = self.bits[from * self.words + word];
            let known = &mut self.bits[to * self.words + word];
            changed |= *known | added != *known;
            *known |= added;
        }
        changed
    }
}

impl Live {
    pub fn of(program: &Program, atoms: &Atoms, formulas: &[Option<Formula>]) -> Live {
        let followed = followed(program, atoms, formulas);
        let nodes = program.nodes.len();
        let mut contact = Rows::new(nodes, atoms.of(None).len());
        let widest = (0..program.flows.len()).map(|flow| width(program, atoms, FlowId(flow as u32))).max();
        let mut flow = Rows::new(nodes, widest.unwrap_or(0));
        for (index, node) in program.nodes.iter().enumerate() {
            let slots = program.flow(node.flow).slots as usize;
            let mut asked = Vec::new();
            formulas[index].iter().for_each(|formula| formula.atoms(&mut asked));
            for id in asked.into_iter().flat_map(|id| atoms.related(id)) {
                let atom = atoms.get(id);
                match atom.flow {
                    None => contact.set(index, atom.local),
                    Some(_) => flow.set(index, slots + atom.local),
                }
                atom.slots.iter().for_each(|slot| flow.set(index, slot.0 as usize));
            }
            let passed = passed(program, &followed, &node.verb, node.flow);
            passed.iter().for_each(|slot| flow.set(index, slot.0 as usize));
        }
        spread(program, &mut flow, within);
        spread(program, &mut contact, |program, node| {
            let mut behind = within(program, node);
            behind.extend(elsewhere(program, node));
            behind
        });
        Live { contact, flow, followed }
    }

    /// Whether an atom of no flow is asked at a node or behind it.
    pub fn asks(&self, node: NodeId, local: usize) -> bool {
        self.contact.get(node.0 as usize, local)
    }

    /// Whether an atom of the node's flow is.
    pub fn asks_of_flow(&self, flow: FlowId, node: NodeId, local: usize) -> bool {
        let slots = self.followed.get(flow.0 as usize).map_or(0, Vec::len);
        self.flow.get(node.0 as usize, slots + local)
    }

    /// Whether a variable of the node's flow is looked at there or behind it.
    pub fn uses(&self, node: NodeId, slot: Slot) -> bool {
        self.flow.get(node.0 as usize, slot.0 as usize)
    }

    /// Whether a condition depends on a variable.
    pub fn is_followed(&self, flow: FlowId, slot: Slot) -> bool {
        let flow = self.followed.get(flow.0 as usize);
        flow.and_then(|slots| slots.get(slot.0 as usize)).copied().unwrap_or(false)
    }
}

fn width(program: &Program, atoms: &Atoms, flow: FlowId) -> usize {
    program.flow(flow).slots as usize + atoms.of(Some(flow)).len()
}

/// Adds to every node what is asked behind it, until nothing changes.
fn spread(program: &Program, rows: &mut Rows, behind: impl Fn(&Program, NodeId) -> Vec<NodeId>) {
    let count = program.nodes.len();
    let mut before: Vec<Vec<u32>> = vec![Vec::new(); count];
    for node in 0..count as u32 {
        for next in behind(program, NodeId(node)) {
            before[next.0 as usize].push(node);
        }
    }
    let mut waiting: Vec<u32> = (0..count as u32).collect();
    while let Some(node) = waiting.pop() {
        for known in &before[node as usize] {
            if rows.join(node as usize, *known as usize) {
                waiting.push(*known);
            }
        }
    }
}

/// The nodes of the same flow that can follow.
fn within(program: &Program, id: NodeId) -> Vec<NodeId> {
    let node = program.node(id);
    let flow = program.flow(node.flow);
    let mut behind: Vec<NodeId> = node.arms.iter().map(|arm| arm.to).collect();
    if node.verb.hears_keys() {
        behind.extend(flow.keys.iter().map(|(_, to)| *to));
    }
    if matches!(node.verb, Verb::Again(_)) {
        behind.push(flow.entry);
    }
    behind.extend(flow.hung_up);
    behind
}

/// The flows that are entered.
fn elsewhere(program: &Program, id: NodeId) -> Option<NodeId> {
    let flow = match &program.node(id).verb {
        Verb::Goto(goto) => goto.flow,
        Verb::Do(call) => call.flow,
        Verb::AfterCall(after) => after.flow,
        _ => return None,
    };
    Some(program.flow(flow).entry)
}

/// Which variables conditions depend on: those that they name, and those from which these get their values.
fn followed(program: &Program, atoms: &Atoms, formulas: &[Option<Formula>]) -> Vec<Vec<bool>> {
    let mut followed: Vec<Vec<bool>> = program
        .flows
        .iter()
        .map(|flow| vec![false; flow.slots.max(flow.params.len() as u16) as usize])
        .collect();
    for (index, node) in program.nodes.iter().enumerate() {
        let mut asked: Vec<AtomId> = Vec::new();
        formulas[index].iter().for_each(|formula| formula.atoms(&mut asked));
        for slot in asked.iter().flat_map(|id| &atoms.get(*id).slots) {
            mark(&mut followed, node.flow, *slot);
        }
    }
    let mut changed = true;
    while changed {
        changed = false;
        for node in &program.nodes {
            for slot in passed(program, &followed, &node.verb, node.flow) {
                changed |= mark(&mut followed, node.flow, slot);
            }
        }
    }
    followed
}

fn mark(followed: &mut [Vec<bool>], flow: FlowId, slot: Slot) -> bool {
    let Some(known) = followed.get_mut(flow.0 as usize).and_then(|flow| flow.get_mut(slot.0 as usize)) else {
        return false;
    };
    !std::mem::replace(known, true)
}

/// The variables whose values a verb hands on to others that are followed.
fn passed(program: &Program, followed: &[Vec<bool>], verb: &Verb, flow: FlowId) -> Vec<Slot> {
    let is_followed =
        |flow: FlowId, slot: usize| followed[flow.0 as usize].get(slot).copied().unwrap_or(false);
    let args = |to: FlowId, args: &[Expr]| -> Vec<Slot> {
        let wanted = args.iter().enumerate().filter(|(index, _)| is_followed(to, *index));
        wanted.flat_map(|(_, expr)| slots_of(expr)).collect()
    };
    match verb {
        Verb::Set(set) if is_followed(flow, set.slot.0 as usize) => slots_of(&set.value),
        Verb::Goto(goto) => args(goto.flow, &goto.args),
        Verb::Do(call) => args(call.flow, &call.args),
        Verb::AfterCall(after) => args(after.flow, &after.args),
        Verb::Return(back) if program.flow(flow).returns.is_some() => {
            back.value.iter().flat_map(slots_of).collect()
        }
        _ => Vec::new(),
    }
}
