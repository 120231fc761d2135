//! Targets of a route that both cover a number while neither lies within the other: which rule would win?
//!
//! Of two targets one within the other the narrower wins, and two without a common number never meet. Everything else
//! is reported, with a number that both would take.

use super::Lowerer;
use crate::program::{ChannelSet, NumberKey, NumberPattern, Phone, RouteEntry, Shapes, Target};
use crate::source::{Code, Diagnostic};
use std::collections::BTreeSet;

/// A pattern of a rule. Exact numbers of sets are none of these: they lie within every pattern that covers them.
pub(super) struct Rival {
    /// Its position.
    pub rule: usize,
    pub channels: ChannelSet,
    pub pattern: NumberPattern,
    pub shapes: Shapes,
    /// How many numbers it has.
    pub size: u64,
}

/// Two rules, and a number that both cover.
type Conflict = (usize, usize, Phone);

impl Lowerer<'_> {
    /// Reports each pair of rules once.
    pub(super) fn rivals(&mut self) {
        let mut conflicts = self.same_numbers();
        conflicts.extend(self.crossing_patterns());
        let mut told = BTreeSet::new();
        for (first, second, witness) in conflicts {
            let (first, second) = (first.min(second), first.max(second));
            let pair = (self.target_spans[first], self.target_spans[second]);
            if !told.insert((pair.0.source, pair.0.start, pair.1.source, pair.1.start)) {
                continue;
            }
            let message = format!("both this and another target cover {witness}, and neither is narrower");
            let finding = Diagnostic::new(Code::TargetsOverlap, pair.1, message);
            self.diagnostics.push(finding.related(pair.0, "the other").hint(format!(
                "make one of them narrower, or write a rule for what both cover: `call to {witness} -> …`"
            )));
        }
    }

    /// Exact numbers that several rules name through their sets.
    fn same_numbers(&self) -> Vec<Conflict> {
        let mut numbers: Vec<(NumberKey, usize)> = Vec::new();
        for (rule, entry) in self.graph.routes.iter().enumerate() {
            match &entry.target {
                Target::Pattern(NumberPattern::Exact(phone)) => numbers.push((phone.key(), rule)),
                Target::Numbers(set) => {
                    let keys = self.graph.numbers[set.0 as usize].exact();
                    numbers.extend(keys.iter().map(|key| (*key, rule)));
                }
                Target::Pattern(_) | Target::Address(_) | Target::Emergency | Target::Any => {}
            }
        }
        numbers.sort();
        let mut conflicts = Vec::new();
        for same in numbers.chunk_by(|a, b| a.0 == b.0) {
            let rules = same.iter().map(|(_, rule)| *rule);
            let rival = |a: usize, b: usize| self.are_rivals(&self.graph.routes[a], &self.graph.routes[b]);
            for (at, first) in rules.clone().enumerate() {
                let second = rules.clone().skip(at + 1).find(|second| rival(first, *second));
                conflicts.extend(second.map(|second| (first, second, Phone::of_key(same[0].0))));
            }
        }
        conflicts
    }

    /// Whether both take contacts of a channel, and are not the same target, which is reported as such.
    fn are_rivals(&self, a: &RouteEntry, b: &RouteEntry) -> bool {
        !a.channels.and(b.channels).is_empty() && a.entry != b.entry && a.target != b.target
    }

    /// Beginnings, classes and ranges that cross each other, or are the same in other words.
    fn crossing_patterns(&self) -> Vec<Conflict> {
        let is_exact = |rival: &Rival| matches!(rival.pattern, NumberPattern::Exact(_));
        let (exact, all): (Vec<Rival>, Vec<Rival>) = self.patterns().into_iter().partition(is_exact);
        let is_beginning = |rival: &Rival| matches!(rival.pattern, NumberPattern::Prefix(_));
        let mut conflicts = Vec::new();
        for (at, first) in all.iter().enumerate() {
            for second in &all[at + 1..] {
                // Beginnings never cross each other.
                let beginnings =
                    is_beginning(first) && is_beginning(second) && first.pattern != second.pattern;
                let rivals = self.are_rivals(&self.graph.routes[first.rule], &self.graph.routes[second.rule]);
                if !beginnings && rivals && crosses(first, second) {
                    let witness = undecided(all.iter().chain(&exact), (first, second));
                    conflicts.extend(witness.map(|phone| (first.rule, second.rule, phone)));
                }
            }
        }
        conflicts
    }

    /// The patterns of all rules.
    pub(super) fn patterns(&self) -> Vec<Rival> {
        let mut all = Vec::new();
        for (rule, entry) in self.graph.routes.iter().enumerate() {
            let patterns = match &entry.target {
                Target::Pattern(pattern) => std::slice::from_ref(pattern),
                Target::Numbers(set) => self.graph.numbers[set.0 as usize].patterns(),
                Target::Address(_) | Target::Emergency | Target::Any => &[],
            };
            all.extend(patterns.iter().map(|pattern| {
                let shapes = pattern.shapes();
                Rival {
                    rule,
                    channels: entry.channels,
                    pattern: pattern.clone(),
                    size: shapes.size(),
                    shapes,
                }
            }));
        }
        all.sort_by(|a, b| a.pattern.cmp(&b.pattern));
        all
    }
}

/// Whether two have a number in common while neither is narrower than the other.
fn crosses(a: &Rival, b: &Rival) -> bool {
    let (common, first, second) = (a.shapes.cut(&b.shapes).size(), a.size, b.size);
    common != 0 && ((common != first && common != second) || first == second)
}

/// A number that both cover and no narrower pattern does; none where narrower ones have all of them.
fn undecided<'r>(all: impl Iterator<Item = &'r Rival>, (a, b): (&Rival, &Rival)) -> Option<Phone> {
    let common = a.shapes.cut(&b.shapes);
    let channels = a.channels.and(b.channels);
    let decides = |rival: &&Rival| {
        rival.shapes.within(&common)
            && channels.without(rival.channels).is_empty()
            && rival.shapes != a.shapes
    };
    let narrower: Vec<&Rival> = all.filter(decides).collect();
    let outer = |rival: &&&Rival| {
        !narrower
            .iter()
            .any(|other| rival.shapes.size() < other.shapes.size() && rival.shapes.within(&other.shapes))
    };
    let covered: u64 = narrower.iter().filter(outer).map(|rival| rival.shapes.size()).sum();
    if covered >= common.size() {
        return None;
    }
    let open = |text: &str| {
        NumberKey::of(text).is_some_and(|key| !narrower.iter().any(|rival| rival.shapes.has(key)))
    };
    common
        .witness(|text| open(text) && Phone::parse(text, None).is_some())
        .and_then(|text| NumberKey::of(&text))
        .map(Phone::of_key)
}
