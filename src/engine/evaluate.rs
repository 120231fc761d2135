//! Expressions, with a session's variables.

use super::action::Audio;
use super::builtin::Given;
use super::compute::{arithmetic, compare, whole_days};
use super::run::Run;
use crate::program::{
    Caller, CallerKind, ContactField, Expr, Limits, Moment, Phone, Slot, Spoken, Text, Type, Utterance,
    Value, weekday,
};
use rust_decimal::Decimal;

/// Why an expression has no value: the sentence that the journal keeps.
pub(super) type Fault = String;

impl Run<'_> {
    /// The value of an expression in the innermost frame.
    pub(super) fn value(&self, expr: &Expr) -> Result<Value, Fault> {
        match expr {
            Expr::Const(value) => Ok(value.clone()),
            Expr::Slot(slot) => Ok(self.slot(*slot)),
            Expr::Caller => Ok(self.caller()),
            Expr::Called => Ok(self.called()),
            Expr::Message => Ok(self.state.contact.message.clone().map_or(Value::None, Value::Text)),
            Expr::Field(record, name) => Ok(self.field(&self.value(record)?, name)),
            Expr::And(a, b) => Ok(Value::Bool(self.holds(a)? && self.holds(b)?)),
            Expr::Or(a, b) => Ok(Value::Bool(self.holds(a)? || self.holds(b)?)),
            Expr::Not(inner) => Ok(Value::Bool(!self.holds(inner)?)),
            Expr::Compare(op, a, b) => Ok(Value::Bool(compare(*op, &self.value(a)?, &self.value(b)?))),
            Expr::Arithmetic(op, a, b) => arithmetic(*op, &self.value(a)?, &self.value(b)?),
            Expr::IsNone(inner) => Ok(Value::Bool(self.value(inner)? == Value::None)),
            Expr::InNumbers(number, set) => {
                let (number, set) = (self.value(number)?, &self.image.numbers[set.0 as usize]);
                let Value::Phone(phone) = number else { return Ok(Value::Bool(false)) };
                Ok(Value::Bool(match &set.segment {
                    Some(segment) => self.is_caller_of(&phone, segment),
                    None => set.contains(&phone),
                }))
            }
            Expr::CallerIs(kind) => Ok(Value::Bool(caller_is(&self.state.contact.from, *kind))),
            Expr::Open(schedule) => Ok(Value::Bool(self.is_open(*schedule))),
            Expr::OpenIn(schedule, zone) => match self.value(zone)? {
                Value::Text(zone) => Ok(Value::Bool(self.is_open_in(*schedule, &zone))),
                _ => Ok(Value::Bool(false)),
            },
            Expr::Shift(schedule) => Ok(self.shift(*schedule)),
            Expr::Turn(schedule, turn, None) => Ok(self.turn(*schedule, *turn, None)),
            Expr::Turn(schedule, turn, Some(zone)) => match self.value(zone)? {
                Value::Text(zone) => Ok(self.turn(*schedule, *turn, Some(&zone))),
                _ => Ok(Value::None),
            },
            Expr::DaysAhead(moment) => match self.value(moment)? {
                Value::Moment(moment) => Ok(self.days_ahead(&moment)),
                _ => Ok(Value::None),
            },
            Expr::Position => {
                Ok(self.place().ahead.map_or(Value::None, |ahead| Value::Number(Decimal::from(ahead))))
            }
            Expr::ExpectedWait => Ok(self.place().expected.map_or(Value::None, Value::Duration)),
            Expr::Choose(condition, a, b) => self.value(if self.holds(condition)? { a } else { b }),
            Expr::Call(function, args) => {
                let args = self.values(args)?;
                let call = self.image.library().call(*function, &args, &Limits::DEFAULT);
                call.map_err(|error| error.to_string())
            }
            Expr::Now => Ok(self.moment(self.state.wall())),
            Expr::Today => Ok(field(&self.moment(self.state.wall()), "date")),
            Expr::Contact(known) => Ok(self.contact(*known)),
            Expr::Otherwise(a, b) => match self.value(a)? {
                Value::None => self.value(b),
                found => Ok(found),
            },
            Expr::List(items) => Ok(Value::List(self.values(items)?.into())),
            Expr::WholeDays(length) => whole_days(&self.value(length)?),
            Expr::Builtin(builtin, args) => {
                let given = Given { zone: self.image.zone.as_ref(), country: self.image.country.as_deref() };
                Ok(given.compute(*builtin, &self.values(args)?))
            }
        }
    }

    /// The values of several.
    pub(super) fn values(&self, exprs: &[Expr]) -> Result<Vec<Value>, Fault> {
        let mut values = Vec::with_capacity(exprs.len());
        for expr in exprs {
            values.push(self.value(expr)?);
        }
        Ok(values)
    }

    /// The values that somebody takes, none of which may be missing unless its type says so. The compiler has seen to
    /// that: a hole would be a fault of it.
    pub(super) fn given(
        &self,
        taker: &str,
        params: &[(Text, Type)],
        args: &[Expr],
    ) -> Result<Vec<Value>, Fault> {
        let values = self.values(args)?;
        match lacks(params, &values) {
            Some(name) => Err(format!("there is no `{name}` for `{taker}`")),
            None => Ok(values),
        }
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, expr: &Expr) -> Result<bool, Fault> {
        Ok(self.value(expr)? == Value::Bool(true))
    }

    /// What an utterance says now.
    pub(super) fn spoken(&self, utterance: &Utterance) -> Result<Spoken, Fault> {
        let own = || self.image.languages.get(self.state.language).cloned();
        let language = utterance.language.clone().or_else(own).unwrap_or_else(|| Text::from(""));
        let prompt = self.image.prompt(utterance.prompt);
        let now = self.state.wall();
        let seen = |(index, value): (usize, Value)| match value {
            Value::Moment(moment) if prompt.tells_distance(index) => Value::Moment(moment.seen_at(now)),
            other => other,
        };
        let values = self.given(&prompt.name, &prompt.params, &utterance.args)?;
        let args = values.into_iter().enumerate().map(seen).collect();
        Ok(Spoken { prompt: prompt.name.clone(), args, language })
    }

    /// What several utterances say now.
    pub(super) fn all_spoken(&self, utterances: &[Utterance]) -> Result<Vec<Spoken>, Fault> {
        let mut spoken = Vec::with_capacity(utterances.len());
        for utterance in utterances {
            spoken.push(self.spoken(utterance)?);
        }
        Ok(spoken)
    }

    /// What several prompts say now.
    pub(super) fn speech(&self, utterances: &[Utterance]) -> Result<Audio, Fault> {
        self.all_spoken(utterances).map(Audio::Speech)
    }

    /// The same; a prompt that would say a value which nobody knows is left out.
    pub(super) fn known_speech(&self, utterances: &[Utterance]) -> Result<Audio, Fault> {
        let mut said = Vec::with_capacity(utterances.len());
        for utterance in utterances {
            let params = &self.image.prompt(utterance.prompt).params;
            let values = self.values(&utterance.args)?;
            if lacks(params, &values).is_none() {
                said.push(self.spoken(utterance)?);
            }
        }
        Ok(Audio::Speech(said))
    }

    fn slot(&self, slot: Slot) -> Value {
        let frame = self.state.scopes.last().and_then(|scope| scope.frames.last());
        frame.and_then(|frame| frame.slots.get(slot.0 as usize)).cloned().unwrap_or(Value::None)
    }

    /// Whether this is the caller's number, and its customer belongs to a segment.
    fn is_caller_of(&self, phone: &Phone, segment: &Text) -> bool {
        let contact = &self.state.contact;
        let is_one = contact.segment.as_ref() == Some(segment) || contact.segments.contains(segment);
        contact.from.number() == Some(phone) && is_one
    }

    fn caller(&self) -> Value {
        self.state.contact.from.number().map_or(Value::None, |phone| Value::Phone(phone.clone()))
    }

    /// A moment on the program's clock. The compiler has seen that the program has one.
    fn moment(&self, at: crate::time::Wall) -> Value {
        match &self.image.zone {
            Some(zone) => Value::Moment(Moment::new(at, zone.clone())),
            None => Value::None,
        }
    }

    fn contact(&self, known: ContactField) -> Value {
        let contact = &self.state.contact;
        let text = |found: &Option<Text>| found.clone().map_or(Value::None, Value::Text);
        match known {
            ContactField::Id => Value::Text(contact.id.clone()),
            ContactField::Channel => Value::text(contact.channel.word()),
            ContactField::Language => text(&contact.language),
            ContactField::Priority => text(&contact.priority),
            ContactField::Arrived => self.moment(contact.arrived),
            ContactField::Attested => Value::Bool(contact.attested),
            ContactField::Called => Value::Text(contact.to.clone()),
            ContactField::From => Value::text(contact.from.shown()),
        }
    }

    fn called(&self) -> Value {
        match &self.state.contact.to_number {
            Some(phone) => Value::Phone(phone.clone()),
            None => Value::None,
        }
    }
}

