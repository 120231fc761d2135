//! One stream pair with one far end: everything that is heard and sent, without a socket or a clock.
//!
//! The driver hands in each datagram and asks for a packet every 20 ms. What is sent is, in this order: keys, what
//! is played, what is relayed from another leg, comfort silence (so that NATs and the far end stay alive). Keys hold
//! up what is played; relayed audio is dropped meanwhile, as it cannot wait.
//!
//! A bridge is two legs whose driver hands the [`Audio`] heard by each to [`Leg::relay`] of the other, and the keys to
//! [`Leg::send_keys`]: a key is sent anew with full redundancy and the other leg's payload type, or as a tone when
//! that leg has none.
//!
//! Sound that comes in Opus is unpacked first: [`Heard::Packed`] says that [`Leg::unpack`] may have some.
//!
//! Neither RTCP nor anything else received ends a leg.

mod agreed;
mod heard;
mod heard_keys;
mod joined;
mod mixed;
mod packed;
mod relay;
mod reports;

pub use agreed::{Direction, EventTypes, Formats, Idle, LegConfig, ReportsTo};
pub use heard::{Audio, Heard};
pub use heard_keys::InBandKeys;

use super::codec::{Codec, Encoder};
use super::latch::{Latch, Source, SourceLatch};
use super::playout::{PlayId, Playout, PlayoutEvent, Repeat, Sound};
use super::reporter::Reporter;
use super::rtp::RtpHeader;
use super::statistics::{Clock, Reception, Statistics};
use super::telephone_event::{EventPacket, EventSender, Key};
use super::{FRAME_MS, FRAME_SAMPLES, rtcp, tone};
use crate::time::{DurationMs, Millis};
use heard_keys::{HeardKeys, Told};
use joined::{Joined, Origin};
use mixed::Mixed;
use packed::Packing;
use relay::{Relay, Relayed};
use std::net::SocketAddr;

/// A tick may come this early: the driver's sweep and its clock are not in step.
const EARLY: DurationMs = DurationMs(FRAME_MS / 2);

/// A driver later than this does not send the missed packets in a burst; the stream pauses instead.
const LATE: DurationMs = DurationMs(5 * FRAME_MS);

/// RFC 3389: comfort noise, which is understood and not rendered.
const COMFORT_NOISE: u8 = 13;

/// The media of one call leg.
#[derive(Debug)]
pub struct Leg {
    formats: Formats,
    idle: Idle,
    direction: Direction,
    // Towards us.
    latch: Latch,
    source: SourceLatch,
    reception: Reception,
    heard: HeardKeys,
    /// Since when the far end owes us its next packet; none before its first.
    silent_since: Option<Millis>,
    /// Since when the far end owes us its first packet; none before our first frame.
    unheard_since: Option<Millis>,
    // From us.
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    /// When the next frame is due; none before the first.
    due: Option<Millis>,
    /// Whether the last frame was not sent, so that the next begins a talkspurt.
    paused: bool,
    keys: EventSender,
    playout: Playout,
    relay: Option<Relay>,
    /// What others in a room say; none where it is in no room.
    mixed: Option<Box<Mixed>>,
    encoder: Encoder,
    joined: Joined,
    /// What stands between this leg and a far end that speaks Opus.
    packing: Option<Box<Packing>>,
    reporter: Reporter,
    reports_to: ReportsTo,
    /// Where the far end's reports come from, once one has come.
    reports_from: Option<SocketAddr>,
    /// What the last frame carried, where somebody records it.
    said: Option<Box<[i16; FRAME_SAMPLES]>>,
    /// Whether an event has come since somebody asked.
    event_came: bool,
    counts: Statistics,
}

/// A frame that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// When.
    pub at: Millis,
    /// Where its packet goes; nowhere if nothing is sent.
    pub to: Option<SocketAddr>,
}

/// What a payload type stands for.
enum Kind {
    Audio(Codec),
    /// Sound that must be unpacked.
    Packed,
    Event,
    ComfortNoise,
}

impl Leg {
    /// A leg that sends from its first tick on.
    pub fn new(config: LegConfig) -> Leg {
        Leg {
            formats: config.formats,
            idle: config.idle,
            direction: Direction::Both,
            latch: Latch::new(config.remote, config.far_end),
            source: SourceLatch::default(),
            reception: Reception::default(),
            heard: HeardKeys::new(config.in_band_keys),
            silent_since: None,
            unheard_since: None,
            ssrc: config.ssrc,
            sequence: config.first_sequence,
            timestamp: config.first_timestamp,
            due: None,
            paused: true,
            keys: EventSender::new(config.key_timing),
            playout: Playout::default(),
            relay: None,
            mixed: None,
            encoder: Encoder::default(),
            joined: Joined::of(config.formats.codec),
            packing: Packing::of(&config.formats),
            reporter: Reporter::new(config.ssrc, config.chance),
            reports_to: config.reports_to,
            reports_from: None,
            said: None,
            event_came: false,
            counts: Statistics::default(),
        }
    }

