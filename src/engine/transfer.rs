//! `transfer`: legs are called, hear what the call is about, and one of them takes it.
//!
//! The caller hears nothing of what is said to a leg. Whoever takes the call ends the others.

use super::action::{Action, ActionId, Audio, LegId, Note};
use super::event::DialProgress;
use super::hunt::{Hunt, LegPhase, Miss, Outgoing};
use super::run::{Run, Turn};
use super::state::Wait;
use crate::program::verb::{HuntOrder, Transfer};
use crate::program::{Exit, Expr, Key, Limits, Party, Phone, Value, Verb};
use crate::time::{DurationMs, Millis};

impl<'a> Run<'a> {
    pub(super) fn transfer(&mut self, transfer: &Transfer) -> Turn {
        let parties = match self.parties(&transfer.to) {
            Ok(parties) => parties,
            Err(fault) => return self.fault(&fault, Exit::Failed),
        };
        if parties.is_empty() {
            return self.fault("there is nobody to call", Exit::Unavailable);
        }
        let parties: Vec<Party> = parties.into_iter().filter(|party| self.permits(party)).collect();
        if parties.is_empty() {
            return Turn::Exit(Exit::Refused, Value::None);
        }
        let mut hunt = Hunt::new(parties);
        self.call_next(&mut hunt, transfer);
        self.let_it_ring(hunt);
        Turn::Done
    }

    /// Whom these name, lists and missing values resolved, within the bound.
    fn parties(&mut self, exprs: &[Expr]) -> Result<Vec<Party>, String> {
        let mut parties = Vec::new();
        for value in self.values(exprs)? {
            match &value {
                Value::List(items) => parties.extend(items.iter().filter_map(Party::of)),
                one => parties.extend(Party::of(one)),
            }
        }
        let most = Limits::DEFAULT.parties;
        if parties.len() > most {
            parties.truncate(most);
            self.note(Note::Fault { reason: format!("only the first {most} of the list are called").into() });
        }
        Ok(parties)
    }

    /// Whether the program may call somebody; if not, the journal says why.
    pub(super) fn permits(&mut self, party: &Party) -> bool {
        match self.image.permission.check(party) {
            Ok(()) => true,
            Err(refusal) => {
                self.note(Note::Fault { reason: refusal.to_string().into() });
                false
            }
        }
    }

    /// Calls the next one, or all of them.
    fn call_next(&mut self, hunt: &mut Hunt, transfer: &Transfer) {
        let count = match transfer.order {
            HuntOrder::InOrder => 1,
            HuntOrder::AllAtOnce => hunt.parties.len(),
        };
        for party in hunt.parties.iter().skip(hunt.called).take(count).cloned().collect::<Vec<_>>() {
            let leg = self.call_leg(party, transfer.ring, transfer);
            hunt.legs.push(leg);
            hunt.called += 1;
        }
    }

    fn call_leg(&mut self, party: Party, ring: DurationMs, transfer: &Transfer) -> Outgoing {
        let caller_id = self.shown(transfer.caller_id.as_ref());
        let dialled = self.state.next_id();
        self.state.last_leg = self.state.last_leg.saturating_add(1);
        let leg = LegId(self.state.last_leg);
        self.act(Action::Dial { id: dialled, leg, to: party.clone(), ring, caller_id });
        let phase = LegPhase::Ringing { until: self.state.now + ring };
        Outgoing { leg, dialled, party, phase }
    }

    /// The number that whoever is called is shown.
    pub(super) fn shown(&self, caller_id: Option<&Expr>) -> Option<Phone> {
        match self.value(caller_id?) {
            Ok(Value::Phone(phone)) => Some(phone),
            Ok(_) | Err(_) => None,
        }
    }

