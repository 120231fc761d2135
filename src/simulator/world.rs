//! What surrounds a simulated contact: a CRM, backends, whoever is dialled, and how long things take.
//!
//! The world outlives a contact: a lock-out of the first call holds for the second, and a backend's reply is used once.

use super::crowd::{Line, Waiting};
use super::dealings::Faults;
use super::far_end::FarEnd;
use super::faults::Troubles;
use super::given::{Given, GivenCustomer};
use super::queues::{PretendQueue, Transcript};
use super::rooms::Room;
use super::tasks::Pending;
use crate::crm::{Attempt, Beginning, EndedBy, Ending, Identity, Memory, Update, Updated};
use crate::engine::{Audio, Contact, Image, Lookup, Recalled, Reply, Spoken, UpdateResult, Verdict};
use crate::program::{Caller, Channel, Entry, Override, Party, Phone, Record, Text, Value};
use crate::time::{DurationMs, Wall};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::Arc;

/// The pretend world.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    /// The CRM's records, which expectations look into.
    pub crm: Memory,
    /// Whether the CRM answers.
    pub health: CrmHealth,
    /// How it answers the next questions, one after another, before that.
    moods: VecDeque<CrmHealth>,
    /// How long it takes to answer a question.
    pub crm_after: DurationMs,
    /// Whether a person says what nothing is declared for: a backend's reply, what becomes of a dialled number.
    pub(super) asks: bool,
    /// The country whose numbers are dialled, as a program writes it; from the contact's program.
    plan: Option<Text>,
    /// The code that every contact is sent; drawn from the contact's seed where none is given.
    pub(super) code: Option<String>,
    /// Whether the store of kept values answers, where that is another matter than the CRM.
    pub(super) kept_health: Option<CrmHealth>,
    /// Tries of deliveries that fail, by what is delivered.
    pub(super) outbox: BTreeMap<Text, Faults>,
    pub(super) backends: Vec<Lane>,
    /// Whether several contacts are there at once.
    pub(super) is_crowd: bool,
    /// Whoever waits in a queue that has staff.
    pub(super) lines: BTreeMap<Text, Line>,
    /// Answers that fail.
    pub(super) faults: Option<Troubles>,
    /// Replies that were replaced before anybody asked for them.
    unasked: Vec<Unasked>,
    /// Whoever is dialled, call after call; the last one stays.
    pub(super) dial: BTreeMap<Text, Vec<FarEnd>>,
    tones: BTreeMap<Text, DurationMs>,
    pub(super) queues: BTreeMap<Text, PretendQueue>,
    pub(super) transcripts: VecDeque<Transcript>,
    /// Messages that cannot be recorded.
    pub(super) recordings: Faults,
    /// Hours that are set by hand.
    pub(super) overrides: BTreeMap<Text, Override>,
    /// Flows that are to run without a caller, the next one first, and how many were ever asked for.
    pub(super) pending: Vec<Pending>,
    pub(super) asked: usize,
    pub(super) rooms: BTreeMap<Text, Room>,
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
    /// Somebody else has changed what the contact would change.
    Conflict,
}

/// The replies to one operation with certain arguments, used once each, in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lane {
    pub backend: Text,
    pub operation: Text,
    /// The arguments that it holds for; any value for one that is not named.
    pub args: Vec<(Text, Value)>,
    pub replies: VecDeque<Canned>,
    /// Whether it is given for one scenario alone, which is to ask for all of them.
    pub is_own: bool,
}

/// One declared reply; it never comes where there is none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Canned {
    pub after: DurationMs,
    pub reply: Option<Reply>,
    /// Where it stands: its line, and its position among the replies there, counted from one.
    pub line: u32,
    pub number: usize,
}

/// A reply that a scenario gives for itself, and that nobody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unasked {
    /// `backend.operation`.
    pub of: Text,
    /// Its position among the replies there, counted from one.
    pub number: usize,
    /// The line on which it stands.
    pub line: u32,
}

impl fmt::Display for Unasked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reply {} of `{}` was never asked for", self.number, self.of)
    }
}

impl Lane {
    fn unasked(&self) -> impl Iterator<Item = Unasked> {
        let of: Text = format!("{}.{}", self.backend, self.operation).into();
        let left = self.replies.iter().filter(|_| self.is_own);
        left.map(move |reply| Unasked { of: of.clone(), number: reply.number, line: reply.line })
    }
}

