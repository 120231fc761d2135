//! The numbers of a pattern as sets of digits by position, so that patterns can be cut with each other and counted.

use super::key::NumberKey;

const MOST: usize = NumberKey::MOST_DIGITS;
/// Any digit.
pub(super) const ANY: u16 = 0b11_1111_1111;

/// Numbers of one form: how many digits they have, and which may stand where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    international: bool,
    /// Bit n is set where numbers have n digits.
    lengths: u16,
    /// [`ANY`] where nothing is said.
    digits: [u16; MOST],
}

/// Forms that have no number in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shapes(pub Vec<Shape>);

impl Shape {
    /// Numbers of these lengths that begin with these digits, each a set of bits; `None` where there are none.
    pub(super) fn new(international: bool, begin: &[u16], lengths: u16) -> Option<Shape> {
        let mut digits = [ANY; MOST];
        digits.get_mut(..begin.len())?.copy_from_slice(begin);
        let lengths = lengths & !((1 << begin.len()) - 1) & !1;
        (lengths != 0).then_some(Shape { international, lengths, digits })
    }

    /// The one number.
    pub(super) fn exact(key: NumberKey) -> Shape {
        let mut digits = [ANY; MOST];
        key.digits()[..key.count()].iter().zip(&mut digits).for_each(|(digit, place)| *place = 1 << digit);
        Shape { international: key.is_international(), lengths: 1 << key.count(), digits }
    }

    /// Whether numbers with so many digits can have it.
    pub(super) fn has_length(&self, international: bool, count: usize) -> bool {
        international == self.international && self.lengths & 1 << count != 0
    }

    /// Which digits may stand at a position.
    pub(super) fn at(&self, position: usize) -> u16 {
        self.digits[position]
    }

    /// Whether a number has it.
    pub fn has(&self, key: NumberKey) -> bool {
        let digits = key.digits();
        self.has_length(key.is_international(), key.count())
            && (0..key.count()).all(|at| self.digits[at] & 1 << digits[at] != 0)
    }

    /// What two have in common.
    fn cut(&self, other: &Shape) -> Option<Shape> {
        let lengths = self.lengths & other.lengths;
        if self.international != other.international || lengths == 0 {
            return None;
        }
        let mut digits = [ANY; MOST];
        for (at, place) in digits.iter_mut().enumerate() {
            *place = self.digits[at] & other.digits[at];
            if *place == 0 && lengths >> (at + 1) != 0 {
                return None;
            }
        }
        Some(Shape { lengths, digits, ..*self })
    }

    /// Those of its numbers that the other does not have, as forms without a common number.
    fn without(&self, other: &Shape) -> Vec<Shape> {
        let Some(common) = self.cut(other) else { return vec![*self] };
        let mut left: Vec<Shape> = Vec::new();
        let mut add = |lengths: u16, digits: [u16; MOST]| {
            left.extend((lengths != 0).then_some(Shape { lengths, digits, ..*self }));
        };
        add(self.lengths & !other.lengths, self.digits);
        let mut digits = self.digits;
        for at in 0..MOST {
            let longer = common.lengths & !((1 << (at + 1)) - 1);
            let others = digits[at] & !other.digits[at];
            if longer != 0 && others != 0 {
                let mut apart = digits;
                apart[at] = others;
                add(longer, apart);
            }
            digits[at] &= other.digits[at];
        }
        left
    }

    /// How many digits its numbers have.
    fn counts(&self) -> impl Iterator<Item = usize> {
        let lengths = self.lengths;
        (1..=MOST).filter(move |count| lengths & 1 << count != 0)
    }

    /// How many numbers have it.
    fn size(&self) -> u64 {
        let of_length = |count: usize| -> u64 {
            self.digits[..count].iter().map(|set| u64::from(set.count_ones())).product()
        };
        self.counts().map(of_length).sum()
    }

    /// The least and the greatest of its numbers with so many digits.
    fn ends(&self, count: usize) -> Option<(NumberKey, NumberKey)> {
        let plus = if self.international { "+" } else { "" };
        let end = |digit: fn(u16) -> u32| {
            let digits = self.digits[..count].iter().map(|set| digit(*set).to_string());
            NumberKey::of(&std::iter::once(plus.to_owned()).chain(digits).collect::<String>())
        };
        Some((end(u16::trailing_zeros)?, end(|set| set.checked_ilog2().unwrap_or(0))?))
    }

    /// One number of it with so many digits, all of them `filler` where they may be.
    fn example(&self, count: usize, filler: u16) -> String {
        let digit = |set: &u16| if set & 1 << filler != 0 { filler } else { set.trailing_zeros() as u16 };
        let digits = self.digits[..count].iter().map(|set| digit(set).to_string());
        let plus = if self.international { "+" } else { "" };
        std::iter::once(plus.to_owned()).chain(digits).collect()
    }
}

impl Shapes {
    /// Numbers of equally many digits from one to another; `None` where there are none.
    pub(super) fn between(low: NumberKey, high: NumberKey) -> Option<Shapes> {
        let same = low.is_international() == high.is_international() && low.count() == high.count();
        if !same || low > high {
            return None;
        }
        let (from, to) = (low.digits(), high.digits());
        let mut shapes = Shapes::default();
        split(&mut shapes.0, low, (&from[..low.count()], &to[..low.count()]), &mut Vec::new());
        Some(shapes)
    }

    /// The one number.
    pub fn exact(key: NumberKey) -> Shapes {
        Shapes(vec![Shape::exact(key)])
    }

