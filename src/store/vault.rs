//! Sensitive attributes of customers: sealed in the database, opened only for whoever has the key and says so.

use super::StoreError;
use super::database::Database;
use super::sealed::DataKeys;
use super::tables::{family, vault};
use crate::program::{Text, Value};
use crate::time::Wall;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;

/// Rows that are sealed in one transaction: calls wait no longer for it than for one of their own.
const AT_ONCE: usize = 500;
/// What stands for a value that is not shown.
const HIDDEN: &str = "•••";

/// The store's side of what is secret at rest.
pub trait Vault: Send + Sync {
    /// From now on these attributes of customers are kept sealed; those that lie open are sealed. It takes the longer the
    /// more customers there are, and only once for each name.
    ///
    /// # Errors
    /// [`StoreError::NoDataKey`] where there is no key to seal them with.
    fn seal_attributes(&self, names: &BTreeSet<Text>, now: Wall) -> Result<(), StoreError>;
    /// The attributes that are kept sealed.
    fn sealed_attributes(&self) -> Result<BTreeSet<Text>, StoreError>;
    /// The names of keys that something was sealed with and that are not there.
    fn lost_keys(&self) -> Result<Vec<Text>, StoreError>;
    /// The sensitive attributes that are known of a customer, and of those that were merged into it; their values where
    /// they are to be opened and can be.
    fn sensitive(&self, customer: &str, open: bool) -> Result<Vec<Sensitive>, StoreError>;
    /// Seals with the first key some of what another sealed, and says how many values that were; none once all are.
    ///
    /// # Errors
    /// [`StoreError::NoDataKey`] where there is no key, and [`StoreError::LostKeys`] where a key that is needed is not there.
    fn rekey(&self) -> Result<usize, StoreError>;
}

/// A sensitive attribute of a customer's. It prints and serializes as dots unless it was opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive {
    /// Its name.
    pub field: Text,
    /// Its value, where it was opened.
    pub value: Option<Value>,
}

impl fmt::Display for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value}", self.field),
            None => write!(f, "{}={HIDDEN}", self.field),
        }
    }
}

/// Never the value: what is printed for people who look for faults is nobody's data.
impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={HIDDEN}", self.field)
    }
}

impl Serialize for Sensitive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Some(value) => (&self.field, value).serialize(serializer),
            None => (&self.field, HIDDEN).serialize(serializer),
        }
    }
}

impl<D: Database> Vault for D {
    fn seal_attributes(&self, names: &BTreeSet<Text>, now: Wall) -> Result<(), StoreError> {
        let known = self.sealed_attributes()?;
        if !names.is_subset(&known) {
            let names = names.clone();
            key_for(self.keys(), &names)?;
            self.write(move |tx| vault::declare(tx, &names, now))?;
        }
        let unswept = self.read(vault::unswept)?;
        if unswept.is_empty() {
            return Ok(());
        }
        key_for(self.keys(), &unswept)?;
        let mut after = Some(Text::from(""));
        while let Some(from) = after {
            let (keys, unswept) = (self.keys().clone(), unswept.clone());
            after = self.write(move |tx| match keys.current() {
                Some(key) => vault::sweep(tx, key, &unswept, &from, AT_ONCE),
                None => Ok(None),
            })?;
        }
        self.write(move |tx| vault::swept(tx, &unswept))?;
        self.forget_overwritten();
        Ok(())
    }

    fn sealed_attributes(&self) -> Result<BTreeSet<Text>, StoreError> {
        self.read(vault::fields)
    }

    fn lost_keys(&self) -> Result<Vec<Text>, StoreError> {
        let mut names = self.read(vault::keys_in_use)?;
        names.retain(|name| !self.keys().names().any(|known| *known == **name));
        Ok(names)
    }

    fn sensitive(&self, customer: &str, open: bool) -> Result<Vec<Sensitive>, StoreError> {
        let id = customer.to_owned();
        let sealed = self.read(move |tx| {
            let standing = family::standing(tx, &id)?;
            vault::of_family(tx, &family::family(tx, &standing)?)
        })?;
        let shown = |sealed: vault::Sealed| {
            let value = if open { sealed.open(self.keys()) } else { None };
            Sensitive { field: sealed.field, value }
        };
        Ok(sealed.into_iter().map(shown).collect())
    }

    fn rekey(&self) -> Result<usize, StoreError> {
        key_for(self.keys(), &BTreeSet::new())?;
        let lost = self.lost_keys()?;
        if !lost.is_empty() {
            return Err(StoreError::LostKeys { names: lost.join(", ") });
        }
        let keys = self.keys().clone();
        self.write(move |tx| match keys.current() {
            Some(key) => vault::rekey(tx, &keys, key, AT_ONCE),
            None => Ok(0),
        })
    }
}

/// That there is a key to seal these with.
pub(super) fn key_for(keys: &DataKeys, names: &BTreeSet<Text>) -> Result<(), StoreError> {
    let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if keys.is_empty() { Err(StoreError::NoDataKey { names }) } else { Ok(()) }
}
