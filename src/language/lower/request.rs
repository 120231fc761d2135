//! `get` and `post`.

use super::Lowerer;
use super::arms::Way;
use super::statement::head;
use crate::language::ast::{Body, Expr as Tree, Name, Spanned};
use crate::program::verb::Request;
use crate::program::{Exit, Method, OperationId, Type, Verb};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    pub(super) fn request(
        &mut self,
        span: Span,
        method: &Spanned<Method>,
        (backend, operation): (&Name, &Name),
        args: &'a [Tree],
        body: &'a Body,
    ) {
        let word = method_word(method.value);
        let Some(id) = self.operation(backend, operation) else {
            args.iter().for_each(|arg| drop(self.expr(arg)));
            return self.broken(span, true);
        };
        let declared = self.declared;
        let (asked, found) = declared.program.operation(id);
        if found.method != method.value {
            let message = format!("`{}` is declared with `{}`", found.name, method_word(found.method));
            let finding = Diagnostic::new(Code::TypeMismatch, method.span, message);
            let hint = format!("write `{} {}.{}`", method_word(found.method), asked.name, found.name);
            self.diagnostics.push(finding.hint(hint));
        }
        let params: Vec<(&str, &Type)> = found.params.iter().map(|(name, ty)| (&**name, ty)).collect();
        let args = self.arguments("operation", operation, head(span, body.span), args, &params);
        let settings = self.settings(word, body, &["while waiting", "within"]);
        let within = self.within(span, &settings, found.within);
        let at = head(span, body.span);
        let node = self.emit(Verb::Request(Request { operation: id, args, within }), at);
        self.waiting(node, settings.waiting);
        let reply = Type::Reply(format!("{}.{}", asked.name, found.name).into());
        let mut ways = vec![Way::brings("ok", Exit::Ok, reply)];
        ways.extend(
            found.statuses.iter().map(|status| Way::plain(status, Exit::Status(status.clone()), true)),
        );
        ways.extend(Way::all(&[("failed", Exit::Failed), ("late", Exit::Late)]));
        self.exits(node, word, at, body, &ways, Vec::new());
    }

    pub(super) fn operation(&mut self, backend: &Name, operation: &Name) -> Option<OperationId> {
        let declared = self.declared;
        let index = match declared.backend_names.get(&backend.text) {
            Some(index) => index,
            None => {
                let near =
                    self.unknown(Code::UnknownName, "backend", backend, declared.backend_names.names());
                near.and_then(|near| declared.backend_names.get(near))?
            }
        };
        let operations = &declared.program.backends[index].operations;
        let position = |name: &str| operations.iter().position(|known| &*known.name == name);
        let found = match position(&operation.text) {
            Some(found) => found,
            None => {
                let known = operations.iter().map(|known| &*known.name);
                let near = self.unknown(Code::UnknownName, "operation", operation, known);
                near.and_then(position)?
            }
        };
        Some(OperationId { backend: index as u16, operation: found as u16 })
    }
}

fn method_word(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
    }
}
