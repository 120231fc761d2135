//! What expressions are made of.

use super::expr::Expr;
use super::node::Slot;

impl Expr {
    /// The expressions of which it is made.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Expr::Const(_) | Expr::Slot(_) | Expr::Caller | Expr::Called | Expr::Message => Vec::new(),
            Expr::CallerIs(_) | Expr::Open(_) | Expr::Shift(_) | Expr::Turn(_, _, None) => Vec::new(),
            Expr::Position | Expr::ExpectedWait | Expr::Now | Expr::Today | Expr::Contact(_) => Vec::new(),
            Expr::Field(inner, _) | Expr::Not(inner) | Expr::IsNone(inner) | Expr::InNumbers(inner, _) => {
                vec![inner]
            }
            Expr::OpenIn(_, inner) | Expr::DaysAhead(inner) | Expr::WholeDays(inner) => vec![inner],
            Expr::Turn(_, _, Some(inner)) => vec![inner],
            Expr::And(a, b) | Expr::Or(a, b) | Expr::Compare(_, a, b) => vec![a, b],
            Expr::Arithmetic(_, a, b) | Expr::Otherwise(a, b) => vec![a, b],
            Expr::Choose(a, b, c) => vec![a, b, c],
            Expr::Call(_, items) | Expr::List(items) | Expr::Builtin(_, items) => items.iter().collect(),
        }
    }

    /// The same with another expression where a variable stands.
    pub fn with(&self, slot: Slot, value: &Expr) -> Expr {
        let part = |inner: &Expr| Box::new(inner.with(slot, value));
        let all = |items: &[Expr]| items.iter().map(|item| item.with(slot, value)).collect();
        match self {
            Expr::Slot(known) if *known == slot => value.clone(),
            Expr::Const(_) | Expr::Slot(_) | Expr::Caller | Expr::Called | Expr::Message => self.clone(),
            Expr::CallerIs(_) | Expr::Open(_) | Expr::Shift(_) | Expr::Turn(_, _, None) => self.clone(),
            Expr::Position | Expr::ExpectedWait | Expr::Now | Expr::Today | Expr::Contact(_) => self.clone(),
            Expr::Field(inner, name) => Expr::Field(part(inner), name.clone()),
            Expr::Not(inner) => Expr::Not(part(inner)),
            Expr::IsNone(inner) => Expr::IsNone(part(inner)),
            Expr::InNumbers(inner, set) => Expr::InNumbers(part(inner), *set),
            Expr::OpenIn(schedule, inner) => Expr::OpenIn(*schedule, part(inner)),
            Expr::DaysAhead(inner) => Expr::DaysAhead(part(inner)),
            Expr::WholeDays(inner) => Expr::WholeDays(part(inner)),
            Expr::Turn(schedule, turn, Some(inner)) => Expr::Turn(*schedule, *turn, Some(part(inner))),
            Expr::And(a, b) => Expr::And(part(a), part(b)),
            Expr::Or(a, b) => Expr::Or(part(a), part(b)),
            Expr::Compare(op, a, b) => Expr::Compare(*op, part(a), part(b)),
            Expr::Arithmetic(op, a, b) => Expr::Arithmetic(*op, part(a), part(b)),
            Expr::Otherwise(a, b) => Expr::Otherwise(part(a), part(b)),
            Expr::Choose(a, b, c) => Expr::Choose(part(a), part(b), part(c)),
            Expr::Call(function, items) => Expr::Call(*function, all(items)),
            Expr::List(items) => Expr::List(all(items)),
            Expr::Builtin(builtin, items) => Expr::Builtin(*builtin, all(items)),
        }
    }
}
