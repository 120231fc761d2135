//! Lists that are expected: in their order or in any, with places that are left open, and what differs.
//!
//! ```yaml
//! said: [ welcome, any, menu~, ... ]              # one prompt of any kind; from here on anything
//! writes: { unordered: [ 'note "a"', 'note "b"' ] }
//! ```

use super::reading::Reading;
use super::tree::{Item, Kind};

/// A list that is expected, and the line on which it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted<T> {
    pub line: u32,
    /// Whether the order does not matter.
    pub unordered: bool,
    pub slots: Vec<Slot<T>>,
}

/// A place in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Slot<T> {
    /// This one.
    This(T),
    /// One of any kind: `any`.
    Any,
    /// As many as there are: `...`.
    Rest,
}

/// A line of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    /// Wanted and found, by their positions.
    Both(usize, usize),
    /// Wanted, and not found.
    Missing(usize),
    /// Found, and not wanted.
    Extra(usize),
}

/// So many pairs are compared at the most; of longer lists only the equal beginning is found.
const PAIRS: usize = 1_000_000;

impl<T> Wanted<T> {
    /// Reads `[ … ]` or `{ unordered: [ … ] }`, with `any` and `...` between what `each` reads.
    pub fn read(
        reading: &mut Reading,
        item: &Item,
        (what, line): (&str, u32),
        mut each: impl FnMut(&mut Reading, &Item) -> Option<T>,
    ) -> Wanted<T> {
        let inner = item.only().filter(|(key, _, _)| *key == "unordered").map(|(_, _, value)| value);
        if inner.is_none() && matches!(item.kind, Kind::Map(_)) {
            reading.only_keys(item, &format!("a list of {what}"), &["unordered"]);
        }
        let items = match (&item.kind, inner) {
            (Kind::Map(_), None) => &[],
            (_, inner) => reading.list(inner.unwrap_or(item), what),
        };
        let slots = items.iter().filter_map(|item| match item.text() {
            Some("any") => Some(Slot::Any),
            Some("...") => Some(Slot::Rest),
            Some(_) | None => each(reading, item).map(Slot::This),
        });
        Wanted { line, slots: slots.collect(), unordered: inner.is_some() }
    }

    /// As a person reads it.
    pub fn shown(&self, show: impl Fn(&T) -> String) -> Vec<String> {
        let slot = |slot: &Slot<T>| match slot {
            Slot::This(one) => show(one),
            Slot::Any => "any".to_owned(),
            Slot::Rest => "...".to_owned(),
        };
        self.slots.iter().map(slot).collect()
    }

    /// What is wanted at a place, where that is something certain.
    pub fn at(&self, index: usize) -> Option<&T> {
        match self.slots.get(index)? {
            Slot::This(one) => Some(one),
            Slot::Any | Slot::Rest => None,
        }
    }

    /// What is wanted beside what is found; nothing is missing or extra where the list is as wanted.
    pub fn compare(&self, found: usize, fits: impl Fn(&T, usize) -> bool) -> Vec<Compared> {
        let fits = |slot: &Slot<T>, index: usize| match slot {
            Slot::This(one) => fits(one, index),
            Slot::Any => true,
            Slot::Rest => false,
        };
        match self.unordered {
            true => self.pair(found, &fits),
            false => self.align(found, &fits),
        }
    }

    /// In any order: every wanted one gets a found one of its own, if that can be.
    fn pair(&self, found: usize, fits: &impl Fn(&Slot<T>, usize) -> bool) -> Vec<Compared> {
        let mut owner: Vec<Option<usize>> = vec![None; found];
        for index in 0..self.slots.len() {
            self.give(index, &mut vec![false; found], &mut owner, fits);
        }
        let open = self.slots.iter().any(|slot| matches!(slot, Slot::Rest));
        let taken = owner.iter().enumerate().filter_map(|(at, owner)| Some(Compared::Both((*owner)?, at)));
        let is_missing =
            |index: &usize| !matches!(self.slots[*index], Slot::Rest) && !owner.contains(&Some(*index));
        let missing = (0..self.slots.len()).filter(is_missing).map(Compared::Missing);
        let extra = owner.iter().enumerate().filter(|(_, owner)| owner.is_none() && !open);
        let extra: Vec<Compared> = extra.map(|(at, _)| Compared::Extra(at)).collect();
        taken.chain(missing).chain(extra).collect()
    }

    /// An augmenting path of a matching in a bipartite graph: whoever has a fitting one may take another.
    fn give(
        &self,
        index: usize,
        tried: &mut Vec<bool>,
        owner: &mut Vec<Option<usize>>,
        fits: &impl Fn(&Slot<T>, usize) -> bool,
    ) -> bool {
        for at in 0..owner.len() {
            if tried[at] || !fits(&self.slots[index], at) {
                continue;
            }
            tried[at] = true;
            let free = match owner[at] {
                None => true,
                Some(other) => self.give(other, tried, owner, fits),
            };
            if free {
                owner[at] = Some(index);
                return true;
            }
        }
        false
    }

