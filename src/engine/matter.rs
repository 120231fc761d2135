//! What flows read of customers and cases that depends on the clock: how old a case is, whether a promise is overdue,
//! and moments, which the CRM keeps without a zone and a flow reads on the program's clock.

use super::evaluate::field;
use super::run::Run;
use crate::program::{Moment, Value, Zone};
use crate::time::{DurationMs, Wall};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl Run<'_> {
    /// A field of a value, by its name.
    pub(super) fn field(&self, value: &Value, name: &str) -> Value {
        seen(value, name, self.state.wall(), self.image.zone.as_ref())
    }
}

/// A field of a value at a moment, on a program's clock.
pub(super) fn seen(value: &Value, name: &str, now: Wall, zone: Option<&Zone>) -> Value {
    let Value::Record(record) = value else { return field(value, name) };
    match (&*record.kind, name, record.field(name)) {
        ("case", "age", _) => age(record.field("opened"), now),
        ("case", "overdue", _) => Value::Bool(is_past(record.field("promised"), now)),
        ("case" | "customer", _, Value::Moment(moment)) => {
            Value::Moment(Moment::new(moment.at, zone.unwrap_or(&moment.zone).clone()))
        }
        _ => field(value, name),
    }
}

/// How long ago something was: in whole days from two days on, in whole hours from two hours on, else in whole minutes.
/// Nobody wants to hear more.
fn age(opened: &Value, now: Wall) -> Value {
    let Value::Moment(opened) = opened else { return Value::None };
    let length = u64::try_from(now.0.saturating_sub(opened.at.0)).unwrap_or(0);
    let unit = [DAY, HOUR].into_iter().find(|unit| length >= 2 * unit).unwrap_or(MINUTE);
    Value::Duration(DurationMs(length - length % unit))
}

fn is_past(due: &Value, now: Wall) -> bool {
    matches!(due, Value::Moment(due) if due.at < now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_whole_days_hours_or_minutes() {
        let opened = Value::Moment(Moment::new(Wall(0), Zone::utc()));
        let told = |length: u64| age(&opened, Wall(length as i64)).to_string();
        let lengths = [3 * DAY + 5 * HOUR, 2 * DAY - 1, 2 * HOUR + 59 * MINUTE, HOUR + 90_000, 59_999];
        assert_eq!(lengths.map(told), ["3d", "1d23h", "2h", "1h1m", "0s"]);
    }
}
