//! The caller's leg before the answer: ringing, early media, and sent elsewhere.

use super::Call;
use super::caller::Opener;
use crate::engine::{ActionId, Event};
use crate::program::Party;
use crate::server::ending::REDIRECTED;
use crate::sip::{Command, Status};

impl Call {
    /// Tells the caller's network that it rings (180).
    pub(super) async fn ring(&mut self) {
        self.shared.signalling.command(Command::Ring { leg: self.caller.sip }).await;
    }

    /// Opens the media before the answer (183). Where the INVITE brought no offer and the caller acknowledges no 183 there is
    /// none to open, and what is said is heard by nobody.
    pub(super) async fn early_media(&mut self, id: ActionId) {
        match self.shared.bind_media(self.caller.far, &self.caller.terms) {
            Ok((media, socket)) if self.caller.may_open_early() => {
                self.caller.open_early(Opener::Flow(id), socket, media.clone());
                self.shared.signalling.command(Command::Progress { leg: self.caller.sip, media }).await;
            }
            Ok(_) => self.later(Event::MediaOpened { id }),
            Err(error) => {
                tracing::error!(%error, "the media of a call cannot be opened before its answer");
                self.later(Event::MediaOpened { id });
            }
        }
    }

    /// Tells the caller's network whom to call instead (302).
    pub(super) async fn redirect(&mut self, to: &Party) {
        self.caller.is_gone();
        self.ending.1 = REDIRECTED.into();
        let address = super::party::address(&self.shared.config, to);
        if let Err(reason) = &address {
            tracing::error!(contact = &*self.contact.id, reason, "a caller cannot be sent elsewhere");
        }
        let status =
            if address.is_ok() { Status::MOVED_TEMPORARILY } else { Status::TEMPORARILY_UNAVAILABLE };
        let reject = Command::Reject { leg: self.caller.sip, status, phrase: None, contact: address.ok() };
        self.shared.signalling.command(reject).await;
    }
}
