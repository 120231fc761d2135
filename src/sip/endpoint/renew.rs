//! Re-INVITE and UPDATE of our own: sent when nothing else is open, and what their answers lead to (RFC 3261 §14.1, RFC 3311).
//!
//! Two offers that cross are both refused with 491, and each side tries again after a while that is longer for the one who
//! made the call:
//!
//! ```text
//!   caller                       callee
//!     | -- re-INVITE --> X <-- re-INVITE -- |
//!     | <-- 491                     491 --> |
//!     |                 0 to 2 s, then      |
//!     | <---------------------- re-INVITE --|
//!     |  2.1 to 4 s, then                   |
//!     | -- re-INVITE ---------------------> |
//! ```

use super::callee::SDP;
use super::leg::{Leg, State};
use super::renewal::{By, PATIENCE, Pending, Wanted};
use super::send::Received;
use super::table::{Machine, Purpose, Role, TransactionId};
use super::{End, Endpoint, Event, LegId};
use crate::sip::check::{ALLOW, SUPPORTED};
use crate::sip::dialog::Dialog;
use crate::sip::draft::Draft;
use crate::sip::message::{Message, Name};
use crate::sip::sdp::{Local, Offer, SdpError};
use crate::sip::session_timer::{SessionTimer, asking};
use crate::sip::transaction::client::Client;
use crate::sip::transaction::invite_client::InviteClient;
use crate::sip::transaction::timers::T1_X64;
use crate::sip::{Method, Status};
use crate::time::{DurationMs, Millis};

/// The longest that a Retry-After of ours or theirs is followed.
const MOST_RETRY_AFTER_S: u32 = 60;

