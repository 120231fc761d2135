//! The graph of the states that were seen, and what its cycles tell.
//!
//! Four bytes an edge: states are expanded in the order of their numbers, so that the edges of each stand together. Of
//! an edge two things are remembered beside where it leads.

use std::ops::Range;

/// The edges of all states that were expanded.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// Where the edges of each state begin; the last entry is the number of all.
    begins: Vec<u32>,
    edges: Vec<u32>,
}

/// Where an edge leads, and what it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Edge {
    pub to: u32,
    /// The caller did nothing, and no budget was spent.
    pub is_free: bool,
    /// The caller hung up.
    pub hangs_up: bool,
    /// The caller did nothing but stay, and only a time has run out for which there is no budget.
    pub stays: bool,
    /// Hours decided which way it went: they will not do so for ever.
    pub by_hours: bool,
}

const FREE: u32 = 1 << 31;
const HANGS_UP: u32 = 1 << 30;
const STAYS: u32 = 1 << 29;
const BY_HOURS: u32 = 1 << 28;
const FLAGS: u32 = FREE | HANGS_UP | STAYS | BY_HOURS;

impl Edge {
    fn of(word: u32) -> Edge {
        Edge {
            to: word & !FLAGS,
            is_free: word & FREE != 0,
            hangs_up: word & HANGS_UP != 0,
            stays: word & STAYS != 0,
            by_hours: word & BY_HOURS != 0,
        }
    }
}

impl Graph {
    /// Adds the edges of the next state.
    pub fn add(&mut self, edges: impl Iterator<Item = Edge>) {
        if self.begins.is_empty() {
            self.begins.push(0);
        }
        self.edges.extend(edges.map(|edge| {
            let free = if edge.is_free { FREE } else { 0 };
            let stays = if edge.stays { STAYS } else { 0 };
            let by_hours = if edge.by_hours { BY_HOURS } else { 0 };
            edge.to | free | stays | by_hours | if edge.hangs_up { HANGS_UP } else { 0 }
        }));
        self.begins.push(self.edges.len() as u32);
    }

    /// How many edges there are.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// The edges of a state; none where it was not expanded.
    pub fn of(&self, state: u32) -> impl Iterator<Item = Edge> {
        self.edges[self.range(state)].iter().map(|word| Edge::of(*word))
    }

    /// Where the edges of a state stand.
    fn range(&self, state: u32) -> Range<usize> {
        let state = state as usize;
        match (self.begins.get(state), self.begins.get(state + 1)) {
            (Some(begin), Some(end)) => *begin as usize..*end as usize,
            (Some(_), None) | (None, _) => 0..0,
        }
    }

    /// The rounds along the edges that pass: groups of states that lead to each other, and states that lead to themselves.
    pub fn rounds(&self, count: u32, passes: impl Fn(Edge) -> bool, mut round: impl FnMut(&[u32])) {
        // What leads nowhere, or only to what leads nowhere, is on no round. Most states go that way: edges lead to later
        // states, nearly all of them.
        let mut is_open = vec![true; count as usize];
        self.settle(count, |state| {
            let leads_on = |edge: Edge| passes(edge) && is_open[edge.to as usize];
            let closes = is_open[state as usize] && !self.of(state).any(leads_on);
            is_open[state as usize] &= !closes;
            closes
        });
        let leads_back = |state: u32| self.of(state).any(|edge| passes(edge) && edge.to == state);
        self.components(
            count,
            |state| is_open[state as usize],
            &passes,
            |group| {
                if group.len() > 1 || leads_back(group[0]) {
                    round(group);
                }
            },
        );
    }

    /// Asks every state, the last first, whether anything has changed by it, and again as long as something has; but not
    /// for ever: what is settled so is right, and there may be more.
    pub fn settle(&self, count: u32, mut changes: impl FnMut(u32) -> bool) {
        const MOST: usize = 8;
        for _ in 0..MOST {
            let changed = (0..count).rev().fold(false, |changed, state| changes(state) | changed);
            if !changed {
                break;
            }
        }
    }

