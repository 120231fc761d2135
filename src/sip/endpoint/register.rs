//! What telephones send to us as their registrar, and how a call of one of them is told from a stranger's.

use super::receive::Inbound;
use super::table::Machine;
use super::{Endpoint, Event, Output};
use crate::sip::digest::Challenge;
use crate::sip::draft::Draft;
use crate::sip::message::Name;
use crate::sip::registrar::{Binding, Decision};
use crate::sip::transaction::server::Server;
use crate::sip::{Flow, Method, Status};
use crate::time::Millis;
use std::sync::Arc;

/// Where a user's telephones are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Whose.
    pub user: String,
    /// Where, the newest first; nowhere where this is empty.
    pub places: Vec<Binding>,
}

/// Who begins something with us.
pub(super) enum Stranger {
    /// Nobody whom we know.
    Unknown,
    /// A telephone that must prove it.
    Unproved(Vec<Challenge>),
    /// One that has tried too many passwords.
    ShutOut,
}

/// Under which name somebody may begin something with us.
#[derive(Clone, Debug, Default)]
pub(super) struct Guest {
    pub(super) source: Option<Arc<str>>,
    pub(super) phone: Option<Arc<str>>,
}

impl Endpoint {
    /// Whether a request outside of calls is welcome.
    pub(super) fn guest(&mut self, now: Millis, request: &Inbound) -> Result<Guest, Stranger> {
        let (is_known, source) = self.config.admits(request.source);
        if is_known && source.is_some() {
            return Ok(Guest { source, phone: None });
        }
        let phone = match &self.registrar {
            Some(registrar) if registrar.is_shut_out(request.source, now) => return Err(Stranger::ShutOut),
            Some(registrar) => registrar.owner(request.source, now).map(Arc::<str>::from),
            None => None,
        };
        match phone {
            Some(owner) if request.message.method() == Some(&Method::INVITE) => {
                self.prove(now, request, owner)
            }
            Some(owner) => Ok(Guest { source: None, phone: Some(owner) }),
            None if is_known => Ok(Guest::default()),
            None => Err(Stranger::Unknown),
        }
    }

    /// A telephone's call: its address alone may be forged.
    fn prove(&mut self, now: Millis, request: &Inbound, owner: Arc<str>) -> Result<Guest, Stranger> {
        let ip = request.source.address.ip();
        let Some(registrar) = &mut self.registrar else { return Err(Stranger::Unknown) };
        match registrar.who(now, &request.message, ip) {
            Ok(user) if *user == *owner => Ok(Guest { source: None, phone: Some(owner) }),
            Ok(_) => Err(Stranger::Unknown),
            Err((challenge, shut)) => {
                self.note_shut(shut, request.source);
                Err(Stranger::Unproved(challenge))
            }
        }
    }

    /// The one answer to whoever is not welcome.
    pub(super) fn turn_away(&mut self, request: &Inbound, stranger: Stranger) {
        if matches!(stranger, Stranger::Unknown) && request.message.method() == Some(&Method::INVITE) {
            self.turned_away.strangers += 1;
        }
        match stranger {
            Stranger::Unknown => self.refuse(&request.message, request.source, Status::FORBIDDEN),
            Stranger::Unproved(challenge) => self.challenge(request, &challenge),
            Stranger::ShutOut => {}
        }
    }

    fn challenge(&mut self, request: &Inbound, challenges: &[Challenge]) {
        let draft = self.stateless(&request.message, request.source, Status::UNAUTHORIZED);
        let asked = |draft: Draft, challenge| draft.with(Name::WwwAuthenticate, challenge);
        self.answer_once(request.source, challenges.iter().fold(draft, asked));
    }

    fn note_shut(&mut self, shut: bool, source: Flow) {
        if shut {
            self.outputs.push(Output::Event(Event::ShutOut { source }));
        }
    }

    pub(super) fn on_register(&mut self, now: Millis, request: &Inbound) {
        let Inbound { message, core, source, .. } = request;
        let Some(registrar) = &mut self.registrar else { return };
        if registrar.is_shut_out(*source, now) {
            return;
        }
        let user = match registrar.who(now, message, source.address.ip()) {
            Ok(user) => user,
            Err((challenge, shut)) => {
                self.note_shut(shut, *source);
                return self.challenge(request, &challenge);
            }
        };
        let before = registrar.places(&user, now);
        let decision = registrar.register(now, message, core, &user, *source);
        let after = registrar.places(&user, now);
        if before != after {
            self.outputs.push(Output::Event(Event::Moved(Presence { user, places: after })));
        }
        self.decide(now, request, decision);
    }

    fn decide(&mut self, now: Millis, request: &Inbound, decision: Decision) {
        let answer =
            |endpoint: &Endpoint, status| endpoint.stateless(&request.message, request.source, status);
        let (status, draft) = match decision {
            Decision::Refuse(status) => (status, answer(self, status)),
            Decision::TooBrief(seconds) => {
                let status = Status::INTERVAL_TOO_BRIEF;
                (status, answer(self, status).with_other("Min-Expires", &seconds.to_string()))
            }
            Decision::Listed(contacts) => {
                let draft = answer(self, Status::OK);
                (Status::OK, contacts.iter().fold(draft, |draft, contact| draft.with(Name::Contact, contact)))
            }
        };
        // A copy of the REGISTER gets the same answer: its count is used up.
        let machine = Machine::Server(Server::new(request.source.transport.is_reliable()));
        let id = self.serve(machine, request);
        self.respond(now, id, status, draft.encode());
    }

    /// Telephones behind a connection that has ended are nowhere until they register again.
    pub(super) fn forget_places(&mut self, now: Millis, flow: Flow) {
        let Some(registrar) = &mut self.registrar else { return };
        for user in registrar.forget(flow) {
            let places = registrar.places(&user, now);
            self.outputs.push(Output::Event(Event::Moved(Presence { user, places })));
        }
    }
}
