//! An HTTP server that answers as the product does whose documentation a test has read.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value as Json;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it was heard.
#[derive(Clone, Debug)]
pub struct Heard {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Json,
}

/// A product: what it holds, and how it answers.
pub trait Product: Send + 'static {
    /// The status and the body.
    fn answer(&mut self, heard: &Heard) -> (u16, Json);

    /// How long it thinks first.
    fn delay(&self, _heard: &Heard) -> Duration {
        Duration::ZERO
    }
}

/// A running product.
pub struct Fake<P> {
    pub product: Arc<Mutex<P>>,
    pub heard: Arc<Mutex<Vec<Heard>>>,
    pub address: SocketAddr,
}

struct Shared<P> {
    product: Arc<Mutex<P>>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Heard {
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl<P: Product> Fake<P> {
    /// Starts one on a free port.
    pub async fn start(product: P) -> Fake<P> {
        Fake::start_at(product, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Starts one at an address.
    pub async fn start_at(product: P, address: SocketAddr) -> Fake<P> {
        let listener = tokio::net::TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let (product, heard) = (Arc::new(Mutex::new(product)), Arc::new(Mutex::new(Vec::new())));
        let shared = Arc::new(Shared { product: product.clone(), heard: heard.clone() });
        let app = Router::new().fallback(serve::<P>).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Fake { product, heard, address }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Looks at what it holds.
    pub fn look<T>(&self, look: impl FnOnce(&P) -> T) -> T {
        look(&self.product.lock().expect("nobody panics here"))
    }
}

async fn serve<P: Product>(
    State(shared): State<Arc<Shared<P>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let url = reqwest::Url::parse(&format!("http://fake{uri}")).expect("a request's address");
    let text = String::from_utf8_lossy(&body).into_owned();
    let heard = Heard {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
        headers,
        body: serde_json::from_str(&text).unwrap_or_default(),
        text,
    };
    shared.heard.lock().expect("nobody panics here").push(heard.clone());
    let delay = shared.product.lock().expect("nobody panics here").delay(&heard);
    tokio::time::sleep(delay).await;
    let (status, body) = shared.product.lock().expect("nobody panics here").answer(&heard);
    let status = StatusCode::from_u16(status).expect("a status");
    let headers = [("content-type", "application/json"), ("retry-after", "0")];
    (status, headers, body.to_string()).into_response()
}
