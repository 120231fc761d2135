//! "Did you mean": the known word that is closest to an unknown one.

/// The candidate with the fewest edits to `word`, if that is at most a third of its length (at least one).
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().collect();
    let mut limit = (word.len() / 3).max(1);
    let letters = Letters::of(word.iter().copied());
    let mut nearest = None;
    let mut other: Vec<char> = Vec::new();
    for candidate in candidates {
        if candidate.len() > 4 * (word.len() + limit)
            || letters.least_edits(&Letters::of(candidate.chars())) > limit
        {
            continue;
        }
        other.clear();
        other.extend(candidate.chars());
        let Some(edits) = distance(&word, &other, limit) else { continue };
        nearest = Some(candidate);
        // Of several that are as near, the first counts.
        match edits.checked_sub(1) {
            Some(nearer) => limit = nearer,
            None => break,
        }
    }
    nearest
}

/// How often each letter stands in a word; letters that share a place are counted together.
struct Letters([i16; 32]);

impl Letters {
    fn of(word: impl Iterator<Item = char>) -> Letters {
        let mut counts = [0; 32];
        word.take(i16::MAX as usize).for_each(|letter| counts[letter as usize % 32] += 1);
        Letters(counts)
    }

    /// Fewer edits never turn one word into the other: each takes a letter, gives one, or does both.
    fn least_edits(&self, other: &Letters) -> usize {
        let apart = self.0.iter().zip(&other.0).map(|(a, b)| i32::from(a - b));
        let (more, fewer) = apart.fold((0, 0), |(more, fewer), by| (more + by.max(0), fewer + (-by).max(0)));
        more.max(fewer) as usize
    }
}

/// The number of single-character insertions, removals, changes and swaps of neighbours between two words
/// (optimal string alignment), if there are at most `limit`.
///
/// A program may have thousands of names, so that only the cells of the table are reckoned that can matter: each edit
/// moves one column off the diagonal at most, and two rows beyond the limit never come back below it.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let beyond = limit + 1;
    let mut before_last = vec![beyond; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).map(|j| j.min(beyond)).collect();
    let mut row = before_last.clone();
    let mut least_of_last = 0;
    for i in 1..=a.len() {
        row.fill(beyond);
        row[0] = i.min(beyond);
        for j in i.saturating_sub(limit).max(1)..=(i + limit).min(b.len()) {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before_last[j - 2] + 1);
            }
            row[j] = best.min(beyond);
        }
        let least = row.iter().copied().min().unwrap_or(beyond);
        if least.min(least_of_last) > limit {
            return None;
        }
        least_of_last = least;
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last.last().copied().filter(|edits| *edits <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_finds_its_word() {
        let words = ["balance", "block_card", "branch_info"];
        assert_eq!(closest("balnace", words), Some("balance"));
        assert_eq!(closest("blockcard", words), Some("block_card"));
    }

    #[test]
    fn of_two_that_are_as_near_the_first_is_meant() {
        assert_eq!(closest("bat", ["cat", "hat"]), Some("cat"));
        assert_eq!(closest("balence", ["bulance", "balance"]), Some("balance"));
    }

    #[test]
    fn each_kind_of_slip_counts_once() {
        let edits = |a: &str, b: &str, limit| {
            distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), limit)
        };
        for (a, b, wanted) in
            [("", "ab", 2), ("abc", "ac", 1), ("abc", "acb", 1), ("abc", "xbz", 2), ("ca", "abc", 3)]
        {
            assert_eq!(edits(a, b, wanted), Some(wanted), "{a} to {b}");
            assert_eq!(edits(b, a, wanted), Some(wanted), "{b} to {a}");
            assert_eq!(edits(a, b, wanted - 1), None, "{a} to {b}");
        }
    }

    #[test]
    fn another_word_finds_nothing() {
        assert_eq!(closest("weather", ["balance", "branch"]), None);
    }
}
