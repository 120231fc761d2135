//! What surrounds a simulated contact: a CRM, backends, whoever is dialled, and how long things take.
//!
//! The world outlives a contact: a lock-out of the first call holds for the second, and a backend's reply is used once.

use super::given::Given;
use crate::crm::{Attempt, Beginning, EndedBy, Ending, Identity, Memory};
use crate::engine::{Audio, Contact, DialProgress, Image, Lookup, Reply, Spoken, Verdict};
use crate::program::{Caller, Channel, Entry, Phone, Record, Secret, Text, Value, verb::Lock};
use crate::time::{DurationMs, Wall};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The pretend world.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// The CRM's records, which expectations look into.
    pub crm: Memory,
    /// Whether the CRM answers.
    pub health: CrmHealth,
    /// How long it takes to answer a question.
    pub crm_after: DurationMs,
    /// Whether a person says what nothing is declared for: a backend's reply, what becomes of a dialled number.
    pub(super) asks: bool,
    pub(super) backends: Vec<Lane>,
    pub(super) dial: BTreeMap<Phone, FarEnd>,
    pub(super) lengths: BTreeMap<Text, DurationMs>,
    pub(super) prompt_length: DurationMs,
}

/// Whether the pretend CRM answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CrmHealth {
    /// It answers.
    #[default]
    Well,
    /// It says that it cannot.
    Down,
    /// It says nothing.
    Late,
}

/// Whoever has a dialled number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FarEnd {
    /// What becomes of the call; it rings for ever where this is missing.
    pub result: Option<DialProgress>,
    /// After how long.
    pub after: DurationMs,
    /// How long a far end that answered speaks before it hangs up.
    pub speaks: DurationMs,
}

/// The replies to one operation with certain arguments, used once each, in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lane {
    pub backend: Text,
    pub operation: Text,
    /// The arguments that it holds for; any value for one that is not named.
    pub args: Vec<(Text, Value)>,
    pub replies: VecDeque<Canned>,
}

/// One declared reply; it never comes where there is none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Canned {
    pub after: DurationMs,
    pub reply: Option<Reply>,
}

impl FarEnd {
    /// How long a far end speaks unless a scenario says otherwise.
    pub const SPEAKS: DurationMs = DurationMs::from_secs(60);
    /// How long it rings before somebody answers, unless a scenario says otherwise.
    pub const ANSWERS_AFTER: DurationMs = DurationMs::from_secs(2);

    /// A far end of which this becomes at once.
    pub fn of(result: Option<DialProgress>, after: DurationMs) -> FarEnd {
        FarEnd { result, after, speaks: FarEnd::SPEAKS }
    }
}

impl Default for World {
    fn default() -> World {
        World {
            crm: Memory::default(),
            health: CrmHealth::Well,
            crm_after: DurationMs::ZERO,
            asks: false,
            backends: Vec::new(),
            dial: BTreeMap::new(),
            lengths: BTreeMap::new(),
            prompt_length: World::PROMPT,
        }
    }
}

impl World {
    /// How long a prompt lasts unless a scenario says otherwise.
    pub const PROMPT: DurationMs = DurationMs::from_secs(4);
    /// How long a sound lasts unless a scenario says otherwise.
    pub const SOUND: DurationMs = DurationMs(500);

    /// An empty world in which a person says what nothing is declared for.
    pub fn asking() -> World {
        World { asks: true, ..World::default() }
    }

    /// Changes what a scenario says is given. Replies to an operation, and a number that is dialled, are replaced.
    pub fn take(&mut self, given: &Given) {
        for (customer, pin) in &given.customers {
            self.crm.add_customer(customer.clone(), pin.clone());
        }
        given.objects.iter().for_each(|object| self.crm.add_object(object.clone()));
        self.health = given.health.unwrap_or(self.health);
        self.crm_after = given.crm_after.unwrap_or(self.crm_after);
        self.prompt_length = given.prompt_length.unwrap_or(self.prompt_length);
        let replaced = |lane: &Lane| {
            given.backends.iter().any(|new| new.backend == lane.backend && new.operation == lane.operation)
        };
        self.backends.retain(|lane| !replaced(lane));
        self.backends.extend(given.backends.iter().cloned());
        self.dial.extend(given.dial.iter().map(|(phone, far)| (phone.clone(), *far)));
        self.lengths.extend(given.lengths.iter().map(|(name, length)| (name.clone(), *length)));
    }

