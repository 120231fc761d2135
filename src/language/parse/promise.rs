//! Promises.

use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{Bound, Goal, Promise, Spanned};
use pest::iterators::Pair;

impl Reader<'_> {
    /// The lines of a `promise` block.
    pub(super) fn promises(&mut self, parts: Parts<'_>) -> Vec<Promise> {
        let mut promises = Vec::new();
        for line in parts {
            match line.as_rule() {
                Rule::promise_line => promises.extend(self.promise(line)),
                _ => self.fault(&line),
            }
        }
        promises
    }

    fn promise(&mut self, pair: Pair<'_, Rule>) -> Option<Promise> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let condition = parts.eat(Rule::promise_if).and_then(|test| Parts::of(test).next());
        let condition = condition.map(|expr| self.expr(expr));
        let always = parts.next()?.as_rule() == Rule::must;
        let goal = self.goal(parts.next()?)?;
        let bounds = parts.filter_map(|bound| self.bound(bound)).collect();
        Some(Promise { span, condition, always, goal, bounds })
    }

    fn goal(&mut self, pair: Pair<'_, Rule>) -> Option<Goal> {
        let rule = pair.as_rule();
        let mut parts = Parts::of(pair);
        Some(match rule {
            Rule::goal_human => Goal::Human,
            Rule::goal_transfer => Goal::Transfer,
            Rule::goal_queue => Goal::Queue,
            Rule::goal_ends => Goal::Ends,
            Rule::goal_reaches => Goal::Reaches(self.name(&parts.next()?)),
            Rule::goal_outcome => {
                let outcome = self.name(&parts.next()?);
                let topic = parts.next().map(|topic| {
                    let topic = self.text(&topic);
                    crate::language::ast::Name { text: topic.value, span: topic.span }
                });
                Goal::Outcome(outcome, topic)
            }
            _ => return None,
        })
    }

    fn bound(&mut self, pair: Pair<'_, Rule>) -> Option<Bound> {
        let (rule, span) = (pair.as_rule(), self.span(&pair));
        let mut parts = Parts::of(pair);
        Some(match rule {
            Rule::in_time => {
                let length = parts.next()?;
                Bound::Time(Spanned { value: self.duration(&length), span })
            }
            Rule::in_keys => {
                let count = parts.next()?;
                Bound::Keys(Spanned { value: self.count_within(&count, "keys", 0, 99), span })
            }
            Rule::outside => Bound::Outside(self.name(&parts.next()?)),
            Rule::meanwhile => Bound::While(self.expr(parts.next()?)),
            Rule::unverified => Bound::Unverified(span),
            _ => return None,
        })
    }
}
