//! Questions on calls: what can only be said needs somebody who listens, and nobody holds a receiver for an hour.

use super::Checker;
use super::reach::Reached;
use crate::language::lower::say::LONGEST_WAIT;
use crate::program::verb::Hearing;
use crate::program::{ChannelSet, EntryKind, NodeId, Verb};
use crate::source::Code;

impl Checker<'_> {
    pub(super) fn asking(&mut self, reached: &Reached) {
        for index in 0..self.graph.nodes.len() {
            let id = NodeId(index as u32);
            if !self.on_call(reached, id) || self.graph.origins[index].broken {
                continue;
            }
            let node = &self.graph.nodes[index];
            let (hearing, is_keyed) = match &node.verb {
                Verb::Ask(ask) => (&ask.hearing, ask.kind != EntryKind::Text),
                Verb::Menu(menu) => {
                    let mut choices = menu.choices.iter();
                    let is_keyed = choices.any(|choice| choice.keys.is_some() || choice.each.is_some());
                    (&menu.hearing, is_keyed || menu.choices.is_empty())
                }
                Verb::Authenticate(authenticate) => (&authenticate.ask.hearing, true),
                _ => continue,
            };
            let (is_deaf, waits_long) = (!is_keyed && hearing.speech.is_none(), waits_long(hearing));
            if is_deaf {
                let path = self.flows_along(&reached.path(id, ChannelSet::CALL));
                let message = "a caller has no key for this, and nobody listens to speech here";
                let hint = format!("a call comes by {path}; write `speech 5s` into the braces");
                self.report(Code::NeedsSpeech, self.span(id), message, hint);
            }
            if waits_long {
                let path = self.flows_along(&reached.path(id, ChannelSet::CALL));
                let message = format!("`first_key` is at most {LONGEST_WAIT} on a call");
                let hint = format!("a call comes by {path}; only a written reply is waited for longer");
                self.report(Code::InvalidSetting, self.span(id), message, hint);
            }
        }
    }
}

fn waits_long(hearing: &Hearing) -> bool {
    hearing.first_key.is_some_and(|length| length > LONGEST_WAIT)
}
