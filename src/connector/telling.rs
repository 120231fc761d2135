//! What templates may name of a contact and its cases.

use super::facts::Facts;
use crate::crm::{Case, Interaction};
use crate::program::{Caller, Entry};
use serde_json::Value as Json;

/// What stands for `contact.…`.
pub fn contact_facts(interaction: &Interaction) -> Facts {
    let beginning = &interaction.beginning;
    let ending = interaction.ending.as_ref();
    let lasted = ending.map(|ending| (ending.at.0 - beginning.started.0).max(0));
    let outcomes = outcomes(interaction);
    let mut facts = Facts::default();
    facts.set("key", &*beginning.contact);
    facts.set("contact.id", &*beginning.contact);
    facts.set("contact.channel", beginning.channel.word());
    let Sides { direction, from, to } = sides(interaction);
    facts.set("contact.direction", direction);
    facts.set("contact.from", text(from));
    facts.set("contact.to", text(to));
    facts.set("contact.started", beginning.started.0);
    facts.set("contact.ended", ending.map_or(Json::Null, |ending| ending.at.0.into()));
    facts.set("contact.seconds", lasted.map_or(Json::Null, |ms| (ms / 1000).into()));
    facts.set("contact.milliseconds", lasted.map_or(Json::Null, Json::from));
    facts.set("contact.outcome", interaction.outcomes().get(&None).map_or(Json::Null, |word| text(word)));
    facts.set("contact.outcomes", text(&outcomes));
    facts.set("contact.topics", text(&topics(interaction).join(", ")));
    facts.set("contact.notes", text(&notes(interaction).join("\n")));
    facts.set("contact.title", title(interaction));
    facts.set("contact.summary", summary(interaction));
    facts.set("contact.ended_by", ending.map_or(Json::Null, |ending| ending.by.word().into()));
    facts.set("contact.cause", ending.map_or(Json::Null, |ending| text(&ending.cause)));
    facts.set("contact.program", text(&beginning.program));
    facts.set("contact.version", text(&beginning.version));
    facts.set("contact.verified", interaction.verified);
    facts
}

/// Who made contact with whom.
pub(super) struct Sides<'a> {
    /// `inbound` or `outbound`.
    pub direction: &'static str,
    /// A number or an address; empty where it is not known.
    pub from: &'a str,
    pub to: &'a str,
}

/// Where we called, the number that stands for us is the one that was called when the call was asked for.
pub(super) fn sides(interaction: &Interaction) -> Sides<'_> {
    let beginning = &interaction.beginning;
    match interaction.reached() {
        Some(reached) => Sides { direction: "outbound", from: &beginning.to, to: reached },
        None => Sides { direction: "inbound", from: beginning.from.shown(), to: &beginning.to },
    }
}

/// What stands for `case.…`.
pub fn case_facts(case: &Case, interaction: &Interaction) -> Facts {
    let mut facts = Facts::default();
    let about = case.about.as_ref();
    let title = match about {
        Some(object) => format!("{}: {} {}", case.topic, object.kind, object.id),
        None => case.topic.to_string(),
    };
    facts.set("case.id", case.id);
    facts.set("case.key", case_key(case));
    facts.set("case.topic", &*case.topic);
    facts.set("case.state", case.state.word());
    facts.set("case.opened", case.opened.0);
    facts.set("case.closed", case.closed.map_or(Json::Null, |at| at.0.into()));
    facts.set("case.about", about.map_or(Json::Null, |object| text(&object.id)));
    facts.set("case.about_kind", about.map_or(Json::Null, |object| text(&object.kind)));
    facts.set("case.contacts", case.contacts().len());
    facts.set("case.summary", format!("{title}\n{}", summary(interaction)));
    facts.set("case.title", title);
    facts
}

/// A key that no other case has, in this deployment or another: ids of contacts are random, and where a person opened it,
/// the moment stands for them.
pub(super) fn case_key(case: &Case) -> String {
    match case.opened_by().filter(|contact| !contact.is_empty()) {
        Some(contact) => format!("{contact}-case-{}", case.id),
        None => format!("case-{}-{}", case.id, case.opened.0),
    }
}

/// `Call from +79656295719: balance: resolved`.
fn title(interaction: &Interaction) -> String {
    let outcomes = outcomes(interaction);
    let about = if outcomes.is_empty() { topics(interaction).join(", ") } else { outcomes };
    let who = who(interaction);
    if about.is_empty() { who } else { format!("{who}: {about}") }
}

fn who(interaction: &Interaction) -> String {
    let beginning = &interaction.beginning;
    if let Some(reached) = interaction.reached() {
        return format!("Call to {reached}");
    }
    let from = match &beginning.from {
        Caller::Number(phone) => phone.to_string(),
        Caller::Invalid(address) => address.to_string(),
        Caller::Withheld => "a withheld number".to_owned(),
        Caller::Missing => "no number".to_owned(),
    };
    let mut word = beginning.channel.word().to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("{word} from {from}")
}

/// Who, what came of it, what was noted, and the contact's id, by which it is found again.
fn summary(interaction: &Interaction) -> String {
    let mut lines = vec![match interaction.reached() {
        Some(_) => who(interaction),
        None => format!("{} to {}", who(interaction), interaction.beginning.to),
    }];
    lines.extend(Some(outcomes(interaction)).filter(|outcomes| !outcomes.is_empty()));
    lines.extend(notes(interaction));
    lines.push(format!("Contact {}", interaction.id()));
    lines.join("\n")
}

fn outcomes(interaction: &Interaction) -> String {
    let outcomes = interaction.outcomes().into_iter().map(|(topic, outcome)| match topic {
        Some(topic) => format!("{topic}: {outcome}"),
        None => outcome.to_string(),
    });
    outcomes.collect::<Vec<_>>().join(", ")
}

fn topics(interaction: &Interaction) -> Vec<String> {
    let mut topics = Vec::new();
    for written in &interaction.entries {
        if let Entry::Case { topic, .. } = &written.entry
            && !topics.iter().any(|known: &String| known == &**topic)
        {
            topics.push(topic.to_string());
        }
    }
    topics
}

fn notes(interaction: &Interaction) -> Vec<String> {
    let entries = interaction.entries.iter();
    let notes = entries
        .filter_map(|written| if let Entry::Note { text } = &written.entry { Some(text) } else { None });
    notes.map(ToString::to_string).collect()
}

/// A text; missing where there is nothing in it.
fn text(text: &str) -> Json {
    if text.is_empty() { Json::Null } else { text.into() }
}
