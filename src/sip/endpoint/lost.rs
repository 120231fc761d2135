//! A connection has ended (RFC 3261 §17.1.4, §18.4).

use super::Endpoint;
use super::table::Machine;
use crate::sip::dialog::Dialog;
use crate::sip::transaction::{client, invite_client};
use crate::sip::{Flow, Host, Transport, Uri};
use crate::time::Millis;
use std::net::SocketAddr;

impl Endpoint {
    /// What waits on the connection for a first answer gets none; calls go on by the far end's Contact.
    pub(super) fn forget_flow(&mut self, now: Millis, flow: Flow) {
        self.forget_places(now, flow);
        for leg in self.legs.values_mut().filter(|leg| leg.peer == flow) {
            if let Some(elsewhere) = leg.dialog.as_ref().and_then(|dialog| contact_flow(dialog, flow)) {
                leg.peer = elsewhere;
            }
        }
        for id in self.table.of_peer(flow) {
            let actions = match self.table.get(id).map(|entry| &mut entry.machine) {
                Some(Machine::InviteClient(machine)) => machine.step(now, invite_client::Event::TimerB),
                Some(Machine::Client(machine)) => machine.step(now, client::Event::TimerF),
                // Whoever asked us asks again, by another connection.
                Some(Machine::InviteServer(_) | Machine::Server(_)) | None => vec![],
            };
            self.perform(now, id, actions, None);
        }
    }
}

/// Where the far end says that it listens, if that is an address.
fn contact_flow(dialog: &Dialog, lost: Flow) -> Option<Flow> {
    let Uri::Sip(uri) = dialog.next_hop() else { return None };
    let Host::Ip(ip) = uri.host else { return None };
    let transport = uri.params.get("transport").and_then(Transport::parse).unwrap_or(lost.transport);
    let address = SocketAddr::new(ip, uri.port.unwrap_or(transport.default_port()));
    Some(Flow { transport, address, ..lost })
}
