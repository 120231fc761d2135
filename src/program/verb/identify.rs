//! `identify caller`: who calls, as far as the CRM knows.

use super::{VerbSpec, exit, optional, setting};
use crate::program::ChannelSet;
use crate::time::DurationMs;

/// Looks the caller up by number.
#[derive(Clone, Debug, PartialEq)]
pub struct Identify {
    /// After this the CRM has failed.
    pub within: DurationMs,
}

impl Identify {
    /// Default time for the CRM: a caller does not notice two seconds of ringing.
    pub const WITHIN: DurationMs = DurationMs::from_secs(2);
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "identify",
    summary: "Looks the caller up in the CRM by number, in e-mail and chat by address. One, several, none, and no answer are four different things.",
    settings: &[setting("within DURATION", "how long the CRM may take", "2s")],
    exits: &[
        exit("one", "exactly one customer has the number or the address; brings the customer, as claimed"),
        optional(
            "attested",
            "exactly one, and the network signs for the number; brings an `attested customer`",
        ),
        exit("many", "several customers have it"),
        exit("none", "no customer has it, or there is nothing to look up"),
        exit("failed", "the CRM could not say, or not in time"),
    ],
    channels: ChannelSet::EVERYWHERE,
    example: "identify caller { one client -> known(client)  many, none, failed -> main_menu }",
};
