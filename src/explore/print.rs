//! Fingerprints: 64 bits that stand for a state, and the set of those that were seen.
//!
//! Two different states have the same fingerprint once in 2^64: among ten million states the chance that one was taken
//! for another is less than one in a hundred thousand. The set is an open table: twelve bytes a state, half of it empty.

/// Mixes words into a fingerprint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Print(u64);

impl Print {
    /// Odd numbers without a pattern: the fraction of the golden ratio, and a large prime.
    const FIRST: u64 = 0x9E37_79B9_7F4A_7C15;
    const SECOND: u64 = 0xD6E8_FEB8_6659_FD93;

    pub fn new() -> Print {
        Print(Print::FIRST)
    }

    /// Mixes a word in: both halves of a full product, so that every bit reaches every other.
    pub fn add(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(Print::SECOND) + u128::from(Print::FIRST);
        self.0 = (product >> 64) as u64 ^ (product as u64).rotate_left(23);
    }

    pub fn text(&mut self, text: &str) {
        self.add(text.len() as u64);
        for chunk in text.as_bytes().chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
    }

    /// The fingerprint; never zero, which marks an empty place of the table.
    pub fn finish(mut self) -> u64 {
        self.add(Print::SECOND);
        self.add(Print::FIRST);
        self.0.max(1)
    }
}

/// Fingerprints with a number each.
#[derive(Debug)]
pub(super) struct Table {
    prints: Vec<u64>,
    numbers: Vec<u32>,
    count: usize,
}

impl Table {
    const AT_FIRST: usize = 1 << 12;

    pub fn new() -> Table {
        Table { prints: vec![0; Table::AT_FIRST], numbers: vec![0; Table::AT_FIRST], count: 0 }
    }

    /// The number of a fingerprint.
    pub fn get(&self, print: u64) -> Option<u32> {
        let at = self.place(print);
        (self.prints[at] == print).then(|| self.numbers[at])
    }

    /// The number of a fingerprint; this one, where it is new.
    pub fn get_or_insert(&mut self, print: u64, number: u32) -> u32 {
        if (self.count + 1) * 2 > self.prints.len() {
            self.grow();
        }
        let at = self.place(print);
        if self.prints[at] == 0 {
            (self.prints[at], self.numbers[at]) = (print, number);
            self.count += 1;
        }
        self.numbers[at]
    }

    /// Where a fingerprint stands, or would. There always is an empty place.
    fn place(&self, print: u64) -> usize {
        let mask = self.prints.len() - 1;
        let mut at = print as usize & mask;
        while self.prints[at] != 0 && self.prints[at] != print {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let size = self.prints.len() * 2;
        let prints = std::mem::replace(&mut self.prints, vec![0; size]);
        let numbers = std::mem::replace(&mut self.numbers, vec![0; size]);
        for (print, number) in prints.into_iter().zip(numbers).filter(|(print, _)| *print != 0) {
            let at = self.place(print);
            (self.prints[at], self.numbers[at]) = (print, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_finds_what_it_was_given_however_much_that_is() {
        let print = |number: u32| {
            let mut print = Print::new();
            print.add(number.into());
            print.finish()
        };
        let mut table = Table::new();
        (0..50_000).for_each(|number| assert_eq!(table.get_or_insert(print(number), number), number));
        assert!((0..50_000).all(|number| table.get(print(number)) == Some(number)));
        assert_eq!(table.get_or_insert(print(7), 50_000), 7);
        assert_eq!(table.get(print(50_000)), None);
    }
}
