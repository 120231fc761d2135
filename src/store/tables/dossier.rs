//! All that is kept of a person: shown, and taken away.

use super::desk::between_deliveries;
use super::{cases, customers, dispatches, family, interactions, jobs, looks, objects, pins, traces, vault};
use crate::crm::{Case, Customer, Interaction, Subject};
use crate::program::{Text, Value};
use crate::store::database::{Answer, Row, Transaction, to_json, values};
use crate::store::desk::ERASED_CONTACT;
use crate::store::{CaseFilter, Dossier, Erased, Kept, Look, Sensitive};
use crate::time::Wall;

/// More of a kind than this is no person's.
const MOST: usize = 1_000_000;

pub(super) fn dossier(tx: &Transaction<'_>, customer: &str) -> Answer<Option<Dossier>> {
    let Some((whole, family)) = family::whole(tx, customer)? else { return Ok(None) };
    let (mut all, mut owned, mut kept, mut pin, mut merges) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut seen = Vec::new();
    for id in &family {
        all.extend(customers::customer(tx, id)?);
        owned.extend(objects::objects_of(tx, id)?);
        kept.extend(kept_of(tx, id)?);
        pin.extend(pins::attempts(tx, id, MOST)?);
        seen.extend(looks::list(tx, Some(id), MOST)?);
    }
    for merge in family.iter().map(|id| family::merges(tx, id)).collect::<Answer<Vec<_>>>()?.concat() {
        if !merges.contains(&merge) {
            merges.push(merge);
        }
    }
    for phone in &whole.phones {
        kept.extend(kept_of(tx, phone.as_str())?);
    }
    let contacts = contacts_of(tx, &whole, &family)?;
    let cases = cases_of(tx, customer)?;
    let objects = owned;
    let hidden = |sealed: vault::Sealed| Sensitive { field: sealed.field, value: None };
    let sensitive = vault::of_family(tx, &family)?.into_iter().map(hidden).collect();
    Ok(Some(Dossier { customers: all, sensitive, objects, contacts, cases, kept, pin, merges, looks: seen }))
}

/// Those in which it was found out who it was, and those that came from a number or an address of nobody else.
fn contacts_of(tx: &Transaction<'_>, whole: &Customer, family: &[Text]) -> Answer<Vec<Interaction>> {
    let mut contacts = interactions::interactions(tx, family, None, MOST)?;
    contacts.extend(traces::unknown_contacts(tx, &traces::own_places(tx, whole, family)?)?);
    contacts.sort_by_key(|contact| std::cmp::Reverse((contact.beginning.started, contact.id().clone())));
    Ok(contacts)
}

fn cases_of(tx: &Transaction<'_>, customer: &str) -> Answer<Vec<Case>> {
    let filter = CaseFilter { customer: Some(customer.into()), ..CaseFilter::default() };
    cases::like(tx, &filter, None, MOST)
}

