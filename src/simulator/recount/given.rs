//! The world of a recorded contact, as a scenario gives it.

use super::earlier::{last_contact, open_case};
use super::secrets::MadeUp;
use super::values::{fields, value};
use crate::engine::{Action, ActionId, Audio, Contact, Event, JournalEntry, Lookup, Recalled, Reply};
use crate::program::{Caller, Keeper, Party, Program, Record, Text, Value};
use crate::simulator::given::plural;
use crate::simulator::sheet::Sheet;
use crate::time::DurationMs;
use std::collections::BTreeMap;

/// A world in the making.
pub(super) struct World<'a> {
    program: &'a Program,
    pub(super) entries: &'a [JournalEntry],
    made_up: &'a MadeUp,
    customers: BTreeMap<Text, Sheet>,
    objects: BTreeMap<String, Vec<Sheet>>,
    /// Cases that were open, and contacts that were over.
    cases: Vec<Sheet>,
    contacts: Vec<Sheet>,
    health: Option<&'static str>,
    /// How long each answer of the CRM took.
    answered: Vec<DurationMs>,
    /// Replies by what was asked: backend, operation, arguments.
    lanes: Vec<(Text, Text, Sheet, Vec<Sheet>)>,
    dial: Vec<(String, Vec<Sheet>)>,
    pub(super) queues: BTreeMap<Text, Sheet>,
    pub(super) rooms: BTreeMap<Text, Sheet>,
    pub(super) transcripts: Vec<Sheet>,
    /// Whether each message could be recorded.
    pub(super) recordings: Vec<bool>,
    kept: BTreeMap<Text, Vec<(Text, Sheet)>>,
    lengths: BTreeMap<Text, DurationMs>,
    /// What cannot be given.
    pub limits: Vec<String>,
}

/// The lengths of prompts and sounds, as they were heard to their ends.
const USUAL: DurationMs = crate::simulator::World::PROMPT;

