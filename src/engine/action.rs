//! What a session asks its driver to do.

pub use super::note::Note;
use crate::program::verb::{Accept, Lock, RejectReason, RoomTerms};
use crate::program::{Caller, Entry, Party, Phone, Recording, Secret, SecretTest, Spoken, Text, Value};
use crate::time::DurationMs;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Names an action; counts from one within a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActionId(pub u32);

/// A leg of a contact: the caller's is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LegId(pub u16);

/// The actions of one step, in the order in which they are done.
pub type Actions = Vec<Action>;

/// Something that the driver must do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Picks the caller's leg up. Answered by [`super::Event::Answered`].
    Answer {
        /// Names the answer.
        id: ActionId,
    },
    /// Plays to the caller, after cutting whatever plays. Answered by [`super::Event::Played`], unless it loops.
    Play {
        /// Names the answer.
        id: ActionId,
        /// What.
        audio: Audio,
        /// Whether it begins again at its end.
        looped: bool,
    },
    /// Cuts what plays, if this still does. Not answered.
    Stop {
        /// What is cut.
        id: ActionId,
    },
    /// Looks the caller up in the CRM. Answered by [`super::Event::Found`].
    Identify {
        /// Names the answer.
        id: ActionId,
        /// Whom.
        caller: Caller,
    },
    /// Looks an object up in the CRM. Answered by [`super::Event::Found`].
    Find {
        /// Names the answer.
        id: ActionId,
        /// Its kind.
        object: Text,
        /// The field that is compared.
        field: Text,
        /// What it must equal.
        key: Text,
    },
    /// Has the CRM verify a secret, counting the attempt before it says so. Answered by [`super::Event::Judged`].
    Verify {
        /// Names the answer.
        id: ActionId,
        /// The customer's id in the CRM.
        customer: Text,
        /// What it must be.
        #[serde(default)]
        against: Against,
        /// What was keyed.
        secret: Secret,
        /// When the customer is locked out.
        lock: Lock,
    },
    /// Draws a code and sends it to a customer. Answered by [`super::Event::CodeSent`].
    SendCode {
        /// Names the answer.
        id: ActionId,
        /// The customer's id in the CRM.
        customer: Text,
        /// Where to; to the customer's main number where nothing is said.
        to: Option<Phone>,
        /// The prompt that carries the code; its only value is the code.
        prompt: Text,
        /// The language by its two letters.
        language: Text,
        /// How many digits.
        digits: u8,
    },
    /// Whether two secrets are the same. Answered by [`super::Event::Compared`].
    Compare {
        /// Names the answer.
        id: ActionId,
        /// One.
        left: Secret,
        /// The other.
        right: Secret,
    },
    /// Whether a secret passes tests. Answered by [`super::Event::Examined`].
    Examine {
        /// Names the answer.
        id: ActionId,
        /// Which.
        secret: Secret,
        /// All of them must be passed.
        tests: Vec<SecretTest>,
    },
    /// What is kept. Answered by [`super::Event::Recalled`].
    Recall {
        /// Names the answer.
        id: ActionId,
        /// The declared name.
        keep: Text,
        /// Whose: a number, a customer's id, nothing for the program's own.
        of: Text,
    },
    /// Changes a field in the CRM. Answered by [`super::Event::Updated`].
    Update {
        /// Names the answer.
        id: ActionId,
        /// `customer`, or an object's kind.
        kind: Text,
        /// Its key in the CRM.
        of: Text,
        /// The field.
        field: Text,
        /// Its new value; a secret for `pin` and `passphrase`.
        value: Value,
        /// What the flow has seen: if it is something else by now, nothing is changed. A PIN is not compared.
        seen: Value,
    },
    /// Asks a backend. Answered by [`super::Event::Replied`]; an answer after `within` is stale.
    Request {
        /// Names the answer.
        id: ActionId,
        /// The backend's name.
        backend: Text,
        /// The operation's name.
        operation: Text,
        /// The arguments by the names of the parameters.
        args: Vec<(Text, Value)>,
        /// How long the flow waits.
        within: DurationMs,
    },
    /// Calls somebody. Answered by [`super::Event::Dialled`], perhaps several times.
    Dial {
        /// Names the answers.
        id: ActionId,
        /// The new leg.
        leg: LegId,
        /// Whom.
        to: Party,
        /// How long it may ring; the session cancels then.
        ring: DurationMs,
        /// The number that the other side is shown; the deployment's where it is missing.
        caller_id: Option<Phone>,
    },
    /// Calls somebody who will be the caller: the leg is the caller's. Answered by [`super::Event::Dialled`], perhaps
    /// several times.
    Call {
        /// Names the answers.
        id: ActionId,
        /// Whom.
        to: Party,
        /// How long it may ring; the session cancels then.
        ring: DurationMs,
        /// The number that the other side is shown; the deployment's where it is missing.
        caller_id: Option<Phone>,
        /// Whether the driver finds out if a machine answers.
        detect: bool,
    },
    /// Asks for a place in a room of a conference. Answered by [`super::Event::Room`], several times.
    Join {
        /// Names the answers.
        id: ActionId,
        /// The room.
        room: Text,
        /// How it is entered.
        terms: RoomTerms,
    },
    /// The caller enters the room in which there is a place, and hears the others or its music.
    Enter {
        /// The action that asked for the place.
        id: ActionId,
    },
    /// The caller is no longer in the room, or wants no place. Not answered.
    LeaveRoom {
        /// The action that asked for the place.
        id: ActionId,
    },
    /// Plays to another leg that is up and not bridged. Answered by [`super::Event::Played`].
    Whisper {
        /// Names the answer.
        id: ActionId,
        /// To whom.
        leg: LegId,
        /// What.
        audio: Audio,
    },
    /// Tells the caller's network that it rings (180).
    Ring,
    /// Opens the caller's media before the answer (183). Answered by [`super::Event::MediaOpened`].
    EarlyMedia {
        /// Names the answer.
        id: ActionId,
    },
    /// Asks the caller's side to call somebody else (REFER). Answered by [`super::Event::HandedOver`].
    HandOver {
        /// Names the answer.
        id: ActionId,
        /// Whom.
        to: Party,
    },
    /// Tells the caller's network whom to call instead, before the answer (302).
    Redirect {
        /// Whom.
        to: Party,
    },
    /// Records the call, or does no longer. Not answered.
    Recording {
        /// What is done.
        change: RecordingChange,
    },
    /// Connects the caller with another leg.
    Bridge {
        /// The other leg.
        leg: LegId,
    },
    /// Ends a leg, or cancels it while it rings.
    HangUp {
        /// Which.
        leg: LegId,
    },
    /// Turns the caller away before the answer.
    Reject {
        /// What the caller's network is told.
        reason: RejectReason,
        /// The words that it shows; the usual ones where there are none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Text>,
    },
    /// Tells the CRM, durably. Answered by [`super::Event::Written`], for which nobody waits. The idempotency key is
    /// the contact's id and this one.
    Write {
        /// Names the answer.
        id: ActionId,
        /// What.
        entry: Entry,
    },
    /// Takes a place in a queue. Answered by [`super::Event::Queued`], several times.
    Enqueue {
        /// Names the answers.
        id: ActionId,
        /// The leg on which somebody will answer.
        leg: LegId,
        /// The queue.
        queue: Text,
        /// A higher one is served before those who came earlier; the usual one where it is missing.
        priority: Option<Decimal>,
        /// How long the flow waits; the session gives the place up then.
        within: DurationMs,
        /// What whoever answers hears before the caller is connected.
        whisper: Vec<Spoken>,
        /// The key that takes the call, behind the whisper; whoever does not press it is not connected, and the next one is
        /// asked. The answer alone is enough where it is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        accept: Option<Accept>,
    },
    /// Gives the place in a queue up. Not answered.
    Dequeue {
        /// The action that took it.
        id: ActionId,
    },
    /// Records the caller, until silence, [`Action::EndRecording`] or [`Action::DropRecording`]. Answered by
    /// [`super::Event::Recorded`]; a message that is kept has the name `CONTACT-ID`.
    Record {
        /// Names the answer.
        id: ActionId,
        /// The longest that it may be; the session ends it then.
        max: DurationMs,
        /// So much silence ends it.
        silence: DurationMs,
    },
    /// Ends a recording that runs; it is kept.
    EndRecording {
        /// Which.
        id: ActionId,
    },
    /// Ends a recording that runs, and throws it away. Not answered.
    DropRecording {
        /// Which.
        id: ActionId,
    },
    /// Wants the words of a recording. Answered by [`super::Event::Transcribed`]; an answer after `within` is stale.
    Transcribe {
        /// Names the answer.
        id: ActionId,
        /// Whose.
        recording: Arc<Recording>,
        /// How long the flow waits.
        within: DurationMs,
    },
    /// The session is over; nothing but notes follows.
    Ended,
    /// Nothing to do: what the session wants a journal and people to know.
    Note(Note),
}

