//! A dialog: what two user agents know of each other during a call (RFC 3261 §12).
//!
//! It makes the requests within itself, checks the order of those of the far end, and follows the far end's Contact.
//! Where a request is sent is not decided here: [`Dialog::next_hop`] says what the standard would have.

use crate::sip::check::Core;
use crate::sip::draft::Draft;
use crate::sip::message::{Message, Name};
use crate::sip::replaces::Replaces;
use crate::sip::{Method, NameAddr, Uri};
use serde::{Deserialize, Serialize};

/// The first sequence number of a dialog that we begin; anything below 2³¹ (RFC 3261 §8.1.1.5).
pub(crate) const FIRST_CSEQ: u32 = 1;

/// More requests than we send in one dialog between two moments at which it is written down: its refreshes, a transfer, keys.
const UNKNOWN_REQUESTS: u32 = 10_000;

/// One dialog, seen from our side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dialog {
    call_id: String,
    /// Our From in requests, with tag.
    local: String,
    /// Our To in requests, with tag.
    remote: String,
    remote_tag: String,
    remote_target: Uri,
    route_set: Vec<Uri>,
    local_cseq: u32,
    remote_cseq: Option<u32>,
}

/// A request of the far end came with a number below one that was already seen (RFC 3261 §12.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutOfOrder;

impl Dialog {
    /// The dialog that our answer to this INVITE makes (§12.1.1).
    ///
    /// A caller without Contact, as RFC 2543 allows, is reached at its From.
    pub(crate) fn callee(core: &Core, invite: &Message, local_tag: &str) -> Dialog {
        let target = core.contacts.first().unwrap_or(&core.from);
        Dialog {
            call_id: core.call_id.clone(),
            local: core.to.clone().with_tag(local_tag).to_string(),
            remote: core.from.to_string(),
            remote_tag: core.from.tag().to_owned(),
            remote_target: target.uri.clone(),
            route_set: invite.record_routes().unwrap_or_default(),
            local_cseq: FIRST_CSEQ - 1,
            remote_cseq: Some(core.cseq.number),
        }
    }

    /// The dialog that this answer to our INVITE makes (§12.1.2); `None` if the answer is unusable.
    pub(crate) fn caller(invite: &Message, answer: &Message) -> Option<Dialog> {
        let to = answer.to().ok()?;
        let contact = answer.contacts().ok().and_then(|contacts| contacts.into_iter().next());
        let mut route_set = answer.record_routes().ok()?;
        route_set.reverse();
        Some(Dialog {
            call_id: invite.call_id().ok()?.to_owned(),
            local: invite.first(Name::From)?.to_owned(),
            remote: to.to_string(),
            remote_tag: to.tag().to_owned(),
            remote_target: contact
                .map_or_else(|| invite.request_uri().parse().ok(), |contact| Some(contact.uri))?,
            route_set,
            local_cseq: invite.cseq().ok()?.number,
            remote_cseq: None,
        })
    }

    /// Whether a request that carries our tag belongs here: Call-ID and the far end's tag agree.
    pub(crate) fn owns(&self, core: &Core) -> bool {
        self.call_id == core.call_id && self.remote_tag == core.from.tag()
    }

    /// This dialog as the far end would be told to replace it (RFC 3891 §3).
    pub(crate) fn for_replacing(&self) -> Option<Replaces> {
        let from_tag = self.local.rsplit_once(";tag=")?.1.to_owned();
        let (call_id, to_tag) = (self.call_id.clone(), self.remote_tag.clone());
        Some(Replaces { call_id, to_tag, from_tag, early_only: false })
    }

    /// The far end's Contact.
    pub(crate) fn remote_target(&self) -> &Uri {
        &self.remote_target
    }

    /// Whether a Replaces means this dialog of ours.
    pub(crate) fn is_meant_by(&self, replaces: &Replaces) -> bool {
        self.call_id == replaces.call_id && self.remote_tag == replaces.from_tag
    }

    /// The far end's tag.
    pub(crate) fn remote_tag(&self) -> &str {
        &self.remote_tag
    }

    /// The number of our last request; of our INVITE as long as nothing else was sent.
    pub(crate) fn local_cseq(&self) -> u32 {
        self.local_cseq
    }

    /// This dialog as the next stage of an earlier one: the numbers go on.
    pub(crate) fn continuing(self, earlier: &Dialog) -> Dialog {
        Dialog { local_cseq: earlier.local_cseq, remote_cseq: earlier.remote_cseq, ..self }
    }

    /// This dialog as another process goes on with it, which may not know of the last requests: numbers may be left out, and
    /// never come twice (§12.2.1.1).
    pub(crate) fn after_restart(self) -> Dialog {
        Dialog { local_cseq: self.local_cseq.saturating_add(UNKNOWN_REQUESTS), ..self }
    }

    /// Takes note of a request's number. An equal one is a retransmission and in order.
    pub(crate) fn note_cseq(&mut self, number: u32) -> Result<(), OutOfOrder> {
        match self.remote_cseq {
            Some(seen) if number < seen => Err(OutOfOrder),
            Some(_) | None => {
                self.remote_cseq = Some(number);
                Ok(())
            }
        }
    }

    /// Follows the Contact of a re-INVITE (§12.2.2).
    pub(crate) fn refresh_target(&mut self, contacts: &[NameAddr]) {
        if let Some(contact) = contacts.first() {
            self.remote_target = contact.uri.clone();
        }
    }

    /// The next request within the dialog, with this topmost Via.
    pub(crate) fn request(&mut self, method: &Method, via: &str) -> Draft {
        let number = self.next_number();
        self.numbered(method, number, via)
    }

