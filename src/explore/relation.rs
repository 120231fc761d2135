//! What follows from what about one value: whoever is above 100 is not below 50, and what begins with 1 is not 4321.
//!
//! Two claims are held against each other, never three: that a value is at least 3 and at most 3 does not make it 3 here.

use crate::program::{Builtin, CompareOp, Expr, Value};
use std::cmp::Ordering;

/// How something stands to a value that the script names.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stands {
    /// It compares so with it.
    To(CompareOp, Value),
    /// It begins with this, in small letters.
    Begins(String),
    /// This stands in it, in small letters.
    Holds(String),
}

/// What a condition says of what; nothing where it is none of this kind.
pub(super) fn stands(expr: &Expr) -> Option<(&Expr, Stands)> {
    match expr {
        Expr::Compare(op, asked, other) => match (&**asked, &**other) {
            (Expr::Const(value), asked) => Some((asked, Stands::To(mirrored(*op), value.clone()))),
            (asked, Expr::Const(value)) => Some((asked, Stands::To(*op, value.clone()))),
            _ => None,
        },
        Expr::Builtin(builtin @ (Builtin::StartsWith | Builtin::Contains), args) => match &args[..] {
            [asked, Expr::Const(value)] => {
                let text = plain(value)?;
                let begins = *builtin == Builtin::StartsWith;
                Some((asked, if begins { Stands::Begins(text) } else { Stands::Holds(text) }))
            }
            _ => None,
        },
        _ => None,
    }
}

impl Stands {
    /// Whether this holds of something of which `known` is so, or is not; nothing where that does not say.
    pub fn follows(&self, known: &Stands, holds: bool) -> Option<bool> {
        match (known, self) {
            (Stands::To(op, a), Stands::To(asked, b)) => {
                compared(if holds { *op } else { not(*op) }, a, *asked, b)
            }
            (Stands::To(CompareOp::Equal, value), Stands::Begins(head)) => {
                let text = plain(value).filter(|_| holds)?;
                alike(&text, head).then(|| text.starts_with(head))
            }
            (Stands::To(CompareOp::Equal, value), Stands::Holds(part)) => {
                plain(value).filter(|_| holds).map(|text| text.contains(part))
            }
            (Stands::Begins(head), Stands::To(CompareOp::Equal, value)) => {
                let text = plain(value).filter(|text| alike(text, head))?;
                (text.starts_with(head) != holds).then_some(false)
            }
            (Stands::Holds(part), Stands::To(CompareOp::Equal, value)) => {
                (plain(value)?.contains(part) != holds).then_some(false)
            }
            (Stands::Begins(head), Stands::Begins(asked)) if alike(head, asked) => match holds {
                true if head.starts_with(asked) => Some(true),
                true => (!asked.starts_with(head)).then_some(false),
                false => asked.starts_with(head).then_some(false),
            },
            (Stands::Holds(part), Stands::Holds(asked) | Stands::Begins(asked)) if !holds => {
                asked.contains(part).then_some(false)
            }
            (Stands::Holds(part) | Stands::Begins(part), Stands::Holds(asked)) if holds => {
                part.contains(asked).then_some(true)
            }
            (Stands::To(..) | Stands::Begins(_) | Stands::Holds(_), _) => None,
        }
    }
}

/// A number may be meant with its plus sign or without it: such texts say nothing of each other.
fn alike(a: &str, b: &str) -> bool {
    a.starts_with('+') == b.starts_with('+')
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Digits(text) => Some(text.to_lowercase()),
        _ => None,
    }
}

