//! PostgreSQL's errors in our words.

use crate::store::database::{Fault, FaultKind};
use postgres::Error;
use std::error::Error as _;

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        let kind = match error.code() {
            Some(state) => kind_of_state(state.code()),
            None if error.is_closed() || is_of_the_line(&error) => FaultKind::Lost,
            None => FaultKind::Unreadable,
        };
        Fault { kind, reason: words(&error) }
    }
}

/// PostgreSQL 15, appendix A: what an error code means for us.
fn kind_of_state(state: &str) -> FaultKind {
    match state {
        // Serialization failure, deadlock, a lock that was not to be had.
        "40001" | "40P01" | "55P03" => FaultKind::Conflict,
        "53100" => FaultKind::Full,
        "58030" => FaultKind::Disk,
        // Whoever only reads is a standby: the next connection may find the primary.
        "25006" => FaultKind::Lost,
        // The statement took longer than it may.
        "57014" => FaultKind::Busy,
        // The transaction was open for too long, or had been given up.
        "25P02" | "25P03" => FaultKind::Lost,
        state => match state.get(..2).unwrap_or_default() {
            // A connection, resources, the server's shutdown.
            "08" | "53" | "57" => FaultKind::Lost,
            // Data that a column cannot hold, a constraint, a limit such as an index's.
            "22" | "23" | "54" => FaultKind::Constraint,
            "XX" => FaultKind::Damaged,
            _ => FaultKind::Refused,
        },
    }
}

/// Whether bytes could not be sent or received.
fn is_of_the_line(error: &Error) -> bool {
    error.source().is_some_and(|source| source.is::<std::io::Error>())
}

/// What the server says, else what the client does and why. Neither holds a password.
pub(super) fn words(error: &Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(said), _) => said.message().to_owned(),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}
