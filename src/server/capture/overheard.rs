//! Whose messages of SIP are brought to files: legs are told apart by Call-ID.

use super::Capture;
use crate::server::transports::ListenOn;
use crate::sip::{Flow, LegId, Name, Output, Policy, scan};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// What the signalling knows of captures.
#[derive(Debug)]
pub struct Overheard {
    listeners: Vec<SocketAddr>,
    call_ids: BTreeMap<LegId, String>,
    captures: Vec<(String, Capture)>,
}

impl Overheard {
    /// Nobody listens yet.
    pub fn new(bound: &[ListenOn]) -> Overheard {
        let listeners = bound.iter().map(|on| on.address).collect();
        Overheard { listeners, call_ids: BTreeMap::new(), captures: Vec::new() }
    }

    /// A call has come in.
    pub fn came(&mut self, leg: LegId, call_id: &str) {
        self.call_ids.insert(leg, call_id.to_owned());
    }

    /// A call has been made, by what is about to be sent.
    pub fn dialled(&mut self, leg: LegId, outputs: &[Output], capture: Option<Capture>) {
        let sent = outputs.iter().find_map(|output| match output {
            Output::Send { bytes, .. } => call_id(bytes),
            Output::Event(_) => None,
        });
        let Some(call_id) = sent else { return };
        self.call_ids.insert(leg, call_id);
        if let Some(capture) = capture {
            self.listen(&[leg], &capture);
        }
    }

    /// A leg is over; what is still said of it is heard by who hears it now.
    pub fn forget(&mut self, leg: LegId) {
        self.call_ids.remove(&leg);
    }

    /// Brings the messages of legs to a file.
    pub fn listen(&mut self, legs: &[LegId], capture: &Capture) {
        self.captures.retain(|(_, capture)| !capture.is_over());
        let call_ids = legs.iter().filter_map(|leg| self.call_ids.get(leg));
        self.captures.extend(call_ids.map(|call_id| (call_id.clone(), capture.clone())));
    }

    /// A message has come.
    pub fn received(&mut self, from: Flow, bytes: &[u8]) {
        self.heard(from, bytes, |capture, local| capture.sip(from.address, local, bytes));
    }

    /// A message is sent.
    pub fn sent(&mut self, to: Flow, bytes: &[u8]) {
        self.heard(to, bytes, |capture, local| capture.sip(local, to.address, bytes));
    }

    fn heard(&mut self, peer: Flow, bytes: &[u8], bring: impl Fn(&Capture, SocketAddr)) {
        if self.captures.is_empty() {
            return;
        }
        self.captures.retain(|(_, capture)| !capture.is_over());
        let local = self.listeners.get(usize::from(peer.listener)).or(self.listeners.first());
        let (Some(local), Some(call_id)) = (local, call_id(bytes)) else { return };
        let theirs = self.captures.iter().filter(|(known, _)| *known == call_id);
        theirs.for_each(|(_, capture)| bring(capture, *local));
    }
}

fn call_id(bytes: &[u8]) -> Option<String> {
    scan(bytes, Policy::Tolerant).ok()?.first(Name::CallId).map(str::to_owned)
}
