//! The legs that a simulated contact calls: they ring, hear something, press keys, speak, and go.

use super::drive::{Dialled, Drive, Leg, OpenQuestion};
use super::far_end::FarEnd;
use crate::engine::{ActionId, Audio, DialProgress, Event, HandOver, LegId};
use crate::program::verb::CallOut;
use crate::program::{Channel, Key, Party, Phone};
use crate::time::{DurationMs, Millis};

/// How long a far end takes between two keys.
pub(super) const BETWEEN_KEYS: DurationMs = DurationMs(500);

impl Drive {
    pub(super) fn dial(&mut self, id: ActionId, leg: LegId, to: Party, shown: Option<Phone>) {
        self.begins_to_ring(id, &to, shown);
        match self.world.far_end(&to) {
            Some(far) => self.ring(id, leg, to, far),
            None if self.world.asks => self.questions.push(OpenQuestion::Dial { id, leg, to }),
            None => {
                self.nobody_is(&to);
                self.ring(id, leg, to, FarEnd::of(Some(DialProgress::Unavailable), DurationMs::ZERO));
            }
        }
    }

    /// Somebody is called, and shown a number.
    pub(super) fn begins_to_ring(&mut self, id: ActionId, to: &Party, shown: Option<Phone>) {
        let at = self.now.since(Millis::ZERO);
        let (to, result, node) = (to.clone(), "ringing".into(), self.doing);
        self.dialled.push(Dialled { to, result, at, rang: None, shown, node, id });
    }

    fn nobody_is(&mut self, to: &Party) {
        self.remarks.push(format!(
            "nobody is declared to have the number {to}, so that it was unavailable: say who under `dial`"
        ));
    }

    /// A number rings, and what is foreseen becomes of it.
    pub(super) fn ring(&mut self, id: ActionId, leg: LegId, to: Party, far: FarEnd) {
        if far.after > DurationMs::ZERO || far.result.is_none() {
            self.report(DurationMs::ZERO, Event::Dialled { id, progress: DialProgress::Ringing });
        }
        if let Some(progress) = far.result.clone() {
            self.report(far.after, Event::Dialled { id, progress });
        }
        self.foresee(&far, |key| Event::LegKey { leg, key }, Event::LegEnded { leg });
        self.legs.insert(leg, Leg { id, to, far, whispers: Vec::new(), is_bridged: false });
    }

    /// What a far end does once it has answered: it presses keys, and hangs up where that is declared.
    fn foresee(&mut self, far: &FarEnd, pressed: impl Fn(Key) -> Event, ended: Event) {
        if !far.result.as_ref().is_some_and(is_answer) {
            return;
        }
        if let Some((keys, first)) = &far.presses {
            let mut at = far.after + *first;
            for key in keys {
                self.report(at, pressed(*key));
                at = at + BETWEEN_KEYS;
            }
        }
        if let Some(after) = far.hangs_up {
            self.report(far.after + after, ended);
        }
    }

    /// Somebody is called who will be the caller. Where it is to be found out, it takes a while to know who answered.
    pub(super) fn call_out(&mut self, id: ActionId, to: Party, detect: bool) {
        let far = self.world.far_end(&to).unwrap_or_else(|| {
            self.nobody_is(&to);
            FarEnd::of(Some(DialProgress::Unavailable), DurationMs::ZERO)
        });
        self.calling = Some(id);
        self.report(DurationMs::ZERO, Event::Dialled { id, progress: DialProgress::Ringing });
        self.foresee(&far, |key| Event::Key { key }, Event::HungUp { cause: "caller".into() });
        let Some(result) = far.result else { return };
        let (progress, after) = match (result, detect) {
            (DialProgress::Machine, true) => (DialProgress::Machine, far.greeting + CallOut::END_OF_GREETING),
            (DialProgress::Unknown, true) => (DialProgress::Unknown, CallOut::SILENT_ANSWER),
            (DialProgress::Machine | DialProgress::Unknown | DialProgress::Fax, false) => {
                (DialProgress::Answered, DurationMs::ZERO)
            }
            (other, _) => (other, DurationMs::ZERO),
        };
        if after > DurationMs::ZERO {
            self.report(far.after, Event::Dialled { id, progress: DialProgress::Listening });
        }
        self.report(far.after + after, Event::Dialled { id, progress });
    }

