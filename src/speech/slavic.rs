//! What Russian and Polish have in common: a noun that takes five forms beside a number.

use super::Word;
use crate::program::{Case, Gender};

/// A noun in the forms that a count asks for.
pub(super) struct Counted {
    pub(super) key: &'static str,
    pub(super) gender: Gender,
    /// After one; after two to four; after everything else; after one in the accusative; after one in the genitive.
    pub(super) forms: [&'static str; 5],
}

/// The ends of the keys of a noun's forms. Forms that sound the same share the first of their keys.
const FORM_KEYS: [&str; 5] = ["_1", "_2", "_5", "_1_acc", "_1_g"];

impl Counted {
    /// The form after a count: 0 for one, 1 for two to four, 2 for everything else, as the language tells them apart.
    pub(super) fn form(&self, plural: usize, case: Case) -> Word {
        let index = match (case, plural) {
            (Case::Accusative, 0) => 3,
            (Case::Genitive, 0) => 4,
            (Case::Genitive, _) => 2,
            (Case::Nominative | Case::Accusative | Case::Dative, form) => form,
        };
        let text = self.forms[index];
        let first = self.forms.iter().position(|form| *form == text).unwrap_or(index);
        let invariable = self.forms.iter().all(|form| *form == text);
        Word::made(format!("{}{}", self.key, if invariable { "" } else { FORM_KEYS[first] }), text)
    }
}
