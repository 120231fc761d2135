//! Texts in a script that name something outside of it: zones, channels, days of the week.

use super::Lowerer;
use crate::language::ast::Name;
use crate::language::offer;
use crate::program::{Channel, ContactField, Expr, Slot, Value, Zone};
use crate::source::{Code, Diagnostic, Span, closest};

/// What `.weekday` is, in every language.
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Lowerer<'_> {
    /// Reports a literal that names no zone; what is computed may name any.
    pub(super) fn literal_zone(&mut self, span: Span, value: &Expr) {
        let Expr::Const(Value::Text(name)) = value else { return };
        if let Err(error) = Zone::new(name) {
            let finding = Diagnostic::new(Code::ScheduleZone, span, error.to_string());
            self.diagnostics.push(finding.hint(offer::zone(name)));
        }
    }

    /// Reports a text as written that a value is compared with, which only has certain words, and is none of them.
    pub(super) fn literal_word(&mut self, asked: &Expr, span: Span, value: &Expr) {
        let Expr::Const(Value::Text(word)) = value else { return };
        let name = Name { text: word.clone(), span };
        let declared = self.declared;
        match asked {
            Expr::Contact(ContactField::Channel) => {
                let known = Channel::ALL.into_iter().chain([Channel::Task]).map(Channel::word);
                if !known.clone().any(|known| known == &**word) {
                    self.unknown(Code::UnknownName, "channel", &name, known);
                }
            }
            Expr::Shift(id) => {
                let schedule = &declared.program.schedules[id.0 as usize];
                if !schedule.shifts().contains(word) {
                    self.no_shift(&schedule.name, schedule.shifts(), word, span);
                }
            }
            asked if self.weekdays.contains(asked) => self.literal_weekday(&name),
            asked if self.topics.contains(asked) => {
                let topics = &declared.program.vocabulary.topics;
                if !topics.is_empty() && !topics.contains(word) {
                    self.unknown(Code::UnknownName, "topic", &name, topics.iter().map(|topic| &**topic));
                }
            }
            _ => {}
        }
    }

    /// What holds a day of the week, or a case's topic, too, when it is put there.
    pub(super) fn keep_weekday(&mut self, slot: Slot, value: &Expr) {
        if self.weekdays.contains(value) {
            self.weekdays.push(Expr::Slot(slot));
        }
        if self.topics.contains(value) {
            self.topics.push(Expr::Slot(slot));
        }
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
