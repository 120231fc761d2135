//! What the ways in which a verb ends mean to the contact: whose turn it was, what was spent, who speaks with whom.
//!
//! The checks of the compiler and the prover read the same answers here.

use super::Verb;
use crate::program::Exit;

impl Verb {
    /// Whether a contact waits at the verb, so that a global key is heard there.
    pub fn hears_keys(&self) -> bool {
        match self {
            Verb::Ask(_)
            | Verb::Authenticate(_)
            | Verb::Conference(_)
            // The keys of a flow are heard in those that it enters.
            | Verb::Do(_)
            | Verb::Find(_)
            | Verb::Identify(_)
            | Verb::Judge(_)
            | Verb::Menu(_)
            | Verb::Play(_)
            | Verb::Queue(_)
            | Verb::Recall(_)
            | Verb::Record(_)
            | Verb::Request(_)
            | Verb::Say(_)
            | Verb::Transcribe(_)
            | Verb::Transfer(_)
            | Verb::Update(_)
            | Verb::Wait(_) => true,
            Verb::AfterCall(_)
            | Verb::Again(_)
            | Verb::Answer(_)
            | Verb::Break(_)
            // Until somebody answers, nobody is there.
            | Verb::CallOut(_)
            | Verb::Callback(_)
            | Verb::Case(_)
            | Verb::Choose(_)
            | Verb::Count(_)
            | Verb::EarlyMedia(_)
            | Verb::ForEach(_)
            | Verb::Goto(_)
            | Verb::HandOver(_)
            | Verb::Hangup(_)
            | Verb::If(_)
            | Verb::Later(_)
            | Verb::Note(_)
            | Verb::Outcome(_)
            | Verb::OverrideHours(_)
            | Verb::Pick(_)
            | Verb::Reask(_)
            | Verb::RecordCall(_)
            | Verb::Redirect(_)
            | Verb::Reject(_)
            | Verb::Repeat(_)
            | Verb::Return(_)
            | Verb::Ring(_)
            | Verb::SendDigits(_)
            | Verb::SendEmail(_)
            | Verb::SendSms(_)
            | Verb::Set(_)
            | Verb::SetKept(_)
            | Verb::Speak(_)
            | Verb::StopRecording(_)
            | Verb::Tell(_) => false,
        }
    }

    /// Whether it takes time: whatever is done before it can be otherwise behind it.
    pub fn takes_time(&self) -> bool {
        match self {
            Verb::Answer(_)
            | Verb::Ask(_)
            | Verb::Authenticate(_)
            | Verb::CallOut(_)
            | Verb::Conference(_)
            | Verb::Count(_)
            | Verb::EarlyMedia(_)
            | Verb::Find(_)
            | Verb::HandOver(_)
            | Verb::Identify(_)
            | Verb::Judge(_)
            | Verb::Menu(_)
            | Verb::Play(_)
            | Verb::Queue(_)
            | Verb::Recall(_)
            | Verb::Record(_)
            | Verb::Request(_)
            | Verb::Say(_)
            | Verb::SendDigits(_)
            | Verb::Transcribe(_)
            | Verb::Transfer(_)
            | Verb::Update(_)
            | Verb::Wait(_) => true,
            Verb::AfterCall(_)
            | Verb::Again(_)
            | Verb::Break(_)
            | Verb::Callback(_)
            | Verb::Case(_)
            | Verb::Choose(_)
            | Verb::Do(_)
            | Verb::ForEach(_)
            | Verb::Goto(_)
            | Verb::Hangup(_)
            | Verb::If(_)
            | Verb::Later(_)
            | Verb::Note(_)
            | Verb::Outcome(_)
            | Verb::OverrideHours(_)
            | Verb::Pick(_)
            | Verb::Reask(_)
            | Verb::RecordCall(_)
            | Verb::Redirect(_)
            | Verb::Reject(_)
            | Verb::Repeat(_)
            | Verb::Return(_)
            | Verb::Ring(_)
            | Verb::SendEmail(_)
            | Verb::SendSms(_)
            | Verb::Set(_)
            | Verb::SetKept(_)
            | Verb::Speak(_)
            | Verb::StopRecording(_)
            | Verb::Tell(_) => false,
        }
    }

    /// Whether a key or a word of the caller was taken, or a budget of this verb was spent, when it ended this way: what
    /// goes round by other ways only goes round without end. The rounds of a loop are counted apart, by who looks at it.
    pub fn takes_or_spends(&self, exit: &Exit) -> bool {
        self.takes(exit) || matches!(exit, Exit::NoInput(_) | Exit::Timeout)
    }

    /// Whether a key or a word of the caller was taken: whoever spoke with somebody, or was in a room, has pressed nothing.
    pub fn takes(&self, exit: &Exit) -> bool {
        let spoke = matches!(exit, Exit::Completed | Exit::AgentLeft | Exit::Left | Exit::Removed);
        self.is_turn(exit) && !spoke
    }

    /// Whether the caller acted when the verb ended this way.
    pub fn is_turn(&self, exit: &Exit) -> bool {
        match exit {
            Exit::Choice(_) => !matches!(self, Verb::Choose(_)),
            Exit::NoMatch(_) | Exit::Invalid(_) | Exit::TooShort(_) => true,
            Exit::Wrong | Exit::Verified | Exit::Completed => true,
            Exit::AgentLeft | Exit::Recorded | Exit::Review => true,
            // Who was in a room has spoken, or could have.
            Exit::Left | Exit::Removed => true,
            Exit::Refused => matches!(self, Verb::Authenticate(_)),
            Exit::Next => matches!(self, Verb::Ask(_)),
            _ => false,
        }
    }

    /// Whether the contact is somebody else's from there on, which is its outcome.
    pub fn hands_over(&self, exit: &Exit) -> bool {
        matches!(
            (self, exit),
            (Verb::Transfer(_), Exit::Connected | Exit::Completed)
                | (Verb::Queue(_), Exit::Connected | Exit::AgentLeft)
                | (Verb::HandOver(_), Exit::Accepted)
        )
    }

    /// Whether somebody who was called is the caller from there on.
    pub fn is_called(&self, exit: &Exit) -> bool {
        matches!((self, exit), (Verb::CallOut(_), Exit::Answered | Exit::Machine))
    }
}
