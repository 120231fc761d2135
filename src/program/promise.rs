//! Promises: what a program says of its own calls, for the prover to prove or to break.

use super::expr::Expr;
use super::node::FlowId;
use super::value::Text;
use crate::source::Place;
use crate::time::DurationMs;

/// A claim about calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// As it is written.
    pub text: Text,
    /// Where.
    pub place: Place,
    /// Of which contacts it speaks, as they arrive; of all where it is missing.
    pub condition: Option<Expr>,
    /// Whether it must come about; else it must not.
    pub always: bool,
    /// What.
    pub goal: Goal,
    /// For what must come about: how long it may take at the most.
    pub within: Option<DurationMs>,
    /// For what must come about: how many keys the caller may need at the most.
    pub keys: Option<u8>,
    /// For what must not: only while this holds.
    pub meanwhile: Option<Expr>,
    /// For what must not: only as long as no customer has proved who it is.
    pub unverified: bool,
}

/// What can come about in a contact.
#[derive(Clone, Debug, PartialEq)]
pub enum Goal {
    /// A queue or a transfer is entered.
    Human,
    /// A transfer is entered, or the call is handed over or redirected.
    Transfer,
    /// A queue is entered.
    Queue,
    /// The contact ends without the caller's hanging up.
    Ends,
    /// A flow is entered.
    Reaches(FlowId),
    /// The CRM is told so; with a topic, about that.
    Outcome(Text, Option<Text>),
}

impl Promise {
    /// Whether it asks what a caller can bring about, and not what comes about whatever the caller does.
    pub fn is_for_the_caller(&self) -> bool {
        self.always && (self.goal == Goal::Human || self.within.is_some() || self.keys.is_some())
    }
}
