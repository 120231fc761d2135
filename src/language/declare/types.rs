//! Types by their words.

use super::Declared;
use crate::language::ast::{Field, Name, TypeName};
use crate::language::load::Loaded;
use crate::language::vocabulary::TYPES;
use crate::program::{Text, Trust, Type};
use crate::source::{Code, Diagnostic, closest};

/// Types of other languages.
const OTHERS: [(&[&str], &str); 9] = [
    (&["string", "str", "String", "varchar"], "text"),
    (&["int", "integer", "float", "double", "decimal", "long"], "number"),
    (&["bool", "boolean", "flag"], "yes_no"),
    (&["datetime", "timestamp", "instant"], "moment"),
    (&["seconds", "timespan", "interval"], "duration"),
    (&["list", "array"], "list of text"),
    (&["pin", "password"], "secret"),
    (&["tel", "telephone", "phone_number", "msisdn"], "phone"),
    (&["amount", "currency", "price"], "money"),
];

impl Declared {
    /// The type that a script means; [`Type::Unknown`], and reported, where there is none, or where it is a secret.
    pub(super) fn ty(&self, written: &TypeName, loaded: &mut Loaded<'_>) -> Type {
        let ty = self.ty_or_secret(written, loaded);
        if ty.is_secret() {
            let message = "no secret may stand here";
            let finding = Diagnostic::new(Code::SecretLeak, written.span, message);
            let hint =
                "only a parameter of a flow or of a backend's operation is a `secret` or a `passphrase`";
            loaded.diagnostics.push(finding.hint(hint));
            return Type::Unknown;
        }
        ty
    }

    fn ty_or_secret(&self, written: &TypeName, loaded: &mut Loaded<'_>) -> Type {
        self.resolve(written).unwrap_or_else(|finding| {
            finding.into_iter().for_each(|finding| loaded.diagnostics.push(finding));
            Type::Unknown
        })
    }

    /// The type that a script means, or what is wrong with it; nothing is said of a name that stands in a line which
    /// could not be read.
    pub(in crate::language) fn resolve(&self, written: &TypeName) -> Result<Type, Option<Diagnostic>> {
        let word = &*written.word.text;
        let known = TYPES.iter().find(|(name, _)| *name == word).map(|(_, ty)| ty.clone());
        let object = self.program.vocabulary.objects.contains_key(word).then(|| Type::Object(word.into()));
        let record = self.program.records.contains_key(word).then(|| Type::Record(word.into()));
        let mut ty = known.or(object).or(record).ok_or_else(|| self.no_type(&written.word))?;
        if written.verified || written.attested {
            let Type::Customer(trust) = &mut ty else {
                let message = format!("only a customer can be verified or attested, not `{word}`");
                return Err(Some(Diagnostic::new(Code::TypeMismatch, written.span, message)));
            };
            *trust = if written.verified { Trust::Verified } else { Trust::Attested };
        }
        let optional = |ty: Type| if written.optional { Type::Optional(Box::new(ty)) } else { ty };
        if ty.is_secret() && (written.list || written.optional) {
            let message = "a secret is never missing, and there are no lists of them";
            return Err(Some(Diagnostic::new(Code::SecretLeak, written.span, message)));
        }
        Ok(if written.list { Type::List(Box::new(optional(ty))) } else { optional(ty) })
    }

    fn no_type(&self, word: &Name) -> Option<Diagnostic> {
        if self.is_lost(&word.text) {
            return None;
        }
        let own = self.program.vocabulary.objects.keys().chain(self.program.records.keys());
        let known = TYPES.iter().map(|(name, _)| *name).chain(own.map(|name| &**name));
        let near = closest(&word.text, known.clone());
        let meant = || OTHERS.iter().find(|(words, _)| words.contains(&&*word.text)).map(|(_, ours)| *ours);
        let hint = match near.or_else(meant) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are `{}`", known.collect::<Vec<_>>().join("`, `")),
        };
        let hint = Some(hint);
        let message = format!("there is no type `{}`", word.text);
        Some(Diagnostic::new(Code::UnknownName, word.span, message).maybe_hint(hint))
    }

    /// Parameters with their types, no name twice, no secret.
    pub(super) fn params(&self, fields: &[Field], loaded: &mut Loaded<'_>) -> Vec<(Name, Type)> {
        self.params_by(fields, loaded, Declared::ty)
    }

    /// Parameters that may be secrets.
    pub(super) fn secret_params(&self, fields: &[Field], loaded: &mut Loaded<'_>) -> Vec<(Name, Type)> {
        self.params_by(fields, loaded, Declared::ty_or_secret)
    }

    fn params_by(
        &self,
        fields: &[Field],
        loaded: &mut Loaded<'_>,
        ty: fn(&Declared, &TypeName, &mut Loaded<'_>) -> Type,
    ) -> Vec<(Name, Type)> {
        let mut params: Vec<(Name, Type)> = Vec::new();
        for field in fields {
            if let Some(span) = field.sensitive {
                let message = "`sensitive` belongs to attributes of customers in the `crm` block";
                let finding = Diagnostic::new(Code::InvalidSetting, span, message);
                loaded.diagnostics.push(finding.hint("take the word out"));
            }
            let ty = ty(self, &field.ty, loaded);
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
