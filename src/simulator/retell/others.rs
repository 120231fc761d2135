//! Others on the way: whoever is called, waits in a room, or is free in a queue.

use super::source::Source;
use super::trail::Trail;
use crate::program::verb::Transfer;
use crate::program::{Exit, Expr, FlowId, Value, Verb};

impl Trail<'_> {
    /// Whoever is called, one after another or all at once: those who are passed over do not answer.
    pub(super) fn hunted(&mut self, flow: FlowId, transfer: &Transfer, exit: &Exit) -> Option<()> {
        let passed = std::mem::take(&mut self.passed);
        let accepts = transfer.accept.is_some();
        let is_taken = matches!(exit, Exit::Connected);
        for (index, to) in transfer.to.iter().enumerate() {
            let exit = if is_taken && index < passed { &Exit::NoAnswer } else { exit };
            self.dialled(flow, to, exit, accepts)?;
        }
        Some(())
    }

    /// What becomes of a call, so that the verb ends in this exit.
    pub(super) fn dialled(&mut self, flow: FlowId, to: &Expr, exit: &Exit, accepts: bool) -> Option<()> {
        let to = self.source(flow, to)?;
        let presses = if accepts { ", presses: \"1\"" } else { "" };
        let word = match exit {
            Exit::Connected | Exit::Completed | Exit::Answered => {
                format!("{{ answers: 2s, hangs_up: 30s{presses} }}")
            }
            Exit::NoAnswer => "no answer".into(),
            Exit::Redirected => "{ redirected: \"sip:elsewhere@example.invalid\" }".into(),
            exit => exit.to_string(),
        };
        let parties: Vec<String> = match &to {
            Source::Named(Value::List(items)) => items.iter().map(ToString::to_string).collect(),
            one => {
                let written: Vec<String> = one.parts().iter().filter_map(|part| self.written(part)).collect();
                (!written.is_empty()).then_some(())?;
                let is_one = written.len() == 1 && !written[0].contains(['[', '{', ',']);
                if is_one { written.iter().map(|one| packed(one)).collect() } else { numbers(&written) }
            }
        };
        for party in parties {
            self.draft.dial.entry(party.into()).or_default().push(word.clone());
        }
        Some(())
    }

    pub(super) fn in_room(&mut self, verb: &Verb, exit: &Exit) -> Option<Option<Source>> {
        let Verb::Conference(conference) = verb else { return Some(None) };
        let Expr::Const(room) = &conference.room else { return None };
        let says = match exit {
            Exit::Refused => "refused",
            Exit::Full => match &conference.at_most {
                Some(Expr::Const(Value::Number(most))) => {
                    let members = format!("{most}");
                    self.draft.rooms.insert(room.to_string().into(), members);
                    return Some(None);
                }
                _ => return None,
            },
            Exit::Left => "{ members: 2, ends: 1m }",
            Exit::Removed => "{ members: 2, removes: 1m }",
            _ => return None,
        };
        self.draft.rooms.insert(room.to_string().into(), says.into());
        Some(None)
    }

    /// Somebody takes the call just now, or the caller is in a room.
    pub(super) fn joined(&mut self, flow: FlowId, verb: &Verb, now: bool) -> Option<()> {
        match verb {
            Verb::Transfer(transfer) if now => self.hunted(flow, transfer, &Exit::Connected)?,
            Verb::Queue(queue) => {
                let presses = if queue.accept.is_some() { ", presses: \"1\", after: 3s" } else { "" };
                let says = format!("{{ agents: [ {{ name: ann, free: 20s, hangs_up: 30s{presses} }} ] }}");
                let name = self.program.queues[queue.queue.0 as usize].name.clone();
                self.draft.queues.entry(name).or_insert(says);
            }
            Verb::Conference(_) => drop(self.in_room(verb, &Exit::Left)?),
            _ => {}
        }
        Some(())
    }
}

/// A party as `dial` names it: a number in its normal form.
fn packed(party: &str) -> String {
    if party.starts_with('+') { party.replace([' ', '-'], "") } else { party.to_owned() }
}

/// All numbers in what a list was computed of.
fn numbers(written: &[String]) -> Vec<String> {
    let words = written.iter().flat_map(|text| text.split(['[', ']', '{', '}', ',', ':']));
    let words = words.map(|word| word.trim().trim_matches('"'));
    words.filter(|word| word.starts_with('+')).map(packed).collect()
}
