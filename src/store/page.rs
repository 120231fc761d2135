//! What is asked of and answered by the store's lists: pages by key, counts, deliveries.

use crate::crm::outbox::Progress;
use crate::program::Text;
use crate::time::Wall;
use serde::{Deserialize, Serialize};

/// Which part of a list. Pages go by key, so that the thousandth costs what the first does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The key behind which it begins, from [`Listing::next`]; the beginning without.
    pub after: Option<Text>,
    /// The most that it holds.
    pub limit: usize,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing<T> {
    /// What it holds, in the list's order.
    pub items: Vec<T>,
    /// The key for the next page; `None` on the last.
    pub next: Option<Text>,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Customers.
    pub customers: u64,
    /// Accounts, cards, orders.
    pub objects: u64,
    /// Contacts.
    pub interactions: u64,
    /// Cases that are open.
    pub open_cases: u64,
    /// Cases that are closed.
    pub closed_cases: u64,
    /// Entries that wait for delivery.
    pub pending: u64,
    /// Entries that were given up.
    pub dead: u64,
}

/// What a round of deliveries did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Entries that had their effect.
    pub delivered: usize,
    /// Entries that failed and will be tried again.
    pub failed: usize,
    /// Entries that failed for the last time.
    pub dead: usize,
    /// When there is something to deliver next; a moment that has passed means now.
    pub next_at: Option<Wall>,
}

/// What became of a contact's share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Whether something of it waits for a round of deliveries.
    pub waits: bool,
}

/// An entry in the outbox, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    /// The key to send it again by: `contact/sequence`.
    pub key: Text,
    /// To whom: `crm`, a backend's name, `sms` or `email`.
    pub to: Text,
    /// When it was said.
    pub at: Wall,
    /// What is said, as a transcript shows it; what the database holds where that is no entry.
    pub shown: Text,
    /// How far it has come.
    pub progress: Progress,
}

/// Something that happened to a customer's PIN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinAttempt {
    /// When.
    pub at: Wall,
    /// `verify`, `unlock` or `set_pin`.
    pub what: Text,
    /// In which contact, where it was one.
    pub contact: Option<Text>,
    /// `right`, `wrong`, `locked`, `done`; `counted` where the process died before it could say.
    pub verdict: Text,
}

impl Page {
    /// The first page.
    pub fn first(limit: usize) -> Page {
        Page { after: None, limit }
    }

    /// The page behind a listing; `None` behind the last.
    pub fn behind<T>(listing: &Listing<T>, limit: usize) -> Option<Page> {
        let after = Some(listing.next.clone()?);
        Some(Page { after, limit })
    }
}

impl<T> Listing<T> {
    /// Makes a page of up to `limit + 1` items, of which the last only says that there is more.
    pub(super) fn cut(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> Text) -> Listing<T> {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(key);
        Listing { items, next }
    }
}
