//! Signatures of caller numbers on real calls: which certificate, from where, and how long a caller waits for it.
//!
//! What is pure about it stands in [`crate::sip::identity`]. Here certificates are fetched: by https alone, from public
//! addresses alone, within bounds of size and time, once for all calls that want the same one. A call that waits has had its
//! 100, waits at most [`StirConfig::within_ms`], and waits in its own task: no other call does.

mod cache;
mod fetch;
mod public;
mod seen;

use super::clock::Clock;
use super::config::{ConfigError, StirConfig, StirPolicy};
use crate::sip::Message;
use crate::sip::identity::{Fault, Parties, Passport, Roots, Verdict, passports};
use cache::Cache;
use fetch::Fetcher;
use seen::Seen;
use std::sync::Arc;
use std::time::Duration;

/// Judges signatures. Clones share what was fetched.
#[derive(Clone)]
pub struct Stir {
    roots: Arc<Roots>,
    policy: StirPolicy,
    within: Duration,
    cache: Cache,
    seen: Seen,
    clock: Clock,
}

impl Stir {
    /// As the settings say.
    ///
    /// # Errors
    /// A file that cannot be used, or no client for https.
    pub fn new(config: &StirConfig, clock: Clock) -> Result<Stir, ConfigError> {
        let networks = config.allow.iter().map(|network| network.0).collect();
        let fetcher = Fetcher::new(networks, config.servers()?)
            .map_err(|error| ConfigError::Stir { reason: error.to_string() })?;
        Ok(Stir {
            roots: Arc::new(config.authorities()?),
            policy: config.policy,
            within: Duration::from_millis(config.within_ms),
            cache: Cache::new(fetcher, clock),
            seen: Seen::default(),
            clock,
        })
    }

    /// What happens with calls of whoever has no policy of its own.
    pub fn policy(&self) -> StirPolicy {
        self.policy
    }

    /// What the signatures of an INVITE are worth. What does not come in time is worth nothing, and nothing against it.
    pub async fn verdict(&self, invite: &Message, parties: &Parties) -> Verdict {
        let judged = tokio::time::timeout(self.within, self.judged(invite, parties)).await;
        judged.unwrap_or(Verdict::Claimed)
    }

    /// The best of them; what is wrong with the first, where none is right.
    async fn judged(&self, invite: &Message, parties: &Parties) -> Verdict {
        let (mut best, mut failed) = (None, None);
        let call = invite.call_id().unwrap_or_default();
        for token in passports(invite) {
            let judged = match token {
                Ok(passport) => self.judge(&passport, parties, call).await.map(|()| passport),
                Err(fault) => Err(fault),
            };
            match judged {
                Ok(passport) => {
                    let found = (passport.attestation(), passport.number());
                    best = Some(best.map_or(found.clone(), |best| std::cmp::min(best, found)));
                }
                Err(fault) => failed = failed.or(Some(fault)),
            }
        }
        match (best, failed) {
            (Some((attestation, number)), _) => Verdict::Signed { attestation, number },
            (None, Some(fault)) => Verdict::Failed(fault),
            (None, None) => Verdict::Claimed,
        }
    }

    async fn judge(&self, passport: &Passport, parties: &Parties, call: &str) -> Result<(), Fault> {
        passport.claims(parties, self.clock.real())?;
        let chain = self.cache.chain(passport.url()).await?;
        passport.proof(&chain, &self.roots, self.clock.real())?;
        match self.seen.is_of(passport.signature(), call, self.clock.now()) {
            true => Ok(()),
            false => Err(Fault::Replayed),
        }
    }
}
