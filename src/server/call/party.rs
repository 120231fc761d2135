//! Whom a flow calls, as SIP reaches them: the trunk for numbers, an address of the configuration for names.

use crate::program::Party;
use crate::server::config::Config;
use crate::sip::{Host, Uri};
use std::net::SocketAddr;

/// The port of SIP where an address names none.
const SIP_PORT: u16 = 5060;

/// The address that is called, and where its INVITE is sent.
pub(super) fn resolve(config: &Config, party: &Party) -> Result<(Uri, SocketAddr), String> {
    let known = config.parties.get(&party.to_string());
    match (known, party) {
        (Some(address), _) => direct(address),
        (None, Party::Phone(phone)) => by_trunk(config, phone.as_str()),
        (None, Party::Extension(digits)) => by_trunk(config, digits),
        (None, Party::Name(name)) => match party.dialled() {
            Some(digits) => by_trunk(config, &digits),
            None => direct(name),
        },
    }
}

fn by_trunk(config: &Config, user: &str) -> Result<(Uri, SocketAddr), String> {
    let trunk = config.trunk.ok_or("no trunk is configured")?;
    Ok((Uri::sip(Some(user), trunk), trunk))
}

/// A SIP address whose host is an IP address: names of hosts are not looked up.
fn direct(address: &str) -> Result<(Uri, SocketAddr), String> {
    let written =
        if address.contains(':') { address.trim().to_owned() } else { format!("sip:{}", address.trim()) };
    let unknown = || format!("nobody is configured under `parties` for `{address}`");
    let uri: Uri = written.parse().map_err(|_| unknown())?;
    match &uri {
        Uri::Sip(sip) => match sip.host {
            Host::Ip(ip) => {
                let to = SocketAddr::new(ip, sip.port.unwrap_or(SIP_PORT));
                Ok((uri.clone(), to))
            }
            Host::Name(_) => Err(unknown()),
        },
        Uri::Tel(_) | Uri::Other(_) => Err(unknown()),
    }
}

/// The address that a caller's network is told to call instead. It looks names up by itself.
pub(super) fn address(config: &Config, party: &Party) -> Result<Uri, String> {
    if let Ok((uri, _)) = resolve(config, party) {
        return Ok(uri);
    }
    let text = party.to_string();
    let written = if text.contains(':') { text } else { format!("sip:{text}") };
    written.parse().map_err(|_| format!("`{written}` is no address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let parties = [("pc".to_owned(), "sip:jones@127.0.0.1:5070".to_owned())].into();
        Config { trunk: Some(SocketAddr::from(([127, 0, 0, 1], 5080))), parties, ..Config::default() }
    }

    fn of(party: &Party) -> Option<(String, u16)> {
        resolve(&config(), party).ok().map(|(uri, to)| (uri.to_string(), to.port()))
    }

    #[test]
    fn numbers_go_to_the_trunk_and_names_to_their_address() {
        let name = |name: &str| Party::Name(name.into());
        assert_eq!(of(&Party::Extension("104".into())), Some(("sip:104@127.0.0.1:5080".into(), 5080)));
        assert_eq!(of(&name("9-104")), Some(("sip:9104@127.0.0.1:5080".into(), 5080)));
        assert_eq!(of(&name("+7 843 203-57-37")), Some(("sip:+78432035737@127.0.0.1:5080".into(), 5080)));
        assert_eq!(of(&name("pc")), Some(("sip:jones@127.0.0.1:5070".into(), 5070)));
        assert_eq!(of(&name("sip:ann@127.0.0.1")), Some(("sip:ann@127.0.0.1".into(), 5060)));
        assert_eq!(of(&name("sip:ann@example.net")), None);
        assert_eq!(of(&name("mars")), None);
    }

    #[test]
    fn a_caller_is_redirected_to_any_address() {
        let to = address(&config(), &Party::Name("sip:hotel@example.net".into()));
        assert_eq!(to.map(|uri| uri.to_string()), Ok("sip:hotel@example.net".to_owned()));
    }
}
