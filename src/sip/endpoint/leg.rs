//! One leg: a call of ours with one far end, from its INVITE to its end.

use super::LegId;
use super::early::Early;
use super::provisional::Provisionals;
use super::renewal::Renewal;
use super::table::TransactionId;
use super::transfer::Transfer;
use crate::sip::Flow;
use crate::sip::check::Core;
use crate::sip::dialog::Dialog;
use crate::sip::digest::Credentials;
use crate::sip::draft::Datagram;
use crate::sip::message::{Message, RAck};
use crate::sip::sdp::{Local, Media, Offer, Session};
use crate::sip::session_timer::SessionTimer;
use crate::sip::transaction::timers::T1_X64;
use crate::sip::transaction::{Repeat, earlier};
use crate::time::Millis;
use std::collections::VecDeque;
use std::sync::Arc;

/// Where a leg stands. A leg whose end has been reported may live on in `Cancelling`, in `Up` until its ACK, or in
/// `Closing`.
#[derive(Debug)]
pub(super) enum State {
    /// An incoming call without a final answer.
    Offered(Box<Offered>),
    /// An outgoing call without a final answer.
    Calling(Calling),
    /// An outgoing call that we gave up.
    Cancelling(Cancelling),
    /// Answered.
    Up,
    /// Answered, and left by a far end whose successor is being called.
    Detached,
    /// Our BYE is out.
    Closing,
}

#[derive(Debug)]
pub(super) struct Offered {
    pub(super) invite: Arc<Message>,
    pub(super) transaction: TransactionId,
    pub(super) source: Flow,
    pub(super) offer: Option<Offer>,
    /// The description that a 183 already carried.
    pub(super) answer: Option<String>,
    /// What was answered before the final answer, and how surely it arrives.
    pub(super) provisionals: Provisionals,
    /// Whether the call is to be answered as soon as the far end has acknowledged our description (RFC 3262 §3).
    pub(super) accepting: bool,
    /// When the caller waits no longer, if it says so (RFC 3261 §13.3.1).
    pub(super) expires: Option<Millis>,
}

#[derive(Debug)]
pub(super) struct Calling {
    pub(super) transaction: TransactionId,
    /// Whether a 1xx came: only then may a CANCEL be sent (RFC 3261 §9.1).
    pub(super) progressed: bool,
    /// Whether it was made again with the session interval that the far end takes.
    pub(super) lengthened: bool,
}

#[derive(Debug)]
pub(super) struct Cancelling {
    pub(super) transaction: TransactionId,
    /// The cause of ITU-T Q.850 that the CANCEL tells.
    pub(super) q850: Option<u16>,
    /// When the INVITE is given up; `None` while the CANCEL still waits for a 1xx.
    pub(super) give_up: Option<Millis>,
}

/// A 2xx of ours that waits for its ACK (RFC 3261 §13.3.1.4).
#[derive(Debug)]
pub(super) struct AwaitedAck {
    /// The number of the INVITE that was answered.
    pub(super) cseq: u32,
    pub(super) answer: Datagram,
    pub(super) to: Flow,
    pub(super) repeat: Repeat,
    pub(super) give_up: Millis,
    /// Whether the 2xx carried an offer, so that the ACK must carry the answer.
    pub(super) offered: bool,
    /// Whether this is the first INVITE of the leg.
    pub(super) first: bool,
    /// The BYE that must wait for the ACK (RFC 3261 §15), with its Q.850 cause.
    pub(super) bye: Option<Option<u16>>,
}

/// The ACK that we sent for a 2xx, for copies of it.
#[derive(Debug)]
pub(super) struct SentAck {
    pub(super) remote_tag: String,
    pub(super) bytes: Datagram,
}

/// How far a far end is with a REFER of ours (RFC 3515).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Referring {
    /// There is none, or its last NOTIFY has come.
    No,
    /// It is out.
    Asked,
    /// It was taken, and NOTIFYs tell how it goes.
    Taken,
}

