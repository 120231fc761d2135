//! One leg's socket and media, and whoever hears it: its call, a telephone's ear, recordings.

use super::encrypted::Srtp;
use super::hearing::Hearing;
use super::ready::{Ready, Waiting};
use super::{CallEvent, MediaEvent, MediaLeg, Opening};
use crate::media::answerer::{Answerer, AnswererDetector};
use crate::media::leg::{Audio, Frame, Leg};
use crate::media::playout::Ended;
use crate::media::recorder::{LegFrame, SaidBy};
use crate::media::{FRAME_MS, FRAME_SAMPLES, Key};
use crate::server::capture::Capture;
use crate::server::ports;
use crate::server::recordings::Frames;
use crate::sip::sdp::Agreed;
use crate::time::{DurationMs, Millis};
use std::net::{SocketAddr, UdpSocket};
use tokio::sync::mpsc as tasks;

/// A far end that has sent media and then sends none for so long has gone.
const SILENT_AFTER: DurationMs = DurationMs::from_secs(60);
/// Datagrams that every socket may bring in 20 ms; a stream brings one.
const DATAGRAMS_A_FRAME: u32 = 32;
/// Datagrams that may wait before a leg opens; a socket's buffer holds no more than some hundreds.
const EARLY_DATAGRAMS: usize = 4096;
/// Datagrams that the port for reports may bring in 20 ms; a far end brings one in five seconds.
const REPORTS_A_FRAME: u32 = 4;
/// A leg that brings one datagram a frame is asked for a second one in every so many frames.
const FRAMES_TO_ASK: u64 = 4;
/// Recordings of one leg at the same time: the call's, and a message.
const RECORDINGS: usize = 4;
/// How long a key that is passed on lasts, with the silence behind it, as [`KeyTiming`](crate::media::telephone_event::KeyTiming)
/// has it by default. Frames.
const PASSED_KEY: u16 = 10;

/// A leg on this thread.
pub(super) struct Stream {
    /// Its number within its contact.
    number: u16,
    pub(super) socket: UdpSocket,
    /// The port beside it, for reports; none where somebody else holds it.
    reports: Option<UdpSocket>,
    /// Whether it has been tried to open that port.
    has_opened_reports: bool,
    /// What both ports have brought in a frame.
    brought: Brought,
    /// Whether its media is watched, because somebody else waits for it.
    is_watched: bool,
    /// Whether it brought one datagram in its last frame, and no other that is known of.
    brings_one: bool,
    srtp: Option<Srtp>,
    pub(super) leg: Leg,
    events: tasks::Sender<CallEvent>,
    tap: Option<tasks::UnboundedSender<Vec<i16>>>,
    /// The far end in frames, where somebody hears it so.
    hearing: Option<Hearing>,
    recordings: Vec<Frames>,
    /// Finds out who has answered, and who it is once that is known.
    answerer: Option<Box<AnswererDetector>>,
    answered: Option<Answerer>,
    is_secret: bool,
    /// A key of the far end came since the last frame, as an event or beside the media.
    key_came: bool,
    /// A key came since the last frame of those whom the far end hears.
    others_keyed: bool,
    /// Frames for which keys of the far end still go to those whom it hears.
    passing: u16,
    pub(super) bridged: Option<MediaLeg>,
    room: Option<Seat>,
    begin_within: Option<DurationMs>,
    /// When the call was last told that the far end is silent.
    told_silent: Millis,
    /// Who hears every packet, where somebody does.
    capture: Option<Capture>,
    local: Option<SocketAddr>,
    sending_keys: bool,
    keys_by_info: bool,
}

/// How many datagrams a leg's ports have brought in one frame.
#[derive(Default)]
struct Brought {
    frame: u64,
    media: u32,
    reports: u32,
}

impl Brought {
    fn in_frame(&mut self, frame: u64) -> &mut Brought {
        if self.frame != frame {
            *self = Brought { frame, ..Brought::default() };
        }
        self
    }
}

/// A place in a room.
struct Seat {
    room: u64,
    speaks: bool,
    /// What was said in the last frame, which this leg does not hear.
    said: [i16; FRAME_SAMPLES],
    /// Whether a key of the far end, that is no tone in its sound, came since the last frame.
    keyed: bool,
}