impl<'a> World<'a> {
    /// The world that answers as the journal says.
    pub fn of(program: &'a Program, contact: &Contact, made_up: &'a MadeUp) -> World<'a> {
        let entries = &made_up.entries;
        let mut world = World {
            program,
            entries,
            made_up,
            customers: BTreeMap::new(),
            objects: BTreeMap::new(),
            cases: Vec::new(),
            contacts: Vec::new(),
            health: None,
            answered: Vec::new(),
            lanes: Vec::new(),
            dial: Vec::new(),
            queues: BTreeMap::new(),
            rooms: BTreeMap::new(),
            transcripts: Vec::new(),
            recordings: Vec::new(),
            kept: BTreeMap::new(),
            lengths: BTreeMap::new(),
            limits: Vec::new(),
        };
        for (index, entry) in entries.iter().enumerate() {
            entry.actions.iter().for_each(|action| world.action(contact, index, action));
        }
        world
    }

    /// As it stands behind `given`.
    pub fn sheet(mut self, contact: &Contact) -> (Sheet, Vec<String>) {
        let mut given = Sheet::Map(Vec::new());
        let mut crm = Sheet::Map(Vec::new());
        if let Some(health) = self.health {
            crm = crm.with("is", Sheet::text(health));
        }
        self.answered.sort();
        if let Some(after) = self.answered.get(self.answered.len() / 2).filter(|after| after.0 > 0) {
            crm = crm.with("after", Sheet::text(after.to_string()));
        }
        for (name, sheets) in [("cases", self.cases), ("contacts", self.contacts)] {
            if !sheets.is_empty() {
                crm = crm.with(name, Sheet::List(sheets));
            }
        }
        if !self.customers.is_empty() {
            crm = crm.with("customers", Sheet::List(self.customers.into_values().collect()));
        }
        for (kind, objects) in std::mem::take(&mut self.objects) {
            crm = crm.with(&kind, Sheet::List(objects));
        }
        let mut put = |name: &str, sheet: Sheet| {
            if !sheet.is_empty()
                && let Sheet::Map(entries) = &mut given
            {
                entries.push((name.to_owned(), sheet));
            }
        };
        put("crm", crm);
        put("backends", backends(self.lanes));
        let list = |(to, ends): (String, Vec<Sheet>)| match <[Sheet; 1]>::try_from(ends) {
            Ok([only]) => (to, only),
            Err(ends) => (to, Sheet::List(ends)),
        };
        put("dial", Sheet::Map(self.dial.into_iter().map(list).collect()));
        let named = |map: BTreeMap<Text, Sheet>| {
            Sheet::Map(map.into_iter().map(|(name, sheet)| (name.to_string(), sheet)).collect())
        };
        put("queues", named(self.queues));
        put("rooms", named(self.rooms));
        put("transcripts", Sheet::List(self.transcripts));
        if self.recordings.contains(&false) {
            let told = |succeeds: &bool| Sheet::text(if *succeeds { "ok" } else { "failed" });
            put("recordings", Sheet::List(self.recordings.iter().map(told).collect()));
        }
        put("override", named(overrides(contact)));
        put("kept", kept(self.program, self.kept));
        if let Some(code) = &self.made_up.code {
            put("code", Sheet::text(code));
        }
        let lengths = self.lengths.into_iter().map(|(name, length)| (name, Sheet::text(length.to_string())));
        put("prompts", named(lengths.collect()));
        (given, self.limits)
    }

    fn action(&mut self, contact: &Contact, index: usize, action: &Action) {
        match action {
            Action::Play { id, audio, looped: false } => self.length(*id, audio, index),
            Action::Identify { id, caller } => {
                let found = self.answer(index, |event| match event {
                    Event::Found { id: of, result } if of == id => Some(result.clone()),
                    _ => None,
                });
                self.answered.extend(found.as_ref().map(|(after, _)| *after));
                self.identified(caller, found.map(|(_, found)| found));
            }
            Action::Find { id, object, .. } => {
                let found = self.answer(index, |event| match event {
                    Event::Found { id: of, result } if of == id => Some(result.clone()),
                    _ => None,
                });
                self.answered.extend(found.as_ref().map(|(after, _)| *after));
                self.found(object, found.map(|(_, found)| found));
            }
            Action::Recall { id, keep, of } => {
                let found = self.answer(index, |event| match event {
                    Event::Recalled { id: of, result } if of == id => Some(result.clone()),
                    _ => None,
                });
                if let Some((_, Recalled::Kept(kept))) = found {
                    let holders = self.kept.entry(keep.clone()).or_default();
                    if !holders.iter().any(|(known, _)| known == of) {
                        holders.push((of.clone(), value(&kept)));
                    }
                }
            }
            Action::Request { id, backend, operation, args, .. } => {
                let reply = self.answer(index, |event| match event {
                    Event::Replied { id: of, reply } if of == id => Some(reply.clone()),
                    _ => None,
                });
                self.replied((backend, operation), args, reply);
            }
            Action::Dial { id, leg, to, .. } => self.dialled(index, *id, Some(*leg), to),
            Action::Call { id, to, .. } => self.dialled(index, *id, None, to),
            Action::HandOver { id, to } => self.handed_over(index, *id, to),
            Action::Enqueue { id, leg, queue, accept, .. } => {
                self.queued(index, (*id, *leg), queue, *accept);
            }
            Action::Join { id, room, .. } => self.joined(index, *id, room),
            Action::Transcribe { id, .. } => self.transcribed(index, *id),
            Action::Record { id, .. } => self.recorded(index, *id),
            Action::Verify { customer, .. } => self.verified(customer, contact),
            _ => {}
        }
    }

    /// The first answer to something, and how long it took.
    pub(super) fn answer<T>(
        &self,
        index: usize,
        of: impl Fn(&Event) -> Option<T>,
    ) -> Option<(DurationMs, T)> {
        let asked = self.entries[index].at;
        let found = |entry: &JournalEntry| {
            let answer = of(entry.event.as_ref()?)?;
            Some((DurationMs(entry.at.0.saturating_sub(asked.0)), answer))
        };
        self.entries[index + 1..].iter().find_map(found)
    }

    /// A prompt that was said alone and to its end has its length, one that was cut is longer than what was heard.
    fn length(&mut self, id: ActionId, audio: &Audio, index: usize) {
        let (names, usual): (Vec<&Text>, _) = match audio {
            Audio::Speech(spoken) => (spoken.iter().map(|one| &one.prompt).collect(), USUAL),
            Audio::Sound(name) => (vec![name], crate::simulator::World::SOUND),
            Audio::Tone(_) | Audio::Keys(_) | Audio::RingBack | Audio::Beep | Audio::Message(_) => return,
        };
        let played = self.answer(index, |event| (*event == Event::Played { id }).then_some(()));
        let known: u64 = names.iter().filter_map(|name| self.lengths.get(*name)).map(|length| length.0).sum();
        let new: Vec<&Text> =
            names.iter().filter(|name| !self.lengths.contains_key(**name)).copied().collect();
        let share = match (played, new.len()) {
            (_, 0) => return,
            (Some((length, ())), count) => DurationMs(length.0.saturating_sub(known) / count as u64),
            (None, _) => {
                let until = self.entries[index + 1..].first().map_or(DurationMs::ZERO, |entry| entry.at);
                usual.max(DurationMs(until.0.saturating_sub(self.entries[index].at.0) + 1000))
            }
        };
        self.lengths.extend(new.into_iter().map(|name| (name.clone(), share)));
    }

    fn identified(&mut self, caller: &Caller, found: Option<Lookup>) {
        let phone = match caller {
            Caller::Number(phone) => phone,
            Caller::Invalid(_) | Caller::Withheld | Caller::Missing => {
                return self.found(&"customer".into(), found);
            }
        };
        match found {
            Some(Lookup::One(record)) => self.customer(&record, Some(phone.as_str())),
            Some(Lookup::Many(count)) => {
                for number in 1..=count.min(9) {
                    let id: Text = format!("one-of-{number}").into();
                    let phones = Sheet::List(vec![Sheet::text(phone.as_str())]);
                    let customer = Sheet::map([("id", Sheet::text(&*id)), ("phones", phones)]);
                    self.customers.entry(id).or_insert(customer);
                }
            }
            Some(Lookup::None) => {}
            Some(Lookup::Failed) => self.health = Some("down"),
            None => self.health = Some("late"),
        }
    }

    fn found(&mut self, object: &Text, found: Option<Lookup>) {
        match found {
            Some(Lookup::One(record)) if &*record.kind == "customer" => self.customer(&record, None),
            Some(Lookup::One(record)) => self.object(object, &record),
            Some(Lookup::Many(_)) => {
                self.limits.push(format!("several records of kind `{object}` were found"))
            }
            Some(Lookup::None) => {}
            Some(Lookup::Failed) => self.health = Some("down"),
            None => self.health = Some("late"),
        }
    }

    /// A customer as the CRM handed it out.
    fn customer(&mut self, record: &Record, phone: Option<&str>) {
        if self.customers.contains_key(&record.id) {
            return;
        }
        let mut phones: Vec<String> = match record.field("phones") {
            Value::List(phones) => phones.iter().filter_map(number).collect(),
            _ => Vec::new(),
        };
        phones.extend(phone.filter(|phone| !phones.iter().any(|known| known == phone)).map(str::to_owned));
        let mut sheet = Sheet::map([("id", Sheet::text(&*record.id))]);
        if !phones.is_empty() {
            sheet = sheet.with("phones", Sheet::List(phones.into_iter().map(Sheet::Text).collect()));
        }
        if let Value::List(addresses) = record.field("addresses")
            && !addresses.is_empty()
        {
            sheet = sheet.with("addresses", Sheet::List(addresses.iter().map(value).collect()));
        }
        for (name, secret) in self.made_up.secrets_of(&record.id) {
            sheet = sheet.with(name, Sheet::text(secret));
        }
        for (name, field) in &record.fields {
            let is_known =
                matches!(&**name, "name" | "language") || self.program.vocabulary.customer.contains_key(name);
            if is_known && !matches!(field, Value::Record(_) | Value::None) {
                sheet = sheet.with(name, value(field));
            }
        }
        self.cases.extend(open_case(record));
        self.contacts.extend(last_contact(record));
        self.customers.insert(record.id.clone(), sheet);
    }

    fn object(&mut self, kind: &Text, record: &Record) {
        let mut sheet = Sheet::map([("id", Sheet::text(&*record.id))]);
        let declared = self.program.vocabulary.objects.get(kind);
        for (name, field) in &record.fields {
            match field {
                Value::Record(owner) if &**name == "owner" => {
                    self.customer(owner, None);
                    sheet = sheet.with("owner", Sheet::text(&*owner.id));
                }
                Value::Record(_) | Value::None => {}
                field if declared.is_some_and(|declared| declared.fields.contains_key(name)) => {
                    sheet = sheet.with(name, value(field));
                }
                _ => {}
            }
        }
        let objects = self.objects.entry(plural(kind)).or_default();
        if !objects.contains(&sheet) {
            objects.push(sheet);
        }
    }

    /// Whoever is verified has a PIN or a passphrase, also where the journal does not say how the CRM found the customer.
    fn verified(&mut self, customer: &Text, contact: &Contact) {
        let secrets = self.made_up.secrets_of(customer);
        if secrets.is_empty() {
            return;
        }
        let known = self.customers.entry(customer.clone()).or_insert_with(|| {
            let id = ("id", Sheet::text(&**customer));
            match &contact.from {
                Caller::Number(phone) => {
                    Sheet::map([id, ("phones", Sheet::List(vec![Sheet::text(phone.as_str())]))])
                }
                Caller::Withheld | Caller::Missing | Caller::Invalid(_) => Sheet::map([id]),
            }
        });
        let Sheet::Map(entries) = known else { return };
        for (name, secret) in secrets {
            if !entries.iter().any(|(known, _)| known == name) {
                entries.push((name.to_owned(), Sheet::text(secret)));
            }
        }
    }

    fn replied(
        &mut self,
        (backend, operation): (&Text, &Text),
        args: &[(Text, Value)],
        reply: Option<(DurationMs, Reply)>,
    ) {
        // What is given with a request may be anything where it is a secret, or cannot be written.
        let plain =
            |value: &Value| !matches!(value, Value::Secret(_) | Value::Record(_) | Value::Recording(_));
        let args = Sheet::Map(
            args.iter()
                .filter(|(_, given)| plain(given) && !matches!(given, Value::List(_)))
                .map(|(name, given)| (name.to_string(), value(given)))
                .collect(),
        );
        let after = |after: DurationMs, name: &str, sheet: Sheet| {
            let mut reply = Sheet::Map(Vec::new());
            if after > DurationMs::ZERO {
                reply = reply.with("after", Sheet::text(after.to_string()));
            }
            reply.with(name, sheet)
        };
        let reply = match reply {
            Some((time, Reply::Ok(record))) => after(time, "ok", fields(&record.fields)),
            Some((time, Reply::Status(status))) => after(time, "status", Sheet::text(&*status)),
            Some((_, Reply::Failed)) => Sheet::text("failed"),
            None => Sheet::text("late"),
        };
        let same = |lane: &&mut (Text, Text, Sheet, Vec<Sheet>)| {
            lane.0 == *backend && lane.1 == *operation && lane.2 == args
        };
        match self.lanes.iter_mut().find(same) {
            Some((_, _, _, replies)) => replies.push(reply),
            None => self.lanes.push((backend.clone(), operation.clone(), args, vec![reply])),
        }
    }

    pub(super) fn far_end(&mut self, to: &Party, end: Sheet) {
        let name = match to {
            Party::Phone(phone) => phone.as_str().to_owned(),
            Party::Extension(name) | Party::Name(name) => name.to_string(),
        };
        match self.dial.iter_mut().find(|(known, _)| *known == name) {
            Some((_, ends)) => ends.push(end),
            None => self.dial.push((name, vec![end])),
        }
    }
}

