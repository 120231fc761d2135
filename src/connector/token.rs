//! An access token of OAuth 2.0 client credentials (RFC 6749 §4.4): kept, renewed before it ends, and renewed once when a
//! service refuses it.

use crate::program::Secret;
use crate::time::{DurationMs, Wall};

/// How long a token is used whose service does not say (RFC 6749 §5.1 leaves `expires_in` out).
const UNSAID: DurationMs = DurationMs::from_secs(600);
/// The longest that one is used before its end: renewing takes a moment, and clocks differ.
const MARGIN: DurationMs = DurationMs::from_secs(60);

/// The token of one service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Token {
    /// There is none.
    #[default]
    Missing,
    /// There is one.
    Held {
        /// The token.
        token: Secret,
        /// From then on it is not used.
        renew_at: Wall,
        /// Which one it is: rises with each.
        number: u64,
    },
}

/// What is to be done for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Send this one; the number is for [`Token::refused`].
    Use(Secret, u64),
    /// Ask the service for another first.
    Fetch,
}

impl Token {
    /// What to send now.
    pub fn credential(&self, now: Wall) -> Credential {
        match self {
            Token::Held { token, renew_at, number } if now < *renew_at => {
                Credential::Use(token.clone(), *number)
            }
            Token::Held { .. } | Token::Missing => Credential::Fetch,
        }
    }

    /// Another has come, good for `lasts`.
    pub fn granted(&mut self, now: Wall, token: Secret, lasts: Option<DurationMs>) {
        let lasts = lasts.unwrap_or(UNSAID);
        // A token of less than two minutes is used for half its life.
        let used = DurationMs(lasts.0.saturating_sub(MARGIN.0).max(lasts.0 / 2));
        let number = match self {
            Token::Missing => 1,
            Token::Held { number, .. } => *number + 1,
        };
        *self = Token::Held { token, renew_at: now.after(used), number };
    }

    /// The service does not take this one. Another that has come meanwhile is kept.
    pub fn refused(&mut self, refused: u64) {
        if let Token::Held { renew_at, number, .. } = self
            && *number == refused
        {
            *renew_at = Wall(i64::MIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(lasts: Option<DurationMs>) -> Token {
        let mut token = Token::default();
        token.granted(Wall(0), Secret::new("a"), lasts);
        token
    }

    #[test]
    fn a_token_is_used_until_shortly_before_its_end() {
        let token = held(Some(DurationMs::from_secs(3600)));
        assert_eq!(token.credential(Wall(3_539_999)), Credential::Use(Secret::new("a"), 1));
        assert_eq!(token.credential(Wall(3_540_000)), Credential::Fetch);
        assert_eq!(held(Some(DurationMs(10_000))).credential(Wall(5000)), Credential::Fetch);
        assert_eq!(Token::default().credential(Wall(0)), Credential::Fetch);
    }

    #[test]
    fn a_refused_token_is_renewed_and_its_successor_is_not() {
        let mut token = held(None);
        token.refused(1);
        assert_eq!(token.credential(Wall(0)), Credential::Fetch);
        token.granted(Wall(0), Secret::new("b"), None);
        token.refused(1);
        assert_eq!(token.credential(Wall(0)), Credential::Use(Secret::new("b"), 2));
    }

    #[test]
    fn a_token_does_not_print() {
        let token = Token::Held { token: Secret::new("s3cr3t"), renew_at: Wall(0), number: 1 };
        assert!(!format!("{token:?}").contains("s3cr3t"));
    }
}
