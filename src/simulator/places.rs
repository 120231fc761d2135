//! Which line of the script did what a contact did: for what is expected and does not come, and for what comes instead.

use super::contact::ContactRun;
use super::drive::{Drive, ROUTE};
use crate::engine::{Action, Journal, Note};
use crate::program::{Entry, NodeId, Program, Text, Verb};
use crate::time::DurationMs;

impl Drive {
    /// The node that asks for the first of these actions: the one that waits for what becomes of it, or that is left next.
    pub(super) fn asks_for(&self, actions: &[Action]) -> Option<NodeId> {
        match actions.first()? {
            Action::Dial { .. } => self.waits_at(|verb| matches!(verb, Verb::Transfer(_))),
            Action::Call { .. } => self.waits_at(|verb| matches!(verb, Verb::CallOut(_))),
            Action::HandOver { .. } => self.waits_at(|verb| matches!(verb, Verb::HandOver(_))),
            Action::Enqueue { .. } => self.waits_at(|verb| matches!(verb, Verb::Queue(_))),
            Action::Request { .. } => self.waits_at(|verb| matches!(verb, Verb::Request(_))),
            Action::Write { .. } | Action::Recording { .. } => actions.iter().find_map(left),
            _ => None,
        }
    }

    /// The innermost node at which it stands that is such a one.
    pub(super) fn waits_at(&self, is: impl Fn(&Verb) -> bool) -> Option<NodeId> {
        let program = self.session.image().program();
        self.session.nodes().rev().find(|node| is(&program.node(*node).verb))
    }
}

fn left(action: &Action) -> Option<NodeId> {
    match action {
        Action::Note(Note::Left { node, .. }) => Some(*node),
        _ => None,
    }
}

/// When each write was told, and by which node: the one that is left next.
pub(super) fn told(journal: &Journal) -> Vec<(DurationMs, Option<NodeId>)> {
    let mut places: Vec<(DurationMs, Option<NodeId>)> = Vec::new();
    for entry in &journal.entries {
        let mut open = places.len();
        for action in &entry.actions {
            match action {
                Action::Write { .. } => places.push((entry.at, None)),
                action => {
                    if let Some(node) = left(action) {
                        places[open..].iter_mut().for_each(|place| place.1 = Some(node));
                        open = places.len();
                    }
                }
            }
        }
    }
    places
}

/// The node that told the CRM the last thing of this kind.
pub(super) fn last_told(run: &ContactRun, is: impl Fn(&Entry) -> bool) -> Option<NodeId> {
    let at = run.writes.iter().rposition(is)?;
    told(&run.journal).get(at).and_then(|(_, node)| *node)
}

/// Of each flow on the path: when it was entered, and which node led there; of one that was come back to, the node there.
pub(super) fn entered(journal: &Journal, program: &Program) -> Vec<(DurationMs, Option<NodeId>)> {
    let mut places = Vec::new();
    let (mut last, mut next): (Option<Text>, Option<NodeId>) = (None, None);
    for (at, action) in
        journal.entries.iter().flat_map(|entry| entry.actions.iter().map(move |action| (entry.at, action)))
    {
        let (flow, node, then) = match action {
            Action::Note(Note::Entered { flow }) => {
                let entry = program.flow_named(flow).map(|flow| program.flow(flow).entry);
                // A route begins wherever its rule stands.
                (flow.clone(), next, entry.filter(|entry| (entry.0 as usize) < program.nodes.len()))
            }
            Action::Note(Note::Left { node, exit }) => {
                let left = program.node(*node);
                let flow = program.flow(left.flow).name.clone();
                let then = left.arm(exit).map(|arm| arm.to);
                if last.as_ref() == Some(&flow) {
                    next = then;
                    continue;
                }
                (flow, Some(*node), then)
            }
            _ => continue,
        };
        next = then;
        if !flow.starts_with(ROUTE) {
            places.push((at, node));
            last = Some(flow);
        }
    }
    places
}
