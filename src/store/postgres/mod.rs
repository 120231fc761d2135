//! The store in a PostgreSQL database, which several nodes may share.
//!
//! Connections belong to threads of our own, in three crews: a few that ask, a few that change things one by one, and one
//! that adds what contacts say, many together in a transaction. Whoever waits for them holds no connection. A connection
//! that is lost is made anew by the next job; what was not yet committed is done again, and where nobody can know whether
//! it was, the error says so. Only one node at a time delivers from the outbox, so that the order of entries is the
//! order of their effects; what names the same customer's lock-out takes turns.

mod address;
mod crew;
mod fault;
mod link;
mod migrations;
mod session;
mod tls;

pub use address::DatabaseUrl;

use super::database::{Answer, Database, Transaction};
use super::pin::PinHasher;
use super::sealed::DataKeys;
use super::{Options, StoreError};
use crate::crm::outbox::Policy;
use crew::{Crew, Duty};
use std::sync::Arc;

/// How many change things at once.
const WRITERS: usize = 4;

/// The store in a PostgreSQL database. Clones share it; the last one ends its threads.
#[derive(Clone)]
pub struct PostgresStore {
    inner: Arc<Inner>,
}

struct Inner {
    address: DatabaseUrl,
    readers: Crew,
    writers: Crew,
    adders: Crew,
    pins: PinHasher,
    policy: Policy,
    keys: DataKeys,
}

impl PostgresStore {
    /// Connects and brings the schema up to date. `options.readers` is how many may ask at once; `options.patience` is how
    /// long a server may take to answer a connection.
    pub fn open(address: &DatabaseUrl, options: Options) -> Result<PostgresStore, StoreError> {
        let address = address.clone().with_patience(options.patience);
        migrations::migrate(&address)?;
        let crew = |duty, size| Crew::start(&address, duty, size);
        let inner = Inner {
            readers: crew(Duty::Ask, options.readers.max(1))?,
            writers: crew(Duty::Change, WRITERS)?,
            adders: crew(Duty::Add, 1)?,
            pins: PinHasher::new(options.pin_cost)?,
            policy: options.policy,
            keys: options.keys,
            address,
        };
        Ok(PostgresStore { inner: Arc::new(inner) })
    }

    /// Where it is.
    pub fn address(&self) -> &DatabaseUrl {
        &self.inner.address
    }
}

impl Database for PostgresStore {
    fn read<T, A>(&self, ask: A) -> Result<T, StoreError>
    where
        T: Send + 'static,
        A: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        self.inner.readers.run(ask)
    }

    fn write<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        self.inner.writers.run(work)
    }

    fn append<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        self.inner.adders.run(work)
    }

    fn pins(&self) -> &PinHasher {
        &self.inner.pins
    }

    fn policy(&self) -> Policy {
        self.inner.policy
    }

    fn keys(&self) -> &DataKeys {
        &self.inner.keys
    }
}
