//! A way that the prover has found, retold as a scenario: what must be given for it, and what the caller does.
//!
//! Numbers, entries and replies are made up so that conditions go as the way says, as far as they are read here:
//! comparisons with what a script names, missing values, sets of numbers, hours. Then the scenario is played. Only if the
//! engine takes the very exits of the way is it a proof; what cannot be retold so is possible, and data decides.
//!
//! | file | job |
//! |---|---|
//! | `trail` | along the way: which variable holds what, and what must be given |
//! | `crm` | who is known, what is found, whose secret is right |
//! | `caller` | who calls whom, and when |
//! | `others` | whoever is called, is in a room, or is free in a queue |
//! | `entry` | what the caller answers on the way |
//! | `question` | what the caller presses, says or writes |
//! | `source` | where a value on the way comes from, and how another is given there |
//! | `invent` | values by their types, and values that fulfil a condition |
//! | `trial` | other values, where a condition does not go as it must |
//! | `shown` | what a call that went otherwise shows: whom it called, which room it came to |
//! | `service` | what services reply, what is kept, how queues are |
//! | `reply` | a service's reply as it is put together |
//! | `hosts` | contacts that order a flow which cannot begin by itself |
//! | `draft` | the scenario as it is put together, and as YAML |

mod caller;
mod crm;
mod draft;
mod entry;
mod hosts;
mod invent;
mod others;
mod question;
mod reply;
mod service;
mod shown;
mod source;
mod trail;
mod trial;

use super::contact::ContactRun;
use super::scenario::ScenarioFile;
use super::test::{TestRun, test};
use crate::engine::{Action, Image, Note};
use crate::explore::{Deed, Move, Story};
use crate::program::{Exit, NodeId, Program, Verb};
use draft::{Draft, Leave, quoted};
use hosts::Hosts;
pub(super) use invent::any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use trail::Luck;
use trial::Trial;

/// Scenarios of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retold {
    /// The scenario as an item of the list `scenarios`, its own `given` in it.
    pub yaml: String,
    /// The flows that it goes through.
    pub flows: Vec<String>,
}

impl Retold {
    /// The same call by another name.
    pub fn named(&self, name: &str) -> Retold {
        let behind = self.yaml.split_once('\n').map_or("", |(_, behind)| behind);
        Retold { yaml: format!("  - name: {}\n{behind}", quoted(name)), flows: self.flows.clone() }
    }

    /// The same call, of which something else is expected than its path.
    pub fn expecting(&self, expected: &str) -> Retold {
        let mut lines: Vec<&str> = self.yaml.lines().filter(|line| !line.starts_with(EXPECTS)).collect();
        let expect = format!("{EXPECTS} {{ {expected} }}");
        lines.push(&expect);
        Retold { yaml: lines.join("\n") + "\n", flows: self.flows.clone() }
    }
}

/// How the line begins that says what is expected.
const EXPECTS: &str = "    expect:";

/// Why a way was not retold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untold {
    /// Nothing could be made up for what happens at this node.
    Unwritten(NodeId),
    /// The call that was made up leaves this node otherwise than the way does, or never comes to it.
    Strays(NodeId, Exit),
    /// It takes the exits of the way, and does not end as that does.
    Ends,
    /// It goes the whole way, and what was found is not seen on it.
    Unseen,
}

impl Untold {
    /// The node that cannot be left as the way does, where there is one.
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Untold::Unwritten(node) | Untold::Strays(node, _) => Some(*node),
            Untold::Ends | Untold::Unseen => None,
        }
    }
}

/// Values that are tried for one way at most, and steps at which anything is tried.
const TRIALS: usize = 400;
const DOUBTS: usize = 12;
/// Half as many values are tried after each time in vain, so often.
const LESS: u32 = 5;

/// Retells ways; what was found out for one it knows for the next that begins like it.
#[derive(Debug, Default)]
pub struct Teller {
    /// What has been tried and was right, by the moves up to the step behind which it is given.
    right: BTreeMap<Vec<Move>, Vec<Trial>>,
    /// How often nothing was found that makes a node go as the way does.
    in_vain: BTreeMap<(NodeId, Exit), u32>,
    hosts: Hosts,
}

