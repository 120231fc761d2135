//! Media: RTP, codecs, keys, prompts, playout and bridging, as machines without sockets or a clock.
//!
//! One [`Leg`] is one stream pair with one far end. Its driver hands it each datagram with the address it came from
//! ([`Leg::receive`]) and asks it every 20 ms for the packet to send ([`Leg::tick`]); all randomness (SSRC, first
//! sequence number and timestamp) is given by the driver. Everything works at 8 kHz in frames of 20 ms;
//! what is played in G.722, or passes from one leg to another in it, keeps its 16 kHz.
//!
//! | file | job |
//! |---|---|
//! | `rtp`, `rtcp` | RFC 3550 packets, read from the wilderness and written |
//! | `codec`, `g711`, `g722` | PCMU, PCMA and G.722 |
//! | `opus` | Opus on the wire, with G.722 behind it |
//! | `srtp` | the same encrypted, with keys from the session description |
//! | `reporter`, `quality` | RTCP reports, and one number for how a leg sounds |
//! | `conceal` | what is heard in place of lost packets |
//! | `telephone_event` | keys by RFC 4733, heard and sent |
//! | `in_band` | keys found in the sound |
//! | `latch` | whose packets count |
//! | `jitter`, `statistics` | a continuous timeline out of packets; how well they arrive |
//! | `wav`, `resample`, `level`, `clip`, `tone` | recordings and tones, trimmed, levelled, encoded once |
//! | `playout` | what a leg plays |
//! | `recorder`, `voice`, `wav_stream` | what is recorded of a leg, without its keys; who speaks; a file that grows |
//! | `leg` | all of it together |
//! | `answerer` | who has answered a call of ours |
//! | `recognize` | which clips a far end hears, for tests and for the demo's caller |
//!
//! ```
//! use callwright::media::{Clip, Codec, EventTypes, FarEnd, Formats, Heard, Idle, Leg, LegConfig, PlayId, Repeat, tone};
//! use callwright::time::Millis;
//!
//! let leg = |remote: &str, ssrc| {
//!     let remote: std::net::SocketAddr = remote.parse().unwrap();
//!     Leg::new(LegConfig {
//!         formats: Formats { telephone_event: Some(EventTypes::both(101)), ..Formats::of(Codec::Pcmu) },
//!         remote,
//!         reports_to: Default::default(),
//!         far_end: FarEnd::Known(remote.ip()),
//!         ssrc,
//!         first_sequence: 1,
//!         first_timestamp: 1,
//!         idle: Idle::Silence,
//!         key_timing: Default::default(),
//!         in_band_keys: Default::default(),
//!         chance: 1,
//!     })
//! };
//! let (mut ours, mut theirs) = (leg("192.0.2.2:4000", 1), leg("192.0.2.1:4000", 2));
//! ours.play(PlayId(1), vec![tone::cadence(&[425.0], 8000, 1000, 0).into()], Repeat::Once);
//!
//! let mut packet = Vec::new();
//! let to = ours.tick(Millis(0), &mut packet);
//! assert_eq!(to, Some("192.0.2.2:4000".parse().unwrap()));
//! let heard = theirs.receive(Millis(0), &packet, "192.0.2.1:4000".parse().unwrap());
//! assert!(matches!(heard, Heard::Audio(audio) if audio.payload.len() == 160));
//! ```

pub mod answerer;
pub mod clip;
pub mod codec;
mod conceal;
pub mod g711;
pub mod g722;
pub mod in_band;
pub mod jitter;
pub mod latch;
pub mod leg;
pub mod level;
pub mod opus;
pub mod playout;
pub mod quality;
pub mod recognize;
pub mod recorder;
pub mod reporter;
mod resample;
pub mod rtcp;
pub mod rtp;
pub mod srtp;
pub mod statistics;
pub mod telephone_event;
pub mod tone;
pub mod voice;
pub mod wav;
pub mod wav_stream;

pub use clip::{Clip, ClipError};
pub use codec::Codec;
pub use in_band::ToneReceiver;
pub use latch::FarEnd;
pub use leg::{
    Audio, Direction, EventTypes, Formats, Frame, Heard, Idle, InBandKeys, Leg, LegConfig, ReportsTo,
};
pub use opus::{Gaps, OpusTerms};
pub use playout::{Ended, PlayId, PlayoutEvent, Repeat, Sound};
pub use recognize::{Library, LibraryError, Recognized, Recognizer};
pub use telephone_event::Key;

/// Length of every frame, in milliseconds.
pub const FRAME_MS: u64 = 20;

/// Sampling rate of everything in this room, in hertz.
pub const SAMPLE_HZ: u32 = 8000;

/// Samples of one frame: 20 ms at 8 kHz.
pub const FRAME_SAMPLES: usize = 160;

/// Samples of one millisecond.
pub(crate) const SAMPLES_PER_MS: usize = 8;
