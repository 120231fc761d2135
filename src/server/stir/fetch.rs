//! Fetches a carrier's certificate from where a stranger says that it is.
//!
//! The address is the stranger's choice, so it may make us do little: https to a public address, the ports 443 and 8443, no
//! user, query or fragment; no redirections; no proxy; few octets in little time. Names are looked up here, and what they lead
//! to is looked at before anybody connects, so that a name cannot lead into our own networks.

use super::public::is_public;
use crate::server::cause::cause;
use crate::sip::Network;
use crate::sip::identity::Fault;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CACHE_CONTROL, HeaderMap};
use reqwest::{Certificate, Client, Url, redirect};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long fetching may take in all.
const FETCH: Duration = Duration::from_secs(5);
/// The largest chain that is read, in octets.
const LARGEST: usize = 32 * 1024;
/// Ports of https that carriers use (ATIS-1000074).
const PORTS: [u16; 2] = [443, 8443];

/// What was fetched.
#[derive(Debug)]
pub(super) struct Fetched {
    pub bytes: Vec<u8>,
    /// How long its server says that it may be kept.
    pub keep: Option<Duration>,
}

/// Fetches certificates.
#[derive(Clone, Debug)]
pub(super) struct Fetcher {
    client: Client,
    allowed: Arc<[Network]>,
}

impl Fetcher {
    /// `allowed` are networks that need not be public; `authorities` those behind https servers, if not the system's.
    pub fn new(
        allowed: Vec<Network>,
        authorities: Option<Vec<Certificate>>,
    ) -> Result<Fetcher, reqwest::Error> {
        // A second call finds the provider installed already: that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allowed: Arc<[Network]> = allowed.into();
        let client = Client::builder()
            .https_only(true)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(FETCH)
            .dns_resolver(Arc::new(Guarded(allowed.clone())))
            .user_agent(concat!("callwright/", env!("CARGO_PKG_VERSION")));
        let client = match authorities {
            Some(authorities) => client.tls_certs_only(authorities),
            None => client,
        };
        Ok(Fetcher { client: client.build()?, allowed })
    }

    /// Fetches what stands at an address.
    ///
    /// # Errors
    /// [`Fault::Unfetched`], whatever went wrong; the log has the reason.
    pub async fn fetch(&self, url: &str) -> Result<Fetched, Fault> {
        self.try_fetch(url).await.map_err(|reason| {
            tracing::warn!(url, reason, "a certificate of a carrier could not be fetched");
            Fault::Unfetched
        })
    }

    async fn try_fetch(&self, url: &str) -> Result<Fetched, String> {
        let url = permitted(url, &self.allowed)?;
        let mut response = self.client.get(url).send().await.map_err(cause)?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(format!("the answer is {}", response.status()));
        }
        let keep = max_age(response.headers());
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(cause)? {
            if bytes.len() + chunk.len() > LARGEST {
                return Err(format!("it is larger than {LARGEST} octets"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Fetched { bytes, keep })
    }
}

/// The address, if we may connect there. What its name leads to is looked at later.
fn permitted(text: &str, allowed: &[Network]) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let plain = url.scheme() == "https"
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !plain {
        return Err("not a plain address of https".to_owned());
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_allowed = match host.parse::<IpAddr>() {
        Ok(address) if !may_connect(address, allowed) => return Err("not a public address".to_owned()),
        Ok(address) => holds(allowed, address),
        Err(_) => false,
    };
    let port = url.port_or_known_default().unwrap_or(0);
    if is_allowed || PORTS.contains(&port) { Ok(url) } else { Err(format!("port {port} is not for this")) }
}

fn holds(allowed: &[Network], address: IpAddr) -> bool {
    allowed.iter().any(|network| network.holds(address))
}

fn may_connect(address: IpAddr, allowed: &[Network]) -> bool {
    is_public(address) || holds(allowed, address)
}

/// How long a cache may keep it (RFC 9111 §5.2.2).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let words = headers.get(CACHE_CONTROL)?.to_str().ok()?.split(',').map(str::trim);
    let mut ages = words.filter_map(|word| word.strip_prefix("max-age=")?.parse().ok());
    ages.next().map(Duration::from_secs)
}

/// Looks names up, and leaves out the addresses that nobody may connect to.
struct Guarded(Arc<[Network]>);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let kept: Vec<_> = found.filter(|address| may_connect(address.ip(), &allowed)).collect();
            if kept.is_empty() {
                return Err("its name leads to no public address".into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_of_https_are_asked() {
        let own: Vec<Network> = "127.0.0.0/8".parse().into_iter().collect();
        let permitted = |text: &str| permitted(text, &own).is_ok();
        for good in [
            "https://certs.carrier.example/a.pem",
            "https://certs.carrier.example:8443/a.pem",
            "https://8.8.8.8/a.pem",
            "https://127.0.0.1:4443/a.pem",
        ] {
            assert!(permitted(good), "{good}");
        }
        for bad in [
            "http://certs.carrier.example/a.pem",
            "file:///etc/passwd",
            "https://anna:sesame@certs.carrier.example/a.pem",
            "https://certs.carrier.example/a.pem?who=us",
            "https://certs.carrier.example/a.pem#1",
            "https://certs.carrier.example:22/a.pem",
            "https://8.8.8.8:22/a.pem",
            "https://10.0.0.1/a.pem",
            "https://[::1]/a.pem",
            "https://[::ffff:10.0.0.1]/a.pem",
            "https://169.254.169.254/latest",
            "https://0x7f000001.1/a.pem",
            "https://167772161/a.pem",
            "",
        ] {
            assert!(!permitted(bad), "{bad}");
        }
    }

    #[test]
    fn a_server_says_how_long_its_answer_is_good() {
        let keep = |value: &'static str| {
            let value = reqwest::header::HeaderValue::from_static(value);
            max_age(&HeaderMap::from_iter([(CACHE_CONTROL, value)]))
        };
        assert_eq!(keep("public, max-age=600"), Some(Duration::from_secs(600)));
        assert_eq!(keep("no-store"), None);
    }
}
