//! What people do in the CRM and see of it: operators at their desks, and whoever answers for people's data.
//!
//! A flow has no way to any of this. Everything that changes something names who does it and why; what shows a person is
//! written down by [`Desk::looked`].

use super::{Listing, Page, PinAttempt, Reports, Sensitive, Store, StoreError};
use crate::crm::{Act, Case, CaseState, Customer, Interaction, Merge, Object};
use crate::program::{Record, Text, Value, Vocabulary};
use crate::time::Wall;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The CRM as people use it.
pub trait Desk: Store + Reports {
    /// Does something to a case and returns it as it is then.
    ///
    /// # Errors
    /// [`StoreError::NoSuchCase`], and [`StoreError::Act`] for what cannot be done there.
    fn act(&self, case: u64, act: &Act, by: &str, at: Wall) -> Result<Case, StoreError>;
    /// Cases that fit, the latest first.
    fn cases_like(&self, filter: &CaseFilter, page: &Page) -> Result<Listing<Case>, StoreError>;

    /// The names of some customers, by their ids; somebody unknown is left out.
    fn names(&self, customers: &[Text]) -> Result<BTreeMap<Text, Text>, StoreError>;
    /// The latest case of each of some customers, by their ids; of those that were merged into it as well.
    fn latest_cases(&self, customers: &[Text]) -> Result<BTreeMap<Text, Case>, StoreError>;

    /// Customers by id, and as flows see them; those that lead to others are one with these. Without `history` nothing is
    /// known of their cases and contacts, which costs less.
    fn records(&self, page: &Page, history: bool) -> Result<Listing<(Customer, Record)>, StoreError>;

    /// Says that two customers are one, or, where `into` is missing, that they are not.
    ///
    /// # Errors
    /// [`StoreError::Merge`] for what cannot be merged or taken back.
    fn merge(&self, merge: &Merge) -> Result<(), StoreError>;
    /// Every merge of a customer, with others into it or of it into another, the latest first.
    fn merges(&self, customer: &str) -> Result<Vec<Merge>, StoreError>;
    /// Where an id leads; itself for one that leads nowhere.
    fn standing(&self, id: &str) -> Result<Text, StoreError>;
    /// A customer with what is known of those that were merged into it; by the id of any of them.
    fn whole(&self, id: &str) -> Result<Option<Customer>, StoreError>;
    /// Customers that have this number, address, key or name, at most `limit`. A name is found by any part of it.
    fn seek(&self, words: &str, country: Option<&str>, limit: usize) -> Result<Vec<Customer>, StoreError>;

    /// Writes down that somebody looked at a customer, or did something to its data.
    fn looked(&self, look: &Look) -> Result<(), StoreError>;
    /// Who looked, the latest first; at one customer only where one is named.
    fn looks(&self, customer: Option<&str>, limit: usize) -> Result<Vec<Look>, StoreError>;
    /// Everything that is kept of a person; nothing for somebody unknown.
    fn dossier(&self, customer: &str) -> Result<Option<Dossier>, StoreError>;
    /// Takes away everything that says who a customer was. There is no way back; what happened is still counted.
    fn erase(&self, customer: &str, look: &Look) -> Result<Erased, StoreError>;
    /// Customers whose attributes are not what is declared; unless it is only asked, those are brought to it that can be. What
    /// cannot stays as it is. Contacts go on meanwhile.
    fn reshape(&self, reshape: &Reshape, only_ask: bool) -> Result<Vec<Misfit>, StoreError>;
}

/// Which cases are listed; what is missing may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Of this customer, and of those that were merged into it.
    pub customer: Option<Text>,
    /// Where they stand.
    pub state: Option<Standing>,
    /// Who has them.
    pub owner: Option<Text>,
    /// What they are about.
    pub topic: Option<Text>,
    /// How they are marked.
    pub mark: Option<Text>,
    /// With a promise that was due before then.
    pub due_before: Option<Wall>,
}

/// Where cases stand that are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not closed.
    Unsettled,
    /// Exactly there.
    In(CaseState),
}

/// Somebody looked at a customer, or did something to its data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Look {
    /// When.
    pub at: Wall,
    /// Who.
    pub by: Text,
    /// What was done: `show`, `export`, `erase`, `find`.
    pub what: Text,
    /// Whose data.
    pub customer: Text,
    /// Why; empty where nobody said.
    pub because: Text,
}

/// Everything that is kept of a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dossier {
    /// The customer, and those that were merged into it.
    pub customers: Vec<Customer>,
    /// Its sensitive attributes, as dots; [`Vault::sensitive`](super::Vault::sensitive) opens them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sensitive: Vec<Sensitive>,
    /// What it owns.
    pub objects: Vec<Object>,
    /// Its contacts, the latest first.
    pub contacts: Vec<Interaction>,
    /// Its cases, the latest first.
    pub cases: Vec<Case>,
    /// Values that flows keep of it.
    pub kept: Vec<(Text, Value)>,
    /// Attempts to prove who it is, and what else happened to its PIN; never the PIN.
    pub pin: Vec<PinAttempt>,
    /// Merges, the latest first.
    pub merges: Vec<Merge>,
    /// Who looked.
    pub looks: Vec<Look>,
}

/// What the trail says of a contact that was erased and that nothing else leads to any more, before its id.
pub(super) const ERASED_CONTACT: &str = "erase ";

impl Dossier {
    /// The contacts that are over, and those that an earlier erasure took from among them.
    pub fn over(&self) -> BTreeSet<Text> {
        let over = self.contacts.iter().filter(|contact| contact.ending.is_some());
        let erased = self.looks.iter().filter_map(|look| look.what.strip_prefix(ERASED_CONTACT));
        over.map(|contact| contact.id().clone()).chain(erased.map(Text::from)).collect()
    }
}

/// What an erasure took away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// The customer's ids.
    pub customers: Vec<Text>,
    /// Contacts; their journals and recordings lie elsewhere and are named by these.
    pub contacts: Vec<Text>,
    /// Cases.
    pub cases: u64,
    /// Objects.
    pub objects: u64,
}

/// What is not kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Contacts that are over.
    Contacts,
    /// Cases that are closed.
    Cases,
    /// The audit of PINs, and who looked.
    Audit,
}

impl Kept {
    /// As settings and the trail call it.
    pub fn word(self) -> &'static str {
        match self {
            Kept::Contacts => "contacts",
            Kept::Cases => "cases",
            Kept::Audit => "audit",
        }
    }
}

/// What customers' attributes are to be.
#[derive(Clone, Debug, Default)]
pub struct Reshape {
    /// Their types.
    pub vocabulary: Vocabulary,
    /// Whose national form numbers are read in.
    pub country: Option<String>,
    /// New names, by the old ones.
    pub renamed: BTreeMap<Text, Text>,
    /// What those get who have no such attribute.
    pub filled: BTreeMap<Text, Value>,
}

/// An attribute that is not what is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Misfit {
    /// Whose.
    pub customer: Text,
    /// Which.
    pub attribute: Text,
    /// What it is.
    pub value: Text,
    /// The type that is declared, or its new name.
    pub wanted: Text,
    /// What it becomes; nothing where it cannot be converted and stays as it is.
    pub becomes: Option<Text>,
}
