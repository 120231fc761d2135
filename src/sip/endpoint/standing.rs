//! A leg that is up, written down, so that another process can go on with its call (RFC 3261 §12).
//!
//! ```text
//!   process that dies        process that follows              far end
//!     | Endpoint::standing        |                               |
//!     |-------- on disk --------->| TakeUp: -- re-INVITE -------> |
//!     X                           | MediaChanged <------ 200 ---- |   it is there: its media is where it says now
//!                                 | Ended <------------- 481 ---- |   it is not
//! ```
//!
//! Nothing of the media is kept: the offer of the re-INVITE names another port and other keys.

use super::leg::{Leg, Referring, State};
use super::{Endpoint, LegId};
use crate::sip::dialog::Dialog;
use crate::sip::digest::Credentials;
use crate::sip::sdp::{Local, Session};
use crate::sip::{Flow, Transport};
use crate::time::{DurationMs, Millis};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::sync::Arc;

/// A leg that is up, as another process needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    dialog: Dialog,
    local_tag: String,
    transport: Transport,
    address: SocketAddr,
    is_caller: bool,
    session: Session,
    /// Whether the far end has taken a REFER of ours and has yet to say how it ends.
    #[serde(default)]
    is_referred: bool,
}

/// A leg to go on with.
#[derive(Clone, Debug)]
pub struct TakeUp {
    /// A fresh id from [`Endpoint::new_leg`](super::Endpoint::new_leg).
    pub leg: LegId,
    /// As it was written down.
    pub standing: Standing,
    /// The way to its far end.
    pub flow: Flow,
    /// How long it may still last.
    pub lasts: DurationMs,
    /// Our side of the media from now on, offered in a re-INVITE. Without it the far end is told that the call is over (BYE).
    pub media: Option<Local>,
    /// Whom we are if the far end challenges what we send within this call.
    pub credentials: Option<Arc<Credentials>>,
}

impl Standing {
    /// How its far end was reached.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// Where its far end was.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether the far end has taken a REFER of ours, and its NOTIFYs go on in this leg.
    pub fn is_referred(&self) -> bool {
        self.is_referred
    }

    /// Whether both are the same leg, written down at different moments.
    pub fn is_same_leg(&self, other: &Standing) -> bool {
        self.local_tag == other.local_tag
    }
}

impl Endpoint {
    /// A leg as another process would have to go on with it; `None` where it is not up.
    pub fn standing(&self, id: LegId) -> Option<Standing> {
        let leg = self.legs.get(&id).filter(|leg| leg.is_up() && !leg.ended)?;
        Some(Standing {
            dialog: leg.dialog.clone()?,
            local_tag: leg.local_tag.clone(),
            transport: leg.peer.transport,
            address: leg.peer.address,
            is_caller: leg.is_caller,
            session: leg.session,
            is_referred: leg.referring == Referring::Taken,
        })
    }

    /// Goes on with a leg, or ends it. Where there is a leg of the same tag already, nothing happens.
    pub(super) fn take_up(&mut self, now: Millis, take_up: TakeUp) {
        let TakeUp { leg: id, standing, flow, lasts, media, credentials } = take_up;
        if self.tags.contains_key(&standing.local_tag) {
            return;
        }
        let mut session = standing.session;
        // Whoever has died may have said more than was written down.
        session.version = session.version.saturating_add(UNKNOWN_VERSIONS);
        let mut leg = Leg::new(State::Up, standing.local_tag, flow, now + lasts, session);
        leg.is_caller = standing.is_caller;
        if standing.is_referred {
            leg.referring = Referring::Taken;
        }
        leg.dialog = Some(standing.dialog.after_restart());
        leg.credentials = credentials;
        self.insert_leg(id, leg);
        match media {
            Some(media) => self.change(now, id, media, false),
            None => self.hang_up(now, id, Some(NETWORK_OUT_OF_ORDER), super::End::Local),
        }
    }
}

/// More descriptions than we make between two moments at which a leg is written down.
const UNKNOWN_VERSIONS: u64 = 1000;
/// The cause that Q.850 gives to a call that was lost with the machine that had it.
const NETWORK_OUT_OF_ORDER: u16 = 38;
