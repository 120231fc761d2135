//! `callwright crm show`: one customer, contact or case with all that is known of it.

use super::lists::{
    addresses, attributes, cases, due, interactions, lasted, name_of, names, phones, who_called,
};
use super::people::{name, note_look, opened};
use super::table::{moment, plain, standing};
use super::{CasesArgs, ListArgs};
use crate::crm::{Case, Change, Customer, Interaction, Leg, Priority, Trail};
use crate::program::Text;
use crate::store::{Desk, Look, Sensitive};
use crate::time::Wall;
use anyhow::{Result, bail};
use std::fmt::Write as _;

/// Who looks, and at how much.
pub(super) struct Looker<'a> {
    pub by: Option<&'a str>,
    pub because: Option<&'a str>,
    /// Whether at sensitive attributes too.
    pub sensitive: bool,
}

/// One customer, contact or case.
pub(super) fn show(store: &dyn Desk, id: &str, looker: &Looker<'_>, now: Wall) -> Result<String> {
    let by = looker.by;
    if let Some(customer) = store.whole(id)? {
        let sensitive = sensitive(store, &customer.id, looker, now)?;
        let before = if *customer.id == *id { String::new() } else { led(store, id, &customer)? };
        return Ok(format!("{before}{}", show_customer(store, &customer, &sensitive, now)?));
    }
    if let Some(contact) = store.interaction(id)? {
        see(store, contact.customer.as_deref(), by, now)?;
        return show_contact(store, &contact);
    }
    let number = id.trim_start_matches('#').parse().ok();
    if let Some(case) = number.map(|number| store.case(number)).transpose()?.flatten() {
        see(store, case.customer.as_deref(), by, now)?;
        return show_case(store, &case, now);
    }
    bail!("there is no customer, contact or case `{id}`")
}

/// A customer's sensitive attributes, as far as they may be seen; the look is written down first.
fn sensitive(store: &dyn Desk, customer: &Text, looker: &Looker<'_>, now: Wall) -> Result<Vec<Sensitive>> {
    if !looker.sensitive {
        note_look(store, "show", customer, looker.by, now)?;
        return Ok(store.sensitive(customer, false)?);
    }
    let because = looker.because.map(str::trim).filter(|because| !because.is_empty());
    let Some(because) = because else { bail!("this needs a reason, for whoever asks later") };
    let (by, what) = (name(looker.by)?, "show sensitive".into());
    store.looked(&Look { at: now, by, what, customer: customer.clone(), because: because.into() })?;
    opened(store, customer)
}

/// Who took over a customer that was asked for, and who said so.
fn led(store: &dyn Desk, id: &str, customer: &Customer) -> Result<String> {
    let merges = store.merges(id)?;
    let merge = merges.iter().find(|merge| *merge.from == *id);
    let who = merge.map(|merge| format!(", by {} on {}: {}", merge.by, moment(merge.at), merge.because));
    Ok(format!("{id} was merged and is {} now{}\n\n", customer.id, who.unwrap_or_default()))
}

/// A contact and a case show whose they are.
fn see(store: &dyn Desk, customer: Option<&str>, by: Option<&str>, now: Wall) -> Result<()> {
    match customer {
        Some(customer) => note_look(store, "show", &store.standing(customer)?, by, now),
        None => Ok(()),
    }
}

fn show_customer(
    store: &dyn Desk,
    customer: &Customer,
    sensitive: &[Sensitive],
    now: Wall,
) -> Result<String> {
    let mut text = format!("customer {}  {}\n", customer.id, customer.name);
    for (name, value) in [
        ("phones", phones(customer)),
        ("addresses", addresses(customer)),
        ("attributes", attributes(customer)),
    ] {
        writeln!(text, "  {name:<11} {value}")?;
    }
    if !sensitive.is_empty() {
        let all: Vec<String> = sensitive.iter().map(ToString::to_string).collect();
        writeln!(text, "  {:<11} {}", "sensitive", all.join(" "))?;
    }
    for object in store.objects_of(&customer.id)? {
        writeln!(text, "  {:<11} {}", object.kind, object.id)?;
    }
    for merge in store.merges(&customer.id)? {
        let into =
            merge.into.map_or_else(|| "is its own again".to_owned(), |into| format!("merged into {into}"));
        writeln!(text, "  {}  {} {into}, by {}: {}", moment(merge.at), merge.from, merge.by, merge.because)?;
    }
    let lockout = store.lockout(&customer.id)?;
    if let Some(until) = lockout.check(now) {
        writeln!(text, "  locked out until {}, {} wrong attempts", moment(until), lockout.wrong_in_a_row)?;
    }
    for attempt in store.pin_attempts(&customer.id, 5)? {
        let contact = attempt.contact.map(|contact| format!(" in {contact}")).unwrap_or_default();
        let what = match attempt.what.strip_suffix("_passphrase") {
            Some(done) => format!("passphrase {done}"),
            None => format!("PIN {}", attempt.what),
        };
        writeln!(text, "  {}  {what} {}{contact}", moment(attempt.at), attempt.verdict)?;
    }
    let list = ListArgs { limit: 10, of: Some(customer.id.to_string()), ..ListArgs::default() };
    let interactions = interactions(store, &list)?;
    let cases = cases(store, &CasesArgs { list, ..CasesArgs::default() }, now)?;
    Ok(format!("{text}\n{cases}\n{interactions}"))
}

