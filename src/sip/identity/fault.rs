//! What can be wrong with a signature, and what whoever sent it is told.

use crate::sip::Status;
use thiserror::Error;

/// Why a signature counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// The header field or the token in it cannot be read.
    #[error("the token cannot be read")]
    Malformed,
    /// It was made more than a minute before or after now.
    #[error("the token is not of this minute")]
    Stale,
    /// It was shown before, in another call.
    #[error("the token was used for another call")]
    Replayed,
    /// It is for another caller.
    #[error("the token is for another caller")]
    OtherCaller,
    /// It is for somebody else who is called.
    #[error("the token is for another number that was called")]
    OtherCalled,
    /// Its certificate may not be fetched from there, or could not.
    #[error("the certificate cannot be fetched")]
    Unfetched,
    /// What was fetched is no certificate, or one whose key does not fit.
    #[error("the certificate cannot be used")]
    Unusable,
    /// The certificate is not valid now.
    #[error("the certificate is not valid now")]
    Expired,
    /// No authority that is known stands behind the certificate.
    #[error("no authority that is known stands behind the certificate")]
    UnknownAuthority,
    /// The certificate is for other numbers.
    #[error("the certificate is for other numbers")]
    OtherNumbers,
    /// The signature is not the certificate's.
    #[error("the signature is wrong")]
    WrongSignature,
}

impl Fault {
    /// The answer to the INVITE, where it is refused for this (RFC 8224 §6.2.2).
    pub fn status(self) -> Status {
        match self {
            Fault::Stale | Fault::Replayed => Status::FORBIDDEN,
            Fault::Unfetched => Status::BAD_IDENTITY_INFO,
            Fault::Unusable | Fault::Expired | Fault::UnknownAuthority | Fault::OtherNumbers => {
                Status::UNSUPPORTED_CREDENTIAL
            }
            Fault::Malformed | Fault::OtherCaller | Fault::OtherCalled | Fault::WrongSignature => {
                Status::INVALID_IDENTITY_HEADER
            }
        }
    }
}
