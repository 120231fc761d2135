//! `backend`: services and what can be asked of them.

use super::{Declared, Table};
use crate::language::ast;
use crate::language::load::Loaded;
use crate::program::{Backend, Operation, Text};
use crate::source::{Code, Diagnostic};
use crate::time::DurationMs;

/// A backend that does not say how long it may take has two seconds: a caller takes more for a dead line.
const WITHIN: DurationMs = DurationMs::from_secs(2);
/// Exits that every question has; no status may take their names.
const TAKEN: [&str; 3] = ["ok", "failed", "late"];

impl Declared {
    pub(super) fn backends(&mut self, items: Vec<ast::Backend>, loaded: &mut Loaded<'_>) {
        for item in items {
            let mut names = Table::default();
            let mut operations = Vec::new();
            for operation in &item.operations {
                names.add("operation", &operation.name, operations.len(), loaded);
                operations.push(self.operation(operation, loaded));
            }
            let backend = Backend { name: item.name.text.clone(), operations };
            self.backend_names.add("backend", &item.name, self.program.backends.len(), loaded);
            self.program.backends.push(backend);
        }
    }

    fn operation(&self, item: &ast::Operation, loaded: &mut Loaded<'_>) -> Operation {
        let params = self.plain_params(&item.params, loaded);
        let reply = self.plain_params(&item.reply, loaded);
        placeholders(item, loaded);
        let mut statuses: Vec<Text> = Vec::new();
        for status in &item.statuses {
            if TAKEN.contains(&&*status.text) || statuses.contains(&status.text) {
                let message = format!("`{}` is an exit already", status.text);
                loaded.diagnostics.push(Diagnostic::new(Code::DuplicateName, status.span, message));
            } else {
                statuses.push(status.text.clone());
            }
        }
        Operation {
            name: item.name.text.clone(),
            method: item.method,
            params,
            reply,
            path: item.path.value.clone(),
            within: item.within.unwrap_or(WITHIN),
            statuses,
        }
    }
}

/// Every `{name}` of the path must be a parameter.
fn placeholders(item: &ast::Operation, loaded: &mut Loaded<'_>) {
    for part in item.path.value.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or("");
        if !item.params.iter().any(|param| &*param.name.text == name) {
            let message = format!("`{}` takes no `{name}`", item.name.text);
            loaded.diagnostics.push(Diagnostic::new(Code::WrongPlaceholder, item.path.span, message));
        }
    }
}
