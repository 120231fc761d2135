//! What people do, on our tables: each in one transaction, with its trace.

use super::{cases, customers, dossier, family, looks, retype};
use crate::crm::{Act, ActError, Case, Customer, Merge};
use crate::program::{Address, Phone, Record, Text};
use crate::store::database::{Answer, Database, Transaction, values};
use crate::store::{CaseFilter, Desk, Dossier, Erased, Listing, Look, Misfit, Page, Reshape, StoreError};
use crate::time::Wall;
use std::collections::BTreeMap;
use std::sync::Arc;

impl<D: Database> Desk for D {
    fn act(&self, case: u64, act: &Act, by: &str, at: Wall) -> Result<Case, StoreError> {
        let (act, by) = (act.clone(), by.to_owned());
        let done = self.write(move |tx| act_on(tx, case, &act, &by, at))?;
        Ok(done.ok_or(StoreError::NoSuchCase { id: case })??)
    }

    fn cases_like(&self, filter: &CaseFilter, page: &Page) -> Result<Listing<Case>, StoreError> {
        // A key that is no number is behind every case.
        let after = page.after.as_deref().map(|key| key.parse().unwrap_or(0));
        let (filter, rows) = (filter.clone(), page.limit.saturating_add(1));
        let found = self.read(move |tx| cases::like(tx, &filter, after, rows))?;
        Ok(Listing::cut(found, page.limit, |case| case.id.to_string().into()))
    }

    fn names(&self, customers: &[Text]) -> Result<BTreeMap<Text, Text>, StoreError> {
        let ids = customers.to_vec();
        self.read(move |tx| customers::names(tx, &ids))
    }

    fn latest_cases(&self, customers: &[Text]) -> Result<BTreeMap<Text, Case>, StoreError> {
        let ids = customers.to_vec();
        self.read(move |tx| cases::latest_of_each(tx, &ids))
    }

    fn records(&self, page: &Page, history: bool) -> Result<Listing<(Customer, Record)>, StoreError> {
        let (after, limit) = (page.after.clone(), page.limit);
        self.read(move |tx| customers::records(tx, after.as_deref(), limit, history))
    }

    fn merge(&self, merge: &Merge) -> Result<(), StoreError> {
        let merge = merge.clone();
        Ok(self.write(move |tx| family::merge(tx, &merge))??)
    }

    fn merges(&self, customer: &str) -> Result<Vec<Merge>, StoreError> {
        let customer = customer.to_owned();
        self.read(move |tx| family::merges(tx, &customer))
    }

    fn standing(&self, id: &str) -> Result<Text, StoreError> {
        let id = id.to_owned();
        self.read(move |tx| family::standing(tx, &id))
    }

    fn whole(&self, id: &str) -> Result<Option<Customer>, StoreError> {
        let id = id.to_owned();
        self.read(move |tx| Ok(family::whole(tx, &id)?.map(|(customer, _)| customer)))
    }

    fn seek(&self, words: &str, country: Option<&str>, limit: usize) -> Result<Vec<Customer>, StoreError> {
        let (words, number) = (words.trim().to_owned(), Phone::parse(words, country));
        self.read(move |tx| seek(tx, &words, number.as_ref(), limit))
    }

    fn looked(&self, look: &Look) -> Result<(), StoreError> {
        let look = look.clone();
        self.append(move |tx| looks::note(tx, &look))
    }

    fn looks(&self, customer: Option<&str>, limit: usize) -> Result<Vec<Look>, StoreError> {
        let customer = customer.map(str::to_owned);
        self.read(move |tx| looks::list(tx, customer.as_deref(), limit))
    }

    fn dossier(&self, customer: &str) -> Result<Option<Dossier>, StoreError> {
        let customer = customer.to_owned();
        self.read(move |tx| dossier::dossier(tx, &customer))
    }

    fn erase(&self, customer: &str, look: &Look) -> Result<Erased, StoreError> {
        let (id, look) = (customer.to_owned(), look.clone());
        let erased = self.write(move |tx| dossier::erase(tx, &id, &look))?;
        self.forget_overwritten();
        erased.ok_or_else(|| StoreError::NoSuchCustomer { id: customer.to_owned() })
    }

    fn reshape(&self, reshape: &Reshape, only_ask: bool) -> Result<Vec<Misfit>, StoreError> {
        let reshape = Arc::new(reshape.clone());
        let (mut misfits, mut after) = (Vec::new(), None::<Text>);
        loop {
            let (wanted, from) = (reshape.clone(), after.clone());
            let look = move |tx: &Transaction<'_>| retype::some(tx, &wanted, from.as_deref(), !only_ask);
            let looked = if only_ask { self.read(look)? } else { self.write(look)? };
            misfits.extend(looked.misfits);
            let Some(last) = looked.last else { return Ok(misfits) };
            after = Some(last);
        }
    }
}

/// Contacts change cases too: until this transaction ends, none does.
pub(super) fn between_deliveries(tx: &Transaction<'_>) -> Answer<()> {
    tx.in_turn("outbox", "delivery")
}

fn act_on(
    tx: &Transaction<'_>,
    id: u64,
    act: &Act,
    by: &str,
    at: Wall,
) -> Answer<Option<Result<Case, ActError>>> {
    between_deliveries(tx)?;
    let Some(mut case) = cases::case(tx, id)? else { return Ok(None) };
    let done = case.act(act.clone(), by, at);
    if done.is_ok() {
        cases::keep(tx, &case)?;
    }
    Ok(Some(done.map(|()| case)))
}

/// By number, address, key and id; where none of them is known, by a part of the name, which looks at every customer.
fn seek(tx: &Transaction<'_>, words: &str, number: Option<&Phone>, limit: usize) -> Answer<Vec<Customer>> {
    let mut ids: Vec<Text> = Vec::new();
    if let Some(number) = number {
        ids.extend(customers::with_number(tx, number)?);
    }
    if let Some(address) = Address::parse(words) {
        ids.extend(customers::with_address(tx, &address)?);
    }
    let keyed = "SELECT CASE kind WHEN 'customer' THEN id
                        ELSE (SELECT owner FROM object WHERE object.kind = field_key.kind AND object.id = field_key.id) END
                 FROM field_key WHERE key = ?1 LIMIT ?2";
    let owners: Vec<Option<Text>> = tx.all(keyed, values![words, limit], |row| row.get(0))?;
    ids.extend(owners.into_iter().flatten());
    ids.extend(tx.one("SELECT id FROM customer WHERE id = ?1", values![words], |row| row.get(0))?);
    if ids.is_empty() {
        let part = format!("%{}%", words.replace(['%', '_'], ""));
        let like = tx.dialect().like();
        let sql = format!("SELECT id FROM customer WHERE name {like} ?1 ORDER BY id LIMIT ?2");
        ids.extend(tx.all(&sql, values![part, limit], |row| row.get::<Text>(0))?);
    }
    let mut found = Vec::new();
    for id in family::all_standing(tx, &ids)?.iter().take(limit) {
        found.extend(family::whole(tx, id)?.map(|(customer, _)| customer));
    }
    Ok(found)
}
