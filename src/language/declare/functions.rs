//! `function`: what a Rhai script computes.

use super::Declared;
use crate::language::ast;
use crate::language::load::Loaded;
use crate::program::Function;
use crate::script::{self, FunctionError};
use crate::source::{Code, Diagnostic};

impl Declared {
    pub(super) fn functions(&mut self, items: Vec<ast::Function>, loaded: &mut Loaded<'_>) {
        for item in items {
            let params = self.plain_params(&item.params, loaded);
            let returns = self.ty(&item.returns, loaded);
            let text = loaded.data(&item.path);
            let function = Function {
                name: item.name.text.clone(),
                params,
                returns,
                path: item.path.value.clone(),
                script: text.as_deref().unwrap_or("").into(),
            };
            if text.is_some()
                && let Err(error) = script::check(&function)
            {
                let finding = Diagnostic::new(Code::FunctionMismatch, item.path.span, error.to_string());
                loaded.diagnostics.push(finding.hint(fix(&error)));
            }
            self.function_names.add("function", &item.name, self.program.functions.len(), loaded);
            self.program.functions.push(function);
        }
    }
}

/// What to do about a script that does not fit.
fn fix(error: &FunctionError) -> String {
    match error {
        FunctionError::Parse { .. } => {
            "a script may compute; files, clock, chance, output and `eval` are not there"
        }
        FunctionError::Statements { .. } => "put them into a function: `fn name(x) { … }`",
        FunctionError::Missing { name, .. } => return format!("write it there: `fn {name}(…) {{ … }}`"),
        FunctionError::Arity { .. } => "give the declaration and the script the same parameters",
    }
    .to_owned()
}
