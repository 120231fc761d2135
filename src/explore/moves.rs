//! One move of a contact from an abstract state to the next, and what is wrong with some of them.

use crate::program::{Channel, FlowId, Misfit, NodeId, Text};

/// What happened, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// The node at which it did.
    pub node: NodeId,
    /// What.
    pub deed: Deed,
}

impl Move {
    /// The same, whatever was said at it.
    pub fn plain(self) -> Move {
        match self.deed {
            Deed::Answers(arm, _) => Move { deed: Deed::Leaves(arm), ..self },
            _ => self,
        }
    }
}

/// What happened at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// A contact arrives, by the rule of the route at this position.
    Arrives(u16, Channel),
    /// A flow begins without a caller.
    Begins(FlowId),
    /// The node is left by the arm at this position.
    Leaves(u16),
    /// The same, by a caller who says yes, or no.
    Answers(u16, bool),
    /// The block of the arm at this position runs.
    Runs(u16),
    /// The walk goes on elsewhere: into a flow, back from one, round a loop.
    Goes,
    /// It waits for somebody else.
    Waits,
    /// Whoever was called has not taken the call, and the next one is called.
    CallsNext,
    /// The question heard nothing and nobody handles that: it is put again.
    Silence,
    /// The question heard something that it cannot take, and nobody handles that: it is put again.
    Unfit(Misfit),
    /// The secret was wrong: the question is put again, or its attempts are spent.
    Wrong,
    /// The caller presses a global key, which leads to this node.
    Presses(NodeId),
    /// The caller hangs up.
    HangsUp,
    /// The caller hangs up, and what was begun is finished without the caller.
    LeavesBehind,
    /// Caller and whoever took the call are connected.
    Connects,
    /// Whoever took the call hangs up, and nobody handles that.
    Parts,
    /// The caller is in the room; or somebody else is there, too.
    Joins,
    /// The contact ends here.
    Ends,
    /// The flow cannot go on.
    Fails,
}

/// What is wrong with a move.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symptom {
    /// The contact is over, and the CRM was not told what came of it.
    NoOutcome,
    /// The topic, or the contact as a whole, has an outcome already, and the caller has done nothing since.
    Twice(Option<Text>),
    /// The verb can end so, and nobody handles that.
    Unhandled(&'static str),
    /// The flow cannot go on, for this reason.
    Fault(&'static str),
    /// Nothing can happen here any more.
    DeadEnd,
}
