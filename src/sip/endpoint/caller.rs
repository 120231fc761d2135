//! Calls that we make, until they are answered or refused (RFC 3261 §13.2).

use super::callee::SDP;
use super::early::Early;
use super::leg::{Calling, Cancelling, Leg, SentAck, State};
use super::send::Received;
use super::table::{ClientKey, Machine, Purpose, Role, TransactionId};
use super::{Dial, End, Endpoint, Event, LegId, Output, Rejection};
use crate::sip::check::{ALLOW, SUPPORTED};
use crate::sip::dialog::{Dialog, FIRST_CSEQ};
use crate::sip::draft::Draft;
use crate::sip::message::{Message, Name};
use crate::sip::sdp::{Media, Offer, SdpError, Session};
use crate::sip::session_timer::{SessionTimer, asking};
use crate::sip::transaction::invite_client::InviteClient;
use crate::sip::transaction::timers::T1_X64;
use crate::sip::{Method, NameAddr, Status, Uri};
use crate::time::Millis;

/// How often further forks of an INVITE are acknowledged and hung up. Eleven copies each of a few that answer at once are fewer; somebody
/// who answers under ever new tags has us send no more.
const MOST_HUNG_UP: u8 = 64;

impl Endpoint {
    pub(super) fn dial(&mut self, now: Millis, dial: Dial) {
        if self.legs.contains_key(&dial.leg) {
            return;
        }
        self.last_leg = self.last_leg.max(dial.leg.0);
        if self.is_full() {
            let end = End::AtCapacity;
            return self.outputs.push(Output::Event(Event::Ended { leg: dial.leg, end }));
        }
        let (branch, local_tag) = (self.tokens.branch(), self.tokens.token());
        let session = Session { id: self.tokens.session_id(), version: 1 };
        let text = dial.media.offer(session);
        let invite = self.invite(&dial, &branch, &local_tag, text.clone()).encode();
        let (machine, actions) = InviteClient::new(now, invite, dial.destination.transport.is_reliable());
        let key = ClientKey::new(&branch, &Method::INVITE);
        let role = Role::Client { key, purpose: Purpose::Invite(dial.leg) };
        let transaction = self.table.insert(Machine::InviteClient(machine), dial.destination, role);
        let state = State::Calling(Calling { transaction, progressed: false, lengthened: false });
        let expires = now + self.config.max_call;
        let leg = Leg::new(state, local_tag, dial.destination, expires, session);
        let (local, description) = (Some(dial.media), Some(text));
        self.insert_leg(dial.leg, Leg { local, description, credentials: dial.credentials, ..leg });
        self.perform(now, transaction, actions, None);
    }

    fn invite(&mut self, dial: &Dial, branch: &str, tag: &str, text: String) -> Draft {
        let user = Some(dial.from_user.as_str()).filter(|user| !user.is_empty());
        let ours = || Uri::sip(user, self.config.sent_by(dial.destination));
        let mut from = NameAddr::new(dial.from.clone().unwrap_or_else(ours)).with_tag(tag);
        from.display = dial.from_display.clone();
        let draft = Draft::request(&Method::INVITE, &dial.target)
            .with(Name::Via, self.via(dial.destination, branch))
            .with(Name::From, from)
            .with(Name::To, format!("<{}>", dial.target))
            .with(Name::CallId, self.tokens.token())
            .with(Name::CSeq, format!("{FIRST_CSEQ} INVITE"))
            .with(Name::Contact, self.contact(dial.destination))
            .with(Name::Allow, ALLOW)
            .with(Name::Supported, SUPPORTED);
        let timer = self.config.session.as_ref().map(asking);
        let draft = timer.into_iter().flatten().fold(draft, |draft, (name, value)| draft.with(name, value));
        let draft = self.signed(draft, dial.max_forwards);
        let draft = dial.headers.iter().fold(draft, |draft, (name, value)| draft.with_other(name, value));
        draft.with_body(SDP, text)
    }

    /// An answer to an INVITE of ours, first time or again.
    pub(super) fn on_invite_response(
        &mut self,
        now: Millis,
        id: LegId,
        transaction: TransactionId,
        received: Received<'_>,
    ) {
        let Some(status) = received.response.status() else { return };
        match self.legs.get_mut(&id).map(|leg| &mut leg.state) {
            Some(State::Calling(calling)) => {
                calling.progressed = true;
                if status.is_provisional() {
                    self.on_progress(now, id, transaction, received);
                } else if status.is_success() {
                    self.connect(now, id, transaction, received);
                } else if status == Status::SESSION_INTERVAL_TOO_SMALL && !calling.lengthened {
                    self.lengthen_and_call(now, id, transaction, received.response);
                } else {
                    self.rejected(id, status, received.response);
                }
            }
            Some(State::Cancelling(cancelling)) => {
                if status.is_provisional() {
                    if cancelling.give_up.is_none() {
                        let q850 = cancelling.q850;
                        self.cancel(now, id, transaction, q850);
                    }
                } else if status.is_success() {
                    self.connect(now, id, transaction, received);
                } else {
                    self.remove_leg(id);
                }
            }
            Some(State::Up | State::Detached | State::Closing) | None if status.is_success() => {
                self.on_success_again(now, id, transaction, received);
            }
            // The transaction hands nothing else up after a final answer, and an incoming leg has no such transaction.
            Some(State::Up | State::Detached | State::Closing | State::Offered(_)) | None => {}
        }
    }

    pub(super) fn read_answer(&self, id: LegId, response: &Message) -> Result<Media, SdpError> {
        let local = self.legs.get(&id).and_then(|leg| leg.local.as_ref()).ok_or(SdpError::NoAudio)?;
        Offer::read(response.description())?.as_answer(local)
    }