impl Endpoint {
    pub(super) fn change(&mut self, now: Millis, id: LegId, media: Local, late: bool) {
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.ended) else { return };
        leg.renewal.want(if late { Wanted::Ask(media) } else { Wanted::Offer(media) });
        self.renew(now, id);
    }

    /// Says what is wanted, if it may be said now; called whenever something that stood in its way is over.
    pub(super) fn renew(&mut self, now: Millis, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.ended) else { return };
        let Some(wanted) = leg.renewal.next(now).cloned() else { return };
        let Some((by, mut dialog)) = way_of(leg, &wanted) else { return };
        let body = match &wanted {
            Wanted::Refresh if by == By::Update => None,
            Wanted::Refresh => leg.description.clone(),
            Wanted::Offer(local) => Some(leg.describe(|session| local.offer(session))),
            Wanted::Ask(_) => None,
        };
        let (peer, timer) = (leg.peer, leg.timer);
        let to = self.destination(&dialog, peer);
        let within = self.within(&mut dialog, to, &by.method());
        let mut draft = within.draft.with(Name::Contact, self.contact(to)).with(Name::Allow, ALLOW);
        draft.push(Name::Supported, SUPPORTED);
        let draft = self.with_timer(draft, timer);
        let bytes = match body {
            Some(text) => draft.with_body(SDP, text).encode(),
            None => draft.encode(),
        };
        let is_reliable = to.transport.is_reliable();
        let (machine, actions) = match by {
            By::Invite => {
                let (machine, actions) = InviteClient::new(now, bytes, is_reliable);
                (Machine::InviteClient(machine), actions)
            }
            By::Update => {
                let (machine, actions) = Client::new(now, bytes, is_reliable);
                (Machine::Client(machine), actions)
            }
        };
        let role = Role::Client { key: within.key, purpose: Purpose::Renewal(id) };
        let transaction = self.table.insert(machine, to, role);
        if let Some(leg) = self.legs.get_mut(&id) {
            let cseq = dialog.local_cseq();
            leg.keep_dialog(dialog);
            let give_up = now + PATIENCE;
            let (rseq, agreed) = (None, None);
            leg.renewal.sent(Pending {
                transaction,
                wanted,
                by,
                cseq,
                give_up,
                cancelled: false,
                rseq,
                agreed,
            });
        }
        self.perform(now, transaction, actions, None);
        self.rearm_leg(id);
    }

    fn with_timer(&self, draft: Draft, timer: Option<SessionTimer>) -> Draft {
        let Some((timer, policy)) = timer.zip(self.config.session.as_ref()) else { return draft };
        let [_, min] = asking(policy);
        draft.with(Name::SessionExpires, timer.asked()).with(min.0, min.1)
    }

    /// The answer to a re-INVITE or UPDATE of ours.
    pub(super) fn on_renewed(
        &mut self,
        now: Millis,
        id: LegId,
        transaction: TransactionId,
        received: Received<'_>,
    ) {
        let Some(status) = received.response.status() else { return };
        if status.is_provisional() {
            return self.on_change_progress(now, id, transaction, received);
        }
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Some(pending) = leg.renewal.pending.take_if(|pending| pending.transaction == transaction) else {
            return self.acknowledge_again(id, received);
        };
        match status {
            status if status.is_success() => self.renewed(now, id, pending, received),
            Status::REQUEST_PENDING => self.put_off(now, id, pending, None),
            Status::SESSION_INTERVAL_TOO_SMALL => self.lengthen(now, id, pending, received.response),
            Status::REQUEST_TIMEOUT | Status::NO_SUCH_CALL => self.forgotten(now, id, status),
            status => match received.response.retry_after() {
                Some(seconds) if status == Status::SERVER_INTERNAL_ERROR => {
                    self.put_off(now, id, pending, Some(seconds));
                }
                Some(_) | None => self.unchanged(now, id, status),
            },
        }
        self.rearm_leg(id);
    }

    /// A change was not taken: everything stays as it was (RFC 3261 §14.1).
    fn unchanged(&mut self, now: Millis, id: LegId, status: Status) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.renewal.done();
        }
        self.report(id, Event::Unchanged { leg: id, status });
        self.renew(now, id);
    }

    /// Tries again later: after the time that the far end says, or by chance, longer for the owner of the Call-ID.
    fn put_off(&mut self, now: Millis, id: LegId, pending: Pending, seconds: Option<u32>) {
        let Some(leg) = self.legs.get(&id) else { return };
        let wait = match seconds {
            Some(seconds) => u64::from(seconds.min(MOST_RETRY_AFTER_S)) * 1000,
            None if leg.is_caller => 2100 + 10 * self.tokens.below(191),
            None => 10 * self.tokens.below(201),
        };
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if !leg.renewal.put_off(pending.wanted, now + DurationMs(wait)) {
            self.unchanged(now, id, Status::REQUEST_PENDING);
        }
    }

    /// A refresh that came too soon for the far end or a proxy: the interval that they take (RFC 4028 §7.4).
    fn lengthen(&mut self, now: Millis, id: LegId, pending: Pending, response: &Message) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if let (Some(timer), Some(min)) = (&mut leg.timer, response.min_se()) {
            timer.interval_s = timer.interval_s.max(min);
        }
        if !leg.renewal.put_off(pending.wanted, now) {
            return self.unchanged(now, id, Status::SESSION_INTERVAL_TOO_SMALL);
        }
        self.renew(now, id);
    }

    fn renewed(&mut self, now: Millis, id: LegId, pending: Pending, received: Received<'_>) {
        let response = received.response;
        let agreed = self.agreed(id, &pending, response);
        if pending.by == By::Invite {
            let text = agreed.as_ref().ok().and_then(|agreed| agreed.as_ref()?.answer.clone());
            self.acknowledge_change(id, pending.cseq, text, received);
        }
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if matches!(leg.state, State::Closing) {
            return;
        }
        leg.refresh_target(response);
        leg.renewal.done();
        leg.timer = SessionTimer::of(now, response.session_expires(), false);
        match agreed {
            Ok(Some(Agreed { local, media, answer: _ })) => {
                leg.local = Some(local);
                self.media_changed(id, media);
            }
            Ok(None) => {}
            Err(error) => {
                self.report_end(id, End::Media(error));
                return self.close(now, id, None);
            }
        }
        self.renew(now, id);
    }

    /// What a 2xx agrees on.
    fn agreed(
        &mut self,
        id: LegId,
        pending: &Pending,
        response: &Message,
    ) -> Result<Option<Agreed>, SdpError> {
        let leg = self.legs.get_mut(&id).ok_or(SdpError::NoAudio)?;
        if let (Wanted::Offer(local) | Wanted::Ask(local), Some(media)) = (&pending.wanted, &pending.agreed) {
            return Ok(Some(Agreed { local: local.clone(), media: media.clone(), answer: None }));
        }
        match &pending.wanted {
            Wanted::Refresh => Ok(None),
            Wanted::Offer(local) => {
                let media = Offer::read(response.description())?.as_answer(local)?;
                Ok(Some(Agreed { local: local.clone(), media, answer: None }))
            }
            Wanted::Ask(local) => {
                let offer = Offer::read(response.description())?;
                let media = offer.agree(local)?;
                let text = leg.describe(|session| {
                    offer.answer(local, session).map(|(text, _)| text).unwrap_or_default()
                });
                Ok(Some(Agreed { local: local.clone(), media, answer: Some(text) }))
            }
        }
    }

    /// The ACK of a re-INVITE's 2xx, kept for copies of it.
    fn acknowledge_change(&mut self, id: LegId, cseq: u32, text: Option<String>, received: Received<'_>) {
        let branch = self.tokens.branch();
        let Some(leg) = self.legs.get(&id) else { return };
        let Some(dialog) = &leg.dialog else { return };
        let to = self.destination(dialog, received.source);
        let draft = self.signed(dialog.ack(cseq, &self.via(to, &branch)), super::send::MAX_FORWARDS);
        let bytes = match text {
            Some(text) => draft.with_body(SDP, text).encode(),
            None => draft.encode(),
        };
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.renewal.acked = Some((cseq, bytes.clone()));
        }
        self.send(to, bytes);
    }

    /// A copy of a 2xx whose ACK was lost.
    fn acknowledge_again(&mut self, id: LegId, received: Received<'_>) {
        let number = received.response.cseq().map_or(0, |cseq| cseq.number);
        let acked = self.legs.get(&id).and_then(|leg| leg.renewal.acked.as_ref());
        if let Some((_, bytes)) = acked.filter(|(cseq, _)| *cseq == number) {
            let bytes = bytes.clone();
            let to = self.leg_destination(id).unwrap_or(received.source);
            self.send(to, bytes);
        }
    }

    /// Nobody answered a re-INVITE or UPDATE at all: the far end is gone (RFC 3261 §14.1).
    pub(super) fn on_renewal_unanswered(&mut self, now: Millis, id: LegId) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.renewal.pending = None;
            self.forgotten(now, id, Status::REQUEST_TIMEOUT);
        }
    }

    /// A far end that does not know the call any more has none; before the answer only the change is lost.
    fn forgotten(&mut self, now: Millis, id: LegId, status: Status) {
        match self.legs.get(&id).map(|leg| &leg.state) {
            Some(State::Up) => self.hang_up(now, id, None, End::Lost),
            Some(State::Offered(_) | State::Calling(_) | State::Cancelling(_)) => {
                self.unchanged(now, id, status)
            }
            // It is over already.
            Some(State::Detached | State::Closing) | None => {}
        }
    }

    /// What is due of our changes: another try, or the end of our patience.
    pub(super) fn renewal_timeout(&mut self, now: Millis, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        match &mut leg.renewal.pending {
            Some(pending) if pending.give_up <= now && !pending.cancelled => {
                pending.cancelled = true;
                pending.give_up = now + T1_X64;
                let (transaction, by) = (pending.transaction, pending.by);
                if by == By::Invite {
                    self.send_cancel(now, transaction, None);
                }
            }
            Some(pending) if pending.give_up <= now => {
                let transaction = pending.transaction;
                self.table.remove(transaction, &mut self.clock);
                self.on_renewal_unanswered(now, id);
            }
            Some(_) => {}
            None => {
                leg.renewal.is_due(now);
                self.renew(now, id);
            }
        }
    }

    /// What is due of the session timer: a refresh, or the end of the call (RFC 4028 §10).
    pub(super) fn session_timeout(&mut self, now: Millis, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Some(timer) = leg.timer.as_mut().filter(|_| matches!(leg.state, State::Up) && !leg.ended) else {
            return;
        };
        if timer.expires <= now {
            leg.timer = None;
            self.hang_up(now, id, None, End::SessionExpired);
        } else if timer.refresh.take_if(|at| *at <= now).is_some() {
            leg.renewal.want(Wanted::Refresh);
            self.renew(now, id);
        }
    }
}

