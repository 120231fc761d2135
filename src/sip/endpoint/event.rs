//! What an endpoint tells its driver.

use super::{LegId, PingId, Presence, Reply};
use crate::sip::sdp::{Media, Offer};
use crate::sip::{Datagram, Diversion, Flow, Message, NameAddr, Reason, Status, Uri};
use std::sync::Arc;

/// One thing for the driver to do.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send this datagram.
    Send {
        /// Where to.
        to: Flow,
        /// What.
        bytes: Datagram,
    },
    /// Something happened.
    Event(Event),
}

/// Everything that one input led to, in order.
pub type Outputs = Vec<Output>;

/// Something that happened to a leg.
#[derive(Clone, Debug)]
pub enum Event {
    /// A call came in; 100 has been sent. Answer with `Ring`, `Progress`, `Answer`, `Reject` or `HangUp`.
    Incoming(Box<Incoming>),
    /// The ACK of our answer came.
    Confirmed {
        /// The leg.
        leg: LegId,
        /// What was agreed, if the caller left the offer to us.
        media: Option<Media>,
    },
    /// The far end rings (180).
    Ringing {
        /// The leg.
        leg: LegId,
    },
    /// The far end sends media before its answer.
    EarlyMedia {
        /// The leg.
        leg: LegId,
        /// What was agreed for now.
        media: Media,
    },
    /// The far end answered; the ACK has been sent.
    Answered {
        /// The leg.
        leg: LegId,
        /// What was agreed.
        media: Media,
    },
    /// The media is settled or has changed: our answer or progress was sent, or the far end held, resumed or moved.
    MediaChanged {
        /// The leg.
        leg: LegId,
        /// What is agreed now.
        media: Media,
    },
    /// A change that we asked for was refused: everything is as it was.
    Unchanged {
        /// The leg.
        leg: LegId,
        /// With what.
        status: Status,
    },
    /// What became of a REFER of ours.
    Refer {
        /// The leg.
        leg: LegId,
        /// What.
        news: ReferNews,
    },
    /// A far end that is trusted asks that somebody else take its place. Answer with `Transfer` or `Decline`.
    Referred {
        /// The leg.
        leg: LegId,
        /// Who.
        referral: Box<Referral>,
    },
    /// A key came by INFO.
    Dtmf {
        /// The leg.
        leg: LegId,
        /// `0` to `9`, `*`, `#`, `A` to `D`.
        key: char,
        /// How long it was held, in milliseconds, if the far end said so.
        duration_ms: Option<u32>,
    },
    /// All keys that were to be sent by INFO have been, as far as the far end took them.
    KeysSent {
        /// The leg.
        leg: LegId,
    },
    /// The leg is over. Comes exactly once for every leg, and nothing comes after it.
    Ended {
        /// The leg.
        leg: LegId,
        /// How.
        end: End,
    },
    /// The answer to a request outside of calls.
    Replied(Reply),
    /// A telephone has registered, moved or gone.
    Moved(Presence),
    /// A source has tried too many passwords: it gets no answer for a while.
    ShutOut {
        /// Where it really is.
        source: Flow,
    },
    /// The answer to a ping.
    Pong {
        /// The question.
        ping: PingId,
        /// Any final status says that someone is there; `None` that nobody answered in 32 s.
        status: Option<Status>,
    },
}

impl Event {
    /// The leg that this is about; `None` for the answer to a ping.
    pub fn leg(&self) -> Option<LegId> {
        match self {
            Event::Incoming(incoming) => Some(incoming.leg),
            Event::Confirmed { leg, .. } | Event::Ringing { leg } | Event::EarlyMedia { leg, .. } => {
                Some(*leg)
            }
            Event::Answered { leg, .. } | Event::MediaChanged { leg, .. } | Event::Unchanged { leg, .. } => {
                Some(*leg)
            }
            Event::Refer { leg, .. } | Event::Referred { leg, .. } => Some(*leg),
            Event::KeysSent { leg } => Some(*leg),
            Event::Dtmf { leg, .. } | Event::Ended { leg, .. } => Some(*leg),
            Event::Pong { .. } | Event::Replied(_) => None,
            Event::Moved(_) | Event::ShutOut { .. } => None,
        }
    }
}

