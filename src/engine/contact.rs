//! One arrival: a call, a message.

use crate::program::{Caller, Channel, Phone, Text};
use crate::time::Wall;
use serde::{Deserialize, Serialize};

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
    /// When it arrived.
    pub arrived: Wall,
    /// Where its random choices come from.
    pub seed: u64,
}
