//! Another program, asked for over HTTP: whoever started the server compiles it, and says what came of it.

use crate::program::Text;
use tokio::sync::oneshot;

/// What came of reading the program anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reloaded {
    /// Contacts from now on get it.
    Taken {
        /// Its name.
        program: Text,
        /// Its version.
        version: Text,
    },
    /// Nothing has changed.
    Refused {
        /// What was found, for people.
        report: String,
    },
}

/// Somebody wants the program read anew.
#[derive(Debug)]
pub struct ReloadRequest(pub(super) oneshot::Sender<Reloaded>);

impl ReloadRequest {
    /// Says what came of it.
    pub fn answer(self, reloaded: Reloaded) {
        // Whoever asked may have gone.
        let _ = self.0.send(reloaded);
    }
}
