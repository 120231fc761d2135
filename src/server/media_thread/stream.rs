//! One leg's socket and media, and whoever hears it: its call, a telephone's ear, recordings.

use super::{CallEvent, MediaEvent, MediaLeg, Opening};
use crate::media::jitter::JitterBuffer;
use crate::media::leg::{Audio, Frame, Leg};
use crate::media::playout::Ended;
use crate::media::recorder::LegFrame;
use crate::media::{FRAME_MS, FRAME_SAMPLES};
use crate::server::recordings::Frames;
use crate::time::{DurationMs, Millis};
use std::net::UdpSocket;
use tokio::sync::mpsc as tasks;

/// A far end that has sent media and then sends none for so long has gone.
const SILENT_AFTER: DurationMs = DurationMs::from_secs(60);
/// Delay of what is heard in frames: three packets may change their order.
const HEARING_DELAY_MS: u16 = 60;
/// Recordings of one leg at the same time: the call's, and a message.
const RECORDINGS: usize = 4;

/// A leg on this thread.
pub(super) struct Stream {
    pub(super) socket: UdpSocket,
    pub(super) leg: Leg,
    events: tasks::Sender<CallEvent>,
    tap: Option<tasks::UnboundedSender<Vec<i16>>>,
    /// The far end in frames, where somebody hears it so.
    hearing: Option<Hearing>,
    recordings: Vec<Frames>,
    is_secret: bool,
    /// A key came beside the media since the last frame.
    key_came: bool,
    pub(super) bridged: Option<MediaLeg>,
    is_silent: bool,
    pub(super) sending_keys: bool,
}

struct Hearing {
    buffer: JitterBuffer,
    /// The stream that is heard; another has a timeline of its own.
    ssrc: Option<u32>,
}

impl Hearing {
    fn new() -> Hearing {
        Hearing { buffer: JitterBuffer::new(HEARING_DELAY_MS), ssrc: None }
    }

    fn hear(&mut self, audio: &Audio) {
        if self.ssrc.replace(audio.ssrc) != Some(audio.ssrc) {
            self.buffer.reset();
        }
        self.buffer.put(audio.timestamp, audio.codec, audio.payload);
    }
}

impl Stream {
    pub fn new(opening: Opening) -> Stream {
        let mut leg = Leg::new(opening.config);
        leg.direct(opening.direction);
        Stream {
            socket: opening.socket,
            leg,
            events: opening.events,
            hearing: opening.tap.is_some().then(Hearing::new),
            tap: opening.tap,
            recordings: Vec::with_capacity(RECORDINGS),
            is_secret: false,
            key_came: false,
            bridged: None,
            is_silent: false,
            sending_keys: false,
        }
    }

    /// The far end has been heard.
    pub fn hear(&mut self, audio: &Audio) {
        if let Some(hearing) = &mut self.hearing {
            hearing.hear(audio);
        }
    }

    /// The far end has pressed a key that did not come in its media.
    pub fn key_came(&mut self) {
        self.key_came = true;
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

    pub fn hide_secret(&mut self, is_secret: bool) {
        self.is_secret = is_secret;
    }

    /// Sends what is due, and brings each frame to whoever hears this leg.
    pub fn send(&mut self, now: Millis, packet: &mut Vec<u8>) {
        while let Some(frame) = self.leg.frame(now, packet) {
            if let Some(to) = frame.to {
                // A full queue or a closed port loses a packet, as the network may.
                let _ = self.socket.send_to(packet, to);
            }
            self.bring(frame);
        }
    }

    fn bring(&mut self, frame: Frame) {
        let Some(hearing) = &mut self.hearing else { return };
        let mut heard = [0; FRAME_SAMPLES];
        hearing.buffer.take(&mut heard);
        if let Some(tap) = &self.tap {
            let _ = tap.send(heard.to_vec());
        }
        if self.recordings.is_empty() {
            return;
        }
        let has_key = self.leg.event_came() | std::mem::take(&mut self.key_came);
        let (number, said, is_secret) = (frame.at.0 / FRAME_MS, self.leg.said(), self.is_secret);
        let frame = LegFrame { number, heard, said, has_key, is_secret };
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
        if self.sending_keys && !self.leg.is_sending_keys() {
            self.sending_keys = false;
            self.tell(id, MediaEvent::KeysSent);
        }
        let is_silent = self.leg.silent_since().is_some_and(|since| now.since(since) >= SILENT_AFTER);
        if is_silent && !self.is_silent {
            self.tell(id, MediaEvent::Silent);
        }
        self.is_silent = is_silent;
    }

    pub fn tell(&self, id: MediaLeg, event: MediaEvent) {
        // A call that does not keep up loses its signalling too and is hung up there.
        let _ = self.events.try_send(CallEvent::Media(id, event));
    }
}