impl Teller {
    /// Retells a way.
    ///
    /// # Errors
    /// Why the engine does not take it with anything that could be made up.
    pub fn retell(&mut self, image: &Arc<Image>, story: &Story, name: &str) -> Result<Retold, Untold> {
        let story = &self.hosts.behind(image, story);
        let moves: Vec<Move> = story.steps.iter().map(|step| step.mv).collect();
        let mut luck: Luck =
            (0..moves.len()).filter_map(|at| Some((at, self.right.get(&moves[..=at])?.clone()))).collect();
        let (mut tried, mut doubts) = (0, 0);
        let mut missed = match told(image, story, &luck, name) {
            Ok(retold) => {
                self.hosts.learn(image, story);
                return Ok(retold);
            }
            Err(missed) => missed,
        };
        'doubts: while let (Some(doubt), true) = (missed.doubt.take(), doubts < DOUBTS) {
            doubts += 1;
            let most = TRIALS >> self.failures(&missed.why);
            let trials = trail::draft(image, story, &luck, Some(&doubt)).map(|(_, trials)| trials);
            for (at, trial) in trials.unwrap_or_default() {
                tried += 1;
                if tried > most {
                    break 'doubts;
                }
                let mut with = luck.clone();
                let given = with.entry(at).or_default();
                given.retain(|(source, _)| *source != trial.0);
                given.push(trial);
                let better = match told(image, story, &with, name) {
                    Ok(retold) => {
                        self.keep(&moves, with);
                        self.hosts.learn(image, story);
                        return Ok(retold);
                    }
                    Err(next) => next,
                };
                if better.at() > Some(doubt.at) {
                    (luck, missed) = (with, better);
                    continue 'doubts;
                }
            }
            break;
        }
        if let Untold::Strays(node, exit) = &missed.why {
            *self.in_vain.entry((*node, exit.clone())).or_default() += 1;
        }
        Err(missed.why)
    }

    /// How often a way was given up for this reason: less is tried each time.
    fn failures(&self, why: &Untold) -> u32 {
        match why {
            Untold::Strays(node, exit) => {
                self.in_vain.get(&(*node, exit.clone())).copied().unwrap_or(0).min(LESS)
            }
            Untold::Unwritten(_) | Untold::Ends | Untold::Unseen => 0,
        }
    }

    fn keep(&mut self, moves: &[Move], luck: Luck) {
        for (at, trials) in luck {
            self.right.insert(moves[..=at].to_vec(), trials);
        }
    }
}

/// A way that was not taken: where the call goes otherwise, if that can be said, and why.
struct Missed {
    doubt: Option<Doubt>,
    why: Untold,
}

/// The step at which a call goes otherwise, the one behind which all was still right, and how the call went.
struct Doubt {
    from: usize,
    at: usize,
    run: Box<TestRun>,
}

impl Missed {
    fn at(&self) -> Option<usize> {
        self.doubt.as_ref().map(|doubt| doubt.at)
    }
}

/// A way with what has been tried.
fn told(image: &Arc<Image>, story: &Story, luck: &Luck, name: &str) -> Result<Retold, Missed> {
    let exits = exits(image, story);
    let ordered = hosts::ordered(story);
    let behind = exits.iter().take_while(|(step, _)| ordered.is_none_or(|at| *step < at)).count();
    let fails = story.steps.last().is_some_and(|step| step.mv.deed == Deed::Fails);
    let draft = trail::draft(image, story, luck, None);
    let (draft, _) = draft.map_err(|node| Missed { doubt: None, why: Untold::Unwritten(node) })?;
    let mut missed: Option<Missed> = None;
    for leave in [Leave::InPrompt, Leave::Usual, Leave::AtOnce] {
        let draft = Draft { leave, ..draft.clone() };
        match plays(image, &draft.yaml(image, name, None), exits.split_at(behind), fails) {
            Ok(flows) => {
                let yaml = draft.yaml(image, name, Some(&flows));
                return Ok(Retold { yaml, flows });
            }
            Err(other) => missed = missed.or(Some(other)),
        }
        if !draft.hangs_up() {
            break;
        }
    }
    Err(missed.unwrap_or(Missed { doubt: None, why: Untold::Ends }))
}

/// The scenario file around scenarios of the program in a folder.
pub fn scenario_file(remark: &str, folder: &str, scenarios: &[Retold]) -> String {
    let remark: String = remark.lines().map(|line| format!("# {line}\n")).collect();
    let items: Vec<&str> = scenarios.iter().map(|scenario| scenario.yaml.as_str()).collect();
    format!("{remark}flow: {}\nscenarios:\n{}", quoted(folder), items.join("\n"))
}