fn show_contact(store: &dyn Desk, contact: &Interaction) -> Result<String> {
    let beginning = &contact.beginning;
    let mut text = format!("{} {}\n", beginning.channel, contact.id());
    let ending =
        contact.ending.as_ref().map(|ending| format!("{}, by the {}", ending.cause, ending.by.word()));
    let lines = [
        ("from", who_called(&names(store, [&contact.customer])?, contact)),
        ("to", beginning.to.to_string()),
        ("started", moment(beginning.started)),
        ("lasted", lasted(contact)),
        ("ended", ending.unwrap_or_default()),
        ("program", format!("{} {}", beginning.program, beginning.version)),
    ];
    for (name, value) in lines {
        writeln!(text, "  {name:<8} {}", plain(&value))?;
    }
    for line in contact.trail.iter().flat_map(way) {
        writeln!(text, "  {}", plain(&line))?;
    }
    for written in &contact.entries {
        writeln!(text, "  {}  {}", moment(written.at), plain(&written.entry.to_string()))?;
    }
    Ok(text)
}

/// A case with all that happened to it.
pub(super) fn show_case(store: &dyn Desk, case: &Case, now: Wall) -> Result<String> {
    let whose = name_of(&names(store, [&case.customer])?, case.customer.as_deref());
    let mut text = format!("case {}  {}  {}  {whose}\n", case.id, case.topic, standing(case, now));
    let worked: Vec<&str> = case.workers().into_iter().map(|by| &**by).collect();
    let optional = |word: Option<&Text>| word.map(ToString::to_string).unwrap_or_default();
    let priority = Some(case.priority()).filter(|priority| *priority != Priority::Normal);
    let lines = [
        ("priority", priority.map(|priority| priority.word().to_owned()).unwrap_or_default()),
        ("owner", optional(case.owner())),
        ("worked on by", worked.join(", ")),
        ("mood", optional(case.mood())),
        ("marked", optional(case.mark())),
        ("due", due(case, now)),
    ];
    for (name, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(text, "  {name:<12} {value}")?;
    }
    for event in &case.history {
        let what = match &event.change {
            Change::Contact { about: Some(object) } => format!("contact about {} {}", object.kind, object.id),
            Change::Contact { about: None } => "contact".to_owned(),
            Change::Outcome { outcome } => format!("outcome {outcome}"),
            Change::Note { text } => format!("note \"{text}\""),
            Change::Customer { customer } => format!("customer {customer}"),
            Change::Closed => "closed".to_owned(),
            Change::Reopened => "reopened".to_owned(),
            Change::ByHand { act, .. } => act.to_string(),
        };
        let who = if let Change::ByHand { by, .. } = &event.change { by } else { &event.contact };
        writeln!(text, "  {}  {who}  {what}", moment(event.at))?;
    }
    Ok(text)
}

/// Who was called when, and what came of it.
fn spoke(leg: &Leg) -> String {
    let Leg { to, called, .. } = leg;
    let end = match (leg.answered, leg.ended, &leg.result) {
        (Some(answered), Some(ended), _) => format!("answered at {answered}, until {ended}"),
        (Some(answered), None, _) => format!("answered at {answered}"),
        (None, _, Some(result)) => result.to_string(),
        (None, _, None) => "not answered".to_owned(),
    };
    format!("{to} called at {called}, {end}")
}

/// Where a contact went: flows, what was keyed, whom it was put through to. Secrets are dots.
fn way(trail: &Trail) -> Vec<String> {
    let path: Vec<&str> = trail.path.iter().map(|step| &*step.flow).collect();
    let keyed: Vec<&str> = trail.keyed.iter().map(|keyed| &*keyed.keys).collect();
    let trunk = trail.trunk.as_ref().map(|trunk| format!(" by {trunk}")).unwrap_or_default();
    let mut lines = vec![format!("direction {}{trunk}", trail.direction.word())];
    let lists =
        [("path", path.join(" > ")), ("keyed", keyed.join(" ")), ("look-ups", trail.lookups.join(" "))];
    lines.extend(
        lists.iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| format!("{name:<8} {list}")),
    );
    for reached in &trail.reached {
        lines.push(format!("reached  {}", spoke(reached)));
    }
    for leg in &trail.legs {
        lines.push(format!("leg {:<4} {}", leg.leg, spoke(leg)));
    }
    for recorded in &trail.recordings {
        let length = recorded.length.map(|length| format!(", {length}")).unwrap_or_default();
        lines.push(format!("recorded {} from {}{length}", recorded.file, recorded.at));
    }
    for sounded in &trail.sounded {
        let (mos, percent) = (sounded.mos, 100 * sounded.lost / (sounded.received + sounded.lost).max(1));
        let trip = sounded.round_trip.map(|trip| format!(", {trip} there and back")).unwrap_or_default();
        lines.push(format!(
            "sound of leg {} {}.{:02}, {} packets lost ({percent} %), jitter {}{trip}",
            sounded.leg,
            mos / 100,
            mos % 100,
            sounded.lost,
            sounded.jitter
        ));
    }
    if trail.recorded && trail.recordings.is_empty() {
        lines.push("recorded".to_owned());
    }
    if trail.cut {
        lines.push("more happened than is kept".to_owned());
    }
    lines
}