    /// Takes a datagram that came to the RTP port.
    pub fn receive<'p>(&mut self, now: Millis, packet: &'p [u8], from: SocketAddr) -> Heard<'p> {
        if rtcp::is_rtcp(packet) {
            self.count_rtcp(now, packet, from);
            return Heard::Nothing;
        }
        let parsed = RtpHeader::parse(packet).ok();
        let known =
            parsed.and_then(|(header, payload)| Some((self.kind(header.payload_type)?, header, payload)));
        let Some((kind, header, payload)) = known else {
            self.counts.malformed += 1;
            return Heard::Nothing;
        };
        if !self.latch.accept(from) || !self.follows(now, header.ssrc) {
            return Heard::Nothing;
        }
        self.silent_since = Some(now);
        self.reception.count(header.sequence);
        if !self.direction.receives() {
            return Heard::Nothing;
        }
        match kind {
            Kind::ComfortNoise => Heard::Quiet,
            Kind::Event => {
                self.event_came = true;
                match self.heard.event(now, &header, payload) {
                    Some(Told::New(key)) => Heard::Digit(key),
                    Some(Told::Again(key)) => Heard::Repeated(key),
                    None => Heard::Quiet,
                }
            }
            Kind::Packed => {
                self.reception.arrived(now, &header, self.formats.clock());
                self.wrapped(&header, payload)
            }
            Kind::Audio(codec) => {
                self.reception.arrived(now, &header, Clock::NARROW);
                self.heard.sound(now, header.timestamp, codec, payload);
                Heard::Audio(Audio { codec, ssrc: header.ssrc, timestamp: header.timestamp, payload })
            }
        }
    }

    fn kind(&self, payload_type: u8) -> Option<Kind> {
        match payload_type {
            _ if self.formats.opus.is_some_and(|terms| terms.receive == payload_type) => Some(Kind::Packed),
            _ if self.formats.payload_type == payload_type => match self.formats.opus {
                Some(_) => Some(Kind::Packed),
                None => Some(Kind::Audio(self.formats.codec)),
            },
            _ if self.formats.telephone_event.is_some_and(|event| event.has(payload_type)) => {
                Some(Kind::Event)
            }
            COMFORT_NOISE => Some(Kind::ComfortNoise),
            _ => Codec::from_payload_type(payload_type).map(Kind::Audio),
        }
    }

    /// Whether the packet is of the stream that is listened to.
    fn follows(&mut self, now: Millis, ssrc: u32) -> bool {
        match self.source.judge(now, ssrc) {
            Source::Same => true,
            Source::New => {
                self.reception.begin();
                self.heard.begin();
                self.packing.as_mut().into_iter().for_each(|packing| packing.begin());
                true
            }
            Source::Ignored => false,
        }
    }

    /// Writes the packet that is due into `out` and says where it goes; nothing when none is due.
    ///
    /// To be called every 20 ms, again and again until it returns nothing, so that a driver that is a little late
    /// catches up.
    pub fn tick(&mut self, now: Millis, out: &mut Vec<u8>) -> Option<SocketAddr> {
        while let Some(frame) = self.frame(now, out) {
            if frame.to.is_some() {
                return frame.to;
            }
        }
        None
    }

    /// Makes the frame that is due, whether it is sent or not; nothing when none is due. Its packet is in `out`.
    ///
    /// For a driver that records: each frame is one of its own time. See [`Leg::tick`].
    pub fn frame(&mut self, now: Millis, out: &mut Vec<u8>) -> Option<Frame> {
        if self.direction != Direction::Both {
            self.silent_since = self.silent_since.map(|_| now);
            self.unheard_since = Some(now);
        }
        self.unheard_since.get_or_insert(now);
        self.skip_missed(now);
        let at = self.due.unwrap_or(now);
        if now + EARLY < at {
            return None;
        }
        self.due = Some(at + DurationMs(FRAME_MS));
        let is_sent = self.compose(out) && self.direction.sends() && self.finish(out);
        self.timestamp = self.timestamp.wrapping_add(self.units(1));
        self.paused = !is_sent;
        if !is_sent {
            self.joined.pause();
        }
        if self.formats.telephone_event.is_none() && self.keys.is_busy() {
            self.heard.deafen(now);
        }
        if is_sent {
            self.sequence = self.sequence.wrapping_add(1);
            self.counts.sent += 1;
            self.reporter.sent(out);
        }
        Some(Frame { at, to: self.latch.target().filter(|_| is_sent) })
    }

    /// Keeps what each frame carries, or does no longer: somebody records it.
    pub fn keep_said(&mut self, keep: bool) {
        self.said = keep.then(|| Box::new([0; FRAME_SAMPLES]));
    }

    /// What the last frame carried, if that is kept; keys and what could not be sent are silence.
    pub fn said(&self) -> [i16; FRAME_SAMPLES] {
        let is_sent = self.direction.sends();
        self.said.as_deref().filter(|_| is_sent).copied().unwrap_or([0; FRAME_SAMPLES])
    }

    /// Whether an event packet has come since this was asked last.
    pub fn event_came(&mut self) -> bool {
        std::mem::take(&mut self.event_came)
    }

    /// The next key that was found in the sound; to be asked after each packet, until there is none.
    pub fn poll_key(&mut self) -> Option<Key> {
        self.heard.next_found()
    }

    /// When the next packet is due.
    pub fn next_deadline(&self) -> Millis {
        self.due.unwrap_or(Millis::ZERO)
    }

    fn skip_missed(&mut self, now: Millis) {
        let Some(due) = self.due else { return };
        if now.since(due) > LATE {
            let frames = now.since(due).0 / FRAME_MS;
            self.due = Some(due + DurationMs(frames * FRAME_MS));
            self.timestamp = self.timestamp.wrapping_add(self.units(frames as u32));
            self.paused = true;
        }
    }

    /// Units of the timestamp in so many frames.
    fn units(&self, frames: u32) -> u32 {
        self.formats.clock().units(frames.wrapping_mul(FRAME_SAMPLES as u32))
    }

    /// Writes the next packet; false when there is nothing to send.
    fn compose(&mut self, out: &mut Vec<u8>) -> bool {
        out.clear();
        let mut relayed = Relayed::default();
        let is_relaying = self.relay.as_mut().is_some_and(|relay| relay.take(&mut relayed));
        let is_mixed = self.mixed.as_mut().is_some_and(|mixed| mixed.take(&mut relayed.samples));
        if let Some(said) = self.said.as_deref_mut() {
            said.fill(0);
        }
        let event_units =
            self.formats.telephone_event.map_or(FRAME_SAMPLES as u16, EventTypes::units_per_frame);
        if let Some(key) = self.keys.next_frame(event_units) {
            self.joined.origin = Origin::Key;
            return self.compose_key(key, out);
        }
        self.audio_header().write(out);
        self.joined.origin = Origin::Playout;
        if self.playout.next_frame(self.formats.codec, out, self.said.as_deref_mut()) {
            return true;
        }
        if !is_relaying && !is_mixed {
            self.joined.origin = Origin::Silence;
            return self.compose_silence(out);
        }
        self.joined.origin = Origin::Others;
        self.said.as_deref_mut().into_iter().for_each(|said| *said = relayed.samples);
        match relayed.coded == Some(self.formats.codec) && !is_mixed {
            // What comes in the codec in which it goes is not coded anew.
            true => out.extend_from_slice(&relayed.octets),
            false => self.encoder.encode(self.formats.codec, &relayed.samples, out),
        }
        true
    }

    fn compose_key(&mut self, key: EventPacket, out: &mut Vec<u8>) -> bool {
        match (self.formats.telephone_event, key.payload, key.sounding) {
            (Some(EventTypes { send, .. }), Some(payload), _) => {
                let timestamp = self.timestamp.wrapping_sub(self.units(u32::from(key.frame)));
                let header =
                    RtpHeader { payload_type: send, marker: key.marker, timestamp, ..self.audio_header() };
                header.write(out);
                out.extend_from_slice(&payload);
                true
            }
            (None, _, Some(symbol)) => {
                let mut samples = [0; FRAME_SAMPLES];
                tone::key(symbol, usize::from(key.frame) * FRAME_SAMPLES, &mut samples);
                self.audio_header().write(out);
                self.encoder.encode(self.formats.codec, &samples, out);
                true
            }
            (Some(_), None, _) | (None, _, None) => {
                self.audio_header().write(out);
                self.compose_silence(out)
            }
        }
    }

    fn compose_silence(&self, out: &mut Vec<u8>) -> bool {
        out.extend([self.formats.codec.silence(); FRAME_SAMPLES]);
        self.idle == Idle::Silence
    }

    fn audio_header(&self) -> RtpHeader {
        RtpHeader {
            marker: self.paused,
            payload_type: self.formats.payload_type,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
        }
    }

    /// Plays sounds behind those that wait, without a gap; what is repeated for ever gives way at once.
    ///
    /// Its end is told by [`Leg::poll_event`].
    pub fn play(&mut self, id: PlayId, sounds: Vec<Sound>, repeat: Repeat) {
        self.playout.play(id, sounds, repeat);
    }

    /// Cuts everything that plays or waits; the next packet carries none of it.
    pub fn stop(&mut self) {
        self.playout.stop();
    }

    /// Whether something plays or waits to.
    pub fn is_playing(&self) -> bool {
        self.playout.is_playing()
    }

    /// The next end of something played; to be asked after ticks and after [`Leg::stop`], until there is none.
    pub fn poll_event(&mut self) -> Option<PlayoutEvent> {
        self.playout.poll_event()
    }

    /// Sends keys one after another, by RFC 4733 or as tones; false when there are too many (64 wait at most).
    pub fn send_keys(&mut self, keys: impl IntoIterator<Item = Key>) -> bool {
        keys.into_iter().all(|key| self.keys.push(key))
    }

    /// Whether keys are being sent or wait.
    pub fn is_sending_keys(&self) -> bool {
        self.keys.is_busy()
    }

    /// Sends on what another leg heard, in this leg's codec and 40 ms later.
    pub fn relay(&mut self, audio: &Audio) {
        self.relay.get_or_insert_with(|| Relay::new(audio.ssrc)).hear(audio);
    }

    /// The other leg's far end says nothing on purpose.
    pub fn relay_quiet(&mut self) {
        self.relay.as_mut().into_iter().for_each(Relay::pause);
    }

    /// Stops sending what another leg heard.
    pub fn end_relay(&mut self) {
        self.relay = None;
    }

    /// Whether the far end is sent what other people say: those of another leg, or of a room.
    pub fn hears_others(&self) -> bool {
        self.relay.is_some() || self.mixed.is_some()
    }

    /// Sends what others in a room say, a frame after the other, or does no longer.
    pub fn enter_room(&mut self, inside: bool) {
        self.mixed = inside.then(Box::default);
    }

    /// The next frame of what the others in the room say.
    pub fn mix(&mut self, frame: &[i16; FRAME_SAMPLES]) {
        self.mixed.as_mut().into_iter().for_each(|mixed| mixed.put(frame));
    }

    /// Opens or closes each way, as for hold. What plays goes on unheard while sending is closed.
    pub fn direct(&mut self, direction: Direction) {
        self.direction = direction;
    }

    /// Takes the addresses of a new session description; the last ones again change nothing.
    pub fn retarget(&mut self, remote: SocketAddr, reports_to: ReportsTo) {
        self.reports_to = reports_to;
        if self.latch.retarget(remote) {
            self.source.reopen();
            self.reports_from = None;
        }
    }

    /// Uses newly agreed formats from the next packet on.
    pub fn renegotiate(&mut self, formats: Formats) {
        self.repack(&formats);
        self.joined.renegotiate(formats.codec);
        self.formats = formats;
    }

    /// Where packets go.
    pub fn remote(&self) -> SocketAddr {
        self.latch.remote()
    }

    /// Since when the far end, having sent something, sends nothing. A hold is no silence: while media flows one way or
    /// not at all, nobody owes any.
    pub fn silent_since(&self) -> Option<Millis> {
        self.silent_since
    }

    /// Since when the far end, which has never sent anything, owes us its first packet; nothing once it has. A hold is no silence.
    pub fn unheard_since(&self) -> Option<Millis> {
        self.unheard_since.filter(|_| self.silent_since.is_none())
    }

    /// Whether a packet, of either direction, says which key is pressed.
    pub fn is_event(&self, packet: &[u8]) -> bool {
        RtpHeader::parse(packet)
            .is_ok_and(|(header, _)| matches!(self.kind(header.payload_type), Some(Kind::Event)))
    }

    /// What has arrived and was sent so far.
    pub fn statistics(&self) -> Statistics {
        Statistics {
            received: self.reception.total(),
            lost: self.reception.lost(),
            jitter: self.reception.jitter(),
            highest_sequence: self.reception.highest_sequence(),
            ignored: self.latch.ignored() + self.source.ignored(),
            ..self.counts
        }
    }
}

#[cfg(test)]
mod tests;
