//! Others on the way: whoever is called, waits in a room, or is free in a queue.

use super::trail::{Source, Trail};
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
        let Some(Source::Named(to)) = self.source(flow, to) else { return None };
        let presses = if accepts { ", presses: \"1\"" } else { "" };
        let word = match exit {
            Exit::Connected | Exit::Completed | Exit::Answered => {
                format!("{{ answers: 2s, hangs_up: 30s{presses} }}")
            }
            Exit::NoAnswer => "no answer".into(),
            Exit::Redirected => "{ redirected: \"sip:elsewhere@example.invalid\" }".into(),
            exit => exit.to_string(),
        };
        let parties: Vec<&Value> = match &to {
            Value::List(items) => items.iter().collect(),
            one => vec![one],
        };
        for party in parties {
            self.draft.dial.entry(party.to_string().into()).or_default().push(word.clone());
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
