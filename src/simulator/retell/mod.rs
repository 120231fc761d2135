//! A way that the prover has found, retold as a scenario: what must be given for it, and what the caller does.
//!
//! Numbers, entries and replies are made up so that conditions go as the way says, as far as they are read here:
//! comparisons with what a script names, missing values, sets of numbers, hours. Then the scenario is played. Only if the
//! engine takes the very exits of the way is it a proof; what cannot be retold so is possible, and data decides.
//!
//! | file | job |
//! |---|---|
//! | `trail` | along the way: which variable holds what, and what must be given |
//! | `caller` | who calls whom, and when |
//! | `others` | whoever is called, is in a room, or is free in a queue |
//! | `question` | what the caller presses, says or writes |
//! | `invent` | values by their types, and values that fulfil a condition |
//! | `draft` | the scenario as it is put together, and as YAML |

mod caller;
mod draft;
mod invent;
mod others;
mod question;
mod trail;

use super::scenario::ScenarioFile;
use super::test::{TestRun, test};
use crate::engine::{Action, Image, Note};
use crate::explore::{Deed, Story};
use crate::program::{Exit, NodeId, Program, Verb};
use draft::{Draft, Leave};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Scenarios of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retold {
    /// The scenario as an item of the list `scenarios`, its own `given` in it.
    pub yaml: String,
    /// The flows that it goes through.
    pub flows: Vec<String>,
}

/// Retells a way; `None` where the engine does not take it with anything that could be made up.
pub fn retell(image: &Arc<Image>, story: &Story, name: &str) -> Option<Retold> {
    let exits = exits(image, story);
    let draft = trail::draft(image, story)?;
    for leave in [Leave::InPrompt, Leave::Usual, Leave::AtOnce] {
        let draft = Draft { leave, ..draft.clone() };
        if let Some(flows) = plays(image, &draft.yaml(name, None), &exits) {
            let yaml = draft.yaml(name, Some(&flows));
            return Some(Retold { yaml, flows });
        }
        if !draft.hangs_up() {
            break;
        }
    }
    None
}

/// The scenario file around scenarios.
pub fn scenario_file(remark: &str, scenarios: &[Retold]) -> String {
    let remark: String = remark.lines().map(|line| format!("# {line}\n")).collect();
    let items: Vec<&str> = scenarios.iter().map(|scenario| scenario.yaml.as_str()).collect();
    format!("{remark}scenarios:\n{}", items.join("\n"))
}

/// The exits that the way takes, as the engine notes them.
fn exits(program: &Program, story: &Story) -> Vec<(NodeId, Exit)> {
    let steps = story.steps.iter().filter_map(|step| match step.mv.deed {
        Deed::Leaves(arm) | Deed::Answers(arm, _) => {
            Some((step.mv.node, program.node(step.mv.node).arms[arm as usize].exit.clone()))
        }
        Deed::Arrives(..)
        | Deed::Begins(_)
        | Deed::Runs(_)
        | Deed::Goes
        | Deed::Waits
        | Deed::CallsNext
        | Deed::Silence
        | Deed::Unfit(_)
        | Deed::Wrong
        | Deed::Presses(_)
        | Deed::HangsUp
        | Deed::LeavesBehind
        | Deed::Connects
        | Deed::Parts
        | Deed::Joins
        | Deed::Ends
        | Deed::Fails => None,
    });
    steps.collect()
}

/// The flows that the scenario goes through, if it passes and takes these exits first.
fn plays(image: &Arc<Image>, yaml: &str, wanted: &[(NodeId, Exit)]) -> Option<Vec<String>> {
    let file = ScenarioFile::read("retold", &format!("scenarios:\n{yaml}"), image).ok()?;
    let run = test(image, file.scenarios.first()?);
    let follows = takes(image, &taken(&run), wanted);
    let contact = run.contacts.first()?;
    (follows && run.passed()).then(|| contact.path.iter().map(|flow| flow.to_string()).collect())
}

/// Whether these exits were taken, in order, and no others but those of what runs while something is waited for.
fn takes(program: &Program, taken: &[(NodeId, Exit)], wanted: &[(NodeId, Exit)]) -> bool {
    let beside = beside(program);
    let mut wanted = wanted.iter().peekable();
    for exit in taken {
        match wanted.peek() {
            None => return true,
            Some(next) if *next == exit => drop(wanted.next()),
            Some(_) if beside.contains(&exit.0) => {}
            Some(_) => return false,
        }
    }
    wanted.peek().is_none()
}

/// The nodes of blocks that run while something is waited for.
fn beside(program: &Program) -> BTreeSet<NodeId> {
    let waiting = program.nodes.iter().flat_map(|node| &node.arms).filter(|arm| arm.exit == Exit::Waiting);
    let mut open: Vec<NodeId> = waiting.map(|arm| arm.to).collect();
    let mut found: BTreeSet<NodeId> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        let node = program.node(id);
        let entered = match &node.verb {
            Verb::Do(call) => Some(program.flow(call.flow).entry),
            _ => None,
        };
        let behind = node.arms.iter().map(|arm| arm.to).chain(entered);
        open.extend(behind.filter(|next| found.insert(*next)));
    }
    found
}

/// The exits that the first contact has taken; the conditions of a block's end are among them.
fn taken(run: &TestRun) -> Vec<(NodeId, Exit)> {
    let entries = run.contacts.iter().take(1).flat_map(|contact| &contact.journal.entries);
    let notes = entries.flat_map(|entry| &entry.actions).filter_map(|action| match action {
        Action::Note(Note::Left { node, exit }) => Some((*node, exit.clone())),
        _ => None,
    });
    notes.collect()
}
