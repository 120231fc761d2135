//! UPDATE of the far end, before and after the answer (RFC 3311 §5.2), and whether an offer of its may stand now.

use super::answering::with_session;
use super::callee::SDP;
use super::leg::State;
use super::receive::Inbound;
use super::{Endpoint, Event, LegId};
use crate::sip::Status;
use crate::sip::check::{ALLOW, Core, Refusal, SUPPORTED};
use crate::sip::message::{Message, Name};
use crate::sip::sdp::Media;
use crate::sip::session_timer::{SessionExpires, SessionTimer, TooShort};
use crate::time::Millis;

impl Endpoint {
    pub(super) fn on_update(&mut self, now: Millis, id: LegId, request: &Inbound) {
        let granted = match self.granted(&request.message) {
            Ok(granted) => granted,
            Err(refusal) => return self.refuse_within(now, request, refusal),
        };
        if request.message.description().is_empty() {
            return self.updated(now, id, request, None, granted);
        }
        if let Some(status) = self.stands_in_the_way(id, &request.core) {
            return self.refuse_change(now, request, status);
        }
        match self.describe_again(id, &request.message) {
            Ok((text, media)) => self.updated(now, id, request, media.map(|media| (text, media)), granted),
            Err(error) => self.refuse_within(now, request, error),
        }
    }

    fn updated(
        &mut self,
        now: Millis,
        id: LegId,
        request: &Inbound,
        agreed: Option<(String, Media)>,
        granted: Option<SessionExpires>,
    ) {
        let contact = self.contact(request.source);
        let (text, media) = agreed.unzip();
        self.conclude_with(now, request, Status::OK, |draft| {
            let draft = draft.with(Name::Contact, contact).with(Name::Allow, ALLOW);
            let draft = with_session(draft.with(Name::Supported, SUPPORTED), granted);
            match text {
                Some(text) => draft.with_body(SDP, text),
                None => draft,
            }
        });
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let dialog = leg.dialog_of(&request.core);
        dialog.into_iter().for_each(|dialog| dialog.refresh_target(&request.core.contacts));
        if matches!(leg.state, State::Up) {
            leg.timer = SessionTimer::of(now, granted, true);
        }
        if let Some(media) = media {
            self.changed_by_update(id, &request.core, media);
        }
        self.rearm_leg(id);
    }

    fn changed_by_update(&mut self, id: LegId, core: &Core, media: Media) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if !matches!(leg.state, State::Calling(_)) {
            return self.media_changed(id, media);
        }
        if let Some(early) = leg.early.iter_mut().find(|early| early.dialog.owns(core)) {
            early.media = Some(media.clone());
        }
        leg.media = Some(media.clone());
        self.report(id, Event::EarlyMedia { leg: id, media });
    }

    /// What an offer of the far end must wait for: an answer of its own to an offer of ours (491), or ours to one of its (500).
    pub(super) fn stands_in_the_way(&self, id: LegId, core: &Core) -> Option<Status> {
        let leg = self.legs.get(&id)?;
        if leg.renewal.is_pending() {
            return Some(Status::REQUEST_PENDING);
        }
        match &leg.state {
            State::Up => {
                leg.awaited.as_ref().filter(|awaited| awaited.offered).map(|_| Status::REQUEST_PENDING)
            }
            State::Offered(offered) if offered.offer.is_none() => {
                let settled =
                    offered.provisionals.described && !offered.provisionals.waits_with_description();
                (!settled).then_some(Status::REQUEST_PENDING)
            }
            // An answer in a 183 that nobody acknowledges is one all the same to those who send UPDATE behind it.
            State::Offered(offered) => (!offered.provisionals.described && offered.answer.is_none())
                .then_some(Status::SERVER_INTERNAL_ERROR),
            State::Calling(_) => {
                let settled = leg.early.iter().any(|early| early.settled && early.dialog.owns(core));
                (!settled).then_some(Status::REQUEST_PENDING)
            }
            State::Cancelling(_) | State::Closing | State::Detached => Some(Status::NO_SUCH_CALL),
        }
    }

    /// Refuses a change for now; whoever hears 500 is told when to try again (RFC 3261 §14.2).
    pub(super) fn refuse_change(&mut self, now: Millis, request: &Inbound, status: Status) {
        let wait = (status == Status::SERVER_INTERNAL_ERROR).then(|| self.tokens.up_to_ten().to_string());
        let header = wait.map(|wait| (Name::RetryAfter, wait));
        self.refuse_within(now, request, Refusal { status, header });
    }

    /// What a request is granted of session timers; none where we have none.
    pub(super) fn granted(&self, request: &Message) -> Result<Option<SessionExpires>, Refusal> {
        let Some(policy) = &self.config.session else { return Ok(None) };
        SessionExpires::granted(request, policy).map_err(|TooShort(min)| {
            Refusal::with(Status::SESSION_INTERVAL_TOO_SMALL, Name::MinSe, min.to_string())
        })
    }
}
