//! The side of a leg whose far end speaks Opus: what comes is unpacked into G.722, what goes is packed out of it.

use super::{Formats, Leg};
use crate::media::codec::Codec;
use crate::media::leg::{Audio, Heard};
use crate::media::opus::{Gaps, Receiver, Sender, Unpacked};
use crate::media::rtp::{HEADER_OCTETS, RtpHeader};
use crate::time::Millis;

/// Both ways of one leg.
#[derive(Debug)]
pub(super) struct Packing {
    receiver: Receiver,
    sender: Sender,
}

impl Packing {
    /// Nothing where no Opus is spoken, or this build has none.
    pub fn of(formats: &Formats) -> Option<Box<Packing>> {
        let terms = formats.opus?;
        Some(Box::new(Packing { receiver: Receiver::new()?, sender: Sender::new(&terms)? }))
    }

    /// The far end begins another stream.
    pub fn begin(&mut self) {
        self.receiver.begin();
    }
}

impl Leg {
    /// Takes a packet of sound that must be unpacked.
    pub(super) fn wrapped(&mut self, header: &RtpHeader, payload: &[u8]) -> Heard<'static> {
        let Some(packing) = &mut self.packing else { return Heard::Nothing };
        packing.receiver.put(header, payload);
        Heard::Packed
    }

    /// The next of what came packed, its octets in `out`: sound, or that nothing is said on purpose; [`Heard::Nothing`] when that was all.
    ///
    /// To be asked behind each [`Heard::Packed`] until there is nothing. What waits there for packets that are missing
    /// ([`Leg::is_waiting`]) comes out when the driver says that they are lost, as at the end of its sweep.
    pub fn unpack<'o>(&mut self, now: Millis, gaps: Gaps, out: &'o mut Vec<u8>) -> Heard<'o> {
        loop {
            let unpacked = self.packing.as_mut().and_then(|packing| packing.receiver.unpack(gaps, out));
            match unpacked {
                Some(Unpacked::Sound(timestamp)) => {
                    self.heard.sound(now, timestamp, Codec::G722, out);
                    let ssrc = self.source.current().unwrap_or_default();
                    return Heard::Audio(Audio { codec: Codec::G722, ssrc, timestamp, payload: out });
                }
                Some(Unpacked::Quiet) => return Heard::Quiet,
                Some(Unpacked::Malformed) => self.counts.malformed += 1,
                None => return Heard::Nothing,
            }
        }
    }

    /// Whether packets wait for others that are missing.
    pub fn is_waiting(&self) -> bool {
        self.packing.as_ref().is_some_and(|packing| packing.receiver.is_waiting())
    }

    /// Puts the sound of a frame into the form in which it goes; false if it does not go.
    pub(super) fn pack(&mut self, out: &mut Vec<u8>) -> bool {
        if self.formats.opus.is_none() {
            return true;
        }
        self.packing.as_mut().is_some_and(|packing| packing.sender.pack(out, HEADER_OCTETS))
    }

    /// Makes ready for newly agreed formats. What is heard of the far end goes on where it speaks Opus before and after.
    pub(super) fn repack(&mut self, formats: &Formats) {
        if self.formats.opus == formats.opus {
            return;
        }
        let before = self.packing.take();
        self.packing = Packing::of(formats);
        match (before, &mut self.packing) {
            (Some(before), Some(now)) => now.receiver = before.receiver,
            // Another codec has another timeline.
            (Some(_), None) | (None, _) => self.heard.begin(),
        }
    }
}
