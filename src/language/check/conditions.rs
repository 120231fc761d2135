//! Conditions about the channel that no contact meets, because none comes by that channel.

use super::Checker;
use super::channels::where_not;
use super::reach::Reached;
use crate::program::{ChannelSet, NodeId, Verb};
use crate::source::{Code, SourceId, Span};
use std::collections::BTreeMap;

impl Checker<'_> {
    /// Reports tests of the channel that no contact meets which gets there. That every one meets a test is no mistake:
    /// a flow may be ready for channels to come.
    pub(super) fn conditions(&mut self, reached: &Reached) {
        // A handler stands once in the text and in every flow that inherits it: what one of them meets is met.
        let mut met: BTreeMap<(SourceId, u32, u32), Option<NodeId>> = BTreeMap::new();
        for index in 0..self.graph.nodes.len() {
            let id = NodeId(index as u32);
            let channels = reached.channels[index];
            let Verb::If(decision) = &self.graph.nodes[index].verb else { continue };
            if channels.is_empty() || self.graph.origins[index].broken {
                continue;
            }
            // What no channel at all meets has been reported as a condition that never holds.
            let never = where_not(&decision.condition, channels, false).is_empty();
            let ever = !where_not(&decision.condition, ChannelSet::EVERYWHERE, false).is_empty();
            let Span { source, start, end } = self.span(id);
            let first = met.entry((source, start, end)).or_insert(Some(id));
            *first = first.filter(|_| never && ever);
        }
        for id in met.into_values().flatten() {
            let channels = reached.channels[id.0 as usize];
            let message = "this condition can never hold here: no contact comes by that channel";
            let path = self.flows_along(&reached.path(id, channels));
            let hint = format!("contacts come by {path}, on {channels}; leave it out, or route others here");
            self.report(Code::ConditionDecided, self.span(id), message, hint);
        }
    }
}