/// An exit that the way takes, as the engine notes it, and the step at which it does.
type Wanted = (usize, (NodeId, Exit));

fn exits(program: &Program, story: &Story) -> Vec<Wanted> {
    let steps = story.steps.iter().enumerate().filter_map(|(index, step)| match step.mv.deed {
        Deed::Leaves(arm) | Deed::Answers(arm, _) => {
            let exit = program.node(step.mv.node).arms[arm as usize].exit.clone();
            Some((index, (step.mv.node, exit)))
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

/// The flows that the scenario goes through, if it passes and takes these exits first; `fails` where the flow cannot go on
/// behind them.
fn plays(
    image: &Arc<Image>,
    yaml: &str,
    wanted: (&[Wanted], &[Wanted]),
    fails: bool,
) -> Result<Vec<String>, Missed> {
    let ends = || Missed { doubt: None, why: Untold::Ends };
    let file = ScenarioFile::read("retold", &format!("scenarios:\n{yaml}"), image);
    let scenario = file.ok().and_then(|file| file.scenarios.into_iter().next()).ok_or_else(ends)?;
    let run = test(image, &scenario);
    if let Some((at, (node, exit))) = parts(image, &run, wanted) {
        let before =
            wanted.0.iter().chain(wanted.1).map(|(step, _)| *step).take_while(|step| *step < at).last();
        let doubt = Doubt { from: before.map_or(0, |step| step + 1), at, run: Box::new(run) };
        return Err(Missed { doubt: Some(doubt), why: Untold::Strays(node, exit) });
    }
    let contact = run.contacts.first().filter(|_| run.passed()).ok_or_else(ends)?;
    let entries = std::iter::once(contact).chain(&contact.afterwards).flat_map(|run| &run.journal.entries);
    let actions = entries.flat_map(|entry| &entry.actions);
    let is_faulty = actions.into_iter().any(|action| matches!(action, Action::Note(Note::Fault { .. })));
    match fails && !is_faulty {
        true => Err(ends()),
        false => Ok(contact.path.iter().map(|flow| flow.to_string()).collect()),
    }
}

/// Where a call goes otherwise than the way: on itself, or in the flow that runs behind it.
fn parts(program: &Program, run: &TestRun, (of_contact, behind): (&[Wanted], &[Wanted])) -> Option<Wanted> {
    let contact = run.contacts.first();
    let exits = contact.map_or_else(Vec::new, taken);
    let strayed = strays(program, &exits, of_contact);
    let first = behind.first().filter(|_| strayed.is_none());
    strayed.or_else(|| {
        let flow = program.node(first?.1.0).flow;
        let is_it = |run: &&ContactRun| {
            run.journal.header.contact.task.as_ref().is_some_and(|task| task.flow == program.flow(flow).name)
        };
        let ran = contact?.afterwards.iter().find(is_it).map_or_else(Vec::new, taken);
        strays(program, &ran, behind)
    })
}

/// The first of these exits that is not taken, in order, with no others but those of what runs while something is waited
/// for.
fn strays(program: &Program, taken: &[(NodeId, Exit)], wanted: &[Wanted]) -> Option<Wanted> {
    let beside = beside(program);
    let mut wanted = wanted.iter().peekable();
    for exit in taken {
        match wanted.peek() {
            None => return None,
            Some((_, next)) if next == exit => drop(wanted.next()),
            Some(_) if beside.contains(&exit.0) || ends_block(program, exit) => {}
            Some(next) => return Some((*next).clone()),
        }
    }
    wanted.next().cloned()
}

/// Whether nothing follows in the block whose last node was left so: of that a way does not tell.
fn ends_block(program: &Program, (node, exit): &(NodeId, Exit)) -> bool {
    program.node(*node).arm(exit).is_none()
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

/// The exits that a contact has taken; the conditions of a block's end are among them.
fn taken(run: &ContactRun) -> Vec<(NodeId, Exit)> {
    let notes =
        run.journal.entries.iter().flat_map(|entry| &entry.actions).filter_map(|action| match action {
            Action::Note(Note::Left { node, exit }) => Some((*node, exit.clone())),
            _ => None,
        });
    notes.collect()
}
