//! What a scenario says is given: customers and their things, replies, whoever is dialled, faults, lengths.

use super::dealings::{Faults, faults, read_outbox};
use super::far_end::FarEnd;
use super::given_cases::{GivenCase, GivenContact};
use super::queues::{PretendQueue, Transcript, read_overrides, read_queues, read_transcripts};
use super::reading::Reading;
use super::rooms::Room;
use super::tree::{Item, Kind};
use super::world::{Canned, CrmHealth, Lane};
use crate::crm::{Customer, Kept, Lockout, Object};
use crate::engine::Reply;
use crate::program::passphrase::passphrase;
use crate::program::{Address, Operation, Override, Record, Secret, Text, Type};
use crate::time::DurationMs;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// A change of the world. What it does not name stays as it was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// Attributes that no flow is shown.
    pub(super) sensitive: BTreeSet<Text>,
    pub(super) customers: Vec<GivenCustomer>,
    pub(super) objects: Vec<Object>,
    pub(super) cases: Vec<GivenCase>,
    pub(super) contacts: Vec<GivenContact>,
    /// How the CRM answers, question after question; the last one stays.
    pub(super) health: Vec<CrmHealth>,
    pub(super) lockouts: Vec<(Text, Lockout)>,
    pub(super) crm_after: Option<DurationMs>,
    pub(super) backends: Vec<Lane>,
    pub(super) dial: BTreeMap<Text, Vec<FarEnd>>,
    pub(super) queues: BTreeMap<Text, PretendQueue>,
    pub(super) transcripts: Option<VecDeque<Transcript>>,
    pub(super) overrides: BTreeMap<Text, Override>,
    pub(super) rooms: BTreeMap<Text, Room>,
    pub(super) lengths: BTreeMap<Text, DurationMs>,
    pub(super) prompt_length: Option<DurationMs>,
    pub(super) kept: Vec<(Text, Text, Kept)>,
    pub(super) kept_health: Option<CrmHealth>,
    pub(super) outbox: BTreeMap<Text, Faults>,
    pub(super) recordings: Option<Faults>,
    pub(super) code: Option<String>,
}

/// A customer, and what it proves who it is with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GivenCustomer {
    pub customer: Customer,
    pub pin: Option<Secret>,
    /// In its one form.
    pub passphrase: Option<Secret>,
}

pub(super) const GIVEN: [&str; 13] = [
    "crm",
    "backends",
    "dial",
    "rooms",
    "queues",
    "recordings",
    "transcripts",
    "override",
    "prompts",
    "kept",
    "outbox",
    "sms",
    "code",
];
/// Beside the records of the program's kinds.
pub(super) const CRM: [&str; 5] = ["customers", "cases", "contacts", "is", "after"];
/// Beside the attributes that the program declares.
pub(super) const CUSTOMER: [&str; 9] =
    ["id", "name", "phones", "addresses", "pin", "passphrase", "language", "locked", "wrong"];
/// Beside the fields that the program declares.
pub(super) const OBJECT: [&str; 2] = ["id", "owner"];
pub(super) const REPLY: [&str; 3] = ["after", "ok", "status"];

impl Given {
    pub(super) fn read(reading: &mut Reading, item: &Item) -> Given {
        let sensitive = reading.program.vocabulary.sensitive.clone();
        let mut given = Given { sensitive, ..Given::default() };
        reading.only_keys(item, "`given`", &GIVEN);
        for (key, _, value) in item.entries() {
            match key {
                "crm" => given.read_crm(reading, value),
                "backends" => given.read_backends(reading, value),
                "dial" => given.read_dial(reading, value),
                "rooms" => given.rooms.extend(Room::read_all(reading, value)),
                "prompts" => given.read_lengths(reading, value),
                "kept" if value.text().is_some() => {
                    given.kept_health = health(reading, value, "store of kept values")
                }
                "kept" => given.read_kept(reading, value),
                "outbox" => given.outbox.extend(read_outbox(reading, value)),
                "sms" => {
                    given
                        .outbox
                        .extend(faults(reading, value, "delivery").map(|faults| ("sms".into(), faults)));
                }
                "recordings" => given.recordings = faults(reading, value, "recording"),
                "code" => given.code = reading.scalar(value, "digits").map(str::to_owned),
                "queues" => given.queues = read_queues(reading, value),
                "transcripts" => given.transcripts = Some(read_transcripts(reading, value)),
                "override" => given.overrides = read_overrides(reading, value),
                _ => {}
            }
        }
        given
    }

