//! What drivers may answer, by chance.

use super::walk::Chance;
use callwright::engine::{Action, ActionId, Recalled, UpdateResult};
use callwright::program::Value;

pub fn recalled(chance: &mut Chance) -> Recalled {
    chance.of(&[Recalled::Kept(Value::Number(2.into())), Recalled::Nothing, Recalled::Failed])
}

pub fn updated(chance: &mut Chance) -> UpdateResult {
    chance.of(&[UpdateResult::Ok, UpdateResult::Conflict, UpdateResult::Failed])
}

/// The id that an answer will name.
pub fn id_of(action: &Action) -> Option<ActionId> {
    match action {
        Action::Answer { id }
        | Action::Play { id, looped: false, .. }
        | Action::Identify { id, .. }
        | Action::Find { id, .. }
        | Action::Verify { id, .. }
        | Action::SendCode { id, .. }
        | Action::Compare { id, .. }
        | Action::Examine { id, .. }
        | Action::Recall { id, .. }
        | Action::Update { id, .. }
        | Action::Request { id, .. }
        | Action::Dial { id, .. }
        | Action::Whisper { id, .. }
        | Action::Join { id, .. }
        | Action::EarlyMedia { id }
        | Action::HandOver { id, .. }
        | Action::Enqueue { id, .. }
        | Action::Record { id, .. }
        | Action::Transcribe { id, .. }
        | Action::Write { id, .. } => Some(*id),
        Action::Play { looped: true, .. }
        | Action::Ring
        | Action::Redirect { .. }
        | Action::Recording { .. }
        | Action::Call { .. }
        | Action::Enter { .. }
        | Action::LeaveRoom { .. }
        | Action::Dequeue { .. }
        | Action::EndRecording { .. }
        | Action::DropRecording { .. }
        | Action::Stop { .. }
        | Action::Bridge { .. }
        | Action::HangUp { .. }
        | Action::Reject { .. }
        | Action::Ended
        | Action::Note(_) => None,
    }
}
