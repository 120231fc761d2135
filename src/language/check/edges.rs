//! Where a node can lead to, in its flow and into others.

use crate::language::lower::{Graph, NOWHERE};
use crate::program::{ChannelSet, Exit, FlowId, NodeId, Verb};

impl Graph {
    /// The arms of a node that lead somewhere.
    pub(super) fn arms(&self, node: NodeId) -> impl Iterator<Item = (&Exit, NodeId)> {
        let arms = self.nodes[node.0 as usize].arms.iter();
        arms.filter(|arm| arm.to != NOWHERE).map(|arm| (&arm.exit, arm.to))
    }

    /// The first node of a flow.
    pub(super) fn entry(&self, flow: FlowId) -> Option<NodeId> {
        self.flows.get(flow.0 as usize).map(|flow| flow.entry).filter(|entry| *entry != NOWHERE)
    }

    /// The flow that a node enters, by an arrow or by `do`.
    pub(super) fn entered(&self, node: NodeId) -> Option<FlowId> {
        match &self.nodes[node.0 as usize].verb {
            Verb::Goto(goto) => Some(goto.flow),
            Verb::Do(call) => Some(call.flow),
            _ => None,
        }
    }

    /// The flow that a node has run without a caller.
    pub(super) fn scheduled(&self, node: NodeId) -> Option<FlowId> {
        match &self.nodes[node.0 as usize].verb {
            Verb::Later(later) => Some(later.flow),
            _ => None,
        }
    }

    /// All nodes that can follow a node, in its flow and in others.
    pub(super) fn followers(&self, node: NodeId) -> Vec<NodeId> {
        let mut followers: Vec<NodeId> = self.arms(node).map(|(_, to)| to).collect();
        followers.extend(self.entered(node).and_then(|flow| self.entry(flow)));
        followers.extend(self.global_keys(node));
        if let Verb::AfterCall(after) = &self.nodes[node.0 as usize].verb {
            followers.extend(self.entry(after.flow));
        }
        if let Verb::Again(_) = &self.nodes[node.0 as usize].verb {
            followers.extend(self.entry(self.nodes[node.0 as usize].flow));
        }
        followers
    }

    /// Where the global keys lead that are heard at a node.
    pub(super) fn global_keys(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        let node = &self.nodes[node.0 as usize];
        let flow = &self.flows[node.flow.0 as usize];
        let keys = match &node.verb {
            // The keys of a flow are heard in those that it enters, and these have the program's themselves.
            Verb::Do(_) => &flow.keys[..flow.own_keys],
            verb if hears_keys(verb) => &flow.keys[..],
            _ => &[],
        };
        keys.iter().map(|(_, to)| *to)
    }

    /// The same, for a contact on one of these channels. Nobody presses a key where there is no caller, and what is written
    /// is an answer to a question.
    pub(super) fn global_keys_on(&self, node: NodeId, channels: ChannelSet) -> impl Iterator<Item = NodeId> {
        let heard = heard_on(&self.nodes[node.0 as usize].verb).and(channels);
        self.global_keys(node).filter(move |_| !heard.is_empty())
    }

    /// The nodes that can follow although the caller did nothing and no budget was spent. `returns_freely` says so of a
    /// flow entered by `do`.
    pub(super) fn free_followers(
        &self,
        node: NodeId,
        returns_freely: impl Fn(FlowId) -> bool,
    ) -> Vec<NodeId> {
        let verb = &self.nodes[node.0 as usize].verb;
        // What a queue says and plays again and again ends with the wait in it.
        if self.origins[node.0 as usize].implied && matches!(verb, Verb::Wait(_) | Verb::Play(_)) {
            return Vec::new();
        }
        let comes_back = match verb {
            Verb::Do(call) => returns_freely(call.flow),
            _ => true,
        };
        let free = |exit: &Exit| comes_back && !takes_or_spends(verb, exit);
        let mut followers: Vec<NodeId> =
            self.arms(node).filter(|(exit, _)| free(exit)).map(|(_, to)| to).collect();
        followers.extend(self.entered(node).and_then(|flow| self.entry(flow)));
        followers
    }
}

/// The channels on which a global key can come at a verb.
pub(super) fn heard_on(verb: &Verb) -> ChannelSet {
    match verb {
        Verb::Ask(_) | Verb::Authenticate(_) | Verb::Menu(_) | Verb::Do(_) => ChannelSet::TALK,
        _ => ChannelSet::CALL,
    }
}

/// Whether a contact waits at the verb, so that a global key is heard there.
fn hears_keys(verb: &Verb) -> bool {
    match verb {
        Verb::Ask(_)
        | Verb::Authenticate(_)
        | Verb::Conference(_)
        // The keys of a flow are heard in those that it enters.
        | Verb::Do(_)
        | Verb::Find(_)
        | Verb::Identify(_)
        | Verb::Judge(_)
        | Verb::Menu(_)
        | Verb::Play(_)
        | Verb::Queue(_)
        | Verb::Recall(_)
        | Verb::Record(_)
        | Verb::Request(_)
        | Verb::Say(_)
        | Verb::Transcribe(_)
        | Verb::Transfer(_)
        | Verb::Update(_)
        | Verb::Wait(_) => true,
        Verb::AfterCall(_)
        | Verb::Again(_)
        | Verb::Answer(_)
        | Verb::Break(_)
        // Until somebody answers, nobody is there.
        | Verb::CallOut(_)
        | Verb::Callback(_)
        | Verb::Case(_)
        | Verb::Choose(_)
        | Verb::Count(_)
        | Verb::EarlyMedia(_)
        | Verb::ForEach(_)
        | Verb::Goto(_)
        | Verb::HandOver(_)
        | Verb::Hangup(_)
        | Verb::If(_)
        | Verb::Later(_)
        | Verb::Note(_)
        | Verb::Outcome(_)
        | Verb::OverrideHours(_)
        | Verb::Pick(_)
        | Verb::Reask(_)
        | Verb::RecordCall(_)
        | Verb::Redirect(_)
        | Verb::Reject(_)
        | Verb::Repeat(_)
        | Verb::Return(_)
        | Verb::Ring(_)
        | Verb::SendDigits(_)
        | Verb::SendEmail(_)
        | Verb::SendSms(_)
        | Verb::Set(_)
        | Verb::SetKept(_)
        | Verb::Speak(_)
        | Verb::StopRecording(_)
        | Verb::Tell(_) => false,
    }
}

/// Whether the caller acted, or a budget of this verb was spent, when it ended this way.
fn takes_or_spends(verb: &Verb, exit: &Exit) -> bool {
    is_turn(verb, exit)
        || matches!(exit, Exit::NoInput(_) | Exit::Waiting | Exit::Timeout | Exit::Silent)
        || matches!((verb, exit), (Verb::Repeat(_) | Verb::ForEach(_), Exit::Then))
}

/// Whether the caller acted when the verb ended this way.
pub(super) fn is_turn(verb: &Verb, exit: &Exit) -> bool {
    match exit {
        Exit::Choice(_) => !matches!(verb, Verb::Choose(_)),
        Exit::NoMatch(_) | Exit::Invalid(_) | Exit::TooShort(_) => true,
        Exit::Wrong | Exit::Verified | Exit::Completed => true,
        Exit::AgentLeft | Exit::Recorded | Exit::Review => true,
        // Who was in a room has spoken, or could have.
        Exit::Left | Exit::Removed => true,
        Exit::Refused => matches!(verb, Verb::Authenticate(_)),
        Exit::Next => matches!(verb, Verb::Ask(_)),
        _ => false,
    }
}
