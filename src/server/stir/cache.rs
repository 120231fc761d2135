//! Certificates that were fetched: each once for all calls that want it, and again when it is old.

use super::fetch::{Fetched, Fetcher};
use crate::server::clock::Clock;
use crate::sip::identity::{Chain, Fault};
use crate::time::{DurationMs, Millis};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

/// Addresses that are remembered.
const MOST: usize = 1000;
/// Certificates that are fetched at a time.
const AT_A_TIME: usize = 8;
/// How long one is kept whose server does not say.
const USUAL: Duration = Duration::from_secs(3600);
/// How long one is kept at least, and how long a failure is remembered.
const SHORTEST: Duration = Duration::from_secs(60);
/// How long one is kept at most.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What was fetched, and what is being fetched. Clones share it.
#[derive(Clone)]
pub(super) struct Cache {
    fetcher: Fetcher,
    clock: Clock,
    permits: Arc<Semaphore>,
    held: Arc<Mutex<BTreeMap<String, watch::Receiver<Option<Held>>>>>,
}

#[derive(Clone, Debug)]
struct Held {
    chain: Result<Arc<Chain>, Fault>,
    until: Millis,
}

impl Cache {
    pub fn new(fetcher: Fetcher, clock: Clock) -> Cache {
        Cache { fetcher, clock, permits: Arc::new(Semaphore::new(AT_A_TIME)), held: Arc::default() }
    }

    /// The certificate at an address. Fetching goes on if whoever asks does not wait for it: the next one has it then.
    ///
    /// # Errors
    /// [`Fault::Unfetched`], [`Fault::Unusable`].
    pub async fn chain(&self, url: &str) -> Result<Arc<Chain>, Fault> {
        let mut outcome = self.outcome(url);
        let held = outcome.wait_for(Option::is_some).await.map(|held| held.clone());
        held.ok().flatten().map_or(Err(Fault::Unfetched), |held| held.chain)
    }

    /// What is known of an address, or will be.
    fn outcome(&self, url: &str) -> watch::Receiver<Option<Held>> {
        let now = self.clock.now();
        let is_good = |outcome: &watch::Receiver<Option<Held>>| {
            // Of what is still being fetched nobody knows how long it is good.
            outcome.borrow().as_ref().is_none_or(|held| held.until > now)
        };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = held.get(url).filter(|outcome| is_good(outcome)) {
            return outcome.clone();
        }
        if held.len() >= MOST {
            held.retain(|_, outcome| is_good(outcome));
            if held.len() >= MOST {
                held.pop_first();
            }
        }
        let (tell, outcome) = watch::channel(None);
        held.insert(url.to_owned(), outcome.clone());
        tokio::spawn(self.clone().fetch(url.to_owned(), tell));
        outcome
    }

    async fn fetch(self, url: String, tell: watch::Sender<Option<Held>>) {
        let _permit = self.permits.acquire().await;
        let (chain, keep) = match self.fetcher.fetch(&url).await {
            Ok(Fetched { bytes, keep }) => (Chain::read(&bytes).map(Arc::new), keep.unwrap_or(USUAL)),
            Err(fault) => (Err(fault), SHORTEST),
        };
        let left = match &chain {
            Ok(chain) => chain.expires().0.saturating_sub(self.clock.real().0),
            Err(_) => 0,
        };
        let left = Duration::from_millis(u64::try_from(left).unwrap_or(0)).max(SHORTEST);
        let keep = keep.clamp(SHORTEST, LONGEST).min(left);
        let until = self.clock.now() + DurationMs(u64::try_from(keep.as_millis()).unwrap_or(u64::MAX));
        tell.send_replace(Some(Held { chain, until }));
    }
}
