//! Rules of a route that no number leads to: narrower targets have all the numbers of theirs, or every one of them is for
//! help or of a public service, which no pattern covers.

use super::Lowerer;
use super::rivals::Rival;
use crate::program::{Channel, NumberKey, NumberPattern, Shapes, ShortCodes, Target};
use crate::source::{Code, Diagnostic};

/// The most forms that are looked at for one target; behind that it counts as met.
const MOST_FORMS: usize = 4096;

/// What takes numbers before a pattern does.
struct Before {
    /// Patterns of all rules.
    patterns: Vec<Rival>,
    /// Exact numbers of all rules, in order.
    exact: Vec<(NumberKey, usize)>,
    /// For help, and of services.
    apart: Shapes,
}

impl Lowerer<'_> {
    /// Reports rules whose numbers all go elsewhere.
    pub(super) fn unmet(&mut self) {
        let before = self.before();
        let findings: Vec<Diagnostic> = (0..self.graph.routes.len())
            .filter(|rule| self.is_unmet(*rule, &before))
            .filter_map(|rule| self.unmet_finding(rule, &before))
            .collect();
        findings.into_iter().for_each(|finding| self.diagnostics.push(finding));
    }

    fn before(&self) -> Before {
        let mut exact = Vec::new();
        for (rule, entry) in self.graph.routes.iter().enumerate() {
            match &entry.target {
                Target::Pattern(NumberPattern::Exact(phone)) => exact.push((phone.key(), rule)),
                Target::Numbers(set) => {
                    let keys = self.graph.numbers[set.0 as usize].exact();
                    exact.extend(keys.iter().map(|key| (*key, rule)));
                }
                Target::Pattern(_) | Target::Address(_) | Target::Emergency | Target::Any => {}
            }
        }
        exact.sort();
        let is_exact = |rival: &Rival| matches!(rival.pattern, NumberPattern::Exact(_));
        let patterns = self.patterns().into_iter().filter(|rival| !is_exact(rival)).collect();
        let country = self.declared.program.country.as_deref();
        Before { patterns, exact, apart: ShortCodes::of(country).shapes() }
    }

    fn is_unmet(&self, rule: usize, before: &Before) -> bool {
        let entry = &self.graph.routes[rule];
        let named = match &entry.target {
            Target::Pattern(pattern) => matches!(pattern, NumberPattern::Exact(_)),
            Target::Numbers(set) => {
                let set = &self.graph.numbers[set.0 as usize];
                !set.exact().is_empty() || set.patterns().is_empty()
            }
            Target::Address(_) | Target::Emergency | Target::Any => true,
        };
        let mut own = before.patterns.iter().filter(|rival| rival.rule == rule);
        !named
            && own.all(|pattern| entry.channels.iter().all(|channel| self.is_taken(pattern, channel, before)))
    }

    /// Whether everything that a pattern has goes elsewhere on a channel.
    fn is_taken(&self, pattern: &Rival, channel: Channel, before: &Before) -> bool {
        let narrower = narrower(pattern, channel, before);
        let most: u64 = narrower.iter().map(|rival| rival.shapes.cut(&pattern.shapes).size()).sum();
        let near: Vec<&(NumberKey, usize)> =
            pattern.shapes.ends().flat_map(|ends| between(&before.exact, ends)).collect();
        let others = before.apart.size() + near.len() as u64;
        if most.saturating_add(others) < pattern.size {
            return false;
        }
        let mut left = pattern.shapes.clone();
        for taken in narrower.iter().map(|rival| &rival.shapes).chain([&before.apart]) {
            left = left.without(taken);
            if left.0.len() > MOST_FORMS {
                return false;
            }
        }
        let on_channel = |rule: usize| self.graph.routes[rule].channels.contains(channel);
        let mut exact: Vec<NumberKey> = near
            .into_iter()
            .filter(|(key, rule)| on_channel(*rule) && left.has(*key))
            .map(|(key, _)| *key)
            .collect();
        exact.sort();
        exact.dedup();
        exact.len() as u64 == left.size()
    }

    fn unmet_finding(&self, rule: usize, before: &Before) -> Option<Diagnostic> {
        let pattern = before.patterns.iter().find(|rival| rival.rule == rule)?;
        let channel = self.graph.routes[rule].channels.iter().next()?;
        let witness = pattern.shapes.without(&before.apart).witness(crate::program::is_number);
        let span = self.target_spans[rule];
        let Some(witness) = witness else {
            let witness = pattern.shapes.witness(|_| true)?;
            let message = format!(
                "no contact meets this: every number of it is for help or of a public service, as {witness}"
            );
            let hint = format!("name the number, `call to {witness}`, or write `call to emergency`");
            return Some(Diagnostic::new(Code::RuleNeverMet, span, message).hint(hint));
        };
        let message =
            format!("no contact meets this: narrower targets have every number of it, as {witness}");
        let finding = Diagnostic::new(Code::RuleNeverMet, span, message);
        let finding = finding.hint("remove it, or one of the narrower ones");
        let key = NumberKey::of(&witness)?;
        let exact = before.exact.iter().find(|(known, _)| *known == key).map(|(_, rule)| *rule);
        let narrower = narrower(pattern, channel, before);
        let has = narrower.iter().filter(|rival| rival.shapes.has(key)).min_by_key(|rival| rival.size);
        Some(match exact.or(has.map(|rival| rival.rule)) {
            Some(taker) => finding.related(self.target_spans[taker], "this takes it"),
            None => finding,
        })
    }
}

/// Numbers from one to another.
fn between(exact: &[(NumberKey, usize)], (low, high): (NumberKey, NumberKey)) -> &[(NumberKey, usize)] {
    let begin = exact.partition_point(|(key, _)| *key < low);
    let end = exact.partition_point(|(key, _)| *key <= high);
    exact.get(begin..end).unwrap_or_default()
}

/// Patterns of other rules that take numbers of this one.
fn narrower<'b>(pattern: &Rival, channel: Channel, before: &'b Before) -> Vec<&'b Rival> {
    let is_narrower = |other: &&Rival| {
        other.rule != pattern.rule
            && other.size < pattern.size
            && other.channels.contains(channel)
            && !other.shapes.cut(&pattern.shapes).0.is_empty()
    };
    before.patterns.iter().filter(is_narrower).collect()
}
