//! One test a transition, named after it; times are those of RFC 3261 Table 4.

mod client;
mod invite_client;
mod invite_server;
mod server;

use super::{Action, Actions};
use crate::sip::Datagram;
use crate::time::Millis;

fn bytes(text: &str) -> Datagram {
    text.as_bytes().into()
}

fn sends(text: &str) -> Actions {
    vec![Action::Send(bytes(text))]
}

fn nothing() -> Actions {
    vec![]
}

fn at(ms: u64) -> Option<Millis> {
    Some(Millis(ms))
}
