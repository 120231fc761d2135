//! The way to one service: its requests, within its rate, with its credentials.
//!
//! Nothing here logs an address, a header or a body: any of them may hold a secret, and bodies hold people.

use crate::connector::{
    Auth, Budget, Credential, Description, Facts, Failure, Purpose, Reply, Request, Token,
};
use crate::connector::{Method, next_link, retry_after};
use crate::program::Secret;
use crate::server::clock::Clock;
use crate::time::{DurationMs, Wall};
use parking_lot::Mutex;
use reqwest::header::{LINK, RETRY_AFTER};
use std::sync::Arc;
use std::time::Duration;

/// The largest reply that is read.
const LARGEST_REPLY: usize = 1 << 20;
/// How much of a reply is kept for people, in bytes.
const TOLD: usize = 2048;
/// The longest that a caller's question waits for our own rate.
const CALLER_WAITS: DurationMs = DurationMs(500);

/// The way to one service.
pub(super) struct Link {
    client: reqwest::Client,
    description: Arc<Description>,
    deployment: Facts,
    clock: Clock,
    budget: Mutex<Budget>,
    /// Held while a token is fetched, so that one is.
    token: tokio::sync::Mutex<Token>,
}

impl Link {
    pub fn new(
        client: reqwest::Client,
        description: Arc<Description>,
        deployment: Facts,
        clock: Clock,
    ) -> Link {
        let budget = Mutex::new(Budget::new(description.rate, clock.steady()));
        Link { client, description, deployment, clock, budget, token: tokio::sync::Mutex::default() }
    }

    /// Sends a request and reads what came of it. A token that is refused is renewed once.
    ///
    /// # Errors
    /// Where no reply came: nobody knows whether the request did.
    pub async fn send(&self, request: &Request, purpose: Purpose) -> Result<Reply, Failure> {
        let (reply, number) = self.attempt(request, purpose).await?;
        if reply.status != 401 {
            return Ok(reply);
        }
        let Some(number) = number else { return Ok(reply) };
        self.token.lock().await.refused(number);
        self.attempt(request, purpose).await.map(|(reply, _)| reply)
    }

    async fn attempt(&self, request: &Request, purpose: Purpose) -> Result<(Reply, Option<u64>), Failure> {
        let (builder, number) = self.authorized(request, purpose).await?;
        self.wait_for_turn(purpose).await?;
        let reply = execute(builder, self.description.within.to_std(), self.clock).await?;
        if matches!(reply.status, 429 | 503)
            && let Some(wait) = reply.retry_after
        {
            self.budget.lock().hold(self.clock.steady(), wait);
        }
        Ok((reply, number))
    }

    async fn authorized(
        &self,
        request: &Request,
        purpose: Purpose,
    ) -> Result<(reqwest::RequestBuilder, Option<u64>), Failure> {
        let text =
            |template: &crate::connector::Template| template.text(&self.deployment).unwrap_or_default();
        let builder = build(&self.client, request);
        Ok(match &self.description.auth {
            Auth::None => (builder, None),
            Auth::Header(name, value) => (builder.header(name, text(value)), None),
            Auth::Query(name, value) => {
                let mut request = request.clone();
                request.add_to_query(name, &text(value));
                (build(&self.client, &request), None)
            }
            Auth::Basic { user, password } => (builder.basic_auth(text(user), Some(text(password))), None),
            Auth::OAuth2 { .. } => {
                let (token, number) = self.token(purpose).await?;
                (builder.bearer_auth(token.expose()), Some(number))
            }
        })
    }

    /// The token, fetched where there is none that is good.
    async fn token(&self, purpose: Purpose) -> Result<(Secret, u64), Failure> {
        let mut token = self.token.lock().await;
        if let Credential::Use(held, number) = token.credential(self.clock.steady()) {
            return Ok((held, number));
        }
        let (fetched, lasts) = self.fetch_token(purpose).await?;
        token.granted(self.clock.steady(), fetched, lasts);
        match token.credential(self.clock.steady()) {
            Credential::Use(held, number) => Ok((held, number)),
            Credential::Fetch => Err(Failure::away("its token is good for no time")),
        }
    }