    /// The caller waits: with the flow's block, with a ring-back tone, or with the network's before the answer.
    fn let_it_ring(&mut self, hunt: Hunt) {
        // Asked before the block is entered: then another node is the current one.
        let is_silent = !self.handles(&Exit::Waiting);
        let _ = self.run_while_waiting(Wait::Dialling(hunt));
        if is_silent && (self.state.answered || self.state.early) {
            self.play_on(Audio::RingBack);
        }
    }

    /// There is news of a leg.
    pub(super) fn dialled(&mut self, id: ActionId, progress: DialProgress) {
        if self.calls_out(id) {
            return self.called_out(id, progress);
        }
        let found = self.hunt_where(|hunt| {
            hunt.dialled(id).filter(|at| matches!(hunt.legs[*at].phase, LegPhase::Ringing { .. }))
        });
        let Some((depth, at)) = found else { return self.stale() };
        let miss = match progress {
            DialProgress::Ringing => return self.tell_that_it_rings(),
            // Only whoever will be the caller is listened to.
            DialProgress::Listening => return,
            DialProgress::Answered | DialProgress::Unknown | DialProgress::Machine | DialProgress::Fax => {
                return self.leg_answered(depth, at);
            }
            DialProgress::Busy => Miss::Busy,
            DialProgress::NoAnswer => Miss::NoAnswer,
            DialProgress::Unavailable => Miss::Unavailable,
            DialProgress::Refused => Miss::Refused,
            DialProgress::Redirected(to) => Miss::Redirected(to),
            DialProgress::Failed => Miss::Failed,
        };
        self.missed(depth, at, miss);
    }

    /// A caller that has not been answered hears the ringing of its own network.
    fn tell_that_it_rings(&mut self) {
        if !(self.state.answered || self.state.early || self.state.rang) {
            self.state.rang = true;
            self.act(Action::Ring);
        }
    }

    fn leg_answered(&mut self, depth: usize, at: usize) {
        let Some(transfer) = self.transfer_at(depth) else { return };
        if transfer.whisper.is_empty() {
            return self.told(depth, at);
        }
        match self.whisper(depth, at, &transfer.whisper) {
            Some(id) => self.set_phase(depth, at, LegPhase::Whispering { id }),
            None => self.told(depth, at),
        }
    }

    /// Says something to a leg; `None` where it cannot be said.
    fn whisper(
        &mut self,
        depth: usize,
        at: usize,
        utterances: &[crate::program::Utterance],
    ) -> Option<ActionId> {
        let leg = self.hunt(depth)?.legs.get(at)?.leg;
        let audio = self.speech(utterances).ok()?;
        let id = self.state.next_id();
        self.act(Action::Whisper { id, leg, audio });
        Some(id)
    }

    /// The leg knows what the call is about.
    fn told(&mut self, depth: usize, at: usize) {
        let Some(transfer) = self.transfer_at(depth) else { return };
        match transfer.accept {
            Some(accept) => {
                let until = self.state.now + accept.within;
                self.set_phase(depth, at, LegPhase::Deciding { until });
            }
            None => self.accepted(depth, at),
        }
    }

    /// What was said to a leg, or to the caller before the next leg, has been heard; false where it was something else.
    pub(super) fn leg_was_told(&mut self, id: ActionId) -> bool {
        if let Some((depth, ())) = self.hunt_where(|hunt| (hunt.announcing == Some(id)).then_some(())) {
            self.announced(depth);
            return true;
        }
        let waits = |hunt: &Hunt| hunt.legs.iter().position(|leg| leg.phase.waits_for() == Some(id));
        let Some((depth, at)) = self.hunt_where(waits) else { return false };
        match self.hunt(depth).map(|hunt| hunt.legs[at].phase) {
            Some(LegPhase::Whispering { .. }) => self.told(depth, at),
            Some(LegPhase::Parting { .. }) => self.let_go(depth, at),
            Some(LegPhase::Thanking { .. }) => self.answer_caller(depth, at),
            Some(LegPhase::Ringing { .. } | LegPhase::Deciding { .. } | LegPhase::Answering { .. })
            | None => return false,
        }
        true
    }

