//! What a verb says by itself, whoever hears it.

use super::{Content, Hearing, Menu, Transfer, Verb};
use crate::program::Utterance;

impl Verb {
    /// The prompts that a node says, or writes into a message; not those of the nodes behind its exits.
    pub fn utterances(&self) -> Vec<&Utterance> {
        match self {
            Verb::Say(say) => say.utterances.iter().collect(),
            Verb::Ask(ask) => of_hearing(&ask.hearing),
            Verb::Menu(menu) => of_menu(menu),
            Verb::Queue(queue) => queue.whisper.iter().collect(),
            Verb::Record(record) => record.say.iter().collect(),
            Verb::Transfer(transfer) => of_transfer(transfer),
            Verb::SendSms(sms) => of_content(&sms.content),
            Verb::SendEmail(email) => of_content(&email.content),
            Verb::AfterCall(_) | Verb::Again(_) | Verb::Answer(_) | Verb::Authenticate(_) => Vec::new(),
            Verb::Break(_) | Verb::Case(_) | Verb::Choose(_) | Verb::Count(_) | Verb::CallOut(_) => {
                Vec::new()
            }
            Verb::Callback(_) | Verb::Conference(_) | Verb::Do(_) | Verb::EarlyMedia(_) => Vec::new(),
            Verb::Find(_) | Verb::ForEach(_) | Verb::Goto(_) | Verb::HandOver(_) => Vec::new(),
            Verb::Hangup(_) | Verb::Identify(_) | Verb::If(_) | Verb::Judge(_) | Verb::Note(_) => Vec::new(),
            Verb::Outcome(_) | Verb::Pick(_) | Verb::Play(_) | Verb::Reask(_) | Verb::Recall(_) => Vec::new(),
            Verb::Later(_) | Verb::OverrideHours(_) | Verb::RecordCall(_) | Verb::Redirect(_) => Vec::new(),
            Verb::Reject(_) | Verb::Repeat(_) | Verb::Request(_) | Verb::Return(_) => Vec::new(),
            Verb::Ring(_) | Verb::SendDigits(_) | Verb::Set(_) | Verb::SetKept(_) => Vec::new(),
            Verb::Speak(_) | Verb::Tell(_) | Verb::StopRecording(_) | Verb::Transcribe(_) => Vec::new(),
            Verb::Update(_) | Verb::Wait(_) => Vec::new(),
        }
    }
}

fn of_hearing(hearing: &Hearing) -> Vec<&Utterance> {
    hearing.say.iter().chain(&hearing.then).collect()
}

fn of_menu(menu: &Menu) -> Vec<&Utterance> {
    let items = menu.choices.iter().filter_map(|choice| choice.each.as_ref());
    let items = items.flat_map(|each| &each.say);
    of_hearing(&menu.hearing).into_iter().chain(items).chain(&menu.below).collect()
}

fn of_transfer(transfer: &Transfer) -> Vec<&Utterance> {
    let Transfer { next, whisper, thanks, unaccepted, .. } = transfer;
    [next, whisper, thanks, unaccepted].into_iter().flatten().collect()
}

fn of_content(content: &Content) -> Vec<&Utterance> {
    match content {
        Content::Say(utterances) => utterances.iter().collect(),
        Content::Text(_) => Vec::new(),
    }
}
