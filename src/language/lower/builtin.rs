//! What the language itself computes, beside the script functions of the program.

use super::{Lowerer, Place};
use crate::language::ast::{Expr as Tree, Name};
use crate::program::verb::Pick;
use crate::program::{Builtin, Expr, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span};
use jiff::civil::Time;

/// The words that are called like functions.
pub(super) const BUILTINS: [&str; 15] = [
    "number",
    "text",
    "digits",
    "phone",
    "first",
    "last",
    "any",
    "round",
    "minutes",
    "hours",
    "seconds",
    "moment",
    "local",
    "days",
    "days_ahead",
];

impl<'a> Lowerer<'a> {
    /// A call of what the language computes; `None` where it has no such word.
    pub(super) fn builtin(&mut self, span: Span, name: &Name, args: &'a [Tree]) -> Option<(Expr, Type)> {
        let optional = |ty: Type| Type::Optional(Box::new(ty));
        Some(match &*name.text {
            "number" => self.one(span, name, args, Builtin::Number, &[Type::Digits], Type::Number),
            "digits" => self.as_digits(span, name, args),
            "phone" => {
                let takes = [Type::Digits, Type::Text];
                self.one(span, name, args, Builtin::Phone, &takes, optional(Type::Phone))
            }
            "minutes" => self.one(span, name, args, Builtin::Minutes, &[Type::Duration], Type::Number),
            "hours" => self.one(span, name, args, Builtin::Hours, &[Type::Duration], Type::Number),
            "days" => self.one(span, name, args, Builtin::Days, &[Type::Duration], Type::Number),
            "seconds" => self.one(span, name, args, Builtin::Seconds, &[Type::Duration], Type::Number),
            "text" => self.as_text(span, name, args),
            "round" => self.round(span, name, args),
            "first" => self.ends(span, name, args, Builtin::FirstDigits),
            "last" => self.ends(span, name, args, Builtin::LastDigits),
            "any" => self.any(span, name, args),
            "moment" => self.moment(span, name, args),
            "local" => {
                let trees = args;
                let args = self.exactly(span, name, args, &[Type::Moment, Type::Text]);
                if let (Some(tree), Some(zone)) = (trees.last(), args.last()) {
                    self.literal_zone(tree.span, zone);
                }
                (Expr::Builtin(Builtin::Local, args), optional(Type::Moment))
            }
            "days_ahead" => match self.exactly(span, name, args, &[Type::Moment]).pop() {
                Some(moment) => (Expr::DaysAhead(Box::new(moment)), Type::Number),
                None => (Expr::Const(Value::None), Type::Unknown),
            },
            _ => return None,
        })
    }

    /// One argument of one of these types.
    fn one(
        &mut self,
        span: Span,
        name: &Name,
        args: &'a [Tree],
        builtin: Builtin,
        takes: &[Type],
        gives: Type,
    ) -> (Expr, Type) {
        let [arg] = args else { return self.wrong_count(span, name, args, 1) };
        let (value, ty) = self.typed(arg, takes.first());
        if !takes.iter().any(|wanted| ty.fits(wanted)) {
            match takes {
                [wanted] => self.fit(arg.span, &ty, wanted),
                _ => self.fit_any(arg.span, &ty, takes),
            }
        }
        (Expr::Builtin(builtin, vec![value]), gives)
    }

    /// A value that must be of one of several types.
    fn fit_any(&mut self, span: Span, ty: &Type, takes: &[Type]) {
        if let (Type::Optional(_), Some(first)) = (ty, takes.first()) {
            return self.fit(span, ty, first);
        }
        let listed: Vec<String> = takes.iter().map(|ty| format!("`{ty}`")).collect();
        self.mismatch(span, &listed.join(" or "), ty);
    }

    fn exactly(&mut self, span: Span, name: &Name, args: &'a [Tree], takes: &[Type]) -> Vec<Expr> {
        if args.len() != takes.len() {
            self.wrong_count(span, name, args, takes.len());
            return Vec::new();
        }
        args.iter().zip(takes).map(|(arg, ty)| self.expect(arg, ty)).collect()
    }

    fn wrong_count(&mut self, span: Span, name: &Name, args: &'a [Tree], count: usize) -> (Expr, Type) {
        let message = format!("`{}` takes {count}, found {}", name.text, args.len());
        self.report(Code::WrongArguments, span, message);
        args.iter().for_each(|arg| drop(self.inline(arg, None)));
        (Expr::Const(Value::None), Type::Unknown)
    }

