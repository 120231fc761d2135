//! Which callers the lines of a route's block have taken so far, so that a line behind them is found for which nobody is
//! left: a number below the beginning that covers it, a set below a larger one.

use super::Lowerer;
use crate::program::{CallerKind, Expr, NumberKey, NumberPattern, NumberSet, NumbersId, Phone};
use crate::source::{Code, Diagnostic, Span};

/// Callers that a line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Callers {
    /// With a number of a set.
    Numbers(NumbersId),
    /// Without a number.
    Without(CallerKind),
}

/// What earlier lines have taken, and where.
pub(super) type Taken = Vec<(Callers, Span)>;

impl Lowerer<'_> {
    /// Reports a line whose callers earlier lines have all taken.
    pub(super) fn all_taken(&mut self, taken: &Taken, condition: &Expr, span: Span) {
        let Some((witness, because)) = self.nobody_left(taken, condition) else { return };
        let message = match witness {
            Some(number) => format!("the rules before this one take every number it asks for, as {number}"),
            None => "the rules before this one take everybody it asks for".to_owned(),
        };
        let finding = Diagnostic::new(Code::RuleNeverMet, span, message);
        let finding = finding.related(because, "this one");
        self.diagnostics.push(finding.hint("put the narrower rule first, or remove it"));
    }

    /// A number that is asked for in vain, and who takes it; `None` where somebody may be left.
    fn nobody_left(&self, taken: &Taken, condition: &Expr) -> Option<(Option<Phone>, Span)> {
        if let Expr::And(a, b) = condition {
            return self.nobody_left(taken, a).or_else(|| self.nobody_left(taken, b));
        }
        let asked = callers(condition)?;
        let mut found = asked.iter().map(|callers| self.taken_by(taken, *callers));
        let first = found.next()??;
        found.all(|taken| taken.is_some()).then_some(first)
    }

    fn taken_by(&self, taken: &Taken, callers: Callers) -> Option<(Option<Phone>, Span)> {
        match callers {
            Callers::Without(_) => {
                let (_, span) = taken.iter().find(|(known, _)| *known == callers)?;
                Some((None, *span))
            }
            Callers::Numbers(id) => {
                let set = self.set(id);
                let sets = || {
                    taken.iter().filter_map(|(known, span)| match known {
                        Callers::Numbers(id) => Some((self.set(*id), *span)),
                        Callers::Without(_) => None,
                    })
                };
                let exact = set.exact().iter().map(|key| (Some(*key), exact_cover(sets(), *key)));
                let others = set.patterns().iter().map(|pattern| (None, cover(sets(), pattern)));
                let mut all = exact.chain(others);
                let (key, span) = all.next()?;
                let (span, rest) = (span?, all.all(|(_, span)| span.is_some()));
                let witness = key
                    .map(Phone::of_key)
                    .or_else(|| set.patterns().first()?.common(set.patterns().first()?));
                rest.then_some((witness, span))
            }
        }
    }

    fn set(&self, id: NumbersId) -> &NumberSet {
        &self.graph.numbers[id.0 as usize]
    }
}

/// The callers that a condition takes, where it asks for nothing else.
pub(super) fn callers(condition: &Expr) -> Option<Vec<Callers>> {
    match condition {
        Expr::Or(a, b) => {
            let mut all = callers(a)?;
            all.extend(callers(b)?);
            Some(all)
        }
        Expr::InNumbers(number, id) if **number == Expr::Caller => Some(vec![Callers::Numbers(*id)]),
        Expr::CallerIs(kind) => Some(vec![Callers::Without(*kind)]),
        _ => None,
    }
}

fn exact_cover<'s>(mut sets: impl Iterator<Item = (&'s NumberSet, Span)>, key: NumberKey) -> Option<Span> {
    sets.find(|(set, _)| set.has(key)).map(|(_, span)| span)
}

fn cover<'s>(mut sets: impl Iterator<Item = (&'s NumberSet, Span)>, pattern: &NumberPattern) -> Option<Span> {
    let covers = |set: &NumberSet| set.patterns().iter().any(|wider| pattern.within(wider));
    sets.find(|(set, _)| covers(set)).map(|(_, span)| span)
}
