//! Nodes, exits and flows.

use super::value::{Text, Type};
use super::verb::Verb;
use crate::source::Place;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A node of a program, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u32);

/// A flow of a program, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FlowId(pub u32);

/// A variable of a flow, by its position in the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot(pub u16);

/// One position in a flow: a verb and where it goes from there.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The flow it stands in.
    pub flow: FlowId,
    /// Where a person finds it.
    pub place: Place,
    /// What happens there.
    pub verb: Verb,
    /// Where it goes, by how it ended. The compiler has seen that none is missing.
    pub arms: Vec<Arm>,
}

/// One way to go on from a node.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// How the verb ended.
    pub exit: Exit,
    /// The variable that takes what the exit brings: a customer, a reply, a key.
    pub bind: Option<Slot>,
    /// The next node.
    pub to: NodeId,
}

/// How a verb ended. Each verb has a closed set of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// It is done.
    Next,
    /// The condition holds.
    Then,
    /// The condition does not hold, or the budget of a loop is spent.
    Else,
    /// The choice at this position of a menu.
    Choice(u16),
    /// Nothing was heard, for the n-th time at least; leads back.
    NoInput(u8),
    /// What was heard fits nothing, for the n-th time at least; leads back.
    NoMatch(u8),
    /// The entry is complete and means nothing, for the n-th time at least; leads back.
    Invalid(u8),
    /// The entry has too few digits, for the n-th time at least; leads back.
    TooShort(u8),
    /// The list has nothing to choose.
    Empty,
    /// The secret was wrong and there are attempts left; leads back.
    Wrong,
    /// Runs while the verb waits.
    Waiting,
    /// The budget of silence or of wrong keys is spent.
    GiveUp,
    /// Exactly one was found.
    One,
    /// Several were found.
    Many,
    /// None was found.
    None,
    /// The caller proved who it is.
    Verified,
    /// The caller did not.
    Refused,
    /// Too many attempts, here or before.
    Locked,
    /// A good reply.
    Ok,
    /// Somebody else has changed it meanwhile.
    Conflict,
    /// The network signs for the number.
    Attested,
    /// Another answer that the backend declares.
    Status(Text),
    /// Whoever was called, or is free in a queue, takes the call: runs before the two speak.
    Connected,
    /// The other side spoke with the caller and left first.
    Completed,
    /// Runs before the caller enters a room.
    Entering,
    /// Runs when the caller and the others in a room speak.
    Joined,
    /// The room has ended.
    Left,
    /// Somebody has sent the caller out of the room.
    Removed,
    /// There is no place.
    Full,
    /// Somebody who was called has answered.
    Answered,
    /// A machine has answered.
    Machine,
    /// A fax has answered.
    Fax,
    /// The caller's side will call somebody else.
    Accepted,
    /// The other side is busy.
    Busy,
    /// The other side did not answer in time.
    NoAnswer,
    /// The other side cannot be reached.
    Unavailable,
    /// The other side sends the call elsewhere.
    Redirected,
    /// It could not be done: a fault, not an answer.
    Failed,
    /// No answer in time.
    Late,
    /// The caller left.
    HungUp,
    /// Nobody was free within the time.
    Timeout,
    /// Nobody is there.
    Closed,
    /// Whoever was connected left first.
    AgentLeft,
    /// A message was recorded.
    Recorded,
    /// A message was recorded and its caller decides what becomes of it.
    Review,
    /// Nothing was heard.
    Silent,
    /// Less was heard than is wanted.
    ShortMessage,
    /// The words of a recording; brings them.
    Ready,
}

/// Where a walk begins: a flow's first node, what it takes and what it gives back.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// The name a script uses.
    pub name: Text,
    /// What it takes; the first slots of its frame.
    pub params: Vec<(Text, Type)>,
    /// What `do` gets from it.
    pub returns: Option<Type>,
    /// Its first node.
    pub entry: NodeId,
    /// Size of its frame.
    pub slots: u16,
    /// The names of its variables, for people; a name may stand for another slot in another block.
    pub names: Vec<(Slot, Text)>,
    /// Where it goes when the caller leaves; only durable verbs follow.
    pub hung_up: Option<NodeId>,
    /// Keys that lead elsewhere from wherever the contact waits in it, and where they lead: its own, which are also heard
    /// in flows that it enters by `do`, then those of the program that it has not itself.
    pub keys: Vec<(Text, NodeId)>,
    /// How many of the keys are its own.
    pub own_keys: usize,
}

impl Node {
    /// The arm for an exit.
    pub fn arm(&self, exit: &Exit) -> Option<&Arm> {
        self.arms.iter().find(|arm| arm.exit == *exit)
    }

    /// The arm of the highest n-th handler that `count` has reached: `no_input 2 {…}` from the second time on.
    pub fn nth_arm(&self, count: u8, nth: impl Fn(&Exit) -> Option<u8>) -> Option<&Arm> {
        let reached = |arm: &&Arm| nth(&arm.exit).is_some_and(|n| n <= count);
        self.arms.iter().filter(reached).max_by_key(|arm| nth(&arm.exit))
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Exit::Next => "next",
            Exit::Then => "then",
            Exit::Else => "else",
            Exit::Choice(index) => return write!(f, "choice {}", index + 1),
            Exit::NoInput(1) => "no_input",
            Exit::NoInput(n) => return write!(f, "no_input {n}"),
            Exit::NoMatch(1) => "no_match",
            Exit::NoMatch(n) => return write!(f, "no_match {n}"),
            Exit::Invalid(1) => "invalid",
            Exit::Invalid(n) => return write!(f, "invalid {n}"),
            Exit::TooShort(1) => "too_short",
            Exit::TooShort(n) => return write!(f, "too_short {n}"),
            Exit::Empty => "empty",
            Exit::Wrong => "wrong",
            Exit::Waiting => "while waiting",
            Exit::GiveUp => "give_up",
            Exit::One => "one",
            Exit::Many => "many",
            Exit::None => "none",
            Exit::Verified => "verified",
            Exit::Refused => "refused",
            Exit::Locked => "locked",
            Exit::Ok => "ok",
            Exit::Conflict => "conflict",
            Exit::Attested => "attested",
            Exit::Status(status) => status,
            Exit::Connected => "connected",
            Exit::Completed => "completed",
            Exit::Entering => "entering",
            Exit::Joined => "joined",
            Exit::Left => "left",
            Exit::Removed => "removed",
            Exit::Full => "full",
            Exit::Answered => "answered",
            Exit::Machine => "machine",
            Exit::Fax => "fax",
            Exit::Accepted => "accepted",
            Exit::Busy => "busy",
            Exit::NoAnswer => "no_answer",
            Exit::Unavailable => "unavailable",
            Exit::Redirected => "redirected",
            Exit::Failed => "failed",
            Exit::Late => "late",
            Exit::HungUp => "hung_up",
            Exit::Timeout => "timeout",
            Exit::Closed => "closed",
            Exit::AgentLeft => "agent_left",
            Exit::Recorded => "recorded",
            Exit::Review => "review",
            Exit::Silent => "silent",
            Exit::ShortMessage => "too_short",
            Exit::Ready => "ready",
        };
        f.write_str(word)
    }
}
