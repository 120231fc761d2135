//! What the owner of an endpoint decides.

use crate::sip::limits::{MAX_HELD, Policy};
use crate::sip::sdp::Codec;
use crate::sip::session_timer::{MIN_INTERVAL_S, SessionPolicy};
use crate::sip::{Flow, Listener, Network, Source, Transport};
use crate::time::DurationMs;
use std::net::SocketAddr;
use std::sync::Arc;

/// Settings of an [`Endpoint`](super::Endpoint).
#[derive(Clone, Debug)]
pub struct Config {
    /// Our addresses. A [`Flow`] names one by its place here; there is at least one.
    pub listeners: Vec<Listener>,
    /// The product's name, in Server and User-Agent.
    pub user_agent: String,
    /// Most legs at a time, both directions together, those included that are being torn down. Beyond it an INVITE
    /// or OPTIONS is answered 503.
    pub max_calls: usize,
    /// The longest that a leg lives, from its INVITE on. At its end the leg is hung up.
    pub max_call: DurationMs,
    /// Most that is kept of requests, refused ones included, until copies of them have ceased (32 s), in octets. Strangers may
    /// fill a quarter of it, a neighbourhood of them a sixteenth; beyond it they get 503.
    pub max_held: usize,
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
    /// Who may begin something with us: whoever else tries gets one 403 and nothing is kept of it. `None` lets anybody.
    pub sources: Option<Vec<Source>>,
    /// Who is no stranger beside those who may begin something: where anybody may, they are served before the others.
    pub known: Vec<Network>,
    /// Whose word about others is taken: what they assert of identities, and requests that change who talks to whom. Their
    /// addresses count as proven where [`Config::open`] asks for proof.
    pub trusted: Vec<Network>,
    /// Session timers (RFC 4028); `None` asks for none and grants none.
    pub session: Option<SessionPolicy>,
    /// How strictly the grammar is kept.
    pub policy: Policy,
}

impl Config {
    /// The defaults with one listener, UDP at this address: 1000 calls of at most 4 hours, 128 MB of requests, G.711, symmetric, for known sources, tolerant.
    pub fn new(sent_by: SocketAddr) -> Config {
        Config {
            listeners: vec![Listener { transport: Transport::Udp, sent_by }],
            user_agent: "callwright".to_owned(),
            max_calls: 1000,
            max_call: DurationMs::from_secs(4 * 3600),
            max_held: MAX_HELD,
            retry_after_s: 5,
            codecs: vec![Codec::Pcma, Codec::Pcmu],
            symmetric: true,
            open: false,
            sources: None,
            known: Vec::new(),
            trusted: Vec::new(),
            session: Some(SessionPolicy { interval_s: 1800, min_s: MIN_INTERVAL_S }),
            policy: Policy::Tolerant,
        }
    }

    /// Whether somebody there may begin something with us, and under which name.
    pub(super) fn admits(&self, flow: Flow) -> (bool, Option<Arc<str>>) {
        let Some(sources) = &self.sources else { return (true, None) };
        let found = sources.iter().find(|source| source.network.holds(flow.address.ip()));
        (found.is_some(), found.map(|source| source.name.clone()))
    }

    /// What we call ourselves towards a far end: the first listener's address where its own is unknown.
    pub(super) fn sent_by(&self, flow: Flow) -> SocketAddr {
        let listener = self.listeners.get(usize::from(flow.listener)).or(self.listeners.first());
        listener.map_or(flow.address, |listener| listener.sent_by)
    }
}
