//! Where a value on the way comes from, and what it is given there.

use super::draft::{Act, Draft, quoted};
use super::question;
use super::trail::Trail;
use crate::program::verb::Ask;
use crate::program::{EntryKind, Keeper, NodeId, ScheduleId, Text, Type, Value, Verb};
use jiff::{Span, Timestamp};
use std::collections::BTreeMap;

/// What a variable holds.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::simulator) enum Source {
    /// The customer at this position.
    Customer(usize),
    /// The object at this position.
    Object(usize),
    /// The reply at this position.
    Reply(usize),
    /// What the script names itself.
    Named(Value),
    /// What the flow of a task is given under this name.
    Argument(Text),
    /// The kept value at this position.
    Kept(u16),
    /// An entry of the caller's, as the step at this position keys it.
    Entry(usize, NodeId, String),
    /// The caller's number.
    Caller,
    /// The message with which the contact arrives.
    Message,
    /// Whether the network signs for the caller's number.
    Attested,
    /// How urgent the contact is.
    Priority,
    /// The contact's language.
    Language,
    /// The address that the contact comes from, as it is shown.
    From,
    /// What chance decides.
    Seed,
    /// The moment of arrival.
    At,
    /// The same, as far as these hours decide.
    Hours(ScheduleId),
    /// Whoever the last call goes to.
    Called,
    /// The room that was entered last.
    Room,
    /// How many come before the caller in this queue, and how long that takes.
    Place(Text),
    /// A field of one of these.
    Field(Box<Source>, Text),
    /// An item of a list; all of them are alike.
    Item(Box<Source>),
    /// Something that was computed of these.
    Computed(Vec<Source>),
}

/// What stands behind a field in a reply's path for the items of a list.
pub(super) const ITEM: &str = "[]";

/// What is given at a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::simulator) enum Given {
    /// This, as YAML.
    Yaml(String),
    /// So many days behind the arrival, or before it.
    Days(i64),
    /// Nothing: it is missing.
    Missing,
    /// Something, of which so many items where it is a list.
    Some(usize),
}

impl Given {
    /// Whether it is what somebody sets hours to by hand.
    fn sets_by_hand(&self) -> bool {
        matches!(self, Given::Yaml(word) if ["open", "closed"].contains(&word.as_str()))
    }
}

impl Source {
    /// The record, the reply or the argument in which it stands, and the way to it from there.
    fn root(&self) -> (&Source, Vec<Text>) {
        let step = |of: &'_ Source, name: &str| {
            let mut path = of.root().1;
            path.push(name.into());
            path
        };
        match self {
            Source::Field(of, name) => (of.root().0, step(of, name)),
            Source::Item(of) => (of.root().0, step(of, ITEM)),
            _ => (self, Vec::new()),
        }
    }

    /// Whether both are one: of an entry, whatever is keyed.
    pub fn is_same(&self, other: &Source) -> bool {
        match (self, other) {
            (Source::Entry(at, ..), Source::Entry(other, ..)) => at == other,
            _ => self == other,
        }
    }

    /// It, or what it was computed of.
    pub fn parts(&self) -> Vec<Source> {
        match self {
            Source::Computed(of) => of.iter().flat_map(Source::parts).collect(),
            one => vec![one.clone()],
        }
    }
}

