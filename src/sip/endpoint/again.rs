//! An INVITE of ours once more, changed in a few fields: the same call, a new transaction (RFC 3261 §8.1.3.5, RFC 4028 §7.4).

use super::leg::{Calling, State};
use super::table::{ClientKey, Machine, Purpose, Role, TransactionId};
use super::{Endpoint, LegId};
use crate::sip::Method;
use crate::sip::draft::Draft;
use crate::sip::message::{Message, Name};
use crate::sip::transaction::invite_client::InviteClient;
use crate::time::Millis;

impl Endpoint {
    /// Calls again with the session interval that the far end takes. Where its 422 names none, the call is rejected.
    pub(super) fn lengthen_and_call(
        &mut self,
        now: Millis,
        id: LegId,
        transaction: TransactionId,
        response: &Message,
    ) {
        let (invite, min) = (self.sent_invite(transaction), response.min_se());
        let (Some(invite), Some(min)) = (invite, min) else {
            return self.rejected(id, crate::sip::Status::SESSION_INTERVAL_TOO_SMALL, response);
        };
        let changed = [(Name::SessionExpires, min.to_string()), (Name::MinSe, min.to_string())];
        self.call_again(now, id, transaction, &invite, &changed);
    }

    fn call_again(
        &mut self,
        now: Millis,
        id: LegId,
        transaction: TransactionId,
        invite: &Message,
        changed: &[(Name, String)],
    ) {
        let Some(peer) = self.table.get(transaction).map(|entry| entry.peer) else { return };
        let branch = self.tokens.branch();
        let cseq = invite.cseq().map_or(1, |cseq| cseq.number).saturating_add(1);
        let bytes = Draft::again(invite, &self.via(peer, &branch), cseq).replacing(changed).encode();
        let (machine, actions) = InviteClient::new(now, bytes, peer.transport.is_reliable());
        let role =
            Role::Client { key: ClientKey::new(&branch, &Method::INVITE), purpose: Purpose::Invite(id) };
        let transaction = self.table.insert(Machine::InviteClient(machine), peer, role);
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.state = State::Calling(Calling { transaction, progressed: false, lengthened: true });
            leg.early.clear();
        }
        self.perform(now, transaction, actions, None);
    }
}
