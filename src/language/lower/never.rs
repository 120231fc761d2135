//! Conditions that can never hold, or that always do: two days at the same time, the same question asked again in the
//! `else` of itself, an amount below one bound and above another.
//!
//! What is known is kept as facts: a condition, whether it held, and where it was asked. Facts live as long as nothing
//! happens between two conditions: in a chain of `if … else if …`, in the conditions of a route's block, and within one
//! condition. They are not followed any further, because time passes and variables change; and only the latest are
//! kept, so that a chain of a thousand conditions is looked at once and not a million times.

use super::Lowerer;
use crate::program::{CompareOp, Expr, Value};
use crate::source::{Code, Diagnostic, Span};
use std::cmp::Ordering;

/// As many facts are kept.
const MOST_FACTS: usize = 16;

/// A condition that is known to hold, or not to.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub condition: Expr,
    pub holds: bool,
    /// Where it was asked; nothing within the very condition that is looked at.
    pub span: Option<Span>,
}

impl Lowerer<'_> {
    /// Reports a condition that what is known decides: one that never holds, or one whose `else` is never reached.
    pub(super) fn never_or_always(&mut self, facts: &[Fact], condition: &Expr, span: Span, has_else: bool) {
        let known: Vec<Fact> = facts.iter().cloned().chain(self.settled(condition)).collect();
        let Some((holds, because)) = decide(&known, condition) else { return };
        if holds && !has_else {
            return;
        }
        let (message, hint) = match holds {
            false => ("this condition can never hold here", instead(condition, because.is_some())),
            true => ("this condition always holds here, its `else` is never reached", "write `else` alone"),
        };
        let finding = Diagnostic::new(Code::ConditionDecided, span, message).hint(hint);
        self.diagnostics.push(match because {
            Some(because) => finding.related(because, "this has decided it"),
            None => finding,
        });
    }
}

/// What to write in the place of a condition that never holds.
fn instead(condition: &Expr, is_decided_before: bool) -> &'static str {
    let is_single = !matches!(condition, Expr::And(..) | Expr::Or(..) | Expr::Not(_));
    match (asks_the_day(condition), is_decided_before) {
        (false, false) if is_single => "nothing that happens on a call changes it: ask something else",
        (true, _) => "alternatives are joined by `or`; days that are closed stand in one `calendar`",
        (false, true) => "ask something else here, or remove it with what stands behind it",
        (false, false) => "its halves exclude each other: alternatives are joined by `or`",
    }
}

/// Whether a condition is about the day or the time.
fn asks_the_day(condition: &Expr) -> bool {
    match condition {
        Expr::Today | Expr::Now => true,
        Expr::Not(inner) | Expr::Field(inner, _) => asks_the_day(inner),
        Expr::And(a, b) | Expr::Or(a, b) | Expr::Compare(_, a, b) => asks_the_day(a) || asks_the_day(b),
        Expr::Builtin(_, args) => args.iter().any(asks_the_day),
        _ => false,
    }
}

/// Whether the facts decide a condition, and the place of one that did.
pub(super) fn decide(facts: &[Fact], condition: &Expr) -> Option<(bool, Option<Span>)> {
    match condition {
        Expr::Not(inner) => decide(facts, inner).map(|(holds, because)| (!holds, because)),
        Expr::And(a, b) => both(facts, a, b, true),
        Expr::Or(a, b) => both(facts, a, b, false),
        _ => facts.iter().find_map(|fact| Some((implied(fact, condition)?, fact.span))),
    }
}

/// `and`, where `joined` is true, or `or`: the first half is known while the second is asked.
fn both(facts: &[Fact], a: &Expr, b: &Expr, joined: bool) -> Option<(bool, Option<Span>)> {
    let left = decide(facts, a);
    if let Some((holds, _)) = left
        && holds != joined
    {
        return left;
    }
    let mut with_left = facts.to_vec();
    learn(&mut with_left, a, joined, None);
    let right = decide(&with_left, b)?;
    // The second half settles the whole if it is against the first, or if both are known.
    (right.0 != joined || left.is_some()).then_some(right)
}

