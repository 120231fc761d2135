//! The bank's core for the demo: one account's balance over HTTP, on the loopback.

use anyhow::Result;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use std::net::SocketAddr;

#[derive(Clone)]
struct Account {
    number: &'static str,
    balance: &'static str,
}

/// Starts the service; it ends with the process.
pub async fn start(number: &'static str, balance: &'static str) -> Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let address = listener.local_addr()?;
    let routes = axum::Router::new().route("/accounts/{account}/balance", get(balance_of));
    let service = routes.with_state(Account { number, balance });
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, service).await {
            tracing::error!(%error, "the demo's core bank has ended");
        }
    });
    Ok(address)
}

async fn balance_of(State(account): State<Account>, Path(asked): Path<String>) -> Response {
    match asked == account.number {
        true => Json(serde_json::json!({ "amount": account.balance })).into_response(),
        false => (StatusCode::NOT_FOUND, Json(serde_json::json!({ "status": "not_found" }))).into_response(),
    }
}