    /// A key of another leg.
    pub(super) fn leg_key(&mut self, leg: LegId, key: Key) {
        let Some((depth, at)) = self.hunt_where(|hunt| hunt.position(leg)) else { return self.stale() };
        let takes =
            self.transfer_at(depth).and_then(|transfer| transfer.accept).is_some_and(|a| a.takes(key));
        match self.hunt(depth).map(|hunt| hunt.legs[at].phase) {
            Some(LegPhase::Whispering { id }) if takes => {
                self.act(Action::Stop { id });
                self.accepted(depth, at);
            }
            Some(LegPhase::Deciding { .. }) if takes => self.accepted(depth, at),
            Some(
                LegPhase::Ringing { .. }
                | LegPhase::Whispering { .. }
                | LegPhase::Deciding { .. }
                | LegPhase::Parting { .. }
                | LegPhase::Thanking { .. }
                | LegPhase::Answering { .. },
            )
            | None => self.stale(),
        }
    }

    /// The leg takes the call: the others are let go, and nobody else is called.
    fn accepted(&mut self, depth: usize, at: usize) {
        let Some(hunt) = self.hunt_mut(depth) else { return };
        let winner = hunt.legs.remove(at);
        let others = std::mem::replace(&mut hunt.legs, vec![winner]);
        others.into_iter().for_each(|other| self.act(Action::HangUp { leg: other.leg }));
        let Some(transfer) = self.transfer_at(depth) else { return };
        let said = match transfer.thanks.is_empty() {
            true => None,
            false => self.whisper(depth, 0, &transfer.thanks),
        };
        match said {
            Some(id) => self.set_phase(depth, 0, LegPhase::Thanking { id }),
            None => self.answer_caller(depth, 0),
        }
    }

    /// Legs whose time is over are let go, whoever answered with a goodbye; whatever they say later is stale.
    pub(super) fn legs_are_due(&mut self, depth: usize, due: Millis) {
        let is_due = |leg: &Outgoing| leg.phase.deadline().is_some_and(|(until, _)| until <= due);
        while let Some(at) = self.hunt(depth).and_then(|hunt| hunt.legs.iter().position(is_due)) {
            match self.part(depth, at) {
                Some(id) => self.set_phase(depth, at, LegPhase::Parting { id }),
                None => self.let_go(depth, at),
            }
        }
    }

    /// Says to a leg whose key did not come what there is to say; `None` where that is nothing.
    fn part(&mut self, depth: usize, at: usize) -> Option<ActionId> {
        let transfer = self.transfer_at(depth)?;
        let decided = matches!(self.hunt(depth)?.legs.get(at)?.phase, LegPhase::Deciding { .. });
        if !decided || transfer.unaccepted.is_empty() {
            return None;
        }
        self.whisper(depth, at, &transfer.unaccepted)
    }

    fn let_go(&mut self, depth: usize, at: usize) {
        let leg = self.hunt(depth).and_then(|hunt| hunt.legs.get(at)).map(|leg| leg.leg);
        leg.into_iter().for_each(|leg| self.act(Action::HangUp { leg }));
        self.missed(depth, at, Miss::NoAnswer);
    }

    /// A leg has not taken the call: the next one is called, or the transfer ends.
    pub(super) fn missed(&mut self, depth: usize, at: usize, miss: Miss) {
        let Some(transfer) = self.transfer_at(depth) else { return };
        let Some(hunt) = self.hunt_mut(depth) else { return };
        hunt.legs.remove(at);
        hunt.miss(miss);
        if !hunt.legs.is_empty() {
            return;
        }
        if hunt.called >= hunt.parties.len() {
            let (exit, brings) = hunt.outcome();
            self.unwind_to(depth);
            return self.leave(exit, brings);
        }
        match transfer.next.is_empty() {
            true => self.call_another(depth, transfer),
            false => self.announce(depth, transfer),
        }
    }

