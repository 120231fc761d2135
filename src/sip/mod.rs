//! SIP as a machine without sockets: messages, transactions, dialogs, session descriptions, calls.
//!
//! A driver moves datagrams and time in and out of an [`Endpoint`]; everything else happens here, and the same bytes
//! at the same times give the same bytes. Where the line to the message crate rsip runs:
//!
//! 1. Received bytes are read by our own scanner ([`Message`]) and our own views ([`Uri`], [`Via`], [`NameAddr`]),
//!    because rsip refuses what the standards allow: `tel:`, IPv6, contact lists, folded fields, unknown methods.
//! 2. Methods and status codes are rsip's, inside types of ours that also hold the unregistered ones.
//! 3. What we send is written straight into its text (`draft.rs`).
//! 4. Session descriptions are read and written by `sdp-types`; offer and answer are ours ([`sdp`]).
//! 5. Nothing outside this folder names rsip or `sdp-types`, so that either can be replaced here.

mod allowance;
mod check;
mod dialog;
pub mod digest;
mod draft;
mod endpoint;
mod flow;
mod grammar;
mod host;
#[cfg(feature = "stir")]
pub mod identity;
pub mod limits;
mod message;
mod method;
mod name_addr;
mod network;
mod registrar;
mod registration;
mod replaces;
pub mod sdp;
mod session_timer;
mod status;
pub mod stream;
pub mod transaction;
mod uri;
mod via;

pub use draft::Datagram;
pub use endpoint::{
    Ask, AskId, Command, Config, Dial, End, Endpoint, Event, Incoming, LegId, Output, Outputs, PingId,
    Presence, ReferNews, Referral, Rejection, Reply, Standing, TakeUp, TurnedAway,
};
pub use flow::{Flow, Listener, Transport};
pub use grammar::Params;
pub use host::Host;
pub use limits::Policy;
pub use message::{CSeq, Diversion, Malformed, Message, Name, Reason, ScanError, ViewError, scan};
pub use method::{KnownMethod, Method};
pub use name_addr::NameAddr;
pub use network::{Network, NetworkError, Source, site};
pub use registrar::{Binding, Registrar};
pub use registration::{Registration, Step};
pub use session_timer::SessionPolicy;
pub use status::Status;
pub use uri::{SipUri, TelUri, Uri, UriError};
pub use via::Via;
