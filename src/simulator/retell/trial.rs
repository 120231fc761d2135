//! What can be tried where a condition does not go as the way wants it: other values of all that it depends on.

use super::caller::of_set;
use super::draft::quoted;
use super::invent;
use super::source::{Given, Source};
use super::trail::Trail;
use crate::program::{
    Builtin, CompareOp, ContactField, Expr, FlowId, NodeId, NumbersId, Phone, ScheduleId, Slot, Type, Value,
    Verb,
};
use crate::time::{DurationMs, Wall};
use jiff::{Span, Timestamp};
use std::collections::BTreeSet;

/// One thing to try.
pub(in crate::simulator) type Trial = (Source, Given);

/// So many seeds are tried.
const SEEDS: u32 = 40;

/// Days that are tried, from the arrival on.
const DAYS: [i64; 10] = [0, 1, -1, 2, 30, -30, 200, -200, 700, -700];

/// What a condition depends on, and what it names.
#[derive(Default)]
struct Asked {
    /// Variables that have been looked into.
    seen: BTreeSet<(FlowId, Slot)>,
    sources: Vec<Source>,
    named: Vec<Value>,
    sets: Vec<NumbersId>,
}

impl Trail<'_> {
    /// What can be tried at a node.
    pub fn trials(&self, id: NodeId) -> Vec<Trial> {
        let node = self.program.node(id);
        let mut asked = Asked::default();
        match &node.verb {
            Verb::If(decision) => self.look(node.flow, &decision.condition, &mut asked),
            Verb::Set(set) => self.look(node.flow, &set.value, &mut asked),
            Verb::Ask(ask) => {
                ask.conditions.iter().for_each(|condition| self.look(node.flow, condition, &mut asked));
                asked.sources.extend(self.last_entry(id));
                let lists = ask.choices.iter().filter_map(|choice| choice.each.as_ref());
                lists.for_each(|each| self.look(node.flow, &each.list, &mut asked));
            }
            Verb::Menu(menu) => {
                let lists = menu.choices.iter().filter_map(|choice| choice.each.as_ref());
                lists.for_each(|each| self.look(node.flow, &each.list, &mut asked));
            }
            Verb::Choose(_) | Verb::Pick(_) => asked.sources.push(Source::Seed),
            _ => {}
        }
        // What came last is most likely to be what matters.
        asked.sources.iter().rev().flat_map(|source| self.tries(source, &asked)).collect()
    }

    fn look(&self, flow: FlowId, expr: &Expr, asked: &mut Asked) {
        let mut take = |source: Option<Source>| {
            for part in source.iter().flat_map(Source::parts).flat_map(|part| self.opened(part)) {
                if !asked.sources.contains(&part) {
                    asked.sources.push(part);
                }
            }
        };
        match expr {
            Expr::Slot(slot) if asked.seen.insert((flow, *slot)) => {
                take(self.source(flow, expr));
                // What it was computed of may name something, too.
                if let Some(value) = self.set.get(&(flow, *slot)) {
                    self.look(flow, value, asked);
                }
            }
            Expr::Slot(_) | Expr::Field(..) | Expr::Caller | Expr::Message => take(self.source(flow, expr)),
            Expr::Contact(ContactField::Attested) => take(Some(Source::Attested)),
            Expr::Contact(ContactField::Priority) => take(Some(Source::Priority)),
            Expr::Contact(ContactField::Language) => take(Some(Source::Language)),
            Expr::Contact(ContactField::From) => take(Some(Source::From)),
            Expr::Const(value) => asked.named.push(value.clone()),
            Expr::InNumbers(number, set) => {
                asked.sets.push(*set);
                self.look(flow, number, asked);
            }
            Expr::Builtin(Builtin::FirstItem | Builtin::LastItem, parts) => {
                take(self.source(flow, expr));
                parts.iter().for_each(|part| self.look(flow, part, asked));
            }
            Expr::DaysAhead(inner) => {
                take(Some(Source::At));
                self.look(flow, inner, asked);
            }
            Expr::Not(inner) | Expr::IsNone(inner) | Expr::WholeDays(inner) => {
                self.look(flow, inner, asked);
            }
            Expr::And(a, b)
            | Expr::Or(a, b)
            | Expr::Compare(_, a, b)
            | Expr::Arithmetic(_, a, b)
            | Expr::Otherwise(a, b) => [a, b].into_iter().for_each(|part| self.look(flow, part, asked)),
            Expr::Choose(a, b, c) => [a, b, c].into_iter().for_each(|part| self.look(flow, part, asked)),
            Expr::Call(index, parts) => {
                let function = self.program.functions.get(*index as usize);
                asked.named.extend(function.iter().flat_map(|function| named_in(&function.script)));
                parts.iter().for_each(|part| self.look(flow, part, asked));
            }
            Expr::List(parts) | Expr::Builtin(_, parts) => {
                parts.iter().for_each(|part| self.look(flow, part, asked));
            }
            Expr::Open(_) | Expr::OpenIn(..) | Expr::Shift(_) | Expr::Turn(..) | Expr::Now | Expr::Today => {
                take(self.source(flow, expr));
            }
            Expr::Position | Expr::ExpectedWait => {
                self.program.queues.iter().for_each(|queue| take(Some(Source::Place(queue.name.clone()))));
            }
            Expr::Called | Expr::CallerIs(_) | Expr::Contact(_) => {}
        }
    }

    /// Where a whole record is asked about, its fields.
    fn opened(&self, source: Source) -> Vec<Source> {
        let names: Vec<_> = match &source {
            Source::Customer(_) => self.program.vocabulary.customer.keys().cloned().collect(),
            Source::Object(at) => {
                let kind = self.draft.objects.get(*at).map(|object| &object.kind);
                let object = kind.and_then(|kind| self.program.vocabulary.objects.get(kind));
                object.iter().flat_map(|object| object.fields.keys().cloned()).collect()
            }
            _ => return vec![source],
        };
        names.into_iter().map(|name| Source::Field(Box::new(source.clone()), name)).collect()
    }

    /// What can be given at a source.
    fn tries(&self, source: &Source, asked: &Asked) -> Vec<Trial> {
        let given: Vec<Given> = match source {
            Source::Seed => (1..=SEEDS).map(|seed| Given::Yaml(seed.to_string())).collect(),
            Source::At => self.hours().map(|at| Given::Yaml(at.to_string())).collect(),
            Source::Hours(id) => {
                let by_hand = ["closed", "open"].map(str::to_owned);
                self.turns(*id).map(|at| at.to_string()).chain(by_hand).map(Given::Yaml).collect()
            }
            Source::Priority => {
                let usual = ["high", "low"].map(|word| Given::Yaml(word.into()));
                named_texts(asked).chain(usual).chain([Given::Missing]).collect()
            }
            Source::Language => named_texts(asked).chain([Given::Missing]).collect(),
            Source::From => named_texts(asked).collect(),
            Source::Place(_) => ["2", "0", "1", "5", "20"].map(|ahead| Given::Yaml(ahead.into())).to_vec(),
            Source::Attested => vec![Given::Yaml("yes".into()), Given::Missing],
            source => self.type_of(source).map_or_else(Vec::new, |ty| self.of_type(source, &ty, asked)),
        };
        given.into_iter().map(|given| (source.clone(), given)).collect()
    }

    fn of_type(&self, source: &Source, ty: &Type, asked: &Asked) -> Vec<Given> {
        let mut given = match ty {
            Type::Optional(_) => vec![Given::Missing, Given::Some(1)],
            _ => Vec::new(),
        };
        match ty.present() {
            Type::List(_) => given.extend([Given::Some(0), Given::Some(1), Given::Some(2), Given::Some(3)]),
            Type::Record(_) => {}
            Type::Date | Type::Moment => {
                given.extend(self.scalars(source, ty.present(), asked).into_iter().map(Given::Yaml));
                given.extend(DAYS.map(Given::Days));
            }
            plain => given.extend(self.scalars(source, plain, asked).into_iter().map(Given::Yaml)),
        }
        given
    }

    /// Values of a type: those that the condition names and what is next to them, and a few that stand for all.
    fn scalars(&self, source: &Source, ty: &Type, asked: &Asked) -> Vec<String> {
        let near = |value: &Value| {
            let others = [CompareOp::Less, CompareOp::Greater];
            let others = others.into_iter().filter_map(|op| invent::standing(op, value, true));
            std::iter::once(value.clone()).chain(others).collect::<Vec<_>>()
        };
        let named = asked.named.iter().filter(|value| is_of(value, ty)).flat_map(near);
        let mut all: Vec<String> = named.map(|value| invent::yaml(&value)).collect();
        all.extend(match ty {
            Type::Bool => ["yes", "no"].map(str::to_owned).to_vec(),
            Type::Number => ["0", "1", "2", "5", "20", "1000", "1000000", "-1"].map(str::to_owned).to_vec(),
            Type::Text => self.words(asked),
            Type::Digits => self.digits(source, asked),
            Type::Phone => {
                let sets = asked.sets.iter().flat_map(|set| of_set(self.program, *set).into_iter().take(2));
                let heads = asked.named.iter().filter_map(begun);
                let countries = self.program.country.as_deref().and_then(|country| country.get(..2));
                let countries = countries.into_iter().chain(["US", "DE", "RU"]);
                let kinds = countries.flat_map(|country| [(country, true), (country, false)]);
                let any = kinds.filter_map(|(country, mobile)| Phone::example(country, mobile));
                let all = sets.chain(heads).chain(any.map(|phone| phone.as_str().to_owned()));
                all.map(|number| quoted(&number)).collect()
            }
            Type::Money => {
                let currency = asked.named.iter().find_map(|value| match value {
                    Value::Money(money) => Some(money.currency.to_string()),
                    _ => None,
                });
                let currency = currency.unwrap_or_else(|| "EUR".into());
                ["0", "10", "500", "1000000"].map(|amount| format!("{amount}.00 {currency}")).to_vec()
            }
            Type::Duration => ["0s", "1m", "2h", "40d"].map(str::to_owned).to_vec(),
            Type::Time => ["\"00:00\"", "\"10:00\"", "\"23:59\""].map(str::to_owned).to_vec(),
            _ => Vec::new(),
        });
        all
    }

    /// Moments of the week behind the arrival: every three hours of a day, then noon and night of others, then the months.
    fn hours(&self) -> impl Iterator<Item = Timestamp> {
        let day = (1..8).map(|step| step * 3);
        let week = (1..8).flat_map(|day| [day * 24, day * 24 + 6, day * 24 + 12]);
        let year = (1..12).map(|month| month * 30 * 24);
        let at = self.draft.at;
        day.chain(week).chain(year).filter_map(move |hours| at.checked_add(Span::new().hours(hours)).ok())
    }

    /// A moment of each shift, or of open hours and of closed ones, in the year behind the arrival.
    fn turns(&self, id: ScheduleId) -> impl Iterator<Item = Timestamp> {
        let schedule = &self.program.schedules[id.0 as usize];
        let from = Wall(self.draft.at.as_millisecond());
        let changes = schedule.changes(&schedule.zone, from, from.after(DurationMs(366 * DurationMs::DAY.0)));
        let mut known = BTreeSet::new();
        let first = changes.into_iter().filter(move |change| known.insert(schedule.shift(change.at)));
        first.filter_map(|change| Timestamp::from_millisecond(change.at.0 + 60_000).ok())
    }

    fn words(&self, asked: &Asked) -> Vec<String> {
        let named = asked.named.iter().filter_map(|value| match value {
            Value::Text(text) => Some(quoted(text)),
            Value::Digits(digits) => Some(quoted(digits)),
            _ => None,
        });
        let languages = self.program.languages.iter().map(|language| quoted(language));
        named.chain(languages).chain(["words".to_owned(), quoted("")]).collect()
    }

    /// Digits of the lengths that a question takes, or that the condition names.
    fn digits(&self, source: &Source, asked: &Asked) -> Vec<String> {
        let mut lengths: Vec<usize> = asked.named.iter().filter_map(length).collect();
        if let Source::Entry(_, node, _) = source
            && let Verb::Ask(ask) = &self.program.node(*node).verb
            && let crate::program::EntryKind::Digits { min, max, .. } = &ask.kind
        {
            lengths = vec![usize::from(*min).max(1), usize::from(*max)];
        }
        lengths.dedup();
        let stems = ["4081712345678901234567890", "1000000000000000000000000", "9876543210987654321098765"];
        let of = |length: usize| {
            let stem = move |stem: &'static str| {
                let head = stem.get(..length.saturating_sub(1)).unwrap_or(stem);
                (0..10).map(move |last| quoted(&format!("{head}{last}")))
            };
            stems.into_iter().flat_map(stem)
        };
        lengths.into_iter().flat_map(of).collect()
    }
}

