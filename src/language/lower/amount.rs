//! Amounts whose currency is known when the script is read, and divisions by nothing.
//!
//! A literal, a question for `money RUB` and a variable that was named with one of them have a currency; whatever comes
//! from elsewhere may have any.

use super::Lowerer;
use crate::program::{ArithmeticOp, Currency, Expr, Slot, Value};
use crate::source::{Code, Diagnostic, Span};

impl Lowerer<'_> {
    /// Reports two amounts of different currencies that meet in an expression.
    pub(super) fn one_currency(&mut self, span: Span, a: &Expr, b: &Expr) {
        let (Some(left), Some(right)) = (self.currency_of(a), self.currency_of(b)) else { return };
        if left != right {
            let message = format!("{left} and {right} are different currencies");
            let finding = Diagnostic::new(Code::TypeMismatch, span, message);
            self.diagnostics.push(
                finding.hint("amounts of one currency are compared and added; nothing here knows a rate"),
            );
        }
    }

    /// Reports a division by a literal nothing.
    pub(super) fn division(&mut self, span: Span, op: ArithmeticOp, by: &Expr) {
        if let (ArithmeticOp::Divide, Expr::Const(Value::Number(number))) = (op, by)
            && number.is_zero()
        {
            let finding = Diagnostic::new(Code::InvalidLiteral, span, "nothing is divided by 0");
            self.diagnostics.push(finding.hint("divide by what is not 0, or leave the division out"));
        }
    }

    /// A variable has the currency of what it was named with.
    pub(super) fn keep_currency(&mut self, slot: Slot, value: &Expr) {
        match self.currency_of(value) {
            Some(currency) => self.currencies.insert(slot, currency),
            None => self.currencies.remove(&slot),
        };
    }

    fn currency_of(&self, value: &Expr) -> Option<Currency> {
        match value {
            Expr::Const(Value::Money(money)) => Some(money.currency),
            Expr::Slot(slot) => self.currencies.get(slot).copied(),
            Expr::Arithmetic(_, a, b) => self.currency_of(a).or_else(|| self.currency_of(b)),
            Expr::Choose(_, a, b) | Expr::Otherwise(a, b) => {
                self.currency_of(a).filter(|one| self.currency_of(b) == Some(*one))
            }
            _ => None,
        }
    }
}
