//! Codes that prove who somebody is: drawn here, sent at once, compared by the store, and written nowhere.

use super::Call;
use crate::engine::{ActionId, Event};
use crate::program::{Phone, Secret, Text};
use crate::server::entropy;
use crate::server::event::CallEvent;
use crate::server::messages::code_text;
use crate::server::shared::Shared;
use std::sync::Arc;

/// A code that was sent.
pub(super) struct SentCode {
    /// To this customer.
    customer: Text,
    code: Secret,
}

/// What is sent, and to whom.
pub(super) struct Wanted {
    pub customer: Text,
    /// The customer's main number where nothing is said.
    pub to: Option<Phone>,
    pub prompt: Text,
    pub language: Text,
    pub digits: u8,
}

impl Call {
    /// Draws a code, remembers it until another is sent, and sends it. What comes of it is told as an event.
    pub(super) fn send_code(&mut self, id: ActionId, wanted: Wanted) {
        let Some(code) = draw(wanted.digits) else {
            tracing::error!("the system gives no random numbers");
            return self.later(Event::CodeSent { id, sent: false });
        };
        self.code = Some(SentCode { customer: wanted.customer.clone(), code: code.clone() });
        let (shared, sender) = (self.shared.clone(), self.sender.downgrade());
        let (image, contact) = (self.session.image().clone(), self.contact.id.clone());
        tokio::spawn(async move {
            let text = Secret::new(code_text(&image, &wanted.prompt, &wanted.language, code.expose()));
            let sent = send(&shared, wanted, &text, &format!("{contact}-{id}")).await;
            if let Some(sender) = sender.upgrade() {
                let _ = sender.send(CallEvent::Engine(Event::CodeSent { id, sent })).await;
            }
        });
    }

    /// The code that this customer was sent in this contact.
    pub(super) fn code_of(&self, customer: &str) -> Option<Secret> {
        self.code.as_ref().filter(|sent| *sent.customer == *customer).map(|sent| sent.code.clone())
    }
}

async fn send(shared: &Arc<Shared>, wanted: Wanted, text: &Secret, key: &str) -> bool {
    let to = match wanted.to {
        Some(to) => to,
        None => match main_number(shared, wanted.customer).await {
            Some(to) => to,
            None => return false,
        },
    };
    match shared.messages.send_code(&to, text.expose(), key, shared.clock).await {
        Ok(()) => true,
        Err(failure) => {
            // What the gateway said may repeat the code.
            tracing::warn!(kind = ?failure.kind, "a code could not be sent");
            false
        }
    }
}

/// A customer's main number.
async fn main_number(shared: &Arc<Shared>, customer: Text) -> Option<Phone> {
    let store = shared.office.store.clone();
    match tokio::task::spawn_blocking(move || store.customer(&customer)).await {
        Ok(Ok(customer)) => customer?.phones.first().cloned(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the CRM could not say to which number a code goes");
            None
        }
        Err(panic) => {
            tracing::error!(%panic, "the CRM failed");
            None
        }
    }
}

/// So many digits, each as likely as any other.
fn draw(digits: u8) -> Option<Secret> {
    let mut code = String::new();
    while code.len() < usize::from(digits) {
        let bytes = entropy::bytes::<32>().ok()?;
        // 250 and above would make the first six digits likelier.
        let drawn = bytes.iter().filter(|byte| **byte < 250).map(|byte| char::from(b'0' + byte % 10));
        code.extend(drawn.take(usize::from(digits) - code.len()));
    }
    Some(Secret::new(code))
}
