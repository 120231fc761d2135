//! What a recording is called: its contact, and which one of that contact's it is.

use crate::engine::ActionId;
use std::fmt;

/// Names a recording. Both parts consist of letters, digits, `-` and `_`, so that they may stand in a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordingName {
    contact: String,
    part: String,
}

impl RecordingName {
    /// The nth recording of a contact's call, counted from one.
    pub fn call(contact: &str, nth: u32) -> Option<RecordingName> {
        RecordingName::new(contact, &format!("call-{nth}"))
    }

    /// The message that an action of a contact recorded.
    pub fn message(contact: &str, id: ActionId) -> Option<RecordingName> {
        RecordingName::new(contact, &format!("message-{id}"))
    }

    /// The room that an action of a contact has joined.
    pub fn room(contact: &str, id: ActionId) -> Option<RecordingName> {
        RecordingName::new(contact, &format!("room-{id}"))
    }

    /// The message with the name that the engine gives it, `CONTACT-ACTION`.
    pub fn of_message(id: &str) -> Option<RecordingName> {
        let (contact, action) = id.rsplit_once('-')?;
        RecordingName::message(contact, ActionId(action.parse().ok()?))
    }

    /// The one whose file, while it was written, had this name.
    pub(super) fn of_open(file: &str) -> Option<RecordingName> {
        let (contact, part) = file.strip_suffix(".wav")?.split_once('.')?;
        RecordingName::new(contact, part)
    }

    /// Its file while it is written.
    pub(super) fn open_file(&self) -> String {
        format!("{}.{}.wav", self.contact, self.part)
    }

    /// Its contact's folder.
    pub(super) fn folder(&self) -> &str {
        &self.contact
    }

    /// Its file in there.
    pub(super) fn file(&self) -> String {
        format!("{}.wav", self.part)
    }

    fn new(contact: &str, part: &str) -> Option<RecordingName> {
        let may_stand = |word: &str| {
            let is_plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_');
            !word.is_empty() && word.len() <= 100 && word.chars().all(is_plain)
        };
        let name = RecordingName { contact: contact.to_owned(), part: part.to_owned() };
        (may_stand(contact) && may_stand(part)).then_some(name)
    }
}

/// As the CRM names it: below the folder of the recordings.
impl fmt::Display for RecordingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}.wav", self.contact, self.part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_by_the_name_that_the_flow_has() {
        let name = RecordingName::of_message("c-5f1c-7").map(|name| name.to_string());
        assert_eq!(name.as_deref(), Some("c-5f1c/message-7.wav"));
        let open = RecordingName::message("c-5f1c", ActionId(7)).map(|name| name.open_file());
        let again = open.and_then(|file| RecordingName::of_open(&file));
        assert_eq!(again, RecordingName::of_message("c-5f1c-7"));
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for id in ["../../etc/passwd-1", "a/b-1", "-1", "c-5f1c-x", "", "c.d-1"] {
            assert_eq!(RecordingName::of_message(id), None, "{id}");
        }
        assert_eq!(RecordingName::of_open("..call-1.wav"), None);
    }
}
