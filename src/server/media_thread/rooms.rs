//! Mixing: each leg in a room hears all that speak in it but itself.
//!
//! Once in 20 ms the frames of all who speak are added up, and each leg is given the sum less its own; what exceeds 16 bits is
//! clipped. A frame is taken by the clock, as legs make theirs, so that a late sweep mixes as many as it sends.

use super::MediaLeg;
use super::stream::Stream;
use crate::media::{FRAME_MS, FRAME_SAMPLES};
use crate::time::{DurationMs, Millis};
use std::collections::{BTreeMap, BTreeSet};

/// A driver later than this mixes nothing for the time that it missed.
const LATE: DurationMs = DurationMs(5 * FRAME_MS);
/// A frame may be mixed this early: the sweeps and the clock's milliseconds are not in step, and each leg takes one a frame.
const EARLY: DurationMs = DurationMs(FRAME_MS / 2);

/// What is said in each room in one frame.
#[derive(Default)]
pub(super) struct Rooms {
    /// The legs that are in one.
    members: BTreeSet<MediaLeg>,
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
    /// A leg is in a room, or in none any more.
    pub fn seat(&mut self, id: MediaLeg, inside: bool) {
        match inside {
            true => self.members.insert(id),
            false => self.members.remove(&id),
        };
    }

    /// Mixes the frames that are due.
    pub fn mix(&mut self, now: Millis, streams: &mut BTreeMap<MediaLeg, Box<Stream>>) {
        if self.members.is_empty() {
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

    fn mix_one(&mut self, streams: &mut BTreeMap<MediaLeg, Box<Stream>>) {
        let Rooms { members, sums, .. } = self;
        sums.clear();
        for id in members.iter() {
            let Some((room, stream)) = inside(streams, id) else { continue };
            let (said, keyed) = stream.say_in_room();
            let sum = sum_of(sums, room);
            sum.samples.iter_mut().zip(said).for_each(|(sum, sample)| *sum += i32::from(sample));
            sum.keyed |= keyed;
        }
        for id in members.iter() {
            let Some((room, stream)) = inside(streams, id) else { continue };
            if let Some(sum) = sums.iter().find(|sum| sum.room == room) {
                stream.hear_room(&sum.samples, sum.keyed);
            }
        }
    }
}

/// A member's stream, and its room.
fn inside<'s>(
    streams: &'s mut BTreeMap<MediaLeg, Box<Stream>>,
    id: &MediaLeg,
) -> Option<(u64, &'s mut Stream)> {
    let stream = streams.get_mut(id)?;
    Some((stream.room()?, stream))
}

fn sum_of(sums: &mut Vec<Sum>, room: u64) -> &mut Sum {
    let place = sums.iter().position(|sum| sum.room == room);
    let place = place.unwrap_or_else(|| {
        sums.push(Sum { room, samples: [0; FRAME_SAMPLES], keyed: false });
        sums.len() - 1
    });
    &mut sums[place]
}
