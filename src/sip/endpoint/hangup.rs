//! The end of a leg, from our side or because its time is over (RFC 3261 §9, §15).

use super::leg::{Cancelling, State};
use super::table::Purpose;
use super::{End, Endpoint, LegId};
use crate::sip::Status;
use crate::sip::message::Name;
use crate::sip::transaction::Repeat;
use crate::sip::transaction::timers::T2;
use crate::time::Millis;

/// The cause that Q.850 gives to a call that ran into a timer.
const RECOVERY_ON_TIMER_EXPIRY: u16 = 102;

impl Endpoint {
    /// Ends a leg however it stands and reports it.
    pub(super) fn hang_up(&mut self, now: Millis, id: LegId, q850: Option<u16>, end: End) {
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.ended) else { return };
        match &leg.state {
            State::Offered(_) => self.refuse_offered(
                now,
                id,
                Status::TEMPORARILY_UNAVAILABLE,
                |draft| match q850 {
                    Some(cause) => draft.with(Name::Reason, format!("Q.850;cause={cause}")),
                    None => draft,
                },
                end,
            ),
            State::Calling(calling) => {
                let (transaction, progressed) = (calling.transaction, calling.progressed);
                leg.state = State::Cancelling(Cancelling { transaction, q850, give_up: None });
                self.report_end(id, end);
                if progressed {
                    self.cancel(now, id, transaction, q850);
                }
            }
            State::Up => {
                self.report_end(id, end);
                self.close(now, id, q850);
            }
            State::Detached => {
                self.report_end(id, end);
                self.remove_leg(id);
            }
            // These legs have reported their end already.
            State::Cancelling(_) | State::Closing => {}
        }
        self.rearm_leg(id);
    }

    /// Sends the BYE of an answered leg, or keeps it until the ACK is there (RFC 3261 §15).
    pub(super) fn close(&mut self, now: Millis, id: LegId, q850: Option<u16>) {
        let Some(to) = self.leg_destination(id) else { return };
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if let Some(awaited) = &mut leg.awaited {
            awaited.bye = Some(q850);
            return self.rearm_leg(id);
        }
        let Some(mut dialog) = leg.dialog.take() else { return self.remove_leg(id) };
        leg.state = State::Closing;
        self.send_bye(now, &mut dialog, to, Purpose::Bye(id), q850);
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.dialog = Some(dialog);
        }
        self.rearm_leg(id);
    }

    /// Whichever of a leg's deadlines is due.
    pub(super) fn leg_timeout(&mut self, now: Millis, id: LegId) {
        let unproven = self.legs.get(&id).is_some_and(|leg| !self.is_proven(leg.peer));
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if let Some(awaited) = &mut leg.awaited {
            let unproven = unproven && awaited.first;
            if awaited.give_up <= now {
                leg.awaited = None;
                self.report_end(id, End::NoAck);
                return if unproven {
                    self.remove_leg(id)
                } else {
                    self.close(now, id, Some(RECOVERY_ON_TIMER_EXPIRY))
                };
            }
            if awaited.repeat.at.is_some_and(|at| at <= now) {
                awaited.repeat = if unproven { Repeat::never() } else { awaited.repeat.again(now, T2) };
                let (to, bytes) = (awaited.to, awaited.answer.clone());
                self.send(to, bytes);
            }
        }
        self.leg_expiry(now, id);
        self.provisional_timeout(now, id);
        self.renewal_timeout(now, id);
        self.session_timeout(now, id);
        self.rearm_leg(id);
    }

    fn leg_expiry(&mut self, now: Millis, id: LegId) {
        let Some(leg) = self.legs.get(&id) else { return };
        match &leg.state {
            State::Cancelling(Cancelling { transaction, give_up: Some(at), .. }) if *at <= now => {
                let transaction = *transaction;
                self.table.remove(transaction, &mut self.clock);
                self.remove_leg(id);
            }
            State::Offered(offered) if offered.expires.is_some_and(|at| at <= now) => {
                let end = End::Cancelled { reasons: Vec::new() };
                self.refuse_offered(now, id, Status::REQUEST_TERMINATED, |draft| draft, end);
            }
            State::Offered(_) | State::Calling(_) | State::Up | State::Detached if leg.expires <= now => {
                self.hang_up(now, id, Some(RECOVERY_ON_TIMER_EXPIRY), End::MaxDuration);
            }
            State::Offered(_) | State::Calling(_) | State::Up | State::Detached => {}
            State::Cancelling(_) | State::Closing => {}
        }
    }
}
