//! What a stranger may make us hold, and how strictly the grammar is kept.
//!
//! Every limit is checked before anything is allocated for the thing it limits.

/// Largest message that is read, in bytes: the largest UDP payload, rounded up.
pub const MAX_MESSAGE_BYTES: usize = 65_536;

/// Most header fields in one message.
pub const MAX_HEADERS: usize = 256;

/// Longest header field, name and folded lines included, in bytes.
pub const MAX_HEADER_BYTES: usize = 8_192;

/// Largest session description that is read, in bytes.
pub const MAX_SDP_BYTES: usize = 16_384;

/// Most media sections in one session description.
pub const MAX_SDP_MEDIA: usize = 32;

/// Most parameters of one URI or one header value.
pub const MAX_PARAMETERS: usize = 64;

/// Most that is kept of the requests of far ends until copies of them have ceased (32 s), in octets: what two thousand short calls
/// a second leave behind.
pub const MAX_HELD: usize = 128 << 20;

/// How strictly the grammar of RFC 3261 §25 is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Reads what real telephones send: line breaks before the start line, bare LF, `#` and other unescaped
    /// characters in a user part, text that is not UTF-8 (replaced by U+FFFD).
    #[default]
    Tolerant,
    /// Refuses all of these.
    Strict,
}
