//! What a person leaves where nobody would look for it: contacts in which nobody found out who it was, what was told of
//! contacts, and what people wrote about merges.

use super::{customers, deliveries, errands, interactions};
use crate::crm::{Customer, ERASED, Interaction, Subject, caller_key};
use crate::program::{Address, Caller, Phone, Text};
use crate::store::database::{Answer, Transaction, to_json, values};

/// The numbers and addresses that are a customer's, with all that were merged into it, and nobody else's.
pub(super) fn own_places(tx: &Transaction<'_>, whole: &Customer, family: &[Text]) -> Answer<Vec<String>> {
    let mut own = Vec::new();
    let mut take = |place: &str, owners: Vec<Text>| {
        if owners.iter().all(|owner| family.contains(owner)) {
            own.push(place.to_owned());
        }
    };
    for phone in &whole.phones {
        take(phone.as_str(), customers::with_number(tx, phone)?);
    }
    for address in &whole.addresses {
        take(address.as_str(), customers::with_address(tx, address)?);
    }
    Ok(own)
}

/// Contacts from such a place in which nobody found out who it was.
pub(super) fn unknown_contacts(tx: &Transaction<'_>, places: &[String]) -> Answer<Vec<Interaction>> {
    let mut contacts = Vec::new();
    for place in places {
        for id in interactions::of_nobody(tx, place)? {
            contacts.extend(interactions::interaction(tx, &id)?);
        }
    }
    Ok(contacts)
}

/// The names under which wrong attempts are counted against the places that a customer makes contact from.
pub(super) fn caller_keys(whole: &Customer) -> Vec<Text> {
    let number = |phone: &Phone| caller_key(&Caller::Number(phone.clone()));
    let address = |address: &Address| caller_key(&Caller::Invalid(address.as_str().into()));
    let numbers = whole.phones.iter().filter_map(number);
    numbers.chain(whole.addresses.iter().filter_map(address)).collect()
}

/// What others were told, or are to be told, of a contact, as far as it says who it was. What waits is told yet.
pub(super) fn erase_of_contact(tx: &Transaction<'_>, contact: &Text) -> Answer<()> {
    deliveries::erase(tx, contact)?;
    errands::erase(tx, contact)?;
    // The lane of somebody unknown is the number; what a service answered may repeat it.
    let sql = "UPDATE dispatch SET lane = coalesce((SELECT customer FROM interaction WHERE id = ?1), ?1),
                                   reason = CASE WHEN reason IS NULL THEN NULL ELSE ?3 END
               WHERE target IN (SELECT name FROM subscriber) AND subject = ?2 AND state <> 'delivered'";
    let subject = to_json(&Subject::Contact(contact.clone()))?;
    tx.execute(sql, values![contact, subject, ERASED]).map(drop)
}

/// What services answered of a customer's cases, or of a case of nobody's.
pub(super) fn erase_answers(tx: &Transaction<'_>, lane: &str) -> Answer<()> {
    for state in ["pending", "dead"] {
        // The state is spelt out, not bound: only so do the partial indexes apply.
        let sql = format!(
            "UPDATE dispatch SET reason = ?2 WHERE state = '{state}' AND reason IS NOT NULL AND lane = ?1
             AND target IN (SELECT name FROM subscriber)"
        );
        tx.execute(&sql, values![lane, ERASED])?;
    }
    Ok(())
}

/// Why people merged a customer, or took it back.
pub(super) fn erase_words(tx: &Transaction<'_>, customer: &Text) -> Answer<()> {
    // That somebody is another after all is said of that one alone.
    let apart = "target IS NULL AND source IN (SELECT source FROM merger WHERE target = ?1)";
    for place in ["source = ?1", "target = ?1", apart] {
        let sql = format!("UPDATE merger SET because = ?2 WHERE {place}");
        tx.execute(&sql, values![customer, ERASED])?;
    }
    Ok(())
}
