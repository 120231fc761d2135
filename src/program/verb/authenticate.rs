//! `authenticate`: the caller proves who it is.

use super::{Ask, VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Expr};
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};

/// Asks for a PIN and has the CRM verify it.
#[derive(Clone, Debug, PartialEq)]
pub struct Authenticate {
    /// The customer that the caller claims to be.
    pub customer: Expr,
    /// The question; its variable holds the secret only until it is verified.
    pub ask: Ask,
    /// How many attempts this contact has.
    pub attempts: u8,
    /// When the customer is locked out, over all contacts.
    pub lock: Lock,
    /// After this the CRM is late.
    pub within: DurationMs,
}

/// When and for how long a customer is locked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// After so many wrong attempts in a row, over all contacts and channels.
    pub after: u32,
    /// For how long.
    pub length: DurationMs,
}

impl Authenticate {
    /// Default number of attempts in a contact.
    pub const ATTEMPTS: u8 = 3;
    /// Default time for the CRM: a good PIN hash takes a tenth of a second.
    pub const WITHIN: DurationMs = DurationMs::from_secs(5);
}

impl Default for Lock {
    fn default() -> Lock {
        Lock { after: 5, length: DurationMs::from_secs(30 * 60) }
    }
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "authenticate",
    summary: "Asks for a PIN and has the CRM verify it; attempts are counted over contacts and channels.",
    settings: &[
        setting("ask secret NAME: digits N", "the question for the secret, with the settings of `ask`", ""),
        setting("attempts N", "how many attempts this contact has", "3"),
        setting(
            "lock DURATION after N",
            "how long the customer is locked out, and after how many wrong ones in a row over all contacts",
            "30m after 5",
        ),
        setting("within DURATION", "how long the CRM may take", "5s"),
    ],
    exits: &[
        exit("verified", "the PIN is right; brings the verified customer"),
        exit("refused", "the attempts of this contact are spent"),
        exit("locked", "the customer is locked out, now or from before"),
        exit("give_up", "nothing fitting was keyed within the budget"),
        exit("failed", "the CRM could not say"),
        exit("late", "the CRM did not say in time"),
        optional("wrong", "the PIN is wrong and there are attempts left; leads back to the question"),
    ],
    channels: ChannelSet::CALL,
    example: "authenticate owner of account with pin {\n    ask secret pin: digits 4 { say enter_pin }\n    verified client -> tell_balance(client, account)\n    refused, locked -> operators(\"pin\")\n}",
};
