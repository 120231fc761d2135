//! Who ended a contact, and why: as it happens, and as its journal tells after a crash.

use crate::crm::EndedBy;
use crate::engine::{Action, Event, JournalEntry};
use crate::program::Text;
use crate::program::verb::RejectReason;

/// Why a contact ended of which there is nothing more to say.
pub(super) const AS_EVER: &str = "normal";
/// The caller was sent elsewhere before the answer.
pub(super) const REDIRECTED: &str = "redirected";
/// Whoever had taken the call hung up.
pub(super) const CALLEE: &str = "callee";

/// Who ends a contact whose caller's leg is over for this reason.
pub(super) fn by(cause: &str) -> EndedBy {
    match cause {
        "caller" | "cancelled" => EndedBy::Caller,
        AS_EVER | "by hand" => EndedBy::Program,
        _ => EndedBy::Fault,
    }
}

/// What is said of a caller who was turned away.
pub(super) fn rejected(reason: RejectReason) -> Text {
    format!("reject {reason}").into()
}

/// How a contact ended whose session is over, as far as its steps tell: what only the driver knew is lost with it.
pub(super) fn told(entries: &[JournalEntry]) -> (EndedBy, Text) {
    let mut ending = (EndedBy::Program, Text::from(AS_EVER));
    let (mut bridged, mut is_turned_away) = (None, false);
    for entry in entries {
        match &entry.event {
            Some(Event::HungUp { cause }) if !is_turned_away => ending = (by(cause), cause.clone()),
            Some(Event::LegEnded { leg }) if bridged == Some(*leg) => {
                ending = (EndedBy::Callee, CALLEE.into());
            }
            Some(_) | None => {}
        }
        for action in &entry.actions {
            match action {
                Action::Bridge { leg } => bridged = Some(*leg),
                Action::Reject { reason, .. } => (is_turned_away, ending.1) = (true, rejected(*reason)),
                Action::Redirect { .. } => (is_turned_away, ending.1) = (true, REDIRECTED.into()),
                _ => {}
            }
        }
    }
    ending
}
