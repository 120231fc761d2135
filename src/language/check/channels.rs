//! On which channels a condition can hold: `if contact.channel = "call" -> desk else -> text_desk` parts the contacts,
//! and each side knows which it has.

use crate::language::lower::Graph;
use crate::program::{
    Builtin, Channel, ChannelSet, CompareOp, ContactField, Exit, Expr, NodeId, Value, Verb,
};

impl Graph {
    /// The arms of a node that lead somewhere, each with those of the channels on which it is taken.
    pub(super) fn open_arms(
        &self,
        node: NodeId,
        channels: ChannelSet,
    ) -> impl Iterator<Item = (&Exit, NodeId, ChannelSet)> {
        let verb = &self.nodes[node.0 as usize].verb;
        self.arms(node).map(move |(exit, to)| (exit, to, taken(verb, exit, channels)))
    }
}

fn taken(verb: &Verb, exit: &Exit, channels: ChannelSet) -> ChannelSet {
    match (verb, exit) {
        (Verb::If(decision), Exit::Then) => where_not(&decision.condition, channels, false),
        (Verb::If(decision), Exit::Else) => where_not(&decision.condition, channels, true),
        // Whoever was called goes on as a call.
        (verb, exit) if verb.is_called(exit) && !channels.is_empty() => ChannelSet::CALL,
        _ => channels,
    }
}

/// The channels on which a condition is not known to be `value`.
pub(super) fn where_not(condition: &Expr, channels: ChannelSet, value: bool) -> ChannelSet {
    let mut rest = channels;
    for channel in Channel::ALL.into_iter().chain([Channel::Task]) {
        if decided(condition, channel) == Some(value) {
            rest = rest.without(ChannelSet::of(&[channel]));
        }
    }
    rest
}

/// What a condition is on a channel, as far as that alone decides it.
fn decided(condition: &Expr, channel: Channel) -> Option<bool> {
    match condition {
        Expr::Not(inner) => decided(inner, channel).map(|holds| !holds),
        Expr::And(a, b) => joined(decided(a, channel), decided(b, channel), false),
        Expr::Or(a, b) => joined(decided(a, channel), decided(b, channel), true),
        Expr::Compare(CompareOp::Equal, a, b) => is_channel(a, b, channel),
        Expr::Compare(CompareOp::NotEqual, a, b) => is_channel(a, b, channel).map(|same| !same),
        Expr::Builtin(Builtin::IsIn, args) => match &args[..] {
            [asked, Expr::List(words)] => {
                let same = words.iter().map(|word| is_channel(asked, word, channel));
                same.reduce(|a, b| joined(a, b, true)).flatten()
            }
            _ => None,
        },
        _ => None,
    }
}

/// Two halves of which one that is `decisive` settles the whole.
fn joined(a: Option<bool>, b: Option<bool>, decisive: bool) -> Option<bool> {
    match (a, b) {
        (Some(one), _) | (_, Some(one)) if one == decisive => Some(decisive),
        (Some(_), Some(_)) => Some(!decisive),
        _ => None,
    }
}

/// Whether the word that the contact's channel is compared with is this one.
fn is_channel(a: &Expr, b: &Expr, channel: Channel) -> Option<bool> {
    match (a, b) {
        (Expr::Contact(ContactField::Channel), Expr::Const(Value::Text(word)))
        | (Expr::Const(Value::Text(word)), Expr::Contact(ContactField::Channel)) => {
            Some(&**word == channel.word())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(word: &str) -> Expr {
        let word = Expr::Const(Value::Text(word.into()));
        Expr::Compare(CompareOp::Equal, Box::new(Expr::Contact(ContactField::Channel)), Box::new(word))
    }

    #[test]
    fn a_test_of_the_channel_parts_the_contacts() {
        let written = ChannelSet::of(&[Channel::Sms, Channel::Chat]);
        assert_eq!(where_not(&is("call"), ChannelSet::ALL, false), ChannelSet::CALL);
        assert_eq!(where_not(&is("call"), ChannelSet::ALL, true), ChannelSet::ALL.without(ChannelSet::CALL));
        let either = Expr::Or(Box::new(is("sms")), Box::new(is("chat")));
        assert_eq!(where_not(&either, ChannelSet::ALL, false), written);
        let neither = Expr::Not(Box::new(either));
        assert_eq!(where_not(&neither, ChannelSet::ALL, true), written);
    }

    #[test]
    fn what_something_else_decides_is_open_on_every_channel() {
        let sometimes = Expr::And(Box::new(is("call")), Box::new(Expr::IsNone(Box::new(Expr::Caller))));
        assert_eq!(where_not(&sometimes, ChannelSet::ALL, false), ChannelSet::CALL);
        assert_eq!(where_not(&sometimes, ChannelSet::ALL, true), ChannelSet::ALL);
    }
}
