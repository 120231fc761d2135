//! The caller's leg: answered, heard, spoken to, let go.

use super::Call;
use super::callee::NORMAL_CLEARING;
use super::hand_over::Handing;
use super::keys::{Keys, Way};
use crate::crm::EndedBy;
use crate::engine::{ActionId, Event};
use crate::media::leg::{EventTypes, Formats, Idle, LegConfig};
use crate::media::telephone_event::KeyTiming;
use crate::media::{Direction, FarEnd, InBandKeys, PlayId, ReportsTo};
use crate::program::Key;
use crate::server::described::{self, MediaPort, Terms, codec_of, opus_terms};
use crate::server::ending::{self, AS_EVER};
use crate::server::entropy;
use crate::server::event::CallEvent;
use crate::server::media_thread::{MediaEvent, MediaLeg, Opening};
use crate::server::shared::Shared;
use crate::sip::{self, Command, End, LegId, Status, sdp};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::mpsc;

/// The caller's leg.
pub(super) struct CallerLeg {
    pub sip: LegId,
    /// Where the caller is.
    pub far: IpAddr,
    /// What is settled with whoever is there.
    pub terms: Terms,
    /// The trunk that the call came by.
    pub trunk: Option<Arc<str>>,
    pub media: Option<MediaLeg>,
    /// Bound when the answer is sent, handed to the media thread when it is acknowledged.
    socket: Option<MediaPort>,
    agreed: Option<sdp::Media>,
    answering: Option<ActionId>,
    pub playing: Option<ActionId>,
    /// Keys that are being sent to the far end.
    pub sending: Option<ActionId>,
    /// Who wants the media open before the answer, while it is not; and the address of its port.
    opening: Option<Opener>,
    early: Option<sdp::Local>,
    /// Whether the INVITE described media, or can do so in a PRACK; without that nothing opens before the answer.
    may_open_early: bool,
    /// The ring-back tone, if that was what was played last.
    pub ring_back: Option<ActionId>,
    /// The leg whose media the caller hears before it has answered.
    pub overhears: Option<crate::engine::LegId>,
    /// A REFER that is out.
    pub handing: Option<Handing>,
    keys: Keys,
    state: Standing,
}

/// Who opens media before the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Opener {
    /// The flow, which waits for it.
    Flow(ActionId),
    /// Somebody whom the flow calls, and who is heard before answering.
    Callee,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Arrived,
    Up,
    Gone,
}

impl CallerLeg {
    pub fn new(incoming: &sip::Incoming, terms: Terms) -> CallerLeg {
        CallerLeg {
            sip: incoming.leg,
            far: incoming.source.address.ip(),
            terms,
            trunk: incoming.source_name.clone(),
            media: None,
            socket: None,
            agreed: None,
            answering: None,
            playing: None,
            sending: None,
            opening: None,
            early: None,
            // A source that was forged must not be sent sound until somebody there has acknowledged the answer.
            may_open_early: incoming.is_proven && (incoming.offer.is_some() || incoming.is_reliable),
            ring_back: None,
            overhears: None,
            handing: None,
            keys: Keys::default(),
            state: Standing::Arrived,
        }
    }

    /// Nobody is there, and nobody has called.
    pub fn absent(terms: Terms) -> CallerLeg {
        CallerLeg {
            sip: LegId(0),
            far: IpAddr::from([0, 0, 0, 0]),
            terms,
            trunk: None,
            media: None,
            socket: None,
            agreed: None,
            answering: None,
            playing: None,
            sending: None,
            opening: None,
            early: None,
            may_open_early: false,
            ring_back: None,
            overhears: None,
            handing: None,
            keys: Keys::default(),
            state: Standing::Gone,
        }
    }

    /// Somebody who was there before, and is.
    pub fn taken_up(leg: LegId, far: IpAddr, terms: Terms, trunk: Option<Arc<str>>) -> CallerLeg {
        CallerLeg { sip: leg, far, trunk, ..CallerLeg::absent(terms) }
    }

    /// Somebody is called on this leg.
    pub fn is_called(&mut self, leg: LegId) {
        (self.sip, self.state) = (leg, Standing::Arrived);
    }

