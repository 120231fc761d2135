//! `function`: what a Rhai script computes.

use super::Declared;
use crate::language::ast;
use crate::language::load::Loaded;
use crate::program::Function;
use crate::script::{self, FunctionError};
use crate::source::{Code, Diagnostic, Span, closest};

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
            if let Some(text) = &text
                && let Err(error) = script::check(&function)
            {
                let span = place(&error, &item, text, loaded);
                let finding = Diagnostic::new(Code::FunctionMismatch, span, error.to_string());
                let finding = match span == item.path.span {
                    true => finding,
                    false => finding.related(item.path.span, "declared here"),
                };
                loaded.diagnostics.push(finding.hint(fix(&error, &function)));
            }
            self.function_names.add("function", &item.name, self.program.functions.len(), loaded);
            self.program.functions.push(function);
        }
    }
}

/// The line of the script that is wrong, or the declaration's path where it is the whole.
fn place(error: &FunctionError, item: &ast::Function, text: &str, loaded: &mut Loaded<'_>) -> Span {
    let line = match error {
        FunctionError::Parse { line, .. } | FunctionError::Unknown { line, .. } => *line,
        FunctionError::Statements { .. } | FunctionError::Missing { .. } | FunctionError::Arity { .. } => {
            return item.path.span;
        }
    };
    let path = &*item.path.value;
    let source = loaded.sources.find(path).unwrap_or_else(|| loaded.sources.add(path, text));
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let written = text[before..].lines().next().unwrap_or("");
    let start = before + written.len() - written.trim_start().len();
    Span { source, start: start as u32, end: (start + written.trim().len()) as u32 }
}

/// What to do about a script that does not fit.
fn fix(error: &FunctionError, function: &Function) -> String {
    match error {
        FunctionError::Parse { variable: Some(name), .. } => {
            let params = function.params.iter().map(|(param, _)| &**param);
            match closest(name, params) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "`let {name} = …;` before this makes it; a script sees nothing but its parameters"
                ),
            }
        }
        FunctionError::Parse { reason, .. } if reason.contains("reserved") || reason.contains("symbol") => {
            "a script may compute; files, clock, chance, output and `eval` are not there".to_owned()
        }
        FunctionError::Parse { .. } => {
            "a script is written in Rhai: statements end with `;`, blocks stand in `{ }`".to_owned()
        }
        FunctionError::Unknown { name, .. }
            if matches!(&**name, "timestamp" | "now" | "elapsed" | "sleep") =>
        {
            "a script has no clock, and cannot wait: give it the time as a parameter, `rank(now)`".to_owned()
        }
        FunctionError::Unknown { name, .. } if matches!(&**name, "rand" | "random" | "rand_bool") => {
            "a script has no chance: the statement `choose` draws".to_owned()
        }
        FunctionError::Unknown { near: Some(near), .. } => format!("did you mean `{near}`?"),
        FunctionError::Unknown { name, .. } => format!("write it there: `fn {name}(…) {{ … }}`"),
        FunctionError::Statements { .. } => "put them into a function: `fn name(x) { … }`".to_owned(),
        FunctionError::Missing { name, .. } => format!("write it there: `fn {name}(…) {{ … }}`"),
        FunctionError::Arity { .. } => "give the declaration and the script the same parameters".to_owned(),
    }
}
