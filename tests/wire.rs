//! SIP on the wire: TCP and TLS, connections that misbehave, trunks that register, telephones that register with us.

use crate::harness::{Server, root};
use callwright::server::{Config, ListenAt, TlsConfig};
use std::net::{IpAddr, SocketAddr};

mod streams;

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
/// Where nobody listens.
const NOWHERE: SocketAddr = SocketAddr::new(LOOPBACK, 9);

fn with_runtime<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(work)
}

fn listen_at(text: &str) -> ListenAt {
    ListenAt::try_from(text.to_owned()).expect("an address")
}

/// The bank, by these listeners beside its UDP one; the certificate is `tests/wire/server.pem`.
async fn bank_at(listeners: &[&str]) -> Server {
    let own = root().join("tests/wire");
    let tls = TlsConfig {
        certificate: Some(own.join("server.pem")),
        key: Some(own.join("server-key.pem")),
        ca: Some(own.join("ca.pem")),
    };
    let listeners = listeners.iter().map(|text| listen_at(text)).collect();
    let change = |config: Config| Config { listeners, tls: Some(tls), ..config };
    Server::bank_with(NOWHERE, change).await
}
