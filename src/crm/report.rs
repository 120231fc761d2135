//! A contact with the cases it is about, as one moment saw them: what others are told.

use super::{Case, Interaction};
use serde::{Deserialize, Serialize};

/// A contact and its cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The contact.
    pub interaction: Interaction,
    /// The cases that it is about, oldest first.
    pub cases: Vec<Case>,
}
