//! Who may ask.
//!
//! With a token: whoever carries it. Without one the listener is on the loopback, where programs of this machine reach it,
//! and web pages that its users look at: those are told by the names of hosts that they send, and by `Origin`.

use crate::program::Secret;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Looks at a request; what it is answered where it may not ask.
pub fn admit(token: Option<&Secret>, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
    if headers.contains_key(ORIGIN) {
        return Err((StatusCode::FORBIDDEN, "no web page has business here\n"));
    }
    match token {
        None if is_here(headers) => Ok(()),
        None => Err((StatusCode::FORBIDDEN, "ask by an IP address or as `localhost`\n")),
        Some(token) if carries(headers, token) => Ok(()),
        Some(_) => Err((StatusCode::UNAUTHORIZED, "send `Authorization: Bearer TOKEN`\n")),
    }
}

/// Whether the listener was asked by its address: a name may be one that a web page has made lead here.
fn is_here(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let bare = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    let bare = bare.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok()
}

/// Compares by hash, so that the time taken says nothing of the token.
fn carries(headers: &HeaderMap, token: &Secret) -> bool {
    let said = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let said = said.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    Sha256::digest(said.trim()) == Sha256::digest(token.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(token: Option<&str>, headers: &[(&'static str, &str)]) -> u16 {
        let headers = headers.iter().map(|(name, value)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, value.parse().expect("a value"))
        });
        let token = token.map(Secret::new);
        admit(token.as_ref(), &headers.collect()).map_or_else(|(status, _)| status.as_u16(), |()| 200)
    }

    #[test]
    fn without_a_token_only_this_machine_by_its_address_may_ask() {
        for host in ["127.0.0.1:8088", "localhost:8088", "[::1]:8088", "localhost"] {
            assert_eq!(status(None, &[("host", host)]), 200, "{host}");
        }
        assert_eq!(status(None, &[("host", "rebound.example:8088")]), 403);
        assert_eq!(status(None, &[]), 403);
        assert_eq!(status(None, &[("host", "127.0.0.1:8088"), ("origin", "https://page.example")]), 403);
    }

    #[test]
    fn with_a_token_whoever_carries_it_may_ask() {
        let token = Some("0123456789abcdef");
        assert_eq!(status(token, &[("authorization", "Bearer 0123456789abcdef")]), 200);
        for wrong in ["Bearer 0123456789abcde", "Bearer ", "Basic 0123456789abcdef", "0123456789abcdef"] {
            assert_eq!(status(token, &[("authorization", wrong)]), 401, "{wrong}");
        }
        assert_eq!(status(token, &[("host", "localhost")]), 401);
    }
}
