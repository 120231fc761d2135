//! `authenticate`: the caller proves who it is.

use super::{Ask, VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Expr, NextClock, PromptId, Text};
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};

/// Asks for a PIN, or another proof, and has the CRM verify it.
#[derive(Clone, Debug, PartialEq)]
pub struct Authenticate {
    /// The customer that the caller claims to be.
    pub customer: Expr,
    /// What proves it.
    pub proof: Proof,
    /// The question; its variable holds the secret only until it is verified.
    pub ask: Ask,
    /// How many attempts this contact has.
    pub attempts: u8,
    /// When the customer is locked out, over all contacts.
    pub lock: Lock,
    /// A lock ends when this clock shows it, and not after its length.
    pub lock_until: Option<NextClock>,
    /// Whether all wrong attempts of this contact count as one towards the lock.
    pub counts_once: bool,
    /// After this the CRM is late.
    pub within: DurationMs,
}

/// What proves who the caller is.
#[derive(Clone, Debug, PartialEq)]
pub enum Proof {
    /// The customer's PIN.
    Pin,
    /// The customer's passphrase.
    Passphrase,
    /// A field of the customer, as a person keys it.
    Challenge(Text),
    /// A code that is sent to a number of the customer's.
    Code {
        /// The number; the customer's main one where none is named.
        to: Option<Expr>,
        /// The prompt that carries it, which takes the secret.
        prompt: PromptId,
    },
}

/// When and for how long a customer is locked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// After so many wrong attempts in a row, over all contacts and channels.
    pub after: u32,
    /// For how long.
    pub length: DurationMs,
    /// Whether wrong attempts are forgotten when a lock of this length would end, also if there was none: a lock
    /// until midnight counts by day.
    #[serde(default)]
    pub by_day: bool,
    /// Whether the attempt counts no more: an earlier wrong one of the contact stands for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counted: bool,
}

impl Authenticate {
    /// Default number of attempts in a contact.
    pub const ATTEMPTS: u8 = 3;
    /// Default time for the CRM: a good PIN hash takes a tenth of a second.
    pub const WITHIN: DurationMs = DurationMs::from_secs(5);

    /// Where it can be proved: what is keyed on calls, what is written where people write, a code on both.
    pub fn channels(&self) -> ChannelSet {
        match self.proof {
            Proof::Pin | Proof::Challenge(_) => ChannelSet::CALL,
            Proof::Passphrase => ChannelSet::TALK.without(ChannelSet::CALL),
            Proof::Code { .. } => ChannelSet::TALK,
        }
    }
}

impl Default for Lock {
    fn default() -> Lock {
        Lock { after: 5, length: DurationMs::from_secs(30 * 60), by_day: false, counted: false }
    }
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "authenticate",
    summary: "Asks for a PIN, or another proof, and has the CRM verify it; attempts are counted over contacts and channels.",
    settings: &[
        setting("with pin", "the customer's PIN proves it; on calls", ""),
        setting("with passphrase", "the customer's passphrase proves it; where people write: sms, chat", ""),
        setting(
            "with challenge FIELD",
            "a field of the customer proves it: digits, a date or a phone number, as a person keys it; on calls",
            "",
        ),
        setting(
            "with code to PHONE",
            "a code that is sent proves it; to the customer's main number where none is named",
            "",
        ),
        setting("say_code PROMPT", "the words with which the code is sent; takes `code: digits`", ""),
        setting(
            "ask secret NAME: digits N",
            "the question for the secret, with the settings of `ask`; a passphrase is a `text`",
            "",
        ),
        setting("attempts N", "how many attempts this contact has", "3"),
        setting(
            "lock DURATION after N",
            "how long the customer is locked out, and after how many wrong ones in a row over all contacts",
            "30m after 5",
        ),
        setting(
            "lock until TIME in \"ZONE\" after N",
            "locks out until the clock there shows it; wrong ones are forgotten then, with or without a lock",
            "",
        ),
        setting("counts once", "all wrong ones of this contact count as one towards the lock", ""),
        setting("within DURATION", "how long the CRM may take", "5s"),
    ],
    exits: &[
        exit("verified", "the PIN, or the other proof, is right; brings the verified customer"),
        exit("refused", "the attempts of this contact are spent"),
        exit("locked", "the customer is locked out, now or from before"),
        exit("give_up", "nothing fitting was keyed or written within the budget"),
        exit("failed", "the CRM could not say"),
        exit("late", "the CRM did not say in time"),
        optional("wrong", "it is wrong and there are attempts left; leads back to the question"),
    ],
    channels: ChannelSet::TALK,
    example: "authenticate owner of account with pin {\n    ask secret pin: digits 4 { say enter_pin }\n    verified client -> tell_balance(client, account)\n    refused, locked -> operators(\"pin\")\n}",
};
