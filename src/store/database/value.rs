//! Values for a statement's parameters.

use super::{Answer, Fault};
use crate::program::Text;
use crate::time::Wall;
use serde::Serialize;
use std::borrow::Cow;

/// A value for a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Param<'a> {
    /// Nothing.
    Null,
    /// A number, a truth or a moment.
    Number(i64),
    /// A text.
    Text(Cow<'a, str>),
}

/// The values of a statement's parameters, in order.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::database::Param::from($value)),*]
    };
}
pub(in crate::store) use values;

/// A value as JSON, for a column.
pub(in crate::store) fn to_json<T: Serialize>(value: &T) -> Answer<String> {
    serde_json::to_string(value).map_err(|error| Fault::unreadable(0, error))
}

impl From<i64> for Param<'_> {
    fn from(number: i64) -> Self {
        Param::Number(number)
    }
}

impl From<u32> for Param<'_> {
    fn from(number: u32) -> Self {
        Param::Number(number.into())
    }
}

/// One too large for a database stays the largest there is.
impl From<u64> for Param<'_> {
    fn from(number: u64) -> Self {
        Param::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// A limit or a position; as a number of its kind.
impl From<usize> for Param<'_> {
    fn from(number: usize) -> Self {
        Param::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Param<'_> {
    fn from(truth: bool) -> Self {
        Param::Number(truth.into())
    }
}

impl From<Wall> for Param<'_> {
    fn from(moment: Wall) -> Self {
        Param::Number(moment.0)
    }
}

impl From<String> for Param<'_> {
    fn from(text: String) -> Self {
        Param::Text(text.into())
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(text: &'a str) -> Self {
        Param::Text(text.into())
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(text: &'a String) -> Self {
        Param::Text(text.into())
    }
}

impl<'a> From<&'a Text> for Param<'a> {
    fn from(text: &'a Text) -> Self {
        Param::Text((&**text).into())
    }
}

impl<'a, V: Into<Param<'a>>> From<Option<V>> for Param<'a> {
    fn from(value: Option<V>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}