impl Default for World {
    fn default() -> World {
        World {
            crm: Memory::default(),
            health: CrmHealth::Well,
            moods: VecDeque::new(),
            crm_after: DurationMs::ZERO,
            asks: false,
            plan: None,
            code: None,
            kept_health: None,
            outbox: BTreeMap::new(),
            backends: Vec::new(),
            is_crowd: false,
            lines: BTreeMap::new(),
            faults: None,
            unasked: Vec::new(),
            dial: BTreeMap::new(),
            tones: BTreeMap::new(),
            queues: BTreeMap::new(),
            transcripts: VecDeque::new(),
            recordings: Faults::Tries(VecDeque::new()),
            overrides: BTreeMap::new(),
            pending: Vec::new(),
            asked: 0,
            rooms: BTreeMap::new(),
            lengths: BTreeMap::new(),
            prompt_length: World::PROMPT,
        }
    }
}

impl World {
    /// How long a prompt lasts unless a scenario says otherwise.
    pub const PROMPT: DurationMs = DurationMs::from_secs(4);
    /// How long a key sounds that is sent, its pause included.
    pub const KEY: DurationMs = DurationMs(200);
    /// How long a sound lasts unless a scenario says otherwise.
    pub const SOUND: DurationMs = DurationMs(500);

    /// An empty world in which a person says what nothing is declared for.
    pub fn asking() -> World {
        World { asks: true, ..World::default() }
    }

    /// Changes what a scenario says is given. Replies to an operation, and a number that is dialled, are replaced.
    pub fn take(&mut self, given: &Given) {
        self.crm.sensitive.extend(given.sensitive.iter().cloned());
        for GivenCustomer { customer, pin, passphrase } in &given.customers {
            self.crm.add_customer(customer.clone(), pin.clone());
            self.crm.passphrases.extend(passphrase.clone().map(|phrase| (customer.id.clone(), phrase)));
        }
        given.objects.iter().for_each(|object| self.crm.add_object(object.clone()));
        given.cases.iter().for_each(|case| case.put(&mut self.crm));
        given.contacts.iter().for_each(|contact| contact.put(&mut self.crm));
        for (keep, holder, kept) in &given.kept {
            self.crm.kept.insert((keep.clone(), holder.clone()), kept.clone());
        }
        self.code = given.code.clone().or(self.code.take());
        self.kept_health = given.kept_health.or(self.kept_health);
        self.outbox.extend(given.outbox.iter().map(|(what, faults)| (what.clone(), faults.clone())));
        if let Some((last, moods)) = given.health.split_last() {
            (self.health, self.moods) = (*last, moods.iter().copied().collect());
        }
        for (customer, lockout) in &given.lockouts {
            self.crm.lockouts.insert(customer.clone(), *lockout);
        }
        self.crm_after = given.crm_after.unwrap_or(self.crm_after);
        self.prompt_length = given.prompt_length.unwrap_or(self.prompt_length);
        let replaced = |lane: &Lane| {
            given.backends.iter().any(|new| new.backend == lane.backend && new.operation == lane.operation)
        };
        let gone = self.backends.iter().filter(|lane| replaced(lane));
        self.unasked.extend(gone.flat_map(Lane::unasked));
        self.backends.retain(|lane| !replaced(lane));
        self.backends.extend(given.backends.iter().cloned());
        self.dial.extend(given.dial.iter().map(|(party, ends)| (party.clone(), ends.clone())));
        self.queues.extend(given.queues.iter().map(|(name, queue)| (name.clone(), queue.clone())));
        if let Some(transcripts) = &given.transcripts {
            self.transcripts.clone_from(transcripts);
        }
        if let Some(recordings) = &given.recordings {
            self.recordings.clone_from(recordings);
        }
        self.overrides.extend(given.overrides.iter().map(|(name, set)| (name.clone(), *set)));
        self.rooms.extend(given.rooms.iter().map(|(name, room)| (name.clone(), room.clone())));
        self.lengths.extend(given.lengths.iter().map(|(name, length)| (name.clone(), *length)));
    }

    /// Gives a contact the segments of the one customer who has the caller's number, where it may be asked for.
    pub(super) fn belong(&self, image: &Image, contact: &mut Contact) {
        if !contact.asks_for_segments(image) {
            return;
        }
        match self.crm.identify(&contact.from) {
            Identity::One(customer) => {
                contact.segment = customer.segment();
                contact.segments = image.segments_of(&customer, contact.arrived);
            }
            Identity::Many(_) | Identity::None | Identity::Failed => {}
        }
    }

    /// A contact begins.
    pub(super) fn begin(&mut self, image: &Image, contact: &Contact) {
        self.plan.clone_from(&image.country);
        self.tones.extend(image.tones.iter().map(|tone| (tone.name.clone(), tone.length())));
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
        if let Entry::Override { schedule, set } = entry {
            match set {
                Some(set) => drop(self.overrides.insert(schedule.clone(), *set)),
                None => drop(self.overrides.remove(schedule)),
            }
        }
        self.crm.write(&contact.id, u64::from(sequence), entry.clone(), at);
    }

