//! A contact that has been, held against the states that the prover knows: is it one of the ways?
//!
//! Of the contact are known the exits that it took, in order, and where another process took it up. All states are followed
//! in which it can be, with whatever happens in between that no exit tells of.

use super::moves::Deed;
use super::roots::roots;
use super::search::Explorer;
use super::state::Stage;
use super::state::State;
use super::step::{drop_scope, expand, set_stage};
use crate::engine::{Action, Event, Journal, Note};
use crate::program::{Exit, NodeId};
use std::collections::{BTreeMap, BTreeSet};

/// How a condition or a loop is left.
const PLAIN: [Exit; 3] = [Exit::Next, Exit::Then, Exit::Else];

/// Where a contact leaves the ways that the prover knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strayed {
    /// How many of its exits are known, one after another.
    pub known: usize,
    /// The first that is not.
    pub node: NodeId,
    /// By which it left that node.
    pub exit: Exit,
}

impl Explorer<'_> {
    /// Whether the contact of a journal is a way that the prover knows.
    ///
    /// # Errors
    /// The first exit that no way takes there.
    pub fn follow(&self, journal: &Journal) -> Result<(), Strayed> {
        let channel = journal.header.contact.channel;
        let begins = roots(&self.plan).into_iter().map(|(_, state)| state);
        let mut at: Vec<State> = begins.filter(|state| state.channel == channel).collect();
        let mut known = 0;
        for entry in &journal.entries {
            if entry.event == Some(Event::TakenUp) {
                at = self.taken_up(at);
            }
            for action in &entry.actions {
                let Action::Note(Note::Left { node, exit }) = action else { continue };
                at = self.around(at, Some((*node, exit))).1;
                if at.is_empty() {
                    return Err(Strayed { known, node: *node, exit: exit.clone() });
                }
                known += 1;
            }
        }
        Ok(())
    }

    /// Where a contact can be that another process took up: blocks that ran while something was waited for are left, and what
    /// is waited for stands, or begins anew.
    fn taken_up(&self, from: Vec<State>) -> Vec<State> {
        let (mut known, mut behind) = (BTreeSet::new(), Vec::new());
        for mut state in self.around(from, None).0 {
            while !state.scopes.is_empty() {
                let mut anew = state.clone();
                set_stage(&mut anew, Stage::Enter);
                for state in [state.clone(), anew] {
                    if known.insert(state.print()) {
                        behind.push(state);
                    }
                }
                if state.scopes.len() == 1 {
                    break;
                }
                drop_scope(&mut state);
            }
        }
        behind
    }

    /// The states that can be come to without an exit, and the states behind this one.
    fn around(&self, from: Vec<State>, left: Option<(NodeId, &Exit)>) -> (Vec<State>, Vec<State>) {
        let mut seen: BTreeSet<u64> = from.iter().map(State::print).collect();
        let (mut waiting, mut around, mut behind) = (from, Vec::new(), BTreeMap::new());
        while let Some(state) = waiting.pop() {
            for next in expand(&self.plan, &state) {
                let print = next.state.print();
                let is_left = |exit: &Exit| left == Some((next.mv.node, exit));
                match next.mv.deed {
                    Deed::Leaves(arm) | Deed::Answers(arm, _) => {
                        if is_left(&self.plan.program.node(next.mv.node).arms[arm as usize].exit) {
                            behind.entry(print).or_insert(next.state);
                        }
                    }
                    // A condition or a loop that ends a block is left, too.
                    Deed::Goes if PLAIN.iter().any(is_left) => {
                        behind.entry(print).or_insert(next.state);
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
                    | Deed::Fails => {
                        if seen.insert(print) {
                            waiting.push(next.state);
                        }
                    }
                }
            }
            around.push(state);
        }
        (around, behind.into_values().collect())
    }
}
