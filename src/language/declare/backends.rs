//! `backend`: services and what can be asked of them.

use super::{Declared, Table};
use crate::language::ast;
use crate::language::load::Loaded;
use crate::program::{Backend, Method, Operation, Text, Type};
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
        let params = self.operation_params(item, loaded);
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

impl Declared {
    /// A secret goes into the body of a `post`: addresses are logged on their way.
    fn operation_params(&self, item: &ast::Operation, loaded: &mut Loaded<'_>) -> Vec<(Text, Type)> {
        let params = self.secret_params(&item.params, loaded);
        for (name, _) in params.iter().filter(|(_, ty)| ty.is_secret()) {
            if item.method == Method::Get || item.path.value.contains(&format!("{{{}}}", name.text)) {
                let message = format!("the secret `{}` would stand in the address of a request", name.text);
                let finding = Diagnostic::new(Code::SecretInAddress, name.span, message);
                let hint = "addresses are logged: write `post`, and leave it out of the path";
                loaded.diagnostics.push(finding.hint(hint));
            }
        }
        params.into_iter().map(|(name, ty)| (name.text, ty)).collect()
    }
}

/// Every `{name}` of the path must be a parameter.
fn placeholders(item: &ast::Operation, loaded: &mut Loaded<'_>) {
    for part in item.path.value.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or("");
        if !item.params.iter().any(|param| &*param.name.text == name) {
            let message = format!("`{}` takes no `{name}`", item.name.text);
            let params: Vec<&str> = item.params.iter().map(|param| &*param.name.text).collect();
            let hint = match (crate::source::closest(name, params.iter().copied()), &params[..]) {
                (Some(near), _) => format!("did you mean `{{{near}}}`?"),
                (None, []) => format!("give it one: `{}({name}: digits)`", item.name.text),
                (None, params) => format!("it takes `{}`", params.join("`, `")),
            };
            let finding = Diagnostic::new(Code::WrongPlaceholder, item.path.span, message);
            loaded.diagnostics.push(finding.hint(hint));
        }
    }
}
