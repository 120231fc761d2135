//! What is under way when the caller leaves, and is finished without the caller: a `post`, and an `update`.
//!
//! Whoever is asked to change something may have changed it, whether anybody still listens or not. So the reply is
//! waited for as long as it would have been, and its arm runs: up to the first verb that needs a caller.
//!
//! ```text
//!   Talking: post … ──► hung up ──► Alone: post … ──► reply, late ──► arm ──► a verb that needs a caller ──► `hung_up`
//! ```
//!
//! A `get` changes nothing, and nobody is there to hear it: it is dropped.

use super::run::Run;
use super::state::{Scope, Wait};
use crate::program::{Method, Verb};

impl Run<'_> {
    /// The caller has left. Whether something is being changed meanwhile: then the flow goes on alone, once that is done.
    pub(super) fn left_a_change(&mut self) -> bool {
        let Some(depth) = self.state.scopes.iter().rposition(|scope| self.changes(scope)) else {
            return false;
        };
        self.unwind_to(depth);
        self.go_on_alone();
        true
    }

    /// Whether a scope waits for a change to be done.
    fn changes(&self, scope: &Scope) -> bool {
        let verb = scope.frames.last().map(|frame| &self.image.node(frame.at).verb);
        match (&scope.wait, verb) {
            (Wait::Update { .. }, _) => true,
            (Wait::Reply { .. }, Some(Verb::Request(request))) => {
                self.image.operation(request.operation).1.method == Method::Post
            }
            _ => false,
        }
    }
}
