//! Two outcomes for one topic, with no turn of the caller between them: one of them is a mistake.
//!
//! For each node the topics are collected that can have been told about since the caller last acted. A flow entered by
//! `do` is passed over with the topics it tells about itself, and with none where the caller acts in it: a mistake
//! missed is better than one made up.

use super::Checker;
use super::asides::Asides;
use crate::program::{FlowId, NodeId, Text, Verb};
use crate::source::{Code, Diagnostic, Span};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Topics told about, each with a node that did.
type Told = BTreeMap<Option<Text>, NodeId>;

impl Checker<'_> {
    pub(super) fn outcomes_twice(&mut self, returning: &[bool]) {
        let (done, asides) = (self.done_by_flow(), self.graph.asides());
        let mut before: BTreeMap<NodeId, Told> = BTreeMap::new();
        let mut waiting: VecDeque<NodeId> = VecDeque::new();
        for rule in &self.graph.routes {
            before.insert(rule.entry, Told::new());
            waiting.push_back(rule.entry);
        }
        while let Some(id) = waiting.pop_front() {
            let told = before.get(&id).cloned().unwrap_or_default();
            for (next, told) in self.told_behind(id, told, &done, (returning, &asides)) {
                let is_new = !before.contains_key(&next);
                let known = before.entry(next).or_default();
                let count = known.len();
                for (topic, node) in told {
                    known.entry(topic).or_insert(node);
                }
                if is_new || known.len() > count {
                    waiting.push_back(next);
                }
            }
        }
        // One finding for each outcome that others follow.
        let mut later: BTreeMap<(NodeId, Option<Text>), Vec<NodeId>> = BTreeMap::new();
        for (id, told) in &before {
            if let Some((first, topic)) = self.told_before(*id, told) {
                later.entry((first, topic)).or_default().push(*id);
            }
        }
        for ((first, topic), again) in &later {
            self.report_twice(*first, topic.as_ref(), again);
        }
    }

    /// What has been told when each follower is entered.
    fn told_behind(
        &self,
        id: NodeId,
        told: Told,
        done: &[Option<Told>],
        (returning, asides): (&[bool], &Asides),
    ) -> Vec<(NodeId, Told)> {
        let node = &self.graph.nodes[id.0 as usize];
        let mut told = told;
        if let Verb::Outcome(outcome) = &node.verb {
            told.insert(outcome.topic.clone(), id);
        }
        let mut behind: Vec<(NodeId, Told)> = Vec::new();
        if let Some(entry) = self.graph.entered(id).and_then(|flow| self.graph.entry(flow)) {
            behind.push((entry, told.clone()));
        }
        if let Verb::Do(call) = &node.verb {
            if !returning[call.flow.0 as usize] {
                return behind;
            }
            match done.get(call.flow.0 as usize).and_then(Option::as_ref) {
                Some(own) => told.extend(own.clone()),
                None => told.clear(),
            }
        }
        if let Verb::Again(_) = &node.verb {
            behind.extend(self.graph.entry(node.flow).map(|entry| (entry, told.clone())));
        }
        behind.extend(self.graph.global_keys(id).map(|to| (to, Told::new())));
        // Behind the block of a key the queue goes on, and may end at once.
        for queue in asides.get(&id).into_iter().flatten() {
            let queue_verb = &self.graph.nodes[queue.0 as usize].verb;
            for (exit, to) in self.graph.ends_of_queue(*queue) {
                behind.push((to, if queue_verb.is_turn(exit) { Told::new() } else { told.clone() }));
            }
        }
        for (exit, to) in self.graph.arms(id) {
            let after = if node.verb.is_turn(exit) { Told::new() } else { told.clone() };
            behind.push((to, after));
        }
        behind
    }

    /// The topics that each flow tells about on its own; `None` for flows in which the caller acts or another is entered.
    fn done_by_flow(&self) -> Vec<Option<Told>> {
        (0..self.graph.flows.len()).map(|index| self.done_by(FlowId(index as u32))).collect()
    }

    fn done_by(&self, flow: FlowId) -> Option<Told> {
        let mut told = Told::new();
        let mut waiting: Vec<NodeId> = self.graph.entry(flow).into_iter().collect();
        let mut seen: BTreeSet<NodeId> = waiting.iter().copied().collect();
        while let Some(id) = waiting.pop() {
            let node = &self.graph.nodes[id.0 as usize];
            let acts = node.arms.iter().any(|arm| node.verb.is_turn(&arm.exit));
            if acts || matches!(node.verb, Verb::Do(_)) {
                return None;
            }
            if let Verb::Outcome(outcome) = &node.verb {
                told.insert(outcome.topic.clone(), id);
            }
            waiting.extend(self.graph.arms(id).map(|(_, to)| to).filter(|to| seen.insert(*to)));
        }
        Some(told)
    }

    /// The outcome that a written one repeats, and its topic.
    fn told_before(&self, id: NodeId, told: &Told) -> Option<(NodeId, Option<Text>)> {
        let Verb::Outcome(outcome) = &self.graph.nodes[id.0 as usize].verb else { return None };
        let first = *told.get(&outcome.topic)?;
        let is_implied = |node: NodeId| self.graph.origins[node.0 as usize].implied;
        (!is_implied(id) && !is_implied(first)).then(|| (first, outcome.topic.clone()))
    }

    fn report_twice(&mut self, first: NodeId, topic: Option<&Text>, again: &[NodeId]) {
        let mut places: Vec<Span> = again.iter().map(|id| self.span(*id)).collect();
        places.sort_by_key(|span| (span.source, span.start));
        places.dedup();
        let about = match topic {
            Some(topic) => format!("the topic \"{topic}\""),
            None => "the contact".to_owned(),
        };
        let message = format!("{about} has an outcome already, and the caller has done nothing since");
        let finding = Diagnostic::new(Code::OutcomeTwice, places[0], message)
            .related(self.span(first), "the earlier one");
        let also = |finding: Diagnostic, span: &Span| finding.related(*span, "another behind it");
        let finding = places[1..].iter().fold(finding, also);
        self.diagnostics.push(finding.hint("remove one of the two, or give one of them another topic"));
    }
}
