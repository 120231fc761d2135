//! `function`: what a Rhai script computes.

use super::Declared;
use crate::language::ast;
use crate::language::load::Loaded;
use crate::program::Function;
use crate::script;
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
                loaded.diagnostics.push(finding);
            }
            self.function_names.add("function", &item.name, self.program.functions.len(), loaded);
            self.program.functions.push(function);
        }
    }
}