    /// The number of the next request, which is taken with it.
    pub(crate) fn next_number(&mut self) -> u32 {
        self.local_cseq = self.local_cseq.saturating_add(1);
        self.local_cseq
    }

    /// The ACK of a 2xx to the INVITE with this number (§13.2.2.4).
    pub(crate) fn ack(&self, invite_cseq: u32, via: &str) -> Draft {
        self.numbered(&Method::ACK, invite_cseq, via)
    }

    fn numbered(&self, method: &Method, cseq: u32, via: &str) -> Draft {
        let (uri, routes) = self.path();
        let mut draft = Draft::request(method, uri).with(Name::Via, via);
        for route in routes {
            draft.push(Name::Route, format!("<{route}>"));
        }
        draft.push(Name::From, &self.local);
        draft.push(Name::To, &self.remote);
        draft.push(Name::CallId, &self.call_id);
        draft.push(Name::CSeq, format!("{cseq} {method}"));
        draft
    }

    /// Request-URI and Route; a first proxy that routes strictly gets the request addressed to itself (§12.2.1.1).
    fn path(&self) -> (&Uri, Vec<&Uri>) {
        match self.route_set.split_first() {
            Some((first, rest)) if !first.is_loose_router() => {
                (first, rest.iter().chain([&self.remote_target]).collect())
            }
            Some(_) | None => (&self.remote_target, self.route_set.iter().collect()),
        }
    }

    /// The URI to which the standard sends the next request.
    pub(crate) fn next_hop(&self) -> &Uri {
        self.route_set.first().unwrap_or(&self.remote_target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::limits::Policy;
    use crate::sip::message::scan;

    fn message(start: &str, routes: &str) -> Message {
        let text = format!(
            "{start}\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n{routes}From: <sip:a@x>;tag=f\r\nTo: <sip:b@y>;tag=t\r\n\
             Call-ID: c\r\nCSeq: 5 INVITE\r\nContact: <sip:there@192.0.2.8>\r\n\r\n"
        );
        match scan(text.as_bytes(), Policy::Strict) {
            Ok(message) => message,
            Err(malformed) => panic!("{malformed:?}"),
        }
    }

    const INVITE: &str = "INVITE sip:b@y SIP/2.0";
    const OK: &str = "SIP/2.0 200 OK";
    const LOOSE: &str = "Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\n";
    const STRICT: &str = "Record-Route: <sip:p2;lr>\r\nRecord-Route: <sip:p1>\r\n";

    fn callee(routes: &str) -> Dialog {
        let invite = message(INVITE, routes);
        match Core::read(&invite) {
            Ok(core) => Dialog::callee(&core, &invite, "ours"),
            Err(refusal) => panic!("{refusal:?}"),
        }
    }

    fn caller(routes: &str) -> Dialog {
        match Dialog::caller(&message(INVITE, ""), &message(OK, routes)) {
            Some(dialog) => dialog,
            None => panic!("no dialog"),
        }
    }

    /// Request line, Route and CSeq of the next request.
    fn next(dialog: &mut Dialog) -> Vec<String> {
        let text =
            String::from_utf8_lossy(&dialog.request(&Method::BYE, "SIP/2.0/UDP h").encode()).into_owned();
        let shown =
            |line: &&str| line.starts_with("BYE") || line.starts_with("Route") || line.starts_with("CSeq");
        text.lines().filter(shown).map(str::to_owned).collect()
    }

    #[test]
    fn without_proxies_a_request_goes_to_the_contact() {
        assert_eq!(next(&mut caller("")), ["BYE sip:there@192.0.2.8 SIP/2.0", "CSeq: 6 BYE"]);
        assert_eq!(next(&mut callee("")), ["BYE sip:there@192.0.2.8 SIP/2.0", "CSeq: 1 BYE"]);
    }

    #[test]
    fn the_callee_keeps_the_order_of_record_route_and_the_caller_turns_it_round() {
        let line = "BYE sip:there@192.0.2.8 SIP/2.0";
        assert_eq!(
            next(&mut callee(LOOSE)),
            [line, "Route: <sip:p2;lr>", "Route: <sip:p1;lr>", "CSeq: 1 BYE"]
        );
        assert_eq!(
            next(&mut caller(LOOSE)),
            [line, "Route: <sip:p1;lr>", "Route: <sip:p2;lr>", "CSeq: 6 BYE"]
        );
    }

    #[test]
    fn a_strict_router_is_addressed_itself() {
        let expected =
            ["BYE sip:p1 SIP/2.0", "Route: <sip:p2;lr>", "Route: <sip:there@192.0.2.8>", "CSeq: 6 BYE"];
        assert_eq!(next(&mut caller(STRICT)), expected);
    }

    #[test]
    fn the_far_ends_numbers_never_fall() {
        let mut dialog = callee("");
        let noted = [5, 7, 7, 6, 8].map(|number| dialog.note_cseq(number));
        assert_eq!(noted, [Ok(()), Ok(()), Ok(()), Err(OutOfOrder), Ok(())]);
    }

    #[test]
    fn a_new_contact_is_followed() {
        let mut dialog = callee("");
        let contacts = message(INVITE, "").contacts().unwrap_or_default();
        dialog.refresh_target(&contacts.into_iter().map(moved).collect::<Vec<_>>());
        assert_eq!(next(&mut dialog).first().map(String::as_str), Some("BYE sip:moved@192.0.2.9 SIP/2.0"));
    }

    fn moved(mut contact: NameAddr) -> NameAddr {
        contact.uri = "sip:moved@192.0.2.9".parse().unwrap_or(contact.uri);
        contact
    }
}
