//! What a person who watches a session sees of it: where it stands, its variables, what it waits for.

use super::session::{Session, Timer};
use crate::program::{FlowId, NodeId, Text, Value};
use crate::time::Millis;

/// A flow that has been entered, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The flow.
    pub flow: FlowId,
    /// The node at which it waits, or from which it went on into the next one.
    pub node: NodeId,
    /// Its variables that have a value, by their names. A secret prints as hidden.
    pub variables: Vec<(Text, Value)>,
}

impl Session {
    /// Where it stands, the outermost flow first; nothing once it is over.
    pub fn standing(&self) -> Vec<Standing> {
        let frames = self.state().scopes.iter().flat_map(|scope| &scope.frames);
        let standing = frames.map(|frame| {
            let flow = self.image().flow(frame.flow);
            let named = flow.names.iter().filter_map(|(slot, name)| {
                let value = frame.slots.get(usize::from(slot.0))?;
                (*value != Value::None).then(|| (name.clone(), value.clone()))
            });
            Standing { flow: frame.flow, node: frame.at, variables: named.collect() }
        });
        standing.collect()
    }

    /// The nodes at which its flows stand, the outermost first; nothing once it is over.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> {
        self.state().scopes.iter().flat_map(|scope| &scope.frames).map(|frame| frame.at)
    }

    /// The timers that run, the next one first. The longest that a contact may last is not among them.
    pub fn timers(&self) -> Vec<(Millis, Timer)> {
        let waits = self.state().scopes.iter().filter_map(|scope| scope.wait.deadline());
        let held = self.state().held_until.map(|until| (until, Timer::HeldKey));
        let mut timers: Vec<(Millis, Timer)> = waits.chain(held).filter(|_| !self.is_over()).collect();
        timers.sort_by_key(|(due, _)| *due);
        timers
    }
}
