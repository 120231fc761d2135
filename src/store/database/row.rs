//! Rows: columns read back as what they stand for, with a fault that names the column.

use super::{Answer, Fault};
use crate::program::Text;
use crate::time::Wall;
use serde::de::DeserializeOwned;

/// What a column of a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Cell<'a> {
    /// Nothing.
    Null,
    /// A number, a truth or a moment.
    Number(i64),
    /// A text.
    Text(&'a str),
}

/// A row as a database has it.
pub(in crate::store) trait Cells {
    /// What a column holds, counted from 0.
    fn cell(&self, column: usize) -> Answer<Cell<'_>>;
}

/// A row of an answer.
#[derive(Clone, Copy)]
pub(in crate::store) struct Row<'a>(pub &'a dyn Cells);

/// What a column can be read as.
pub(in crate::store) trait Column: Sized {
    /// The value; `None` where the cell holds something else.
    fn of_cell(cell: Cell<'_>) -> Option<Self>;
}

impl Row<'_> {
    /// A column's value.
    pub fn get<C: Column>(&self, column: usize) -> Answer<C> {
        let cell = self.0.cell(column)?;
        C::of_cell(cell).ok_or_else(|| Fault::unreadable(column, format_args!("it holds {cell:?}")))
    }

    /// A column's JSON as a value.
    pub fn json<T: DeserializeOwned>(&self, column: usize) -> Answer<T> {
        from_json(self.text(column)?, column)
    }

    /// A column's word as what it stands for.
    pub fn word<T>(&self, column: usize, read: impl FnOnce(&str) -> Option<T>) -> Answer<T> {
        let word = self.text(column)?;
        read(word).ok_or_else(|| Fault::unreadable(column, format_args!("unknown word `{word}`")))
    }

    fn text(&self, column: usize) -> Answer<&str> {
        match self.0.cell(column)? {
            Cell::Text(text) => Ok(text),
            cell @ (Cell::Null | Cell::Number(_)) => {
                Err(Fault::unreadable(column, format_args!("it holds {cell:?}")))
            }
        }
    }
}

/// A text that was a column's JSON as a value.
pub(in crate::store) fn from_json<T: DeserializeOwned>(text: &str, column: usize) -> Answer<T> {
    serde_json::from_str(text).map_err(|error| Fault::unreadable(column, error))
}

impl Column for i64 {
    fn of_cell(cell: Cell<'_>) -> Option<i64> {
        match cell {
            Cell::Number(number) => Some(number),
            Cell::Null | Cell::Text(_) => None,
        }
    }
}

/// One below zero is zero.
impl Column for u64 {
    fn of_cell(cell: Cell<'_>) -> Option<u64> {
        i64::of_cell(cell).map(|number| u64::try_from(number).unwrap_or(0))
    }
}

impl Column for u32 {
    fn of_cell(cell: Cell<'_>) -> Option<u32> {
        i64::of_cell(cell).and_then(|number| number.try_into().ok())
    }
}

impl Column for bool {
    fn of_cell(cell: Cell<'_>) -> Option<bool> {
        i64::of_cell(cell).map(|number| number != 0)
    }
}

impl Column for Wall {
    fn of_cell(cell: Cell<'_>) -> Option<Wall> {
        i64::of_cell(cell).map(Wall)
    }
}

impl Column for String {
    fn of_cell(cell: Cell<'_>) -> Option<String> {
        match cell {
            Cell::Text(text) => Some(text.to_owned()),
            Cell::Null | Cell::Number(_) => None,
        }
    }
}

impl Column for Text {
    fn of_cell(cell: Cell<'_>) -> Option<Text> {
        match cell {
            Cell::Text(text) => Some(text.into()),
            Cell::Null | Cell::Number(_) => None,
        }
    }
}

impl<C: Column> Column for Option<C> {
    fn of_cell(cell: Cell<'_>) -> Option<Option<C>> {
        match cell {
            Cell::Null => Some(None),
            Cell::Number(_) | Cell::Text(_) => C::of_cell(cell).map(Some),
        }
    }
}
