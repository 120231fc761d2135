//! Expressions after type checking: nothing here can fail but a script function, a division, and a length that is no whole number of days.

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
    /// The text with which the contact arrived; missing on a call.
    Message,
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
    /// The same in a zone by its name; a zone that there is not is closed.
    OpenIn(ScheduleId, Box<Expr>),
    /// The name of the shift that is on.
    Shift(ScheduleId),
    /// When a schedule turns next, as a moment on its own clock, or on that of a zone by its name; missing where it does
    /// not.
    Turn(ScheduleId, Turn, Option<Box<Expr>>),
    /// How many days ahead a moment is, by its own clock: none today, one tomorrow, negative before.
    DaysAhead(Box<Expr>),
    /// The second where the first holds, else the third.
    Choose(Box<Expr>, Box<Expr>, Box<Expr>),
    /// How many callers wait before this one, in the queue in which it waits.
    Position,
    /// How long this caller will still wait, as far as that is known.
    ExpectedWait,
    /// A script function, by its position in the program.
    Call(u32, Vec<Expr>),
    /// This moment, in the program's zone.
    Now,
    /// The day that it is in the program's zone.
    Today,
    /// What is known of the contact itself.
    Contact(ContactField),
    /// The first, or the second where the first is missing.
    Otherwise(Box<Expr>, Box<Expr>),
    /// Several values.
    List(Vec<Expr>),
    /// What the language itself computes.
    Builtin(Builtin, Vec<Expr>),
    /// A length as a number of days; there is none where it is not whole.
    WholeDays(Box<Expr>),
}

/// What a schedule does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It opens, after having been closed.
    Opens,
    /// It closes, after having been open.
    Closes,
    /// It does either, or the next shift begins.
    Changes,
}

/// What is known of a contact when it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ContactField {
    Id,
    Channel,
    Language,
    Priority,
    Arrived,
    Attested,
    Called,
    From,
}

/// What the language itself computes. None of them can fail: a list or a text that has less gives what it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// How many items a list has.
    Count,
    /// The first item of a list; missing where it is empty.
    FirstItem,
    /// The last item of a list; missing where it is empty.
    LastItem,
    /// A list without its repetitions: the first of equal items stays.
    Distinct,
    /// The item at a position, counted from one; missing where there is none.
    Item,
    /// Whether the first is an item of the second.
    IsIn,
    /// Whether two addresses are the same, capital or small.
    SameAddress,
    /// Whether a list has no items, or a text no letters.
    IsEmpty,
    /// Whether the second stands in the first, capital or small.
    Contains,
    /// Whether the first begins with the second, capital or small.
    StartsWith,
    /// Whether a phone number may be a mobile phone's; a missing one is not.
    IsMobile,
    /// Digits as a number; more than 28 of them as the largest.
    Number,
    /// A value as a text; a missing one stays missing.
    Text,
    /// A number's whole part as digits, without a sign; a phone number's without its `+`; those of a text, of which
    /// blanks and hyphens are left out, missing where it has anything else.
    Digits,
    /// Digits as a phone number of the program's country; missing where they are none.
    Phone,
    /// The first digits, so many; of a phone number without its `+`.
    FirstDigits,
    /// The last digits, so many.
    LastDigits,
    /// A number or an amount without its fraction; halves away from zero.
    Round,
    /// A length of time in whole minutes.
    Minutes,
    /// In whole hours.
    Hours,
    /// In whole seconds.
    Seconds,
    /// In whole days of 24 hours.
    Days,
    /// A date and a time in the program's zone.
    Moment,
    /// A moment read in another zone; missing where there is no such zone.
    Local,
    /// All of them as one text; a missing value is written as `none`.
    Join,
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
            Expr::Const(_) | Expr::Slot(_) | Expr::Caller | Expr::Called | Expr::Message => false,
            Expr::CallerIs(_) | Expr::Open(_) | Expr::Position | Expr::ExpectedWait => false,
            Expr::Shift(_) => false,
            Expr::OpenIn(_, zone) | Expr::DaysAhead(zone) => zone.can_fail(),
            Expr::Turn(_, _, zone) => zone.as_ref().is_some_and(|zone| zone.can_fail()),
            Expr::Field(inner, _) | Expr::Not(inner) | Expr::IsNone(inner) | Expr::InNumbers(inner, _) => {
                inner.can_fail()
            }
            Expr::And(a, b) | Expr::Or(a, b) | Expr::Compare(_, a, b) => a.can_fail() || b.can_fail(),
            Expr::Arithmetic(op, a, b) => *op == ArithmeticOp::Divide || a.can_fail() || b.can_fail(),
            Expr::Choose(a, b, c) => a.can_fail() || b.can_fail() || c.can_fail(),
            Expr::Call(..) | Expr::WholeDays(_) => true,
            Expr::Now | Expr::Today | Expr::Contact(_) => false,
            Expr::Otherwise(a, b) => a.can_fail() || b.can_fail(),
            Expr::List(items) | Expr::Builtin(_, items) => items.iter().any(Expr::can_fail),
        }
    }
}
