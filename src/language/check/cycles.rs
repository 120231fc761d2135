//! Cycles of a graph of numbered nodes.

use std::collections::{BTreeMap, VecDeque};

/// The cycles of a graph as its strongly connected components (Tarjan's algorithm, without recursion).
pub(super) fn cycles(followers: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let count = followers.len();
    let (mut order, mut low) = (vec![NEW; count], vec![0; count]);
    let mut on_stack = vec![false; count];
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..count {
        if order[root] != NEW {
            continue;
        }
        let mut calls: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, child)) = calls.pop() {
            if child == 0 {
                (order[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            match followers[node].get(child) {
                Some(to) => {
                    calls.push((node, child + 1));
                    if order[*to] == NEW {
                        calls.push((*to, 0));
                    } else if on_stack[*to] {
                        low[node] = low[node].min(order[*to]);
                    }
                }
                None => {
                    if let Some((parent, _)) = calls.last() {
                        low[*parent] = low[*parent].min(low[node]);
                    }
                    if low[node] == order[node] {
                        let component = component(node, &mut stack, &mut on_stack);
                        if component.len() > 1 || followers[node].contains(&node) {
                            found.push(component);
                        }
                    }
                }
            }
        }
    }
    found
}

/// Takes a component off the stack.
fn component(root: usize, stack: &mut Vec<usize>, on_stack: &mut [bool]) -> Vec<usize> {
    let mut component = Vec::new();
    while let Some(node) = stack.pop() {
        on_stack[node] = false;
        component.push(node);
        if node == root {
            break;
        }
    }
    component
}

/// A shortest way round, from a node back to it, over the nodes of its component; the node itself first.
pub(super) fn way_round(from: usize, component: &[usize], followers: &[Vec<usize>]) -> Vec<usize> {
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    let mut waiting = VecDeque::from([from]);
    while let Some(node) = waiting.pop_front() {
        if followers[node].contains(&from) {
            let mut way: Vec<usize> =
                std::iter::successors(Some(node), |at| before.get(at).copied()).collect();
            way.reverse();
            return way;
        }
        for to in followers[node].iter().filter(|to| component.contains(to)) {
            if *to != from && !before.contains_key(to) {
                before.insert(*to, node);
                waiting.push_back(*to);
            }
        }
    }
    vec![from]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_round_begins_where_it_is_asked() {
        let followers = vec![vec![1], vec![2, 3], vec![3], vec![1, 4], vec![]];
        let found = cycles(&followers);
        assert_eq!(found.len(), 1);
        assert_eq!(way_round(1, &found[0], &followers), [1, 3]);
        assert_eq!(way_round(2, &found[0], &followers), [2, 3, 1]);
    }
}
