//! `keep`: values that outlive the contact.

use super::Declared;
use crate::language::ast::{self, ExprKind, KeepItem};
use crate::language::constant::constant;
use crate::language::load::Loaded;
use crate::language::offer;
use crate::program::{Keep, Keeper, Lasts, NextClock, Text, Type, Value, Zone};
use crate::source::{Code, Diagnostic};
use crate::time::DurationMs;

impl Declared {
    pub(super) fn keeps(&mut self, items: Vec<KeepItem>, loaded: &mut Loaded<'_>) {
        for item in items {
            let ty = self.ty(&item.ty, loaded);
            self.keepable(&item, &ty, loaded);
            let keep = Keep {
                name: item.name.text.clone(),
                at_first: at_first(&item, &ty, loaded),
                ty,
                keeper: keeper(&item.keeper.text),
                lasts: item.lasts.as_ref().and_then(|lasts| self.lasts(lasts, loaded)),
            };
            self.keep_names.add("kept value", &item.name, self.program.keeps.len(), loaded);
            self.program.keeps.push(keep);
        }
    }

    /// Plain values are kept; what the CRM or a backend says is asked anew.
    fn keepable(&self, item: &KeepItem, ty: &Type, loaded: &mut Loaded<'_>) {
        if let Some(lasting) = self.not_kept(ty, &mut Vec::new()) {
            let message = format!("a `{lasting}` is not kept");
            let finding = Diagnostic::new(Code::TypeMismatch, item.ty.span, message);
            loaded.diagnostics.push(finding.hint("keep its key, and look it up anew"));
        }
    }

    /// What of a type cannot be kept: in lists and in the records that the program declares, too.
    fn not_kept(&self, ty: &Type, seen: &mut Vec<Text>) -> Option<Type> {
        match ty {
            Type::Optional(inner) | Type::List(inner) => self.not_kept(inner, seen),
            Type::Record(name) if seen.contains(name) => None,
            Type::Record(name) => {
                seen.push(name.clone());
                let fields = self.program.records.get(name).into_iter().flatten();
                fields.filter_map(|(_, ty)| self.not_kept(ty, seen)).next()
            }
            Type::Customer(_) | Type::Object(_) | Type::Case | Type::Reply(_) => Some(ty.clone()),
            Type::Secret | Type::Passphrase => Some(ty.clone()),
            Type::Bool
            | Type::Number
            | Type::Text
            | Type::Digits
            | Type::Phone
            | Type::Money
            | Type::Duration
            | Type::Date
            | Type::Time
            | Type::Moment
            | Type::Recording
            | Type::Unknown => None,
        }
    }

    fn lasts(&self, lasts: &ast::Lasts, loaded: &mut Loaded<'_>) -> Option<Lasts> {
        match lasts {
            ast::Lasts::For(DurationMs(0)) => None,
            ast::Lasts::For(length) => Some(Lasts::For(*length)),
            ast::Lasts::Until(clock) => next_clock(clock, &mut loaded.diagnostics).map(Lasts::Until),
        }
    }
}

/// `until 00:00 in "ZONE"`; `None`, and reported, where there is no such zone.
pub(in crate::language) fn next_clock(
    clock: &ast::NextClock,
    diagnostics: &mut crate::source::Diagnostics,
) -> Option<NextClock> {
    match Zone::new(&clock.zone.value) {
        Ok(zone) => Some(NextClock { second: clock.second, zone }),
        Err(error) => {
            let finding = Diagnostic::new(Code::ScheduleZone, clock.zone.span, error.to_string());
            diagnostics.push(finding.hint(offer::zone(&clock.zone.value)));
            None
        }
    }
}

fn at_first(item: &KeepItem, ty: &Type, loaded: &mut Loaded<'_>) -> Value {
    let Some(tree) = &item.at_first else {
        // A list has a beginning of its own.
        if let Type::List(_) = ty {
            return Value::List([].into());
        }
        if !matches!(ty, Type::Optional(_) | Type::Unknown) {
            let message = format!("what is `{}` before anybody has set it?", item.name.text);
            let finding = Diagnostic::new(Code::NothingAtFirst, item.ty.span, message);
            loaded.diagnostics.push(finding.hint(format!("give it a value, or make it optional: `{ty}?`")));
        }
        return Value::None;
    };
    literal(tree, ty, loaded)
}

/// The value of a literal, or of a list of them.
fn literal(tree: &ast::Expr, ty: &Type, loaded: &mut Loaded<'_>) -> Value {
    let (value, found) = match (&tree.kind, ty) {
        (ExprKind::Const(value), _) => constant(value, Some(ty)),
        (ExprKind::List(items), Type::List(item)) => {
            return Value::List(items.iter().map(|tree| literal(tree, item, loaded)).collect());
        }
        (ExprKind::List(_), _) => (Value::None, Type::List(Box::new(Type::Unknown))),
        _ => {
            let finding = Diagnostic::new(Code::TypeMismatch, tree.span, "a kept value begins as a literal");
            loaded.diagnostics.push(finding.hint("write a number, a text, `yes` or `no`, or a list of them"));
            return Value::None;
        }
    };
    if !found.fits(ty) {
        let found = if matches!(found, Type::List(_)) { "a list".to_owned() } else { format!("`{found}`") };
        let message = format!("expected `{ty}`, found {found}");
        loaded.diagnostics.push(Diagnostic::new(Code::TypeMismatch, tree.span, message));
    }
    value
}

fn keeper(word: &str) -> Keeper {
    match word {
        "caller" => Keeper::Caller,
        "customer" => Keeper::Customer,
        _ => Keeper::Program,
    }
}
