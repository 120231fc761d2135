//! REFER of the far end: it asks that somebody else take its place (RFC 3515). Only those who are trusted are heard, and whom to
//! call is decided by the driver.
//!
//! ```text
//!   far end            we                 somebody else
//!     | -- REFER ----> |                       |
//!     | <-- 202 ------ |                       |
//!     | <-- NOTIFY 100 |   Referred, then      |
//!     |                |   Command::Transfer   |
//!     |                | -- INVITE ----------> |   with the media of the leg as it is
//!     | <-- NOTIFY 180 | <------------- 180 -- |
//!     | <-- NOTIFY 200 | <------------- 200 -- |   from here on the leg's far end is somebody else
//!     | <-- BYE ------ |                       |
//! ```
//!
//! A far end that hangs up after its REFER has left the call to its successor: the leg waits for that one.

use super::leg::State;
use super::receive::Inbound;
use super::refer::is_unwatched;
use super::send::Within;
use super::table::Purpose;
use super::{Dial, End, Endpoint, Event, LegId, Output, Referral};
use crate::sip::message::Name;
use crate::sip::replaces::ReferTo;
use crate::sip::{Method, Status};
use crate::time::Millis;

/// What a far end asked for.
#[derive(Debug)]
pub(super) struct Transfer {
    /// Whether it is told how it goes.
    watched: bool,
    /// The leg that is to take its place.
    pub(super) successor: Option<LegId>,
}

impl Transfer {
    pub(super) fn is_watched(&self) -> bool {
        self.watched
    }
}

/// What is still to be done before a step is over.
#[derive(Debug)]
pub(super) enum Notice {
    /// The far end of this leg is told how its REFER goes.
    Tell(LegId, Status),
    /// Nobody waits for this leg any more.
    Orphan(LegId),
}