/// The first of these that has no value and may not be missing.
pub(super) fn lacks<'p>(params: &'p [(Text, Type)], values: &[Value]) -> Option<&'p Text> {
    let is_lacking = |(_, ty): &(Text, Type), value: &Value| {
        *value == Value::None && !matches!(ty, Type::Optional(_) | Type::Unknown)
    };
    params.iter().zip(values).find(|(param, value)| is_lacking(param, value)).map(|((name, _), _)| name)
}

/// A field of a record, a moment or a date. Every record has an `id`.
pub(super) fn field(value: &Value, name: &str) -> Value {
    match value {
        Value::Moment(moment) => moment.field(name),
        Value::Date(date) => match name {
            "weekday" => Value::Text(weekday(*date)),
            "day" => Value::Number(Decimal::from(date.day())),
            "month" => Value::Number(Decimal::from(date.month())),
            "year" => Value::Number(Decimal::from(date.year())),
            _ => Value::None,
        },
        Value::Record(record) if name == "id" && !record.fields.contains_key("id") => {
            Value::Text(record.id.clone())
        }
        Value::Record(record) => record.field(name).clone(),
        Value::Recording(recording) => recording.field(name),
        _ => Value::None,
    }
}

fn caller_is(caller: &Caller, kind: CallerKind) -> bool {
    match kind {
        CallerKind::Withheld => *caller == Caller::Withheld,
        CallerKind::Missing => *caller == Caller::Missing,
        CallerKind::Invalid => matches!(caller, Caller::Invalid(_)),
    }
}
