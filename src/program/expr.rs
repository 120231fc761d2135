//! Expressions after type checking: nothing here can fail but a script function.

use super::node::Slot;
use super::numbers::NumbersId;
use super::schedule::ScheduleId;
use super::value::{Text, Value};

/// A typed expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A value as written.
    Const(Value),
    /// A variable of the flow.
    Slot(Slot),
    /// The caller's number; missing where the network shows none.
    Caller,
    /// The number or address that the contact is for.
    Called,
    /// A field of a record; missing where the record has none.
    Field(Box<Expr>, Text),
    /// Both.
    And(Box<Expr>, Box<Expr>),
    /// Either.
    Or(Box<Expr>, Box<Expr>),
    /// The opposite.
    Not(Box<Expr>),
    /// Two values of one type compared.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// Two numbers, amounts or lengths computed.
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
    /// Whether an optional value is missing.
    IsNone(Box<Expr>),
    /// Whether a phone number is in a set; a missing one is in none.
    InNumbers(Box<Expr>, NumbersId),
    /// What the network said of the caller.
    CallerIs(CallerKind),
    /// Whether a schedule is open now.
    Open(ScheduleId),
    /// The second where the first holds, else the third.
    Choose(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A script function, by its position in the program.
    Call(u32, Vec<Expr>),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What is computed from two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ArithmeticOp {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// What a network can say of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerKind {
    /// The caller asked not to be shown.
    Withheld,
    /// Nothing was said.
    Missing,
    /// Something was said that is no number.
    Invalid,
}

impl Expr {
    /// Whether it calls a script function, and so can fail.
    pub fn can_fail(&self) -> bool {
        match self {
            Expr::Const(_) | Expr::Slot(_) | Expr::Caller | Expr::Called => false,
            Expr::CallerIs(_) | Expr::Open(_) => false,
            Expr::Field(inner, _) | Expr::Not(inner) | Expr::IsNone(inner) | Expr::InNumbers(inner, _) => {
                inner.can_fail()
            }
            Expr::And(a, b) | Expr::Or(a, b) | Expr::Compare(_, a, b) => a.can_fail() || b.can_fail(),
            Expr::Arithmetic(op, a, b) => *op == ArithmeticOp::Divide || a.can_fail() || b.can_fail(),
            Expr::Choose(a, b, c) => a.can_fail() || b.can_fail() || c.can_fail(),
            Expr::Call(..) => true,
        }
    }
}
