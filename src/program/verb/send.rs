//! `send sms` and `send email`: messages, through the outbox.

use super::{VerbSpec, setting};
use crate::program::{ChannelSet, Expr, Utterance};

/// Sends a text message.
#[derive(Clone, Debug, PartialEq)]
pub struct SendSms {
    /// The number.
    pub to: Expr,
    /// What it says.
    pub content: Content,
}

/// Sends an e-mail.
#[derive(Clone, Debug, PartialEq)]
pub struct SendEmail {
    /// The address.
    pub to: Expr,
    /// What it is about.
    pub subject: Option<Expr>,
    /// What it says.
    pub content: Content,
    /// A message that goes with it.
    pub attach: Option<Expr>,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Prompts, written out in the language of the contact.
    Say(Vec<Utterance>),
    /// A text of the flow's own.
    Text(Expr),
}

pub(super) const SMS: VerbSpec = VerbSpec {
    word: "send sms",
    summary: "Sends a text message, durably: prompts as written in the contact's language, or a text.",
    settings: &[
        setting("to PHONE", "to whom; stands behind the verb, as the other does", ""),
        setting("say PROMPT …", "what; also `text EXPRESSION`", ""),
    ],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "send sms to +7 965 629-57-19 say balance_is(12.50 RUB)",
};

pub(super) const EMAIL: VerbSpec = VerbSpec {
    word: "send email",
    summary: "Sends an e-mail, durably: prompts or a text, with a recording if wanted.",
    settings: &[
        setting("to TEXT", "to which address; stands behind the verb, as the others do", ""),
        setting("subject TEXT", "its subject", ""),
        setting("say PROMPT …", "what; also `text EXPRESSION`", ""),
        setting("attach RECORDING", "a message that goes with it", ""),
    ],
    exits: &[],
    channels: ChannelSet::EVERYWHERE,
    example: "send email to \"desk@bank.example\" subject \"A caller\" text \"Please call back.\"",
};