    /// Whoever was called has answered.
    pub fn is_up_with(&mut self, media: MediaLeg, agreed: sdp::Media) {
        (self.media, self.agreed, self.state) = (Some(media), Some(agreed), Standing::Up);
    }

    /// Whether media can be opened before the answer, and has not been.
    pub fn may_open_early(&self) -> bool {
        self.may_open_early && self.early.is_none() && self.state == Standing::Arrived
    }

    /// The media will open on this socket as soon as it is agreed.
    pub fn open_early(&mut self, opener: Opener, socket: MediaPort, media: sdp::Local) {
        (self.opening, self.socket, self.early) = (Some(opener), Some(socket), Some(media));
    }

    pub fn is_up(&self) -> bool {
        self.state == Standing::Up
    }

    /// Somebody is there, and nobody has answered yet.
    pub fn is_waiting(&self) -> bool {
        self.state == Standing::Arrived
    }

    /// Whether the far end has gone, or has been told to.
    pub fn has_gone(&self) -> bool {
        self.state == Standing::Gone
    }

    /// The far end has gone, or has been told to.
    pub fn is_gone(&mut self) {
        self.state = Standing::Gone;
    }

    /// Hangs up what is still up, and closes the media.
    pub async fn let_go(&mut self, shared: &Shared) {
        if self.state != Standing::Gone {
            self.state = Standing::Gone;
            shared.signalling.command(Command::HangUp { leg: self.sip, q850: Some(NORMAL_CLEARING) }).await;
        }
        self.media.take().into_iter().for_each(|leg| shared.media.close(leg));
    }
}

impl Call {
    /// Picks the call up: the answer names a port, and nothing is sent to the caller before its ACK.
    pub(super) async fn answer(&mut self, id: ActionId) {
        if let Some(media) = self.caller.early.clone() {
            // The 183 named a port already; the 200 says the same again.
            self.caller.answering = Some(id);
            return self.shared.signalling.command(Command::Answer { leg: self.caller.sip, media }).await;
        }
        match self.shared.bind_media(self.caller.far, &self.caller.terms) {
            Ok((media, socket)) => {
                self.caller.socket = Some(socket);
                self.caller.answering = Some(id);
                self.shared.signalling.command(Command::Answer { leg: self.caller.sip, media }).await;
            }
            Err(error) => {
                tracing::error!(%error, "a call cannot be answered");
                let (leg, status) = (self.caller.sip, Status::SERVICE_UNAVAILABLE);
                let refuse = Command::Reject { leg, status, phrase: None, contact: None };
                self.shared.signalling.command(refuse).await;
                self.breaks("no port for media");
            }
        }
    }

    /// The caller's leg cannot go on through no fault of anybody who calls: its end says why.
    fn breaks(&mut self, cause: &'static str) {
        self.caller.is_gone();
        self.ending = (EndedBy::Fault, cause.into());
        self.later(Event::HungUp { cause: cause.into() });
    }

    /// What happened to the caller's leg.
    pub(super) async fn caller_event(&mut self, event: sip::Event) {
        let Some(event) = self.outbound_event(event).await else { return };
        match event {
            sip::Event::MediaChanged { media, .. } => self.media_agreed(media).await,
            sip::Event::Confirmed { media, .. } => self.confirmed(media).await,
            sip::Event::Dtmf { key, .. } => self.key(key, Way::Info).await,
            sip::Event::KeysSent { .. } => self.keys_sent().await,
            sip::Event::Refer { news, .. } => self.hand_over_news(news).await,
            sip::Event::Referred { leg, referral } => self.referred(leg, *referral).await,
            sip::Event::Ended { end, .. } => self.caller_left(&end).await,
            // Only legs that we call tell of these.
            sip::Event::Incoming(_)
            | sip::Event::Ringing { .. }
            | sip::Event::EarlyMedia { .. }
            | sip::Event::Answered { .. }
            | sip::Event::Unchanged { .. }
            | sip::Event::Pong { .. }
            | sip::Event::Replied(_)
            | sip::Event::Moved(_)
            | sip::Event::ShutOut { .. } => {}
        }
    }