/// What a secret must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// The customer's PIN.
    #[default]
    Pin,
    /// A field of the customer, in any form in which a person keys it.
    Field(Text),
    /// The code that this contact was sent last.
    Code,
    /// The customer's passphrase.
    Passphrase,
}

/// What becomes of the recording of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingChange {
    /// It begins.
    Start,
    /// It leaves out what follows: a secret is being entered.
    Pause,
    /// It goes on.
    Resume,
    /// It ends.
    Stop,
}

/// Something to hear.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audio {
    /// Prompts, one after another.
    Speech(Vec<Spoken>),
    /// A recording that is not speech.
    Sound(Text),
    /// A tone that the program declares, by its name.
    Tone(Text),
    /// Keys, as a telephone sends them.
    Keys(Text),
    /// The tone of a telephone that rings far away.
    RingBack,
    /// The tone before a message.
    Beep,
    /// A message that was recorded.
    Message(Arc<Recording>),
}

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "leg {}", self.0)
    }
}

/// One line of a transcript.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Answer { id } => write!(f, "answer {id}"),
            Action::Play { id, audio, looped: false } => write!(f, "play {id} {audio}"),
            Action::Play { id, audio, looped: true } => write!(f, "play {id} {audio} over and over"),
            Action::Stop { id } => write!(f, "stop {id}"),
            Action::Identify { id, caller } => write!(f, "identify {id} {caller}"),
            Action::Find { id, object, field, key } => write!(f, "find {id} {object} {field}={key}"),
            Action::Verify { id, customer, against, .. } => match against {
                Against::Pin => write!(f, "verify {id} secret of customer {customer}"),
                Against::Field(field) => write!(f, "verify {id} {field} of customer {customer}"),
                Against::Code => write!(f, "verify {id} code of customer {customer}"),
                Against::Passphrase => write!(f, "verify {id} passphrase of customer {customer}"),
            },
            Action::SendCode { id, customer, to: Some(to), prompt, .. } => {
                write!(f, "send code {id} {prompt} to {to} for customer {customer}")
            }
            Action::SendCode { id, customer, to: None, prompt, .. } => {
                write!(f, "send code {id} {prompt} to customer {customer}")
            }
            Action::Compare { id, .. } => write!(f, "compare {id} secrets"),
            Action::Examine { id, tests, .. } => {
                write!(f, "examine {id} secret")?;
                tests.iter().try_for_each(|test| write!(f, " {test}"))
            }
            Action::Recall { id, keep, of } if of.is_empty() => write!(f, "recall {id} {keep}"),
            Action::Recall { id, keep, of } => write!(f, "recall {id} {keep} of {of}"),
            Action::Update { id, kind, of, field, value, .. } => {
                write!(f, "update {id} {kind} {of} {field}={value}")
            }
            Action::Request { id, backend, operation, args, .. } => {
                write!(f, "ask {id} {backend}.{operation}")?;
                args.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
            }
            Action::Dial { id, leg, to, .. } => write!(f, "dial {id} {to} as {leg}"),
            Action::Call { id, to, detect: false, .. } => write!(f, "call {id} {to}"),
            Action::Call { id, to, detect: true, .. } => write!(f, "call {id} {to} detecting machines"),
            Action::Join { id, room, terms } => {
                let role = if terms.moderator { "moderator" } else { "participant" };
                write!(f, "join {id} room {} as {role}", room.escape_debug())?;
                terms.announce.iter().try_for_each(|name| write!(f, " announced by {name}"))
            }
            Action::Enter { id } => write!(f, "enter {id}"),
            Action::LeaveRoom { id } => write!(f, "leave room {id}"),
            Action::Whisper { id, leg, audio } => write!(f, "whisper {id} to {leg} {audio}"),
            Action::Ring => f.write_str("ring"),
            Action::EarlyMedia { id } => write!(f, "early media {id}"),
            Action::HandOver { id, to } => write!(f, "hand over {id} to {to}"),
            Action::Redirect { to } => write!(f, "redirect to {to}"),
            Action::Recording { change } => write!(f, "recording {change}"),
            Action::Bridge { leg } => write!(f, "bridge {leg}"),
            Action::HangUp { leg } => write!(f, "hang up {leg}"),
            Action::Reject { reason, words: None } => write!(f, "reject {reason}"),
            Action::Reject { reason, words: Some(words) } => {
                write!(f, "reject {reason} \"{}\"", words.escape_debug())
            }
            Action::Write { id, entry } => write!(f, "write {id} {entry}"),
            Action::Enqueue { id, leg, queue, priority, .. } => {
                write!(f, "queue {id} {queue} as {leg}")?;
                priority.iter().try_for_each(|priority| write!(f, " priority {}", priority.normalize()))
            }
            Action::Dequeue { id } => write!(f, "leave queue {id}"),
            Action::Record { id, max, .. } => write!(f, "record {id} at most {max}"),
            Action::EndRecording { id } => write!(f, "end recording {id}"),
            Action::DropRecording { id } => write!(f, "drop recording {id}"),
            Action::Transcribe { id, recording, .. } => write!(f, "transcribe {id} {recording}"),
            Action::Ended => f.write_str("ended"),
            Action::Note(note) => write!(f, "{note}"),
        }
    }
}

impl fmt::Display for Audio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Audio::Speech(spoken) => spoken.iter().enumerate().try_for_each(|(index, one)| {
                let comma = if index == 0 { "" } else { ", " };
                write!(f, "{comma}{one}")
            }),
            Audio::Sound(name) => write!(f, "sound {name}"),
            Audio::Tone(name) => write!(f, "tone {name}"),
            Audio::Keys(keys) => write!(f, "keys {keys}"),
            Audio::RingBack => f.write_str("ring-back"),
            Audio::Beep => f.write_str("beep"),
            Audio::Message(recording) => write!(f, "{recording}"),
        }
    }
}

impl fmt::Display for RecordingChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RecordingChange::Start => "starts",
            RecordingChange::Pause => "pauses",
            RecordingChange::Resume => "goes on",
            RecordingChange::Stop => "stops",
        })
    }
}
