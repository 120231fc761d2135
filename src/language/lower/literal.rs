//! Texts in a script that name something outside of it: zones, channels, shifts, and the words of `words`.

use super::Lowerer;
use crate::language::ast::Name;
use crate::language::offer;
use crate::program::{Channel, ContactField, Expr, Value, Zone};
use crate::source::{Code, Diagnostic, Span};

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
            asked => {
                if let Some(words) = self.words_of(asked) {
                    self.literal_of(words, &name);
                }
            }
        }
    }
}
