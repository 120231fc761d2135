//! Keys that we send by INFO, in bodies of `application/dtmf-relay`: for far ends that take them no other way.
//!
//! One INFO is out at a time, so that no network changes the order of the keys.

use super::send::Within;
use super::table::Purpose;
use super::{Endpoint, Event, LegId};
use crate::sip::Method;
use crate::time::Millis;

/// How long a key is said to be held, in milliseconds.
const HELD_MS: u32 = 160;
/// Keys that may wait; more are dropped, as in the media.
const MOST_KEYS: usize = 64;

impl Endpoint {
    /// Sends keys behind those that are being sent. The end of all is told, also where the leg cannot take them.
    pub(super) fn press(&mut self, now: Millis, id: LegId, keys: &str) {
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| leg.is_up() && !leg.ended) else {
            return self.report(id, Event::KeysSent { leg: id });
        };
        let is_idle = leg.keys.is_empty();
        leg.keys.extend(keys.chars().take(MOST_KEYS.saturating_sub(leg.keys.len())));
        if is_idle {
            self.next_key(now, id);
        }
    }

    /// Whatever became of the last key, the next one is sent.
    pub(super) fn on_key_answered(&mut self, now: Millis, id: LegId) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.keys.pop_front();
            self.next_key(now, id);
        }
    }

    fn next_key(&mut self, now: Millis, id: LegId) {
        let Some(to) = self.leg_destination(id) else { return };
        let Some(leg) = self.legs.get(&id).filter(|leg| leg.is_up()) else { return };
        let (Some(key), Some(mut dialog)) = (leg.keys.front().copied(), leg.dialog.clone()) else {
            return self.report(id, Event::KeysSent { leg: id });
        };
        let Within { draft, key: answers } = self.within(&mut dialog, to, &Method::INFO);
        let body = format!("Signal={key}\r\nDuration={HELD_MS}\r\n");
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.dialog = Some(dialog);
        }
        let info = draft.with_body("application/dtmf-relay", body).encode();
        self.start_client(now, to, answers, Purpose::Key(id), info);
    }
}
