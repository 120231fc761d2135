//! The end of a server: no new calls, and time for those that last.

use super::Service;
use std::time::Duration;

/// How long calls that are hung up because the server stops may take to say so to the far end and to the CRM.
const GOODBYE: Duration = Duration::from_secs(3);

impl Service {
    /// Takes no new calls, waits for those that last, at most `patience`, hangs up what then is left, and delivers what
    /// all of them said. Returns whether they ended in time.
    pub async fn drain(mut self, patience: Duration) -> bool {
        let _ = self.drain.send(true);
        self.taking.abort();
        self.working.iter().for_each(tokio::task::JoinHandle::abort);
        // Carriers send their calls elsewhere; those that last need no place on their lists.
        self.trunks.leave().await;
        let ended = tokio::time::timeout(patience, self.finished.recv()).await.is_ok();
        if !ended {
            let _ = self.stop.send(());
            let _ = tokio::time::timeout(GOODBYE, self.finished.recv()).await;
        }
        let recordings = self.recordings.clone();
        if !tokio::task::spawn_blocking(move || recordings.settle(GOODBYE)).await.unwrap_or(false) {
            tracing::warn!("a recording is not finished, and is made whole at the next start");
        }
        self.delivering.abort();
        self.telling.abort();
        self.watching.abort();
        self.forgetting.abort();
        let _ = self.stop_carrying.send(true);
        while self.carrying.join_next().await.is_some() {}
        self.catching_up.abort();
        if let Err(error) = self.office.journals.seal() {
            tracing::warn!(%error, "the journals are sealed at the next start");
        }
        let (store, now) = (self.office.store.clone(), self.clock.wall());
        let last = move || store.deliver(now, usize::from(u16::MAX), crate::crm::outbox::Jitter(0));
        match tokio::task::spawn_blocking(last).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "what is left in the outbox is delivered at the next start")
            }
            Err(panic) => tracing::error!(%panic, "the store failed"),
        }
        ended
    }
}