impl Stream {
    pub fn new(opening: Opening) -> Stream {
        let local = opening.socket.local_addr().ok();
        let mut leg = Leg::new(opening.config);
        leg.direct(opening.direction);
        // What came before anything was agreed may be anybody's.
        let mut early = [0; 1];
        (0..EARLY_DATAGRAMS).take_while(|_| opening.socket.recv_from(&mut early).is_ok()).for_each(drop);
        Stream {
            number: opening.leg,
            reports: None,
            has_opened_reports: false,
            brought: Brought::default(),
            is_watched: false,
            brings_one: false,
            srtp: opening.crypto.and_then(|agreed| Srtp::behind(None, agreed)),
            local,
            capture: None,
            socket: opening.socket,
            leg,
            events: opening.events,
            hearing: opening.tap.is_some().then(Hearing::new),
            tap: opening.tap,
            recordings: Vec::with_capacity(RECORDINGS),
            answerer: None,
            answered: None,
            is_secret: false,
            key_came: false,
            others_keyed: false,
            passing: 0,
            bridged: None,
            room: None,
            begin_within: opening.begin_within,
            told_silent: Millis::ZERO,
            sending_keys: false,
            keys_by_info: opening.keys_by_info,
        }
    }

    /// The far end has been heard.
    pub fn hear(&mut self, audio: &Audio) {
        if let Some(hearing) = &mut self.hearing {
            hearing.hear(audio);
        }
    }

    /// The far end has pressed a key that is no tone in its sound, or still does.
    pub fn key_came(&mut self) {
        self.key_came = true;
        self.room.as_mut().into_iter().for_each(|seat| seat.keyed = true);
    }

    /// Somebody whom the far end hears has pressed such a key, or is sent one.
    pub fn others_keyed(&mut self) {
        self.others_keyed = true;
    }

    /// A key of the far end goes on to whom it hears, behind those that went before.
    pub fn key_passed(&mut self) {
        self.passing = self.passing.saturating_add(PASSED_KEY);
    }

    /// Sends keys; what is too many is dropped. Their end is told.
    pub fn send_keys(&mut self, id: MediaLeg, keys: Vec<Key>) {
        if self.keys_by_info {
            return self.tell(id, MediaEvent::ByInfo(keys));
        }
        self.leg.send_keys(keys);
        self.sending_keys = true;
    }

    /// Sends a key that came from another leg.
    pub fn pass_key(&mut self, id: MediaLeg, key: Key) {
        match self.keys_by_info {
            true => self.tell(id, MediaEvent::ByInfo(vec![key])),
            false => drop(self.leg.send_keys([key])),
        }
    }

    pub fn record(&mut self, frames: Frames) {
        self.hearing.get_or_insert_with(Hearing::new);
        self.recordings.push(frames);
        self.leg.keep_said(true);
    }

    pub fn end_record(&mut self, recording: u64) {
        self.recordings.retain(|frames| frames.recording != recording);
        if self.recordings.is_empty() {
            self.leg.keep_said(false);
        }
    }

    pub fn capture(&mut self, capture: Capture) {
        self.capture = Some(capture);
    }

    /// A packet of the far end has come, and is in plain.
    pub fn captured(&mut self, from: SocketAddr, packet: &[u8]) {
        self.capture.take_if(|capture| capture.is_over());
        if let (Some(capture), Some(local)) = (&self.capture, self.local) {
            capture.rtp(from, local, packet, self.leg.is_event(packet));
        }
    }

    pub fn find_answerer(&mut self) {
        self.hearing.get_or_insert_with(Hearing::new);
        self.answerer = Some(Box::default());
    }

    pub fn hide_secret(&mut self, is_secret: bool) {
        self.is_secret = is_secret;
    }

    /// What is to be said of it at its end.
    pub fn closed(&self) -> MediaEvent {
        let late = self.hearing.as_ref().map_or(0, |hearing| hearing.buffer.counts().late);
        MediaEvent::Closed { leg: self.number, quality: self.leg.quality(), late }
    }

    /// The far end says nothing on purpose.
    pub fn is_quiet(&mut self) {
        self.hearing.as_mut().into_iter().for_each(|hearing| hearing.buffer.pause());
    }

    /// Encrypts from now on with what was agreed. A key that stays counts on: its counters must not come a second time.
    pub fn protect(&mut self, agreed: Option<Agreed>) {
        if self.srtp.as_ref().map(Srtp::agreed) != agreed.as_ref() {
            self.srtp = agreed.and_then(|agreed| Srtp::behind(self.srtp.take(), agreed));
        }
    }