impl Endpoint {
    pub(super) fn on_refer(&mut self, now: Millis, id: LegId, request: &Inbound) {
        let Some(leg) = self.legs.get(&id) else { return };
        if !self.trusts(request.source) || !leg.is_up() {
            return self.conclude(now, request, Status::DECLINE);
        }
        if leg.transfer.is_some() {
            return self.conclude(now, request, Status::REQUEST_PENDING);
        }
        let Some(ReferTo { uri, replaces }) = ReferTo::of(&request.message) else {
            return self.conclude(now, request, Status::BAD_REQUEST);
        };
        let watched = !is_unwatched(&request.message);
        let contact = self.contact(request.source);
        let status = if watched { Status::ACCEPTED } else { Status::OK };
        self.conclude_with(now, request, status, |draft| match watched {
            true => draft.with(Name::Contact, contact),
            false => draft.with(Name::Contact, contact).with(Name::ReferSub, "false"),
        });
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.transfer = Some(Transfer { watched, successor: None });
        }
        self.tell_referrer(now, id, Status::TRYING);
        let by = request.message.name_addrs(Name::ReferredBy).next().flatten();
        let replaces = replaces.map(|replaces| replaces.to_string());
        self.report(id, Event::Referred { leg: id, referral: Box::new(Referral { to: uri, replaces, by }) });
    }

    /// Calls whoever is to take the place of the far end, with the leg's own media.
    pub(super) fn transfer(&mut self, now: Millis, id: LegId, dial: Dial) {
        let Some(leg) = self.legs.get(&id).filter(|leg| !leg.ended) else { return };
        let waits = leg.transfer.as_ref().is_some_and(|transfer| transfer.successor.is_none());
        let Some(media) = leg.local.clone().filter(|_| waits) else { return };
        if self.is_full() {
            return self.tell_referrer(now, id, Status::SERVICE_UNAVAILABLE);
        }
        let successor = self.new_leg();
        self.dial(now, Dial { leg: successor, media, ..dial });
        if let Some(leg) = self.legs.get_mut(&successor) {
            leg.successor_of = Some(id);
        }
        if let Some(transfer) = self.legs.get_mut(&id).and_then(|leg| leg.transfer.as_mut()) {
            transfer.successor = Some(successor);
        }
    }

    /// Tells the far end how its REFER goes; a final status is the last word.
    pub(super) fn tell_referrer(&mut self, now: Millis, id: LegId, status: Status) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let is_last = !status.is_provisional();
        let Some(watched) = leg.transfer.as_ref().map(|transfer| transfer.watched) else { return };
        if is_last {
            leg.transfer = None;
        }
        if watched && leg.is_up() {
            self.notify(now, id, status, Purpose::Aside(id));
        }
        if is_last && self.legs.get(&id).is_some_and(|leg| matches!(leg.state, State::Detached)) {
            self.report_end(id, End::Remote { reasons: Vec::new() });
            self.remove_leg(id);
        }
    }

    /// Sends a NOTIFY with a piece of a response (RFC 3420).
    pub(super) fn notify(&mut self, now: Millis, id: LegId, status: Status, purpose: Purpose) {
        let way = self.leg_destination(id).zip(self.legs.get(&id).and_then(|leg| leg.dialog.clone()));
        let Some((to, mut dialog)) = way else { return };
        let Within { draft, key } = self.within(&mut dialog, to, &Method::NOTIFY);
        let state =
            if status.is_provisional() { "active;expires=60" } else { "terminated;reason=noresource" };
        let draft = draft
            .with(Name::Contact, self.contact(to))
            .with(Name::Event, "refer")
            .with(Name::SubscriptionState, state)
            .with_body("message/sipfrag;version=2.0", format!("SIP/2.0 {status} {}\r\n", status.reason()));
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.dialog = Some(dialog);
        }
        self.start_client(now, to, key, purpose, draft.encode());
    }

    /// What a successor's events mean for the one who asked for it.
    pub(super) fn watch(&mut self, leg: LegId, event: &Event) {
        match event {
            Event::Ringing { .. } => self.notices.push_back(Notice::Tell(leg, Status::RINGING)),
            // The rest is told by what follows: the leg gets another far end, or keeps the one that it has.
            Event::Incoming(_)
            | Event::Confirmed { .. }
            | Event::EarlyMedia { .. }
            | Event::Answered { .. }
            | Event::MediaChanged { .. }
            | Event::Unchanged { .. }
            | Event::Refer { .. }
            | Event::Referred { .. }
            | Event::Dtmf { .. }
            | Event::KeysSent { .. }
            | Event::Ended { .. }
            | Event::Replied(_)
            | Event::Moved(_)
            | Event::ShutOut { .. }
            | Event::Pong { .. } => {}
        }
    }

    /// What a step has left to do.
    pub(super) fn finish(&mut self, now: Millis) {
        while let Some(notice) = self.notices.pop_front() {
            match notice {
                Notice::Tell(leg, status) => self.tell_referrer(now, leg, status),
                Notice::Orphan(leg) => self.hang_up(now, leg, None, End::Local),
            }
        }
    }

    /// Reports the end of a leg, once. That of a successor is told to whoever asked for it; a leg that has one takes it along.
    pub(super) fn report_end(&mut self, id: LegId, end: End) {
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.ended) else { return };
        leg.ended = true;
        let successor = leg.transfer.as_ref().and_then(|transfer| transfer.successor);
        self.notices.extend(successor.map(Notice::Orphan));
        match leg.successor_of {
            Some(other) => self.notices.push_back(Notice::Tell(other, status_of(&end))),
            None => self.outputs.push(Output::Event(Event::Ended { leg: id, end })),
        }
    }
}

/// What the end of a successor is for the one who asked for it.
fn status_of(end: &End) -> Status {
    match end {
        End::Rejected(rejection) => rejection.status,
        End::NoResponse => Status::REQUEST_TIMEOUT,
        End::Local | End::Cancelled { .. } | End::Remote { .. } => Status::REQUEST_TERMINATED,
        End::Media(_) => Status::NOT_ACCEPTABLE_HERE,
        End::AtCapacity | End::NoAck | End::MaxDuration | End::SessionExpired | End::Lost => {
            Status::SERVICE_UNAVAILABLE
        }
    }
}
