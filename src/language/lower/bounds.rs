//! What is settled when a script is read: a comparison of two literals, and one of an entry with what it can never be.
//!
//! A number that is asked for lies between two bounds, and digits have a length. A variable keeps the bounds of its
//! question unless its flow sets it anew somewhere; wherever that is, a loop may lead back to the question.

use super::Lowerer;
use super::never::{Fact, decide, order, stands};
use crate::language::ast::Expr as Tree;
use crate::program::{Builtin, CompareOp, EntryKind, Expr, Slot, Type, Value};
use crate::source::{Code, Diagnostic, Span};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What an entry can be, and where it is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    kind: Kind,
    span: Span,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A number from one to another.
    Number(u32, u32),
    /// So many digits, from the fewest to the most.
    Digits(u8, u8),
}

impl Bounds {
    /// Those of an entry; none where it has no bounds that a literal could miss.
    pub fn of(kind: &EntryKind, span: Span) -> Option<Bounds> {
        let kind = match kind {
            EntryKind::Number { low, high, .. } => Kind::Number(*low, *high),
            EntryKind::Digits { min, max, .. } => Kind::Digits(*min, *max),
            EntryKind::YesNo { .. }
            | EntryKind::Phone { .. }
            | EntryKind::Money { .. }
            | EntryKind::Date { .. }
            | EntryKind::Time { .. }
            | EntryKind::Text
            | EntryKind::Passphrase { .. } => return None,
        };
        Some(Bounds { kind, span })
    }

    /// Whether some entry lies between two values.
    fn meets(&self, first: &Value, last: &Value) -> bool {
        match (self.kind, first, last) {
            (Kind::Number(low, high), Value::Number(first), Value::Number(last)) => {
                *first <= Decimal::from(high) && Decimal::from(low) <= *last
            }
            (Kind::Digits(min, max), Value::Digits(digits), _) => {
                (usize::from(min)..=usize::from(max)).contains(&digits.len())
            }
            _ => true,
        }
    }

    /// What a comparison with a literal is for every entry.
    fn compared(&self, op: CompareOp, value: &Value) -> Option<bool> {
        if !self.meets(value, value) && matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            return Some(op == CompareOp::NotEqual);
        }
        let (Kind::Number(low, high), Value::Number(number)) = (self.kind, value) else { return None };
        let at = |bound: u32| stands(op, Decimal::from(bound).cmp(number));
        let is_order = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        (is_order && at(low) == at(high)).then(|| at(low))
    }

    /// Whether no entry can have this part.
    fn lacks(&self, part: &Value) -> bool {
        match (self.kind, part) {
            (Kind::Digits(_, max), Value::Digits(part)) => part.len() > usize::from(max),
            _ => false,
        }
    }
}

/// The names to which a text gives new values.
pub(super) fn names_set(text: &str) -> BTreeSet<String> {
    let words: Vec<&str> = text
        .split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let set = words.windows(2).filter(|pair| pair[0] == "set");
    set.map(|pair| pair[1].to_owned()).collect()
}

impl<'a> Lowerer<'a> {
    /// A variable has the bounds of what it was asked for.
    pub(super) fn bound_entry(&mut self, name: &str, slot: Slot, kind: &EntryKind, span: Span) {
        if let Some(bounds) = Bounds::of(kind, span).filter(|_| !self.set_names.contains(name)) {
            self.bounds.insert(slot, bounds);
        }
    }

    /// A variable without a name has the bounds of what it is filled with.
    pub(super) fn keep_bounds(&mut self, slot: Slot, value: &Expr) {
        if let Expr::Slot(from) = value
            && let Some(bounds) = self.bounds.get(from).copied()
        {
            self.bounds.insert(slot, bounds);
        }
    }

    /// What is settled of the parts of a condition, as facts.
    pub(super) fn settled(&self, condition: &Expr) -> Vec<Fact> {
        let mut facts = Vec::new();
        self.settle(condition, &mut facts);
        facts
    }

