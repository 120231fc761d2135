//! What is said, and how a verb listens.

use super::Lowerer;
use super::settings::Settings;
use crate::language::ast;
use crate::program::verb::Hearing;
use crate::program::{PromptId, Type, Utterance};
use crate::source::{Code, Diagnostic, Span};
use crate::time::DurationMs;

/// No verb waits longer for a key: a caller who takes ten minutes has left the receiver on the table.
const LONGEST_WAIT: DurationMs = DurationMs::from_secs(600);

impl<'a> Lowerer<'a> {
    /// Prompts with their arguments.
    pub(super) fn speech(&mut self, speech: &'a [ast::Utterance]) -> Vec<Utterance> {
        speech.iter().filter_map(|utterance| self.utterance(utterance)).collect()
    }

    fn utterance(&mut self, utterance: &'a ast::Utterance) -> Option<Utterance> {
        let declared = self.declared;
        let index = match declared.prompt_names.get(&utterance.prompt.text) {
            Some(index) => index,
            None => {
                let names = declared.prompt_names.names();
                let near = self.unknown(Code::UnknownName, "prompt", &utterance.prompt, names);
                near.and_then(|near| declared.prompt_names.get(near))?
            }
        };
        let prompt = &declared.program.prompts[index];
        let params: Vec<(&str, &Type)> = prompt.params.iter().map(|(name, ty)| (&**name, ty)).collect();
        let args = self.arguments("prompt", &utterance.prompt, utterance.span, &utterance.args, &params);
        Some(Utterance { prompt: PromptId(index as u32), args })
    }

    /// How a verb speaks and listens, by its settings.
    pub(super) fn hearing(&mut self, settings: &Settings<'a>, at: Span) -> Hearing {
        let (say, then) = settings.say.unwrap_or((&[], &[]));
        let hearing = Hearing {
            say: self.speech(say),
            then: self.speech(then),
            first_key: settings.first_key.unwrap_or(Hearing::FIRST_KEY),
            between_keys: settings.between_keys.unwrap_or(Hearing::BETWEEN_KEYS),
            retries: settings.retries.unwrap_or_default(),
        };
        for (what, length) in [("first_key", hearing.first_key), ("between_keys", hearing.between_keys)] {
            if length == DurationMs::ZERO || length > LONGEST_WAIT {
                let message =
                    format!("`{what}` is more than nothing and at most {LONGEST_WAIT}, found {length}");
                self.diagnostics.push(Diagnostic::new(Code::InvalidSetting, at, message));
            }
        }
        hearing
    }
}