    /// A contact begins.
    pub(super) fn begin(&mut self, image: &Image, contact: &Contact) {
        self.crm.begin_interaction(Beginning {
            contact: contact.id.clone(),
            channel: contact.channel,
            from: contact.from.clone(),
            to: contact.to.clone(),
            started: contact.arrived,
            program: image.name.clone(),
            version: image.version.clone(),
        });
    }

    /// A contact ends.
    pub(super) fn end(&mut self, contact: &Contact, at: Wall, by: EndedBy, cause: &str) {
        self.crm.end_interaction(&contact.id, Ending { at, by, cause: cause.into() });
    }

    /// Keeps what a contact tells the CRM; this works while its questions fail, as an outbox sees to.
    pub(super) fn write(&mut self, contact: &Contact, sequence: u32, entry: &Entry, at: Wall) {
        self.crm.write(&contact.id, u64::from(sequence), entry.clone(), at);
    }

    /// Who calls; `None` where the CRM says nothing.
    pub(super) fn identify(&self, caller: &Caller) -> Option<Lookup> {
        match self.health {
            CrmHealth::Well => Some(lookup(self.crm.identify(caller))),
            CrmHealth::Down => Some(Lookup::Failed),
            CrmHealth::Late => None,
        }
    }

    /// An object by a field; `None` where the CRM says nothing.
    pub(super) fn find(&self, object: &str, field: &str, key: &Text) -> Option<Lookup> {
        match self.health {
            CrmHealth::Well => Some(lookup(self.crm.find(object, field, &Value::Text(key.clone())))),
            CrmHealth::Down => Some(Lookup::Failed),
            CrmHealth::Late => None,
        }
    }

    /// What the CRM says of a secret; `None` where it says nothing.
    pub(super) fn verify(
        &mut self,
        contact: &str,
        attempt: (&str, &Secret, Lock),
        now: Wall,
    ) -> Option<Verdict> {
        let (customer, secret, lock) = attempt;
        match self.health {
            CrmHealth::Well => {
                Some(verdict(self.crm.verify(&Attempt { customer, secret, lock, contact, now })))
            }
            CrmHealth::Down => Some(Verdict::Failed),
            CrmHealth::Late => None,
        }
    }

    /// The next declared reply to a request; `None` where none is left.
    pub(super) fn reply(&mut self, backend: &str, operation: &str, args: &[(Text, Value)]) -> Option<Canned> {
        let fits = |lane: &&mut Lane| {
            *lane.backend == *backend
                && *lane.operation == *operation
                && !lane.replies.is_empty()
                && lane.args.iter().all(|arg| args.contains(arg))
        };
        self.backends.iter_mut().find(fits).and_then(|lane| lane.replies.pop_front())
    }

    /// Whoever has a number; `None` where nobody is declared.
    pub(super) fn far_end(&self, number: &Phone) -> Option<FarEnd> {
        self.dial.get(number).copied()
    }

    /// How long a prompt is heard. In text there is nothing to wait for.
    pub(super) fn prompt_length(&self, spoken: &Spoken, channel: Channel) -> DurationMs {
        match channel {
            Channel::Call => self.lengths.get(&spoken.prompt).copied().unwrap_or(self.prompt_length),
            Channel::Sms | Channel::Email | Channel::Fax | Channel::Chat => DurationMs::ZERO,
        }
    }

    /// How long something is heard.
    pub(super) fn audio_length(&self, audio: &Audio, channel: Channel) -> DurationMs {
        match audio {
            Audio::Speech(spoken) => {
                let lengths = spoken.iter().map(|one| self.prompt_length(one, channel));
                lengths.fold(DurationMs::ZERO, |sum, length| sum + length)
            }
            Audio::Sound(name) => self.lengths.get(name).copied().unwrap_or(World::SOUND),
            Audio::RingBack => World::SOUND,
        }
    }
}

fn lookup(identity: Identity<Record>) -> Lookup {
    match identity {
        Identity::One(record) => Lookup::One(Arc::new(record)),
        Identity::Many(count) => Lookup::Many(count as u32),
        Identity::None => Lookup::None,
        Identity::Failed => Lookup::Failed,
    }
}

fn verdict(verdict: crate::crm::Verdict) -> Verdict {
    match verdict {
        crate::crm::Verdict::Right => Verdict::Right,
        crate::crm::Verdict::Wrong { .. } => Verdict::Wrong,
        crate::crm::Verdict::Locked { until } => Verdict::Locked { until },
        crate::crm::Verdict::Failed => Verdict::Failed,
    }
}