/// What a function's script names: texts and numbers.
fn named_in(script: &str) -> Vec<Value> {
    let quoted = script.split('"').skip(1).step_by(2).filter(|text| text.len() < 40);
    let texts = quoted.flat_map(|text| {
        let is_digits = !text.is_empty() && text.chars().all(|sign| sign.is_ascii_digit());
        std::iter::once(Value::Text(text.into())).chain(is_digits.then(|| Value::Digits(text.into())))
    });
    let words = script.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
    let numbers = words.filter_map(|word| Some(Value::Number(word.parse().ok()?)));
    texts.take(40).chain(numbers.take(20)).collect()
}

/// A number that begins with these digits.
fn begun(value: &Value) -> Option<String> {
    let (Value::Digits(head) | Value::Text(head)) = value else { return None };
    let is_head = !head.is_empty() && head.chars().all(|sign| sign.is_ascii_digit());
    let tail = "1234567890".get(..11usize.checked_sub(head.len())?.min(10))?;
    is_head.then(|| format!("+{head}{tail}"))
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::Digits(digits) => Some(digits.len()),
        _ => None,
    }
}

fn is_of(value: &Value, ty: &Type) -> bool {
    matches!(
        (value, ty),
        (Value::Number(_), Type::Number)
            | (Value::Money(_), Type::Money)
            | (Value::Duration(_), Type::Duration)
            | (Value::Text(_), Type::Text)
            | (Value::Digits(_), Type::Digits)
            | (Value::Date(_), Type::Date)
            | (Value::Time(_), Type::Time)
            | (Value::Phone(_), Type::Phone)
    )
}

/// The texts that a condition names.
fn named_texts(asked: &Asked) -> impl Iterator<Item = Given> {
    asked.named.iter().filter_map(|value| match value {
        Value::Text(text) => Some(Given::Yaml(quoted(text))),
        _ => None,
    })
}
