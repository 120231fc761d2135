//! `tone`: frequencies that a line carries, and lengths.

use super::Declared;
use crate::language::ast::{self, Spanned};
use crate::language::load::Loaded;
use crate::program::{Tone, TonePart};
use crate::source::{Code, Diagnostic};
use crate::time::DurationMs;

impl Declared {
    pub(super) fn tones(&mut self, items: Vec<ast::Tone>, loaded: &mut Loaded<'_>) {
        for item in items {
            item.parts.iter().for_each(|part| check_part(part, loaded));
            if item.parts.is_empty() {
                let message = format!("the tone `{}` has no parts", item.name.text);
                let finding = Diagnostic::new(Code::InvalidSetting, item.name.span, message);
                loaded.diagnostics.push(finding.hint("write `425Hz 1s, pause 4s` into its braces"));
            }
            self.tone_names.add("tone", &item.name, self.program.tones.len(), loaded);
            let parts = item.parts.into_iter().map(|part| part.value).collect();
            self.program.tones.push(Tone { name: item.name.text, parts });
        }
        self.recordings = loaded.recordings();
    }
}

fn check_part(part: &Spanned<TonePart>, loaded: &mut Loaded<'_>) {
    let TonePart { frequencies_hz, length } = &part.value;
    if frequencies_hz.iter().any(|hertz| !Tone::CARRIED_HZ.contains(hertz)) {
        let (low, high) = (Tone::CARRIED_HZ.start(), Tone::CARRIED_HZ.end());
        let message = format!("a telephone line carries {low} to {high} Hz");
        loaded.diagnostics.push(Diagnostic::new(Code::InvalidLiteral, part.span, message));
    }
    if *length == DurationMs::ZERO || *length > Tone::LONGEST_PART {
        let longest = Tone::LONGEST_PART;
        let message =
            format!("a part of a tone lasts more than nothing and at most {longest}, found {length}");
        loaded.diagnostics.push(Diagnostic::new(Code::InvalidLiteral, part.span, message));
    }
}
