//! How far it is, node by node, to an exit that is wanted: along the program as it is written, whatever data decides.

use super::moves::Move;
use super::plan::entry;
use super::state::State;
use crate::program::{FlowId, NodeId, Program, Verb};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// So many nodes further away is an exit for each time that nothing could be made up for it.
const IN_VAIN: u32 = 6;
/// More than that does not matter.
const MOST: u32 = 600;

/// The way to what is wanted, from everywhere.
#[derive(Debug)]
pub(super) struct Reach {
    /// The nodes from which each is come to.
    before: Vec<Vec<NodeId>>,
    /// The first node of each flow: one that runs after a conversation is come to from wherever that takes place.
    entries: Vec<NodeId>,
    far: Vec<Option<u32>>,
}

impl Reach {
    pub fn of(program: &Program) -> Reach {
        let mut before = vec![Vec::new(); program.nodes.len()];
        let returns = returns(program);
        for index in 0..program.nodes.len() as u32 {
            for next in behind(program, &returns, NodeId(index)) {
                before[next.0 as usize].push(NodeId(index));
            }
        }
        Reach { before, entries: program.flows.iter().map(|flow| flow.entry).collect(), far: Vec::new() }
    }

    /// Measures anew, to these exits, each with how often it was tried in vain.
    pub fn measure(&mut self, wanted: &BTreeSet<Move>, in_vain: &BTreeMap<Move, u32>) {
        self.far = vec![None; self.before.len()];
        let mut begins: BTreeMap<u32, Vec<NodeId>> = BTreeMap::new();
        for exit in wanted {
            let times = in_vain.get(exit).copied().unwrap_or(0);
            begins.entry((times * IN_VAIN).min(MOST)).or_default().push(exit.node);
        }
        let mut open: VecDeque<(u32, NodeId)> = VecDeque::new();
        // Nearest first: what begins later is put in when the others have come so far.
        while !open.is_empty() || !begins.is_empty() {
            let first =
                begins.first_entry().filter(|entry| open.front().is_none_or(|(at, _)| entry.key() <= at));
            if let Some(entry) = first {
                let (at, nodes) = entry.remove_entry();
                nodes.into_iter().for_each(|node| open.push_front((at, node)));
            }
            let Some((at, node)) = open.pop_front() else { continue };
            if self.far[node.0 as usize].is_some() {
                continue;
            }
            self.far[node.0 as usize] = Some(at);
            open.extend(self.before[node.0 as usize].iter().map(|before| (at + 1, *before)));
        }
    }

    /// How far it is from a state; nothing where no way leads on to what is wanted.
    pub fn from(&self, state: &State) -> Option<u32> {
        let far = |node: NodeId| self.far.get(node.0 as usize).copied().flatten();
        let frames = state.scopes.iter().flat_map(|scope| &scope.frames);
        let behind = state.after_call.and_then(|flow| self.entries.get(flow.0 as usize).copied());
        frames.map(|frame| frame.at).chain(behind).filter_map(far).min()
    }
}

/// Where each flow may go on when it returns: behind those who enter it by `do`.
fn returns(program: &Program) -> BTreeMap<FlowId, Vec<NodeId>> {
    let mut returns: BTreeMap<FlowId, Vec<NodeId>> = BTreeMap::new();
    for node in &program.nodes {
        if let Verb::Do(call) = &node.verb {
            returns.entry(call.flow).or_default().extend(node.arms.iter().map(|arm| arm.to));
        }
    }
    returns
}

/// The nodes that may be done behind one.
fn behind(program: &Program, returns: &BTreeMap<FlowId, Vec<NodeId>>, id: NodeId) -> Vec<NodeId> {
    let node = program.node(id);
    let flow = program.flow(node.flow);
    let mut next: Vec<NodeId> = node.arms.iter().map(|arm| arm.to).collect();
    next.extend(flow.keys.iter().map(|(_, to)| *to));
    next.extend(flow.hung_up);
    match &node.verb {
        Verb::Goto(goto) => next.push(entry(program, goto.flow)),
        Verb::Do(call) => next.push(entry(program, call.flow)),
        Verb::AfterCall(after) => next.push(entry(program, after.flow)),
        Verb::Again(_) => next.push(flow.entry),
        Verb::Return(_) => next.extend(returns.get(&node.flow).into_iter().flatten()),
        _ => {}
    }
    next
}
