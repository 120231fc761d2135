//! What outlives the process: customers, contacts, cases, PIN hashes, lock-outs and the outbox, in a database.
//!
//! Everything goes through one trait, [`Store`], with one test suite for whatever stands behind it: [`SqliteStore`], or
//! `PostgresStore`, which several nodes may share. All operations block, and one that changes something returns when it is durable: call them from
//! threads that may wait, never from one that signals or sends media. The rules of the CRM are not here but in
//! [`crate::crm`]. Times come in as arguments.

mod database;
mod desk;
mod error;
pub(crate) mod identity;
mod import;
mod later;
mod outgoing;
mod page;
mod pin;
#[cfg(feature = "postgres")]
mod postgres;
mod reports;
mod retention;
pub mod sealed;
mod shifts;
mod sqlite;
mod tables;
mod vault;

pub use desk::{CaseFilter, Desk, Dossier, Erased, Kept, Look, Misfit, Reshape, Standing};
pub use error::StoreError;
pub(crate) use import::read_value;
pub use import::{Import, ImportError, Imported, Problem, Row};
pub use later::{KeptJob, Later};
pub use outgoing::{DispatchCounts, OutboxStanding, Outgoing};
pub use page::{Counts, Delivery, Listing, Page, Parcel, PinAttempt, Taken};
pub use pin::PinCost;
#[cfg(feature = "postgres")]
pub use postgres::{DatabaseUrl, PostgresStore};
pub use reports::Reports;
pub use retention::Retention;
pub use sealed::{DataKeys, KeysError};
pub use shifts::{Shifts, Wanted};
pub use sqlite::{Options, SqliteStore};
pub use vault::{Sensitive, Vault};

use crate::crm::outbox::{Event, Jitter, State};
use crate::crm::{
    Attempt, Beginning, ByHand, Case, ContactNews, Customer, Ending, Identity, Interaction, Lockout, Object,
    Posting, Trail, Update, Updated, Verdict,
};
use crate::program::{Caller, Record, Secret, Text, Value};
use crate::time::Wall;
use std::sync::Arc;

/// A durable CRM.
pub trait Store: Outgoing + Later + Retention + Shifts + Vault + Send + Sync {
    /// A contact begins. Said again, it replaces what was said of the beginning and keeps all else.
    fn begin_interaction(&self, beginning: &Beginning) -> Result<(), StoreError>;
    /// A contact ends. The first end counts.
    fn end_interaction(&self, contact: &str, ending: &Ending) -> Result<(), StoreError>;
    /// Contacts that have begun and not ended, the oldest first; none where several servers may share the database: another
    /// one's last.
    fn without_end(&self) -> Result<Vec<Text>, StoreError>;

    /// Takes what contacts tell, each contact's share at once and in order: all of a share, or nothing of it. The answers are in
    /// the order of the shares. What is said has its effect at once where nobody else can come in between; otherwise it waits
    /// for [`Store::deliver`], and so does, with its next moment by `now` and `jitter`, what cannot have its effect.
    fn take_news(
        &self,
        shares: Vec<Arc<[ContactNews]>>,
        now: Wall,
        jitter: Jitter,
    ) -> Vec<Result<Taken, StoreError>>;
    /// Whether shares that come together cost less than one after another, so that it is worth while to wait for others.
    fn gathers_news(&self) -> bool;

    /// What a contact went through, once it is over.
    fn keep_trail(&self, contact: &str, trail: &Trail) -> Result<(), StoreError>;