fn number(value: &Value) -> Option<String> {
    match value {
        Value::Phone(phone) => Some(phone.as_str().to_owned()),
        _ => None,
    }
}

fn backends(lanes: Vec<(Text, Text, Sheet, Vec<Sheet>)>) -> Sheet {
    let mut backends: Vec<(String, Vec<Sheet>)> = Vec::new();
    for (backend, operation, args, replies) in lanes {
        let lane = Sheet::map([(&*operation, args), ("replies", Sheet::List(replies))]);
        match backends.iter_mut().find(|(known, _)| *known == *backend) {
            Some((_, lanes)) => lanes.push(lane),
            None => backends.push((backend.to_string(), vec![lane])),
        }
    }
    Sheet::Map(backends.into_iter().map(|(name, lanes)| (name, Sheet::List(lanes))).collect())
}

fn overrides(contact: &Contact) -> BTreeMap<Text, Sheet> {
    let told = |(schedule, set): (&Text, &crate::program::Override)| {
        let word = if set.open { "open" } else { "closed" };
        let sheet = match set.until {
            Some(until) => Sheet::map([(word, Sheet::text(super::values::moment(until)))]),
            None => Sheet::text(word),
        };
        (schedule.clone(), sheet)
    };
    contact.overrides.iter().map(told).collect()
}

fn kept(program: &Program, kept: BTreeMap<Text, Vec<(Text, Sheet)>>) -> Sheet {
    let mut sheet = Sheet::Map(Vec::new());
    for (name, holders) in kept {
        let keeper = program.keeps.iter().find(|keep| keep.name == name).map(|keep| keep.keeper);
        let value = match keeper {
            Some(Keeper::Program) => holders.into_iter().next().map(|(_, value)| value),
            Some(Keeper::Caller | Keeper::Customer) => {
                let holders = holders.into_iter().map(|(of, value)| (of.to_string(), value));
                Some(Sheet::Map(holders.collect()))
            }
            None => None,
        };
        if let Some(value) = value {
            sheet = sheet.with(&name, value);
        }
    }
    sheet
}
