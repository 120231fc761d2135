//! The one list of bounds: what a session may use at the most, and why.

use crate::time::DurationMs;

/// Bounds of a session. Each has a default that a real flow does not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Nodes entered without waiting for anything: beyond it a flow only computes. A long flow enters a few dozen.
    pub steps_without_waiting: u32,
    /// Length of a contact. Four hours is longer than any queue that a caller endures.
    pub contact: DurationMs,
    /// Length of a contact in writing: a person may take a weekend to reply.
    pub written_contact: DurationMs,
    /// Nodes entered in the whole contact; bounds loops in which the caller takes part.
    pub steps: u32,
    /// Digits waiting to be asked for. The longest thing keyed is an IBAN or a card, under 40.
    pub waiting_digits: usize,
    /// Messages waiting to be asked for.
    pub waiting_messages: usize,
    /// Flows entered by `do` and not yet returned from.
    pub frames: usize,
    /// Scopes within scopes.
    pub scopes: usize,
    /// Numbers that one `transfer` calls. More are a list of everybody, not of those on call.
    pub parties: usize,
    /// Operations of one script function's call; about a tenth of a second of work at the worst.
    pub function_operations: u64,
    /// Length of a text that a function or a backend gives back, in bytes.
    pub text: usize,
    /// Items of a list that a flow puts together: what nobody would listen to is not collected either.
    pub items: usize,
}

impl Limits {
    /// The defaults.
    pub const DEFAULT: Limits = Limits {
        steps_without_waiting: 1_000,
        contact: DurationMs::from_secs(4 * 3600),
        written_contact: DurationMs::from_secs(7 * 86_400),
        steps: 100_000,
        waiting_digits: 64,
        waiting_messages: 16,
        frames: 32,
        scopes: 8,
        parties: 32,
        function_operations: 100_000,
        text: 4_096,
        items: 1_000,
    };
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}
