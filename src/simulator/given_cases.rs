//! What a CRM knows of earlier contacts: cases that are open or were closed, and contacts that are over.

use super::reading::Reading;
use super::tree::Item;
use crate::crm::{Act, Beginning, Case, CaseState, EndedBy, Ending, Interaction, Memory, Priority, Written};
use crate::program::{Entry, Text, Type, Value};
use crate::time::Wall;

/// Words of a case.
pub(super) const CASE: [&str; 8] =
    ["customer", "topic", "state", "opened", "owner", "mood", "priority", "promised"];
/// Words of a contact that is over.
pub(super) const CONTACT: [&str; 4] = ["customer", "topic", "outcome", "at"];

/// Who did by hand what a scenario says of a case.
const SCENARIO: &str = "scenario";

/// A case that a scenario gives; its number comes when the world takes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GivenCase(Case);

/// A contact that a scenario gives; its id comes when the world takes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GivenContact {
    customer: Text,
    topic: Option<Text>,
    outcome: Option<Text>,
    at: Wall,
}

impl GivenCase {
    /// `{ customer: c1, topic: modem, opened: 2026-11-01T10:00:00+03:00, owner: ivan, mood: angry }`.
    pub fn read(reading: &mut Reading, item: &Item) -> Option<GivenCase> {
        reading.only_keys(item, "a case", &CASE);
        let topic = topic(reading, item, "a case")?;
        let customer = item.get("customer").and_then(|customer| reading.customer(customer));
        let opened = item.get("opened").map_or(Some(Wall(0)), |opened| moment(reading, opened))?;
        let mut case = Case::open(0, &topic, customer, None, opened);
        case.join(&"given".into(), opened, None);
        for (key, _, value) in item.entries() {
            let act = match key {
                "owner" => text(reading, value).map(|to| Act::Assign { to: Some(to) }),
                "mood" => {
                    text(reading, value).map(|mood| Act::Note { text: SCENARIO.into(), mood: Some(mood) })
                }
                "priority" => priority(reading, value).map(|priority| Act::Rank { priority }),
                "promised" => moment(reading, value).map(|due| Act::Promise { what: SCENARIO.into(), due }),
                _ => None,
            };
            // A word that makes no sense has been complained of.
            act.into_iter().for_each(|act| drop(case.act(act, SCENARIO, opened)));
        }
        item.get("state").into_iter().for_each(|state| stand(reading, state, &mut case));
        Some(GivenCase(case))
    }

    /// Puts it among the cases that there are.
    pub fn put(&self, crm: &mut Memory) {
        let id = crm.cases.keys().next_back().map_or(1, |last| last + 1);
        crm.cases.insert(id, Case { id, ..self.0.clone() });
    }
}

impl GivenContact {
    /// `{ customer: c1, topic: balance, outcome: resolved, at: 2026-11-01T10:00:00+03:00 }`.
    pub fn read(reading: &mut Reading, item: &Item) -> Option<GivenContact> {
        reading.only_keys(item, "a contact", &CONTACT);
        let Some(customer) = item.get("customer") else {
            reading.lacks(item, "a contact needs a `customer`", None);
            return None;
        };
        let customer = reading.customer(customer)?;
        let at = item.get("at").map_or(Some(Wall(0)), |at| moment(reading, at))?;
        let topic = item.get("topic").map(|_| topic(reading, item, "a contact"));
        let outcome = item.get("outcome").and_then(|outcome| text(reading, outcome));
        Some(GivenContact { customer, topic: topic.flatten(), outcome, at })
    }

    /// Puts it among the contacts that there are.
    pub fn put(&self, crm: &mut Memory) {
        let id = format!("given-{}", crm.interactions.len() + 1);
        let mut contact = Interaction::begin(Beginning::unknown(&id, self.at));
        contact.ending = Some(Ending { at: self.at, by: EndedBy::Caller, cause: "normal".into() });
        let known = Entry::Identity { customer: self.customer.clone(), verified: false };
        let outcome = self.outcome.clone().unwrap_or_else(|| "abandoned".into());
        let said = Entry::Outcome { outcome, topic: self.topic.clone() };
        for (index, entry) in [known, said].into_iter().enumerate() {
            contact.write(Written { sequence: index as u64 + 1, at: self.at, entry });
        }
        crm.interactions.insert(id.into(), contact);
    }
}

fn topic(reading: &mut Reading, item: &Item, what: &str) -> Option<Text> {
    let Some(value) = item.get("topic") else {
        reading.lacks(item, format!("{what} needs a `topic`"), None);
        return None;
    };
    let word = reading.scalar(value, "a topic")?.to_owned();
    let program = reading.program;
    let topics = &program.vocabulary.topics;
    if !topics.iter().any(|known| **known == *word) {
        let message = format!("the program has no topic `{word}`");
        reading.unknown_name(value, &message, &word, topics.iter().map(|topic| &**topic));
        return None;
    }
    Some(word.into())
}

fn text(reading: &mut Reading, item: &Item) -> Option<Text> {
    reading.scalar(item, "a word").map(Text::from)
}

fn moment(reading: &mut Reading, item: &Item) -> Option<Wall> {
    match reading.value(item, &Type::Moment) {
        Some(Value::Moment(moment)) => Some(moment.at),
        Some(_) | None => None,
    }
}

fn priority(reading: &mut Reading, item: &Item) -> Option<Priority> {
    let word = reading.scalar(item, "a priority")?;
    let found = Priority::from_word(word);
    if found.is_none() {
        let known = Priority::ALL.into_iter().map(Priority::word);
        reading.unknown(item, &format!("no case is `{word}`"), word, known);
    }
    found
}

fn stand(reading: &mut Reading, item: &Item, case: &mut Case) {
    let Some(word) = reading.scalar(item, "a state") else { return };
    let Some(state) = CaseState::from_word(word) else {
        let known = CaseState::ALL.into_iter().map(CaseState::word);
        return reading.unknown(item, &format!("a case is never `{word}`"), word, known);
    };
    let because = || SCENARIO.into();
    let acts = match state {
        CaseState::Open => vec![],
        CaseState::Waiting => vec![Act::Wait { because: because() }],
        CaseState::Closed => vec![Act::Close { because: because() }],
        CaseState::Reopened => vec![Act::Close { because: because() }, Act::Reopen { because: because() }],
    };
    let opened = case.opened;
    acts.into_iter().for_each(|act| drop(case.act(act, SCENARIO, opened)));
}
