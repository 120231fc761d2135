//! Numbers that are called as they are written: those that the program may not call are found here, computed ones when
//! they are called.

use super::Lowerer;
use crate::program::{Expr, Party, Refusal, Value};
use crate::source::{Code, Diagnostic, Span};

impl Lowerer<'_> {
    /// Reports what is called and may not be.
    pub(super) fn check_called(&mut self, called: &Expr, span: Span) {
        let mut values = Vec::new();
        constants(called, &mut values);
        let permission = &self.declared.program.permission;
        let parties = values.into_iter().filter_map(Party::of);
        let refused = parties.filter_map(|party| permission.check(&party).err()).next();
        if let Some(refusal) = refused {
            let (code, hint) = remedy(&refusal);
            self.diagnostics.push(Diagnostic::new(code, span, refusal.to_string()).hint(hint));
        }
    }
}

fn remedy(refusal: &Refusal) -> (Code, String) {
    let allow =
        |what: &str| (Code::CallNotAllowed, format!("write `allow {what}` into the braces of `program`"));
    match refusal {
        Refusal::Premium(_) => allow("premium"),
        Refusal::Emergency(_) => allow("emergency"),
        Refusal::Abroad(_, "001") | Refusal::Unknown(_) => allow("international"),
        Refusal::Abroad(_, country) => allow(&format!("international to {country}")),
        Refusal::NoNumber(_) => {
            let hint = "an extension has six digits at most; a number of another country begins with `+`";
            (Code::InvalidLiteral, hint.to_owned())
        }
    }
}

/// The values that an expression may have as they are written.
fn constants<'e>(expr: &'e Expr, values: &mut Vec<&'e Value>) {
    match expr {
        Expr::Const(Value::List(items)) => values.extend(items.iter()),
        Expr::Const(value) => values.push(value),
        Expr::List(items) => items.iter().for_each(|item| constants(item, values)),
        Expr::Choose(_, a, b) | Expr::Otherwise(a, b) => {
            constants(a, values);
            constants(b, values);
        }
        _ => {}
    }
}