/// Adds what a condition tells when it holds, or when it does not.
pub(super) fn learn(facts: &mut Vec<Fact>, condition: &Expr, holds: bool, span: Option<Span>) {
    match condition {
        Expr::Not(inner) => learn(facts, inner, !holds, span),
        Expr::And(a, b) if holds => {
            learn(facts, a, holds, span);
            learn(facts, b, holds, span);
        }
        Expr::Or(a, b) if !holds => {
            learn(facts, a, holds, span);
            learn(facts, b, holds, span);
        }
        // A function may answer otherwise when it is asked again.
        _ if condition.can_fail() => {}
        _ => {
            if facts.len() >= MOST_FACTS {
                facts.remove(0);
            }
            facts.push(Fact { condition: condition.clone(), holds, span });
        }
    }
}

/// Whether a fact decides a single comparison or test.
fn implied(fact: &Fact, condition: &Expr) -> Option<bool> {
    if fact.condition == *condition {
        return Some(fact.holds);
    }
    let (Expr::Compare(known, x, a), Expr::Compare(asked, y, b)) = (&fact.condition, condition) else {
        return (fact.holds && exclude(&fact.condition, condition)).then_some(false);
    };
    let (Expr::Const(a), Expr::Const(b)) = (&**a, &**b) else { return None };
    if x != y {
        return None;
    }
    let known = if fact.holds { *known } else { opposite(*known) };
    // Where x certainly stands, seen from b.
    let side = match (known, order(a, b)?) {
        (CompareOp::Equal, order) => order,
        (CompareOp::Less | CompareOp::LessOrEqual, Ordering::Less) => Ordering::Less,
        (CompareOp::Less, Ordering::Equal) => Ordering::Less,
        (CompareOp::Greater | CompareOp::GreaterOrEqual, Ordering::Greater) => Ordering::Greater,
        (CompareOp::Greater, Ordering::Equal) => Ordering::Greater,
        (CompareOp::NotEqual, Ordering::Equal) if *asked == CompareOp::Equal => return Some(false),
        (CompareOp::Less | CompareOp::LessOrEqual, Ordering::Equal | Ordering::Greater)
        | (CompareOp::Greater | CompareOp::GreaterOrEqual, Ordering::Equal | Ordering::Less)
        | (CompareOp::NotEqual, _) => return None,
    };
    Some(stands(*asked, side))
}

/// Whether two tests of the caller cannot both hold: who is withheld is not missing, and has no number of a set.
fn exclude(a: &Expr, b: &Expr) -> bool {
    let is_caller = |number: &Expr| *number == Expr::Caller;
    match (a, b) {
        (Expr::CallerIs(one), Expr::CallerIs(other)) => one != other,
        (Expr::CallerIs(_), Expr::InNumbers(number, _)) | (Expr::InNumbers(number, _), Expr::CallerIs(_)) => {
            is_caller(number)
        }
        _ => false,
    }
}

/// Whether `x OP b` holds where x stands so to b.
pub(super) fn stands(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Equal => order == Ordering::Equal,
        CompareOp::NotEqual => order != Ordering::Equal,
        CompareOp::Less => order == Ordering::Less,
        CompareOp::LessOrEqual => order != Ordering::Greater,
        CompareOp::Greater => order == Ordering::Greater,
        CompareOp::GreaterOrEqual => order != Ordering::Less,
    }
}

fn opposite(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
        CompareOp::Less => CompareOp::GreaterOrEqual,
        CompareOp::LessOrEqual => CompareOp::Greater,
        CompareOp::Greater => CompareOp::LessOrEqual,
        CompareOp::GreaterOrEqual => CompareOp::Less,
    }
}

/// How two literals stand to each other. Literals that are merely different are in no order: `Less` says no more of
/// them than that they are not equal, which is all that `=` asks.
pub(super) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => Some(a.amount.cmp(&b.amount)),
        (Value::Text(a), Value::Text(b)) | (Value::Digits(a), Value::Digits(b)) => Some(a.cmp(b)),
        (Value::Phone(a), Value::Phone(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
