//! What goes over a contact's wires is brought to a file: all legs that there are, and those that are called later.

use super::Call;
use crate::server::capture::Capture;

impl Call {
    /// Brings it to a file from now on, until the file is full or the contact over.
    pub(super) async fn begin_capture(&mut self, capture: Capture) {
        capture.hide(self.session.asks_for_secret());
        let callees =
            || self.callees.values().chain(self.outbound.as_ref().map(|outbound| outbound.callee()));
        let media = self.caller.media.into_iter().chain(callees().filter_map(|callee| callee.media));
        media.for_each(|leg| self.shared.media.capture(leg, capture.clone()));
        let legs = [self.caller.sip].into_iter().chain(callees().map(|callee| callee.sip())).collect();
        self.shared.signalling.capture(legs, capture.clone()).await;
        self.capture = Some(capture);
    }

    /// Says whether a secret is asked for, behind every step.
    pub(super) fn settle_capture(&mut self) {
        self.capture.take_if(|capture| capture.is_over());
        if let Some(capture) = &self.capture {
            capture.hide(self.session.asks_for_secret());
        }
    }

    /// The contact is over.
    pub(super) fn end_capture(&mut self) {
        self.capture.take().into_iter().for_each(|capture| capture.end());
    }
}
