//! Patterns of numbers, as people write them.
//!
//! | written | covers |
//! |---|---|
//! | `+7 843 203-57-37`, `112` | exactly this number |
//! | `+7 843 ...` | every number that begins so and has at least one digit more |
//! | `+1 NXX 976-XXXX`, `[1237-9]XX` | these digits: `X` is 0 to 9, `Z` 1 to 9, `N` 2 to 9, brackets hold a set |
//! | `+7 843 203-57-00 .. +7 843 203-57-99` | from one number to another of as many digits |
//!
//! A pattern covers a number from its first digit to its last. With `+` it covers numbers of the world, without it
//! numbers that are dialled as they stand.

use super::key::NumberKey;
use super::shape::{ANY, Shape, Shapes};
use crate::program::phone::{self, Phone};
use crate::program::value::Text;
use std::fmt;

/// Which numbers are meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberPattern {
    /// This one.
    Exact(Phone),
    /// Those that begin so and go on, in normal form: `+7843`.
    Prefix(Text),
    /// Those that have these digits, without anything between them: `+1NXX976XXXX`; with `...` behind it, those that go on.
    Class(Text),
    /// From one to another of as many digits.
    Range(Phone, Phone),
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It is no number, and nothing in it makes it a pattern.
    #[error("`{0}` is no phone number of its country")]
    NoNumber(Text),
    /// A sign that no pattern has.
    #[error("`{0}` stands for no digit")]
    Sign(char),
    /// A class in small letters.
    #[error("`{0}` stands for no digit; classes are capital letters: `X`, `Z`, `N`")]
    SmallLetter(char),
    /// A set without digits, without an end, or from a larger digit to a smaller.
    #[error("`[{0}` is no set of digits; write `[1237-9]`")]
    Set(Text),
    /// More digits than a number has.
    #[error("a number has at most {0} digits")]
    TooLong(usize),
    /// The ends of a range differ in how many digits they have.
    #[error("both ends of a range have as many digits, and `+` or none")]
    Uneven,
    /// A range from a larger number to a smaller.
    #[error("a range goes from the smaller number to the larger")]
    Backwards,
    /// Digits without `+` that are too many for a short number.
    #[error("a pattern of numbers of the world begins with `+`")]
    NeedsPlus,
}

impl NumberPattern {
    /// Reads a pattern; `country` says how an exact number without `+` is read, as in [`Phone::parse`].
    ///
    /// # Errors
    /// [`PatternError`] for whatever is no pattern.
    pub fn parse(text: &str, country: Option<&str>) -> Result<NumberPattern, PatternError> {
        let text = text.trim();
        if let Some(head) = text.strip_suffix("...") {
            return Signs::read(head)?.pattern(true);
        }
        if let Some((low, high)) = text.split_once("..") {
            return range(low, high);
        }
        // A class first: its letters could stand for digits, too, as in +1 800 FLOWERS.
        let signs = Signs::read(text);
        if let Ok(signs) = &signs
            && signs.is_class()
        {
            return signs.pattern(false);
        }
        if let Some(phone) = Phone::parse(text, country) {
            return Ok(NumberPattern::Exact(phone));
        }
        match signs {
            Ok(_) => Err(PatternError::NoNumber(text.into())),
            Err(error) if text.contains(['[', 'X', 'N', 'Z']) => Err(error),
            Err(_) => Err(PatternError::NoNumber(text.into())),
        }
    }

    /// Its numbers, as sets of digits by position.
    pub fn shapes(&self) -> Shapes {
        let shapes = match self {
            NumberPattern::Exact(phone) => Some(Shapes::exact(phone.key())),
            NumberPattern::Prefix(text) => Signs::read(text).ok().and_then(|signs| signs.shapes(true)),
            NumberPattern::Class(text) => {
                let (head, open) = text.strip_suffix("...").map_or((&**text, false), |head| (head, true));
                Signs::read(head).ok().and_then(|signs| signs.shapes(open))
            }
            NumberPattern::Range(low, high) => Shapes::between(low.key(), high.key()),
        };
        shapes.unwrap_or_default()
    }

    /// Whether it covers a number.
    pub fn covers(&self, number: &Phone) -> bool {
        match self {
            NumberPattern::Exact(wanted) => wanted == number,
            NumberPattern::Prefix(text) => {
                number.as_str().len() > text.len() && number.as_str().starts_with(&**text)
            }
            NumberPattern::Class(_) | NumberPattern::Range(..) => self.shapes().has(number.key()),
        }
    }

    /// A number that both cover, one that its country has where such a one is easily found.
    pub fn common(&self, other: &NumberPattern) -> Option<Phone> {
        let common = self.shapes().cut(&other.shapes());
        common.witness(phone::is_number).map(|text| Phone::unchecked(&text))
    }

    /// Whether it covers nothing that the other does not.
    pub fn within(&self, other: &NumberPattern) -> bool {
        self.shapes().within(&other.shapes())
    }
}

