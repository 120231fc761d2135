//! How long calls take, and so how long it will still be.

use crate::time::DurationMs;

/// A call that has ended changes the mean by this part of the difference.
const WEIGHT: u64 = 8;

/// How long the calls of a queue take: a mean in which later calls weigh more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pace {
    mean: Option<DurationMs>,
}

impl Pace {
    /// A call has ended.
    pub fn took(&mut self, length: DurationMs) {
        self.mean = Some(match self.mean {
            None => length,
            Some(mean) => DurationMs((mean.0 * (WEIGHT - 1) + length.0) / WEIGHT),
        });
    }

    /// How long it will be with so many ahead and so many who take calls, each left alone for a while after one. Unknown
    /// before the first call has ended, and where nobody takes calls.
    pub fn expected(self, ahead: u32, operators: u32, wrap_up: DurationMs) -> Option<DurationMs> {
        let each = self.mean? + wrap_up;
        let turns = each.0.saturating_mul(u64::from(ahead) + 1);
        (operators > 0).then(|| DurationMs(turns.div_ceil(u64::from(operators))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_follows_from_the_calls_that_have_ended() {
        let mut pace = Pace::default();
        let wrap_up = DurationMs::from_secs(10);
        assert_eq!(pace.expected(0, 2, wrap_up), None);
        pace.took(DurationMs::from_secs(110));
        assert_eq!(pace.expected(0, 2, wrap_up), Some(DurationMs::from_secs(60)));
        assert_eq!(pace.expected(3, 2, wrap_up), Some(DurationMs::from_secs(240)));
        pace.took(DurationMs::from_secs(30));
        assert_eq!(pace.expected(0, 1, wrap_up), Some(DurationMs::from_secs(110)));
        assert_eq!(pace.expected(0, 0, wrap_up), None);
    }
}
