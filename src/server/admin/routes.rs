//! What is asked over HTTP, and what is answered.

use super::reload::{ReloadRequest, Reloaded};
use super::{Overview, calls, guard};
use crate::program::Secret;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// How long an answer may take. A program is compiled and its recordings read within it.
const WITHIN: Duration = Duration::from_secs(60);
/// What is read of the page of metrics: Prometheus' text format.
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All that can be asked. Health and readiness are for whoever asks; all else wants the token.
pub fn routes(overview: Arc<Overview>, token: Option<Secret>) -> Router {
    let guarded = Router::new()
        .route("/metrics", get(metrics))
        .route("/reload", post(reload))
        .route("/calls", get(calls::list))
        .route("/calls/{id}", get(calls::trace))
        .route("/calls/{id}/hang-up", post(calls::hang_up))
        .route("/calls/{id}/pcap", post(calls::pcap))
        .layer(from_fn_with_state(Arc::new(token), guarded));
    Router::new()
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .merge(guarded)
        .fallback((StatusCode::NOT_FOUND, "there is /health, /ready, /metrics, /reload and /calls\n"))
        .with_state(overview)
}

async fn guarded(State(token): State<Arc<Option<Secret>>>, request: Request, next: Next) -> Response {
    match guard::admit((*token).as_ref(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err((StatusCode::UNAUTHORIZED, why)) => {
            (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")], why).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn ready(State(overview): State<Arc<Overview>>) -> Response {
    let hindrances = overview.hindrances().await;
    match hindrances.is_empty() {
        true => "ready\n".into_response(),
        false => {
            let said = format!("{}\n", hindrances.join("\n"));
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], said).into_response()
        }
    }
}

async fn metrics(State(overview): State<Arc<Overview>>) -> Response {
    ([(CONTENT_TYPE, METRICS)], overview.page().await).into_response()
}

async fn reload(State(overview): State<Arc<Overview>>) -> Response {
    let (answer, told) = oneshot::channel();
    if overview.reloads.try_send(ReloadRequest(answer)).is_err() {
        return (StatusCode::CONFLICT, "another program is being read, or nobody here can\n").into_response();
    }
    match tokio::time::timeout(WITHIN, told).await {
        Ok(Ok(Reloaded::Taken { program, version })) => {
            axum::Json(json!({ "program": program, "version": version })).into_response()
        }
        Ok(Ok(Reloaded::Refused { report })) => (StatusCode::UNPROCESSABLE_ENTITY, report).into_response(),
        Ok(Err(_)) | Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "nobody said what came of it\n").into_response()
        }
    }
}
