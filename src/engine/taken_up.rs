//! Another process goes on with a call whose own has died: the caller hears where he was.
//!
//! What the network and the store were asked is asked again by the driver, under the same ids ([`Session::awaited`]), and whoever
//! had taken the call ([`Session::other_side`]) is there again, or has gone ([`Event::LegEnded`](super::Event::LegEnded)).
//! What was said, or was being keyed, is lost, so that the node begins anew; whoever rang is called again.

use super::action::{Action, ActionId, LegId, Note, RecordingChange};
use super::run::{Run, Turn};
use super::session::Session;
use super::state::{Phase, Recorded, State, Wait};
use crate::program::{Channel, Value};

/// What becomes of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// The node is entered again.
    Anew,
    /// It goes on; whoever was asked is asked again.
    Stands,
    /// Whoever was called is called again.
    Redialled,
    /// Only the process that died could go on.
    Lost,
}

fn fate(wait: &Wait) -> Fate {
    match wait {
        Wait::Speech { .. }
        | Wait::Hearing(_)
        | Wait::Playing { .. }
        | Wait::Queued { .. }
        | Wait::Conference { .. }
        | Wait::Recording(_)
        // What the caller had said was in memory alone, and so was a code that was sent: the question is put again.
        | Wait::Verdict { .. }
        | Wait::Code { .. }
        | Wait::Examination { .. } => Fate::Anew,
        Wait::Nothing
        | Wait::Pause { .. }
        | Wait::Recall { .. }
        | Wait::Update { .. }
        | Wait::Lookup { .. }
        | Wait::Reply { .. }
        | Wait::Transcript { .. }
        | Wait::HandOver { .. }
        | Wait::Connecting { .. }
        | Wait::Bridged { .. } => Fate::Stands,
        // A leg that rang, or was told something, is in no journal.
        Wait::Dialling(_) => Fate::Redialled,
        // Secrets that are compared were held in variables.
        Wait::Answer { .. } | Wait::Comparison { .. } | Wait::Calling { .. } => Fate::Lost,
    }
}

impl Session {
    /// Whether another process may go on with it, told by [`Event::TakenUp`](super::Event::TakenUp): the caller is there and was
    /// answered, and no secret is held, which was never written down. Nobody else is left on the line but whoever has
    /// [taken the call](Session::other_side): whoever rang is called again, on another leg.
    pub fn can_be_taken_up(&self) -> bool {
        let state = self.state();
        let is_call = state.contact.channel == Channel::Call && state.contact.task.is_none();
        let stands = state.scopes.get(going_on(state)).is_some_and(|scope| fate(&scope.wait) != Fate::Lost);
        is_call && state.answered && state.phase == Phase::Talking && stands && !holds_secret(state)
    }

    /// Whoever has taken the call: the process that takes the session up goes on with this leg, or says that it has ended, behind
    /// [`Event::TakenUp`](super::Event::TakenUp).
    pub fn other_side(&self) -> Option<LegId> {
        self.state().scopes.first()?.wait.other_side()
    }

    /// Whoever the caller speaks with; nobody while the block `connected` still runs for them. The process that takes the session
    /// up bridges the two again.
    pub fn speaks_with(&self) -> Option<LegId> {
        match self.state().scopes.first()?.wait {
            Wait::Bridged { leg } => Some(leg),
            _ => None,
        }
    }

    /// The actions whose end is still waited for, or that are heard meanwhile: whoever takes the session up does them again.
    pub fn awaited(&self) -> Vec<ActionId> {
        let scopes = self.state().scopes.iter();
        scopes.flat_map(|scope| scope.wait.id().into_iter().chain(scope.playback)).collect()
    }
}

impl Action {
    /// The id under which it may be done again, where that does no harm: what reads, what is heard, and what the other side
    /// knows by its key.
    pub fn repeatable(&self) -> Option<ActionId> {
        match self {
            Action::Play { id, .. }
            | Action::Identify { id, .. }
            | Action::Find { id, .. }
            | Action::Recall { id, .. }
            | Action::Update { id, .. }
            | Action::Request { id, .. }
            | Action::Transcribe { id, .. } => Some(*id),
            Action::Answer { .. }
            | Action::Verify { .. }
            | Action::SendCode { .. }
            | Action::Compare { .. }
            | Action::Examine { .. }
            | Action::Dial { .. }
            | Action::Call { .. }
            | Action::Join { .. }
            | Action::Enter { .. }
            | Action::LeaveRoom { .. }
            | Action::Whisper { .. }
            | Action::EarlyMedia { .. }
            | Action::HandOver { .. }
            | Action::Enqueue { .. }
            | Action::Dequeue { .. }
            | Action::Record { .. }
            | Action::EndRecording { .. }
            | Action::DropRecording { .. }
            | Action::Recording { .. }
            | Action::Write { .. }
            | Action::Stop { .. }
            | Action::Ring
            | Action::Redirect { .. }
            | Action::Bridge { .. }
            | Action::HangUp { .. }
            | Action::Reject { .. }
            | Action::Note(_)
            | Action::Ended => None,
        }
    }
}

/// The scope that goes on: the contact's own, or the block `connected` that runs above it. What has been done in that one is
/// not done twice; any other block begins anew with what is waited for.
fn going_on(state: &State) -> usize {
    let connecting = state.scopes.first().is_some_and(|scope| matches!(scope.wait, Wait::Connecting { .. }));
    usize::from(connecting)
}

fn holds_secret(state: &State) -> bool {
    let slots = state.scopes.iter().flat_map(|scope| &scope.frames).flat_map(|frame| &frame.slots);
    slots.into_iter().any(|value| matches!(value, Value::Secret(_)))
}

impl Run<'_> {
    /// Goes on where the caller was. Blocks that ran while something was waited for begin anew with it.
    pub(super) fn taken_up(&mut self) {
        let depth = going_on(self.state);
        let Some(wait) = self.state.scopes.get(depth).map(|scope| scope.wait.clone()) else { return };
        if self.state.phase != Phase::Talking || fate(&wait) == Fate::Lost {
            return self.note(Note::Stale);
        }
        while self.state.scopes.len() > depth + 1 {
            self.abandon_entry();
            let _ = self.drop_scope();
        }
        self.abandon_entry();
        self.drop_keys();
        self.state.pound_until = None;
        if self.state.recorded != Recorded::No {
            self.state.recorded = Recorded::Yes;
            self.act(Action::Recording { change: RecordingChange::Start });
        }
        match (fate(&wait), wait) {
            (Fate::Anew, wait) => self.enter_anew(&wait),
            (Fate::Redialled, Wait::Dialling(hunt)) => {
                self.nothing_is_heard();
                self.ring_again(hunt);
            }
            (Fate::Stands | Fate::Lost | Fate::Redialled, _) => {}
        }
    }

    fn nothing_is_heard(&mut self) {
        if let Some(scope) = self.state.scopes.last_mut() {
            scope.playback = None;
        }
    }

    fn enter_anew(&mut self, wait: &Wait) {
        let Some(at) = self.state.at() else { return };
        // The round that was cut short does not count.
        if let Some(budget) = self.state.budgets.get_mut(&at) {
            budget.rounds = budget.rounds.saturating_sub(1);
        }
        self.nothing_is_heard();
        let turn = self.send_code_again().unwrap_or(Turn::Go(at));
        self.walk(turn);
        // Nobody waits longer in a queue for it.
        if let (Wait::Queued { since, until, .. }, Some(scope)) = (wait, self.state.scopes.first_mut())
            && let Wait::Queued { since: again, until: end, .. } = &mut scope.wait
        {
            (*again, *end) = (*since, *until);
        }
    }
}
