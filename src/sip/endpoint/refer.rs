//! REFER of our own: the far end is asked to call somebody else, and tells how that goes (RFC 3515, RFC 4488).
//!
//! ```text
//!   we                         far end
//!     | -- REFER, Refer-To ----> |
//!     | <-- 202 ---------------- |   it will try
//!     | <-- NOTIFY 100 Trying -- |
//!     | <-- NOTIFY 200 OK ------ |   it has; the subscription is over
//!     | -- BYE ----------------> |   by whoever asked for all this
//! ```

use super::leg::Referring;
use super::receive::Inbound;
use super::send::{Received, Within};
use super::table::Purpose;
use super::{Endpoint, Event, LegId, ReferNews};
use crate::sip::message::{Message, Name};
use crate::sip::replaces::ReferTo;
use crate::sip::{Method, Status, Uri};
use crate::time::Millis;

impl Endpoint {
    /// Asks the far end of a leg to call `to`, or to take the place of another leg's far end.
    pub(super) fn refer(&mut self, now: Millis, id: LegId, to: Uri, instead_of: Option<LegId>) {
        let other = instead_of.and_then(|other| self.legs.get(&other)?.dialog.as_ref());
        let target = match (instead_of, other) {
            (None, _) => Some(ReferTo { uri: to, replaces: None }),
            (Some(_), Some(dialog)) => {
                Some(ReferTo { uri: dialog.remote_target().clone(), replaces: dialog.for_replacing() })
            }
            (Some(_), None) => None,
        };
        let way = self.leg_destination(id).zip(self.legs.get(&id).filter(|leg| leg.is_up()));
        let way = way.and_then(|(to, leg)| Some((to, leg.dialog.clone()?)));
        let (Some(target), Some((to, mut dialog))) = (target, way) else {
            return self.report(id, Event::Refer { leg: id, news: ReferNews::Silent });
        };
        let Within { draft, key } = self.within(&mut dialog, to, &Method::REFER);
        let contact = self.contact(to);
        let draft = draft
            .with(Name::Contact, &contact)
            .with(Name::ReferTo, target)
            .with(Name::ReferredBy, &contact)
            .with(Name::Supported, crate::sip::check::SUPPORTED);
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.dialog = Some(dialog);
            leg.referring = Referring::Asked;
        }
        self.start_client(now, to, key, Purpose::Refer(id), draft.encode());
    }

    /// The answer to our REFER.
    pub(super) fn on_referred(&mut self, id: LegId, received: Received<'_>) {
        let Some(status) = received.response.status().filter(|status| !status.is_provisional()) else {
            return;
        };
        let watched = !is_unwatched(received.response);
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| leg.is_referring()) else { return };
        leg.referring = if status.is_success() && watched { Referring::Taken } else { Referring::No };
        let news = match (status.is_success(), watched) {
            (true, true) => ReferNews::Taken,
            (true, false) => ReferNews::Unwatched,
            (false, _) => ReferNews::Refused(status),
        };
        self.report(id, Event::Refer { leg: id, news });
    }

    /// Nobody answered our REFER.
    pub(super) fn on_refer_unanswered(&mut self, id: LegId) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.referring = Referring::No;
            self.report(id, Event::Refer { leg: id, news: ReferNews::Silent });
        }
    }

    /// What the far end tells of the call that we asked for.
    pub(super) fn on_notify(&mut self, now: Millis, id: LegId, request: &Inbound) {
        let message = &request.message;
        let package = message.first(Name::Event).and_then(|event| event.split(';').next()).map(str::trim);
        if package.is_none_or(|package| !package.eq_ignore_ascii_case("refer")) {
            return self.conclude(now, request, Status::BAD_EVENT);
        }
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| leg.is_referring()) else {
            return self.conclude(now, request, Status::NO_SUCH_CALL);
        };
        let state = message.first(Name::SubscriptionState).unwrap_or_default().trim_start();
        let terminated = state.get(..10).is_some_and(|word| word.eq_ignore_ascii_case("terminated"));
        let news = match fragment(message) {
            Some(status) if status.is_provisional() && !terminated => ReferNews::Progress(status),
            Some(status) if !status.is_provisional() => ReferNews::Done(status),
            Some(_) | None if terminated => ReferNews::Silent,
            // A NOTIFY that says nothing is no news.
            Some(_) | None => return self.conclude(now, request, Status::OK),
        };
        let goes_on = matches!(news, ReferNews::Progress(_));
        leg.referring = if goes_on { Referring::Taken } else { Referring::No };
        self.conclude(now, request, Status::OK);
        self.report(id, Event::Refer { leg: id, news });
    }
}

/// Whether a REFER, or its answer, does without NOTIFYs (RFC 4488 §4).
pub(super) fn is_unwatched(message: &Message) -> bool {
    message.first(Name::ReferSub).is_some_and(|value| value.trim().to_ascii_lowercase().starts_with("false"))
}

/// The status in a piece of a response (RFC 3420).
fn fragment(message: &Message) -> Option<Status> {
    let is_fragment = message.content_type().as_deref() == Some("message/sipfrag");
    let text = std::str::from_utf8(message.body()).ok().filter(|_| is_fragment)?;
    let mut words = text.lines().next()?.split_ascii_whitespace();
    words.next().filter(|version| version.eq_ignore_ascii_case("SIP/2.0"))?;
    Status::new(words.next()?.parse().ok()?)
}