    /// Opens a datagram of the RTP port where it stands; nothing if it must be encrypted and is not authentic.
    pub fn open(&mut self, datagram: &mut [u8]) -> Option<usize> {
        match &mut self.srtp {
            None => Some(datagram.len()),
            Some(srtp) => srtp.open(datagram),
        }
    }

    /// Opens its port for reports when it sends for the first time: a call that ends at once has none. One that cannot be watched
    /// is given up.
    pub fn open_reports(&mut self, id: MediaLeg, ready: &mut Ready) -> std::io::Result<()> {
        if std::mem::replace(&mut self.has_opened_reports, true) {
            return Ok(());
        }
        let Some(reports) = self.local.and_then(beside) else { return Ok(()) };
        ready.watch(&reports, Waiting::Reports(id))?;
        self.reports = Some(reports);
        Ok(())
    }

    /// Has its media watched as long as somebody else waits for what the far end says: another leg, a room, whoever hears or
    /// records it. Otherwise it is asked when it is its turn to send.
    pub fn watch_media(&mut self, id: MediaLeg, ready: &mut Ready) -> std::io::Result<()> {
        let is_awaited = self.bridged.is_some() || self.room.is_some() || self.hearing.is_some();
        if is_awaited != self.is_watched {
            match is_awaited {
                true => ready.watch(&self.socket, Waiting::Media(id))?,
                false => ready.unwatch(&self.socket, Waiting::Media(id))?,
            }
            self.is_watched = is_awaited;
        }
        Ok(())
    }

    /// Whether its media is watched.
    pub fn is_watched(&self) -> bool {
        self.is_watched
    }

    /// How many of its ports are watched.
    pub fn watched(&self) -> usize {
        usize::from(self.is_watched) + usize::from(self.reports.is_some())
    }

    /// Whether it is asked for more than one datagram in this frame.
    pub fn asks_for_more(&self, frame: u64) -> bool {
        !self.brings_one || frame.is_multiple_of(FRAMES_TO_ASK)
    }

    /// Keeps whether it brought one datagram in this frame, and no other that is known of.
    pub fn came(&mut self, one: bool) {
        self.brings_one = one;
    }

    /// Counts a datagram; whether it is one of those that every stream may bring in a frame.
    pub fn may_bring(&mut self, frame: u64) -> bool {
        let brought = &mut self.brought.in_frame(frame).media;
        *brought = brought.saturating_add(1);
        *brought <= DATAGRAMS_A_FRAME
    }

    /// The same of its port for reports.
    pub fn may_report(&mut self, frame: u64) -> bool {
        let brought = &mut self.brought.in_frame(frame).reports;
        *brought = brought.saturating_add(1);
        *brought <= REPORTS_A_FRAME
    }

    /// Takes one of the far end's reports; false when there is none.
    pub fn receive_report(&mut self, now: Millis, buffer: &mut [u8]) -> bool {
        let Some(socket) = &self.reports else { return false };
        let Ok((length, from)) = socket.recv_from(buffer) else { return false };
        let length = match &mut self.srtp {
            None => Some(length),
            Some(srtp) => srtp.open_report(&mut buffer[..length]),
        };
        if let Some(length) = length {
            self.leg.receive_rtcp(now, &buffer[..length], from);
        }
        true
    }

    /// Sends our report when it is due.
    pub fn send_report(&mut self, now: Millis, packet: &mut Vec<u8>) {
        let beside = self.reports.as_ref();
        let Some(socket) = (if self.leg.is_muxed() { Some(&self.socket) } else { beside }) else { return };
        let Some(to) = self.leg.report(now, packet) else { return };
        if self.srtp.as_mut().is_none_or(|srtp| srtp.protector.protect_rtcp(packet)) {
            let _ = socket.send_to(packet, to);
        }
    }

    /// The room in which it is.
    pub fn room(&self) -> Option<u64> {
        self.room.as_ref().map(|seat| seat.room)
    }

    pub fn enter(&mut self, room: u64, speaks: bool) {
        self.hearing.get_or_insert_with(Hearing::new);
        self.room = Some(Seat { room, speaks, said: [0; FRAME_SAMPLES], keyed: false });
        self.leg.enter_room(true);
    }

    pub fn leave_room(&mut self) {
        self.room = None;
        self.leg.enter_room(false);
    }

