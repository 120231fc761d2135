//! A step of a contact as lines of text: what happened, then what its session did, milliseconds first.
//!
//! ```text
//!      900 < played 2
//!     1200 > hear 3
//! ```
//!
//! Keys are dots, as the journal has them; what a question took is a line of its own, a secret's as dots.

use crate::engine::JournalEntry;
use std::fmt::Write;

/// The lines of a step, each with its end.
pub fn lines(entry: &JournalEntry) -> String {
    let mut lines = String::new();
    let at = entry.at.0;
    // Writing to a string cannot fail.
    if let Some(event) = &entry.event {
        let _ = writeln!(lines, "{at:>9} < {event}");
    }
    for action in &entry.actions {
        let _ = writeln!(lines, "{at:>9} > {action}");
    }
    lines
}
