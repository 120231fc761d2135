//! A callee that sends us elsewhere (3xx), where the settings say that we may go there by ourselves.

use super::Call;
use super::callee::Callee;
use super::way::straight;
use crate::engine::LegId;
use crate::server::config::Config;
use crate::sip::{End, Host, NameAddr, Transport, Uri};
use std::cmp::Reverse;
use std::net::SocketAddr;

/// How often one call is sent elsewhere before it counts as redirected.
const MOST_REDIRECTS: u8 = 5;

impl Call {
    /// Calls the address of a redirection in the place of a callee that is gone; whether it does.
    pub(super) async fn follow(&mut self, leg: LegId, callee: &Callee, end: &End) -> bool {
        let allowed = elsewhere(&self.shared.config, end).filter(|_| callee.redirects < MOST_REDIRECTS);
        let Some(called) = allowed else { return false };
        let (to, address) = called;
        let way = straight(
            to.clone(),
            self.shared.signalling.flow(Transport::Udp, address),
            callee.from_user.clone(),
        );
        match self.try_ways(callee.dialled, [way].into()).await {
            Ok(mut next) => {
                next.redirects = callee.redirects + 1;
                tracing::info!(contact = &*self.contact.id, %to, "a called leg is redirected");
                self.callees.insert(leg, next);
                true
            }
            Err(reason) => {
                tracing::warn!(contact = &*self.contact.id, %to, reason, "a redirection cannot be followed");
                false
            }
        }
    }
}

/// The best address of a 3xx that we may call by ourselves: by `q`, then as they stand (RFC 3261 §8.1.3.4).
fn elsewhere(config: &Config, end: &End) -> Option<(Uri, SocketAddr)> {
    let End::Rejected(rejection) = end else { return None };
    let is_redirection = (300..400).contains(&rejection.status.code());
    let mut contacts: Vec<&NameAddr> = rejection.contacts.iter().filter(|_| is_redirection).collect();
    contacts.sort_by_key(|contact| Reverse(thousandths(contact)));
    let uris = contacts.into_iter().map(|contact| &contact.uri);
    uris.filter_map(|uri| Some((uri, address(uri)?)))
        .find(|(_, address)| config.follow_redirects.hold(address.ip()))
        .map(|(uri, address)| (uri.clone(), address))
}

/// `q` of a Contact in thousandths; 1000 where there is none that can be read.
fn thousandths(contact: &NameAddr) -> u32 {
    let q = contact.params.get("q").and_then(|q| q.parse::<f32>().ok());
    q.filter(|q| (0.0..=1.0).contains(q)).map_or(1000, |q| (q * 1000.0).round() as u32)
}

fn address(uri: &Uri) -> Option<SocketAddr> {
    let Uri::Sip(uri) = uri else { return None };
    let Host::Ip(ip) = uri.host else { return None };
    // Header fields in the address of a stranger are not ours to send.
    uri.headers.is_none().then(|| SocketAddr::new(ip, uri.port.unwrap_or(5060)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::limits::Policy;
    use crate::sip::{Rejection, Status};

    fn redirected(status: u16, contacts: &[&str]) -> Option<String> {
        let config: Config = serde_yaml::from_str("follow_redirects: [192.0.2.0/24]\n").unwrap_or_default();
        let contacts =
            contacts.iter().filter_map(|contact| NameAddr::parse(contact, Policy::Tolerant)).collect();
        let status = Status::new(status)?;
        let rejection =
            Rejection { status, phrase: String::new(), reasons: vec![], contacts, retry_after_s: None };
        elsewhere(&config, &End::Rejected(Box::new(rejection))).map(|(uri, to)| format!("{uri} {to}"))
    }

    #[test]
    fn only_addresses_that_are_allowed_are_followed() {
        let there = "sip:jones@192.0.2.7";
        assert_eq!(
            redirected(302, &["sip:j@example.net", there]).as_deref(),
            Some("sip:jones@192.0.2.7 192.0.2.7:5060")
        );
        assert_eq!(redirected(302, &["sip:jones@198.51.100.7"]), None);
        assert_eq!(redirected(302, &["<sip:jones@192.0.2.7?Replaces=1>"]), None);
        assert_eq!(redirected(486, &[there]), None);
    }

    #[test]
    fn of_several_the_best_is_called() {
        let contacts = ["<sip:a@192.0.2.7>;q=0.2", "<sip:b@192.0.2.7>;q=0.7", "<sip:c@192.0.2.7>;q=0.7"];
        assert_eq!(redirected(300, &contacts).as_deref(), Some("sip:b@192.0.2.7 192.0.2.7:5060"));
        let contacts = ["<sip:a@192.0.2.7>;q=0.9", "<sip:b@192.0.2.7>;q=two", "<sip:c@192.0.2.7>"];
        assert_eq!(redirected(302, &contacts).as_deref(), Some("sip:b@192.0.2.7 192.0.2.7:5060"));
    }
}
