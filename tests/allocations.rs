//! Nothing is allocated on the way of a packet: every octet that this process asks its allocator for is counted.
//!
//! A binary of its own, because its allocator counts whatever the process does; the stories follow one another.

use callwright::media::leg::{EventTypes, Formats, Heard, Idle, InBandKeys, LegConfig};
use callwright::media::playout::{PlayId, Repeat};
use callwright::media::srtp::{MasterKey, Opener, Protector, Suite};
use callwright::media::telephone_event::{Key, KeyTiming};
use callwright::media::{Clip, Codec, FarEnd, Leg};
use callwright::time::Millis;
use cap::Cap;
use std::alloc::System;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// One story at a time: they share the allocator.
static STORY: Mutex<()> = Mutex::new(());

/// Frames of 20 ms until everything has its size: rings of buffers, the first report, the first key.
const WARM: u64 = 600;
/// Frames that are counted: half a minute, some reports among them.
const COUNTED: u64 = 1_500;

/// Two legs that are each other's far end, and the buffers that their driver has.
struct Pair {
    ours: Leg,
    theirs: Leg,
    packet: Vec<u8>,
    /// Encrypts and decrypts what goes from us to them.
    srtp: Option<(Protector, Opener)>,
    /// Keys that were heard.
    keys: usize,
}

fn address(host: u8) -> SocketAddr {
    ([192, 0, 2, host], 4000).into()
}

fn leg(codec: Codec, far: u8, in_band_keys: InBandKeys) -> Leg {
    let telephone_event = Some(EventTypes::both(101));
    Leg::new(LegConfig {
        formats: Formats { telephone_event, ..Formats::of(codec) },
        remote: address(far),
        far_end: FarEnd::Known(address(far).ip()),
        reports_to: Default::default(),
        ssrc: u32::from(far),
        first_sequence: 65_000,
        first_timestamp: u32::MAX - 70_000,
        idle: Idle::Silence,
        key_timing: KeyTiming::default(),
        in_band_keys,
        chance: 7,
    })
}

impl Pair {
    fn new(codec: Codec, in_band_keys: InBandKeys) -> Pair {
        let (ours, theirs) = (leg(codec, 2, in_band_keys), leg(codec, 1, in_band_keys));
        Pair { ours, theirs, packet: Vec::with_capacity(2048), srtp: None, keys: 0 }
    }

    /// One frame of both sides, at its moment: what one sends, the other hears.
    fn frame(&mut self, n: u64) {
        let now = Millis(n * 20);
        let Pair { ours, theirs, packet, srtp, keys } = self;
        while let Some(frame) = ours.frame(now, packet) {
            if frame.to.is_none() {
                continue;
            }
            let Some((protector, opener)) = srtp else {
                take(theirs, now, packet, address(1), keys);
                continue;
            };
            assert!(protector.protect(packet), "it is encrypted");
            let length = opener.open(packet).expect("it is authentic");
            take(theirs, now, &packet[..length], address(1), keys);
        }
        while let Some(frame) = theirs.frame(now, packet) {
            if frame.to.is_some() {
                take(ours, now, packet, address(2), keys);
            }
        }
        report(now, ours, theirs, address(1), packet);
        report(now, theirs, ours, address(2), packet);
    }

    /// What is allocated in the frames behind those in which everything gets its size.
    fn allocates(&mut self, mut between: impl FnMut(&mut Pair, u64)) -> usize {
        let mut frames = |pair: &mut Pair, frames: std::ops::Range<u64>| {
            for n in frames {
                between(pair, n);
                pair.frame(n);
            }
        };
        frames(self, 0..WARM);
        let before = ALLOCATOR.total_allocated();
        frames(self, WARM..WARM + COUNTED);
        ALLOCATOR.total_allocated() - before
    }
}

/// The report of one side that is due, and the ends of what it played.
fn report(now: Millis, from: &mut Leg, to: &mut Leg, at: SocketAddr, packet: &mut Vec<u8>) {
    if from.report(now, packet).is_some() {
        to.receive_rtcp(now, packet, SocketAddr::new(at.ip(), at.port() + 1));
    }
    while from.poll_event().is_some() {}
}