    /// Calls the next one while the caller goes on hearing what it hears.
    fn call_another(&mut self, depth: usize, transfer: &Transfer) {
        let Some(mut hunt) = self.hunt(depth).cloned() else { return };
        self.call_next(&mut hunt, transfer);
        if let Some(scope) = self.state.scopes.get_mut(depth) {
            scope.wait = Wait::Dialling(hunt);
        }
    }

    /// Says to the caller that another one is called.
    fn announce(&mut self, depth: usize, transfer: &Transfer) {
        self.unwind_to(depth);
        let Ok(audio) = self.speech(&transfer.next) else { return self.announced(depth) };
        let id = self.state.next_id();
        self.act(Action::Play { id, audio, looped: false });
        if let Some(hunt) = self.hunt_mut(depth) {
            hunt.announcing = Some(id);
        }
    }

    fn announced(&mut self, depth: usize) {
        let Some(transfer) = self.transfer_at(depth) else { return };
        let Some(mut hunt) = self.hunt(depth).cloned() else { return };
        hunt.announcing = None;
        self.call_next(&mut hunt, transfer);
        self.let_it_ring(hunt);
    }

    /// Another process has the contact, whose hunt this is, and none of its legs: each party that has not had its time is called
    /// again.
    pub(super) fn ring_again(&mut self, mut hunt: Hunt) {
        let Some(transfer) = self.transfer_at(0) else { return };
        if hunt.announcing.is_some() {
            return self.announce(0, transfer);
        }
        for lost in std::mem::take(&mut hunt.legs) {
            match lost.phase.rings_again(self.state.now, transfer.ring) {
                Some(ring) => hunt.legs.push(self.call_leg(lost.party, ring, transfer)),
                None => hunt.miss(Miss::NoAnswer),
            }
        }
        match (hunt.legs.is_empty(), hunt.called < hunt.parties.len()) {
            (false, _) => {}
            (true, false) => {
                let (exit, brings) = hunt.outcome();
                return self.leave(exit, brings);
            }
            (true, true) if transfer.next.is_empty() => self.call_next(&mut hunt, transfer),
            (true, true) => {
                self.wait(Wait::Dialling(hunt));
                return self.announce(0, transfer);
            }
        }
        self.let_it_ring(hunt);
    }

    /// The scope with a hunt that has what is looked for, the innermost first.
    pub(super) fn hunt_where<T>(&self, pick: impl Fn(&Hunt) -> Option<T>) -> Option<(usize, T)> {
        if self.state.phase != super::state::Phase::Talking {
            return None;
        }
        let scopes = self.state.scopes.iter().enumerate().rev();
        scopes.filter_map(|(depth, _)| Some((depth, pick(self.hunt(depth)?)?))).next()
    }

    pub(super) fn hunt(&self, depth: usize) -> Option<&Hunt> {
        let wait = &self.state.scopes.get(depth)?.wait;
        if let Wait::Dialling(hunt) = wait { Some(hunt) } else { None }
    }

    pub(super) fn hunt_mut(&mut self, depth: usize) -> Option<&mut Hunt> {
        let wait = &mut self.state.scopes.get_mut(depth)?.wait;
        if let Wait::Dialling(hunt) = wait { Some(hunt) } else { None }
    }

    pub(super) fn set_phase(&mut self, depth: usize, at: usize, phase: LegPhase) {
        if let Some(leg) = self.hunt_mut(depth).and_then(|hunt| hunt.legs.get_mut(at)) {
            leg.phase = phase;
        }
    }

    /// The settings of the transfer that a scope waits for.
    pub(super) fn transfer_at(&self, depth: usize) -> Option<&'a Transfer> {
        let image = self.image;
        let at = self.state.scopes.get(depth)?.frames.last()?.at;
        match &image.node(at).verb {
            Verb::Transfer(transfer) => Some(transfer),
            _ => None,
        }
    }
}