    async fn media_agreed(&mut self, media: sdp::Media) {
        if let Some(leg) = self.caller.media {
            self.shared.media.change(leg, &media);
        }
        self.caller.agreed = Some(media);
        self.open_before_answer().await;
    }

    /// Opens the media of a 183 that has been agreed.
    async fn open_before_answer(&mut self) {
        let Some(opener) = self.caller.opening.take() else { return };
        if let (Some(socket), Some(agreed)) = (self.caller.socket.take(), self.caller.agreed.clone()) {
            match self.open_media(0, socket, &agreed) {
                Ok(leg) => self.caller.media = Some(leg),
                Err(error) => tracing::error!(%error, "a call's media cannot be opened before its answer"),
            }
            self.record_what_opened();
        }
        match opener {
            Opener::Flow(id) => self.step(Event::MediaOpened { id }).await,
            Opener::Callee => self.let_caller_overhear(),
        }
    }

    async fn confirmed(&mut self, media: Option<sdp::Media>) {
        if let Some(media) = media {
            self.caller.agreed = Some(media);
        }
        let Some(id) = self.caller.answering.take() else { return };
        if self.caller.media.is_some() {
            self.caller.state = Standing::Up;
            return self.step(Event::Answered { id }).await;
        }
        let Some(socket) = self.caller.socket.take() else { return };
        let Some(agreed) = self.caller.agreed.clone() else { return };
        match self.open_media(0, socket, &agreed) {
            Ok(leg) => {
                self.caller.media = Some(leg);
                self.caller.state = Standing::Up;
                self.record_what_opened();
                self.step(Event::Answered { id }).await;
            }
            Err(error) => {
                tracing::error!(%error, "a call's media cannot be opened");
                self.caller.let_go(&self.shared).await;
                self.breaks("media cannot be opened");
            }
        }
    }

    async fn caller_left(&mut self, end: &End) {
        // Whoever was refused or given up before has an end that says why.
        let says_why = self.caller.has_gone() && *self.ending.1 != *AS_EVER;
        self.caller.is_gone();
        let cause = match end {
            End::Remote { .. } => "caller",
            End::Cancelled { .. } => "cancelled",
            End::Local => AS_EVER,
            End::Rejected(_) | End::NoResponse | End::AtCapacity => "failed",
            End::NoAck => "no ACK",
            End::SessionExpired => "session expired",
            End::Lost => "caller lost",
            End::MaxDuration => "too long",
            End::Media(_) => "no common media",
        };
        if !says_why {
            self.ending = (ending::by(cause), cause.into());
        }
        self.left_by_hand_over().await;
        self.step(Event::HungUp { cause: cause.into() }).await;
    }

    pub(super) async fn media_event(&mut self, leg: MediaLeg, event: MediaEvent) {
        if self.caller.media != Some(leg) {
            return self.callee_media_event(leg, event).await;
        }
        match event {
            MediaEvent::Played(PlayId(id)) => self.played(id).await,
            MediaEvent::Key(key) => self.key(key.to_char(), Way::Rtp).await,
            MediaEvent::KeysSent => self.keys_sent().await,
            MediaEvent::ByInfo(keys) => self.press(self.caller.sip, &keys).await,
            MediaEvent::Answered(who) => self.answerer_is(who).await,
            // The call has taken this before.
            MediaEvent::Closed { .. } => {}
            MediaEvent::Silent if !self.caller.is_up() => {}
            MediaEvent::Silent => {
                self.caller.let_go(&self.shared).await;
                self.breaks("no media");
            }
        }
    }

    async fn played(&mut self, id: u64) {
        let id = ActionId(u32::try_from(id).unwrap_or(0));
        if self.caller.playing == Some(id) {
            self.caller.playing = None;
            self.step(Event::Played { id }).await;
        }
    }

    /// The keys that the flow sends have been sent.
    async fn keys_sent(&mut self) {
        if let Some(id) = self.caller.sending.take() {
            self.step(Event::Played { id }).await;
        }
    }

    async fn key(&mut self, sign: char, way: Way) {
        if !self.caller.keys.is_new(sign, self.shared.clock.now(), way) {
            return;
        }
        if way == Way::Info {
            self.pass_key(self.caller.media, sign);
        }
        if let Some(key) = Key::from_char(sign) {
            self.step(Event::Key { key }).await;
        }
    }
}

