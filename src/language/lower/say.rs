//! What is said, and how a verb listens.

use super::Lowerer;
use super::settings::Settings;
use crate::language::ast;
use crate::program::verb::Hearing;
use crate::program::{PromptId, Text, Type, Utterance};
use crate::source::{Code, Span};
use crate::time::DurationMs;

/// No verb waits longer for a key: a caller who takes ten minutes has left the receiver on the table.
pub(in crate::language) const LONGEST_WAIT: DurationMs = DurationMs::from_secs(600);
/// No verb waits longer for a written reply.
const LONGEST_REPLY: DurationMs = DurationMs::from_secs(7 * 86_400);

impl<'a> Lowerer<'a> {
    /// Prompts with their arguments.
    pub(super) fn speech(&mut self, speech: &'a [ast::Utterance]) -> Vec<Utterance> {
        let said: Vec<Utterance> = speech.iter().filter_map(|utterance| self.utterance(utterance)).collect();
        self.graph.said.extend(said.iter().map(|utterance| utterance.prompt));
        said
    }

    /// Prompts that are sent as text, with their arguments.
    pub(super) fn sent(&mut self, speech: &'a [ast::Utterance]) -> Vec<Utterance> {
        let sent: Vec<Utterance> = speech.iter().filter_map(|utterance| self.utterance(utterance)).collect();
        self.graph.sent.extend(sent.iter().map(|utterance| utterance.prompt));
        sent
    }

    /// The same, where a value may be missing: what would say it is left out then.
    pub(super) fn speech_if_known(&mut self, speech: &'a [ast::Utterance]) -> Vec<Utterance> {
        let before = std::mem::replace(&mut self.may_be_unknown, true);
        let said = self.speech(speech);
        self.may_be_unknown = before;
        said
    }

    fn utterance(&mut self, utterance: &'a ast::Utterance) -> Option<Utterance> {
        let declared = self.declared;
        let index = match declared.prompt_names.get(&utterance.prompt.text) {
            Some(index) => index,
            None if declared.tone_names.get(&utterance.prompt.text).is_some() => {
                let name = &utterance.prompt;
                let message = format!("`{}` is a tone, not a prompt", name.text);
                self.report_fix(Code::UnknownName, name.span, message, format!("write `play {}`", name.text));
                return None;
            }
            None => {
                let names = declared.prompt_names.names();
                let near = self.unknown(Code::UnknownName, "prompt", &utterance.prompt, names);
                near.and_then(|near| declared.prompt_names.get(near))?
            }
        };
        let prompt = &declared.program.prompts[index];
        let known = |ty: &Type| match self.may_be_unknown {
            true => Type::Optional(Box::new(ty.clone())),
            false => ty.clone(),
        };
        let params: Vec<(Text, Type)> =
            prompt.params.iter().map(|(name, ty)| (name.clone(), known(ty))).collect();
        let params: Vec<(&str, &Type)> = params.iter().map(|(name, ty)| (&**name, ty)).collect();
        let args = self.arguments("prompt", &utterance.prompt, utterance.span, &utterance.args, &params);
        let language = utterance.language.as_ref().and_then(|language| self.spoken_language(language));
        Some(Utterance { prompt: PromptId(index as u32), args, language })
    }

    /// A language of the program.
    fn spoken_language(&mut self, language: &ast::Name) -> Option<Text> {
        let declared = self.declared;
        let languages = &declared.program.languages;
        if languages.contains(&language.text) {
            return Some(language.text.clone());
        }
        if !declared.languages_lost {
            self.unknown(Code::UnknownName, "language", language, languages.iter().map(|known| &**known));
        }
        None
    }

    /// How a verb speaks and listens, by its settings.
    pub(super) fn hearing(&mut self, settings: &Settings<'a>, at: Span) -> Hearing {
        let (say, then) = settings.say.unwrap_or((&[], &[]));
        let hearing = Hearing {
            say: self.speech(say),
            then: self.speech(then),
            first_key: settings.first_key,
            between_keys: settings.between_keys.unwrap_or(Hearing::BETWEEN_KEYS),
            speech: settings.speech,
            retries: settings.retries.unwrap_or_default(),
        };
        let lengths = [
            ("first_key", hearing.first_key, LONGEST_REPLY),
            ("between_keys", Some(hearing.between_keys), LONGEST_WAIT),
            ("speech", hearing.speech, LONGEST_WAIT),
        ];
        for (what, length, longest) in lengths {
            if let Some(length) = length {
                self.length(what, length, longest, settings.place(what, at));
            }
        }
        hearing
    }
}
