//! Retention: what a running server lets go once it is old enough, an hour after an hour, a little at a time.
//!
//! What goes of the database is decided by the same code as `callwright crm retain` ([`crate::store::Retention`]); journals go
//! segment by segment, recordings file by file. Whatever went is in the trail that `callwright crm looks` shows.

mod config;

pub use config::{Length, RetentionConfig};

use super::clock::Clock;
use super::ledger::Office;
use crate::store::{Kept, Look, Store, StoreError};
use crate::time::{DurationMs, Wall};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// Between two rounds.
const ROUND: Duration = Duration::from_secs(3600);
/// What the system's calendar may be set forward by while the server runs. What is forgotten does not come back when whoever
/// mistook the year sees it.
const FARTHEST_MS: i64 = 30 * 24 * 3_600_000;
/// Before the first one: a server that starts has more urgent things to do.
const FIRST: Duration = Duration::from_secs(60);
/// Between two pieces of a round, so that calls never wait behind a row of them.
const BREATH: Duration = Duration::from_millis(100);
/// Who does it, in the trail.
const BY: &str = "retention";

/// Lets go what is old, for ever. A server whose calendar is only tried (`at`) must not run this.
pub async fn keep(config: RetentionConfig, data: PathBuf, office: Office, clock: Clock) {
    if config == RetentionConfig::default() {
        return;
    }
    tokio::time::sleep(FIRST).await;
    loop {
        round(&config, &data, &office, clock).await;
        tokio::time::sleep(ROUND).await;
    }
}

/// One round.
pub(super) async fn round(config: &RetentionConfig, data: &Path, office: &Office, clock: Clock) {
    let set_by_ms = clock.set_by_ms();
    if !is_credible(set_by_ms) {
        return tracing::warn!(
            set_by_ms,
            "nothing is forgotten: the system's clock was set forward by more than a month; start the server anew if it is right"
        );
    }
    let kinds = [(Kept::Contacts, config.contacts), (Kept::Cases, config.cases), (Kept::Audit, config.audit)];
    for (kind, length) in kinds {
        let Some(length) = length else { continue };
        forget(kind, length, &office.store, clock).await;
    }
    if let Some(length) = config.journals {
        let (journals, store, now) = (office.journals.clone(), office.store.clone(), clock.wall());
        let gone = move || note(&*store, &journals.remove_older(length.0), "journals", length, now);
        blocking("journals", gone).await;
    }
    if let Some(length) = config.recordings {
        let (folder, store, now) = (data.join("recordings"), office.store.clone(), clock.wall());
        let gone = move || {
            note(&*store, &old_recordings(&folder, before(now, length.0))?, "recordings", length, now)
        };
        blocking("recordings", gone).await;
    }
}

/// Whether a calendar that was set by so much may decide what is old.
fn is_credible(set_by_ms: i64) -> bool {
    set_by_ms <= FARTHEST_MS
}

/// All of a kind in the database that is too old, piece by piece.
async fn forget(kind: Kept, length: Length, store: &Arc<dyn Store>, clock: Clock) {
    loop {
        let (store, now) = (store.clone(), clock.wall());
        let look = look(kind.word(), length, now);
        let done =
            tokio::task::spawn_blocking(move || store.forget(kind, before(now, length.0), &look)).await;
        match done {
            Ok(Ok(0)) => return,
            Ok(Ok(count)) => tracing::info!(kind = kind.word(), count, "what was old enough is forgotten"),
            Ok(Err(error)) => return tracing::warn!(kind = kind.word(), %error, "nothing could be forgotten"),
            Err(panic) => return tracing::error!(%panic, "the store failed"),
        }
        tokio::time::sleep(BREATH).await;
    }
}

async fn blocking(what: &'static str, work: impl FnOnce() -> Result<usize, RemovalError> + Send + 'static) {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(0)) => {}
        Ok(Ok(count)) => tracing::info!(what, count, "what was old enough is gone"),
        Ok(Err(error)) => {
            tracing::warn!(what, %error, "what was old enough could not be removed, or not be noted")
        }
        Err(panic) => tracing::error!(%panic, "the removal failed"),
    }
}

/// Why something could not be removed.
#[derive(Debug, thiserror::Error)]
enum RemovalError {
    #[error(transparent)]
    Disk(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes down what went: files are nobody's in the trail, their names say whose they were.
fn note(
    store: &dyn Store,
    gone: &[String],
    what: &str,
    length: Length,
    now: Wall,
) -> Result<usize, RemovalError> {
    for name in gone {
        let look = look(what, length, now);
        store.note_removal(&Look { what: format!("{} {name}", look.what).into(), ..look })?;
    }
    Ok(gone.len())
}

fn look(what: &str, length: Length, at: Wall) -> Look {
    let because = format!("older than {length}");
    Look {
        at,
        by: BY.into(),
        what: format!("retain {what}").into(),
        customer: "".into(),
        because: because.into(),
    }
}

fn before(now: Wall, length: DurationMs) -> Wall {
    Wall(now.0.saturating_sub_unsigned(length.0))
}

/// Removes recordings that were last written before a moment, and folders that are empty then; their names.
fn old_recordings(folder: &Path, before: Wall) -> io::Result<Vec<String>> {
    let mut gone = Vec::new();
    if !folder.is_dir() {
        return Ok(gone);
    }
    for entry in std::fs::read_dir(folder)? {
        let contact = entry?;
        // What is being written is not old, whatever its clock says.
        if contact.file_name() == "open" || !contact.file_type()?.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(contact.path())? {
            let file = file?;
            let written = file.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            if i64::try_from(written.as_millis()).is_ok_and(|written| written < before.0) {
                std::fs::remove_file(file.path())?;
                let (contact, file) = (contact.file_name(), file.file_name());
                gone.push(format!("{}/{}", contact.to_string_lossy(), file.to_string_lossy()));
            }
        }
        if std::fs::read_dir(contact.path())?.next().is_none() {
            std::fs::remove_dir(contact.path())?;
        }
    }
    gone.sort_unstable();
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_calendar_that_is_years_ahead_makes_nothing_old() {
        let days = |count: i64| count * 24 * 3_600_000;
        assert_eq!(
            [0, -days(4000), days(2), days(31), days(3650)].map(is_credible),
            [true, true, true, false, false]
        );
    }

    #[test]
    fn old_recordings_go_and_young_ones_and_those_being_written_stay() -> io::Result<()> {
        let folder = std::env::temp_dir().join(format!("callwright-retention-{}", std::process::id()));
        let old = UNIX_EPOCH + Duration::from_secs(1_000);
        for (name, is_old) in [
            ("c-1/call-1.wav", true),
            ("c-2/call-1.wav", true),
            ("c-2/message-3.wav", false),
            ("open/c-3.call-1.wav", true),
        ] {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            let file = fs::File::create(&path)?;
            if is_old {
                file.set_modified(old)?;
            }
        }
        let gone = old_recordings(&folder, Wall(1_000_001));
        let left = ["c-1", "c-2/call-1.wav", "c-2/message-3.wav", "open/c-3.call-1.wav"]
            .map(|name| folder.join(name).exists());
        fs::remove_dir_all(&folder)?;
        assert_eq!(gone?, ["c-1/call-1.wav", "c-2/call-1.wav"]);
        assert_eq!(left, [false, false, true, true]);
        assert!(old_recordings(&folder, Wall(i64::MAX))?.is_empty());
        Ok(())
    }
}
