//! Who is asked to take whose call.
//!
//! Places are looked at in their turn; each gets somebody who is free, if there is one. An operator who serves several
//! queues is not asked for one of them while somebody waits, and rings nowhere, in a queue that is better for the operator.

use super::floor::Floor;
use super::operator::Operator;
use super::place::{Kind, Line, Place, Ticket};
use crate::program::Strategy;

impl Floor {
    /// The next place for which somebody can be asked, and who is.
    pub(super) fn next_offer(&self) -> Option<(Ticket, Vec<usize>)> {
        self.waiting().into_iter().find_map(|(ticket, place)| {
            let line = self.line(&place.queue)?;
            let is_asked = self.operators().iter().any(|operator| operator.is_asked_for(ticket));
            let all = line.rules.strategy == Strategy::RingAll && place.kind == Kind::Caller;
            if (is_asked && !all) || (place.kind == Kind::CallBack && !line.is_open) {
                return None;
            }
            let able = self.able(place);
            let chosen = if all { able } else { self.first_of(line, place, able).into_iter().collect() };
            (!chosen.is_empty()).then_some((ticket, chosen))
        })
    }

    /// Whoever is free and may be asked for a place, by position.
    fn able(&self, place: &Place) -> Vec<usize> {
        let operators = self.operators().iter().enumerate();
        let able = operators.filter(|(_, operator)| {
            let rank = operator.rank(&place.queue).filter(|_| operator.is_free());
            rank.is_some_and(|rank| !self.is_wanted_for_better(operator, rank))
        });
        able.map(|(index, _)| index).collect()
    }

    /// Whether somebody waits, and rings nowhere, in a queue that is better for an operator than the one of this rank.
    fn is_wanted_for_better(&self, operator: &Operator, rank: usize) -> bool {
        self.waiting().into_iter().any(|(ticket, place)| {
            let callable =
                place.kind == Kind::Caller || self.line(&place.queue).is_some_and(|line| line.is_open);
            operator.rank(&place.queue).is_some_and(|other| other < rank)
                && callable
                && !self.operators().iter().any(|operator| operator.is_asked_for(ticket))
        })
    }

    /// Who of several is asked first, by the queue's strategy; a call back is one person's whatever the strategy is.
    fn first_of(&self, line: &Line, place: &Place, able: Vec<usize>) -> Option<usize> {
        let rank = |index: usize| self.operators()[index].rank(&place.queue);
        match line.rules.strategy {
            Strategy::LongestIdle | Strategy::RingAll => {
                let idle = |index: usize| self.operators()[index].idle_since;
                able.into_iter().min_by_key(|index| (rank(*index), idle(*index), *index))
            }
            Strategy::RoundRobin => {
                let next = line.last_asked.map_or(0, |last| last + 1);
                let behind = |index: usize| (index < next, index);
                able.into_iter().min_by_key(|index| (rank(*index), behind(*index)))
            }
        }
    }

    /// Whoever waits, in the order in which they are served.
    pub(super) fn waiting(&self) -> Vec<(Ticket, &Place)> {
        let mut waiting: Vec<_> = self.places().filter(|(_, place)| place.waits()).collect();
        waiting.sort_by_key(|(ticket, place)| place.turn(*ticket));
        waiting
    }
}