#[derive(Debug)]
pub(super) struct Leg {
    pub(super) state: State,
    pub(super) local_tag: String,
    pub(super) dialog: Option<Dialog>,
    /// Where requests within the call go.
    pub(super) peer: Flow,
    /// Whether we made the call, and with it the Call-ID.
    pub(super) is_caller: bool,
    /// The end of the longest call.
    pub(super) expires: Millis,
    /// Whom we are, in a call of ours; nobody in one that came in.
    pub(super) credentials: Option<Arc<Credentials>>,
    pub(super) local: Option<Local>,
    pub(super) session: Session,
    pub(super) media: Option<Media>,
    /// What we described last, for a refresh that changes nothing.
    pub(super) description: Option<String>,
    pub(super) awaited: Option<AwaitedAck>,
    pub(super) acked: Option<SentAck>,
    /// The dialogs that our INVITE made before its answer.
    pub(super) early: Vec<Early>,
    /// Whether the far end takes UPDATE.
    pub(super) allows_update: bool,
    /// What we change about the call while it stands.
    pub(super) renewal: Renewal,
    pub(super) timer: Option<SessionTimer>,
    /// A provisional that the answer overtook; its PRACK may still come.
    pub(super) overtaken: Option<RAck>,
    /// Keys that are sent by INFO; the first one is out.
    pub(super) keys: VecDeque<char>,
    /// How far the far end is with a REFER of ours.
    pub(super) referring: Referring,
    /// What the far end has asked for by REFER.
    pub(super) transfer: Option<Transfer>,
    /// The leg whose place this one is to take; the driver knows nothing of this one.
    pub(super) successor_of: Option<LegId>,
    /// Whether the end has been reported.
    pub(super) ended: bool,
    pub(super) armed: Option<Millis>,
}

impl Leg {
    /// A leg at its beginning.
    pub(super) fn new(state: State, local_tag: String, peer: Flow, expires: Millis, session: Session) -> Leg {
        let is_caller = matches!(state, State::Calling(_));
        Leg {
            state,
            local_tag,
            is_caller,
            dialog: None,
            peer,
            expires,
            credentials: None,
            local: None,
            session,
            media: None,
            description: None,
            awaited: None,
            acked: None,
            early: Vec::new(),
            allows_update: false,
            renewal: Renewal::default(),
            timer: None,
            overtaken: None,
            keys: VecDeque::new(),
            referring: Referring::No,
            transfer: None,
            successor_of: None,
            ended: false,
            armed: None,
        }
    }

    pub(super) fn next_deadline(&self) -> Option<Millis> {
        let awaited = self.awaited.as_ref().and_then(|awaited| earlier(awaited.repeat.at, awaited.give_up));
        let own = match &self.state {
            State::Offered(offered) => {
                let expires = offered.expires.map_or(self.expires, |at| at.min(self.expires));
                earlier(offered.provisionals.next_deadline(), expires)
            }
            State::Calling(_) => Some(self.expires),
            State::Up if !self.ended => earlier(self.timer.map(|timer| timer.next_deadline()), self.expires),
            State::Up => None,
            State::Detached => Some(self.expires),
            State::Cancelling(cancelling) => cancelling.give_up,
            // The BYE's transaction ends it.
            State::Closing => None,
        };
        let renewal = self.renewal.next_deadline().filter(|_| !self.ended);
        [awaited, own, renewal].into_iter().flatten().min()
    }

    /// Whether it is answered, and not being torn down.
    pub(super) fn is_up(&self) -> bool {
        matches!(self.state, State::Up)
    }

    /// Whether a REFER of ours is not over.
    pub(super) fn is_referring(&self) -> bool {
        self.referring != Referring::No
    }

    /// Whether a request that carries our tag belongs to a dialog of this leg.
    pub(super) fn owns(&self, core: &Core) -> bool {
        let settled = self.dialog.as_ref().is_some_and(|dialog| dialog.owns(core));
        settled || self.early.iter().any(|early| early.dialog.owns(core))
    }

    /// The dialog that a request is in.
    pub(super) fn dialog_of(&mut self, core: &Core) -> Option<&mut Dialog> {
        let early = self.early.iter_mut().map(|early| &mut early.dialog);
        self.dialog.iter_mut().chain(early).find(|dialog| dialog.owns(core))
    }

    /// What we say of our media. Its version in `o=` grows only if it says something else than the last (RFC 3264 §8).
    pub(super) fn describe(&mut self, write: impl Fn(Session) -> String) -> String {
        let mut text = write(self.session);
        if self.description.as_ref().is_some_and(|last| *last != text) {
            self.session.version = self.session.version.saturating_add(1);
            text = write(self.session);
        }
        self.description = Some(text.clone());
        text
    }
}

impl AwaitedAck {
    pub(super) fn new(now: Millis, cseq: u32, answer: Datagram, to: Flow, offered: bool) -> AwaitedAck {
        // RFC 3261 §13.3.1.4: whatever the transport is, for a proxy on the way may have lost it.
        let repeat = Repeat::new(now, false);
        AwaitedAck { cseq, answer, to, repeat, give_up: now + T1_X64, offered, first: false, bye: None }
    }
}