    /// The states among the first `count` that are to be looked at, in groups that lead round to each other along the
    /// edges that pass; what follows a group comes before it (Tarjan's algorithm, without recursion).
    pub fn components(
        &self,
        count: u32,
        is_asked: impl Fn(u32) -> bool,
        passes: impl Fn(Edge) -> bool,
        mut group: impl FnMut(&[u32]),
    ) {
        const NEW: u32 = u32::MAX;
        let (mut order, mut low) = (vec![NEW; count as usize], vec![0_u32; count as usize]);
        let mut stacked = vec![false; count as usize];
        let (mut stack, mut calls, mut next): (Vec<u32>, Vec<(u32, u32)>, u32) = (Vec::new(), Vec::new(), 0);
        for root in 0..count {
            if order[root as usize] != NEW || !is_asked(root) {
                continue;
            }
            calls.push((root, 0));
            // With each state the edges behind it that are done with.
            while let Some((state, done)) = calls.pop() {
                if order[state as usize] == NEW {
                    (order[state as usize], low[state as usize]) = (next, next);
                    next += 1;
                    stack.push(state);
                    stacked[state as usize] = true;
                }
                let left = self.range(state).skip(done as usize).zip(done + 1..);
                let mut left = left.map(|(at, done)| (Edge::of(self.edges[at]), done));
                match left.find(|(edge, _)| passes(*edge) && is_asked(edge.to)) {
                    Some((edge, done)) => {
                        calls.push((state, done));
                        if order[edge.to as usize] == NEW {
                            calls.push((edge.to, 0));
                        } else if stacked[edge.to as usize] {
                            low[state as usize] = low[state as usize].min(order[edge.to as usize]);
                        }
                    }
                    None => {
                        if let Some((parent, _)) = calls.last() {
                            low[*parent as usize] = low[*parent as usize].min(low[state as usize]);
                        }
                        if low[state as usize] == order[state as usize] {
                            let at = stack.iter().rposition(|member| *member == state).unwrap_or(0);
                            group(&stack[at..]);
                            stack.drain(at..).for_each(|member| stacked[member as usize] = false);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[&[u32]]) -> Graph {
        let mut graph = Graph::default();
        for of in edges {
            graph.add(of.iter().map(|to| Edge { to: *to, is_free: true, ..Edge::default() }));
        }
        graph
    }

    #[test]
    fn what_follows_a_group_comes_before_it() {
        let graph = graph(&[&[1], &[2, 3], &[0], &[4], &[3]]);
        let mut groups = Vec::new();
        graph.components(5, |_| true, |_| true, |group| groups.push(group.to_vec()));
        assert_eq!(groups, [vec![3, 4], vec![0, 1, 2]]);
    }

    #[test]
    fn rounds_are_groups_and_states_that_lead_to_themselves() {
        let graph = graph(&[&[1], &[2, 3], &[0, 5], &[4], &[4], &[]]);
        let mut rounds = Vec::new();
        graph.rounds(6, |_| true, |round| rounds.push(round.to_vec()));
        assert_eq!(rounds, [vec![4], vec![0, 1, 2]]);
    }

    #[test]
    fn a_way_that_leads_back_again_and_again_is_no_round() {
        // From one half to the other and back, a little further down each time: 0, 50, 49, 51, 48, 52 …
        let (mut edges, mut at) = (vec![Vec::new(); 100], 0);
        let way = (0..49_u32).flat_map(|step| [50 + step, 49 - step]);
        for to in way {
            edges[at as usize].push(to);
            at = to;
        }
        let edges: Vec<&[u32]> = edges.iter().map(Vec::as_slice).collect();
        graph(&edges).rounds(100, |_| true, |round| panic!("{round:?}"));
    }
}
