//! Hearing: keys and messages as they come, type-ahead, barge-in. `question` has the picture.

use super::action::{Action, Note};
use super::choice::{Offer, exactly, weigh_choice, worded};
use super::entry::{entry_as_is, weigh_entry};
use super::question::Question;
use super::run::{Run, Turn};
use super::state::{Ear, EarPhase, Phase, Seat, Wait};
use crate::program::passphrase::passphrase;
use crate::program::{Channel, Key, Limits, Misfit, NodeId, Text, Type};

/// What an entry amounts to.
pub(super) enum Weight {
    /// It is complete; of so many keys the value is made.
    Complete(Fit),
    /// Another key may follow.
    Open,
    /// It fits nothing, but its end has not come: the rest is not taken for another entry.
    Lost,
    /// It cannot be taken.
    Wrong(Misfit),
}

/// What a complete entry means.
pub(super) enum Fit {
    /// The value of `ask`.
    Entry,
    /// The offer of a menu at this position.
    Choice(usize),
    /// A global key, which leads here.
    Global(NodeId),
}

/// The keys as a text.
pub(super) fn signs(entry: &[Key]) -> String {
    entry.iter().map(|key| key.sign()).collect()
}

/// A message that is a secret, as a journal keeps it: a replay must tell what could be the secret from what cannot. Of a
/// passphrase that is its length.
fn shape(question: Question, text: &str) -> Text {
    if matches!(question, Question::Entry(ask) if ask.ty() == Type::Passphrase) {
        return Key::HIDDEN.sign().to_string().repeat(passphrase(text).count()).into();
    }
    let hidden = |sign: char| match sign {
        '*' | '#' => sign,
        digit if Key::from_char(digit).is_some_and(Key::is_digit) => Key::HIDDEN.sign(),
        // No key has this sign.
        _ => '-',
    };
    text.trim().chars().map(hidden).collect::<String>().into()
}

impl<'a> Run<'a> {
    /// A key was pressed.
    pub(super) fn key(&mut self, key: Key) {
        if self.state.phase != Phase::Talking {
            return self.stale();
        }
        self.state.held_until = None;
        let ends_entry = self.state.pound_until.take().is_some_and(|until| self.state.now <= until);
        if ends_entry && key == Key::POUND && self.state.keys.is_empty() {
            return self.note(Note::Took { keys: "#".into() });
        }
        if self.is_bridged() || self.state.keys.len() >= Limits::DEFAULT.waiting_digits {
            return self.note(Note::Ignored);
        }
        self.state.keys.push_back(key);
        match self.global_key_pressed() {
            Some(turn) => self.walk(turn),
            None => self.hear(),
        }
    }

    /// The caller wrote, or said, something.
    pub(super) fn text(&mut self, text: Text) {
        if self.state.phase != Phase::Talking {
            return self.stale();
        }
        let full = self.state.texts.len() >= Limits::DEFAULT.waiting_messages;
        if full || self.is_bridged() || !self.listens_to_text() {
            return self.note(Note::Ignored);
        }
        self.state.texts.push_back(text);
        self.hear();
    }

    fn is_bridged(&self) -> bool {
        self.state.scopes.iter().any(|scope| {
            matches!(scope.wait, Wait::Bridged { .. } | Wait::Conference { seat: Seat::Inside { .. }, .. })
        })
    }

    /// On a call only a question that says so listens to speech; in writing every message counts.
    fn listens_to_text(&self) -> bool {
        let hears = self.state.scopes.last().is_some_and(|scope| matches!(scope.wait, Wait::Hearing(_)));
        let speech = || self.question().is_some_and(|(_, question)| question.hearing().speech.is_some());
        self.state.contact.channel != Channel::Call || (hears && speech())
    }

