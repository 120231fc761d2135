//! Where SIP is listened for beside the first address: `listeners:` and `tls:`.

use super::{Config, ConfigError};
use crate::server::transports::{ListenOn, Tls};
use crate::sip::Transport;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// `udp://…`, `tcp://…` or `tls://…` with an IP address and a port.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct ListenAt(pub(in crate::server) ListenOn);

/// Certificates of TLS, in PEM.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct TlsConfig {
    /// Our certificate and those between it and its root; needed to listen.
    pub certificate: Option<PathBuf>,
    /// Its private key.
    pub key: Option<PathBuf>,
    /// The certificates by which those of far ends are checked; those of the system where it is missing.
    pub ca: Option<PathBuf>,
}

impl TryFrom<String> for ListenAt {
    type Error = String;

    fn try_from(text: String) -> Result<ListenAt, String> {
        let wrong = || {
            format!(
                "`{text}` is no address to listen on: write `tcp://` or another transport, an IP address and a port, as `tls://192.0.2.1:5061`"
            )
        };
        let (transport, address) = text.split_once("://").ok_or_else(wrong)?;
        let transport = Transport::parse(transport).ok_or_else(wrong)?;
        let address: SocketAddr = address.parse().map_err(|_| wrong())?;
        Ok(ListenAt(ListenOn { transport, address }))
    }
}

impl ListenAt {
    /// The address and the port.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }
}

impl Config {
    /// All addresses, the first one first.
    pub(in crate::server) fn listeners(&self) -> Vec<ListenOn> {
        let first = ListenOn { transport: Transport::Udp, address: self.listen };
        [first].into_iter().chain(self.listeners.iter().map(|further| further.0)).collect()
    }

    /// A wildcard address is nowhere to send to.
    pub(super) fn check_listeners(&self) -> Result<(), ConfigError> {
        let nowhere = |on: &ListenOn| self.advertised(on.address).ip().is_unspecified();
        if self.listeners().iter().skip(1).any(nowhere) {
            let reason = "a wildcard address needs `advertise` with an address of the same family: write the one that far ends reach";
            return Err(ConfigError::Setting { setting: "listeners", reason });
        }
        Ok(())
    }

    /// What TLS needs: certificates of the settings, and the system's for those whom we call.
    pub(in crate::server) fn tls(&self) -> Result<Option<Tls>, ConfigError> {
        let settings = self.tls.clone().unwrap_or_default();
        let listens = self.listeners.iter().any(|further| further.0.transport == Transport::Tls);
        let own = match (&settings.certificate, &settings.key) {
            (Some(certificate), Some(key)) => Some((certificate.as_path(), key.as_path())),
            (None, None) if !listens => None,
            (Some(_) | None, _) => {
                let reason = "a `tls://` listener needs `tls: { certificate: chain.pem, key: key.pem }`";
                return Err(ConfigError::Setting { setting: "tls", reason });
            }
        };
        if own.is_none() && self.tls.is_none() {
            return Ok(None);
        }
        Tls::new(own, settings.ca.as_deref()).map(Some).map_err(ConfigError::Tls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_its_transport() {
        let read = |text: &str| ListenAt::try_from(text.to_owned()).map(|at| at.0);
        let address = SocketAddr::from(([127, 0, 0, 1], 5061));
        assert_eq!(read("tls://127.0.0.1:5061"), Ok(ListenOn { transport: Transport::Tls, address }));
        assert!(read("udp://[::1]:5060").is_ok());
        for wrong in ["127.0.0.1:5060", "sctp://127.0.0.1:5060", "tcp://example.net:5060", "tcp://127.0.0.1"]
        {
            assert!(read(wrong).is_err_and(|error| error.contains("tls://192.0.2.1:5061")), "{wrong}");
        }
    }

    #[test]
    fn listening_for_tls_needs_a_certificate() {
        let listener = ListenAt::try_from("tls://127.0.0.1:5061".to_owned());
        let config = Config { listeners: listener.into_iter().collect(), ..Config::default() };
        assert!(matches!(config.tls(), Err(ConfigError::Setting { setting: "tls", .. })));
    }
}
