//! The keys of the far end, whichever way its media brings them: as RFC 4733 events, or as tones in the sound.
//!
//! A gateway may bring one key on both ways, as when it lets 40 ms of a tone pass before it has recognized it:
//!
//! ```text
//!  sound   ▒▒▒▒ found              ▒▒▒▒▒▒▒▒▒▒▒▒ (another key, and nobody listens any more)
//!  events          start … end     start …………… end
//!  told         1  –               2
//! ```
//!
//! So the same key on the other way within half a second is the same key; and as events are what the far end means to
//! send, the first of them ends the search in the sound, unless the setting says otherwise.

use crate::media::SAMPLES_PER_MS;
use crate::media::codec::{Codec, Decoder};
use crate::media::in_band::ToneReceiver;
use crate::media::rtp::RtpHeader;
use crate::media::telephone_event::{EventReceiver, Key};
use crate::time::{DurationMs, Millis};
use serde::Deserialize;
use std::collections::VecDeque;

/// The same key on both ways within this time is one key.
const SAME_KEY: DurationMs = DurationMs(500);
/// Tones that we send come back as echo for so long after their end.
const ECHO: DurationMs = DurationMs(400);
/// Sound that is missing for longer is no loss but a pause: what came before it is forgotten. In samples, 200 ms.
const LONGEST_LOSS: u32 = 1600;
/// Packets in a row behind the last one before the timeline is taken for a new one.
const STRAYS: u8 = 3;
/// Keys that may wait to be asked for; a packet has room for very few.
const WAITING: usize = 8;

/// Whether keys are looked for in the sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InBandKeys {
    /// Until the far end sends its first RFC 4733 event.
    #[default]
    Auto,
    /// Even then: for a gateway that sends some keys as events and some as sound.
    Always,
    /// Not at all.
    Never,
}

/// What an event packet tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A key that nothing has told of yet.
    New(Key),
    /// The key that was found in the sound just now.
    Again(Key),
}

/// Finds the keys of one far end.
#[derive(Clone, Debug)]
pub(super) struct HeardKeys {
    setting: InBandKeys,
    events: EventReceiver,
    /// Where the sound is on its timeline.
    timeline: Timeline,
    /// More silence would change nothing: it need not be looked at, nor what listens be fetched from memory.
    is_asleep: bool,
    /// Nobody listens where it is missing.
    sound: Option<Box<Sound>>,
    press: Option<Press>,
    found: VecDeque<Key>,
    /// What is found before this is the echo of our own tones.
    deaf_until: Millis,
}

/// What listens to the sound.
#[derive(Clone, Debug, Default)]
struct Sound {
    receiver: ToneReceiver,
    decoder: Decoder,
}

/// The sound as one timeline.
#[derive(Clone, Copy, Debug, Default)]
struct Timeline {
    /// Timestamp of the next sample; none before the first.
    next: Option<u32>,
    strays: u8,
}

/// What a packet has for the timeline.
#[derive(Clone, Copy)]
struct Aligned<'p> {
    /// Samples that are missing before it.
    lost: usize,
    /// What of it is new.
    fresh: &'p [u8],
    /// What came before it belongs to another timeline.
    is_first: bool,
}

/// The last key and the ways on which it has come.
#[derive(Clone, Copy, Debug)]
struct Press {
    key: Key,
    at: Millis,
    by_event: bool,
    by_sound: bool,
}

impl HeardKeys {
    pub fn new(setting: InBandKeys) -> HeardKeys {
        let sound = match setting {
            InBandKeys::Auto | InBandKeys::Always => Some(Box::default()),
            InBandKeys::Never => None,
        };
        let (events, found) = (EventReceiver::default(), VecDeque::with_capacity(WAITING));
        HeardKeys {
            setting,
            events,
            timeline: Timeline::default(),
            is_asleep: false,
            sound,
            press: None,
            found,
            deaf_until: Millis::ZERO,
        }
    }

