//! The answer to a question: rows of figures under heads.

use crate::program::Text;
use crate::time::{DurationMs, Wall};

/// The answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The names of the columns; that of a length ends in `_ms`.
    pub heads: Vec<&'static str>,
    /// What there is of each part.
    pub rows: Vec<Vec<Figure>>,
    /// The same of everything; what belongs to several parts is counted once here.
    pub total: Option<Vec<Figure>>,
    /// How many things the answer is about. Zero: there was nothing.
    pub counted: u64,
}

/// One cell of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The name of a part.
    Word(Text),
    /// So many.
    Count(u64),
    /// So many of so many; of none there is no share.
    Share {
        /// How many.
        part: u64,
        /// Of how many.
        whole: u64,
    },
    /// A length of time.
    Length(DurationMs),
    /// A moment.
    Moment(Wall),
    /// Nothing to say.
    Nothing,
}

impl Figure {
    /// A length; nothing where there is none.
    pub fn length(length: Option<u64>) -> Figure {
        length.map_or(Figure::Nothing, |length| Figure::Length(DurationMs(length)))
    }

    /// What so many add up to, divided among them; nothing among none.
    pub fn average(sum: u64, count: u64) -> Figure {
        Figure::length(sum.checked_div(count))
    }
}