    /// What a new key in the buffer, or a new message, means where the session stands.
    fn hear(&mut self) {
        if self.queue_takes_text() || self.queue_takes_key() {
            return;
        }
        let Some(scope) = self.state.scopes.last_mut() else { return };
        match &mut scope.wait {
            Wait::Playing { .. } => self.key_in_play(),
            Wait::Recording(_) => self.key_in_recording(),
            Wait::Speech { id, barge_in: true } => {
                let id = *id;
                self.act(Action::Stop { id });
                self.leave(crate::program::Exit::Next, crate::program::Value::None);
            }
            Wait::Hearing(ear) => {
                let entry = std::mem::take(&mut ear.entry);
                let speaking = ear.speaking();
                scope.wait = Wait::Nothing;
                speaking.into_iter().for_each(|id| self.act(Action::Stop { id }));
                let turn = self.listen(entry);
                self.walk(turn);
            }
            // The key waits for the next question.
            Wait::Speech { barge_in: false, .. }
            | Wait::Nothing
            | Wait::Answer { .. }
            | Wait::Pause { .. }
            | Wait::Verdict { .. }
            | Wait::Code { .. }
            | Wait::Comparison { .. }
            | Wait::Examination { .. }
            | Wait::Recall { .. }
            | Wait::Update { .. }
            | Wait::Lookup { .. }
            | Wait::Reply { .. }
            | Wait::Calling { .. }
            | Wait::Conference { .. }
            | Wait::HandOver { .. }
            | Wait::Dialling(_)
            | Wait::Queued { .. }
            | Wait::Connecting { .. }
            | Wait::Transcript { .. }
            | Wait::Bridged { .. } => {}
        }
    }

    /// Takes keys from the buffer until the entry is complete, wrong, or wants another key. A message is an answer of
    /// its own: keys that were pressed before it are none.
    pub(super) fn listen(&mut self, mut entry: Vec<Key>) -> Turn {
        let Some((node, question)) = self.question() else { return Turn::Done };
        self.state.held_until = None;
        while let Some(key) = self.state.keys.pop_front() {
            entry.push(key);
            match self.weigh(question, &entry) {
                Weight::Complete(fit) => return self.complete(node, question, entry, fit),
                Weight::Wrong(misfit) => return self.wrong(node, question, &entry, misfit),
                Weight::Open | Weight::Lost => {}
            }
        }
        if let Some(text) = self.state.next_text() {
            if !entry.is_empty() {
                self.note_taken(question, &entry);
            }
            return self.message(node, question, &text);
        }
        let until = self.state.now + question.hearing().between_keys;
        Turn::Wait(Wait::Hearing(Ear { entry, phase: EarPhase::Keying { until } }))
    }

    /// What the keys amount to while another may come.
    fn weigh(&self, question: Question, entry: &[Key]) -> Weight {
        match question {
            Question::Entry(ask) => weigh_entry(ask, &self.heard_by(question, &[]), entry),
            Question::Choice(menu) => {
                let offers = self.offers(menu);
                weigh_choice(menu, &offers, &self.heard_by(question, &offers), entry)
            }
        }
    }

    /// What the keys amount to when no other will come.
    fn weigh_as_is(&self, question: Question, entry: &[Key]) -> Result<Fit, Misfit> {
        match question {
            Question::Entry(ask) => entry_as_is(ask, &self.heard_by(question, &[]), entry),
            Question::Choice(menu) => {
                let offers = self.offers(menu);
                let globals = self.heard_by(question, &offers);
                exactly(&offers, &globals, &signs(entry)).ok_or(Misfit::NoMatch)
            }
        }
    }

    fn complete(&mut self, node: NodeId, question: Question, mut entry: Vec<Key>, fit: Fit) -> Turn {
        match (question, fit) {
            (_, Fit::Global(to)) => {
                self.note(Note::Took { keys: signs(&entry).into() });
                self.leave_by_key(to)
            }
            (Question::Entry(ask), Fit::Entry) => {
                self.note_taken(question, &entry);
                self.swallow_pound(question, &entry);
                if ask.kind.until().is_some() && entry.last().copied() == ask.kind.until() {
                    entry.pop();
                }
                self.took_entry(node, ask, &signs(&entry))
            }
            (Question::Choice(menu), Fit::Choice(index)) => {
                self.note_taken(question, &entry);
                let offers = self.offers(menu);
                let Some(offer) = offers.get(index) else { return Turn::Go(node) };
                // A menu with entries of several keys is one in which people press `#`.
                if menu.until.is_some() || offers.iter().any(Offer::is_long) {
                    self.swallow_pound(question, &entry);
                }
                entry.truncate(offer.keys.as_ref().map_or(0, |keys| keys.first.len()));
                self.chosen(node, menu, offer, Some(&signs(&entry)))
            }
            (Question::Entry(ask), Fit::Choice(index)) => {
                self.note_taken(question, &entry);
                self.swallow_pound(question, &entry);
                self.chosen_beside(node, ask, index, &signs(&entry))
            }
            (Question::Choice(_), Fit::Entry) => Turn::Done,
        }
    }

    fn wrong(&mut self, node: NodeId, question: Question, entry: &[Key], misfit: Misfit) -> Turn {
        self.note_taken(question, entry);
        if matches!(question, Question::Choice(menu) if menu.until == Some(Key::POUND)) {
            self.swallow_pound(question, entry);
        }
        self.refuse(node, question, misfit)
    }

