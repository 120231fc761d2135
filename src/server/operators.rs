//! Who takes the calls of queues: those whom the settings name, and the members whom the program does.

use super::config::Config;
use crate::engine::Image;
use crate::program::{Party, Text, Verb};
use crate::queues::OperatorTerms;
use serde::Deserialize;
use thiserror::Error;

/// Somebody who takes calls, as the settings say it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct OperatorConfig {
    /// Whom to call: a number, an extension, a name under `parties`, a SIP address. The operator's own name where it is
    /// missing.
    #[serde(default)]
    pub phone: Option<String>,
    /// The queues, the best first.
    pub queues: Vec<String>,
    /// So many calls missed in a row, and the operator is paused until a person says otherwise; 0 for never.
    #[serde(default = "default_pause_after")]
    pub pause_after: u32,
}

fn default_pause_after() -> u32 {
    3
}

/// Somebody who takes calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Operator {
    /// What is agreed with them.
    pub terms: OperatorTerms,
    /// Whom to call.
    pub phone: Party,
}

/// Everybody who takes calls: by name those of the settings, then the members of the program's queues, who are never
/// paused for calls that they miss.
pub fn roster(config: &Config, image: &Image) -> Vec<Operator> {
    let mut roster: Vec<Operator> = config.operators.iter().map(named).collect();
    for queue in &image.queues {
        for member in &queue.members {
            match roster.iter_mut().find(|known| known.terms.name == *member) {
                Some(known) if known.terms.queues.contains(&queue.name) => {}
                Some(known) => known.terms.queues.push(queue.name.clone()),
                None => roster.push(Operator {
                    terms: OperatorTerms {
                        name: member.clone(),
                        queues: vec![queue.name.clone()],
                        pause_after: 0,
                    },
                    phone: Party::Name(member.clone()),
                }),
            }
        }
    }
    roster
}

fn named((name, config): (&String, &OperatorConfig)) -> Operator {
    let queues = config.queues.iter().map(|queue| queue.as_str().into()).collect();
    let terms = OperatorTerms { name: name.as_str().into(), queues, pause_after: config.pause_after };
    Operator { terms, phone: Party::Name(config.phone.as_ref().unwrap_or(name).as_str().into()) }
}

/// What keeps queues from being served.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{text}")]
pub struct OperatorProblem {
    /// Whom of the settings it is about.
    pub operator: Option<Text>,
    /// What is wrong, and what to write.
    pub text: String,
}

impl OperatorProblem {
    fn of_program(text: String) -> OperatorProblem {
        OperatorProblem { operator: None, text }
    }
}

/// What keeps queues from being served: one that callers enter and nobody takes calls of, an operator of a queue that there
/// is not, one whom nobody can call. Empty where nothing does.
pub fn problems(config: &Config, image: &Image) -> Vec<OperatorProblem> {
    let roster = roster(config, image);
    let entered = image.nodes.iter().filter_map(|node| match &node.verb {
        Verb::Queue(queue) => Some((&image.queues[queue.queue.0 as usize].name, &node.place)),
        _ => None,
    });
    let mut problems = Vec::new();
    let mut seen: Vec<&Text> = Vec::new();
    for (queue, place) in entered {
        let is_served = roster.iter().any(|operator| operator.terms.queues.contains(queue));
        if !is_served && !seen.contains(&queue) {
            seen.push(queue);
            problems.push(OperatorProblem::of_program(format!(
                "{}:{}: nobody takes the calls of the queue `{queue}`: name somebody under `operators`, or `members` in the queue",
                place.path, place.line
            )));
        }
    }
    problems.extend(calls_back(image).map(OperatorProblem::of_program));
    for operator in &roster {
        let name = &operator.terms.name;
        let unknown = |queue: &&Text| !image.queues.iter().any(|known| known.name == **queue);
        let wrong = |text: String| OperatorProblem { operator: Some(name.clone()), text };
        problems.extend(operator.terms.queues.iter().filter(unknown).map(|queue| {
            wrong(format!(
                "`operators`: {name} takes calls of `{queue}`, and the program has no queue of that name"
            ))
        }));
        if let Err(reason) = super::call::reachable(config, &operator.phone) {
            problems.push(wrong(format!("`operators`: {name} cannot be called: {reason}")));
        }
    }
    problems
}

/// The calls back that nobody carries out.
fn calls_back(image: &Image) -> impl Iterator<Item = String> {
    let some = image.queues.iter().any(|queue| queue.callbacks.is_some());
    image.nodes.iter().filter_map(move |node| {
        let Verb::Callback(callback) = &node.verb else { return None };
        let named = callback.queue.map(|queue| &image.queues[queue.0 as usize]);
        if named.map_or(some, |queue| queue.callbacks.is_some()) {
            return None;
        }
        let queue = named.map_or_else(|| "a queue".to_owned(), |queue| format!("the queue `{}`", queue.name));
        let (path, line) = (&node.place.path, node.place.line);
        Some(format!(
            "{path}:{line}: nobody carries out this `callback`: {queue} must say `callbacks -> FLOW`"
        ))
    })
}
