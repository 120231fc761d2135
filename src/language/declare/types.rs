//! Types by their words.

use super::Declared;
use crate::language::ast::{Field, Name, TypeName};
use crate::language::load::Loaded;
use crate::program::{Text, Trust, Type};
use crate::source::{Code, Diagnostic};

/// Types that every program has.
const WORDS: [(&str, Type); 12] = [
    ("yes_no", Type::Bool),
    ("number", Type::Number),
    ("text", Type::Text),
    ("digits", Type::Digits),
    ("phone", Type::Phone),
    ("money", Type::Money),
    ("duration", Type::Duration),
    ("date", Type::Date),
    ("time", Type::Time),
    ("secret", Type::Secret),
    ("case", Type::Case),
    ("customer", Type::Customer(Trust::Claimed)),
];

impl Declared {
    /// The type that a script means; [`Type::Unknown`], and reported, where there is none.
    pub(super) fn ty(&self, written: &TypeName, loaded: &mut Loaded<'_>) -> Type {
        let word = &*written.word.text;
        let known = WORDS.iter().find(|(name, _)| *name == word).map(|(_, ty)| ty.clone());
        let object = self.program.vocabulary.objects.contains_key(word).then(|| Type::Object(word.into()));
        let Some(mut ty) = known.or(object) else {
            let objects = self.program.vocabulary.objects.keys().map(|name| &**name);
            loaded.unknown("type", &written.word, WORDS.iter().map(|(name, _)| *name).chain(objects));
            return Type::Unknown;
        };
        if written.verified {
            if let Type::Customer(trust) = &mut ty {
                *trust = Trust::Verified;
            } else {
                let message = format!("only a customer can be verified, not `{word}`");
                loaded.diagnostics.push(Diagnostic::new(Code::TypeMismatch, written.span, message));
            }
        }
        if ty == Type::Secret {
            let message = "a secret is asked for inside `authenticate` and goes nowhere else";
            let finding = Diagnostic::new(Code::SecretLeak, written.span, message);
            loaded
                .diagnostics
                .push(finding.hint("leave it out: what is done with the secret is done in `authenticate`"));
            return Type::Unknown;
        }
        if written.list {
            ty = Type::List(Box::new(ty));
        }
        if written.optional { Type::Optional(Box::new(ty)) } else { ty }
    }

    /// Parameters with their types, no name twice.
    pub(super) fn params(&self, fields: &[Field], loaded: &mut Loaded<'_>) -> Vec<(Name, Type)> {
        let mut params: Vec<(Name, Type)> = Vec::new();
        for field in fields {
            let ty = self.ty(&field.ty, loaded);
            if let Some((first, _)) = params.iter().find(|(name, _)| name.text == field.name.text) {
                let message = format!("`{}` is there twice", field.name.text);
                let finding = Diagnostic::new(Code::DuplicateName, field.name.span, message);
                let finding = finding.label("the second").related(first.span, "the first");
                loaded.diagnostics.push(finding.hint("give one of them another name"));
            } else {
                params.push((field.name.clone(), ty));
            }
        }
        params
    }

    /// The same without places.
    pub(super) fn plain_params(&self, fields: &[Field], loaded: &mut Loaded<'_>) -> Vec<(Text, Type)> {
        self.params(fields, loaded).into_iter().map(|(name, ty)| (name.text, ty)).collect()
    }
}