    /// Who calls from this number, or writes from this address: a customer's record, as claimed. A caller without either
    /// is nobody; customers that were merged are one.
    fn identify(&self, caller: &Caller) -> Result<Identity<Record>, StoreError>;
    /// The object of a kind, or the `customer`, whose field has this value. An object brings its owner.
    fn find(&self, kind: &str, field: &str, key: &Value) -> Result<Identity<Record>, StoreError>;
    /// Verifies a PIN, a passphrase, or another proof. The attempt is counted durably before it is looked at, so that a caller who hangs up, and a
    /// process that dies, have used it up. An unknown customer and one without a PIN, or a passphrase, take the same time
    /// and get the same answer as a wrong one.
    fn verify(&self, attempt: &Attempt<'_>) -> Result<Verdict, StoreError>;

    /// What is kept under a name for somebody, and holds.
    fn recall(&self, name: &str, holder: &str, now: Wall) -> Result<Option<Value>, StoreError>;
    /// Changes a field of a customer or of an object, if it still is what was seen; a customer's `pin` and
    /// `passphrase` in any case.
    fn update(&self, update: &Update<'_>, now: Wall) -> Result<Updated, StoreError>;
    /// Takes up to `limit` things that backends shall be told and that are due, the oldest first. Nobody else is given them
    /// until [`Store::settle_errand`] says what became of them, or a minute is over.
    fn errands(&self, now: Wall, limit: usize) -> Result<Vec<Posting>, StoreError>;
    /// What became of telling a backend: delivered, or to be tried again by the outbox's policy.
    fn settle_errand(&self, key: (&str, u64), event: Event, now: Wall) -> Result<(), StoreError>;

    /// Keeps that somebody set a schedule by hand, or let its lines decide again.
    fn set_hours(&self, by_hand: &ByHand) -> Result<(), StoreError>;
    /// The latest that was set by hand of each schedule, whether or not it still holds.
    fn hours_by_hand(&self) -> Result<Vec<ByHand>, StoreError>;
    /// All that was set by hand, the latest first.
    fn hours_log(&self, limit: usize) -> Result<Vec<ByHand>, StoreError>;

    /// Puts an entry into the outbox; the same contact and sequence again changes nothing.
    fn enqueue(&self, posting: &Posting) -> Result<(), StoreError>;
    /// Gives up to `limit` due entries their effect, each with its mark in one transaction, in order within a contact.
    fn deliver(&self, now: Wall, limit: usize, jitter: Jitter) -> Result<Delivery, StoreError>;
    /// Entries in a state, oldest first, at most `limit`.
    fn outbox(&self, state: State, limit: usize) -> Result<Vec<Parcel>, StoreError>;
    /// What a person does to an entry or a dispatch that has not been delivered: [`Event::Resend`] or [`Event::Drop`].
    /// `false` if there is none with this key.
    fn change_outbox(&self, key: &str, event: Event, now: Wall) -> Result<bool, StoreError>;
    /// Whether an entry waits for delivery.
    fn has_pending(&self) -> Result<bool, StoreError>;
    /// Sends a dead entry again, or a waiting one at once; `false` if there is none with this key that waits or is dead.
    fn resend(&self, key: &str, now: Wall) -> Result<bool, StoreError> {
        self.change_outbox(key, Event::Resend, now)
    }

    /// A customer.
    fn customer(&self, id: &str) -> Result<Option<Customer>, StoreError>;
    /// A customer's objects, by kind and key.
    fn objects_of(&self, customer: &str) -> Result<Vec<Object>, StoreError>;
    /// A contact's interaction.
    fn interaction(&self, contact: &str) -> Result<Option<Interaction>, StoreError>;
    /// A case.
    fn case(&self, id: u64) -> Result<Option<Case>, StoreError>;
    /// Customers by id.
    fn customers(&self, page: &Page) -> Result<Listing<Customer>, StoreError>;
    /// Interactions, the latest first; of one customer only where one is named.
    fn interactions(&self, of: Option<&str>, page: &Page) -> Result<Listing<Interaction>, StoreError>;
    /// Cases, the latest first; of one customer only where one is named.
    fn cases(&self, of: Option<&str>, page: &Page) -> Result<Listing<Case>, StoreError>;
    /// How much there is of everything; it takes the longer the more there is.
    fn counts(&self) -> Result<Counts, StoreError>;

    /// A customer's count of wrong attempts; zero for one who never made any.
    fn lockout(&self, customer: &str) -> Result<Lockout, StoreError>;
    /// The latest attempts against a customer, and what else happened to its PIN and its passphrase, the latest
    /// first.
    fn pin_attempts(&self, customer: &str, limit: usize) -> Result<Vec<PinAttempt>, StoreError>;
    /// Releases a lock and forgets the wrong attempts; `false` if there were none.
    fn unlock(&self, customer: &str, now: Wall) -> Result<bool, StoreError>;
    /// Sets a customer's PIN. Fails with [`StoreError::NoSuchCustomer`] for an unknown one.
    fn set_pin(&self, customer: &str, pin: &Secret, now: Wall) -> Result<(), StoreError>;
    /// Sets a customer's passphrase, in its one form ([`crate::program::passphrase`]). Fails as [`Store::set_pin`] does.
    fn set_passphrase(&self, customer: &str, passphrase: &Secret, now: Wall) -> Result<(), StoreError>;
    /// Takes a customer's passphrase away; `false` where there was none.
    fn forget_passphrase(&self, customer: &str, now: Wall) -> Result<bool, StoreError>;
    /// Takes in a file that was read without a mistake: all of it or nothing.
    fn import(&self, import: &Import, now: Wall) -> Result<Imported, StoreError>;
}