    /// Something is said to another leg.
    pub(super) fn whisper(&mut self, id: ActionId, leg: LegId, audio: &Audio) {
        let length = self.world.audio_length(audio, Channel::Call);
        self.report(length, Event::Played { id });
        if let Audio::Speech(spoken) = audio {
            self.whispered.extend(spoken.iter().map(|one| one.prompt.clone()));
        }
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.whispers.push(id);
        }
    }

    pub(super) fn bridge(&mut self, leg: LegId) {
        if self.bridge_agent(leg) {
            return;
        }
        if let Some(up) = self.legs.get_mut(&leg) {
            up.is_bridged = true;
            let (to, hangs_up) = (self.world.known(&up.to), up.far.hangs_up);
            self.connected.push((self.now, to));
            // What it presses from here on is for the caller's ear.
            self.queue.retain(|_, event| !matches!(event, Event::LegKey { leg: of, .. } if *of == leg));
            if hangs_up.is_none() {
                self.report(FarEnd::SPEAKS, Event::LegEnded { leg });
            }
        }
    }

    /// Whoever has answered hangs up before the two were connected: that is no call taken.
    pub(super) fn leg_left(&mut self, leg: LegId) {
        if self.legs.get(&leg).is_none_or(|up| up.is_bridged) {
            return;
        }
        if let Some(gone) = self.legs.remove(&leg) {
            self.forget_leg(leg, &gone);
            self.conclude(gone.id, "not_accepted");
        }
    }

    /// The caller's leg is let go: what whoever was called for it would still do never happens.
    pub(super) fn let_called_go(&mut self, because: Option<&Event>) {
        let Some(called) = self.calling.take() else { return };
        self.queue.retain(|_, event| match event {
            Event::Dialled { id, .. } => *id != called,
            Event::Key { .. } | Event::HungUp { .. } => false,
            _ => true,
        });
        let timed_out = matches!(because, Some(Event::Tick));
        self.stops_ringing(called, if timed_out { "no_answer" } else { "cancelled" });
    }

    /// A leg is ended: because its ring time is over, or for another reason, as whoever it lost to.
    pub(super) fn cancel(&mut self, leg: LegId, because: Option<&Event>) {
        if self.let_agent_go(leg) {
            return;
        }
        let Some(gone) = self.legs.remove(&leg) else { return };
        self.forget_leg(leg, &gone);
        let timed_out = matches!(because, Some(Event::Tick));
        let rings = self.stops_ringing(gone.id, if timed_out { "no_answer" } else { "cancelled" });
        if !rings && !gone.is_bridged {
            self.conclude(gone.id, "not_accepted");
        }
    }

    /// What a leg would still do, or hear, never happens.
    fn forget_leg(&mut self, leg: LegId, gone: &Leg) {
        self.queue.retain(|_, event| match event {
            Event::Dialled { id, .. } => *id != gone.id,
            Event::LegEnded { leg: of } | Event::LegKey { leg: of, .. } => *of != leg,
            Event::Played { id } => !gone.whispers.contains(id),
            _ => true,
        });
    }

    /// Says what became of a call that rings; false where it does not.
    fn stops_ringing(&mut self, id: ActionId, result: &str) -> bool {
        let now = self.now.since(Millis::ZERO);
        let rings = |call: &&mut Dialled| call.id == id && call.result == "ringing";
        let Some(call) = self.dialled.iter_mut().find(rings) else { return false };
        call.rang = Some(DurationMs(now.0.saturating_sub(call.at.0)));
        call.result = result.into();
        true
    }

    /// Says what became of a call that was answered.
    fn conclude(&mut self, id: ActionId, result: &str) {
        let answered = |call: &&mut Dialled| call.id == id && call.result == "answered";
        if let Some(call) = self.dialled.iter_mut().find(answered) {
            call.result = result.into();
        }
    }

    /// The caller's side is asked to call somebody: it does, unless that one is declared to refuse.
    pub(super) fn hand_over(&mut self, id: ActionId, to: &Party) {
        let far = self.world.far_end(to);
        let result = match far.as_ref().map(|far| &far.result) {
            Some(Some(DialProgress::Answered)) => HandOver::Accepted,
            Some(Some(DialProgress::Refused)) => HandOver::Refused,
            Some(_) => HandOver::Failed,
            None => {
                self.nobody_is(to);
                HandOver::Failed
            }
        };
        let after = far.map_or(DurationMs::ZERO, |far| far.after);
        self.report(after, Event::HandedOver { id, result });
    }
}

/// Whether somebody, or something, has answered.
fn is_answer(progress: &DialProgress) -> bool {
    match progress {
        DialProgress::Answered | DialProgress::Unknown | DialProgress::Machine | DialProgress::Fax => true,
        DialProgress::Ringing
        | DialProgress::Listening
        | DialProgress::Busy
        | DialProgress::NoAnswer
        | DialProgress::Unavailable
        | DialProgress::Refused
        | DialProgress::Redirected(_)
        | DialProgress::Failed => false,
    }
}
