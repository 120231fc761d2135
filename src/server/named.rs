//! Messages whose descriptions name hosts where addresses stand (`c=IN IP4 media.carrier.example`, RFC 8866 §5.7).
//!
//! The signalling task looks nothing up. A message of somebody whom the settings name is held, its names are looked up in a task of
//! their own, and the message comes again with addresses in their place, or as it was where there are none:
//!
//! ```text
//!  carrier      signalling              look-up
//!    | INVITE --> | names? known? held --> |
//!    | INVITE --> | a copy: dropped        |
//!    | CANCEL --> | of that call: behind   |
//!    |            | <-- within 2 s ------- |
//!    | <-- 100 -- | INVITE, CANCEL         |
//! ```
//!
//! Whatever a name leads to is judged as if the far end had written it: a group is refused, a foreign host gets media as
//! [`Latch`](crate::media::latch::Latch) decides. Strangers have nothing looked up.

use super::trunks::Finder;
use crate::sip::sdp::{self, Named};
use crate::sip::{self, Flow, Policy};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long names are looked up: a far end that hears nothing for so long has sent its INVITE three times.
const WITHIN: Duration = Duration::from_secs(2);
/// Calls of which something is held. Beyond that names are refused.
const CALLS: usize = 64;
/// Messages of one call that are held, without copies; more are lost, as datagrams may be.
const MESSAGES: usize = 8;

/// What is held, and who looks names up.
pub(super) struct Names {
    finder: Option<Arc<Finder>>,
    held: BTreeMap<String, Vec<(Vec<u8>, Flow)>>,
    found: mpsc::Sender<Found>,
}

/// What was found for one call.
pub(super) struct Found {
    call_id: String,
    addresses: Vec<(Named, IpAddr)>,
}

impl Names {
    /// Looks names up with `finder`, or not at all; what is found comes out of the receiver.
    pub fn new(finder: Option<Finder>) -> (Names, mpsc::Receiver<Found>) {
        let (found, inbox) = mpsc::channel(CALLS);
        (Names { finder: finder.map(Arc::new), held: BTreeMap::new(), found }, inbox)
    }

    /// Whether a message is held: its names are being looked up, or those of a message of its call before it. `is_known` says
    /// whether the settings name its sender.
    pub fn hold(&mut self, bytes: &[u8], from: Flow, is_known: impl FnOnce() -> bool) -> bool {
        let Some(finder) = &self.finder else { return false };
        let names = sdp::names(bytes);
        if names.is_empty() && self.held.is_empty() {
            return false;
        }
        let Some(call_id) = call_id(bytes) else { return false };
        if let Some(held) = self.held.get_mut(&call_id) {
            let is_copy = held.iter().any(|(known, source)| known == bytes && *source == from);
            if !is_copy && held.len() < MESSAGES {
                held.push((bytes.to_vec(), from));
            }
            return true;
        }
        if names.is_empty() || self.held.len() >= CALLS || !is_known() {
            return false;
        }
        let (finder, found) = (finder.clone(), self.found.clone());
        self.held.insert(call_id.clone(), vec![(bytes.to_vec(), from)]);
        tokio::spawn(async move {
            let addresses = addresses(&finder, names).await;
            // The signalling may have ended.
            let _ = found.send(Found { call_id, addresses }).await;
        });
        true
    }

    /// What was held of a call, with what was found in the place of names.
    pub fn release(&mut self, found: Found) -> Vec<(Vec<u8>, Flow)> {
        let held = self.held.remove(&found.call_id).unwrap_or_default();
        let put = |(bytes, from): (Vec<u8>, Flow)| (sdp::with_addresses(&bytes, &found.addresses), from);
        held.into_iter().map(put).collect()
    }
}

/// The first address of each name, of the kind that is asked for.
async fn addresses(finder: &Finder, names: Vec<Named>) -> Vec<(Named, IpAddr)> {
    let mut found = Vec::new();
    let until = tokio::time::Instant::now() + WITHIN;
    for named in names {
        let looked_up = tokio::time::timeout_at(until, finder.addresses(&named.name)).await;
        let fits = |address: &IpAddr| address.is_ipv6() == named.is_ipv6 && !address.is_unspecified();
        match looked_up.ok().and_then(|addresses| addresses.into_iter().find(fits)) {
            Some(address) => found.push((named, address)),
            None => tracing::warn!(name = named.name, "the host of a far end's media is not found"),
        }
    }
    found
}

/// The call of a message; nothing where it is no SIP.
fn call_id(bytes: &[u8]) -> Option<String> {
    let message = sip::scan(bytes, Policy::Tolerant).ok()?;
    message.call_id().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests;