    /// A message, or what was said, as the answer to a question.
    fn message(&mut self, node: NodeId, question: Question, text: &str) -> Turn {
        let keys: Option<Vec<Key>> = text.trim().chars().map(Key::from_char).collect();
        let keyed = keys.as_ref().map(|keys| self.weigh_as_is(question, keys));
        let is_global = matches!(keyed, Some(Ok(Fit::Global(_))));
        self.note(match question.is_secret() && !is_global {
            true => Note::HeardSecret { shape: shape(question, text) },
            false => Note::Heard { text: text.into() },
        });
        if let Some(Ok(Fit::Global(to))) = keyed {
            return self.leave_by_key(to);
        }
        match question {
            Question::Entry(ask) if let Some(Ok(Fit::Choice(index))) = keyed => {
                self.chosen_beside(node, ask, index, text.trim())
            }
            Question::Entry(ask) => self.took_message(node, ask, text),
            Question::Choice(menu) => {
                let offers = self.offers(menu);
                let keyed = keys.and_then(|keys| match exactly(&offers, &[], &signs(&keys)) {
                    Some(Fit::Choice(index)) => Some((index, signs(&keys))),
                    Some(Fit::Entry | Fit::Global(_)) | None => None,
                });
                let words = || worded(offers.iter().map(|offer| &offer.words[..]), text);
                let found = keyed.or_else(|| words().map(|index| (index, String::new())));
                match found.and_then(|(index, keyed)| Some((offers.get(index)?, keyed))) {
                    Some((offer, keyed)) => {
                        self.chosen(node, menu, offer, Some(&*keyed).filter(|keyed| !keyed.is_empty()))
                    }
                    None => self.refuse(node, question, Misfit::NoMatch),
                }
            }
        }
    }

    /// Many callers press `#` behind every entry: behind one that was complete without it, it is no key of the next.
    fn swallow_pound(&mut self, question: Question, entry: &[Key]) {
        if entry.last() == Some(&Key::POUND) {
            return;
        }
        if self.state.keys.front() == Some(&Key::POUND) {
            self.state.keys.pop_front();
            self.note(Note::Took { keys: "#".into() });
        } else if self.state.keys.is_empty() {
            self.state.pound_until = Some(self.state.now + question.hearing().between_keys);
        }
    }

    /// No further key came: the entry is what was keyed.
    pub(super) fn no_further_key(&mut self) {
        let Some((node, question)) = self.question() else { return };
        let Some(Wait::Hearing(ear)) = self.state.scopes.last_mut().map(|scope| &mut scope.wait) else {
            return;
        };
        let entry = std::mem::take(&mut ear.entry);
        let turn = match self.weigh_as_is(question, &entry) {
            Ok(fit) => self.complete(node, question, entry, fit),
            Err(misfit) => self.wrong(node, question, &entry, misfit),
        };
        self.walk(turn);
    }

    /// Notes what was keyed of the innermost scope's entry when it is left in its middle.
    pub(super) fn abandon_entry(&mut self) {
        let Some((_, question)) = self.question() else { return };
        let Some(Wait::Hearing(ear)) = self.state.scopes.last_mut().map(|scope| &mut scope.wait) else {
            return;
        };
        let entry = std::mem::take(&mut ear.entry);
        if !entry.is_empty() {
            self.note_taken(question, &entry);
        }
    }

    /// Throws away what was typed ahead.
    pub(super) fn drop_keys(&mut self) {
        self.state.held_until = None;
        let count = self.state.keys.len() as u32;
        if count > 0 {
            self.state.keys.clear();
            self.note(Note::Dropped { count });
        }
        let count = self.state.texts.len() as u32;
        if count > 0 {
            self.state.texts.clear();
            self.state.unasked = false;
            self.note(Note::DroppedTexts { count });
        }
    }

    /// Nobody was asked for a secret before the contact came: what came with it answers no such question.
    pub(super) fn drop_unasked(&mut self) {
        if self.state.unasked {
            self.state.next_text();
            self.note(Note::DroppedTexts { count: 1 });
        }
    }

    fn note_taken(&mut self, question: Question, entry: &[Key]) {
        let masked = || -> Text { entry.iter().map(|key| key.masked().sign()).collect::<String>().into() };
        self.note(match question.is_secret() {
            true => Note::TookSecret { shape: masked() },
            false => Note::Took { keys: signs(entry).into() },
        });
    }
}
