//! The lists of `callwright crm`: customers, contacts, cases, and the cells of their lines.

use super::table::{age, moment, standing};
use super::{CasesArgs, ListArgs};
use crate::crm::{Case, Customer, Interaction};
use crate::program::{Caller, Text};
use crate::store::{CaseFilter, Desk, Listing};
use crate::time::{DurationMs, Wall};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn customers(store: &dyn Desk, list: &ListArgs, now: Wall) -> Result<String> {
    let listing = match &list.of {
        Some(id) => Listing { items: store.customer(id)?.into_iter().collect(), next: None },
        None => store.customers(&list.page())?,
    };
    let heads = ["ID", "NAME", "PHONES", "ADDRESSES", "ATTRIBUTES", "LANGUAGE", "MERGED INTO", "LATEST CASE"];
    let ids: Vec<Text> = listing.items.iter().map(|customer| customer.id.clone()).collect();
    let latest = store.latest_cases(&ids)?;
    list.print(&listing, &heads, |customer| {
        let latest = latest.get(&customer.id);
        let latest = latest.map(|case| format!("{}, {}", case.topic, standing(case, now)));
        Ok([row_of(customer), vec![latest.unwrap_or_default()]].concat())
    })
}

/// A customer's columns, but for the latest case.
pub(super) fn row_of(customer: &Customer) -> Vec<String> {
    let optional = |word: &Option<Text>| word.as_deref().unwrap_or_default().to_owned();
    vec![
        customer.id.to_string(),
        customer.name.to_string(),
        phones(customer),
        addresses(customer),
        attributes(customer),
        optional(&customer.language),
        optional(&customer.merged_into),
    ]
}

pub(super) fn interactions(store: &dyn Desk, list: &ListArgs) -> Result<String> {
    let listing = store.interactions(list.of.as_deref(), &list.page())?;
    let names = names(store, listing.items.iter().map(|contact| &contact.customer))?;
    let heads = ["CONTACT", "STARTED", "LASTED", "CHANNEL", "FROM", "TO", "OUTCOMES", "ENDED BY"];
    list.print(&listing, &heads, |contact| {
        let beginning = &contact.beginning;
        Ok(vec![
            contact.id().to_string(),
            moment(beginning.started),
            lasted(contact),
            beginning.channel.to_string(),
            who_called(&names, contact),
            contact.reached().unwrap_or(&beginning.to).to_owned(),
            outcomes(contact),
            contact.ending.as_ref().map(|ending| ending.by.word().to_owned()).unwrap_or_default(),
        ])
    })
}

pub(super) fn cases(store: &dyn Desk, args: &CasesArgs, now: Wall) -> Result<String> {
    let list = &args.list;
    let word = |word: &Option<String>| word.as_deref().map(Text::from);
    let filter = CaseFilter {
        customer: word(&list.of),
        state: args.state,
        owner: word(&args.owner),
        topic: word(&args.topic),
        mark: word(&args.mark),
        due_before: args.overdue.then_some(now),
    };
    let listing = store.cases_like(&filter, &list.page())?;
    let names = names(store, listing.items.iter().map(|case| &case.customer))?;
    let heads = [
        "CASE",
        "TOPIC",
        "CUSTOMER",
        "ABOUT",
        "STATE",
        "PRIORITY",
        "OWNER",
        "DUE",
        "MARK",
        "CONTACTS",
        "OPENED",
        "OPENED BY",
    ];
    list.print(&listing, &heads, |case| {
        let optional = |word: Option<&Text>| word.map(ToString::to_string).unwrap_or_default();
        Ok(vec![
            case.id.to_string(),
            case.topic.to_string(),
            name_of(&names, case.customer.as_deref()),
            case.about.as_ref().map(|object| format!("{} {}", object.kind, object.id)).unwrap_or_default(),
            standing(case, now),
            case.priority().word().to_owned(),
            optional(case.owner()),
            due(case, now),
            optional(case.mark()),
            case.contacts().len().to_string(),
            moment(case.opened),
            optional(case.opened_by()),
        ])
    })
}

/// When the next promise is due, and whether that is over.
pub(super) fn due(case: &Case, now: Wall) -> String {
    match case.next_due() {
        Some(due) if case.is_overdue(now) => format!("overdue {}", age(due, now)),
        Some(due) => moment(due),
        None => String::new(),
    }
}

pub(super) fn phones(customer: &Customer) -> String {
    let numbers: Vec<&str> = customer.phones.iter().map(|phone| phone.as_str()).collect();
    numbers.join(" ")
}

pub(super) fn addresses(customer: &Customer) -> String {
    let addresses: Vec<&str> = customer.addresses.iter().map(|address| address.as_str()).collect();
    addresses.join(" ")
}

pub(super) fn attributes(customer: &Customer) -> String {
    let pairs: Vec<String> =
        customer.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join(" ")
}

pub(super) fn outcomes(contact: &Interaction) -> String {
    let outcomes = contact.outcomes().into_iter().map(|(topic, outcome)| match topic {
        Some(topic) => format!("{topic}: {outcome}"),
        None => outcome.to_string(),
    });
    outcomes.collect::<Vec<_>>().join(", ")
}

/// The customer's name, whether it was proven, and the number.
pub(super) fn who_called(names: &Names, contact: &Interaction) -> String {
    let number = match &contact.beginning.from {
        Caller::Missing => "no number".to_owned(),
        from => from.to_string(),
    };
    if contact.customer.is_none() {
        return number;
    }
    let proven = if contact.verified { "verified, " } else { "" };
    format!("{} ({proven}{number})", name_of(names, contact.customer.as_deref()))
}

/// Customers' names by their ids.
pub(super) type Names = BTreeMap<Text, Text>;

/// The names of all customers of a list, asked for together.
pub(super) fn names<'a>(
    store: &dyn Desk,
    customers: impl IntoIterator<Item = &'a Option<Text>>,
) -> Result<Names> {
    let ids: BTreeSet<Text> = customers.into_iter().flatten().cloned().collect();
    Ok(store.names(&ids.into_iter().collect::<Vec<_>>())?)
}

/// A customer's name; the id where the CRM knows no such customer.
pub(super) fn name_of(names: &Names, id: Option<&str>) -> String {
    let Some(id) = id else { return "nobody known".to_owned() };
    names.get(id).map_or_else(|| id.to_owned(), ToString::to_string)
}

pub(super) fn lasted(contact: &Interaction) -> String {
    match &contact.ending {
        Some(ending) => {
            let whole = (ending.at.0 - contact.beginning.started.0).max(0) / 1000;
            DurationMs::from_secs(whole.unsigned_abs()).to_string()
        }
        None => "not ended".to_owned(),
    }
}
