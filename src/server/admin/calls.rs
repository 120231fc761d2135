//! The contacts that last, over HTTP: all of them, the steps of one as it makes them, its end.

use super::Overview;
use crate::engine::Journal;
use crate::server::journals::LeftOpen;
use crate::server::ledger::Office;
use crate::server::live::{Watched, lines};
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
    let body = Body::new(Lines { before: Some(before), steps });
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response()
}

pub(super) async fn hang_up(State(overview): State<Arc<Overview>>, Path(id): Path<String>) -> Response {
    match overview.live.hang_up(&id).await {
        true => (StatusCode::ACCEPTED, "it is being hung up\n").into_response(),
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

/// Lines as they come.
struct Lines {
    before: Option<String>,
    steps: Option<mpsc::Receiver<String>>,
}

impl hyper::body::Body for Lines {
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
        let Some(steps) = &mut this.steps else { return Poll::Ready(None) };
        steps.poll_recv(context).map(|lines| lines.map(|lines| Ok(Frame::data(lines.into()))))
    }
}
