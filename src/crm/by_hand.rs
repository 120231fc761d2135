//! Hours set by hand: for how long, by whom, and why.

use crate::program::{Override, Text};
use crate::time::Wall;
use serde::{Deserialize, Serialize};

/// One time that somebody set a schedule by hand, or let its lines decide again. The latest for a schedule holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    /// The schedule's name.
    pub schedule: Text,
    /// What holds instead of its lines; its lines where it is missing.
    pub set: Option<Override>,
    /// Who: a person, or the contact whose flow did it.
    pub by: Text,
    /// Why; empty where nobody said.
    pub because: Text,
    /// When.
    pub at: Wall,
}
