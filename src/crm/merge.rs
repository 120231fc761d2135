//! Two customers that are one: said by a person, with a reason, and taken back by one.
//!
//! A merged customer stays as it was and leads to the one that stands. Look-ups by its numbers, its addresses and its
//! objects find that one; its cases and contacts are shown with that one's. Nothing is moved, so that taking it back
//! loses nothing: what was said of the one that stands in the meantime stays with it.

use super::Customer;
use crate::program::Text;
use crate::time::Wall;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A chain of merges that is longer than this is followed no further.
pub const LONGEST_CHAIN: usize = 32;

/// A merge, or one that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// Who is no longer a customer of its own, or is one again.
    pub from: Text,
    /// Whom its id leads to; nobody where it was taken back.
    pub into: Option<Text>,
    /// Who said so.
    pub by: Text,
    /// Why.
    pub because: Text,
    /// When.
    pub at: Wall,
}

/// Why two customers cannot be merged, or a merge not be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MergeError {
    /// There is no such customer.
    #[error("there is no customer `{id}`")]
    NoSuchCustomer {
        /// The id.
        id: String,
    },
    /// It leads there already, or the other leads to it.
    #[error("`{from}` and `{into}` are one customer already")]
    Same {
        /// The one.
        from: Text,
        /// The other.
        into: Text,
    },
    /// It leads elsewhere.
    #[error("`{from}` was merged into `{into}`; take that back first")]
    Merged {
        /// The one.
        from: Text,
        /// Where it leads.
        into: Text,
    },
    /// There is nothing to take back.
    #[error("`{from}` is a customer of its own")]
    NotMerged {
        /// Who.
        from: Text,
    },
    /// Nobody says who does it.
    #[error("nobody says who does it; name yourself")]
    Nameless,
    /// A reason is due.
    #[error("this needs a reason, for whoever asks later")]
    NoReason,
}

impl Merge {
    /// Whether it may be done: `from` is who shall lead, `standing` where the id of the other leads in the end.
    pub fn check(&self, from: Option<&Customer>, standing: Option<&Customer>) -> Result<(), MergeError> {
        self.check_words()?;
        let Some(from) = from else { return Err(MergeError::NoSuchCustomer { id: self.from.to_string() }) };
        match (&self.into, &from.merged_into, standing) {
            (Some(into), None, Some(standing)) if standing.id == from.id => {
                Err(MergeError::Same { from: from.id.clone(), into: into.clone() })
            }
            (Some(_), None, Some(_)) | (None, Some(_), _) => Ok(()),
            (Some(into), None, None) => Err(MergeError::NoSuchCustomer { id: into.to_string() }),
            (Some(_), Some(into), _) => Err(MergeError::Merged { from: from.id.clone(), into: into.clone() }),
            (None, None, _) => Err(MergeError::NotMerged { from: from.id.clone() }),
        }
    }

    fn check_words(&self) -> Result<(), MergeError> {
        match (self.by.trim().is_empty(), self.because.trim().is_empty()) {
            (true, _) => Err(MergeError::Nameless),
            (false, true) => Err(MergeError::NoReason),
            (false, false) => Ok(()),
        }
    }
}

/// Where an id leads in the end, by a question that says where one leads; the last of a chain that is too long.
pub fn standing<E>(id: &str, leads: impl Fn(&str) -> Result<Option<Text>, E>) -> Result<Text, E> {
    let mut at = Text::from(id);
    for _ in 0..LONGEST_CHAIN {
        match leads(&at)? {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok(at)
}
