//! One leg takes the place of another: the driver goes on with the leg that it knows, and its far end is somebody else.
//!
//! It comes about in two ways: by a REFER ([`transfer`](super::transfer)), and by an INVITE with Replaces (RFC 3891), as
//! whoever consulted before a transfer sends it. Both are heard only from those who are trusted.

use super::clock::Sleeper;
use super::leg::State;
use super::receive::Inbound;
use super::table::Purpose;
use super::{Endpoint, Event, LegId};
use crate::sip::check::Refusal;
use crate::sip::replaces::Replaces;
use crate::sip::sdp::Media;
use crate::sip::{Status, Uri};
use crate::time::Millis;

impl Endpoint {
    /// The leg that an INVITE asks to replace; `None` if it asks for none.
    ///
    /// # Errors
    ///
    /// What it is answered where nothing can be replaced.
    pub(super) fn replaced_leg(&self, request: &Inbound) -> Result<Option<LegId>, Refusal> {
        let replaces = match Replaces::of(&request.message) {
            Ok(None) => return Ok(None),
            Ok(Some(replaces)) => replaces,
            Err(()) => return Err(Status::BAD_REQUEST.into()),
        };
        if !self.trusts(request.source) {
            return Err(Status::FORBIDDEN.into());
        }
        let found = self.tags.get(&replaces.to_tag).and_then(|id| Some((*id, self.legs.get(id)?)));
        let meant = found.filter(|(_, leg)| {
            let dialog = leg.dialog.as_ref();
            leg.is_up()
                && leg.successor_of.is_none()
                && dialog.is_some_and(|dialog| dialog.is_meant_by(&replaces))
        });
        match meant {
            Some(_) if replaces.early_only => Err(Status::BUSY_HERE.into()),
            Some((_, leg)) if leg.ended => Err(Status::DECLINE.into()),
            Some((id, _)) => Ok(Some(id)),
            // A call that is not answered yet is not given away.
            None => Err(Status::NO_SUCH_CALL.into()),
        }
    }

    /// Answers an INVITE with the media of the leg that it replaces, and lets it.
    pub(super) fn replace(&mut self, now: Millis, request: Inbound, uri: Uri, old: LegId) {
        let Some(media) = self.legs.get(&old).and_then(|leg| leg.local.clone()) else { return };
        let offer = match self.read_offer(&request.message) {
            Ok(offer) => offer,
            Err(error) => return self.refuse(&request.message, request.source, error),
        };
        let new = self.admit_leg(now, request, uri, offer, Some(old));
        self.answer(now, new, media);
        let Some(leg) = self.legs.get_mut(&new).filter(|leg| matches!(leg.state, State::Up)) else { return };
        if let Some(awaited) = &mut leg.awaited {
            awaited.first = false; // The driver has seen its call begin long ago.
        }
        let media = leg.media.clone();
        self.succeed(now, new, old, media);
    }

    /// Puts the dialog of `new` into the place of `old`, whose own is said good-bye to.
    pub(super) fn succeed(&mut self, now: Millis, new: LegId, old: LegId, media: Option<Media>) {
        if self.legs.get(&old).is_none_or(|leg| leg.ended) {
            return self.close(now, new, None);
        }
        let (Some(mut fresh), Some(mut stale)) = (self.legs.remove(&new), self.legs.remove(&old)) else {
            return;
        };
        self.clock.disarm(Sleeper::Leg(new), fresh.armed.take());
        self.clock.disarm(Sleeper::Leg(old), stale.armed.take());
        fresh.successor_of = None;
        fresh.expires = stale.expires;
        stale.ended = true;
        let was = stale.media.clone();
        let watched = stale.transfer.take().is_some_and(|transfer| transfer.is_watched());
        self.table.swap_legs(new, old);
        self.insert_leg(old, fresh);
        self.insert_leg(new, stale);
        if let Some(media) = media.filter(|media| was.as_ref() != Some(media)) {
            self.report(old, Event::MediaChanged { leg: old, media });
        }
        self.say_goodbye(now, new, watched);
        self.renew(now, old);
    }

    /// The far end that was replaced hears how its REFER went, then that its call is over.
    fn say_goodbye(&mut self, now: Millis, id: LegId, watched: bool) {
        match self.legs.get(&id).map(|leg| &leg.state) {
            Some(State::Detached) => self.remove_leg(id),
            Some(State::Up) if watched => self.notify(now, id, Status::OK, Purpose::Farewell(id)),
            Some(State::Up) => self.close(now, id, None),
            // Only an answered leg is replaced.
            Some(State::Offered(_) | State::Calling(_) | State::Cancelling(_) | State::Closing) | None => {}
        }
    }
}
