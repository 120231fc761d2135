//! Contacts that order a flow which cannot begin by itself: one that takes a recording or a customer is played behind them.

use super::caller::can_begin;
use crate::explore::{Deed, Story};
use crate::program::{FlowId, Program, Verb};
use std::collections::BTreeMap;

/// For each such flow a way up to where it is ordered.
#[derive(Debug, Default)]
pub(super) struct Hosts(BTreeMap<FlowId, Story>);

impl Hosts {
    /// Takes note of what a way that can be played orders.
    pub fn learn(&mut self, program: &Program, story: &Story) {
        for (at, step) in story.steps.iter().enumerate() {
            if let (Verb::Later(later), Deed::Leaves(_)) = (&program.node(step.mv.node).verb, step.mv.deed)
                && !can_begin(program, later.flow)
            {
                let up_to = || Story { steps: story.steps[..=at].to_vec(), ..story.clone() };
                self.0.entry(later.flow).or_insert_with(up_to);
            }
        }
    }

    /// The same way; behind a contact that orders it, where it cannot begin by itself.
    pub fn behind(&self, program: &Program, story: &Story) -> Story {
        let ordered = story.steps.first().and_then(|step| match step.mv.deed {
            Deed::Begins(flow) if !can_begin(program, flow) => self.0.get(&flow),
            _ => None,
        });
        let Some(host) = ordered else { return story.clone() };
        let steps = host.steps.iter().chain(&story.steps).cloned().collect();
        let by_hand = host.by_hand.iter().chain(&story.by_hand).copied().collect();
        Story { steps, at: host.at, by_hand }
    }
}

/// The step at which a flow begins behind the contact that has ordered it.
pub(super) fn ordered(story: &Story) -> Option<usize> {
    let begins = story.steps.iter().skip(1).position(|step| matches!(step.mv.deed, Deed::Begins(_)));
    begins.map(|at| at + 1)
}
