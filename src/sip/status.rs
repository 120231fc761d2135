//! The status of a response (RFC 3261 §7.2, §21).
//!
//! A code is any number from 100 to 699. The registered ones and their names are rsip's; its names are joined
//! words (`BusyHere`), so the phrase for the wire is made from them here.

use std::fmt;

/// A status code, 100 to 699.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Status(u16);

macro_rules! statuses {
    ($($name:ident = $code:literal),+ $(,)?) => {
        impl Status {
            $(#[doc = concat!("Status ", stringify!($code), ".")] pub const $name: Status = Status($code);)+
        }
    };
}

statuses! {
    TRYING = 100, RINGING = 180, SESSION_PROGRESS = 183, OK = 200, ACCEPTED = 202, MOVED_TEMPORARILY = 302,
    BAD_REQUEST = 400, UNAUTHORIZED = 401, FORBIDDEN = 403, NOT_FOUND = 404, METHOD_NOT_ALLOWED = 405, NOT_ACCEPTABLE = 406,
    PROXY_AUTHENTICATION_REQUIRED = 407, REQUEST_TIMEOUT = 408, UNSUPPORTED_MEDIA_TYPE = 415,
    UNSUPPORTED_URI_SCHEME = 416, BAD_EXTENSION = 420, SESSION_INTERVAL_TOO_SMALL = 422, INTERVAL_TOO_BRIEF = 423,
    USE_IDENTITY_HEADER = 428, BAD_IDENTITY_INFO = 436, UNSUPPORTED_CREDENTIAL = 437, INVALID_IDENTITY_HEADER = 438,
    BAD_INFO_PACKAGE = 469,
    TEMPORARILY_UNAVAILABLE = 480, NO_SUCH_CALL = 481, LOOP_DETECTED = 482, TOO_MANY_HOPS = 483, BUSY_HERE = 486,
    REQUEST_TERMINATED = 487, NOT_ACCEPTABLE_HERE = 488, BAD_EVENT = 489, REQUEST_PENDING = 491,
    SERVER_INTERNAL_ERROR = 500, NOT_IMPLEMENTED = 501, SERVICE_UNAVAILABLE = 503, SERVER_TIMEOUT = 504,
    VERSION_NOT_SUPPORTED = 505, MESSAGE_TOO_LARGE = 513, DECLINE = 603,
}

impl Status {
    /// A status of this code; `None` outside 100 to 699.
    pub fn new(code: u16) -> Option<Status> {
        (100..700).contains(&code).then_some(Status(code))
    }

    /// The number.
    pub fn code(self) -> u16 {
        self.0
    }

    /// Whether this answer is not the last one (1xx).
    pub fn is_provisional(self) -> bool {
        self.0 < 200
    }

    /// Whether the request was carried out (2xx).
    pub fn is_success(self) -> bool {
        (200..300).contains(&self.0)
    }

    /// The phrase that stands beside the code; only for people to read (RFC 3261 §7.2).
    pub fn reason(self) -> String {
        if self == Status::OK {
            return "OK".into();
        }
        match rsip::StatusCode::from(self.0) {
            rsip::StatusCode::CallTransactionDoesNotExist => "Call/Transaction Does Not Exist".into(),
            rsip::StatusCode::Other(..) => class_phrase(self.0).into(),
            named => spaced(&format!("{named:?}")),
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A space before each capital that follows a small letter: `BusyHere` becomes `Busy Here`.
fn spaced(name: &str) -> String {
    let mut phrase = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && after_small {
            phrase.push(' ');
        }
        after_small = letter.is_ascii_lowercase();
        phrase.push(letter);
    }
    phrase
}

fn class_phrase(code: u16) -> &'static str {
    match code / 100 {
        1 => "Progress",
        2 => "OK",
        3 => "Redirect",
        4 => "Request Failure",
        5 => "Server Failure",
        _ => "Global Failure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_reads_as_the_standard_writes_it() {
        let phrase = |code| Status::new(code).map(Status::reason).unwrap_or_default();
        assert_eq!(phrase(200), "OK");
        assert_eq!(phrase(486), "Busy Here");
        assert_eq!(phrase(481), "Call/Transaction Does Not Exist");
        assert_eq!(phrase(499), "Request Failure");
    }

    #[test]
    fn a_code_outside_the_classes_is_no_status() {
        assert_eq!(Status::new(99), None);
        assert_eq!(Status::new(700), None);
    }
}
