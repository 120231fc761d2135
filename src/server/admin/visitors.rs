//! Who is connected: so many at a time, and whoever asks nothing makes room for whoever comes.
//!
//! Connections that say nothing, or spell out what they want letter by letter, would else keep a monitor from `/health`.

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// How long a client may take to say what it wants, and between two requests.
const HEAD: Duration = Duration::from_secs(5);
/// Connections at a time.
const CONNECTIONS: usize = 64;
/// A failure to take a connection, as for want of descriptors, is not repeated at once.
const PAUSE: Duration = Duration::from_millis(100);

/// A connection that was made.
struct Visitor {
    /// Whether it has asked, and waits for its answer.
    is_served: Arc<AtomicBool>,
    task: AbortHandle,
}

/// Those who are connected, whoever came first in front. Whoever drops it lets them go.
#[derive(Default)]
struct Visitors(Vec<Visitor>);

impl Visitors {
    /// Makes room for one more; false while all that there may be are being served.
    fn make_room(&mut self) -> bool {
        self.0.retain(|visitor| !visitor.task.is_finished());
        if self.0.len() < CONNECTIONS {
            return true;
        }
        let idle = self.0.iter().position(|visitor| !visitor.is_served.load(Ordering::Relaxed));
        idle.map(|at| self.0.remove(at).task.abort()).is_some()
    }

    fn enter(&mut self, stream: TcpStream, routes: Router) {
        let is_served = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(converse(stream, routes, is_served.clone())).abort_handle();
        self.0.push(Visitor { is_served, task });
    }
}

impl Drop for Visitors {
    fn drop(&mut self) {
        self.0.iter().for_each(|visitor| visitor.task.abort());
    }
}

/// Takes connections, and answers them, until it is dropped.
pub(super) async fn serve(listener: TcpListener, routes: Router) {
    let mut visitors = Visitors::default();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "somebody could not ask over HTTP");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        while !visitors.make_room() {
            tokio::time::sleep(PAUSE).await;
        }
        visitors.enter(stream, routes.clone());
    }
}

async fn converse(stream: TcpStream, routes: Router, is_served: Arc<AtomicBool>) {
    let routes = TowerToHyperService::new(routes);
    let service = service_fn(move |request| {
        let (answer, is_served) = (routes.call(request), is_served.clone());
        async move {
            is_served.store(true, Ordering::Relaxed);
            let answer = answer.await;
            is_served.store(false, Ordering::Relaxed);
            answer
        }
    });
    let mut connection = http1::Builder::new();
    connection.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(16 * 1024);
    // Whoever breaks off has broken off.
    let _ = connection.serve_connection(TokioIo::new(stream), service).await;
}
