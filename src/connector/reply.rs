//! What a service answered, and what that means: done, nothing there, not now, or never.

use super::pointer::Pointer;
use crate::crm::outbox::{Event, Jitter};
use crate::time::{DurationMs, Wall};
use serde_json::Value as Json;

/// The most of a reply that a reason quotes, in characters.
const QUOTED: usize = 200;

/// An answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// What it says of when to come again.
    pub retry_after: Option<DurationMs>,
    /// Where the next page is, by its `Link` header (RFC 8288).
    pub next_link: Option<String>,
    /// The body; `null` where it is no JSON.
    pub body: Json,
    /// The body's beginning, for people.
    pub text: String,
}

/// Why a request had no effect that we know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it says of the next attempt.
    pub kind: FailureKind,
    /// Why, for people.
    pub reason: String,
    /// The next attempt comes no sooner.
    pub after: Option<DurationMs>,
}

/// What a failure says of the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The service as a whole does not work, or not for us: no use to ask it anything else now.
    Away,
    /// It failed at this.
    Failed,
    /// It does not want this, however often it is asked.
    Refused,
}

/// How a service tells of errors in replies whose status is of success.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    /// Where the word for the error stands.
    pub at: Option<Pointer>,
    /// Words that mean: not now.
    pub busy: Vec<String>,
    /// Words that mean: no error.
    pub fine: Vec<String>,
}

impl Reply {
    /// What a status means. 401 is for whoever holds the credentials; here it means that they do not hold.
    pub fn read(&self, errors: &Errors) -> Result<&Json, Failure> {
        let word = errors.at.as_ref().and_then(|at| at.text(&self.body));
        if word.as_ref().is_some_and(|word| errors.busy.contains(word)) {
            return Err(self.away());
        }
        let word = word.filter(|word| !errors.fine.contains(word));
        match self.status {
            200..=299 => match word {
                Some(_) => Err(Failure::refused(self.told())),
                None => Ok(&self.body),
            },
            401 | 403 | 408 | 425 | 429 | 502..=504 => Err(self.away()),
            500..=599 => {
                Err(Failure { kind: FailureKind::Failed, reason: self.told(), after: self.retry_after })
            }
            _ => Err(Failure::refused(self.told())),
        }
    }

    fn away(&self) -> Failure {
        Failure { kind: FailureKind::Away, reason: self.told(), after: self.retry_after }
    }

    /// The status and the beginning of the body.
    fn told(&self) -> String {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = text.chars().filter(|c| !c.is_control()).take(QUOTED).collect();
        if text.is_empty() {
            format!("it answered {}", self.status)
        } else {
            format!("it answered {}: {text}", self.status)
        }
    }
}

impl Failure {
    /// The service gave no answer.
    pub fn away(reason: impl Into<String>) -> Failure {
        Failure { kind: FailureKind::Away, reason: reason.into(), after: None }
    }

    /// It failed at this.
    pub fn failed(reason: impl Into<String>) -> Failure {
        Failure { kind: FailureKind::Failed, reason: reason.into(), after: None }
    }

    /// It does not want this.
    pub fn refused(reason: impl Into<String>) -> Failure {
        Failure { kind: FailureKind::Refused, reason: reason.into(), after: None }
    }

    /// The same, with the next attempt no sooner than this.
    #[must_use]
    pub fn no_sooner(mut self, wait: DurationMs) -> Failure {
        self.after = self.after.max(Some(wait));
        self
    }

    /// What a row of the outbox is told of it.
    pub fn event(self, jitter: Jitter) -> Event {
        let (reason, after) = (self.reason.into(), self.after);
        match self.kind {
            FailureKind::Away => Event::Missed { reason, jitter, after, counts: false },
            FailureKind::Failed => Event::Missed { reason, jitter, after, counts: true },
            FailureKind::Refused => Event::Refused { reason },
        }
    }

    /// Whether the service as a whole seems not to work.
    pub fn is_outage(&self) -> bool {
        match self.kind {
            FailureKind::Away | FailureKind::Failed => true,
            FailureKind::Refused => false,
        }
    }
}

/// What `Retry-After` says (RFC 9110 §10.2.3): seconds, or a date.
pub fn retry_after(value: &str, now: Wall) -> Option<DurationMs> {
    if let Ok(seconds) = value.trim().parse::<u32>() {
        return Some(DurationMs::from_secs(seconds.into()));
    }
    let date = jiff::fmt::rfc2822::parse(value.trim()).ok()?.timestamp().as_millisecond();
    Some(DurationMs(date.saturating_sub(now.0).max(0).unsigned_abs()))
}

/// The target of `rel="next"` in a `Link` header.
pub fn next_link(value: &str) -> Option<String> {
    let next = value.split(',').find(|link| link.contains("rel=\"next\"") || link.contains("rel=next"))?;
    Some(next.split_once('<')?.1.split_once('>')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(status: u16, body: &str) -> Option<Failure> {
        let body_json = serde_json::from_str(body).unwrap_or_default();
        let reply = Reply { status, body: body_json, text: body.to_owned(), ..Reply::default() };
        let (busy, fine) = (vec!["SLOW".into()], vec!["NONE".into()]);
        let errors = Errors { at: Pointer::parse("/error"), busy, fine };
        reply.read(&errors).err()
    }

    #[test]
    fn a_status_says_whether_it_is_worth_to_ask_again() {
        assert_eq!(failure(201, "{}"), None);
        let outage =
            [401, 429, 503, 500].map(|status| failure(status, "").map(|failure| failure.is_outage()));
        assert_eq!(outage, [Some(true); 4]);
        let refused =
            [400, 404, 422, 302].map(|status| failure(status, "").map(|failure| failure.is_outage()));
        assert_eq!(refused, [Some(false); 4]);
    }

    #[test]
    fn an_error_in_a_reply_of_success_is_one() {
        let refused = failure(200, r#"{"error": "WRONG"}"#);
        let reason = "it answered 200: {\"error\": \"WRONG\"}".to_owned();
        assert_eq!(refused, Some(Failure::refused(reason)));
        let busy = failure(200, r#"{"error": "SLOW"}"#).map(|failure| failure.kind);
        assert_eq!(busy, Some(FailureKind::Away));
        assert_eq!(failure(200, r#"{"error": "NONE"}"#), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after("120", Wall(0)), Some(DurationMs(120_000)));
        let noon = jiff::Timestamp::from_second(1_795_000_000).map(|at| at.as_millisecond()).unwrap_or(0);
        assert_eq!(retry_after("Wed, 18 Nov 2026 11:07:40 GMT", Wall(noon)), Some(DurationMs(60_000)));
        assert_eq!(retry_after("soon", Wall(0)), None);
    }

    #[test]
    fn a_link_header_names_the_next_page() {
        let value = "<https://c.example/a?page=1>; rel=\"prev\", <https://c.example/a?page=3>; rel=\"next\"";
        assert_eq!(next_link(value).as_deref(), Some("https://c.example/a?page=3"));
    }
}