/// What becomes of a REFER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferNews {
    /// The far end will try; more will come.
    Taken,
    /// The far end will try and tell nothing of it (RFC 4488).
    Unwatched,
    /// How far it got (1xx).
    Progress(Status),
    /// How it ended, by the final status of the call that it made.
    Done(Status),
    /// The far end will not.
    Refused(Status),
    /// The far end did not answer, or said nothing to the end.
    Silent,
}

/// Whom a far end wants in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Whom to call. Nobody has looked at it.
    pub to: Uri,
    /// The value of Replaces for that call, if it takes the place of another one.
    pub replaces: Option<String>,
    /// Who says so (RFC 3892). Nobody has proved it.
    pub by: Option<NameAddr>,
}

/// A call that came in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The id that all commands and events of this call carry.
    pub leg: LegId,
    /// Who calls, as it says. Nobody has proved it.
    pub from: NameAddr,
    /// Who was meant.
    pub to: NameAddr,
    /// Who is to answer.
    pub request_uri: Uri,
    /// Identities that a network asserts (RFC 3325). Worth what the source is worth.
    pub asserted: Vec<NameAddr>,
    /// The caller by Remote-Party-ID, `Some(None)` for one that wants to be private. Worth what the source is worth.
    pub remote_party: Option<Option<NameAddr>>,
    /// Who sent the call on, the first one first. Worth what the source is worth.
    pub diversions: Vec<Diversion>,
    /// The value of Privacy (RFC 3323).
    pub privacy: Option<String>,
    /// Where the INVITE came from.
    pub source: Flow,
    /// Who they are by [`Config::sources`](super::Config::sources); nobody where anybody may call.
    pub source_name: Option<Arc<str>>,
    /// What the caller offers; `None` leaves the offer to us.
    pub offer: Option<Offer>,
    /// Whether what is answered before the answer is acknowledged (RFC 3262): then media can open early even without an offer.
    pub is_reliable: bool,
    /// Whether the source has shown that it is where it says: it is known, it came by a connection, or no stranger comes here. See
    /// [`Config::open`](super::Config::open).
    pub is_proven: bool,
    /// Whether what the source says of others is believed, see [`Config::trusted`](super::Config::trusted).
    pub is_trusted: bool,
    /// The owner of the telephone that calls, if it is one that has registered with us and has proved it.
    pub phone: Option<Arc<str>>,
    /// Call-ID.
    pub call_id: String,
    /// Max-Forwards; 70 if it was not given.
    pub max_forwards: u8,
    /// The whole INVITE, for header fields of the deployment's own.
    pub message: Arc<Message>,
}

/// How a leg ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// We hung up, cancelled or refused.
    Local,
    /// The far end hung up (BYE).
    Remote {
        /// What it gave as reasons.
        reasons: Vec<Reason>,
    },
    /// The caller gave up before an answer (CANCEL).
    Cancelled {
        /// What it gave as reasons.
        reasons: Vec<Reason>,
    },
    /// The far end refused our call, or sent us elsewhere.
    Rejected(Box<Rejection>),
    /// Nobody answered our INVITE at all within 32 s.
    NoResponse,
    /// Our answer was never acknowledged, and a BYE has been sent; or a provisional was not, and the call was refused.
    NoAck,
    /// The leg reached [`Config::max_call`](super::Config::max_call).
    MaxDuration,
    /// Nobody refreshed the session in its time (RFC 4028); a BYE has been sent.
    SessionExpired,
    /// The far end does not know the call any more, or does not answer within it; a BYE has been sent.
    Lost,
    /// No media could be agreed.
    Media(crate::sip::sdp::SdpError),
    /// The endpoint has all the calls that it may have.
    AtCapacity,
}

/// A final answer of 300 or above to our INVITE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The status.
    pub status: Status,
    /// The phrase beside it.
    pub phrase: String,
    /// What was given as reasons.
    pub reasons: Vec<Reason>,
    /// Where to call instead (3xx).
    pub contacts: Vec<NameAddr>,
    /// Seconds to wait before another try.
    pub retry_after_s: Option<u32>,
}

impl Rejection {
    /// The cause of ITU-T Q.850 among the reasons.
    pub fn q850(&self) -> Option<u16> {
        self.reasons.iter().find_map(Reason::q850)
    }
}
