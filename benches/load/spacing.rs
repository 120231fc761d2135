//! How evenly packets come: by how much the gap between two of them is not 20 ms.

use std::time::{Duration, Instant};

const FRAME: Duration = Duration::from_millis(20);
/// A bin of the histogram.
const BIN_US: u128 = 10;
/// Up to 200 ms; what is longer counts as that.
const BINS: usize = 20_000;

/// Deviations of gaps from 20 ms.
pub struct Spacing {
    bins: Vec<u32>,
    count: u64,
    /// Packets that came, and packets that are missing between them.
    pub packets: u64,
    /// Missing by their sequence numbers.
    pub lost: u64,
}

/// The last packet of one stream.
#[derive(Clone, Copy)]
pub struct Last {
    /// Its sequence number.
    pub sequence: u16,
    /// When it came.
    pub at: Instant,
}

impl Default for Spacing {
    fn default() -> Spacing {
        Spacing { bins: vec![0; BINS + 1], count: 0, packets: 0, lost: 0 }
    }
}

impl Spacing {
    /// A packet has come behind another of its stream.
    pub fn count(&mut self, last: Option<Last>, now: Last) {
        self.packets += 1;
        let Some(last) = last else { return };
        match now.sequence.wrapping_sub(last.sequence) {
            1 => {
                let off = now.at.duration_since(last.at).abs_diff(FRAME).as_micros() / BIN_US;
                self.bins[usize::try_from(off).unwrap_or(BINS).min(BINS)] += 1;
                self.count += 1;
            }
            ahead @ 2..=0x7fff => self.lost += u64::from(ahead) - 1,
            _ => {}
        }
    }

    /// The deviation in milliseconds that so many of a thousand do not exceed.
    pub fn permille(&self, permille: u64) -> f64 {
        let wanted = self.count * permille / 1000;
        let mut seen = 0;
        let found = self.bins.iter().position(|bin| {
            seen += u64::from(*bin);
            seen > wanted
        });
        found.unwrap_or(BINS) as f64 * BIN_US as f64 / 1000.0
    }
}
