//! Texts that are one of certain words: days of the week, topics, outcomes, what a case is.

use super::Lowerer;
use crate::language::ast::Name;
use crate::language::vocabulary::{CASE_PRIORITIES, CASE_STATES};
use crate::program::{Expr, Slot, Type, Vocabulary};
use crate::source::{Code, closest};

/// What `.weekday` is, in every language.
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Which words a text can be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Words {
    Weekday,
    Topic,
    Outcome,
    CaseState,
    CasePriority,
}

impl Words {
    /// The words of a field, where it has only certain ones.
    pub fn of_field(of: &Type, field: &str) -> Option<Words> {
        match (of, field) {
            (Type::Moment | Type::Date, "weekday") => Some(Words::Weekday),
            (Type::Case, "topic") | (Type::Customer(_), "last_topic") => Some(Words::Topic),
            (Type::Customer(_), "last_outcome") => Some(Words::Outcome),
            (Type::Case, "state") => Some(Words::CaseState),
            (Type::Case, "priority") => Some(Words::CasePriority),
            _ => None,
        }
    }
}

impl Lowerer<'_> {
    /// Which words an expression can be, where it can be certain ones only.
    pub(super) fn words_of(&self, asked: &Expr) -> Option<Words> {
        let asked = match asked {
            Expr::Otherwise(value, _) => value,
            other => other,
        };
        self.worded.iter().find(|(known, _)| known == asked).map(|(_, words)| *words)
    }

    /// What is put into a variable is still one of its words there.
    pub(super) fn keep_words(&mut self, slot: Slot, value: &Expr) {
        if let Some(words) = self.words_of(value) {
            self.worded.push((Expr::Slot(slot), words));
        }
    }

    /// Reports a text as written that is none of the words.
    pub(super) fn literal_of(&mut self, words: Words, name: &Name) {
        let declared = self.declared;
        let vocabulary = &declared.program.vocabulary;
        match words {
            Words::Weekday => self.literal_weekday(name),
            Words::Topic if vocabulary.topics.is_empty() || vocabulary.topics.contains(&name.text) => {}
            Words::Topic => {
                let known = vocabulary.topics.iter().map(|topic| &**topic);
                self.unknown(Code::UnknownName, "topic", name, known);
            }
            Words::Outcome if vocabulary.has_outcome(&name.text) => {}
            Words::Outcome => {
                let known = vocabulary.outcomes.iter().map(|outcome| &**outcome);
                let known = known.chain(Vocabulary::BUILT_IN_OUTCOMES);
                self.unknown(Code::UnknownName, "outcome", name, known);
            }
            Words::CaseState => self.literal_of_case(name, &CASE_STATES),
            Words::CasePriority => self.literal_of_case(name, &CASE_PRIORITIES),
        }
    }

    fn literal_of_case(&mut self, name: &Name, known: &[&str]) {
        if known.contains(&&*name.text) {
            return;
        }
        let hint = match closest(&name.text, known.iter().copied()) {
            Some(near) => format!("did you mean `\"{near}\"`?"),
            None => format!("it is one of `\"{}\"`", known.join("\"`, `\"")),
        };
        self.report_fix(Code::UnknownName, name.span, format!("no case is `{}`", name.text), hint);
    }

    /// Reports a word that is no day of the week: `Friday`, `fri`.
    fn literal_weekday(&mut self, name: &Name) {
        if DAYS.contains(&&*name.text) {
            return;
        }
        let word = name.text.to_lowercase();
        let begins = |day: &&&str| word.len() > 1 && day.starts_with(&*word);
        let near = DAYS.iter().find(begins).copied().or_else(|| closest(&word, DAYS));
        let hint = match near {
            Some(near) => format!("did you mean `\"{near}\"`?"),
            None => format!("in every language it is one of `\"{}\"`", DAYS.join("\"`, `\"")),
        };
        let message = format!("no day of the week is `{}`", name.text);
        self.report_fix(Code::UnknownName, name.span, message, hint);
    }
}