    /// The next frame of what it says in its room, and whether a key came with it that is no tone.
    pub fn say_in_room(&mut self) -> ([i16; FRAME_SAMPLES], bool) {
        let (Some(seat), Some(hearing)) = (&mut self.room, &mut self.hearing) else {
            return ([0; FRAME_SAMPLES], false);
        };
        hearing.buffer.take(&mut hearing.frame);
        seat.said = if seat.speaks { hearing.frame } else { [0; FRAME_SAMPLES] };
        (seat.said, std::mem::take(&mut seat.keyed))
    }

    /// Hears what all say in its room, but for itself; `keyed` is whether one of all pressed a key that is no tone.
    pub fn hear_room(&mut self, sum: &[i32; FRAME_SAMPLES], keyed: bool) {
        self.others_keyed |= keyed;
        let Some(seat) = &self.room else { return };
        let others = |n: usize| {
            let sample = sum[n] - i32::from(seat.said[n]);
            sample.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
        };
        let frame = std::array::from_fn(others);
        self.leg.mix(&frame);
    }

    /// Sends what is due, and brings each frame to whoever hears this leg. Returns how many packets went out.
    pub fn send(&mut self, now: Millis, packet: &mut Vec<u8>) -> u64 {
        let mut sent = 0;
        while let Some(frame) = self.leg.frame(now, packet) {
            if let (Some(capture), Some(local), Some(to)) = (&self.capture, self.local, frame.to) {
                capture.rtp(local, to, packet, self.leg.is_event(packet));
            }
            let sealed = |srtp: &mut Srtp| srtp.protector.protect(packet);
            if let Some(to) = frame.to.filter(|_| self.srtp.as_mut().is_none_or(sealed)) {
                // A full queue or a closed port loses a packet, as the network may.
                let _ = self.socket.send_to(packet, to);
                sent += 1;
            }
            self.bring(frame);
        }
        sent
    }

    fn bring(&mut self, frame: Frame) {
        let has_key = std::mem::take(&mut self.key_came);
        let others_key = std::mem::take(&mut self.others_keyed) || self.passing > 0;
        self.passing = self.passing.saturating_sub(1);
        let Some(hearing) = &mut self.hearing else { return };
        // In a room the frame has been taken for the others.
        if self.room.is_none() {
            hearing.buffer.take(&mut hearing.frame);
        }
        let heard = hearing.frame;
        if let Some(who) = self.answerer.as_mut().and_then(|detector| detector.hear(&heard)) {
            (self.answerer, self.answered) = (None, Some(who));
        }
        if let Some(tap) = &self.tap {
            let _ = tap.send(heard.to_vec());
        }
        if self.recordings.is_empty() {
            return;
        }
        let said_by = match self.leg.hears_others() {
            true => SaidBy::Others { has_key: others_key },
            false => SaidBy::Us,
        };
        let (number, said, is_secret) = (frame.at.0 / FRAME_MS, self.leg.said(), self.is_secret);
        let frame = LegFrame { number, heard, said, has_key, said_by, is_secret };
        self.recordings.iter().for_each(|recording| recording.bring(frame));
    }

    /// Tells the call what has come to its end since the last sweep.
    pub fn report(&mut self, id: MediaLeg, now: Millis) {
        while let Some(event) = self.leg.poll_event() {
            match event.ended {
                Ended::Finished => self.tell(id, MediaEvent::Played(event.id)),
                Ended::Stopped => {}
            }
        }
        if let Some(who) = self.answered.take() {
            self.tell(id, MediaEvent::Answered(who));
        }
        if self.sending_keys && !self.leg.is_sending_keys() {
            self.sending_keys = false;
            self.tell(id, MediaEvent::KeysSent);
        }
        self.report_silence(id, now);
    }

    /// Tells the call again and again as long as it lasts: before the answer nobody owes anything.
    fn report_silence(&mut self, id: MediaLeg, now: Millis) {
        let owed = match self.leg.silent_since() {
            Some(since) => Some((since, SILENT_AFTER)),
            None => self.leg.unheard_since().zip(self.begin_within),
        };
        if owed.is_some_and(|(since, bound)| now.since(since.max(self.told_silent)) >= bound) {
            self.told_silent = now;
            self.tell(id, MediaEvent::Silent);
        }
    }

    pub fn tell(&self, id: MediaLeg, event: MediaEvent) {
        // A call that does not keep up loses its signalling too and is hung up there.
        let _ = self.events.try_send(CallEvent::Media(id, event));
    }
}

/// The port behind that of RTP, for reports (RFC 3550 §11).
fn beside(media: SocketAddr) -> Option<UdpSocket> {
    ports::bind(SocketAddr::new(media.ip(), media.port().checked_add(1)?)).ok()
}
