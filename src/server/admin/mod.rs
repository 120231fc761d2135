//! How machines, and whoever runs the server, look into it: HTTP beside the calls.
//!
//! | file | job |
//! |---|---|
//! | `visitors` | who is connected, and who makes room |
//! | `guard` | who may ask |
//! | `routes` | what is asked, and what is answered |
//! | `health` | whether calls can be taken, and why not |
//! | `gauges` | what is looked up when metrics are asked for |
//! | `process` | what the system says of this process |
//! | `calls` | the contacts that last, one of them, its end |
//! | `reload` | the way to whoever can compile |
//!
//! A connection has its times: five seconds for a request's head, ten for its answer. Bodies are not read.

mod calls;
mod gauges;
mod guard;
mod health;
mod process;
mod reload;
mod routes;
mod visitors;

pub use gauges::Sampled;
pub use reload::{ReloadRequest, Reloaded};

use super::clock::Clock;
use super::connectors::Connectors;
use super::ledger::Office;
use super::live::Live;
use super::meters::Meters;
use super::phones::Phones;
use super::shared::Edition;
use super::switchboard::Switchboard;
use super::transports::Tls;
use super::trunks::Trunks;
use crate::program::Secret;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

/// What there is to look into. It holds nothing that keeps calls alive.
pub struct Overview {
    /// The clock of all calls.
    pub clock: Clock,
    /// The contacts that last.
    pub live: Live,
    /// What is counted.
    pub meters: Arc<Meters>,
    /// The program that new contacts get.
    pub latest: watch::Receiver<Arc<Edition>>,
    /// Queues and operators.
    pub switchboard: Switchboard,
    /// The ways to the telephone network.
    pub trunks: Trunks,
    /// Telephones.
    pub phones: Phones,
    /// The CRM and the journals.
    pub office: Office,
    /// Foreign CRMs and webhooks.
    pub connectors: Connectors,
    /// The data folder.
    pub data: PathBuf,
    /// Whether the server is stopping.
    pub draining: watch::Receiver<bool>,
    /// Who compiles.
    pub reloads: mpsc::Sender<ReloadRequest>,
    /// Certificates, where connections are encrypted.
    pub tls: Option<Arc<Tls>>,
    /// What was looked up a moment ago.
    pub sampled: Sampled,
}

/// A listener that answers until it is dropped.
#[derive(Debug)]
pub struct Admin {
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Admin {
    /// Listens, and answers whoever has the token.
    ///
    /// # Errors
    /// Where the address cannot be listened on.
    pub async fn start(address: SocketAddr, token: Option<Secret>, overview: Overview) -> io::Result<Admin> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let routes = routes::routes(Arc::new(overview), token);
        Ok(Admin { address, task: tokio::spawn(visitors::serve(listener, routes)) })
    }

    /// The address that is listened on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        self.task.abort();
    }
}
