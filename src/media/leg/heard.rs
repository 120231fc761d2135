//! What a leg makes of a datagram.

use crate::media::codec::Codec;
use crate::media::telephone_event::Key;

/// What a datagram turned out to be.
#[derive(Clone, Copy, Debug)]
pub enum Heard<'p> {
    /// Nothing for the call: malformed, a stranger's, a repetition, RTCP.
    Nothing,
    /// The far end says nothing on purpose: comfort noise, or a key that goes on.
    Quiet,
    /// Sound that must be unpacked: [`Leg::unpack`](super::Leg::unpack) has it, and what waited for it.
    Packed,
    /// Audio, undecoded and in order of arrival. Keys that were found in it: [`Leg::poll_key`].
    Audio(Audio<'p>),
    /// A key was pressed.
    Digit(Key),
    /// The event of a key that was found in the sound before: nothing new for the call, but for a leg it is bridged with.
    Repeated(Key),
}

/// The audio of one packet.
#[derive(Clone, Copy, Debug)]
pub struct Audio<'p> {
    /// How it is encoded.
    pub codec: Codec,
    /// Its stream; another SSRC is another timeline.
    pub ssrc: u32,
    /// Sampling instant of the first sample, in 1/8000 s.
    pub timestamp: u32,
    /// One octet a sample; may be empty.
    pub payload: &'p [u8],
}
