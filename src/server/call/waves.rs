//! When the far ends of calls that go on are asked whether they are still there: not all at once.
//!
//! All calls of a trunk have one far end, whose socket holds about a hundred datagrams: what is more than it takes up is lost, and
//! comes again half a second later as one burst (RFC 3261 §17.1.1.2, timer A).

use crate::time::DurationMs;

/// Far ends that are asked at once.
pub(super) const WAVE: usize = 10;
/// Between two waves: a thousand are asked within a second.
pub(super) const BETWEEN_WAVES: DurationMs = DurationMs(10);

/// For each call the moment at which its far ends are asked, counted from the first: as many as a wave takes at a time, in their order.
/// A call's are asked together, so that one with more far ends than a wave takes has a wave of its own.
pub(super) fn moments(far_ends: impl IntoIterator<Item = usize>) -> impl Iterator<Item = DurationMs> {
    far_ends.into_iter().scan((DurationMs::ZERO, 0_usize), |(at, asked), count| {
        if *asked > 0 && *asked + count > WAVE {
            (*at, *asked) = (DurationMs(at.0 + BETWEEN_WAVES.0), 0);
        }
        *asked += count;
        Some(*at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// How many are asked at each moment.
    fn asked(far_ends: &[usize]) -> BTreeMap<DurationMs, usize> {
        let mut asked = BTreeMap::new();
        for (at, count) in moments(far_ends.iter().copied()).zip(far_ends) {
            *asked.entry(at).or_default() += count;
        }
        asked
    }

    #[test]
    fn no_more_than_ten_are_asked_in_ten_milliseconds_and_all_are() {
        // Callers alone, conversations, and both in any order.
        let alone = vec![1; 1000];
        let pairs = vec![2; 501];
        let mixed: Vec<usize> = (0..999).map(|number| 1 + number * 7 % 3 / 2).collect();
        for far_ends in [alone, pairs, mixed] {
            let asked = asked(&far_ends);
            assert!(asked.values().all(|count| *count <= WAVE), "{asked:?}");
            let moments: Vec<DurationMs> = asked.keys().copied().collect();
            let apart = moments.windows(2).all(|two| two[1].0 >= two[0].0 + BETWEEN_WAVES.0);
            assert!(apart, "{moments:?}");
            assert_eq!(asked.values().sum::<usize>(), far_ends.iter().sum::<usize>(), "all are asked");
        }
    }

    #[test]
    fn a_thousand_callers_are_asked_within_a_second() {
        let last = moments(std::iter::repeat_n(1, 1000)).last();
        assert_eq!(last, Some(DurationMs(990)));
    }

    #[test]
    fn those_who_came_first_are_asked_first_and_a_full_wave_is_not_split() {
        let at: Vec<u64> = moments([4, 4, 4, 12, 1, 9, 1]).map(|at| at.0).collect();
        assert_eq!(at, [0, 0, 10, 20, 30, 30, 40]);
    }

    #[test]
    fn nobody_is_asked_where_nobody_is_left() {
        assert_eq!(moments([]).count(), 0);
    }
}
