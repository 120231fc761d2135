//! The last seconds of what was heard, addressed by sample number since the beginning.

/// Samples kept at least: 4 s. Looking back further than that is never needed to tell two clips apart.
const KEPT: usize = 32_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    samples: Vec<i16>,
    /// Number of the first sample that is kept.
    first: i64,
}

impl Stream {
    /// Adds a sample; now and then forgets old ones.
    pub(super) fn push(&mut self, sample: i16) {
        if self.samples.len() >= 2 * KEPT {
            self.samples.drain(..KEPT);
            self.first += KEPT as i64;
        }
        self.samples.push(sample);
    }

    /// The number of the next sample.
    pub(super) fn end(&self) -> i64 {
        self.first + self.samples.len() as i64
    }

    /// Some consecutive samples, if they are all there.
    pub(super) fn get(&self, start: i64, count: usize) -> Option<&[i16]> {
        let from = usize::try_from(start - self.first).ok()?;
        self.samples.get(from..from.checked_add(count)?)
    }
}