impl Trail<'_> {
    /// The type of a source, where it has one that can be given.
    pub fn type_of(&self, source: &Source) -> Option<Type> {
        let program = self.program;
        let of_record = |name: &Text, field: &Text| {
            let fields = program.records.get(name)?;
            fields.iter().find(|(known, _)| known == field).map(|(_, ty)| ty.clone())
        };
        match source {
            Source::Argument(name) => self.draft.args.type_of(name),
            Source::Kept(at) => Some(program.keeps.get(usize::from(*at))?.ty.clone()),
            Source::Entry(_, node, _) => match &program.node(*node).verb {
                Verb::Ask(ask) => Some(typed(ask)),
                _ => None,
            },
            Source::Caller => Some(Type::Phone),
            Source::Message => Some(Type::Text),
            Source::Attested => Some(Type::Bool),
            Source::Item(of) => match self.type_of(of)?.present() {
                Type::List(item) => Some((**item).clone()),
                _ => None,
            },
            Source::Field(of, name) => match &**of {
                Source::Customer(_) => own(name).or_else(|| program.vocabulary.customer.get(name).cloned()),
                Source::Object(at) => {
                    let kind = &self.draft.objects.get(*at)?.kind;
                    program.vocabulary.objects.get(kind)?.fields.get(name).cloned()
                }
                Source::Reply(at) => self.draft.replies.get(*at)?.2.type_of(name),
                of => match self.type_of(of)?.plain() {
                    Type::Record(record) => of_record(record, name),
                    Type::Case => of_case(name),
                    _ => None,
                },
            },
            Source::Priority
            | Source::Language
            | Source::From
            | Source::Seed
            | Source::At
            | Source::Hours(_)
            | Source::Called
            | Source::Room
            | Source::Place(_)
            | Source::Customer(_)
            | Source::Object(_)
            | Source::Reply(_)
            | Source::Named(_)
            | Source::Computed(_) => None,
        }
    }

    /// A source is given something. What cannot be given there stays as it is.
    pub fn give(&mut self, source: &Source, given: &Given) {
        let (root, path) = source.root();
        let written = match given {
            Given::Yaml(yaml) => Some(yaml.clone()),
            Given::Days(days) => Some(self.day(source, *days)),
            Given::Missing | Given::Some(_) => None,
        };
        let given = &written.clone().map_or_else(|| given.clone(), Given::Yaml);
        match root {
            Source::Reply(at) => self.draft.replies[*at].2.put(path, given),
            Source::Customer(at) => self.know(*at, &path, given, written),
            Source::Object(at) => put(&mut self.draft.objects[*at].fields, &path, written),
            Source::Argument(name) => self.draft.args.put(below(name, path), given),
            Source::Kept(at) => self.keep(*at, written),
            Source::Entry(at, node, _) => self.key_again(*at, *node, written.as_deref().unwrap_or_default()),
            Source::Message => self.draft.tell("text", written),
            Source::Attested => self.draft.tell("attested", written.filter(|word| word == "yes")),
            Source::Priority => self.draft.tell("priority", written),
            Source::Language => self.draft.tell("language", written),
            Source::From => self.draft.tell("from", written),
            Source::Seed => self.draft.seed = written,
            Source::Hours(id) if given.sets_by_hand() => {
                let name = self.program.schedules[id.0 as usize].name.clone();
                self.draft.overrides.extend(written.map(|says| (name, says)));
            }
            Source::At | Source::Hours(_) => {
                self.draft.at = written.and_then(|at| at.parse().ok()).unwrap_or(self.draft.at);
            }
            Source::Called => self.reach(&written.unwrap_or_default()),
            Source::Room => {
                let says = self.in_room.clone();
                self.draft.rooms.extend(written.map(Text::from).zip(says));
            }
            Source::Place(queue) => {
                let place = written.and_then(|ahead| ahead.parse().ok());
                self.draft.queues.entry(queue.clone()).or_default().place = place;
            }
            // The number stands before the way begins.
            Source::Caller | Source::Named(_) | Source::Field(..) | Source::Item(_) | Source::Computed(_) => {
            }
        }
    }

    /// A day or a moment so many days behind the arrival.
    fn day(&self, source: &Source, days: i64) -> String {
        let at = self.draft.at;
        // An hour more, so that it is neither the very moment nor just another day.
        let at = at.checked_add(Span::new().hours(days * 24 + days.signum())).unwrap_or(at).to_string();
        let is_date = self.type_of(source).is_some_and(|ty| *ty.plain() == Type::Date);
        quoted(if is_date { &at[..10] } else { &at })
    }

    /// Something is known of a customer, of its open case or of its last contact.
    fn know(&mut self, at: usize, path: &[Text], given: &Given, written: Option<String>) {
        let names: Vec<&str> = path.iter().map(|name| &**name).collect();
        let topic = self.program.vocabulary.topics.first().map_or("words".to_owned(), |topic| quoted(topic));
        let fresh = |before: Timestamp| {
            let opened = before.checked_sub(Span::new().hours(24)).unwrap_or(before);
            BTreeMap::from([("topic".into(), topic.clone()), ("opened".into(), quoted(&opened.to_string()))])
        };
        match (&names[..], written) {
            (["open_case"], _) if *given == Given::Missing => drop(self.draft.cases.remove(&at)),
            (["open_case"], _) => drop(self.draft.cases.insert(at, fresh(self.draft.at))),
            (["open_case", name], Some(written)) => {
                let (name, written) = match (*name, opened(self.draft.at, &written)) {
                    ("age", Some(opened)) => ("opened", opened),
                    (name, _) => (name, written),
                };
                let case = self.draft.cases.entry(at).or_insert_with(|| fresh(self.draft.at));
                case.insert(name.into(), written);
            }
            (["last_topic" | "last_outcome" | "last_contact"], None) if *given == Given::Missing => {
                self.draft.contacts.remove(&at);
            }
            ([name @ ("last_topic" | "last_outcome" | "last_contact")], written) => {
                let before = self.draft.at.checked_sub(Span::new().hours(24)).unwrap_or(self.draft.at);
                let contact = self.draft.contacts.entry(at).or_insert_with(|| {
                    let outcome = self.program.vocabulary.outcomes.first();
                    let outcome = outcome.map_or("resolved".to_owned(), |outcome| quoted(outcome));
                    let at = quoted(&before.to_string());
                    BTreeMap::from([
                        ("at".into(), at),
                        ("outcome".into(), outcome),
                        ("topic".into(), topic.clone()),
                    ])
                });
                let name = match *name {
                    "last_topic" => "topic",
                    "last_outcome" => "outcome",
                    _ => "at",
                };
                contact.extend(written.map(|written| (name.into(), written)));
            }
            (_, written) => put(&mut self.draft.customers[at].fields, path, written),
        }
    }

    /// A kept value is given, or is not there.
    fn keep(&mut self, at: u16, value: Option<String>) {
        let Some(keep) = self.program.keeps.get(usize::from(at)) else { return };
        let says = value.and_then(|value| match (keep.keeper, &self.number) {
            (Keeper::Program, _) => Some(value),
            (Keeper::Caller, Some(number)) => Some(format!("{{ {}: {value} }}", quoted(number.as_str()))),
            (Keeper::Customer, _) => {
                Some(format!("{{ {}: {value} }}", self.draft.customers.first().map(|known| &known.id)?))
            }
            (Keeper::Caller, None) => None,
        });
        match says {
            Some(says) => drop(self.draft.kept.insert(keep.name.clone(), says)),
            None => drop(self.draft.kept.remove(&keep.name)),
        }
    }

    /// The caller keys something else at a step.
    fn key_again(&mut self, at: usize, node: NodeId, value: &str) {
        let Verb::Ask(ask) = &self.program.node(node).verb else { return };
        let Some((keys, entry)) = question::entry(ask, false, Some(value.trim_matches('"'))) else { return };
        let keyed = self.keyed(ask.kind == EntryKind::Text, &keys, &entry);
        if let Some(step) = self.draft.steps.get_mut(at) {
            *step = Act::Step(keyed);
        }
        self.entered(node, Source::Entry(at, node, entry));
    }

    /// What a source holds as it will be written; nothing where that is not known here.
    pub fn written(&self, source: &Source) -> Option<String> {
        let plain = |yaml: &str| yaml.trim_matches('"').to_owned();
        let (root, path) = source.root();
        match root {
            Source::Named(value) if path.is_empty() => Some(value.to_string()),
            Source::Entry(_, _, entry) => Some(entry.clone()),
            Source::Caller => Some(self.number.as_ref()?.as_str().to_owned()),
            Source::Argument(name) => {
                self.draft.args.written(self.program, &below(name, path)).map(|it| plain(&it))
            }
            Source::Customer(at) => self.draft.customers[*at].fields.get(path.first()?).map(|it| plain(it)),
            Source::Object(at) => self.draft.objects[*at].fields.get(path.first()?).map(|it| plain(it)),
            Source::Reply(at) => self.draft.replies[*at].2.written(self.program, &path).map(|it| plain(&it)),
            _ => None,
        }
    }
}

