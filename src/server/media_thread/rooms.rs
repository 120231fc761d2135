//! Mixing: each leg in a room hears all that speak in it but itself.
//!
//! Once in 20 ms the frames of all who speak are added up, and each leg is given the sum less its own; what exceeds 16 bits is
//! clipped. A frame is taken by the clock, as legs make theirs, so that a late sweep mixes as many as it sends.

use super::MediaLeg;
use super::stream::Stream;
use crate::media::{FRAME_MS, FRAME_SAMPLES};
use crate::time::{DurationMs, Millis};
use std::collections::BTreeMap;

/// A driver later than this mixes nothing for the time that it missed.
const LATE: DurationMs = DurationMs(5 * FRAME_MS);
/// A frame may be mixed this early: the sweeps and the clock's milliseconds are not in step, and each leg takes one a frame.
const EARLY: DurationMs = DurationMs(FRAME_MS / 2);

/// What is said in each room in one frame.
#[derive(Default)]
pub(super) struct Rooms {
    due: Option<Millis>,
    /// Kept between frames, so that nothing is allocated while nobody comes or goes.
    sums: Vec<Sum>,
}

/// What all in a room say.
struct Sum {
    room: u64,
    samples: [i32; FRAME_SAMPLES],
    /// Whether one of them pressed a key that is no tone in the sound.
    keyed: bool,
}

impl Rooms {
    /// Mixes the frames that are due.
    pub fn mix(&mut self, now: Millis, streams: &mut BTreeMap<MediaLeg, Stream>) {
        if !streams.values().any(|stream| stream.room().is_some()) {
            self.due = None;
            return;
        }
        let mut next = self.due.filter(|due| now.since(*due) <= LATE).unwrap_or(now);
        while next <= now + EARLY {
            self.mix_one(streams);
            next += DurationMs(FRAME_MS);
        }
        self.due = Some(next);
    }

    fn mix_one(&mut self, streams: &mut BTreeMap<MediaLeg, Stream>) {
        self.sums.clear();
        for stream in streams.values_mut() {
            let Some(room) = stream.room() else { continue };
            let (said, keyed) = stream.say_in_room();
            let sum = self.sum(room);
            sum.samples.iter_mut().zip(said).for_each(|(sum, sample)| *sum += i32::from(sample));
            sum.keyed |= keyed;
        }
        for stream in streams.values_mut() {
            let Some(room) = stream.room() else { continue };
            if let Some(sum) = self.sums.iter().find(|sum| sum.room == room) {
                stream.hear_room(&sum.samples, sum.keyed);
            }
        }
    }

    fn sum(&mut self, room: u64) -> &mut Sum {
        let place = self.sums.iter().position(|sum| sum.room == room);
        let place = place.unwrap_or_else(|| {
            self.sums.push(Sum { room, samples: [0; FRAME_SAMPLES], keyed: false });
            self.sums.len() - 1
        });
        &mut self.sums[place]
    }
}
