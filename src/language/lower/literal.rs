//! Texts in a script that name something outside of it: zones, channels.

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

    /// Reports a literal that the contact's channel is compared with and that is none.
    pub(super) fn literal_channel(&mut self, span: Span, asked: &Expr, value: &Expr) {
        let (Expr::Contact(ContactField::Channel), Expr::Const(Value::Text(word))) = (asked, value) else {
            return;
        };
        let known = Channel::ALL.into_iter().chain([Channel::Task]).map(Channel::word);
        if !known.clone().any(|known| known == &**word) {
            self.unknown(Code::UnknownName, "channel", &Name { text: word.clone(), span }, known);
        }
    }
}
