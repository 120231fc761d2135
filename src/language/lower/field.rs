//! Fields of records, and values that do not fit.

use super::Lowerer;
use super::words::Words;
use crate::language::ast::{Expr as Tree, ExprKind, Name};
use crate::language::declare::{case_fields, customer_fields};
use crate::language::vocabulary::OF_CONTACT;
use crate::program::verb::Conference;
use crate::program::{ContactField, Expr, Trust, Type};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    pub(super) fn field(&mut self, record: &'a Tree, name: &Name) -> (Expr, Type) {
        if let Some(found) = self.contact_field(record, name) {
            return found;
        }
        if let Some(found) = self.schedule_field(record, name) {
            return found;
        }
        let (expr, ty) = self.expr(record);
        if let Type::List(item) = &ty
            && let Some(found) = self.list_field(&expr, item, &name.text)
        {
            return found;
        }
        let found = Expr::Field(Box::new(expr), name.text.clone());
        let fields = match &ty {
            Type::Unknown => return (found, Type::Unknown),
            Type::Optional(inner) => {
                self.fit(record.span, &ty, inner);
                return (found, Type::Unknown);
            }
            _ => self.fields_of(&ty),
        };
        if let Some(words) = Words::of_field(&ty, &name.text) {
            self.worded.push((found.clone(), words));
        }
        if let Some((_, field)) = fields.iter().find(|(known, _)| *known == &*name.text) {
            let is_moment = super::operator::opened(field.clone()) == Type::Moment;
            if is_moment && matches!(ty, Type::Case | Type::Customer(_)) {
                self.needs_zone(name.span);
            }
            return (found, field.clone());
        }
        if matches!(ty, Type::Customer(_)) && self.is_sensitive(name) {
            return (found, Type::Unknown);
        }
        let near = crate::source::closest(&name.text, fields.iter().map(|(known, _)| *known));
        let hint = match (near, fields.is_empty()) {
            (Some(near), _) => Some(format!("did you mean `{near}`?")),
            (None, true) => None,
            (None, false) => {
                let known: Vec<&str> = fields.iter().map(|(known, _)| *known).collect();
                Some(format!("its fields are `{}`", known.join("`, `")))
            }
        };
        let message = format!("{} has no field `{}`", described(&ty), name.text);
        let ty =
            near.and_then(|near| fields.iter().find(|(known, _)| *known == near)).map(|(_, ty)| ty.clone());
        self.diagnostics.push(Diagnostic::new(Code::UnknownField, name.span, message).maybe_hint(hint));
        (found, ty.unwrap_or(Type::Unknown))
    }

    /// Reports an attribute that no flow reads.
    fn is_sensitive(&mut self, name: &Name) -> bool {
        let sensitive = self.declared.program.vocabulary.sensitive.contains(&name.text);
        if sensitive {
            let message = format!("`{}` is sensitive: no flow reads it", name.text);
            let finding = Diagnostic::new(Code::SecretLeak, name.span, message);
            let hint = format!(
                "`authenticate client with challenge {0}` compares it, and `update client.{0} = new` changes it",
                name.text
            );
            self.diagnostics.push(finding.hint(hint));
        }
        sensitive
    }

    /// `contact.language` and its like, where no variable of the flow has that name.
    fn contact_field(&mut self, record: &Tree, name: &Name) -> Option<(Expr, Type)> {
        let is_contact = matches!(&record.kind, ExprKind::Name(word) if &**word == "contact");
        if !is_contact || self.scopes.get("contact").is_some() {
            return None;
        }
        let optional = || Type::Optional(Box::new(Type::Text));
        let (field, ty) = match &*name.text {
            "id" => (ContactField::Id, Type::Text),
            "channel" => (ContactField::Channel, Type::Text),
            "language" => (ContactField::Language, optional()),
            "priority" => (ContactField::Priority, optional()),
            "arrived" => {
                self.needs_zone(name.span);
                (ContactField::Arrived, Type::Moment)
            }
            "attested" => (ContactField::Attested, Type::Bool),
            "called" => (ContactField::Called, Type::Text),
            "from" => (ContactField::From, Type::Text),
            _ => {
                let message = format!("a contact has no field `{}`", name.text);
                let hint = match crate::source::closest(&name.text, OF_CONTACT) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its fields are `{}`", OF_CONTACT.join("`, `")),
                };
                let finding = Diagnostic::new(Code::UnknownField, name.span, message);
                self.diagnostics.push(finding.hint(hint));
                return Some((Expr::Const(crate::program::Value::None), Type::Unknown));
            }
        };
        Some((Expr::Contact(field), ty))
    }

    fn fields_of(&self, ty: &Type) -> Vec<(&'a str, Type)> {
        let declared = self.declared;
        match ty {
            Type::Customer(_) => {
                let vocabulary = &declared.program.vocabulary;
                let shown =
                    vocabulary.customer.iter().filter(|(name, _)| !vocabulary.sensitive.contains(*name));
                let own = shown.map(|(name, ty)| (&**name, ty.clone()));
                customer_fields().into_iter().chain(own).collect()
            }
            Type::Object(kind) => {
                let fields =
                    declared.program.vocabulary.objects.get(kind).into_iter().flat_map(|o| &o.fields);
                fields.map(|(name, ty)| (&**name, ty.clone())).collect()
            }
            Type::Case => case_fields(),
            Type::Moment => vec![
                ("date", Type::Date),
                ("time", Type::Time),
                ("weekday", Type::Text),
                ("zone", Type::Text),
            ],
            Type::Date => vec![
                ("weekday", Type::Text),
                ("day", Type::Number),
                ("month", Type::Number),
                ("year", Type::Number),
            ],
            Type::List(_) => vec![
                ("count", Type::Number),
                ("first", Type::Unknown),
                ("last", Type::Unknown),
                ("distinct", ty.clone()),
            ],
            Type::Record(name) => {
                let fields = declared.program.records.get(name).into_iter().flatten();
                fields.map(|(name, ty)| (&**name, ty.clone())).collect()
            }
            Type::Recording => vec![("length", Type::Duration), ("cut", Type::Bool), ("link", Type::Text)],
            Type::Reply(name) if **name == *Conference::STAY => {
                vec![("length", Type::Duration), ("joined", Type::Bool), ("last", Type::Bool)]
            }
            Type::Reply(name) => {
                let operations =
                    declared.program.backends.iter().flat_map(|backend| {
                        backend.operations.iter().map(move |operation| (backend, operation))
                    });
                operations
                    .filter(|(backend, operation)| {
                        name.strip_prefix(&*backend.name).and_then(|rest| rest.strip_prefix('.'))
                            == Some(&*operation.name)
                    })
                    .flat_map(|(_, operation)| operation.reply.iter().map(|(name, ty)| (&**name, ty.clone())))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// Reports a value that may not stand where another type is wanted.
    pub(super) fn fit(&mut self, span: Span, ty: &Type, wanted: &Type) {
        if ty.fits(wanted) {
            return;
        }
        match (ty, wanted) {
            (Type::Optional(inner), _) if inner.fits(wanted) => {
                let message = format!("this `{inner}` may be missing");
                let finding = Diagnostic::new(Code::OptionalNotOpened, span, message);
                let hint = self.opening(span);
                self.diagnostics.push(finding.hint(hint));
            }
            (Type::Customer(_), Type::Customer(Trust::Verified)) => {
                let message = "this customer has not proved who it is";
                let finding = Diagnostic::new(Code::NotVerified, span, message);
                self.diagnostics.push(
                    finding.hint("`authenticate` brings a `verified customer`: `verified client -> …`"),
                );
            }
            (Type::Secret, Type::Passphrase) | (Type::Passphrase, Type::Secret) => {
                let message = format!("expected `{wanted}`, found `{ty}`");
                let finding = Diagnostic::new(Code::TypeMismatch, span, message);
                self.diagnostics.push(finding.hint(
                    "a `secret` is digits that are keyed, `ask secret pin: digits 4`; a `passphrase` is words that are written, `ask secret words: text`",
                ));
            }
            (Type::Secret | Type::Passphrase, _) => {
                let message = format!("expected `{wanted}`, found a secret");
                self.report(Code::SecretLeak, span, message);
            }
            (Type::Customer(Trust::Claimed), Type::Customer(Trust::Attested)) => {
                let message = "the network does not sign for this customer's number";
                let finding = Diagnostic::new(Code::NotVerified, span, message);
                self.diagnostics.push(
                    finding.hint("`identify caller { attested client -> … }` brings one for whom it does"),
                );
            }
            (_, Type::Optional(inner)) => self.mismatch(span, &format!("`{inner}`"), ty),
            _ => self.mismatch(span, &format!("`{wanted}`"), ty),
        }
    }

    /// Reports a value of the wrong type.
    pub(super) fn mismatch(&mut self, span: Span, wanted: &str, ty: &Type) {
        if *ty == Type::Unknown {
            return;
        }
        let hint = super::conversion::conversion(wanted, ty, self.sources.slice(span));
        let finding = Diagnostic::new(Code::TypeMismatch, span, format!("expected {wanted}, found `{ty}`"));
        self.diagnostics.push(finding.maybe_hint(hint));
    }
}

fn described(ty: &Type) -> String {
    match ty {
        Type::Object(name) | Type::Record(name) => format!("`{name}`"),
        Type::Reply(name) => format!("the reply of `{name}`"),
        other => format!("`{other}`"),
    }
}
