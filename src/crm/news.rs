//! What a contact tells the CRM, in the order in which it happens.

use super::{Beginning, Ending, Posting, Trail};
use crate::program::Text;

/// Something that a contact tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactNews {
    /// It begins.
    Began(Beginning),
    /// It says something.
    Said(Posting),
    /// It is over.
    Ended {
        /// The contact's id.
        contact: Text,
        /// How.
        ending: Ending,
        /// What it went through.
        trail: Box<Trail>,
    },
}
