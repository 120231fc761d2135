//! Keys of the far end, found in the sound.

mod presses;
mod sound;
mod talk_off;
mod tones;
