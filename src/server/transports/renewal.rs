//! Certificates that are renewed while the server runs: their files are looked at every minute, and their end is told before it comes.

use super::tls::Tls;
use crate::server::clock::Clock;
use crate::time::{DurationMs, Wall};
use std::sync::Weak;
use std::time::Duration;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(60);
/// How long before its end a certificate should have been renewed. Who renews by a program does so after two thirds of its time,
/// 30 days ahead where it is good for 90.
const NEAR: DurationMs = DurationMs::from_secs(14 * 86_400);
const DAY: DurationMs = DurationMs::from_secs(86_400);

/// What was told already.
#[derive(Debug, Default)]
struct Told {
    /// Why the files cannot be used.
    fault: Option<String>,
    /// When its end was told last.
    end: Option<Wall>,
}

/// An end that somebody should hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It comes within so many days, begun ones included.
    Near(u64),
    Passed,
}

/// Looks at the files for as long as somebody uses them. Must be called within a runtime.
pub async fn keep(tls: Weak<Tls>, clock: Clock) {
    let mut told = Told::default();
    loop {
        let Some(tls) = tls.upgrade() else { return };
        let look = move || (tls.renew().map_err(|error| error.to_string()), tls.expires());
        if let Ok((renewed, expires)) = tokio::task::spawn_blocking(look).await {
            told.renewal(renewed);
            let end = expires.and_then(|expires| told.due(expires, clock.real()));
            end.into_iter().for_each(End::tell);
        }
        tokio::time::sleep(LOOK).await;
    }
}

impl Told {
    fn renewal(&mut self, renewed: Result<bool, String>) {
        match renewed {
            Ok(false) => {}
            Ok(true) => {
                tracing::info!("the files of `tls` were read again: whoever connects from now on meets them");
                *self = Told::default();
            }
            Err(error) if self.fault.as_ref() == Some(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "the files of `tls` have changed and cannot be used; what they said before stays");
                self.fault = Some(error);
            }
        }
    }

    /// What is to be told of the end now: once a day, and nothing while it is far.
    fn due(&mut self, expires: Wall, now: Wall) -> Option<End> {
        if self.end.is_some_and(|last| now < last.after(DAY)) {
            return None;
        }
        let end = End::of(expires, now)?;
        self.end = Some(now);
        Some(end)
    }
}

impl End {
    fn of(expires: Wall, now: Wall) -> Option<End> {
        if expires <= now {
            return Some(End::Passed);
        }
        let left_ms = expires.0.abs_diff(now.0);
        (left_ms <= NEAR.0).then(|| End::Near(left_ms.div_ceil(DAY.0)))
    }

    fn tell(self) {
        match self {
            End::Near(days) => {
                tracing::warn!(
                    days,
                    "the certificate of `tls` expires: renew its files, which are looked at every minute"
                );
            }
            End::Passed => {
                tracing::error!("the certificate of `tls` has expired: whoever checks it cannot call by TLS");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Wall = Wall(1_800_000_000_000);

    #[test]
    fn an_end_is_told_two_weeks_ahead_and_by_days_that_have_begun() {
        let ends = [
            (NOW.after(NEAR).after(DurationMs(1)), None),
            (NOW.after(NEAR), Some(End::Near(14))),
            (NOW.after(DAY), Some(End::Near(1))),
            (NOW.after(DurationMs(1)), Some(End::Near(1))),
            (NOW, Some(End::Passed)),
            (Wall(i64::MIN), Some(End::Passed)),
            (Wall(i64::MAX), None),
        ];
        assert_eq!(ends.map(|(expires, _)| End::of(expires, NOW)), ends.map(|(_, end)| end));
    }

    #[test]
    fn an_end_is_told_once_a_day_until_the_certificate_is_renewed() {
        let (mut told, expires) = (Told::default(), NOW.after(DAY).after(DAY));
        let hour = DurationMs::from_secs(3600);
        let heard =
            [NOW, NOW.after(hour), NOW.after(DAY), expires.after(DAY)].map(|now| told.due(expires, now));
        assert_eq!(heard, [Some(End::Near(2)), None, Some(End::Near(1)), Some(End::Passed)]);

        told.renewal(Ok(true));
        let (later, soon) = (expires.after(DAY), expires.after(DAY).after(DAY));
        assert_eq!(
            (told.due(later.after(NEAR).after(DAY), later), told.due(soon, later)),
            (None, Some(End::Near(1)))
        );
    }
}
