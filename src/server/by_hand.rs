//! Hours set by hand, as the store has them: looked up every second, and taken along by each contact when it arrives.

use crate::program::{Override, Text};
use crate::store::Store;
use crate::time::Wall;
use parking_lot::RwLock;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How often the store is looked into.
const PAUSE: Duration = Duration::from_secs(1);

/// What holds instead of schedules. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct HoursByHand {
    known: Arc<RwLock<BTreeMap<Text, Override>>>,
}

impl HoursByHand {
    /// What holds at a moment.
    pub fn at(&self, now: Wall) -> BTreeMap<Text, Override> {
        let known = self.known.read();
        known
            .iter()
            .filter(|(_, set)| set.holds(now).is_some())
            .map(|(name, set)| (name.clone(), *set))
            .collect()
    }

    /// Looks into the store once. What was known stays where it cannot say.
    pub async fn look(&self, store: Arc<dyn Store>) {
        match tokio::task::spawn_blocking(move || store.hours_by_hand()).await {
            Ok(Ok(latest)) => {
                let known = latest.into_iter().filter_map(|line| Some((line.schedule, line.set?)));
                *self.known.write() = known.collect();
            }
            Ok(Err(error)) => tracing::warn!(%error, "hours set by hand could not be read"),
            Err(panic) => tracing::error!(%panic, "the store failed"),
        }
    }

    /// Keeps looking, for ever.
    pub async fn watch(self, store: Arc<dyn Store>) {
        loop {
            tokio::time::sleep(PAUSE).await;
            self.look(store.clone()).await;
        }
    }
}
