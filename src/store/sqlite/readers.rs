//! A few connections that read, lent to one caller each.

use crate::store::database::{Answer, Fault, FaultKind, Transaction};
use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;

/// The connections that nobody uses at present.
pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
}

impl Readers {
    pub fn new(connections: Vec<Connection>) -> Readers {
        Readers { idle: Mutex::new(connections), returned: Condvar::new() }
    }

    /// Asks in one snapshot; waits for a connection while all are lent.
    pub fn with<T>(&self, ask: impl FnOnce(&Transaction<'_>) -> Answer<T>) -> Answer<T> {
        let lent = self.lend();
        let none = || Fault { kind: FaultKind::Refused, reason: "no connection".to_owned() };
        let connection = lent.connection.as_ref().ok_or_else(none)?;
        let snapshot = connection.unchecked_transaction()?;
        let answer = ask(&Transaction::new(connection))?;
        snapshot.commit()?;
        Ok(answer)
    }

    fn lend(&self) -> Lent<'_> {
        let mut idle = self.idle.lock();
        self.returned.wait_while(&mut idle, |idle| idle.is_empty());
        Lent { connection: idle.pop(), home: self }
    }
}

/// A connection that goes home when its borrower is done, however that ends.
struct Lent<'a> {
    connection: Option<Connection>,
    home: &'a Readers,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.home.idle.lock().extend(self.connection.take());
        self.home.returned.notify_one();
    }
}
