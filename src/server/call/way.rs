//! The ways to somebody who is called: trunks one after the other for a number, where a telephone is for a name.

use super::Call;
use super::party::{self, Whereabouts};
use crate::program::{Party, Phone, Text};
use crate::server::config::Config;
use crate::server::described::Terms;
use crate::server::entropy;
use crate::server::trunks::{self, Permit, Trunk};
use crate::sip::digest::Credentials;
use crate::sip::{Binding, Dial, End, Flow, LegId, Uri, sdp};
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;

/// One way, as its INVITE says it.
pub(super) struct Way {
    target: Uri,
    destination: Flow,
    from_user: String,
    from: Option<Uri>,
    headers: Vec<(String, String)>,
    credentials: Option<Arc<Credentials>>,
    trunk: Option<Arc<Trunk>>,
}

impl Way {
    /// Room on its trunk; a way without a trunk has room.
    pub fn take(&self, call: &Call) -> Result<Option<Permit>, ()> {
        match &self.trunk {
            Some(trunk) => trunk.take(call.shared.clock.now()).map(Some).ok_or(()),
            None => Ok(None),
        }
    }

    /// The trunk that it goes by.
    pub fn trunk_name(&self) -> Option<Text> {
        self.trunk.as_ref().map(|trunk| Text::from(&*trunk.name))
    }

    /// Whether somebody has to be paid for it.
    pub fn costs(&self) -> bool {
        self.trunk.is_some()
    }

    /// Where it leads.
    pub fn far(&self) -> IpAddr {
        self.destination.address.ip()
    }

    /// What is settled with whoever is there.
    pub fn terms(&self, config: &Config) -> Terms {
        Terms::of(config, self.trunk.as_ref().map(|trunk| &trunk.settings)).known()
    }

    /// The user part of From.
    pub fn caller(&self) -> &str {
        &self.from_user
    }

    /// The call that goes this way.
    pub fn dial(self, media: sdp::Local, max_forwards: u8) -> Dial {
        Dial {
            from: self.from,
            max_forwards,
            headers: self.headers,
            credentials: self.credentials,
            ..Dial::new(LegId(0), self.target, self.destination, &self.from_user, media)
        }
    }
}

impl Call {
    /// Counts a leg among those that one caller's contacts may begin by trunks, or says why it is one too many.
    pub(super) fn may_cost(&self, ways: &VecDeque<Way>) -> Result<(), String> {
        if !ways.iter().any(Way::costs) {
            return Ok(());
        }
        let caller = self.contact.from.number().map(Phone::as_str);
        self.shared.gate.pass_caller(caller, self.shared.clock.now()).map_err(str::to_owned)
    }

    /// The ways to somebody, the best first; never none.
    pub(super) fn ways(&self, to: &Party, shown: Option<Phone>) -> Result<VecDeque<Way>, String> {
        let configured = self.shared.config.caller_id.clone();
        let shown = shown.map(|phone| phone.as_str().to_owned()).or(configured);
        let from_user = shown.unwrap_or_else(|| self.contact.to.to_string());
        let ways: VecDeque<Way> = match party::resolve(&self.shared.config, to)? {
            Whereabouts::Number(number) => {
                let chance = entropy::bytes().map_or(0, u64::from_le_bytes);
                let ways = self.shared.trunks.ways(chance);
                ways.into_iter().map(|way| by_trunk(way, &number, &from_user)).collect()
            }
            Whereabouts::Telephone(owner) => {
                let places = self.shared.phones.where_is(&owner).into_iter();
                let way = |place: Binding| straight(place.contact, place.flow, from_user.clone());
                let ways: VecDeque<Way> = places.map(way).collect();
                return if ways.is_empty() {
                    Err(format!("no telephone of `{owner}` has registered"))
                } else {
                    Ok(ways)
                };
            }
            Whereabouts::Address(target, transport, address) => {
                let destination = self.shared.signalling.flow(transport, address);
                [straight(target, destination, from_user)].into()
            }
        };
        if ways.is_empty() { Err("no trunk has been found yet".to_owned()) } else { Ok(ways) }
    }
}

fn by_trunk(way: trunks::Way, number: &str, from_user: &str) -> Way {
    let trunks::Way { trunk, destination } = way;
    let spelling = trunk.spell(number, from_user, destination);
    Way {
        target: spelling.target,
        destination,
        from_user: spelling.from_user,
        from: spelling.from,
        headers: spelling.headers,
        credentials: trunk.credentials(),
        trunk: Some(trunk),
    }
}

/// The way to an address.
pub(super) fn straight(target: Uri, destination: Flow, from_user: String) -> Way {
    Way { target, destination, from_user, from: None, headers: Vec::new(), credentials: None, trunk: None }
}

/// Whether another way may do better: nobody answered, or the far end itself cannot (RFC 3263 §4.3).
pub(super) fn is_blocked(end: &End) -> bool {
    match end {
        End::NoResponse => true,
        End::Rejected(rejection) => {
            // No circuit, network out of order, temporary failure, congestion (Q.850).
            let congested = matches!(rejection.q850(), Some(34 | 38 | 41 | 42));
            let said = rejection.q850().is_some();
            congested || (!said && matches!(rejection.status.code(), 408 | 500 | 502..=504))
        }
        End::Local
        | End::Remote { .. }
        | End::Cancelled { .. }
        | End::NoAck
        | End::MaxDuration
        | End::SessionExpired
        | End::Lost
        | End::Media(_)
        | End::AtCapacity => false,
    }
}
