//! What the owner of an endpoint decides.

use crate::sip::limits::Policy;
use crate::sip::sdp::Codec;
use crate::time::DurationMs;
use std::net::SocketAddr;

/// Settings of an [`Endpoint`](super::Endpoint).
#[derive(Clone, Debug)]
pub struct Config {
    /// The address that the far end sends to: written into Via and Contact. Never the wildcard address.
    pub sent_by: SocketAddr,
    /// The product's name, in Server and User-Agent.
    pub user_agent: String,
    /// Most legs at a time, both directions together, those included that are being torn down. Beyond it an INVITE
    /// or OPTIONS is answered 503.
    pub max_calls: usize,
    /// The longest that a leg lives, from its INVITE on. At its end the leg is hung up.
    pub max_call: DurationMs,
    /// What a 503 tells the far end to wait, in seconds.
    pub retry_after_s: u32,
    /// The codecs that an offer must have one of; without, it is answered 488 before anyone hears of it.
    pub codecs: Vec<Codec>,
    /// Where requests within a call go: `true` to where the far end's messages come from, which reaches telephones
    /// behind address translation; `false` to the next hop of RFC 3261 §12.2.1.1 if that is an IP literal.
    pub symmetric: bool,
    /// Whether anybody may call, so that the address in an INVITE may be a victim's: `true` sends a 2xx at most
    /// twice and a refusal once while no ACK has proved the caller to be there, and gives such a call up without a
    /// BYE. The standard wants eleven copies and the BYE (RFC 3261 §13.3.1.4), which is right where the sources are
    /// known.
    pub open: bool,
    /// How strictly the grammar is kept.
    pub policy: Policy,
}

impl Config {
    /// The defaults at this address: 1000 calls of at most 4 hours, G.711, symmetric, for known sources, tolerant.
    pub fn new(sent_by: SocketAddr) -> Config {
        Config {
            sent_by,
            user_agent: "callwright".to_owned(),
            max_calls: 1000,
            max_call: DurationMs::from_secs(4 * 3600),
            retry_after_s: 5,
            codecs: vec![Codec::Pcma, Codec::Pcmu],
            symmetric: true,
            open: false,
            policy: Policy::Tolerant,
        }
    }
}