    /// The same, given for one scenario alone.
    pub(super) fn own(mut self) -> Given {
        self.backends.iter_mut().for_each(|lane| lane.is_own = true);
        self
    }

    /// `down`, `late`, or records by their kinds.
    fn read_crm(&mut self, reading: &mut Reading, item: &Item) {
        if item.text().is_some() {
            self.health = mood(reading, item).into_iter().collect();
            return;
        }
        let program = reading.program;
        let kinds: Vec<(Text, String)> =
            program.vocabulary.objects.keys().map(|kind| (kind.clone(), plural(kind))).collect();
        let mut known = CRM.to_vec();
        known.extend(kinds.iter().flat_map(|(kind, plural)| [plural.as_str(), kind]));
        reading.only_keys(item, "`crm`", &known);
        // Others name them, and may stand before them.
        item.get("customers").into_iter().for_each(|customers| self.read_customers(reading, customers));
        for (key, _, value) in item.entries() {
            match key {
                "customers" => {}
                "cases" => {
                    let cases = reading.list(value, "cases").iter();
                    self.cases = cases.filter_map(|item| GivenCase::read(reading, item)).collect();
                }
                "contacts" => {
                    let contacts = reading.list(value, "contacts").iter();
                    self.contacts = contacts.filter_map(|item| GivenContact::read(reading, item)).collect();
                }
                "is" => {
                    self.health = match &value.kind {
                        Kind::List(moods) => moods.iter().filter_map(|one| mood(reading, one)).collect(),
                        Kind::Nothing | Kind::Scalar(_) | Kind::Map(_) => {
                            mood(reading, value).into_iter().collect()
                        }
                    };
                }
                "after" => self.crm_after = reading.length(value),
                _ => {
                    if let Some((kind, _)) =
                        kinds.iter().find(|(kind, plural)| key == plural || *key == **kind)
                    {
                        self.read_objects(reading, kind, value);
                    }
                }
            }
        }
    }

    fn read_customers(&mut self, reading: &mut Reading, item: &Item) {
        for item in reading.list(item, "customers") {
            let Some(given) = customer(reading, item) else { continue };
            reading.customers.insert(given.customer.id.to_string());
            self.lockouts.extend(lockout(reading, item).map(|lockout| (given.customer.id.clone(), lockout)));
            self.customers.push(given);
        }
    }

    fn read_objects(&mut self, reading: &mut Reading, kind: &Text, item: &Item) {
        for item in reading.list(item, "records") {
            let object = object(reading, kind, item);
            self.objects.extend(object);
        }
    }

    fn read_backends(&mut self, reading: &mut Reading, item: &Item) {
        let program = reading.program;
        let names: Vec<&str> = program.backends.iter().map(|backend| &*backend.name).collect();
        reading.only_names(item, "the program has no backend", &names);
        for (name, _, value) in item.entries() {
            let Some(backend) = program.backends.iter().find(|backend| *backend.name == *name) else {
                continue;
            };
            for item in reading.list(value, "operations with their replies") {
                let lane = lane(reading, &backend.name, &backend.operations, item);
                self.backends.extend(lane);
            }
        }
    }

    fn read_dial(&mut self, reading: &mut Reading, item: &Item) {
        self.dial.extend(FarEnd::read_all(reading, item));
    }
}

/// How the CRM answers a question: `conflict` where somebody else has changed what is to be changed.
fn mood(reading: &mut Reading, item: &Item) -> Option<CrmHealth> {
    match item.text() {
        Some("conflict") => Some(CrmHealth::Conflict),
        _ => health(reading, item, "CRM"),
    }
}

/// `wrong: 4`, attempts in a row from earlier contacts; `locked: 2026-11-20T20:00:00+03:00`, until then.
fn lockout(reading: &mut Reading, item: &Item) -> Option<Lockout> {
    let declared = &reading.program.vocabulary.customer;
    let own = |key: &str| item.get(key).filter(|_| !declared.contains_key(key));
    let (locked, wrong) = (own("locked"), own("wrong"));
    if locked.is_none() && wrong.is_none() {
        return None;
    }
    let mut lockout = Lockout {
        locked_until: locked.and_then(|until| super::moment::moment(reading, until)),
        ..Lockout::default()
    };
    if let Some(wrong) = wrong {
        let count = reading.scalar(wrong, "a number").and_then(|text| text.parse().ok());
        if count.is_none() {
            reading.no_value(wrong, "how many attempts were wrong is a whole number", None);
        }
        lockout.wrong_in_a_row = count.unwrap_or_default();
    }
    Some(lockout)
}

