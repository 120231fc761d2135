//! Loops that count their rounds: `repeat` and `again`.

use super::run::{Run, Turn};
use crate::program::{Exit, Value, Verb};

impl Run<'_> {
    /// Each round is a budget of its own, so that the questions in it begin anew.
    pub(super) fn repeat(&mut self, at_most: u32) -> Turn {
        if self.spend_round(at_most) {
            self.caller_acted();
            Turn::Exit(Exit::Then, Value::None)
        } else {
            self.forget_rounds();
            Turn::Exit(Exit::Else, Value::None)
        }
    }

    pub(super) fn again(&mut self, at_most: u32) -> Turn {
        if !self.spend_round(at_most) {
            return Turn::Exit(Exit::Else, Value::None);
        }
        self.leave_blocks();
        self.drop_keys();
        let image = self.image;
        let Some(frame) = self.state.frame() else { return Turn::Done };
        // The flow's other loops begin anew; every `again` keeps its count, or two of them would never end.
        frame.rounds.retain(|node, _| matches!(image.node(*node).verb, Verb::Again(_)));
        Turn::Go(image.flow(frame.flow).entry)
    }

    /// Counts a round of the loop at the current node; false where its budget is spent.
    fn spend_round(&mut self, at_most: u32) -> bool {
        let Some(frame) = self.state.frame() else { return false };
        let rounds = frame.rounds.entry(frame.at).or_default();
        *rounds += 1;
        *rounds <= at_most
    }

    pub(super) fn forget_rounds(&mut self) {
        if let Some(frame) = self.state.frame() {
            frame.rounds.remove(&frame.at);
        }
    }
}
