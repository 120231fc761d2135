//! How machines, and whoever runs the server, look into it: HTTP beside the calls.
//!
//! | file | job |
//! |---|---|
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
use super::trunks::Trunks;
use crate::program::Secret;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};

/// How long a client may take to say what it wants, and between two requests.
const HEAD: Duration = Duration::from_secs(5);
/// Connections at a time.
const CONNECTIONS: usize = 64;
/// A failure to take a connection, as for want of descriptors, is not repeated at once.
const PAUSE: Duration = Duration::from_millis(100);

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
        Ok(Admin { address, task: tokio::spawn(serve(listener, routes)) })
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

async fn serve(listener: TcpListener, routes: Router) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "somebody could not ask over HTTP");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let service = TowerToHyperService::new(routes.clone());
        tokio::spawn(async move {
            let _place = place;
            let mut connection = http1::Builder::new();
            connection.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(16 * 1024);
            // Whoever breaks off has broken off.
            let _ = connection.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