fn health(reading: &mut Reading, item: &Item, who: &str) -> Option<CrmHealth> {
    match reading.scalar(item, &format!("how the {who} is"))? {
        "well" => Some(CrmHealth::Well),
        "down" => Some(CrmHealth::Down),
        "late" => Some(CrmHealth::Late),
        word => {
            let known = ["well", "down", "late"].into_iter();
            reading.unknown(item, &format!("a {who} is never `{word}`"), word, known);
            None
        }
    }
}

pub(super) fn plural(kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if kind.ends_with(['s', 'x']) => format!("{kind}es"),
        _ => format!("{kind}s"),
    }
}

fn customer(reading: &mut Reading, item: &Item) -> Option<GivenCustomer> {
    let program = reading.program;
    let declared = &program.vocabulary.customer;
    let mut known = CUSTOMER.to_vec();
    known.extend(declared.keys().map(|name| &**name));
    reading.only_keys(item, "a customer", &known);
    let id = item.get("id").and_then(|id| reading.scalar(id, "an id"));
    let Some(id) = id else {
        reading.lacks(item, "a customer needs an `id`", None);
        return None;
    };
    let mut customer = Customer::new(id, item.get("name").and_then(Item::text).unwrap_or(id));
    let (mut pin, mut phrase) = (None, None);
    for (key, _, value) in item.entries() {
        match key {
            "id" | "name" => {}
            "locked" | "wrong" if !declared.contains_key(key) => {}
            "phones" => {
                let items = reading.list(value, "phone numbers");
                customer.phones = items.iter().filter_map(|item| reading.phone(item)).collect();
            }
            "addresses" => {
                let items = reading.list(value, "addresses");
                customer.addresses = items.iter().filter_map(|item| address(reading, item)).collect();
            }
            "pin" => pin = reading.scalar(value, "a PIN").map(Secret::new),
            "passphrase" => phrase = reading.scalar(value, "a passphrase").map(passphrase),
            "language" => customer.language = reading.scalar(value, "a language").map(Text::from),
            _ => {
                let kind = declared.get(key).cloned().unwrap_or(Type::Text);
                if let Some(value) = reading.value(value, &kind) {
                    customer.attributes.insert(key.into(), value);
                }
            }
        }
    }
    Some(GivenCustomer { customer, pin, passphrase: phrase })
}

fn address(reading: &mut Reading, item: &Item) -> Option<Address> {
    let text = reading.scalar(item, "an address")?;
    let address = Address::parse(text);
    if address.is_none() {
        let message = format!("`{text}` is no address; `anna@example.com` and `telegram:anna` are");
        reading.no_value(item, message, None);
    }
    address
}

fn object(reading: &mut Reading, kind: &Text, item: &Item) -> Option<Object> {
    let program = reading.program;
    let declared = &program.vocabulary.objects.get(kind)?.fields;
    let mut known = OBJECT.to_vec();
    known.extend(declared.keys().map(|name| &**name));
    reading.only_keys(item, &format!("a record of kind `{kind}`"), &known);
    let mut object = Object { kind: kind.clone(), ..Object::default() };
    for (key, _, value) in item.entries() {
        match declared.get(key) {
            _ if key == "id" => object.id = reading.scalar(value, "an id")?.into(),
            Some(Type::Customer(_)) => object.owner = Some(reading.customer(value)?),
            Some(Type::Optional(inner)) if matches!(**inner, Type::Customer(_)) => {
                let is_none = value.kind == Kind::Nothing || value.text() == Some("none");
                object.owner = if is_none { None } else { Some(reading.customer(value)?) };
            }
            None if key == "owner" => object.owner = Some(reading.customer(value)?),
            Some(field) => {
                let value = reading.value(value, field)?;
                if object.id.is_empty() && *field == Type::Digits {
                    object.id = value.to_string().into();
                }
                object.fields.insert(key.into(), value);
            }
            None => {}
        }
    }
    if object.id.is_empty() {
        reading.lacks(item, format!("this `{kind}` needs an `id`, or a field of digits"), None);
        return None;
    }
    Some(object)
}

