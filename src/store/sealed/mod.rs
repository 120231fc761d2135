//! What is secret at rest: values and files that only a key from outside opens.
//!
//! Each value and each file has a key of its own, derived by HKDF-SHA256 (RFC 5869) from a data key and a salt of 16
//! random bytes that stands before it; what it protects is sealed by ChaCha20-Poly1305 (RFC 8439). The derived key is used
//! for one value or one file, so that a nonce only counts the pieces in it. To what something belongs, a customer's field
//! or a file's name, is authenticated with it: moved elsewhere, it does not open.

mod file;
mod keys;
mod value;

pub use file::{SealReader, SealWriter};
pub(super) use keys::{DataKey, salt};
pub use keys::{DataKeys, KeysError};
pub(super) use value::{Place, open, seal};
