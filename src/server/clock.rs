//! The one place that reads a clock.

use crate::crm::outbox::Jitter;
use crate::time::{DurationMs, Millis, Wall};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The process's clock: monotonic milliseconds since it was made, and the calendar.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Instant,
    /// The system's calendar at the origin.
    began: Wall,
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
        let unshifted = Clock { origin: Instant::now(), began: system(), shift_ms: 0 };
        Clock { shift_ms: wall.map_or(0, |wall| wall.0.saturating_sub(unshifted.wall().0)), ..unshifted }
    }

    /// The same clock with its zero so long ago that it is this late now; this one where the machine has not run that long.
    pub fn ahead_by(self, length: DurationMs) -> Clock {
        let Some(origin) = Instant::now().checked_sub(length.to_std()) else { return self };
        let earlier = i64::try_from(self.origin.saturating_duration_since(origin).as_millis()).unwrap_or(0);
        Clock { origin, began: Wall(self.began.0.saturating_sub(earlier)), ..self }
    }

    /// The moment on the monotonic clock.
    pub fn now(&self) -> Millis {
        Millis(u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// The moment on the calendar.
    pub fn wall(&self) -> Wall {
        Wall(system().0.saturating_add(self.shift_ms))
    }

    /// The moment on a calendar that nobody sets: for what is waited for in memory. It says nothing to anybody else.
    pub fn steady(&self) -> Wall {
        self.began.after(DurationMs(self.now().0))
    }

    /// By how many milliseconds somebody has set the system's calendar forward since this clock began; negative for back.
    pub fn set_by_ms(&self) -> i64 {
        self.real().0.saturating_sub(self.steady().0)
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

/// The system's calendar.
fn system() -> Wall {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Wall(since.map_or(0, |length| i64::try_from(length.as_millis()).unwrap_or(i64::MAX)))
}

/// How often it is looked whether the calendar was set.
const LOOK: Duration = Duration::from_secs(5);
/// What a calendar is set by without a word, as a time server does it that keeps a machine in step.
const IN_STEP_MS: u64 = 2000;

/// Says when somebody sets the system's calendar, for ever: what is to be done at a time is done by it, and a log read later
/// makes no sense without.
pub async fn watch(clock: Clock) {
    let mut known = clock.set_by_ms();
    loop {
        tokio::time::sleep(LOOK).await;
        let by_ms = clock.set_by_ms();
        if by_ms.abs_diff(known) > IN_STEP_MS {
            tracing::warn!(by_ms = by_ms.saturating_sub(known), "the system's clock was set");
            known = by_ms;
        }
    }
}

/// Waits for an instant; for ever where there is none.
pub async fn sleep_until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant.into()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_moved_ahead_was_set_by_nobody() {
        let shifted = Clock::start_at(Some(Wall(1_000_000)));
        for clock in [Clock::start(), shifted, Clock::start().ahead_by(DurationMs(50))] {
            assert!(clock.set_by_ms().abs() < 2000, "{clock:?}");
            assert!(clock.steady().0.abs_diff(clock.real().0) < 2000, "{clock:?}");
        }
    }

    #[test]
    fn a_calendar_that_is_set_moves_no_steady_one() {
        let clock = Clock::start();
        // As if the system's calendar had been five hours behind when the clock began.
        let set = Clock { began: Wall(clock.began.0 - 5 * 3_600_000), ..clock };
        assert!(set.set_by_ms().abs_diff(5 * 3_600_000) < 2000);
        assert!(set.steady().0.abs_diff(set.began.0) < 2000);
    }
}
