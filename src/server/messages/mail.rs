//! One e-mail (RFC 5322): what a caller said is data in it, and never a header.

use crate::connector::Failure;
use lettre::message::header::ContentType;
use lettre::message::{Attachment as Part, Mailbox, Message, MultiPart, SinglePart};

/// The longest subject, in characters: more is cut.
const LONGEST_SUBJECT: usize = 200;

/// A file that goes with it.
pub(super) struct Attachment {
    /// What it is called there.
    pub name: String,
    /// Its media type: `audio/wav`.
    pub kind: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What is written.
pub(super) struct Draft<'a> {
    /// From whom.
    pub from: &'a Mailbox,
    /// To whom: one address.
    pub to: &'a str,
    /// What it is about.
    pub subject: Option<&'a str>,
    /// What it says.
    pub text: &'a str,
    /// The same however often it is sent: the Message-ID is made of it.
    pub key: &'a str,
    /// What goes with it.
    pub attached: Option<Attachment>,
}

impl Draft<'_> {
    /// The e-mail.
    ///
    /// # Errors
    /// Refused where the address is none; its words are not repeated.
    pub fn write(self) -> Result<Message, Failure> {
        let to: Mailbox = self.to.parse().map_err(|_| Failure::refused("the address is none"))?;
        let id = format!("<{}@{}>", id_of(self.key), self.from.email.domain());
        let builder = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(one_line(self.subject.unwrap_or_default()))
            .message_id(Some(id));
        let body = SinglePart::plain(self.text.to_owned());
        let written = match self.attached {
            None => builder.singlepart(body),
            Some(Attachment { name, kind, bytes }) => {
                let kind = ContentType::parse(&kind)
                    .map_err(|_| Failure::refused("what goes with it is of no kind"))?;
                let part = Part::new(one_line(&name)).body(bytes, kind);
                builder.multipart(MultiPart::mixed().singlepart(body).singlepart(part))
            }
        };
        written.map_err(|error| Failure::refused(format!("it cannot be written: {error}")))
    }
}

/// A text without anything that could end a header.
fn one_line(text: &str) -> String {
    let line =
        text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    line.take(LONGEST_SUBJECT).collect()
}

/// What an identifier may have of a key (RFC 5322 §3.6.4).
fn id_of(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '.' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(to: &str, subject: &str, text: &str) -> Result<String, Failure> {
        let from: Mailbox = "Bank <line@bank.example>".parse().expect("a mailbox");
        let draft = Draft { from: &from, to, subject: Some(subject), text, key: "c-1/7", attached: None };
        draft.write().map(|message| String::from_utf8_lossy(&message.formatted()).into_owned())
    }

    #[test]
    fn nothing_that_a_caller_says_becomes_a_header() {
        let mail =
            written("anna@example.com", "Hi\r\nBcc: all@example.com", "One\r\n.\r\nBcc: two@example.com");
        let mail = mail.expect("an e-mail");
        let (head, body) = mail.split_once("\r\n\r\n").expect("a head and a body");
        assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        assert!(head.contains("Message-ID: <c-1.7@bank.example>"), "{head}");
        assert!(body.contains("Bcc: two@example.com"), "{body}");
    }

    #[test]
    fn what_is_no_single_address_is_refused() {
        for to in ["anna", "", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com"] {
            assert!(written(to, "Hi", "Hi").is_err(), "{to}");
        }
    }

    #[test]
    fn any_script_can_be_written() {
        let mail = written("anna@example.com", "Ваш счёт", "2021 рубль").expect("an e-mail");
        assert!(mail.contains("Subject: =?utf-8?b?"), "{mail}");
    }
}