fn kept_of(tx: &Transaction<'_>, holder: &str) -> Answer<Vec<(Text, Value)>> {
    let sql = "SELECT name, content FROM kept WHERE holder = ?1 ORDER BY name";
    tx.all(sql, values![holder], |row: &Row<'_>| Ok((row.get(0)?, row.json(1)?)))
}

/// Takes away what says who a customer was; `None` for somebody unknown.
pub(super) fn erase(tx: &Transaction<'_>, customer: &str, look: &Look) -> Answer<Option<Erased>> {
    between_deliveries(tx)?;
    let Some((whole, family)) = family::whole(tx, customer)? else { return Ok(None) };
    let mut erased = Erased { customers: family.clone(), ..Erased::default() };
    let mut cases = cases_of(tx, customer)?;
    for contact in contacts_of(tx, &whole, &family)? {
        if contact.customer.is_none() {
            let said = cases::cases_of_contact(tx, contact.id())?;
            cases.extend(said.into_iter().filter(|case| case.customer.is_none()));
            // Nothing else leads to it any more, and its files may lie on other machines.
            let what = format!("{ERASED_CONTACT}{}", contact.id()).into();
            looks::note(tx, &Look { what, customer: whole.id.clone(), ..look.clone() })?;
        }
        erased.contacts.push(contact.id().clone());
        erase_contact(tx, contact)?;
    }
    for case in cases {
        erase_case(tx, case)?;
        erased.cases += 1;
    }
    for phone in &whole.phones {
        tx.execute("DELETE FROM kept WHERE holder = ?1", values![phone.as_str()])?;
    }
    for caller in traces::caller_keys(&whole) {
        tx.execute("DELETE FROM lockout WHERE customer = ?1", values![&caller])?;
    }
    for id in &family {
        erased.objects += objects::forget_all_of(tx, id)?;
        for table in ["pin", "passphrase", "lockout"] {
            tx.execute(&format!("DELETE FROM {table} WHERE customer = ?1"), values![id])?;
        }
        tx.execute("DELETE FROM kept WHERE holder = ?1", values![id])?;
        vault::forget_all_of(tx, id)?;
        traces::erase_answers(tx, id)?;
        traces::erase_words(tx, id)?;
        if let Some(mut customer) = customers::customer(tx, id)? {
            customer.erase();
            customers::keep(tx, &customer)?;
        }
        looks::note(tx, &Look { customer: id.clone(), ..look.clone() })?;
    }
    Ok(Some(erased))
}

/// What the contact told stays in number, and so does what was delivered of it.
fn erase_contact(tx: &Transaction<'_>, mut contact: Interaction) -> Answer<()> {
    interactions::erase(tx, &mut contact)?;
    jobs::forget(tx, contact.id())?;
    traces::erase_of_contact(tx, contact.id())
}

fn erase_case(tx: &Transaction<'_>, mut case: Case) -> Answer<()> {
    case.erase();
    if case.customer.is_none() {
        traces::erase_answers(tx, &dispatches::lane_of(&case))?;
    }
    tx.execute(
        "UPDATE matter SET about_kind = NULL, about_id = NULL, erased = 1 WHERE id = ?1",
        values![case.id],
    )?;
    for (position, event) in case.history.iter().enumerate() {
        let sql = "UPDATE matter_event SET content = ?3 WHERE matter = ?1 AND position = ?2";
        tx.execute(sql, values![case.id, position, to_json(&event.change)?])?;
    }
    Ok(())
}

/// How many things of a kind are older than a moment and still say who it was.
pub(in crate::store) fn count_older(tx: &Transaction<'_>, kind: Kept, before: Wall) -> Answer<u64> {
    let questions: &[&str] = match kind {
        Kept::Contacts => {
            &["SELECT count(*) FROM interaction WHERE started < ?1 AND ended IS NOT NULL AND erased = 0"]
        }
        Kept::Cases => &["SELECT count(*) FROM matter WHERE state = 'closed' AND closed < ?1 AND erased = 0"],
        Kept::Audit => {
            &["SELECT count(*) FROM audit WHERE at < ?1", "SELECT count(*) FROM access WHERE at < ?1"]
        }
    };
    let counts = questions.iter().map(|sql| tx.only(sql, values![before], |row| row.get::<u64>(0)));
    counts.sum()
}

/// Says no more who it was in some of what is older than a moment; rows of an audit go. Each is noted, with whose it was.
pub(in crate::store) fn forget_older(
    tx: &Transaction<'_>,
    kind: Kept,
    before: Wall,
    look: &Look,
    most: usize,
) -> Answer<u64> {
    let count = match kind {
        Kept::Contacts => forget_contacts(tx, before, look, most)?,
        Kept::Cases => forget_cases(tx, before, look, most)?,
        Kept::Audit => forget_audit(tx, before, look, most)?,
    };
    Ok(count)
}

fn forget_contacts(tx: &Transaction<'_>, before: Wall, look: &Look, most: usize) -> Answer<u64> {
    let sql = "SELECT id FROM interaction WHERE started < ?1 AND ended IS NOT NULL AND erased = 0
               ORDER BY started LIMIT ?2";
    let ids: Vec<Text> = tx.all(sql, values![before, most], |row| row.get(0))?;
    if !ids.is_empty() {
        between_deliveries(tx)?;
    }
    let mut count = 0;
    for id in ids {
        let Some(contact) = interactions::interaction(tx, &id)? else { continue };
        let customer = contact.customer.clone().unwrap_or_else(|| "".into());
        erase_contact(tx, contact)?;
        forget_deliveries(tx, &id)?;
        looks::note(tx, &Look { what: format!("{} {id}", look.what).into(), customer, ..look.clone() })?;
        count += 1;
    }
    Ok(count)
}

/// What a contact said, and what others were told of it, goes from the outboxes, but for what still waits there.
fn forget_deliveries(tx: &Transaction<'_>, contact: &Text) -> Answer<()> {
    for table in ["outbox", "errand"] {
        let sql = format!("DELETE FROM {table} WHERE contact = ?1 AND state <> 'pending'");
        tx.execute(&sql, values![contact])?;
    }
    let sql = "DELETE FROM dispatch WHERE target IN (SELECT name FROM subscriber) AND subject = ?1
               AND state <> 'pending'";
    tx.execute(sql, values![to_json(&Subject::Contact(contact.clone()))?]).map(drop)
}

fn forget_cases(tx: &Transaction<'_>, before: Wall, look: &Look, most: usize) -> Answer<u64> {
    let sql = "SELECT id FROM matter WHERE state = 'closed' AND closed < ?1 AND erased = 0 ORDER BY closed LIMIT ?2";
    let ids: Vec<u64> = tx.all(sql, values![before, most], |row| row.get(0))?;
    if !ids.is_empty() {
        between_deliveries(tx)?;
    }
    let mut count = 0;
    for id in ids {
        let Some(case) = cases::case(tx, id)? else { continue };
        let customer = case.customer.clone().unwrap_or_else(|| "".into());
        erase_case(tx, case)?;
        looks::note(tx, &Look { what: format!("{} {id}", look.what).into(), customer, ..look.clone() })?;
        count += 1;
    }
    Ok(count)
}

/// Rows of an audit say nothing themselves once they are gone: how many went is noted.
fn forget_audit(tx: &Transaction<'_>, before: Wall, look: &Look, most: usize) -> Answer<u64> {
    let mut count = 0;
    for table in ["audit", "access"] {
        let sql = format!(
            "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE at < ?1 ORDER BY at LIMIT ?2)"
        );
        count += tx.execute(&sql, values![before, most])?;
    }
    if count > 0 {
        looks::note(tx, &Look { what: format!("{}: {count} rows", look.what).into(), ..look.clone() })?;
    }
    Ok(count)
}
