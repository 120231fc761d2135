//! Requests of ours outside of calls whose answers somebody else understands: REGISTER, and OPTIONS with a password.

use super::table::{ClientKey, Purpose};
use super::{Endpoint, Event, Output};
use crate::sip::digest::Credentials;
use crate::sip::draft::Draft;
use crate::sip::message::{Message, Name};
use crate::sip::{Flow, Method, Uri};
use crate::time::Millis;
use std::sync::Arc;

/// One request outside of calls, named by the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AskId(pub u64);

/// A request outside of calls.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The driver's name for it.
    pub ask: AskId,
    /// What is asked.
    pub method: Method,
    /// The Request-URI.
    pub target: Uri,
    /// Where it is sent; answers of other hosts are not heard.
    pub destination: Flow,
    /// Whom it is about: To and, with a tag, From.
    pub about: Uri,
    /// Call-ID: the same for all requests of one registration (RFC 3261 §10.2).
    pub call_id: String,
    /// The number of the request. A challenge uses up the next one too.
    pub cseq: u32,
    /// The user in our Contact.
    pub contact_user: Option<String>,
    /// Expires, in seconds, if there is to be one.
    pub expires_s: Option<u32>,
    /// Whom we are if we are asked.
    pub credentials: Option<Arc<Credentials>>,
}

/// What became of a request outside of calls.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Which.
    pub ask: AskId,
    /// The number that it had in the end.
    pub cseq: u32,
    /// The final answer; `None` if there was none within 32 s.
    pub response: Option<Arc<Message>>,
}

impl Endpoint {
    pub(super) fn ask(&mut self, now: Millis, ask: Ask) {
        let (branch, tag) = (self.tokens.branch(), self.tokens.token());
        let contact = self.contact_of(ask.destination, ask.contact_user.as_deref());
        let draft = Draft::request(&ask.method, &ask.target)
            .with(Name::Via, self.via(ask.destination, &branch))
            .with(Name::From, format!("<{}>;tag={tag}", ask.about))
            .with(Name::To, format!("<{}>", ask.about))
            .with(Name::CallId, &ask.call_id)
            .with(Name::CSeq, format!("{} {}", ask.cseq, ask.method))
            .with(Name::Contact, contact);
        let draft = match ask.expires_s {
            Some(seconds) => draft.with_other("Expires", &seconds.to_string()),
            None => draft,
        };
        let draft = self.signed(draft, super::send::MAX_FORWARDS);
        self.asks.insert(ask.ask, ask.credentials);
        let key = ClientKey::new(&branch, &ask.method);
        self.start_client(now, ask.destination, key, Purpose::Ask(ask.ask), draft.encode());
    }

    /// Hands the end of a request outside of calls to the driver.
    pub(super) fn replied(&mut self, ask: AskId, cseq: u32, response: Option<&Message>) {
        self.asks.remove(&ask);
        let response = response.map(|response| Arc::new(response.clone()));
        self.outputs.push(Output::Event(Event::Replied(Reply { ask, cseq, response })));
    }
}
