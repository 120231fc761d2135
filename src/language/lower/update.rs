//! `update` and `tell`: what the CRM and backends shall know.

use super::Lowerer;
use super::arms::Way;
use super::statement::head;
use crate::language::ast::{Expr as Tree, Name, Update as UpdateTree};
use crate::program::verb::{Tell, Update};
use crate::program::{Exit, Method, Trust, Type, Verb};
use crate::source::{Code, Diagnostic, Span};

/// The fields of a customer that take a secret.
const PIN: &str = "pin";
const PASSPHRASE: &str = "passphrase";

impl<'a> Lowerer<'a> {
    pub(super) fn update(&mut self, span: Span, tree: &'a UpdateTree) {
        let (of, ty) = self.expr(&tree.of);
        let wanted = self.updated_field(tree, &ty);
        let value = self.expect(&tree.value, &wanted);
        let settings = self.settings("update", &tree.body, &["within"]);
        let within = self.within(span, &settings, Update::WITHIN);
        let at = head(span, tree.body.span);
        let node = self.emit(Verb::Update(Update { of, field: tree.field.text.clone(), value, within }), at);
        let ok = tree.body.arms.iter().any(|arm| arm.exits.iter().any(|exit| &*exit.word.text == "ok"));
        let after = if ok { Vec::new() } else { vec![self.arm(node, Exit::Ok, None)] };
        let mut ways = Way::all(&[("conflict", Exit::Conflict), ("failed", Exit::Failed)]);
        ways.push(Way::plain("ok", Exit::Ok, false));
        self.exits(node, "update", at, &tree.body, &ways, after);
    }

    /// The type of the field; a customer must have proved who it is.
    fn updated_field(&mut self, tree: &UpdateTree, ty: &Type) -> Type {
        match ty {
            Type::Customer(_) => {
                self.fit(tree.of.span, ty, &Type::Customer(Trust::Verified));
                if &*tree.field.text == PIN {
                    return Type::Secret;
                }
                if &*tree.field.text == PASSPHRASE {
                    return Type::Passphrase;
                }
                let declared = self.declared;
                let fields = &declared.program.vocabulary.customer;
                if declared.program.vocabulary.sensitive.contains(&tree.field.text) {
                    return self.sensitive_field(tree, fields.get(&tree.field.text));
                }
                let language = Type::Optional(Box::new(Type::Text));
                let own = fields.iter().map(|(name, ty)| (&**name, ty));
                self.writable_field(tree, ty, own.chain([("language", &language)]))
            }
            Type::Object(kind) => {
                let declared = self.declared;
                let object = declared.program.vocabulary.objects.get(kind);
                let key = declared.object_keys.get(kind).and_then(|key| key.as_deref());
                let fields = object.into_iter().flat_map(|object| &object.fields);
                let fields = fields.map(|(name, ty)| (&**name, ty)).filter(|(name, _)| Some(*name) != key);
                self.writable_field(tree, ty, fields)
            }
            Type::Unknown => Type::Unknown,
            other => {
                self.mismatch(tree.of.span, "a customer or an object of the `crm` block", other);
                Type::Unknown
            }
        }
    }

    /// What is sensitive is asked as a secret, and keys are digits.
    fn sensitive_field(&mut self, tree: &UpdateTree, ty: Option<&Type>) -> Type {
        let ty = ty.map_or(Type::Unknown, |ty| super::operator::opened(ty.clone()));
        if !matches!(ty, Type::Digits | Type::Text | Type::Unknown) {
            let message =
                format!("`{}` is sensitive, and a flow changes no sensitive `{ty}`", tree.field.text);
            let finding = Diagnostic::new(Code::TypeMismatch, tree.field.span, message);
            self.diagnostics
                .push(finding.hint("declare it as `digits` or `text`, or have it changed by an import"));
        }
        Type::Secret
    }

    fn writable_field<'n>(
        &mut self,
        tree: &UpdateTree,
        of: &Type,
        fields: impl Iterator<Item = (&'n str, &'n Type)>,
    ) -> Type {
        let plain =
            |ty: &Type| !matches!(super::operator::opened(ty.clone()), Type::Customer(_) | Type::Case);
        let fields: Vec<(&str, &Type)> = fields.filter(|(_, ty)| plain(ty)).collect();
        if let Some((_, ty)) = fields.iter().find(|(name, _)| *name == &*tree.field.text) {
            return (*ty).clone();
        }
        let near = crate::source::closest(&tree.field.text, fields.iter().map(|(name, _)| *name));
        let message = format!("`{of}` has no field `{}` that can be changed", tree.field.text);
        let known: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let hint = match near {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if known.is_empty() => Some("it has no field that a flow changes".to_owned()),
            None => Some(format!("it has `{}`", known.join("`, `"))),
        };
        self.diagnostics.push(Diagnostic::new(Code::UnknownField, tree.field.span, message).maybe_hint(hint));
        Type::Unknown
    }

    pub(super) fn tell(&mut self, span: Span, backend: &Name, operation: &Name, args: &'a [Tree]) {
        let Some(id) = self.operation(backend, operation) else {
            args.iter().for_each(|arg| drop(self.expr(arg)));
            return self.broken(span, true);
        };
        let declared = self.declared;
        let (_, found) = declared.program.operation(id);
        if found.method == Method::Get {
            let message = format!("`{}` only reads, and nobody would learn what it says", found.name);
            let finding = Diagnostic::new(Code::TypeMismatch, operation.span, message);
            self.diagnostics.push(finding.hint("`tell` is for operations that are declared with `post`"));
        }
        let params: Vec<(&str, &Type)> = found.params.iter().map(|(name, ty)| (&**name, ty)).collect();
        if params.iter().any(|(_, ty)| ty.is_secret()) {
            let message = format!("`tell` would write the secret of `{}` into the outbox", found.name);
            let finding = Diagnostic::new(Code::SecretLeak, operation.span, message);
            self.diagnostics.push(finding.hint("write `post`, which sends it and keeps nothing"));
        }
        let args = self.arguments("operation", operation, span, args, &params);
        self.step(Verb::Tell(Tell { operation: id, args }), span);
    }
}
