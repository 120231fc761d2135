//! One arrival: a call, a message.

use crate::program::{Caller, Channel, Override, Phone, Program, Text, Value};
use crate::time::Wall;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known of a contact when it arrives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Unique over all nodes and restarts; the idempotency keys of everything it writes begin with it.
    pub id: Text,
    /// How it arrived.
    pub channel: Channel,
    /// Who calls, as far as the network says.
    pub from: Caller,
    /// What was dialled or addressed, as it stood in the request.
    pub to: Text,
    /// The number that was dialled, where it is one.
    pub to_number: Option<Phone>,
    /// The text with which it arrived; none on a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Text>,
    /// The language it is in, as far as the channel or the number says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Text>,
    /// How urgent it is, as far as the channel says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Text>,
    /// Whether the network signs for the caller's number (STIR/SHAKEN, full attestation).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub attested: bool,
    /// The segment to which the CRM counts the one customer who has the caller's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Text>,
    /// The declared segments to which that customer belonged when the contact came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Text>,
    /// When it arrived.
    pub arrived: Wall,
    /// Where its random choices come from.
    pub seed: u64,
    /// Hours that were set by hand when it arrived, by schedule.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<Text, Override>,
    /// What it is to do, where it is no arrival but a flow that runs without a caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<Task>,
}

impl Contact {
    /// Whether it may come to where its caller's segment is asked for.
    pub fn asks_for_segments(&self, program: &Program) -> bool {
        program.asks_for_segments(self.channel, self.to_number.as_ref(), &self.to)
    }

    /// Whether whoever it is writes and reads, and hears nothing.
    pub fn is_written(&self) -> bool {
        match self.channel {
            Channel::Sms | Channel::Email | Channel::Fax | Channel::Chat => true,
            Channel::Call | Channel::Task => false,
        }
    }
}

/// A flow that runs without a caller. Whose contact asked for it stands in the contact's `from` and `to`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Its name.
    pub flow: Text,
    /// What it takes.
    pub args: Vec<Value>,
}