    /// Those of both.
    pub fn and(mut self, other: Shapes) -> Shapes {
        self.add(&other);
        self
    }

    fn add(&mut self, other: &Shapes) {
        let new = other.without(self);
        self.0.extend(new.0);
    }

    /// Those that another has not.
    pub fn without(&self, other: &Shapes) -> Shapes {
        let less = |left: Vec<Shape>, shape: &Shape| left.iter().flat_map(|one| one.without(shape)).collect();
        Shapes(other.0.iter().fold(self.0.clone(), less))
    }

    /// Whether a number is among them.
    pub fn has(&self, key: NumberKey) -> bool {
        self.0.iter().any(|shape| shape.has(key))
    }

    /// How many numbers they have.
    pub fn size(&self) -> u64 {
        self.0.iter().map(Shape::size).fold(0, u64::saturating_add)
    }

    /// Spans of keys in which all of their numbers lie.
    pub fn ends(&self) -> impl Iterator<Item = (NumberKey, NumberKey)> {
        self.0.iter().flat_map(|shape| shape.counts().filter_map(|count| shape.ends(count)))
    }

    /// What two have in common.
    pub fn cut(&self, other: &Shapes) -> Shapes {
        Shapes(self.0.iter().flat_map(|a| other.0.iter().filter_map(|b| a.cut(b))).collect())
    }

    /// Whether all of its numbers are among another's.
    pub fn within(&self, other: &Shapes) -> bool {
        self.cut(other).size() == self.size()
    }

    /// A number of them: the first that `good` takes of some that are tried, else any. `None` where there is none.
    pub fn witness(&self, good: impl Fn(&str) -> bool) -> Option<String> {
        let shape = self.0.first()?;
        let fillers = [2, 0, 5, 1, 3, 4, 6, 7, 8, 9];
        let tries = shape.counts().flat_map(|count| fillers.map(|filler| shape.example(count, filler)));
        tries
            .into_iter()
            .find(|example| good(example))
            .or_else(|| Some(shape.example(shape.counts().next()?, 0)))
    }
}

/// Forms of the numbers from one row of digits to another behind `head`.
fn split(shapes: &mut Vec<Shape>, key: NumberKey, (from, to): (&[u8], &[u8]), head: &mut Vec<u16>) {
    let whole = from.iter().all(|digit| *digit == 0) && to.iter().all(|digit| *digit == 9);
    if whole || from.is_empty() {
        let digits: Vec<u16> = head.iter().copied().chain(from.iter().map(|_| ANY)).collect();
        return shapes.extend(Shape::new(key.is_international(), &digits, 1 << key.count()));
    }
    let (first, last) = (from[0], to[0]);
    let (zeros, nines) = (vec![0; from.len() - 1], vec![9; from.len() - 1]);
    let mut add = |set: u16, from: &[u8], to: &[u8]| {
        if set != 0 {
            head.push(set);
            split(shapes, key, (from, to), head);
            head.pop();
        }
    };
    if first == last {
        return add(1 << first, &from[1..], &to[1..]);
    }
    let low_is_whole = from[1..] == zeros;
    let high_is_whole = to[1..] == nines;
    let begin = if low_is_whole { first } else { first + 1 };
    let end = if high_is_whole { last + 1 } else { last };
    if !low_is_whole {
        add(1 << first, &from[1..], &nines);
    }
    add((begin..end).fold(0, |set, digit| set | 1 << digit), &zeros, &nines);
    if !high_is_whole {
        add(1 << last, &zeros, &to[1..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> NumberKey {
        NumberKey::of(text).expect("digits")
    }

    #[test]
    fn a_range_has_its_numbers_and_no_other() {
        for (low, high) in [(0, 999), (7, 7), (19, 201), (100, 899), (358, 361), (5, 990)] {
            let text = |number: u32| format!("{number:03}");
            let shapes = Shapes::between(key(&text(low)), key(&text(high))).expect("a range");
            for number in 0..1000 {
                assert_eq!(
                    shapes.has(key(&text(number))),
                    (low..=high).contains(&number),
                    "{low}..{high}: {number}"
                );
            }
            assert_eq!(shapes.size(), u64::from(high - low + 1), "{low}..{high}");
        }
    }

    #[test]
    fn what_is_left_of_a_form_has_the_rest_and_nothing_twice() {
        let one = Shapes(vec![Shape::new(false, &[0b1110, ANY], 0b1_1100).expect("a form")]);
        let other = Shapes(vec![Shape::new(false, &[0b0110, 0b1_1111, 0b11], 0b11_1000).expect("a form")]);
        let left = one.without(&other);
        for number in 0..100_000 {
            for text in [format!("{number}"), format!("0{number}")] {
                let key = key(&text);
                assert_eq!(left.has(key), one.has(key) && !other.has(key), "{text}");
            }
        }
        assert_eq!(left.size() + one.cut(&other).size(), one.size());
        assert_eq!(left.clone().and(one.clone()).size(), one.size());
        assert_eq!(one.without(&one).size(), 0);
    }

    #[test]
    fn what_two_have_in_common_has_the_lengths_of_both() {
        let open = Shape::new(false, &[1 << 7], 0b111_1100).expect("a form");
        let closed = Shape::new(false, &[ANY, 1 << 3], 0b100).expect("a form");
        let both = open.cut(&closed).expect("73");
        assert_eq!((both.size(), both.has(key("73")), both.has(key("730"))), (1, true, false));
        assert_eq!(open.size(), 10 + 100 + 1000 + 10_000 + 100_000);
        assert_eq!(open.cut(&Shape::exact(key("7"))), None);
    }
}
