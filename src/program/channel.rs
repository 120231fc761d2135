//! The channels on which a contact arrives.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How a contact arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A telephone call.
    Call,
    /// A text message.
    Sms,
    /// An e-mail.
    Email,
    /// A fax.
    Fax,
    /// A chat.
    Chat,
    /// No channel: a flow that runs by itself, without a caller.
    Task,
}

/// A set of channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChannelSet(u8);

impl Channel {
    /// All channels there are.
    pub const ALL: [Channel; 5] = [Channel::Call, Channel::Sms, Channel::Email, Channel::Fax, Channel::Chat];

    /// The word a script uses.
    pub fn word(self) -> &'static str {
        match self {
            Channel::Call => "call",
            Channel::Sms => "sms",
            Channel::Email => "email",
            Channel::Fax => "fax",
            Channel::Chat => "chat",
            Channel::Task => "task",
        }
    }

    /// The channel a script means.
    pub fn from_word(word: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.word() == word)
    }
}

impl ChannelSet {
    /// Every channel.
    pub const ALL: ChannelSet = ChannelSet(0b1_1111);
    /// A telephone call only.
    pub const CALL: ChannelSet = ChannelSet::of(&[Channel::Call]);
    /// The channels on which a question can be asked and answered.
    pub const TALK: ChannelSet = ChannelSet::of(&[Channel::Call, Channel::Sms, Channel::Chat]);
    /// The channels on which somebody can be waited for.
    pub const WAIT: ChannelSet = ChannelSet::of(&[Channel::Call, Channel::Chat]);

    /// No channel: a flow that runs by itself.
    pub const TASK: ChannelSet = ChannelSet::of(&[Channel::Task]);
    /// Every channel, and none.
    pub const EVERYWHERE: ChannelSet = ChannelSet(ChannelSet::ALL.0 | ChannelSet::TASK.0);

    /// The set of these.
    pub const fn of(channels: &[Channel]) -> ChannelSet {
        let mut bits = 0;
        let mut index = 0;
        while index < channels.len() {
            bits |= 1 << channels[index] as u8;
            index += 1;
        }
        ChannelSet(bits)
    }

    /// Whether it has this channel.
    pub fn contains(self, channel: Channel) -> bool {
        self.0 & (1 << channel as u8) != 0
    }

    /// Whether it has no channel.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in both.
    pub fn and(self, other: ChannelSet) -> ChannelSet {
        ChannelSet(self.0 & other.0)
    }

    /// What is in either.
    pub const fn or(self, other: ChannelSet) -> ChannelSet {
        ChannelSet(self.0 | other.0)
    }

    /// What is in this and not in the other.
    pub fn without(self, other: ChannelSet) -> ChannelSet {
        ChannelSet(self.0 & !other.0)
    }

    /// Its channels, in the order of [`Channel::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Channel> {
        Channel::ALL.into_iter().filter(move |channel| self.contains(*channel))
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for ChannelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Channel::word).collect();
        f.write_str(&words.join(", "))
    }
}
