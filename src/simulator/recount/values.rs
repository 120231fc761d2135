//! Values as a scenario writes them.

use crate::program::{Text, Value};
use crate::simulator::sheet::Sheet;
use crate::time::Wall;
use std::collections::BTreeMap;

/// A value; what cannot be written is `none`.
pub(super) fn value(value: &Value) -> Sheet {
    match value {
        Value::List(items) => Sheet::List(items.iter().map(self::value).collect()),
        Value::Record(record) => fields(&record.fields),
        Value::Phone(phone) => Sheet::text(phone.as_str()),
        Value::None
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Digits(_)
        | Value::Money(_)
        | Value::Duration(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Moment(_) => Sheet::text(value.to_string()),
        Value::Secret(_) | Value::Recording(_) => Sheet::text("none"),
    }
}

/// The fields of a record; those that are missing are left out.
pub(super) fn fields(fields: &BTreeMap<Text, Value>) -> Sheet {
    let there = fields.iter().filter(|(_, field)| !matches!(field, Value::None));
    Sheet::Map(there.map(|(name, field)| (name.to_string(), value(field))).collect())
}

/// A moment of the calendar.
pub(super) fn moment(at: Wall) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |moment| moment.to_string())
}
