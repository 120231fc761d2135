//! Who may look into a running server over HTTP, and from where.

use super::{Config, ConfigError};
use crate::program::Secret;
use serde::Deserialize;
use std::net::SocketAddr;

/// The shortest token that is taken, in characters: 96 bits in base64.
const SHORTEST_TOKEN: usize = 16;

/// The listener for health, metrics and whoever runs the server.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct AdminConfig {
    /// Where HTTP is listened for. Beyond the loopback a token is demanded.
    pub listen: SocketAddr,
    /// Environment variable that holds the token which requests must carry.
    #[serde(default)]
    pub token_from: Option<String>,
}

impl AdminConfig {
    /// What requests must carry; `None` where nobody but this machine can ask.
    ///
    /// # Errors
    /// Where the listener is reached from elsewhere and has no token, or the token is not there or short.
    pub(in crate::server) fn token(&self) -> Result<Option<Secret>, ConfigError> {
        let wrong = |reason: String| ConfigError::Admin { reason };
        let Some(variable) = &self.token_from else {
            return match self.listen.ip().is_loopback() {
                true => Ok(None),
                false => Err(wrong(format!(
                    "{} is reached from other machines: name the environment variable of a token, `token_from: CALLWRIGHT_ADMIN_TOKEN`",
                    self.listen
                ))),
            };
        };
        let token = std::env::var(variable)
            .map_err(|_| wrong(format!("the environment variable `{variable}` is not set")))?;
        if token.len() < SHORTEST_TOKEN {
            return Err(wrong(format!(
                "the token in `{variable}` is shorter than {SHORTEST_TOKEN} characters: `openssl rand -hex 16` makes one"
            )));
        }
        Ok(Some(Secret::new(&token)))
    }
}

impl Config {
    pub(super) fn check_admin(&self) -> Result<(), ConfigError> {
        self.admin.as_ref().map_or(Ok(()), |admin| admin.token().map(drop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admin(listen: &str, token_from: Option<&str>) -> Result<Option<Secret>, String> {
        let listen = listen.parse().expect("an address");
        let config = AdminConfig { listen, token_from: token_from.map(str::to_owned) };
        config.token().map_err(|error| error.to_string())
    }

    #[test]
    fn a_listener_beyond_the_loopback_needs_a_token() {
        assert!(matches!(admin("127.0.0.1:8088", None), Ok(None)));
        assert!(matches!(admin("[::1]:8088", None), Ok(None)));
        assert!(admin("0.0.0.0:8088", None).is_err_and(|said| said.contains("token_from")));
        let said = admin("127.0.0.1:8088", Some("CALLWRIGHT_NO_SUCH_TOKEN"));
        assert!(said.is_err_and(|said| said.contains("CALLWRIGHT_NO_SUCH_TOKEN")));
    }
}