/// What a change led to.
struct Agreed {
    local: Local,
    media: crate::sip::sdp::Media,
    /// Our answer, where the 2xx brought the offer.
    answer: Option<String>,
}

impl By {
    fn method(self) -> Method {
        match self {
            By::Invite => Method::INVITE,
            By::Update => Method::UPDATE,
        }
    }
}

/// How something can be said now, and in which dialog; `None` while something stands in its way.
fn way_of(leg: &Leg, wanted: &Wanted) -> Option<(By, Dialog)> {
    let is_update = matches!(wanted, Wanted::Refresh) && leg.allows_update;
    match &leg.state {
        State::Up if leg.awaited.is_none() => {
            Some((if is_update { By::Update } else { By::Invite }, leg.dialog.clone()?))
        }
        // Before the answer only UPDATE, and only once the first offer has its answer (RFC 3311 §5.1).
        State::Offered(offered) => {
            let settled =
                offered.provisionals.described && !offered.provisionals.is_busy() && !offered.accepting;
            let may = settled && leg.allows_update && matches!(wanted, Wanted::Offer(_));
            may.then(|| leg.dialog.clone()).flatten().map(|dialog| (By::Update, dialog))
        }
        State::Calling(_) => {
            let mut settled = leg.early.iter().filter(|early| early.settled && early.allows_update);
            let early = settled.next().filter(|_| matches!(wanted, Wanted::Offer(_)))?;
            Some((By::Update, early.dialog.clone()))
        }
        State::Up | State::Cancelling(_) | State::Closing | State::Detached => None,
    }
}

impl Leg {
    /// Puts a dialog back in which a request was made.
    pub(super) fn keep_dialog(&mut self, dialog: Dialog) {
        if let Some(place) = self.dialog_with(dialog.remote_tag()) {
            *place = dialog;
        }
    }

    /// The dialog with the far end of this tag, which may be an early one.
    pub(super) fn dialog_with(&mut self, remote_tag: &str) -> Option<&mut Dialog> {
        let early = self.early.iter_mut().map(|early| &mut early.dialog);
        let mut dialogs = self.dialog.iter_mut().chain(early);
        dialogs.find(|dialog| dialog.remote_tag() == remote_tag)
    }

    /// Follows the Contact of a 2xx (RFC 3261 §12.2.1.2).
    fn refresh_target(&mut self, response: &Message) {
        if let (Some(dialog), Ok(contacts)) = (&mut self.dialog, response.contacts()) {
            dialog.refresh_target(&contacts);
        }
    }
}