/// Whether `x asked b`, where `x known a`.
fn compared(known: CompareOp, a: &Value, asked: CompareOp, b: &Value) -> Option<bool> {
    use CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let order = a.order(b);
    let (below, above) = (order == Some(Ordering::Less), order == Some(Ordering::Greater));
    let same = a == b || order == Some(Ordering::Equal);
    match (known, asked) {
        (NotEqual, Equal | NotEqual) => same.then_some(asked == NotEqual),
        (NotEqual, Less | LessOrEqual | Greater | GreaterOrEqual) => None,
        (Equal, Equal) => Some(same),
        (Equal, NotEqual) => Some(!same),
        (Equal, Less) => order.map(|_| below),
        (Equal, LessOrEqual) => order.map(|_| below || same),
        (Equal, Greater) => order.map(|_| above),
        (Equal, GreaterOrEqual) => order.map(|_| above || same),
        (Less, Less | LessOrEqual | NotEqual) => (below || same).then_some(true),
        (Less, Greater | GreaterOrEqual | Equal) => (below || same).then_some(false),
        (LessOrEqual, LessOrEqual) => (below || same).then_some(true),
        (LessOrEqual, Less | NotEqual) => below.then_some(true),
        (LessOrEqual, Greater) => (below || same).then_some(false),
        (LessOrEqual, GreaterOrEqual | Equal) => below.then_some(false),
        (Greater, Greater | GreaterOrEqual | NotEqual) => (above || same).then_some(true),
        (Greater, Less | LessOrEqual | Equal) => (above || same).then_some(false),
        (GreaterOrEqual, GreaterOrEqual) => (above || same).then_some(true),
        (GreaterOrEqual, Greater | NotEqual) => above.then_some(true),
        (GreaterOrEqual, Less) => (above || same).then_some(false),
        (GreaterOrEqual, LessOrEqual | Equal) => above.then_some(false),
    }
}

fn not(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
        CompareOp::Less => CompareOp::GreaterOrEqual,
        CompareOp::LessOrEqual => CompareOp::Greater,
        CompareOp::Greater => CompareOp::LessOrEqual,
        CompareOp::GreaterOrEqual => CompareOp::Less,
    }
}

/// The same, read from the other side.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal | CompareOp::NotEqual => op,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPS: [CompareOp; 6] = [
        CompareOp::Equal,
        CompareOp::NotEqual,
        CompareOp::Less,
        CompareOp::LessOrEqual,
        CompareOp::Greater,
        CompareOp::GreaterOrEqual,
    ];

    fn is(op: CompareOp, x: i64, a: i64) -> bool {
        match op {
            CompareOp::Equal => x == a,
            CompareOp::NotEqual => x != a,
            CompareOp::Less => x < a,
            CompareOp::LessOrEqual => x <= a,
            CompareOp::Greater => x > a,
            CompareOp::GreaterOrEqual => x >= a,
        }
    }

    #[test]
    fn what_follows_holds_of_every_number_and_of_none_that_is_left_open() {
        let to = |op, value: i64| Stands::To(op, Value::Number((value * 10).into()));
        for (known, asked, a, b) in OPS.into_iter().flat_map(|known| {
            OPS.into_iter()
                .flat_map(move |asked| (0..3).flat_map(move |a| (0..3).map(move |b| (known, asked, a, b))))
        }) {
            for holds in [true, false] {
                // In tenths, so that something lies between two neighbours.
                let fitting = (-10..40).filter(|x| is(known, *x, a * 10) == holds);
                let found: Vec<bool> = fitting.map(|x| is(asked, x, b * 10)).collect();
                let (all, none) = (found.iter().all(|is| *is), !found.contains(&true));
                let expected = if all { Some(true) } else { none.then_some(false) };
                assert_eq!(
                    to(asked, b).follows(&to(known, a), holds),
                    expected,
                    "{known:?} {a} {holds}: {asked:?} {b}"
                );
            }
        }
    }

    #[test]
    fn a_text_begins_with_one_thing() {
        let begins = |text: &str| Stands::Begins(text.into());
        let is = |text: &str| Stands::To(CompareOp::Equal, Value::Digits(text.into()));
        assert_eq!(begins("4").follows(&begins("1"), true), Some(false));
        assert_eq!(begins("1").follows(&begins("12"), true), Some(true));
        assert_eq!(begins("12").follows(&begins("1"), true), None);
        assert_eq!(begins("12").follows(&begins("1"), false), Some(false));
        assert_eq!(begins("4").follows(&is("1234"), true), Some(false));
        assert_eq!(is("1234").follows(&begins("4"), true), Some(false));
        assert_eq!(begins("1646").follows(&begins("+1646"), true), None);
    }
}
