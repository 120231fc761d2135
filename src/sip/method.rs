//! The method of a request (RFC 3261 §7.1).
//!
//! rsip's `Method` is the vocabulary. It stands inside our own type because it has no place for a method that it
//! does not know, and such a request must be read before it can be answered 501 (RFC 3261 §8.2.1).

use std::fmt;

pub use rsip::Method as KnownMethod;

/// A method: one of the registered ones, or any other token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// A registered method.
    Known(KnownMethod),
    /// A token that is no registered method, as it was written.
    Other(Box<str>),
}

impl Method {
    /// INVITE.
    pub const INVITE: Method = Method::Known(KnownMethod::Invite);
    /// ACK.
    pub const ACK: Method = Method::Known(KnownMethod::Ack);
    /// BYE.
    pub const BYE: Method = Method::Known(KnownMethod::Bye);
    /// CANCEL.
    pub const CANCEL: Method = Method::Known(KnownMethod::Cancel);
    /// REGISTER.
    pub const REGISTER: Method = Method::Known(KnownMethod::Register);
    /// OPTIONS.
    pub const OPTIONS: Method = Method::Known(KnownMethod::Options);
    /// NOTIFY (RFC 6665).
    pub const NOTIFY: Method = Method::Known(KnownMethod::Notify);
    /// REFER (RFC 3515).
    pub const REFER: Method = Method::Known(KnownMethod::Refer);
    /// PRACK (RFC 3262).
    pub const PRACK: Method = Method::Known(KnownMethod::PRack);
    /// INFO (RFC 6086).
    pub const INFO: Method = Method::Known(KnownMethod::Info);
    /// UPDATE (RFC 3311).
    pub const UPDATE: Method = Method::Known(KnownMethod::Update);

    /// Reads a token. Methods are case-sensitive (RFC 3261 §7.1), so `invite` is an unknown method.
    pub fn parse(token: &str) -> Method {
        let known = match token {
            "INVITE" => KnownMethod::Invite,
            "ACK" => KnownMethod::Ack,
            "BYE" => KnownMethod::Bye,
            "CANCEL" => KnownMethod::Cancel,
            "OPTIONS" => KnownMethod::Options,
            "REGISTER" => KnownMethod::Register,
            "INFO" => KnownMethod::Info,
            "UPDATE" => KnownMethod::Update,
            "PRACK" => KnownMethod::PRack,
            "REFER" => KnownMethod::Refer,
            "NOTIFY" => KnownMethod::Notify,
            "SUBSCRIBE" => KnownMethod::Subscribe,
            "MESSAGE" => KnownMethod::Message,
            "PUBLISH" => KnownMethod::Publish,
            other => return Method::Other(other.into()),
        };
        Method::Known(known)
    }

    /// The method as it is written on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Method::Known(KnownMethod::Invite) => "INVITE",
            Method::Known(KnownMethod::Ack) => "ACK",
            Method::Known(KnownMethod::Bye) => "BYE",
            Method::Known(KnownMethod::Cancel) => "CANCEL",
            Method::Known(KnownMethod::Options) => "OPTIONS",
            Method::Known(KnownMethod::Register) => "REGISTER",
            Method::Known(KnownMethod::Info) => "INFO",
            Method::Known(KnownMethod::Update) => "UPDATE",
            Method::Known(KnownMethod::PRack) => "PRACK",
            Method::Known(KnownMethod::Refer) => "REFER",
            Method::Known(KnownMethod::Notify) => "NOTIFY",
            Method::Known(KnownMethod::Subscribe) => "SUBSCRIBE",
            Method::Known(KnownMethod::Message) => "MESSAGE",
            Method::Known(KnownMethod::Publish) => "PUBLISH",
            Method::Other(token) => token,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_registered_method_reads_back_as_itself() {
        for known in KnownMethod::all() {
            let method = Method::Known(known);
            assert_eq!(Method::parse(method.as_str()), method);
            assert_eq!(method.as_str(), known.to_string());
        }
    }

    #[test]
    fn a_method_in_lower_case_is_another_method() {
        assert_eq!(Method::parse("invite"), Method::Other("invite".into()));
    }
}
