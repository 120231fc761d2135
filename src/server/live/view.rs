//! What people see of a contact that lasts.

use crate::engine::{Action, Contact, Event, JournalEntry, Note, QueueNews};
use crate::program::{Caller, Channel, Text};
use crate::time::Wall;
use serde::{Deserialize, Serialize};

/// So many digits of a caller's number are shown.
const SHOWN: usize = 4;

/// A contact that lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactView {
    /// Its id.
    pub id: Text,
    /// On which channel.
    pub channel: Channel,
    /// Who it is: the end of a number, or why there is none.
    pub from: Text,
    /// What was dialled.
    pub to: Text,
    /// The trunk that it came by; empty where it came by none.
    pub trunk: Text,
    /// When it began, in milliseconds since 1970.
    pub since: Wall,
    /// How long it lasts, in seconds.
    pub lasts_s: u64,
    /// The version of the program that it runs.
    pub version: Text,
    /// The flow that it was in last.
    pub flow: Option<Text>,
    /// Where it stands: file and line.
    pub place: Option<Text>,
    /// The queue in which it waits.
    pub queue: Option<Text>,
    /// The operator with whom it speaks.
    pub operator: Option<Text>,
}

impl ContactView {
    /// A contact that begins.
    pub fn of(contact: &Contact, trunk: Option<&str>, version: Text) -> ContactView {
        ContactView {
            id: contact.id.clone(),
            channel: contact.channel,
            from: masked(&contact.from),
            to: contact.to.clone(),
            trunk: trunk.unwrap_or_default().into(),
            since: contact.arrived,
            lasts_s: 0,
            version,
            flow: None,
            place: None,
            queue: None,
            operator: None,
        }
    }

    /// The same as it is at a moment.
    pub fn at(&self, now: Wall) -> ContactView {
        let lasts_s = now.0.saturating_sub(self.since.0).max(0).unsigned_abs() / 1000;
        ContactView { lasts_s, ..self.clone() }
    }

    /// It made a step.
    pub fn step(&mut self, entry: &JournalEntry) {
        match &entry.event {
            Some(Event::Queued { news: QueueNews::Connected { who }, .. }) => {
                (self.queue, self.operator) = (None, Some(who.clone()));
            }
            Some(Event::LegEnded { .. }) => self.operator = None,
            _ => {}
        }
        for action in &entry.actions {
            match action {
                Action::Note(Note::Entered { flow }) => self.flow = Some(flow.clone()),
                Action::Enqueue { queue, .. } => self.queue = Some(queue.clone()),
                Action::Dequeue { .. } => self.queue = None,
                Action::HangUp { .. } => self.operator = None,
                _ => {}
            }
        }
    }
}

/// Enough of a caller to be told from another, and not enough to call.
fn masked(caller: &Caller) -> Text {
    match caller {
        Caller::Number(phone) => {
            let digits = phone.as_str();
            let end = digits.len().saturating_sub(SHOWN);
            format!("\u{2026}{}", digits.get(end..).unwrap_or_default()).into()
        }
        Caller::Withheld => "withheld".into(),
        Caller::Missing => "missing".into(),
        Caller::Invalid(_) => "invalid".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_number_its_end_is_shown() {
        assert_eq!(&*masked(&Caller::parse("+79656295719", None)), "\u{2026}5719");
        assert_eq!(&*masked(&Caller::parse("<script>", None)), "invalid");
    }
}