impl Call {
    /// Sends keys to a far end by INFO.
    pub(super) async fn press(&self, leg: LegId, keys: &[crate::media::Key]) {
        let keys = keys.iter().map(|key| key.to_char()).collect();
        self.shared.signalling.command(Command::Press { leg, keys }).await;
    }

    /// Hands a key that came by INFO to whoever the leg is bridged with; one in the media goes there by itself.
    pub(super) fn pass_key(&self, from: Option<MediaLeg>, sign: char) {
        if let (Some(leg), Some(key)) = (from, crate::media::Key::from_char(sign)) {
            self.shared.media.pass_key(leg, key);
        }
    }
}

/// Hands a leg's socket to the media thread.
pub(in crate::server) fn open(
    shared: &Shared,
    port: MediaPort,
    agreed: &sdp::Media,
    events: mpsc::Sender<CallEvent>,
    leg: u16,
) -> std::io::Result<MediaLeg> {
    let MediaPort { socket, keys_by_info, far_end } = port;
    let config = leg_config(agreed, far_end, shared.config.in_band_keys)?;
    let (direction, crypto) = (direction(agreed.direction), agreed.crypto.clone());
    let begin_within = shared.config.media_within();
    let opening =
        Opening { leg, socket, config, direction, crypto, begin_within, events, tap: None, keys_by_info };
    Ok(shared.media.open(opening))
}

/// A leg's settings, with the random numbers that RFC 3550 §5.1 wants unpredictable.
pub(in crate::server) fn leg_config(
    agreed: &sdp::Media,
    far_end: FarEnd,
    in_band_keys: InBandKeys,
) -> std::io::Result<LegConfig> {
    let random: [u8; 18] = entropy::bytes()?;
    let word = |at: usize| u32::from_le_bytes([random[at], random[at + 1], random[at + 2], random[at + 3]]);
    Ok(LegConfig {
        formats: formats(agreed),
        remote: agreed.remote,
        reports_to: reports_to(agreed),
        far_end,
        ssrc: word(0),
        first_sequence: u16::from_le_bytes([random[8], random[9]]),
        first_timestamp: word(4),
        idle: Idle::Silence,
        key_timing: KeyTiming::default(),
        in_band_keys,
        chance: u64::from(word(10)) << 32 | u64::from(word(14)),
    })
}

/// What was agreed, in the words of the media.
pub(in crate::server) fn formats(agreed: &sdp::Media) -> Formats {
    let codec = codec_of(agreed.codec);
    let telephone_event = agreed.telephone_event.map(|event| EventTypes {
        send: event.send,
        receive: event.receive,
        clock_hz: event.clock_hz,
    });
    Formats { codec, payload_type: agreed.payload_type, telephone_event, opus: opus_terms(agreed) }
}

/// Where reports go, in the words of the media.
pub(in crate::server) fn reports_to(agreed: &sdp::Media) -> ReportsTo {
    match agreed.rtcp {
        sdp::Rtcp::Beside => ReportsTo::Beside,
        sdp::Rtcp::At(address) => ReportsTo::Named(address),
        sdp::Rtcp::Muxed => ReportsTo::Muxed,
    }
}

/// Which way it flows, in the words of the media.
pub(in crate::server) fn direction(agreed: sdp::Direction) -> Direction {
    match agreed {
        sdp::Direction::SendRecv => Direction::Both,
        sdp::Direction::SendOnly => Direction::SendOnly,
        sdp::Direction::RecvOnly => Direction::ReceiveOnly,
        sdp::Direction::Inactive => Direction::Inactive,
    }
}

impl Shared {
    /// A port for media with somebody at `far`, and how it is described.
    pub(in crate::server) fn bind_media(
        &self,
        far: IpAddr,
        terms: &Terms,
    ) -> std::io::Result<(sdp::Local, MediaPort)> {
        let socket = self.ports.bind_for(far)?;
        let media = described::local(&self.config, terms, socket.local_addr()?)?;
        let (keys_by_info, far_end) = (terms.keys_by_info(), terms.far_end(far));
        Ok((media, MediaPort { socket, keys_by_info, far_end }))
    }
}
