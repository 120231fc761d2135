//! Keys of the far end: found in the sound, sent as RFC 4733 events, or both.

mod corpus;
mod legs;
mod presses;
mod sound;
mod talk_off;
mod tones;