    /// `digits(x)`: of a number and a phone number always, of a text if it has some.
    fn as_digits(&mut self, span: Span, name: &Name, args: &'a [Tree]) -> (Expr, Type) {
        let [arg] = args else { return self.wrong_count(span, name, args, 1) };
        let (value, ty) = self.expr(arg);
        let gives = match ty {
            Type::Text => Type::Optional(Box::new(Type::Digits)),
            Type::Number | Type::Phone | Type::Unknown => Type::Digits,
            _ => {
                self.fit_any(arg.span, &ty, &[Type::Number, Type::Phone, Type::Text]);
                Type::Unknown
            }
        };
        (Expr::Builtin(Builtin::Digits, vec![value]), gives)
    }

    /// `text(x)`: what may be missing makes a text that may be missing.
    fn as_text(&mut self, span: Span, name: &Name, args: &'a [Tree]) -> (Expr, Type) {
        let [arg] = args else { return self.wrong_count(span, name, args, 1) };
        let (value, ty) = self.expr(arg);
        self.writable(arg.span, &ty);
        let gives =
            if let Type::Optional(_) = ty { Type::Optional(Box::new(Type::Text)) } else { Type::Text };
        (Expr::Builtin(Builtin::Text, vec![value]), gives)
    }

    fn round(&mut self, span: Span, name: &Name, args: &'a [Tree]) -> (Expr, Type) {
        let [arg] = args else { return self.wrong_count(span, name, args, 1) };
        let (value, ty) = self.expr(arg);
        if !matches!(ty, Type::Number | Type::Money | Type::Unknown) {
            self.fit_any(arg.span, &ty, &[Type::Number, Type::Money]);
        }
        (Expr::Builtin(Builtin::Round, vec![value]), ty)
    }

    /// `first(x, n)`, `last(x, n)`: of digits and of a phone number digits, of a text a text.
    fn ends(&mut self, span: Span, name: &Name, args: &'a [Tree], builtin: Builtin) -> (Expr, Type) {
        let [arg, count] = args else { return self.wrong_count(span, name, args, 2) };
        let (value, ty) = self.typed(arg, Some(&Type::Digits));
        let gives = match ty {
            Type::Text => Type::Text,
            Type::Digits | Type::Phone | Type::Unknown => Type::Digits,
            _ => {
                self.fit_any(arg.span, &ty, &[Type::Digits, Type::Phone, Type::Text]);
                Type::Unknown
            }
        };
        let count = self.expect(count, &Type::Number);
        (Expr::Builtin(builtin, vec![value, count]), gives)
    }

    /// Chance is drawn in a statement of its own: an expression changes nothing.
    fn any(&mut self, span: Span, name: &Name, args: &'a [Tree]) -> (Expr, Type) {
        let [arg] = args else { return self.wrong_count(span, name, args, 1) };
        let (from, ty) = self.expr(arg);
        let item = self.item_type(arg.span, &ty);
        if self.place == Place::Route {
            self.report(Code::InvalidSetting, span, "nothing is drawn in a route");
            return (Expr::Const(Value::None), Type::Unknown);
        }
        let slot = self.scopes.temporary();
        self.step(Verb::Pick(Pick { slot, from }), span);
        (Expr::Slot(slot), Type::Optional(Box::new(item)))
    }

    fn moment(&mut self, span: Span, name: &Name, args: &'a [Tree]) -> (Expr, Type) {
        self.needs_zone(span);
        let args = self.exactly(span, name, args, &[Type::Date, Type::Time]);
        if let ([Expr::Const(Value::Date(date)), Expr::Const(Value::Time(time))], Some(zone)) =
            (&args[..], &self.declared.program.zone)
            && let Some((from, to)) = zone.jump(date.to_datetime(*time))
        {
            let message = format!("there is no {} on {date} in {}", clock(*time), zone.name());
            let finding = Diagnostic::new(Code::NoSuchTime, span, message);
            let jump = format!("the clocks jump from {} to {} there", clock(from.time()), clock(to.time()));
            self.diagnostics.push(finding.hint(jump));
        }
        (Expr::Builtin(Builtin::Moment, args), Type::Moment)
    }

    /// `now`, `today` and `moment(…)` are read off the program's own clock.
    pub(super) fn needs_zone(&mut self, span: Span) {
        if self.declared.program.zone.is_none() && !self.declared.broken {
            let message = "the program does not say where its clock hangs";
            let finding = Diagnostic::new(Code::NoZone, span, message);
            self.diagnostics.push(finding.hint("write `zone \"Europe/Moscow\"` into `program`"));
        }
    }
}

/// A time of day as a script writes it.
fn clock(time: Time) -> String {
    match time.second() {
        0 => time.strftime("%H:%M").to_string(),
        _ => time.strftime("%H:%M:%S").to_string(),
    }
}
