//! Legs that are up are written down, so that another process can go on with the call ([`resumed`](super::resumed)); and what it
//! does again of what the process before it did.

use super::Call;
use crate::engine::{Action, ActionId, JournalEntry, LegId};
use crate::program::Text;
use crate::server::shared::Shared;
use crate::sip::{self, Standing, TakeUp, sdp};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

/// The engine's number of the caller's leg.
pub(super) const CALLER: u16 = 0;

/// A leg of a contact that is up, as its journal keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::server) struct StandingLeg {
    /// The engine's number of it; 0 is the caller's.
    pub leg: u16,
    /// The trunk that it came or goes by.
    pub trunk: Option<Text>,
    pub standing: Standing,
}

impl Call {
    /// A leg is up, or is up otherwise than before.
    pub(super) fn leg_stands(&mut self, leg: sip::LegId, standing: Standing) {
        if self.caller.sip == leg {
            let trunk = self.caller.trunk.as_deref().map(Text::from);
            return self.write_leg(&StandingLeg { leg: CALLER, trunk, standing });
        }
        let found = self.callees.iter_mut().find(|(_, callee)| callee.sip() == leg);
        if let Some(number) = found.map(|(number, callee)| {
            callee.stands(standing);
            *number
        }) {
            self.write_callee(number);
        }
    }

    /// Writes down how a leg that was called stands, under the number that it has now.
    pub(super) fn write_callee(&mut self, leg: LegId) {
        if let Some(standing) = self.callees.get(&leg).and_then(|callee| callee.standing(leg)) {
            self.write_leg(&standing);
        }
    }

    fn write_leg(&mut self, leg: &StandingLeg) {
        if let Some(journal) = &mut self.journal {
            journal.keep_leg(leg);
        }
    }

    /// Nothing happens for the moment: legs wait for no step to be written down with.
    pub(super) fn settle_legs(&mut self) {
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.settle()
        {
            tracing::warn!(contact = &*self.contact.id, %error, "a leg could not be written down: a crash would lose the call");
        }
    }

    /// Does again what the process before had begun: its questions, under the same ids, and what was heard meanwhile.
    pub(super) async fn do_again(&mut self, entries: &[JournalEntry], awaited: &[ActionId]) {
        let actions = entries.iter().flat_map(|entry| &entry.actions);
        let again = actions.filter(|action| action.repeatable().is_some_and(|id| awaited.contains(&id)));
        self.perform(again.cloned().collect()).await;
    }

    /// What the contact had said before the crash is posted again: the same number has its effect once.
    pub(super) fn say_again(&mut self, entries: &[JournalEntry]) {
        for entry in entries {
            self.way.step(entry);
            for action in &entry.actions {
                match action {
                    Action::Write { id, entry: said } => self.post(*id, entry.at, said.clone()),
                    Action::Recording { change } => self.recorded.was(*change),
                    // Done again where the session still waits for it (`do_again`).
                    Action::Play { .. }
                    | Action::Identify { .. }
                    | Action::Find { .. }
                    | Action::Recall { .. }
                    | Action::Update { .. }
                    | Action::Request { .. }
                    | Action::Transcribe { .. } => {}
                    // Of legs, rooms, queues and proofs that this process does not have: the session knows what became of them.
                    Action::Answer { .. }
                    | Action::Stop { .. }
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
                    | Action::Ring
                    | Action::EarlyMedia { .. }
                    | Action::HandOver { .. }
                    | Action::Redirect { .. }
                    | Action::Bridge { .. }
                    | Action::HangUp { .. }
                    | Action::Reject { .. }
                    | Action::Enqueue { .. }
                    | Action::Dequeue { .. }
                    | Action::Record { .. }
                    | Action::EndRecording { .. }
                    | Action::DropRecording { .. } => {}
                    // A remark for whoever reads the journal; and the end, behind which nobody is taken up.
                    Action::Note(_) | Action::Ended => {}
                }
            }
        }
    }
}

/// Tells the far ends of legs that nobody goes on with that they are over.
pub(in crate::server) async fn let_go(shared: &Shared, legs: Vec<StandingLeg>) {
    for StandingLeg { standing, .. } in legs {
        // Whatever becomes of it, nobody is there to be told.
        let (sender, _) = mpsc::channel(1);
        let take_up = taking_up(shared, standing, None);
        let _ = shared.signalling.take_up(take_up, sender).await;
    }
}

pub(super) fn taking_up(shared: &Shared, standing: Standing, media: Option<sdp::Local>) -> TakeUp {
    let flow = shared.signalling.flow(standing.transport(), standing.address());
    let lasts = sip::Config::new(shared.signalling.local()).max_call;
    TakeUp { leg: sip::LegId(0), standing, flow, lasts, media, credentials: None }
}
