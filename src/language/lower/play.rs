//! `play`: sounds, tones and messages, and the keys that are listened for meanwhile.

use super::Lowerer;
use super::arms::Way;
use super::statement::head;
use crate::language::ast::{Body, Expr as Tree, Name, PlayExtent};
use crate::program::verb::{Extent, Play, Sound};
use crate::program::{Exit, Expr, Text, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span, closest};
use crate::time::DurationMs;

/// A sound is heard for this long at the most: what a contact may last.
const LONGEST: DurationMs = DurationMs::from_secs(4 * 3600);

impl<'a> Lowerer<'a> {
    pub(super) fn play(&mut self, span: Span, name: &Name, extent: &'a PlayExtent, body: &'a Body) {
        let at = head(span, body.span);
        self.settings("play", body, &[]);
        let message = self.scopes.get(&name.text).filter(|variable| variable.ty == Type::Recording);
        let sound = match message {
            Some(variable) => Sound::Message(Expr::Slot(variable.slot)),
            None => {
                self.is_no_prompt(name);
                self.sound(name)
            }
        };
        let ends = !matches!(extent, PlayExtent::UntilHungUp);
        let extent = self.extent(extent);
        let (choices, slots) = self.single_keys("play", at, body);
        let listens = !choices.is_empty();
        let node = self.emit(Verb::Play(Play { sound, extent, choices }), at);
        let mut after = if ends { vec![self.arm(node, Exit::Next, None)] } else { Vec::new() };
        for (index, (tree, slot)) in body.choices.iter().zip(slots).enumerate() {
            self.loose = vec![self.arm(node, Exit::Choice(index as u16), slot)];
            self.scopes.enter();
            if let (Some(name), Some(slot)) = (&tree.bind, slot) {
                self.declare_at(name, Type::Digits, slot);
            }
            self.branch(&tree.branch);
            self.scopes.leave();
            after.append(&mut self.loose);
        }
        let ways = [Way::plain("no_match", Exit::NoMatch(1), false)];
        self.exits(node, "play", at, body, if listens { &ways } else { &[] }, after);
    }

    /// A prompt is said: its words are chosen by the language of the contact.
    fn is_no_prompt(&mut self, name: &Name) {
        let declared = self.declared;
        let is_tone = declared.tone_names.get(&name.text).is_some();
        if !is_tone && declared.prompt_names.get(&name.text).is_some() {
            let message = format!("`{}` is a prompt, not a sound", name.text);
            let finding = Diagnostic::new(Code::UnknownName, name.span, message);
            self.diagnostics.push(finding.hint(format!("write `say {}`", name.text)));
        }
    }

    /// A tone of that name, else a recording.
    pub(super) fn sound_named(&self, name: &Text) -> Sound {
        match self.declared.tone_names.get(name) {
            Some(_) => Sound::Tone(name.clone()),
            None => Sound::Recording(name.clone()),
        }
    }

    fn sound(&mut self, name: &Name) -> Sound {
        let sound = self.sound_named(&name.text);
        if matches!(sound, Sound::Recording(_)) && !self.declared.recordings.contains(&*name.text) {
            self.is_no_sound(name);
        }
        sound
    }

    /// Reports a variable that is no sound, and a name that is nearly that of a tone.
    fn is_no_sound(&mut self, name: &Name) {
        let declared = self.declared;
        let is_prompt = declared.prompt_names.get(&name.text).is_some();
        if let Some(variable) = self.scopes.get(&name.text).cloned() {
            if variable.ty.is_secret() {
                return self.leak(&name.text, name.span, &variable);
            }
            if let Type::Optional(inner) = &variable.ty
                && **inner == Type::Recording
            {
                return self.fit(name.span, &variable.ty, inner);
            }
            let message = format!("`{}` is `{}`, not a sound", name.text, variable.ty);
            let finding = Diagnostic::new(Code::TypeMismatch, name.span, message);
            let known = variable.ty != Type::Unknown && !is_prompt;
            let fix = "a tone, a recording or a message is played; a value is said by a prompt";
            self.diagnostics.extend(known.then(|| finding.hint(fix)));
        } else if let Some(near) = closest(&name.text, declared.tone_names.names()).filter(|_| !is_prompt) {
            let message = format!("there is no tone and no recording `{}`", name.text);
            let finding = Diagnostic::new(Code::UnknownName, name.span, message);
            self.diagnostics.push(finding.hint(format!("did you mean `{near}`?")));
        }
    }

    fn extent(&mut self, extent: &'a PlayExtent) -> Extent {
        match extent {
            PlayExtent::Once => Extent::Once,
            PlayExtent::For(length) => Extent::For(self.play_length(length)),
            PlayExtent::UntilHungUp => Extent::UntilHungUp,
        }
    }

    fn play_length(&mut self, tree: &'a Tree) -> Expr {
        let length = self.expect(tree, &Type::Duration);
        if let Expr::Const(Value::Duration(found)) = length
            && (found == DurationMs::ZERO || found > LONGEST)
        {
            let message =
                format!("a sound is played for more than nothing and at most {LONGEST}, found {found}");
            let finding = Diagnostic::new(Code::InvalidSetting, tree.span, message);
            self.diagnostics.push(finding.hint("write `until hung up` for a sound without an end"));
        }
        length
    }

    /// A sound for the time in which something else is waited for.
    pub(super) fn music(&mut self, name: &Name) {
        let sound = self.sound(name);
        self.play_along(name.span, sound, Extent::Looped);
    }

    /// A sound to which nobody need listen.
    pub(super) fn play_along(&mut self, span: Span, sound: Sound, extent: Extent) {
        self.step(Verb::Play(Play { sound, extent, choices: Vec::new() }), span);
    }
}
