//! Whom a flow calls, as the settings know them: a number, which goes by the trunks, or an address.

use crate::program::Party;
use crate::server::config::Config;
use crate::server::phones;
use crate::sip::{Host, Transport, Uri};
use std::net::{IpAddr, SocketAddr};

/// Where somebody is, by the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// A number: the trunks know.
    Number(String),
    /// A telephone that registers with us, by its owner.
    Telephone(String),
    /// The address that is called, and where its INVITE is sent.
    Address(Uri, Transport, SocketAddr),
}

/// Where somebody is, or why that cannot be said.
pub(super) fn resolve(config: &Config, party: &Party) -> Result<Whereabouts, String> {
    let known = config.parties.get(&party.to_string());
    let dialled = party.dialled();
    let name = dialled.as_deref().map_or_else(|| party.to_string(), str::to_owned);
    match (known, phones::owner(config, &name), party) {
        (Some(address), ..) => direct(address).map(|found| found.0),
        (None, Some(owner), _) => Ok(Whereabouts::Telephone(owner)),
        (None, None, Party::Phone(phone)) => by_trunk(config, phone.as_str()),
        (None, None, Party::Extension(digits)) => by_trunk(config, digits),
        (None, None, Party::Name(name)) => match party.dialled() {
            Some(digits) => by_trunk(config, &digits),
            None => by_its_text(config, name),
        },
    }
}

fn by_trunk(config: &Config, user: &str) -> Result<Whereabouts, String> {
    match config.trunk.is_some() || !config.trunks.is_empty() {
        true => Ok(Whereabouts::Number(user.to_owned())),
        false => Err("no trunk is configured".to_owned()),
    }
}

/// A text may be anybody's, so the address that it is leads only where the settings say; an operator's stands in them.
fn by_its_text(config: &Config, text: &str) -> Result<Whereabouts, String> {
    let (found, ip) = direct(text)?;
    let is_operators = || config.operators.values().any(|operator| operator.phone.as_deref() == Some(text));
    match config.call_addresses.hold(ip) || config.trusted.hold(ip) || is_operators() {
        true => Ok(found),
        false => Err(format!(
            "`{text}` is in none of the networks that addresses may lead to: name it under `parties`, or its network under `call_addresses`"
        )),
    }
}

/// A SIP address whose host is an IP address: names of hosts are looked up for trunks alone.
fn direct(address: &str) -> Result<(Whereabouts, IpAddr), String> {
    let written =
        if address.contains(':') { address.trim().to_owned() } else { format!("sip:{}", address.trim()) };
    let unknown = || format!("nobody is configured under `parties` for `{address}`");
    let uri: Uri = written.parse().map_err(|_| unknown())?;
    match &uri {
        Uri::Sip(sip) => match sip.host {
            Host::Ip(ip) => {
                let usual = if sip.secure { Transport::Tls } else { Transport::Udp };
                let transport = sip.params.get("transport").and_then(Transport::parse).unwrap_or(usual);
                let to = SocketAddr::new(ip, sip.port.unwrap_or(transport.default_port()));
                Ok((Whereabouts::Address(uri.clone(), transport, to), ip))
            }
            Host::Name(_) => Err(unknown()),
        },
        Uri::Tel(_) | Uri::Other(_) => Err(unknown()),
    }
}

/// The address that a caller's network is told to call instead. It looks names up by itself.
pub(super) fn address(config: &Config, party: &Party) -> Result<Uri, String> {
    let text = match resolve(config, party) {
        Ok(Whereabouts::Address(uri, ..)) => return Ok(uri),
        // A number is known to the network of the first trunk.
        Ok(Whereabouts::Number(number)) => match network(config) {
            Some(host) => format!("sip:{number}@{host}"),
            None => party.to_string(),
        },
        Ok(Whereabouts::Telephone(_)) | Err(_) => party.to_string(),
    };
    let written = if text.contains(':') { text } else { format!("sip:{text}") };
    written.parse().map_err(|_| format!("`{written}` is no address"))
}

/// The host of the first trunk.
fn network(config: &Config) -> Option<String> {
    let named = config.trunks.values().min_by_key(|trunk| trunk.order).map(|trunk| {
        let host = trunk.domain.clone().unwrap_or_else(|| trunk.server.host.to_string());
        let port = trunk.server.port.filter(|_| trunk.domain.is_none());
        port.map_or(host.clone(), |port| format!("{host}:{port}"))
    });
    named.or_else(|| config.trunk.map(|address| address.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::Networks;
    use crate::server::operators::OperatorConfig;

    fn config() -> Config {
        let parties = [("pc".to_owned(), "sip:jones@127.0.0.1:5070".to_owned())].into();
        let trunk = Some(SocketAddr::from(([127, 0, 0, 1], 5080)));
        let call_addresses = Networks("127.0.0.0/8".parse().into_iter().collect());
        Config { trunk, parties, call_addresses, ..Config::default() }
    }

    fn of(party: &Party) -> Option<String> {
        resolve(&config(), party).ok().map(|found| match found {
            Whereabouts::Number(number) => format!("trunk {number}"),
            Whereabouts::Telephone(owner) => format!("telephone {owner}"),
            Whereabouts::Address(uri, transport, to) => format!("{uri} {} {}", transport.in_uri(), to.port()),
        })
    }

    fn check(party: Party, expected: Option<&str>) {
        assert_eq!(of(&party).as_deref(), expected, "{party}");
    }

    #[test]
    fn numbers_go_to_the_trunks_and_names_to_their_address() {
        let name = |name: &str| Party::Name(name.into());
        check(Party::Extension("104".into()), Some("trunk 104"));
        check(name("9-104"), Some("trunk 9104"));
        check(name("+7 843 203-57-37"), Some("trunk +78432035737"));
        check(name("pc"), Some("sip:jones@127.0.0.1:5070 udp 5070"));
        check(name("sip:ann@127.0.0.1"), Some("sip:ann@127.0.0.1 udp 5060"));
        check(name("sips:ann@127.0.0.1"), Some("sips:ann@127.0.0.1 tls 5061"));
        check(name("sip:ann@127.0.0.1;transport=tcp"), Some("sip:ann@127.0.0.1;transport=tcp tcp 5060"));
        check(name("sip:ann@example.net"), None);
        check(name("mars"), None);
    }

    #[test]
    fn an_address_that_a_text_is_leads_only_where_the_settings_say() {
        check(Party::Name("sip:ann@192.0.2.7".into()), None);
        let mut config = config();
        let operator =
            OperatorConfig { phone: Some("sip:ann@192.0.2.7".to_owned()), queues: vec![], pause_after: 0 };
        config.operators.insert("ann".to_owned(), operator);
        let of = |config: &Config, text: &str| resolve(config, &Party::Name(text.into())).is_ok();
        assert_eq!([of(&config, "sip:ann@192.0.2.7"), of(&config, "sip:bob@192.0.2.7")], [true, false]);
        config.trusted = Networks("192.0.2.0/24".parse().into_iter().collect());
        assert!(of(&config, "sip:bob@192.0.2.7"));
    }

    #[test]
    fn a_caller_is_redirected_to_any_address() {
        let to = address(&config(), &Party::Name("sip:hotel@example.net".into()));
        assert_eq!(to.map(|uri| uri.to_string()), Ok("sip:hotel@example.net".to_owned()));
    }
}