    pub(super) fn dialog_of(&mut self, transaction: TransactionId, received: Received<'_>) -> Option<Dialog> {
        let invite = self.sent_invite(transaction)?;
        Dialog::caller(&invite, received.response)
    }

    /// The dialog of a 2xx: the early one of the same fork goes on, with the path of the 2xx (RFC 3261 §13.2.2.4).
    fn continued(&mut self, id: LegId, dialog: Option<Dialog>) -> (Option<Dialog>, Option<Early>) {
        let Some(dialog) = dialog else { return (None, None) };
        let Some(leg) = self.legs.get_mut(&id) else { return (Some(dialog), None) };
        let fork = leg.early.iter().position(|early| early.dialog.remote_tag() == dialog.remote_tag());
        match fork.map(|fork| leg.early.swap_remove(fork)) {
            Some(early) => (Some(dialog.continuing(&early.dialog)), Some(early)),
            None => (Some(dialog), None),
        }
    }

    /// The first 2xx: the dialog is made and the ACK sent. A call that was given up meanwhile gets its BYE.
    ///
    /// ```text
    ///   we                far end
    ///   CANCEL  --->  x  <--- 200        they cross
    ///           ACK --->
    ///           BYE --->
    /// ```
    fn connect(&mut self, now: Millis, id: LegId, transaction: TransactionId, received: Received<'_>) {
        let dialog = self.dialog_of(transaction, received);
        let cseq = received.response.cseq().map_or(FIRST_CSEQ, |cseq| cseq.number);
        let (dialog, early) = self.continued(id, dialog);
        let settled = early.as_ref().filter(|early| early.settled).and_then(|early| early.media.clone());
        let media = match settled {
            // RFC 3262 §5: the answer has been given for good.
            Some(media) => Ok(media),
            None if received.response.description().is_empty() => {
                let early = early.and_then(|early| early.media);
                early.or_else(|| self.legs.get(&id)?.media.clone()).ok_or(SdpError::NoAudio)
            }
            None => self.read_answer(id, received.response),
        };
        let (Some(dialog), Some(_)) = (dialog, self.legs.get(&id)) else {
            // An answer without To or Contact that can be read cannot be acknowledged either.
            self.report_end(id, End::Media(SdpError::Malformed));
            return self.remove_leg(id);
        };
        let to = self.destination(&dialog, received.source);
        let bytes = self.ack_of_success(&dialog, to, cseq);
        self.send(to, bytes.clone());
        let timer = self.config.session.and(received.response.session_expires());
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.timer = SessionTimer::of(now, timer, false);
        leg.allows_update = received.response.allows(&Method::UPDATE);
        leg.early.clear();
        leg.acked = Some(SentAck { remote_tag: dialog.remote_tag().to_owned(), bytes });
        leg.dialog = Some(dialog);
        leg.peer = received.source;
        leg.state = State::Up;
        match media {
            Ok(media) if leg.successor_of.is_some() && !leg.ended => {
                let old = leg.successor_of.unwrap_or(id);
                leg.media = Some(media.clone());
                self.succeed(now, id, old, Some(media));
            }
            Ok(media) if !leg.ended => {
                leg.media = Some(media.clone());
                self.report(id, Event::Answered { leg: id, media });
                self.renew(now, id);
            }
            Ok(_) => self.close(now, id, None),
            Err(error) => {
                self.report_end(id, End::Media(error));
                self.close(now, id, None);
            }
        }
        self.rearm_leg(id);
    }

    /// A 2xx after the first: a copy gets the same ACK again, another fork is hung up (RFC 3261 §13.2.2.4).
    fn on_success_again(
        &mut self,
        now: Millis,
        id: LegId,
        transaction: TransactionId,
        received: Received<'_>,
    ) {
        let Some(mut dialog) = self.dialog_of(transaction, received) else { return };
        let to = self.destination(&dialog, received.source);
        let acked = self.legs.get(&id).and_then(|leg| leg.acked.as_ref());
        if let Some(acked) = acked.filter(|acked| acked.remote_tag == dialog.remote_tag()) {
            let bytes = acked.bytes.clone();
            return self.send(to, bytes);
        }
        let Some(entry) = self.table.get(transaction).filter(|entry| entry.hung_up < MOST_HUNG_UP) else {
            return;
        };
        entry.hung_up += 1;
        let cseq = received.response.cseq().map_or(FIRST_CSEQ, |cseq| cseq.number);
        let bytes = self.ack_of_success(&dialog, to, cseq);
        self.send(to, bytes);
        self.send_bye(now, &mut dialog, to, Purpose::Nothing, None);
    }

    pub(super) fn rejected(&mut self, id: LegId, status: Status, response: &Message) {
        let rejection = Rejection {
            status,
            phrase: response.phrase().to_owned(),
            reasons: response.reasons(),
            contacts: response.contacts().unwrap_or_default(),
            retry_after_s: response.retry_after(),
        };
        self.report_end(id, End::Rejected(Box::new(rejection)));
        self.remove_leg(id);
    }

    pub(super) fn on_invite_unanswered(&mut self, id: LegId) {
        self.report_end(id, End::NoResponse);
        self.remove_leg(id);
    }

    /// Sends the CANCEL, and gives the far end 64·T1 to end the INVITE (RFC 3261 §9.1).
    pub(super) fn cancel(&mut self, now: Millis, id: LegId, transaction: TransactionId, q850: Option<u16>) {
        self.send_cancel(now, transaction, q850);
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.state = State::Cancelling(Cancelling { transaction, q850, give_up: Some(now + T1_X64) });
        }
        self.rearm_leg(id);
    }
}