fn range(low: &str, high: &str) -> Result<NumberPattern, PatternError> {
    let end = |text: &str| {
        let signs = Signs::read(text)?;
        let one = !signs.digits.is_empty() && !signs.is_class();
        let number = Phone::unchecked(&signs.text());
        if one { Ok(number) } else { Err(PatternError::NoNumber(text.trim().into())) }
    };
    let (low, high) = (end(low)?, end(high)?);
    let (from, to) = (low.key(), high.key());
    if from.is_international() != to.is_international() || from.count() != to.count() {
        return Err(PatternError::Uneven);
    }
    if !from.is_international() && from.count() > Phone::LONGEST_SHORT {
        return Err(PatternError::NeedsPlus);
    }
    match from <= to {
        true => Ok(NumberPattern::Range(low, high)),
        false => Err(PatternError::Backwards),
    }
}

/// A pattern taken apart: which digits may stand where.
struct Signs {
    international: bool,
    digits: Vec<u16>,
}

impl Signs {
    /// Reads digits, classes and sets; blanks, hyphens and round brackets between them mean nothing.
    fn read(text: &str) -> Result<Signs, PatternError> {
        let text = text.trim();
        let (international, text) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
        let mut digits = Vec::new();
        let mut rest = text.chars();
        while let Some(sign) = rest.next() {
            digits.push(match sign {
                ' ' | '-' | '(' | ')' | '.' | '\u{a0}' => continue,
                '0'..='9' => 1 << (sign as u8 - b'0'),
                'X' => ANY,
                'Z' => ANY & !1,
                'N' => ANY & !0b11,
                '[' => {
                    let inside = rest.as_str();
                    let (set, behind) =
                        inside.split_once(']').ok_or_else(|| PatternError::Set(inside.into()))?;
                    rest = behind.chars();
                    digit_set(set).ok_or_else(|| PatternError::Set(format!("{set}]").into()))?
                }
                'x' | 'z' | 'n' => return Err(PatternError::SmallLetter(sign)),
                other => return Err(PatternError::Sign(other)),
            });
        }
        Ok(Signs { international, digits })
    }

    fn is_class(&self) -> bool {
        self.digits.iter().any(|set| set.count_ones() > 1)
    }

    fn pattern(&self, open: bool) -> Result<NumberPattern, PatternError> {
        let most = if self.international { NumberKey::MOST_DIGITS } else { Phone::LONGEST_SHORT };
        if !self.international && self.digits.len() + usize::from(open) > most {
            return Err(PatternError::NeedsPlus);
        }
        if self.digits.len() + usize::from(open) > most {
            return Err(PatternError::TooLong(most));
        }
        let text = self.text();
        Ok(match (self.is_class(), open) {
            (false, _) if self.digits.is_empty() => return Err(PatternError::NoNumber("...".into())),
            (false, _) => NumberPattern::Prefix(text.into()),
            (true, false) => NumberPattern::Class(text.into()),
            (true, true) => NumberPattern::Class(format!("{text}...").into()),
        })
    }

    /// Its numbers; behind an open end as many digits as the country's numbers have, where the beginning says which it is.
    fn shapes(&self, open: bool) -> Option<Shapes> {
        let lengths = match (open, self.international) {
            (false, _) => 1 << self.digits.len(),
            (true, false) => ((1 << (Phone::LONGEST_SHORT + 1)) - 1) & !0b11,
            (true, true) => phone::lengths(&self.leading()),
        };
        let behind = if open { lengths & !(1 << self.digits.len()) } else { lengths };
        Shape::new(self.international, &self.digits, behind).map(|shape| Shapes(vec![shape]))
    }

    /// The digits before the first class.
    fn leading(&self) -> String {
        let exact = self.digits.iter().take_while(|set| set.count_ones() == 1);
        exact.map(|set| set.trailing_zeros().to_string()).collect()
    }

    /// Without anything between the signs.
    fn text(&self) -> String {
        let mut text = String::from(if self.international { "+" } else { "" });
        for set in &self.digits {
            match *set {
                ANY => text.push('X'),
                set if set == ANY & !1 => text.push('Z'),
                set if set == ANY & !0b11 => text.push('N'),
                set if set.count_ones() == 1 => text.push_str(&set.trailing_zeros().to_string()),
                set => {
                    let inside = (0..10).filter(|digit| set & 1 << digit != 0);
                    text.push_str(&format!(
                        "[{}]",
                        inside.map(|digit| digit.to_string()).collect::<String>()
                    ));
                }
            }
        }
        text
    }
}

/// `1237-9` as bits.
fn digit_set(text: &str) -> Option<u16> {
    let mut set = 0_u16;
    let mut signs = text.chars().filter(|sign| *sign != ' ').peekable();
    while let Some(first) = signs.next() {
        let first = first.to_digit(10)?;
        let last = match signs.next_if_eq(&'-') {
            Some(_) => signs.next()?.to_digit(10)?,
            None => first,
        };
        if first > last {
            return None;
        }
        (first..=last).for_each(|digit| set |= 1 << digit);
    }
    (set != 0).then_some(set)
}

impl fmt::Display for NumberPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NumberPattern::Exact(phone) => write!(f, "{phone}"),
            NumberPattern::Prefix(text) => write!(f, "{text} ..."),
            NumberPattern::Class(text) => match text.strip_suffix("...") {
                Some(head) => write!(f, "{head} ..."),
                None => f.write_str(text),
            },
            NumberPattern::Range(low, high) => write!(f, "{low} .. {high}"),
        }
    }
}
