//! Moves by which nobody does anything, and nothing is spent: what goes round by them goes round without end.

use super::moves::{Deed, Move};
use super::state::State;
use crate::program::{Exit, Program, Verb};

/// Whether nobody did anything, and nothing was spent.
pub(super) fn is_free(program: &Program, mv: Move, from: &State, to: &State) -> bool {
    let node = program.node(mv.node);
    match mv.deed {
        Deed::Leaves(arm) | Deed::Runs(arm) => {
            let exit = &node.arms[arm as usize].exit;
            match (&node.verb, exit) {
                (Verb::Repeat(_) | Verb::ForEach(_), Exit::Then) => is_counted(mv, from, to),
                (verb, exit) => !verb.takes_or_spends(exit),
            }
        }
        Deed::Goes if matches!(node.verb, Verb::Again(_)) => is_counted(mv, from, to),
        Deed::Goes | Deed::Waits | Deed::Connects | Deed::Joins => true,
        // Others leave the conversation, not the caller: what follows is met without a key.
        Deed::Parts => true,
        Deed::Arrives(..) | Deed::Begins(_) | Deed::Answers(..) | Deed::Silence | Deed::Unfit(_) => false,
        Deed::Wrong | Deed::Presses(_) | Deed::HangsUp | Deed::LeavesBehind => false,
        Deed::CallsNext | Deed::Ends | Deed::Fails => false,
    }
}

/// Whether the state tells a round from the one before: then no way leads round by it, but out of the loop and back.
/// Rounds beyond those that are counted are a budget that is spent.
fn is_counted(mv: Move, from: &State, to: &State) -> bool {
    let rounds = |state: &State| state.frame().map(|frame| frame.rounds(mv.node));
    rounds(from) != rounds(to)
}
