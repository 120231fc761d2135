//! The contacts that last, over HTTP: all of them, the steps of one as it makes them, its end.

use super::Overview;
use crate::engine::Journal;
use crate::server::capture::Capture;
use crate::server::journals::LeftOpen;
use crate::server::ledger::Office;
use crate::server::live::{Watched, lines};
use crate::time::DurationMs;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// The longest that a contact is listened to, in seconds.
const LONGEST_S: u64 = 3600;
/// As Wireshark knows it.
const PCAPNG: &str = "application/x-pcapng";
/// What is answered where there is no such contact.
const NOBODY: (StatusCode, &str) = (StatusCode::NOT_FOUND, "no contact of this id lasts\n");

pub(super) async fn list(State(overview): State<Arc<Overview>>) -> Response {
    Json(overview.live.list(overview.clock.wall())).into_response()
}

/// What the contact did so far, and what it does; with `?past` only the first.
pub(super) async fn trace(
    State(overview): State<Arc<Overview>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(Watched { past, steps }) = overview.live.watch(&id) else { return NOBODY.into_response() };
    let before = before(&overview.office, id, past).await;
    let steps = if query.as_deref() == Some("past") { None } else { Some(steps) };
    let body = Body::new(Flowing { before: Some(before), rest: steps });
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response()
}

pub(super) async fn hang_up(State(overview): State<Arc<Overview>>, Path(id): Path<String>) -> Response {
    match overview.live.hang_up(&id).await {
        true => (StatusCode::ACCEPTED, "it is being hung up\n").into_response(),
        false => NOBODY.into_response(),
    }
}

/// What goes over its wires from now on, as pcapng; `?for=SECONDS`, a minute where nothing is said.
pub(super) async fn pcap(
    State(overview): State<Arc<Overview>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let seconds = match query.as_deref().map(|query| query.strip_prefix("for=").and_then(|n| n.parse().ok()))
    {
        None => 60,
        Some(Some(seconds)) if (1..=LONGEST_S).contains(&seconds) => seconds,
        Some(_) => return (StatusCode::BAD_REQUEST, "`for` is 1 to 3600 seconds\n").into_response(),
    };
    let (capture, file) = Capture::begin(overview.clock, DurationMs::from_secs(seconds));
    match overview.live.capture(&id, capture).await {
        true => {
            ([(CONTENT_TYPE, PCAPNG)], Body::new(Flowing { before: None, rest: Some(file) })).into_response()
        }
        false => NOBODY.into_response(),
    }
}

/// The first steps of a contact, out of its journal.
async fn before(office: &Office, id: String, count: usize) -> String {
    let journals = office.journals.clone();
    let read = tokio::task::spawn_blocking(move || journals.read(&LeftOpen::Contact(id.as_str().into())));
    let journal: Option<Journal> = read.await.ok().and_then(Result::ok).flatten();
    let entries = journal.map(|journal| journal.entries).unwrap_or_default();
    entries.iter().take(count).map(lines).collect()
}

/// A body as it comes.
struct Flowing<T> {
    before: Option<T>,
    rest: Option<mpsc::Receiver<T>>,
}

impl<T: Into<Bytes> + Unpin> hyper::body::Body for Flowing<T> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        if let Some(before) = this.before.take() {
            return Poll::Ready(Some(Ok(Frame::data(before.into()))));
        }
        let Some(rest) = &mut this.rest else { return Poll::Ready(None) };
        rest.poll_recv(context).map(|more| more.map(|more| Ok(Frame::data(more.into()))))
    }
}
