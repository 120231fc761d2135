//! Which packets of a stream have been there, and which 48-bit index a sequence number stands for (RFC 3711 §3.3).

/// Packets that may come late: twice what the standard asks for.
const SIZE: u64 = 128;

/// The indices that have been there: the highest, and those shortly below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    highest: Option<u64>,
    /// Bit n stands for the index n below the highest.
    seen: u128,
}

impl Window {
    /// The index that a sequence number stands for most likely: the one nearest to the highest (§3.3.1).
    pub fn index_of(&self, sequence: u16) -> u64 {
        let Some(highest) = self.highest else { return u64::from(sequence) };
        let ahead = i64::from(sequence.wrapping_sub(highest as u16) as i16);
        match highest.checked_add_signed(ahead) {
            Some(index) => index,
            // Before the beginning there is nothing: it is one of the first round, far ahead.
            None => u64::from(sequence),
        }
    }

    /// Whether it has not been there, and is not too old to know.
    pub fn is_new(&self, index: u64) -> bool {
        match self.highest {
            None => true,
            Some(highest) if index > highest => true,
            Some(highest) => highest - index < SIZE && self.seen >> (highest - index) & 1 == 0,
        }
    }

    /// It has been there.
    pub fn take(&mut self, index: u64) {
        let highest = self.highest.unwrap_or(index);
        if index >= highest {
            let ahead = index - highest;
            self.seen = if ahead < SIZE { self.seen << ahead | 1 } else { 1 };
            self.highest = Some(index);
        } else if highest - index < SIZE {
            self.seen |= 1 << (highest - index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(indices: impl IntoIterator<Item = u64>) -> Window {
        let mut window = Window::default();
        indices.into_iter().for_each(|index| window.take(index));
        window
    }

    #[test]
    fn what_was_there_is_not_new_and_what_is_too_old_is_not_known() {
        let window = taken([1000, 1002, 1001, 1100]);
        let new = |index| window.is_new(index);
        assert!(!new(1000) && !new(1001) && !new(1002) && !new(1100));
        assert!(new(1003) && new(1099) && new(1101) && new(5000));
        assert!(!new(1100 - SIZE) && new(1101 - SIZE));
        assert!(!taken([1000, 9000]).is_new(1000));
    }

    #[test]
    fn a_sequence_number_that_wraps_is_the_next_round_and_a_late_one_the_last() {
        let window = taken([65_530]);
        assert_eq!(window.index_of(65_534), 65_534);
        assert_eq!(window.index_of(3), 65_536 + 3);
        let window = taken([65_530, 65_536 + 3]);
        assert_eq!(window.index_of(65_535), 65_535);
        assert_eq!(window.index_of(4), 65_536 + 4);
        assert_eq!(taken([3]).index_of(65_535), 65_535);
    }
}
