//! A contact that has been, held against the states that the prover knows: is it one of the ways?
//!
//! Of the contact are known the exits that it took, in order. All states are followed in which it can be, with whatever
//! happens in between that no exit tells of.

use super::moves::Deed;
use super::roots::roots;
use super::search::Explorer;
use super::state::State;
use super::step::expand;
use crate::program::{Channel, Exit, NodeId};
use std::collections::BTreeMap;

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
    /// Whether a contact that came so and took these exits is a way that the prover knows.
    ///
    /// # Errors
    /// The first exit that no way takes there.
    pub fn follow(&self, channel: Channel, exits: &[(NodeId, Exit)]) -> Result<(), Strayed> {
        let begins = roots(&self.plan).into_iter().map(|(_, state)| state);
        let mut at: Vec<State> = begins.filter(|state| state.channel == channel).collect();
        for (known, (node, exit)) in exits.iter().enumerate() {
            at = self.after(at, *node, exit);
            if at.is_empty() {
                return Err(Strayed { known, node: *node, exit: exit.clone() });
            }
        }
        Ok(())
    }

    /// The states behind an exit, of all that can be come to without another.
    fn after(&self, from: Vec<State>, node: NodeId, exit: &Exit) -> Vec<State> {
        let mut seen: BTreeMap<u64, ()> = from.iter().map(|state| (state.print(), ())).collect();
        let (mut waiting, mut behind) = (from, BTreeMap::new());
        while let Some(state) = waiting.pop() {
            for next in expand(&self.plan, &state) {
                let print = next.state.print();
                match next.mv.deed {
                    Deed::Leaves(arm) | Deed::Answers(arm, _) => {
                        let taken = &self.plan.program.node(next.mv.node).arms[arm as usize].exit;
                        if next.mv.node == node && taken == exit {
                            behind.entry(print).or_insert(next.state);
                        }
                    }
                    // A condition or a loop that ends a block is left, too.
                    Deed::Goes if next.mv.node == node && is_plain(exit) => {
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
                        if seen.insert(print, ()).is_none() {
                            waiting.push(next.state);
                        }
                    }
                }
            }
        }
        behind.into_values().collect()
    }
}

fn is_plain(exit: &Exit) -> bool {
    matches!(exit, Exit::Next | Exit::Then | Exit::Else)
}
