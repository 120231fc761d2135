//! Mistakes in a description: where, what is wrong, and what to write instead.

use crate::source::closest;
use std::fmt;
use thiserror::Error;

/// A place in a file, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// One mistake. The message is lower case, with the file's own words in back-ticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// Why a description cannot be used: all of its mistakes, in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", .mistakes.iter().map(|mistake| format!("{file}:{mistake}")).collect::<Vec<_>>().join("\n"))]
pub struct DescriptionError {
    /// The file, or `connectors/NAME.yaml` for one that is shipped.
    pub file: String,
    /// At least one.
    pub mistakes: Vec<Mistake>,
}

impl Mistake {
    /// A mistake without a hint.
    pub fn new(place: Place, message: impl Into<String>) -> Mistake {
        Mistake { place, message: message.into(), hint: None }
    }

    /// Adds what to write instead.
    pub fn hint(mut self, hint: impl Into<String>) -> Mistake {
        self.hint = Some(hint.into());
        self
    }

    /// A word that stands for nothing; the hint is the nearest known one, or all of them.
    pub fn unknown<'a>(
        place: Place,
        what: &str,
        word: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) -> Mistake {
        let hint = match closest(word, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", listed(known)),
        };
        Mistake::new(place, format!("there is no {what} `{word}`")).hint(hint)
    }
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.place.line, self.place.column, self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, "\n    {hint}"))
    }
}