    /// In order: as little as possible is missing or extra.
    fn align(&self, found: usize, fits: &impl Fn(&Slot<T>, usize) -> bool) -> Vec<Compared> {
        let wanted = self.slots.len();
        let first = (0..wanted.min(found)).take_while(|at| fits(&self.slots[*at], *at)).count();
        if (wanted - first) * (found - first) > PAIRS {
            let both = (0..first).map(|at| Compared::Both(at, at));
            let missing = (first..wanted).map(Compared::Missing);
            return both.chain(missing).chain((first..found).map(Compared::Extra)).collect();
        }
        let costs = self.costs(found, fits);
        let (mut at, mut lines) = ((0, 0), Vec::new());
        while at != (wanted, found) {
            let (line, next) = self.next(at, found, &costs, fits);
            lines.extend(line);
            at = next;
        }
        lines
    }

    /// The least that is missing or extra from each pair of places on, row by row.
    fn costs(&self, found: usize, fits: &impl Fn(&Slot<T>, usize) -> bool) -> Vec<Vec<u32>> {
        let wanted = self.slots.len();
        let mut costs = vec![vec![0; found + 1]; wanted + 1];
        for row in (0..=wanted).rev() {
            for column in (0..=found).rev() {
                let slot = self.slots.get(row);
                let (missing, extra) = match slot {
                    Some(Slot::Rest) => (0, 0),
                    Some(Slot::This(_) | Slot::Any) | None => (1, 1),
                };
                let both = slot.is_some_and(|slot| column < found && fits(slot, column));
                let ways = [
                    both.then(|| costs[row + 1][column + 1]),
                    slot.map(|_| costs[row + 1][column] + missing),
                    (column < found).then(|| costs[row][column + 1] + extra),
                ];
                costs[row][column] = ways.into_iter().flatten().min().unwrap_or(0);
            }
        }
        costs
    }

    /// The next line from a pair of places on, along the least that is missing or extra.
    fn next(
        &self,
        (row, column): (usize, usize),
        found: usize,
        costs: &[Vec<u32>],
        fits: &impl Fn(&Slot<T>, usize) -> bool,
    ) -> (Option<Compared>, (usize, usize)) {
        let slot = self.slots.get(row);
        let cost = costs[row][column];
        if slot.is_some_and(|slot| column < found && fits(slot, column)) && costs[row + 1][column + 1] == cost
        {
            return (Some(Compared::Both(row, column)), (row + 1, column + 1));
        }
        match slot {
            Some(Slot::Rest) if costs[row + 1][column] == cost => (None, (row + 1, column)),
            Some(Slot::Rest) => (None, (row, column + 1)),
            Some(_) if costs[row + 1][column] + 1 == cost => {
                (Some(Compared::Missing(row)), (row + 1, column))
            }
            Some(_) | None => (Some(Compared::Extra(column)), (row, column + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list in the notation's words, held against what is found.
    fn compare(unordered: bool, wanted: &str, found: &str) -> String {
        let slot = |word: &str| match word {
            "any" => Slot::Any,
            "..." => Slot::Rest,
            _ => Slot::This(word.to_owned()),
        };
        let slots: Vec<Slot<String>> = wanted.split_whitespace().map(slot).collect();
        let wanted = Wanted { line: 1, unordered, slots };
        let found: Vec<&str> = found.split_whitespace().collect();
        let shown = wanted.shown(String::clone);
        let line = |line: Compared| match line {
            Compared::Both(_, at) => found[at].to_owned(),
            Compared::Missing(at) => format!("-{}", shown[at]),
            Compared::Extra(at) => format!("+{}", found[at]),
        };
        let lines = wanted.compare(found.len(), |one, at| one == found[at]).into_iter().map(line);
        lines.collect::<Vec<String>>().join(" ")
    }

    #[test]
    fn a_difference_is_as_small_as_it_can_be() {
        assert_eq!(compare(false, "a b c", "a b c"), "a b c");
        assert_eq!(compare(false, "a b c d", "a x c d e"), "a -b +x c d +e");
        assert_eq!(compare(false, "", "a"), "+a");
        assert_eq!(compare(false, "a", ""), "-a");
    }

    #[test]
    fn open_places_take_what_stands_there() {
        assert_eq!(compare(false, "a any c", "a x c"), "a x c");
        assert_eq!(compare(false, "a any", "a"), "a -any");
        assert_eq!(compare(false, "a ... c", "a x y c"), "a c");
        assert_eq!(compare(false, "... c", "a b"), "-c");
        assert_eq!(compare(false, "a ...", "b c"), "-a");
    }

    #[test]
    fn the_order_may_not_matter() {
        assert_eq!(compare(true, "b a", "a b"), "a b");
        assert_eq!(compare(true, "a any", "x a"), "x a");
        assert_eq!(compare(true, "a b", "b c"), "b -a +c");
        assert_eq!(compare(true, "b ...", "a b c"), "b");
    }
}
