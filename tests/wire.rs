//! SIP on the wire: TCP and TLS, connections that misbehave, trunks that register, telephones that register with us.

use crate::harness::{Server, root};
use callwright::server::{Config, ListenAt, TlsConfig};
use std::net::{IpAddr, SocketAddr};

mod examples;
mod far;
mod fraud;
mod phones;
mod schema;
mod streams;
mod trunks;

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
/// Where nobody listens.
const NOWHERE: SocketAddr = SocketAddr::new(LOOPBACK, 9);

fn with_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(work)
}

fn listen_at(text: &str) -> ListenAt {
    ListenAt::try_from(text.to_owned()).expect("an address")
}

/// Certificates of the tests: ours names 127.0.0.1, and `ca.pem` stands behind it.
pub fn own_tls() -> TlsConfig {
    let own = root().join("tests/wire");
    TlsConfig {
        certificate: Some(own.join("server.pem")),
        key: Some(own.join("server-key.pem")),
        ca: Some(own.join("ca.pem")),
    }
}

/// The bank, by these listeners beside its UDP one.
async fn bank_at(listeners: &[&str]) -> Server {
    let listeners = listeners.iter().map(|text| listen_at(text)).collect();
    let change = |config: Config| Config { listeners, tls: Some(own_tls()), ..config };
    Server::bank_with(NOWHERE, change).await
}