    fn settle(&self, condition: &Expr, facts: &mut Vec<Fact>) {
        match condition {
            Expr::And(a, b) | Expr::Or(a, b) => {
                self.settle(a, facts);
                self.settle(b, facts);
            }
            Expr::Not(inner) => self.settle(inner, facts),
            Expr::Compare(..) | Expr::Builtin(..) => {
                let settled = self.settled_alone(condition);
                facts.extend(settled.map(|(holds, span)| Fact { condition: condition.clone(), holds, span }));
            }
            _ => {}
        }
    }

    fn settled_alone(&self, condition: &Expr) -> Option<(bool, Option<Span>)> {
        let bounds = |of: &Expr| match of {
            Expr::Slot(slot) => self.bounds.get(slot),
            _ => None,
        };
        match condition {
            Expr::Compare(op, a, b) => match (&**a, &**b) {
                (Expr::Const(a), Expr::Const(b)) => {
                    let order = order(a, b)?;
                    let is_order = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
                    let ordered = a.order(b).is_some() || !is_order;
                    ordered.then(|| (stands(*op, order), None))
                }
                (asked, Expr::Const(value)) => {
                    let bounds = bounds(asked)?;
                    Some((bounds.compared(*op, value)?, Some(bounds.span)))
                }
                (Expr::Const(value), asked) => {
                    let bounds = bounds(asked)?;
                    Some((bounds.compared(turned(*op), value)?, Some(bounds.span)))
                }
                _ => None,
            },
            Expr::Builtin(Builtin::StartsWith | Builtin::Contains, args) => {
                let [asked, Expr::Const(part)] = &args[..] else { return None };
                let bounds = bounds(asked)?;
                bounds.lacks(part).then_some((false, Some(bounds.span)))
            }
            Expr::Builtin(Builtin::IsIn, args) => {
                let [asked, Expr::List(items)] = &args[..] else { return None };
                let bounds = bounds(asked)?;
                let missed = |item: &Expr| matches!(item, Expr::Const(value) if !bounds.meets(value, value));
                (!items.is_empty() && items.iter().all(missed)).then_some((false, Some(bounds.span)))
            }
            _ => None,
        }
    }

    /// Reports a condition of a `check` that no entry can meet.
    pub(super) fn check_can_hold(&mut self, condition: &Expr, tree: &'a Tree) {
        let facts = self.settled(condition);
        let Some((false, because)) = decide(&facts, condition) else { return };
        let message = "no entry that is asked for here can pass this check";
        let finding = Diagnostic::new(Code::CheckMismatch, tree.span, message);
        let finding = finding.hint("check what an entry can be, or ask for another one");
        self.diagnostics.push(match because {
            Some(span) => finding.related(span, "this is asked for"),
            None => finding,
        });
    }

    /// Reports a case of a `match` that lies outside of what is asked for.
    pub(super) fn case_within(&mut self, span: Span, subject: &Expr, first: &Value, last: &Value) {
        let Expr::Slot(slot) = subject else { return };
        let Some(bounds) = self.bounds.get(slot).filter(|bounds| !bounds.meets(first, last)) else { return };
        let finding = Diagnostic::new(Code::CaseNeverMet, span, "this case is never met");
        let finding = finding.related(bounds.span, "this is asked for");
        self.diagnostics.push(finding.hint("take it out, or ask for more"));
    }

    /// Reports a value that is compared with itself.
    pub(super) fn with_itself(&mut self, span: Span, a: &Expr, b: &Expr, ty: &Type) {
        if a == b && !matches!(a, Expr::Const(_)) && !a.can_fail() && *ty != Type::Unknown {
            let finding = Diagnostic::new(Code::ConditionDecided, span, "a value is compared with itself");
            self.diagnostics.push(finding.hint("compare it with something else, or leave the condition out"));
        }
    }
}

/// The same comparison with its sides changed.
fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal => CompareOp::Equal,
        CompareOp::NotEqual => CompareOp::NotEqual,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_what_it_sets() {
        let names = names_set("let a = 1\nset b = 2; if x { set c_2 = do d() }");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["b", "c_2"]);
    }
}