    /// How the CRM answers the next question.
    fn mood(&mut self) -> CrmHealth {
        self.moods.pop_front().unwrap_or(self.health)
    }

    /// Who calls; `None` where the CRM says nothing.
    pub(super) fn identify(&mut self, caller: &Caller) -> Option<Lookup> {
        match self.mood() {
            CrmHealth::Well | CrmHealth::Conflict => Some(lookup(self.crm.identify(caller))),
            CrmHealth::Down => Some(Lookup::Failed),
            CrmHealth::Late => None,
        }
    }

    /// An object by a field; `None` where the CRM says nothing.
    pub(super) fn find(&mut self, object: &str, field: &str, key: &Text) -> Option<Lookup> {
        match self.mood() {
            CrmHealth::Well | CrmHealth::Conflict => {
                Some(lookup(self.crm.find(object, field, &Value::Text(key.clone()))))
            }
            CrmHealth::Down => Some(Lookup::Failed),
            CrmHealth::Late => None,
        }
    }

    /// What the CRM says of a secret; `None` where it says nothing.
    pub(super) fn verify(&mut self, attempt: &Attempt<'_>) -> Option<Verdict> {
        match self.mood() {
            CrmHealth::Well | CrmHealth::Conflict => Some(verdict(self.crm.verify(attempt))),
            CrmHealth::Down => Some(Verdict::Failed),
            CrmHealth::Late => None,
        }
    }

    /// What is kept; `None` where the CRM says nothing.
    pub(super) fn recall(&mut self, keep: &str, holder: &str, now: Wall) -> Option<Recalled> {
        let health = self.kept_health.unwrap_or_else(|| self.mood());
        match health {
            CrmHealth::Well | CrmHealth::Conflict => {
                Some(self.crm.recall(keep, holder, now).map_or(Recalled::Nothing, Recalled::Kept))
            }
            CrmHealth::Down => Some(Recalled::Failed),
            CrmHealth::Late => None,
        }
    }

    /// Changes a field; `None` where the CRM says nothing.
    pub(super) fn update(&mut self, update: &Update<'_>) -> Option<UpdateResult> {
        match self.mood() {
            CrmHealth::Conflict => Some(UpdateResult::Conflict),
            CrmHealth::Well => Some(match self.crm.update(update) {
                Updated::Done => UpdateResult::Ok,
                Updated::Conflict => UpdateResult::Conflict,
                Updated::NoSuch => UpdateResult::Failed,
            }),
            CrmHealth::Down => Some(UpdateResult::Failed),
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

    /// The next one of a queue for whom somebody is free, with that one's number.
    pub(super) fn next_served(&mut self, queue: &str) -> Option<(Waiting, u32)> {
        let staff = self.queues.get(queue)?.staff?;
        self.lines.get_mut(queue)?.serve(staff)
    }

    /// The replies that nobody asked for, of those that a scenario gives for itself.
    pub(super) fn unasked(&self) -> Vec<Unasked> {
        self.unasked.iter().cloned().chain(self.backends.iter().flat_map(Lane::unasked)).collect()
    }

    /// Says who has a number, an extension or a name.
    pub fn put_far_end(&mut self, party: &str, far: FarEnd) {
        self.dial.insert(party.into(), vec![far]);
    }

    /// What somebody is called in a scenario: digits by the number that they dial, anybody else by name.
    pub(super) fn known(&self, party: &Party) -> Text {
        let number = party.dialled().and_then(|digits| Phone::parse(&digits, self.plan.as_deref()));
        number.map_or_else(|| party.to_string().into(), |phone| phone.as_str().into())
    }

    /// Whoever is called next under a name; `None` where nobody is declared.
    pub(super) fn far_end(&mut self, party: &Party) -> Option<FarEnd> {
        let ends = self.dial.get_mut(&self.known(party))?;
        match ends.len() {
            0 | 1 => ends.first().cloned(),
            _ => Some(ends.remove(0)),
        }
    }

    /// How long a prompt is heard. In text there is nothing to wait for.
    pub(super) fn prompt_length(&self, spoken: &Spoken, channel: Channel) -> DurationMs {
        match channel {
            // A task that says something has called somebody.
            Channel::Call | Channel::Task => {
                self.lengths.get(&spoken.prompt).copied().unwrap_or(self.prompt_length)
            }
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
            Audio::Tone(name) => self.tones.get(name).copied().unwrap_or(World::SOUND),
            Audio::Keys(keys) => DurationMs(World::KEY.0 * keys.len() as u64),
            Audio::RingBack | Audio::Beep => World::SOUND,
            Audio::Message(recording) => recording.length,
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
