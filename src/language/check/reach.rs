//! Which nodes contacts reach, and on which channels.

use super::Checker;
use crate::program::{Channel, ChannelSet, FlowId, NodeId, Verb};
use crate::source::{Code, closest};
use std::collections::{BTreeSet, VecDeque};

/// What is reached.
pub(super) struct Reached {
    /// The channels on which each node is reached.
    pub channels: Vec<ChannelSet>,
    /// The node from which each was reached first.
    from: Vec<Option<NodeId>>,
}

impl Reached {
    /// The nodes on a shortest way to a node, itself included.
    pub fn path(&self, node: NodeId) -> Vec<NodeId> {
        let mut path = vec![node];
        let mut at = node;
        while let Some(before) = self.from[at.0 as usize] {
            path.push(before);
            at = before;
        }
        path.reverse();
        path
    }

    /// Whether any contact gets there.
    pub fn is_reached(&self, node: NodeId) -> bool {
        !self.channels[node.0 as usize].is_empty()
    }
}

impl Checker<'_> {
    /// Follows all contacts; reports flows that none reaches and verbs on channels that cannot do them.
    pub(super) fn reach(&mut self) -> Reached {
        let reached = self.follow();
        self.wrong_channels(&reached);
        self.unreached_flows(&reached);
        reached
    }

    fn follow(&self) -> Reached {
        let count = self.graph.nodes.len();
        let mut reached = Reached { channels: vec![ChannelSet::default(); count], from: vec![None; count] };
        let mut waiting: VecDeque<NodeId> = VecDeque::new();
        for rule in &self.graph.routes {
            let known = &mut reached.channels[rule.entry.0 as usize];
            *known = known.or(rule.channels);
            waiting.push_back(rule.entry);
        }
        while let Some(node) = waiting.pop_front() {
            let channels = reached.channels[node.0 as usize];
            let mut followers = self.graph.followers(node);
            // The handler runs when the caller leaves, wherever in its flow that is.
            followers.extend(self.graph.flows[self.graph.nodes[node.0 as usize].flow.0 as usize].hung_up);
            for next in followers {
                let known = reached.channels[next.0 as usize];
                if known.or(channels) != known {
                    if known.is_empty() {
                        reached.from[next.0 as usize] = Some(node);
                    }
                    reached.channels[next.0 as usize] = known.or(channels);
                    waiting.push_back(next);
                }
            }
        }
        reached
    }

    fn wrong_channels(&mut self, reached: &Reached) {
        for (index, node) in self.graph.nodes.iter().enumerate() {
            let id = NodeId(index as u32);
            let spec = node.verb.spec();
            let wrong = reached.channels[index].without(spec.channels);
            if wrong.is_empty() || self.graph.origins[index].broken {
                continue;
            }
            let word = if matches!(node.verb, Verb::Transfer(_)) { "transfer" } else { spec.word };
            let message = format!("`{word}` cannot run on {wrong}");
            let path = self.flows_along(&reached.path(id));
            let hint = format!("contacts come by {path}; give these channels a flow of their own");
            self.report(Code::WrongChannel, self.span(id), message, hint);
        }
    }

    fn unreached_flows(&mut self, reached: &Reached) {
        if self.graph.routes.is_empty() {
            return;
        }
        let unclear = self.unclear(reached);
        for index in 0..self.declared.flows.len() {
            let flow = FlowId(index as u32);
            let name = self.flow_name(flow).to_owned();
            let entered = self.graph.entry(flow).is_none_or(|entry| reached.is_reached(entry));
            if entered || unclear.contains(&flow) || self.declared.flow_names.get(&name) != Some(index) {
                continue;
            }
            let words = self.declared.mentioned.iter().map(String::as_str);
            let hint = match closest(&name, words) {
                Some(near) => format!("did you mean it where `{near}` is written?"),
                None => "lead to it by a route, an arrow, `goto` or `do`, or remove it".to_owned(),
            };
            self.report(
                Code::UnreachableFlow,
                self.graph.flow_spans[index],
                format!("no contact reaches the flow `{name}`"),
                hint,
            );
        }
    }

    /// Flows that only lines lead to which are mistakes themselves: lines that could not be read, and statements that
    /// nothing leads to.
    fn unclear(&self, reached: &Reached) -> BTreeSet<FlowId> {
        let is_entered = |flow: FlowId| self.graph.entry(flow).is_some_and(|entry| reached.is_reached(entry));
        let count = self.declared.flows.len() as u32;
        let mentioned =
            (0..count).map(FlowId).filter(|flow| self.declared.mentioned.contains(self.flow_name(*flow)));
        let mut waiting: Vec<NodeId> = mentioned.filter_map(|flow| self.graph.entry(flow)).collect();
        waiting.extend(
            (0..self.graph.nodes.len() as u32)
                .map(NodeId)
                .filter(|id| !reached.is_reached(*id) && is_entered(self.graph.nodes[id.0 as usize].flow)),
        );
        let mut seen: BTreeSet<NodeId> = waiting.iter().copied().collect();
        while let Some(id) = waiting.pop() {
            waiting.extend(self.graph.followers(id).into_iter().filter(|next| seen.insert(*next)));
        }
        seen.into_iter().map(|id| self.graph.nodes[id.0 as usize].flow).collect()
    }

    /// Whether a node is reached on a call.
    pub(super) fn on_call(&self, reached: &Reached, node: NodeId) -> bool {
        reached.channels[node.0 as usize].contains(Channel::Call)
    }
}
