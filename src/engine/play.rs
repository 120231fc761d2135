//! `play`: sounds and messages, once, for a while, or with keys that are listened for; `transcribe`: their words.

use super::action::{Action, ActionId, Audio, Note};
use super::event::Words;
use super::queue::chosen;
use super::run::{Run, Turn};
use super::state::Wait;
use crate::program::verb::{Choice, Extent, Play, Sound, Transcribe};
use crate::program::{Exit, Value, Verb};
use crate::time::{DurationMs, Millis};

impl<'a> Run<'a> {
    pub(super) fn play(&mut self, play: &Play) -> Turn {
        let audio = match &play.sound {
            Sound::Recording(name) => Audio::Sound(name.clone()),
            Sound::Tone(name) => Audio::Tone(name.clone()),
            Sound::Message(message) => match self.value(message) {
                Ok(Value::Recording(recording)) => Audio::Message(recording),
                Ok(_) | Err(_) => return self.fault("there is no message to play", Exit::Next),
            },
        };
        let until = match &play.extent {
            Extent::Looped if self.state.contact.is_written() => return Turn::Exit(Exit::Next, Value::None),
            Extent::Looped => {
                self.play_on(audio);
                return Turn::Exit(Exit::Next, Value::None);
            }
            Extent::For(length) => match self.value(length) {
                Ok(Value::Duration(length)) => Some(self.state.now + length),
                Ok(_) => return Turn::Exit(Exit::Next, Value::None),
                Err(fault) => return self.fault(&fault, Exit::Next),
            },
            Extent::Once | Extent::UntilHungUp => None,
        };
        if self.state.contact.is_written() {
            return match until {
                Some(until) => Turn::Wait(Wait::Pause { until }),
                None => Turn::Exit(Exit::Next, Value::None),
            };
        }
        let id = self.state.next_id();
        self.act(Action::Play { id, audio, looped: play.extent != Extent::Once });
        match play.extent == Extent::Once && play.choices.is_empty() {
            true => Turn::Wait(Wait::Speech { id, barge_in: true }),
            false => self.listen_while_playing(Wait::Playing { id, until }),
        }
    }

    /// Plays over and over, until the scope is done with what it does next.
    pub(super) fn play_on(&mut self, audio: Audio) {
        let id = self.state.next_id();
        self.act(Action::Play { id, audio, looped: true });
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.playback = Some(id);
        }
    }

    /// Keys that wait already are heard at once.
    fn listen_while_playing(&mut self, wait: Wait) -> Turn {
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.wait = wait;
        }
        if self.state.keys.is_empty() || self.played_choices().is_empty() {
            return Turn::Done;
        }
        let turn = self.hear_while_playing();
        match turn {
            Some(turn) => {
                self.wait(Wait::Nothing);
                turn
            }
            None => Turn::Done,
        }
    }

    /// A key while a sound is played.
    pub(super) fn key_in_play(&mut self) {
        if let Some(turn) = self.hear_while_playing() {
            self.walk(turn);
        }
    }

    /// Where the keys that wait lead; `None` where the sound goes on.
    fn hear_while_playing(&mut self) -> Option<Turn> {
        let (node, wait) = (self.state.at()?, self.state.scopes.last()?.wait.clone());
        let id = wait.speaking()?;
        let choices = self.played_choices();
        if choices.is_empty() && !self.plays_to_the_end() {
            self.act(Action::Stop { id });
            return Some(Turn::Exit(Exit::Next, Value::None));
        }
        while let Some(key) = self.state.keys.pop_front() {
            let exit = match chosen(choices, key) {
                Some(index) => Exit::Choice(index as u16),
                None if self.image.node(node).arm(&Exit::NoMatch(1)).is_some() => Exit::NoMatch(1),
                None => {
                    self.note(Note::Dropped { count: 1 });
                    continue;
                }
            };
            let sign = key.sign().to_string();
            self.act(Action::Stop { id });
            self.note(Note::Took { keys: sign.as_str().into() });
            self.caller_answered(node);
            return Some(Turn::Exit(exit, Value::Digits(sign.into())));
        }
        None
    }

    /// The time for which a sound is played is over. Where nothing is said behind it, and then the same sound plays
    /// again, as in a queue whose announcement has nothing to tell, it goes on.
    pub(super) fn play_is_over(&mut self) {
        if let Some(later) = self.plays_on()
            && let Some(Wait::Playing { until, .. }) =
                self.state.scopes.last_mut().map(|scope| &mut scope.wait)
        {
            *until = Some(later);
            return;
        }
        let playing = self.state.scopes.last().and_then(|scope| scope.wait.speaking());
        playing.into_iter().for_each(|id| self.act(Action::Stop { id }));
        self.leave(Exit::Next, Value::None);
    }

    /// Until when the sound goes on that is over now, where nothing would be heard before it begins anew.
    fn plays_on(&self) -> Option<Millis> {
        let at = self.state.at()?;
        let node = self.image.node(at);
        let Verb::Play(Play { extent: Extent::For(length), .. }) = &node.verb else { return None };
        let behind = self.image.node(node.arm(&Exit::Next)?.to);
        let Verb::Say(say) = &behind.verb else { return None };
        let comes_back = behind.arm(&Exit::Next).is_some_and(|arm| arm.to == at);
        let is_silent = |said: Audio| matches!(said, Audio::Speech(spoken) if spoken.is_empty());
        if !say.if_known || !comes_back || !self.known_speech(&say.utterances).is_ok_and(is_silent) {
            return None;
        }
        match self.value(length) {
            Ok(Value::Duration(length)) if length != DurationMs::ZERO => Some(self.state.now + length),
            Ok(_) | Err(_) => None,
        }
    }

    /// The choices of the sound that plays.
    pub(super) fn played_choices(&self) -> &'a [Choice] {
        self.sound().map_or(&[], |play| &play.choices)
    }

    /// Whether only the caller's leaving ends the sound.
    fn plays_to_the_end(&self) -> bool {
        self.sound().is_some_and(|play| play.extent == Extent::UntilHungUp)
    }

    fn sound(&self) -> Option<&'a Play> {
        let image = self.image;
        match &image.node(self.state.at()?).verb {
            Verb::Play(play) => Some(play),
            _ => None,
        }
    }

    pub(super) fn transcribe(&mut self, transcribe: &Transcribe) -> Turn {
        match self.value(&transcribe.recording) {
            Ok(Value::Recording(recording)) => {
                let id = self.state.next_id();
                let within = transcribe.within;
                self.act(Action::Transcribe { id, recording, within });
                Turn::Wait(Wait::Transcript { id, until: self.state.now + within })
            }
            Ok(_) | Err(_) => self.fault("there is no recording", Exit::Failed),
        }
    }

    pub(super) fn transcribed(&mut self, id: ActionId, words: Words) {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Transcript { .. })) {
            return;
        }
        match words {
            Words::Ready(words) => self.leave(Exit::Ready, Value::Text(words)),
            Words::Failed => self.leave(Exit::Failed, Value::None),
        }
    }
}