/// `operation: { arguments }` and `replies: [ … ]`.
fn lane(reading: &mut Reading, backend: &Text, operations: &[Operation], item: &Item) -> Option<Lane> {
    let mut known: Vec<&str> = operations.iter().map(|operation| &*operation.name).collect();
    known.push("replies");
    reading.only_names(item, &format!("`{backend}` has no operation"), &known);
    let named = item.entries().find_map(|(key, _, args)| {
        let operation = operations.iter().find(|operation| *operation.name == *key)?;
        Some((operation, args))
    });
    let Some((operation, args)) = named else {
        // A name that is none has been complained of.
        if item.entries().all(|(key, _, _)| key == "replies") {
            reading.lacks(item, "this names no operation", format!("`{backend}` has {}", known.join(", ")));
        }
        return None;
    };
    let what = format!("{backend}.{}", operation.name);
    let args = reading.named_values(args, &what, &operation.params);
    let args = args.into_iter().map(|(_, name, value)| (name, value)).collect();
    let replies = match item.get("replies") {
        Some(replies) => reading.list(replies, "replies"),
        None => &[],
    };
    let mut read = VecDeque::new();
    for (index, item) in replies.iter().enumerate() {
        let line = reading.line(item);
        let canned = canned(reading, &what, operation, item);
        read.extend(canned.map(|(after, reply)| Canned { after, reply, line, number: index + 1 }));
    }
    let operation = operation.name.clone();
    Some(Lane { backend: backend.clone(), operation, args, replies: read, is_own: false })
}

/// `{ after: 300ms, ok: { … } }`, `{ after: 300ms, status: not_found }`, `not_found`, `failed`, `late`.
/// When it comes, and what it is; it never comes where that is missing.
fn canned(
    reading: &mut Reading,
    what: &str,
    operation: &Operation,
    item: &Item,
) -> Option<(DurationMs, Option<Reply>)> {
    if item.text().is_some() {
        let reply = status(reading, operation, item)?;
        return Some((DurationMs::ZERO, reply));
    }
    reading.only_keys(item, "a reply", &REPLY);
    let after = item.get("after").map_or(Some(DurationMs::ZERO), |after| reading.length(after))?;
    match (item.get("ok"), item.get("status")) {
        (Some(fields), None) => {
            let written = fields;
            let fields = reading.named_values(fields, &format!("the reply of {what}"), &operation.reply);
            let mut record = Record::new(what, "");
            record.fields = fields.into_iter().map(|(_, name, value)| (name, value)).collect();
            for (name, kind) in &operation.reply {
                if written.get(name).is_none() && !matches!(kind, Type::Optional(_)) {
                    reading.lacks(
                        item,
                        format!("the reply of {what} has a `{name}`, which is missing"),
                        None,
                    );
                }
            }
            Some((after, Some(Reply::Ok(Arc::new(record)))))
        }
        (None, Some(word)) => Some((after, status(reading, operation, word)?)),
        (None, None) | (Some(_), Some(_)) => {
            let hint = "write `ok: { … }`, `status: not_found`, `failed` or `late`".to_owned();
            reading.wrong(item, "a reply is either `ok` or a `status`", hint);
            None
        }
    }
}

/// `ok` alone: a good reply without fields.
fn plain_ok(reading: &mut Reading, operation: &Operation, item: &Item) -> Option<Reply> {
    let needed = operation.reply.iter().find(|(_, kind)| !matches!(kind, Type::Optional(_)));
    if let Some((name, _)) = needed {
        let hint = format!("write `ok: {{ {name}: … }}`");
        reading.lacks(item, format!("a good reply of `{}` has fields", operation.name), hint);
        return None;
    }
    Some(Reply::Ok(Arc::new(Record::new(&operation.name, ""))))
}

/// The reply that a word stands for; the inner `None` never comes.
fn status(reading: &mut Reading, operation: &Operation, item: &Item) -> Option<Option<Reply>> {
    let word = reading.scalar(item, "a status")?;
    if let Some(status) = operation.statuses.iter().find(|status| ***status == *word) {
        return Some(Some(Reply::Status(status.clone())));
    }
    match word {
        "ok" => plain_ok(reading, operation, item).map(Some),
        "failed" => Some(Some(Reply::Failed)),
        "late" | "never" => Some(None),
        _ => {
            let statuses = operation.statuses.iter().map(|status| &**status);
            let known: Vec<&str> = statuses.chain(["ok", "failed", "late"]).collect();
            let message = format!("`{}` does not answer `{word}`", operation.name);
            reading.unknown_name(item, &message, word, known.into_iter());
            None
        }
    }
}
