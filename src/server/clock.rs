//! The one place that reads a clock.

use crate::crm::outbox::Jitter;
use crate::time::{DurationMs, Millis, Wall};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The process's clock: monotonic milliseconds since it was made, and the calendar.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Instant,
    /// From the system's calendar to this one's.
    shift_ms: i64,
}

impl Clock {
    /// A clock whose zero is now.
    pub fn start() -> Clock {
        Clock::start_at(None)
    }

    /// A clock whose zero is now, and whose calendar begins at a moment of the caller's choice: to try the hours of a program
    /// with real calls.
    pub fn start_at(wall: Option<Wall>) -> Clock {
        let unshifted = Clock { origin: Instant::now(), shift_ms: 0 };
        Clock { shift_ms: wall.map_or(0, |wall| wall.0.saturating_sub(unshifted.wall().0)), ..unshifted }
    }

    /// The same clock with its zero so long ago that it is this late now; this one where the machine has not run that long.
    pub fn ahead_by(self, length: DurationMs) -> Clock {
        let origin = Instant::now().checked_sub(length.to_std());
        Clock { origin: origin.unwrap_or(self.origin), ..self }
    }

    /// The moment on the monotonic clock.
    pub fn now(&self) -> Millis {
        Millis(u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// The moment on the calendar.
    pub fn wall(&self) -> Wall {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let real = since.map_or(0, |length| i64::try_from(length.as_millis()).unwrap_or(i64::MAX));
        Wall(real.saturating_add(self.shift_ms))
    }

    /// The moment on the system's own calendar, whatever this one begins at: far ends have no other.
    pub fn real(&self) -> Wall {
        Wall(self.wall().0.saturating_sub(self.shift_ms))
    }

    /// What shifts waits that begin at a moment, so that those of several nodes do not fall together.
    pub fn jitter(at: Wall) -> Jitter {
        Jitter(u16::try_from(at.0.rem_euclid(1000)).unwrap_or(0))
    }

    /// The runtime's instant of a moment.
    pub fn instant(&self, at: Millis) -> Instant {
        self.origin + DurationMs(at.0).to_std()
    }
}

/// Waits for an instant; for ever where there is none.
pub async fn sleep_until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant.into()).await,
        None => std::future::pending().await,
    }
}
