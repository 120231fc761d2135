//! Members of a queue whose telephones a scenario declares under `dial`: they ring as the queue's strategy says.
//!
//! With `ring_all` all of them at once, else one after another. Whoever answers first has the caller; the others stop
//! ringing. They ring once: where nobody answers, nobody is free.

use super::drive::{Dialled, Drive};
use super::far_end::FarEnd;
use super::offer::{Offer, Round};
use super::queues::Agent;
use crate::engine::{ActionId, DialProgress};
use crate::program::{Party, Queue, Strategy, Text, Verb};
use crate::time::{DurationMs, Millis};

/// A member's telephone, and what would become of the call if nobody else took it.
#[derive(Clone, Debug)]
pub(super) struct Ringing {
    to: Party,
    /// When it begins to ring.
    begins: Millis,
    /// How long it rings.
    rings: DurationMs,
    /// When it is over: taken, or not.
    ends: Millis,
    result: String,
}

impl Drive {
    /// Whoever of the members takes the call, and when; nobody where none of them is declared, or none answers.
    pub(super) fn ring_members(&mut self, id: ActionId, queue: &Text, offer: &Offer) -> Round {
        let image = self.session.image().clone();
        let mut round = Round { taken: None, passed: Vec::new() };
        let Some(declared) = image.queues.iter().find(|declared| declared.name == *queue) else {
            return round;
        };
        let mut begins = self.now;
        let mut taken: Option<(Millis, Agent)> = None;
        let mut ringing = Vec::new();
        for member in &declared.members {
            let to = party(member);
            let Some(far) = self.world.far_end(&to) else { continue };
            let rings = rings(declared, &far);
            let ends = begins + rings;
            let in_time = rings == far.after;
            let answers = far.result == Some(DialProgress::Answered) && in_time;
            let (mut result, mut over, mut takes) = (result(&far, in_time), ends, false);
            if answers {
                match offer.taken_after(far.presses.as_ref()) {
                    Ok(after) => (over, takes) = (ends + after, true),
                    Err(after) => {
                        (result, over) = ("not_accepted".into(), ends + after);
                        round.passed.push(ends.since(self.now));
                    }
                }
            }
            if takes && taken.as_ref().is_none_or(|(at, _)| over < *at) {
                let speaks = far.hangs_up.unwrap_or(FarEnd::SPEAKS);
                taken = Some((over, Agent { name: member.clone(), free: rings, speaks, presses: None }));
            }
            ringing.push(Ringing { to, begins, rings, ends: over, result });
            match declared.strategy {
                Strategy::RingAll => {}
                Strategy::LongestIdle | Strategy::RoundRobin if takes => break,
                Strategy::LongestIdle | Strategy::RoundRobin => begins = over,
            }
        }
        if !ringing.is_empty() {
            self.waiting.ringing.insert(id, ringing);
        }
        round.taken = taken.map(|(at, agent)| (at.since(self.now), agent));
        round
    }

    /// The members' telephones stop ringing: somebody has the caller, or the caller has gone.
    pub(super) fn members_stop(&mut self, id: ActionId) {
        let now = self.now;
        for Ringing { to, begins, rings, ends, result } in
            self.waiting.ringing.remove(&id).unwrap_or_default()
        {
            if begins > now {
                continue;
            }
            let result = if ends > now { "cancelled".into() } else { result };
            let rang = Some(DurationMs(rings.0.min(now.since(begins).0)));
            let at = begins.since(Millis::ZERO);
            let node = self.waits_at(|verb| matches!(verb, Verb::Queue(_)));
            self.dialled.push(Dialled { to, result, at, rang, shown: None, node, id });
        }
    }
}

fn party(member: &Text) -> Party {
    match member.starts_with(|sign: char| sign == '+' || sign.is_ascii_digit()) {
        true => Party::Extension(member.clone()),
        false => Party::Name(member.clone()),
    }
}

/// How long it rings at a member.
fn rings(queue: &Queue, far: &FarEnd) -> DurationMs {
    match far.result {
        Some(_) => far.after.min(queue.ring),
        None => queue.ring,
    }
}

fn result(far: &FarEnd, in_time: bool) -> String {
    match &far.result {
        Some(DialProgress::Redirected(_)) if in_time => "redirected".into(),
        Some(progress) if in_time => progress.to_string(),
        Some(_) | None => "no_answer".into(),
    }
}