    async fn fetch_token(&self, purpose: Purpose) -> Result<(Secret, Option<DurationMs>), Failure> {
        let Auth::OAuth2 { token_url, client_id, client_secret, scope } = &self.description.auth else {
            return Err(Failure::away("it has no tokens"));
        };
        let text =
            |template: &crate::connector::Template| template.text(&self.deployment).unwrap_or_default();
        let mut form = vec![
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", text(client_id)),
            ("client_secret", text(client_secret)),
        ];
        form.extend(scope.as_ref().map(|scope| ("scope", text(scope))));
        self.wait_for_turn(purpose).await?;
        let builder = self.client.post(text(token_url)).form(&form);
        let reply = execute(builder, self.description.within.to_std(), self.clock).await?;
        let token = reply.body.get("access_token").and_then(serde_json::Value::as_str);
        let Some(token) = token.filter(|_| reply.status == 200) else {
            // What it says may hold our secret.
            return Err(Failure::away(format!("it gives no token: it answered {}", reply.status)));
        };
        let lasts = reply.body.get("expires_in").and_then(serde_json::Value::as_u64);
        let lasts = lasts.map(|seconds| DurationMs::from_secs(seconds.min(86_400)));
        Ok((Secret::new(token), lasts))
    }

    async fn wait_for_turn(&self, purpose: Purpose) -> Result<(), Failure> {
        loop {
            let now = self.clock.steady();
            let Err(at) = self.budget.lock().take(now, purpose) else { return Ok(()) };
            let wait = since(at, now);
            if purpose == Purpose::Caller && wait > CALLER_WAITS {
                // Our own doing, and no sign that the service does not work.
                return Err(Failure::refused("its rate is used up"));
            }
            tokio::time::sleep(wait.to_std()).await;
        }
    }
}

fn since(later: Wall, earlier: Wall) -> DurationMs {
    DurationMs(later.0.saturating_sub(earlier.0).max(1).unsigned_abs())
}

/// A request as the client has it.
fn build(client: &reqwest::Client, request: &Request) -> reqwest::RequestBuilder {
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
    };
    let builder = client.request(method, request.url.as_str());
    let headers = request.headers.iter();
    let builder = headers.fold(builder, |builder, (name, value)| builder.header(name, value));
    if request.body.is_empty() { builder } else { builder.body(request.body.clone()) }
}

/// Sends and reads, all of it within a time.
pub(super) async fn execute(
    builder: reqwest::RequestBuilder,
    within: Duration,
    clock: Clock,
) -> Result<Reply, Failure> {
    let told = |error: reqwest::Error| {
        let what = if error.is_timeout() {
            "it does not answer in time"
        } else if error.is_connect() {
            "it cannot be reached"
        } else if error.is_builder() {
            return Failure::refused("the request cannot be made of these values");
        } else {
            "the connection broke"
        };
        Failure::away(what)
    };
    let mut response = builder.timeout(within).send().await.map_err(told)?;
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let after = header(RETRY_AFTER).and_then(|value| retry_after(value, clock.wall()));
    let next = header(LINK).and_then(next_link);
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(told)? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST_REPLY {
            return Err(Failure::failed("its reply is longer than a megabyte"));
        }
    }
    let text = String::from_utf8_lossy(&body[..body.len().min(TOLD)]).into_owned();
    let body = serde_json::from_slice(&body).unwrap_or_default();
    Ok(Reply { status, retry_after: after, next_link: next, body, text })
}

/// A client for connectors and webhooks: no redirects, because they would be sent our credentials.
pub(in crate::server) fn client() -> Result<reqwest::Client, reqwest::Error> {
    // A second call finds the provider installed already: that is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .user_agent(concat!("callwright/", env!("CARGO_PKG_VERSION")))
        .build()
}
