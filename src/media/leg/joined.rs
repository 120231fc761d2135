//! What a leg sends comes of several encoders, and in G.722 their octets do not fit each other as they are.

use super::Leg;
use crate::media::codec::Codec;
use crate::media::g722::Seam;
use crate::media::rtp::HEADER_OCTETS;

/// Who made what a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A clip, encoded beforehand.
    Playout,
    /// Another leg, or others in a room.
    Others,
    /// A key's tone, or an event in place of all sound.
    Key,
    /// Nobody.
    Silence,
}

/// The frames so far.
#[derive(Debug)]
pub(super) struct Joined {
    /// Where the codec needs it.
    seam: Option<Box<Seam>>,
    /// Of the frame that is being made.
    pub(super) origin: Origin,
    /// Of the one that was sent before it; none where that was not sent.
    before: Option<Origin>,
}

impl Joined {
    pub fn of(codec: Codec) -> Joined {
        let seam = match codec {
            Codec::G722 => Some(Box::default()),
            Codec::Pcmu | Codec::Pcma => None,
        };
        Joined { seam, origin: Origin::Silence, before: None }
    }

    /// Another codec is spoken from now on, or the same.
    pub fn renegotiate(&mut self, codec: Codec) {
        if (codec == Codec::G722) != self.seam.is_some() {
            *self = Joined::of(codec);
        }
    }

    /// A frame is not sent.
    pub fn pause(&mut self) {
        self.before = None;
    }
}

impl Leg {
    /// Puts what was composed into the form in which it goes; false if it does not go.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> bool {
        if self.is_event(out) {
            return true;
        }
        self.join(out);
        self.pack(out)
    }

    /// Makes the sound of a frame fit what was sent before.
    fn join(&mut self, out: &mut [u8]) {
        let Some(seam) = &mut self.joined.seam else { return };
        let Some(octets) = out.get_mut(HEADER_OCTETS..) else { return };
        let is_other = self.joined.before != Some(self.joined.origin);
        let first = is_other.then_some(0).into_iter();
        match self.joined.origin {
            Origin::Playout => seam.pass(octets, first.chain(self.playout.begins())),
            Origin::Others | Origin::Key | Origin::Silence => seam.pass(octets, first),
        }
        self.joined.before = Some(self.joined.origin);
    }
}
