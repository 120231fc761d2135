//! Others on the way: whoever is called, waits in a room, or is free in a queue.

use super::source::Source;
use super::trail::{Call, Trail};
use crate::program::verb::Transfer;
use crate::program::{Exit, Expr, FlowId, Text, Value, Verb};

impl Trail<'_> {
    /// Somebody is called, and nobody has taken the call yet.
    pub(super) fn rings(&mut self, flow: FlowId, transfer: &Transfer) {
        self.hangs_on();
        self.call =
            Call { taken: becomes(&Exit::NoAnswer, false, None), is_ringing: true, ..Call::default() };
        transfer.to.iter().for_each(|to| self.calls(flow, to, self.call.taken.clone()));
    }

    /// Whoever is called does something else than ring.
    fn hangs_on(&mut self) {
        self.call.is_ringing = false;
        for party in std::mem::take(&mut self.ringing) {
            let calls = self.draft.dial.entry(party.clone()).or_default();
            calls.pop();
            if calls.is_empty() {
                self.draft.dial.remove(&party);
            }
        }
    }

    /// Whoever is called, one after another or all at once: those who are passed over do not answer.
    pub(super) fn hunted(&mut self, flow: FlowId, transfer: &Transfer, exit: &Exit) {
        self.hangs_on();
        let passed = std::mem::take(&mut self.passed);
        let is_slow = std::mem::take(&mut self.is_slow);
        let rings = transfer.ring.0;
        let becomes = |exit: &Exit| becomes(exit, transfer.accept.is_some(), is_slow.then_some(rings));
        let is_taken = matches!(exit, Exit::Connected);
        for (index, to) in transfer.to.iter().enumerate() {
            let exit = if is_taken && index < passed { &Exit::NoAnswer } else { exit };
            self.calls(flow, to, becomes(exit));
        }
        let passed = (passed, becomes(&Exit::NoAnswer));
        self.call = Call { passed, taken: becomes(exit), is_ringing: false };
    }

    /// What becomes of a call. Whom it goes to may be seen only when it is played.
    pub(super) fn dialled(&mut self, flow: FlowId, to: &Expr, word: String) {
        self.call = Call { taken: word.clone(), ..Call::default() };
        self.calls(flow, to, word);
    }

    fn calls(&mut self, flow: FlowId, to: &Expr, word: String) {
        let parties: Vec<String> = match self.source(flow, to) {
            None => Vec::new(),
            Some(Source::Named(Value::List(items))) => items.iter().map(ToString::to_string).collect(),
            Some(one) => {
                let written: Vec<String> = one.parts().iter().filter_map(|part| self.written(part)).collect();
                let is_one = written.len() == 1 && !written[0].contains(['[', '{', ',']);
                if is_one { written.iter().map(|one| packed(one)).collect() } else { numbers(&written) }
            }
        };
        for party in parties {
            self.is_called(party.into(), word.clone());
        }
    }

    fn is_called(&mut self, party: Text, word: String) {
        if self.call.is_ringing {
            self.ringing.push(party.clone());
        }
        self.draft.dial.entry(party).or_default().push(word);
    }

    /// The last call goes to these, a line each.
    pub(super) fn reach(&mut self, parties: &str) {
        let Call { passed: (passed, silent), taken, .. } = self.call.clone();
        for (index, party) in parties.lines().enumerate() {
            let word = if index < passed { &silent } else { &taken };
            let last = self.draft.dial.get(party).and_then(|calls| calls.last());
            if last != Some(word) {
                self.is_called(party.into(), word.clone());
            }
        }
    }

    /// What is in a room, so that the verb ends in this exit. Its name may be seen only when it is played.
    pub(super) fn in_room(&mut self, verb: &Verb, exit: &Exit) -> Option<Option<Source>> {
        let Verb::Conference(conference) = verb else { return Some(None) };
        let says = match exit {
            Exit::Refused => "refused".to_owned(),
            Exit::Full => match &conference.at_most {
                Some(Expr::Const(most)) => most.to_string(),
                Some(_) => "99".to_owned(),
                None => return None,
            },
            Exit::Left => "{ members: 2, moderator: 1s, ends: 1m }".to_owned(),
            Exit::Removed => "{ members: 2, moderator: 1s, removes: 1m }".to_owned(),
            _ => return None,
        };
        if let Expr::Const(room) = &conference.room {
            self.draft.rooms.insert(room.to_string().into(), says.clone());
        }
        self.in_room = Some(says);
        Some(None)
    }

    /// Whoever speaks with the caller leaves: before that no key is pressed.
    pub(super) fn parts(&mut self) {
        self.draft.step("connected");
        self.draft.step(format!("wait: {SPEAKS_AND_LEAVES}"));
    }

    /// Somebody takes the call just now, or the caller is in a room.
    pub(super) fn joined(&mut self, flow: FlowId, verb: &Verb, now: bool) -> Option<()> {
        match verb {
            Verb::Transfer(transfer) if now => self.hunted(flow, transfer, &Exit::Connected),
            Verb::Queue(queue) => {
                let presses = if queue.accept.is_some() { ", presses: \"1\", after: 3s" } else { "" };
                let long = std::mem::take(&mut self.is_slow);
                let free = if long { queue.timeout.0.saturating_sub(queue.timeout.0 / 10) } else { 20_000 };
                let agent = format!("{{ name: ann, free: {free}ms, hangs_up: {SPEAKS}{presses} }}");
                let name = self.program.queues[queue.queue.0 as usize].name.clone();
                self.draft.queues.entry(name).or_default().agents.push(agent);
            }
            Verb::Conference(_) => drop(self.in_room(verb, &Exit::Left)?),
            _ => {}
        }
        Some(())
    }
}

/// How long somebody speaks with the caller, and how long the caller waits to have that behind.
const SPEAKS: &str = "40s";
const SPEAKS_AND_LEAVES: &str = "40500ms";

/// What becomes of a call that ends so; of one that rings for up to so many milliseconds, late.
pub(super) fn becomes(exit: &Exit, accepts: bool, rings: Option<u64>) -> String {
    let presses = if accepts { ", presses: \"1\"" } else { "" };
    let late = rings.map(|rings| rings.saturating_sub(rings / 10));
    let after = late.map_or("2s".to_owned(), |late| format!("{late}ms"));
    match (exit, late) {
        (Exit::Connected | Exit::Completed | Exit::Answered | Exit::Accepted, _) => {
            format!("{{ answers: {after}, hangs_up: {SPEAKS}{presses} }}")
        }
        (Exit::NoAnswer, _) => "no answer".into(),
        (Exit::Redirected, _) => "{ redirected: \"sip:elsewhere@example.invalid\" }".into(),
        (exit, Some(late)) => format!("{{ {exit}: {late}ms }}"),
        (exit, None) => exit.to_string(),
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
