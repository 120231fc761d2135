//! The index: which of many patterns is the narrowest that covers a number.
//!
//! Exact numbers and beginnings are sorted lists of words. Classes and ranges are columns of bits, one a form: for
//! every position and digit a row says which forms allow it, and the rows of a number's digits, laid over each other,
//! leave the forms that have the number. Columns stand with the narrowest first, so the first bit that is left is the
//! answer. Nothing is allocated while a number is looked up.

use super::key::NumberKey;
use super::pattern::NumberPattern;
use super::shape::Shape;

const MOST: usize = NumberKey::MOST_DIGITS;
const DIGITS: usize = 10;

/// Patterns of numbers, each with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberTable<T> {
    exact: Vec<NumberKey>,
    exact_values: Vec<T>,
    prefixes: Vec<NumberKey>,
    /// Of each beginning: how many numbers it covers, and the value.
    prefix_values: Vec<(u64, T)>,
    /// Bit n is set where a beginning has n digits.
    prefix_lengths: u32,
    forms: Forms,
    /// Of each form: how many numbers its pattern covers, and the value.
    form_values: Vec<(u64, T)>,
}

/// Forms as columns of bits.
#[derive(Clone, Debug, Default, PartialEq)]
struct Forms {
    /// Words a row.
    words: usize,
    /// For each position and digit, the forms that allow it.
    allowed: Vec<u64>,
    /// For numbers without and with `+`, and each count of digits, the forms that have numbers of it.
    of_length: Vec<u64>,
}

impl<T> Default for NumberTable<T> {
    fn default() -> Self {
        NumberTable {
            exact: Vec::new(),
            exact_values: Vec::new(),
            prefixes: Vec::new(),
            prefix_values: Vec::new(),
            prefix_lengths: 0,
            forms: Forms::default(),
            form_values: Vec::new(),
        }
    }
}

impl<T: Copy> NumberTable<T> {
    /// A table of these. Of one pattern that is there twice, the first is kept.
    pub fn new<'p>(patterns: impl IntoIterator<Item = (&'p NumberPattern, T)>) -> NumberTable<T> {
        let (mut exact, mut others) = (Vec::new(), Vec::new());
        for (pattern, value) in patterns {
            match pattern {
                NumberPattern::Exact(phone) => exact.push((phone.key(), value)),
                other => others.push((other, value)),
            }
        }
        NumberTable::with_exact(exact, others)
    }

    /// A table of exact numbers by their keys, and of other patterns.
    pub fn with_exact<'p>(
        exact: Vec<(NumberKey, T)>,
        others: impl IntoIterator<Item = (&'p NumberPattern, T)>,
    ) -> NumberTable<T> {
        let (mut exact, mut prefixes, mut forms) = (exact, Vec::new(), Vec::new());
        for (pattern, value) in others {
            match pattern {
                NumberPattern::Exact(phone) => exact.push((phone.key(), value)),
                NumberPattern::Prefix(text) => {
                    let size = pattern.shapes().size();
                    prefixes.extend(NumberKey::of(text).map(|key| (key, (size, value))));
                }
                NumberPattern::Class(_) | NumberPattern::Range(..) => {
                    let shapes = pattern.shapes();
                    let size = shapes.size();
                    forms.extend(shapes.0.into_iter().map(|shape| (size, shape, value)));
                }
            }
        }
        forms.sort_by_key(|(size, ..)| *size);
        let (exact, exact_values) = sorted(exact);
        let (prefixes, prefix_values) = sorted(prefixes);
        NumberTable {
            exact,
            exact_values,
            prefix_lengths: prefixes.iter().fold(0, |set, key: &NumberKey| set | 1 << key.count()),
            prefixes,
            prefix_values,
            forms: Forms::new(forms.iter().map(|(_, shape, _)| shape)),
            form_values: forms.iter().map(|(size, _, value)| (*size, *value)).collect(),
        }
    }

    /// The exact numbers, in order.
    pub fn exact(&self) -> &[NumberKey] {
        &self.exact
    }

    /// The value of the narrowest pattern that covers a number.
    pub fn find(&self, key: NumberKey) -> Option<T> {
        if let Some(value) = self.find_exact(key) {
            return Some(value);
        }
        let prefix = self.longest_prefix(key);
        let form = self.forms.first(key).map(|at| self.form_values[at]);
        match (prefix, form) {
            (Some(beginning), Some(form)) => Some(if beginning.0 <= form.0 { beginning.1 } else { form.1 }),
            (Some((_, value)), None) | (None, Some((_, value))) => Some(value),
            (None, None) => None,
        }
    }

    /// The value of the number itself, where it is there.
    pub fn find_exact(&self, key: NumberKey) -> Option<T> {
        self.exact.binary_search(&key).ok().map(|at| self.exact_values[at])
    }

    /// The longest beginning of the number.
    fn longest_prefix(&self, key: NumberKey) -> Option<(u64, T)> {
        let mut lengths = self.prefix_lengths & ((1 << key.count()) - 1);
        while lengths != 0 {
            let count = lengths.ilog2() as usize;
            if let Ok(at) = self.prefixes.binary_search(&key.first(count)) {
                return Some(self.prefix_values[at]);
            }
            lengths &= !(1 << count);
        }
        None
    }

    /// Whether it covers no number.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.prefixes.is_empty() && self.form_values.is_empty()
    }
}

fn sorted<T>(mut pairs: Vec<(NumberKey, T)>) -> (Vec<NumberKey>, Vec<T>) {
    pairs.sort_by_key(|(key, _)| *key);
    pairs.dedup_by_key(|(key, _)| *key);
    pairs.into_iter().unzip()
}

impl Forms {
    fn new<'a>(shapes: impl Iterator<Item = &'a Shape> + Clone) -> Forms {
        let words = shapes.clone().count().div_ceil(64);
        let mut forms = Forms {
            words,
            allowed: vec![0; MOST * DIGITS * words],
            of_length: vec![0; 2 * (MOST + 1) * words],
        };
        for (column, shape) in shapes.enumerate() {
            forms.add(column, shape);
        }
        forms
    }

    fn add(&mut self, column: usize, shape: &Shape) {
        let (word, bit) = (column / 64, 1_u64 << (column % 64));
        for position in 0..MOST {
            for digit in (0..DIGITS).filter(|digit| shape.at(position) & 1 << digit != 0) {
                self.allowed[(position * DIGITS + digit) * self.words + word] |= bit;
            }
        }
        for (international, count) in (0..=MOST).flat_map(|count| [(false, count), (true, count)]) {
            if shape.has_length(international, count) {
                self.of_length[length_row(international, count) * self.words + word] |= bit;
            }
        }
    }

    /// The first form that has a number.
    fn first(&self, key: NumberKey) -> Option<usize> {
        if self.words == 0 {
            return None;
        }
        let digits = key.digits();
        let lengths = length_row(key.is_international(), key.count()) * self.words;
        for word in 0..self.words {
            let mut left = self.of_length[lengths + word];
            for (position, digit) in digits[..key.count()].iter().enumerate() {
                if left == 0 {
                    break;
                }
                left &= self.allowed[(position * DIGITS + usize::from(*digit)) * self.words + word];
            }
            if left != 0 {
                return Some(word * 64 + left.trailing_zeros() as usize);
            }
        }
        None
    }
}

fn length_row(international: bool, count: usize) -> usize {
    count * 2 + usize::from(international)
}