fn put(fields: &mut BTreeMap<Text, String>, path: &[Text], written: Option<String>) {
    let [name] = path else { return };
    match written {
        Some(written) => drop(fields.insert(name.clone(), written)),
        None => drop(fields.remove(name)),
    }
}

fn below(name: &Text, path: Vec<Text>) -> Vec<Text> {
    std::iter::once(name.clone()).chain(path).collect()
}

/// When a case of this age was opened.
fn opened(at: Timestamp, age: &str) -> Option<String> {
    let Ok(Value::Duration(age)) = super::super::parse_value(age, &Type::Duration, None) else { return None };
    let opened = at.checked_sub(Span::new().milliseconds(i64::try_from(age.0).ok()?)).ok()?;
    Some(quoted(&opened.to_string()))
}

/// What every customer has that can be given.
fn own(name: &str) -> Option<Type> {
    let optional = |ty: Type| Some(Type::Optional(Box::new(ty)));
    match name {
        "name" => Some(Type::Text),
        "language" | "last_topic" | "last_outcome" => optional(Type::Text),
        "last_contact" => optional(Type::Moment),
        "open_case" => optional(Type::Case),
        _ => None,
    }
}

/// What can be given of a case.
fn of_case(name: &str) -> Option<Type> {
    match name {
        "topic" | "owner" | "mood" | "priority" => Some(Type::Text),
        "opened" => Some(Type::Moment),
        "age" => Some(Type::Duration),
        _ => None,
    }
}

/// What an entry is.
fn typed(ask: &Ask) -> Type {
    match &ask.kind {
        EntryKind::Digits { .. } => Type::Digits,
        EntryKind::Number { .. } => Type::Number,
        EntryKind::YesNo { .. } => Type::Bool,
        EntryKind::Phone { .. } => Type::Phone,
        EntryKind::Money { .. } => Type::Money,
        EntryKind::Date { .. } => Type::Date,
        EntryKind::Time { .. } => Type::Time,
        EntryKind::Text => Type::Text,
        EntryKind::Passphrase { .. } => Type::Passphrase,
    }
}

impl Draft {
    /// Something is said of the contact as it arrives, or is not.
    fn tell(&mut self, what: &str, written: Option<String>) {
        match written {
            Some(written) => drop(self.ends.insert(what.into(), written)),
            None => drop(self.ends.remove(what)),
        }
    }
}
