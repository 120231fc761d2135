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
            let finding = Diagnostic::new(Code::CallNotAllowed, span, refusal.to_string());
            self.diagnostics.push(finding.hint(match &refusal {
                Refusal::Premium(_) => "write `allow premium` into the braces of `program`".to_owned(),
                Refusal::Emergency(_) => "write `allow emergency` into the braces of `program`".to_owned(),
                Refusal::Abroad(_, "001") | Refusal::Unknown(_) => {
                    "write `allow international` into the braces of `program`".to_owned()
                }
                Refusal::Abroad(_, country) => {
                    format!("write `allow international to {country}` into the braces of `program`")
                }
            }));
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