    /// Another stream begins, with sequence numbers and timestamps of its own.
    pub fn begin(&mut self) {
        self.events = EventReceiver::default();
        (self.timeline, self.is_asleep) = (Timeline::default(), false);
        if let Some(sound) = &mut self.sound {
            **sound = Sound::default();
        }
    }

    /// Takes an event packet.
    pub fn event(&mut self, now: Millis, header: &RtpHeader, payload: &[u8]) -> Option<Told> {
        let key = self.events.accept(now, header, payload)?;
        match self.setting {
            InBandKeys::Auto => self.sound = None,
            InBandKeys::Always | InBandKeys::Never => {}
        }
        let is_twin = |press: &&mut Press| press.is_recent(key, now) && !press.by_event;
        if let Some(press) = self.press.as_mut().filter(is_twin) {
            press.by_event = true;
            return Some(Told::Again(key));
        }
        self.press = Some(Press { key, at: now, by_event: true, by_sound: false });
        Some(Told::New(key))
    }

    /// Takes the sound of a packet; what is found in it waits for [`HeardKeys::next_found`].
    pub fn sound(&mut self, now: Millis, timestamp: u32, codec: Codec, payload: &[u8]) {
        let Some(sound) = &mut self.sound else { return };
        let Some(Aligned { lost, fresh, is_first }) = self.timeline.align(timestamp, payload) else { return };
        let is_whole = lost == 0 && fresh.len().is_multiple_of(SAMPLES_PER_MS);
        if self.is_asleep && is_whole && fresh.iter().all(|octet| codec.is_silent(*octet)) {
            return;
        }
        if is_first {
            sound.receiver = ToneReceiver::default();
        }
        let samples = std::iter::repeat_n(None, lost).chain(fresh.iter().map(Some));
        for octet in samples {
            let sample = octet.map_or(0, |octet| sound.decoder.decode(codec, *octet));
            if let Some(key) = sound.receiver.hear(sample).filter(|_| now >= self.deaf_until) {
                let is_twin = |press: &&mut Press| press.is_recent(key, now) && !press.by_sound;
                if let Some(press) = self.press.as_mut().filter(is_twin) {
                    press.by_sound = true;
                } else if self.found.len() < WAITING {
                    self.press = Some(Press { key, at: now, by_event: false, by_sound: true });
                    self.found.push_back(key);
                }
            }
        }
        self.is_asleep = sound.receiver.is_asleep();
    }

    /// We send tones: their echo tells of no key.
    pub fn deafen(&mut self, now: Millis) {
        self.deaf_until = now + ECHO;
    }

    /// The next key that was found in the sound.
    pub fn next_found(&mut self) -> Option<Key> {
        self.found.pop_front()
    }
}

impl Press {
    fn is_recent(&self, key: Key, now: Millis) -> bool {
        self.key == key && now.since(self.at) < SAME_KEY
    }
}

impl Timeline {
    /// What of a packet has its place; nothing where it comes too late.
    fn align<'p>(&mut self, timestamp: u32, payload: &'p [u8]) -> Option<Aligned<'p>> {
        let ahead = timestamp.wrapping_sub(self.next.unwrap_or(timestamp));
        let behind = ahead.wrapping_neg() as usize;
        let follows = |lost, fresh| Aligned { lost, fresh, is_first: false };
        let begins = Aligned { lost: 0, fresh: payload, is_first: true };
        let aligned = match ahead {
            0..=LONGEST_LOSS => Some(follows(ahead as usize, payload)),
            0x8000_0000.. => {
                payload.get(behind..).filter(|fresh| !fresh.is_empty()).map(|fresh| follows(0, fresh))
            }
            _ => Some(begins),
        };
        self.strays = if aligned.is_some() { 0 } else { self.strays + 1 };
        let aligned = if self.strays == STRAYS { Some(begins) } else { aligned };
        if aligned.is_some() {
            (self.next, self.strays) = (Some(timestamp.wrapping_add(payload.len() as u32)), 0);
        }
        aligned
    }
}
