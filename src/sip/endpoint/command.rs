//! What a driver may ask of an endpoint.

use super::{Ask, LegId, PingId, TakeUp};
use crate::sip::digest::Credentials;
use crate::sip::sdp::Local;
use crate::sip::{Flow, Network, Source, Status, Uri};
use std::sync::Arc;

/// One request of the driver. A command for a leg that has ended, or that cannot do it in its state, does nothing:
/// the far end may always have been quicker.
#[derive(Clone, Debug)]
pub enum Command {
    /// Tells the caller that it rings (180).
    Ring {
        /// An incoming leg without a final answer.
        leg: LegId,
    },
    /// Opens the media before the answer (183 with our description). Needs an offer in the INVITE.
    Progress {
        /// An incoming leg without a final answer.
        leg: LegId,
        /// Our side of the media.
        media: Local,
    },
    /// Answers the call (200), repeated until the ACK comes.
    ///
    /// After [`Command::Progress`] the same description is sent again and `media` is not used.
    Answer {
        /// An incoming leg without a final answer.
        leg: LegId,
        /// Our side of the media.
        media: Local,
    },
    /// Refuses the call.
    Reject {
        /// An incoming leg without a final answer.
        leg: LegId,
        /// 300 to 699; anything else is sent as 480.
        status: Status,
        /// The phrase beside the status; the usual one if absent.
        phrase: Option<String>,
        /// Where to call instead (302).
        contact: Option<Uri>,
    },
    /// Changes our side of the media: holds, resumes, moves, takes other codecs. By re-INVITE; before the answer by UPDATE,
    /// where the far end takes it. Waits for whatever else is open. Told by [`Event::MediaChanged`](super::Event::MediaChanged)
    /// or [`Event::Unchanged`](super::Event::Unchanged).
    Change {
        /// A leg.
        leg: LegId,
        /// Our side from now on.
        media: Local,
        /// Whether the far end makes the offer; only once the call is answered.
        late: bool,
    },
    /// Asks the far end to call somebody else (REFER); what becomes of it is told by [`Event::Refer`](super::Event::Refer).
    Refer {
        /// A leg that is answered.
        leg: LegId,
        /// Whom.
        to: Uri,
        /// Another answered leg, whose far end is called instead of `to`, in the place of that leg (Replaces).
        instead_of: Option<LegId>,
    },
    /// Calls whoever is to take the place of a far end that asked for it, see [`Event::Referred`](super::Event::Referred). When it
    /// answers, the leg goes on with it: [`Event::MediaChanged`](super::Event::MediaChanged) tells where its media is.
    Transfer {
        /// The leg.
        leg: LegId,
        /// The call; its `leg` and `media` are not used.
        dial: Box<Dial>,
    },
    /// Refuses what a far end asked for by REFER.
    Decline {
        /// The leg.
        leg: LegId,
    },
    /// Sends keys by INFO, one after another; told by [`Event::KeysSent`](super::Event::KeysSent).
    Press {
        /// A leg that is answered.
        leg: LegId,
        /// `0` to `9`, `*`, `#`, `A` to `D`; 64 wait at most.
        keys: String,
    },
    /// Ends the leg however it stands: BYE, CANCEL, or 480 to an incoming call without an answer.
    HangUp {
        /// Any leg.
        leg: LegId,
        /// The cause of ITU-T Q.850 to tell the far end (RFC 3326), 1 to 127.
        q850: Option<u16>,
    },
    /// Calls someone.
    Dial(Box<Dial>),
    /// Goes on with a leg of a process that has died: whether its far end is there is told by
    /// [`Event::MediaChanged`](super::Event::MediaChanged), [`Event::Unchanged`](super::Event::Unchanged) or
    /// [`Event::Ended`](super::Event::Ended).
    TakeUp(Box<TakeUp>),
    /// Says anew who may begin something with us, and who of them is trusted.
    Admit {
        /// As [`Config::sources`](super::Config::sources).
        sources: Option<Vec<Source>>,
        /// As [`Config::known`](super::Config::known).
        known: Vec<Network>,
        /// As [`Config::trusted`](super::Config::trusted).
        trusted: Vec<Network>,
    },
    /// Asks something outside of calls; answered by [`Event::Replied`](super::Event::Replied).
    Ask(Box<Ask>),
    /// Asks a far end whether it is there (OPTIONS); answered by [`Event::Pong`](super::Event::Pong).
    Ping {
        /// The driver's name for the question.
        ping: PingId,
        /// The Request-URI.
        target: Uri,
        /// Where it is sent.
        destination: Flow,
    },
}

/// An outgoing call.
#[derive(Clone, Debug)]
pub struct Dial {
    /// A fresh id from [`Endpoint::new_leg`](super::Endpoint::new_leg).
    pub leg: LegId,
    /// The Request-URI and To.
    pub target: Uri,
    /// Where the INVITE is sent.
    pub destination: Flow,
    /// The user part of From.
    pub from_user: String,
    /// All of From, where it is not that user at our own address.
    pub from: Option<Uri>,
    /// The display name of From.
    pub from_display: Option<String>,
    /// Our side of the media, offered in the INVITE.
    pub media: Local,
    /// Max-Forwards; 70 for a call of our own, one less than the other leg's for a bridged one (RFC 3261 §8.1.1.6).
    pub max_forwards: u8,
    /// Further header fields, name and value. Line breaks in them become spaces; a name that is no token is left out.
    pub headers: Vec<(String, String)>,
    /// Whom we are if the far end challenges what we send within this call.
    pub credentials: Option<Arc<Credentials>>,
}

impl Dial {
    /// A call of our own: no display name, 70 hops, no further header fields.
    pub fn new(leg: LegId, target: Uri, destination: impl Into<Flow>, from_user: &str, media: Local) -> Dial {
        let from_user = from_user.to_owned();
        let (destination, headers) = (destination.into(), Vec::new());
        Dial {
            leg,
            target,
            destination,
            from_user,
            from: None,
            from_display: None,
            media,
            max_forwards: 70,
            headers,
            credentials: None,
        }
    }
}