fn take(leg: &mut Leg, now: Millis, packet: &[u8], from: SocketAddr, keys: &mut usize) {
    match leg.receive(now, packet, from) {
        Heard::Digit(_) => *keys += 1,
        Heard::Repeated(_) | Heard::Quiet | Heard::Nothing | Heard::Packed | Heard::Audio(_) => {}
    }
    while leg.poll_key().is_some() {
        *keys += 1;
    }
}

/// Two seconds of a voice, more or less.
fn prompt() -> Clip {
    let samples: Vec<i16> = (0..16_000i32).map(|n| ((n * n / 97) % 8_000 - 4_000) as i16).collect();
    Clip::from_samples(&samples)
}

#[test]
fn a_prompt_that_plays_while_the_caller_sends_allocates_nothing() {
    let _story = STORY.lock().unwrap_or_else(PoisonError::into_inner);
    for codec in [Codec::Pcma, Codec::Pcmu, Codec::G722] {
        for in_band_keys in [InBandKeys::Auto, InBandKeys::Never] {
            let mut pair = Pair::new(codec, in_band_keys);
            pair.ours.play(PlayId(1), vec![prompt().into()], Repeat::Forever);
            pair.theirs.play(PlayId(1), vec![prompt().into()], Repeat::Forever);
            assert_eq!(pair.allocates(|_, _| {}), 0, "{codec:?}, keys in the sound: {in_band_keys:?}");
            assert_eq!(pair.ours.statistics().lost, 0, "{codec:?}");
        }
    }
}

#[test]
fn keys_as_events_and_as_tones_allocate_nothing() {
    let _story = STORY.lock().unwrap_or_else(PoisonError::into_inner);
    for has_events in [true, false] {
        let mut pair = Pair::new(Codec::Pcma, InBandKeys::Always);
        if !has_events {
            let formats = Formats { telephone_event: None, ..Formats::of(Codec::Pcma) };
            pair.ours.renegotiate(formats);
            pair.theirs.renegotiate(formats);
        }
        let allocated = pair.allocates(|pair, n| {
            if n % 25 == 0 {
                pair.theirs.send_keys(Key::from_char('5'));
            }
        });
        assert_eq!(allocated, 0, "keys as events: {has_events}");
        assert!(pair.keys > 80, "keys are heard: {}", pair.keys);
    }
}

#[test]
fn what_is_encrypted_allocates_nothing() {
    let _story = STORY.lock().unwrap_or_else(PoisonError::into_inner);
    for suite in Suite::ALL {
        let key = MasterKey::random(suite, &[9; MasterKey::LONGEST]);
        let mut pair = Pair::new(Codec::Pcma, InBandKeys::Never);
        pair.srtp = Some((Protector::new(&key), Opener::new(&key)));
        pair.ours.play(PlayId(1), vec![prompt().into()], Repeat::Forever);
        assert_eq!(pair.allocates(|_, _| {}), 0, "{suite:?}");
        assert_eq!(pair.theirs.statistics().lost, 0, "{suite:?}");
    }
}

#[test]
fn a_bridge_that_is_recorded_allocates_nothing() {
    let _story = STORY.lock().unwrap_or_else(PoisonError::into_inner);
    for (heard_in, sent_in) in
        [(Codec::Pcma, Codec::Pcma), (Codec::Pcma, Codec::G722), (Codec::G722, Codec::Pcmu)]
    {
        let mut far = leg(heard_in, 1, InBandKeys::Never);
        far.play(PlayId(1), vec![prompt().into()], Repeat::Forever);
        let mut near = leg(heard_in, 2, InBandKeys::Never);
        let mut other = leg(sent_in, 3, InBandKeys::Never);
        other.keep_said(true);
        let mut packet = Vec::with_capacity(2048);
        let mut said = 0;
        let mut frame = |n: u64| {
            let now = Millis(n * 20);
            while far.frame(now, &mut packet).is_some() {
                if let Heard::Audio(audio) = near.receive(now, &packet, address(2)) {
                    other.relay(&audio);
                }
            }
            while other.frame(now, &mut packet).is_some() {
                said += usize::from(other.said().iter().any(|sample| *sample != 0));
            }
        };
        (0..WARM).for_each(&mut frame);
        let before = ALLOCATOR.total_allocated();
        (WARM..WARM + COUNTED).for_each(&mut frame);
        let allocated = ALLOCATOR.total_allocated() - before;
        assert_eq!(allocated, 0, "{heard_in:?} to {sent_in:?}");
        assert!(said > 1_000, "it is heard: {said} frames");
    }
}
