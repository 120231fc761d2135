//! Places in queues: `callback keeping place in care` needs a contact that waits there, or has left by a key.
//!
//! A contact has the place of the queue that it entered last, as long as it waits and behind the keys of the queue; the
//! exits of the queue have lost it. On every way to the callback there must be one.

use super::Checker;
use super::reach::Reached;
use crate::program::{Exit, NodeId, QueueId, Verb};
use crate::source::Code;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What is known of the place of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// It may have one: nothing can be said.
    Unclear,
    /// It has one there.
    In(QueueId),
    /// It may have none.
    Nowhere,
}

impl Place {
    /// What is known where two ways meet.
    fn meet(self, other: Place) -> Place {
        match (self, other) {
            (Place::Unclear, place) | (place, Place::Unclear) => place,
            (Place::In(one), Place::In(two)) if one == two => self,
            (Place::In(_) | Place::Nowhere, Place::In(_) | Place::Nowhere) => Place::Nowhere,
        }
    }
}

/// The place at each node, and the node from which it became that.
type Places = BTreeMap<NodeId, (Place, Option<NodeId>)>;

impl Checker<'_> {
    pub(super) fn places(&mut self, reached: &Reached) {
        let kept: Vec<(NodeId, QueueId)> = (0..self.graph.nodes.len() as u32)
            .map(NodeId)
            .filter_map(|id| Some((id, self.keeps(id)?)))
            .collect();
        if kept.is_empty() {
            return;
        }
        let places = self.follow_places();
        for (id, queue) in kept.into_iter().filter(|(id, _)| reached.is_reached(*id)) {
            match places.get(&id) {
                None | Some((Place::Unclear, _)) => continue,
                Some((Place::In(known), _)) if *known == queue => continue,
                Some((Place::In(_) | Place::Nowhere, _)) => {}
            }
            let name = &self.declared.program.queues[queue.0 as usize].name;
            let message = format!("the contact may have no place in `{name}` here");
            let hint = format!(
                "it comes by {}; it has the place while it waits in `queue {name}` and behind the keys there, not behind `timeout`, `full` and `closed`",
                self.flows_along(&path(&places, id))
            );
            self.report(Code::NoPlace, self.span(id), message, hint);
        }
    }

    /// The queue whose place a callback keeps.
    fn keeps(&self, id: NodeId) -> Option<QueueId> {
        match &self.graph.nodes[id.0 as usize].verb {
            Verb::Callback(callback) if callback.keeping_place => callback.queue,
            _ => None,
        }
    }

    fn follow_places(&self) -> Places {
        let mut places = Places::new();
        let mut waiting = VecDeque::new();
        let rules = self.graph.routes.iter().map(|rule| rule.entry);
        let tasks = self.graph.tasks.iter().filter_map(|flow| self.graph.entry(*flow));
        for entry in rules.chain(tasks) {
            places.insert(entry, (Place::Nowhere, None));
            waiting.push_back(entry);
        }
        while let Some(id) = waiting.pop_front() {
            let Some((here, _)) = places.get(&id).copied() else { continue };
            for (next, place) in self.places_behind(id, here) {
                let known = places.get(&next).map(|(known, _)| *known);
                let met = known.map_or(place, |known| known.meet(place));
                if known != Some(met) {
                    places.insert(next, (met, Some(id)));
                    waiting.push_back(next);
                }
            }
        }
        places
    }

    fn places_behind(&self, id: NodeId, here: Place) -> Vec<(NodeId, Place)> {
        let node = &self.graph.nodes[id.0 as usize];
        let here = if self.graph.origins[id.0 as usize].broken { Place::Unclear } else { here };
        let behind = match &node.verb {
            Verb::Do(call) if self.waits_somewhere(call.flow) => Place::Unclear,
            _ => here,
        };
        let mut next: Vec<(NodeId, Place)> =
            self.graph.arms(id).map(|(exit, to)| (to, place_behind(&node.verb, exit, behind))).collect();
        let entered = self.graph.entered(id).and_then(|flow| self.graph.entry(flow));
        let again = matches!(node.verb, Verb::Again(_)).then(|| self.graph.entry(node.flow)).flatten();
        next.extend(entered.into_iter().chain(again).chain(self.graph.global_keys(id)).map(|to| (to, here)));
        // The caller may leave while it waits, or before.
        let left = self.graph.flows[node.flow.0 as usize].hung_up;
        next.extend(left.map(|to| (to, Place::Unclear)));
        let later = match &node.verb {
            Verb::AfterCall(after) => Some(after.flow),
            _ => self.graph.scheduled(id),
        };
        next.extend(later.and_then(|flow| self.graph.entry(flow)).map(|to| (to, Place::Nowhere)));
        next
    }

    /// Whether a flow, or one that it leads to, enters a queue.
    fn waits_somewhere(&self, flow: crate::program::FlowId) -> bool {
        let mut waiting: Vec<NodeId> = self.graph.entry(flow).into_iter().collect();
        let mut seen: BTreeSet<NodeId> = waiting.iter().copied().collect();
        while let Some(id) = waiting.pop() {
            if matches!(self.graph.nodes[id.0 as usize].verb, Verb::Queue(_)) {
                return true;
            }
            waiting.extend(self.graph.followers(id).into_iter().filter(|next| seen.insert(*next)));
        }
        false
    }
}

/// Whoever was connected to somebody has had the place.
fn place_behind(verb: &Verb, exit: &Exit, here: Place) -> Place {
    match (verb, exit) {
        (Verb::Queue(queue), Exit::Waiting | Exit::Choice(_)) => Place::In(queue.queue),
        (Verb::Queue(_), _) | (Verb::Transfer(_), Exit::Connected | Exit::Completed) => Place::Nowhere,
        _ => here,
    }
}

/// The nodes by which a place came to be what it is.
fn path(places: &Places, to: NodeId) -> Vec<NodeId> {
    let mut path = vec![to];
    while let Some((_, Some(before))) = path.last().and_then(|last| places.get(last)) {
        if path.contains(before) {
            break;
        }
        path.push(*before);
    }
    path.reverse();
    path
}
