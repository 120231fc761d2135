//! The children of a pair, keywords left out.

use super::Rule;
use super::rules::is_keyword;
use pest::iterators::{Pair, Pairs};
use std::iter::Peekable;

/// Hands out a pair's children one by one. Keywords carry no meaning beyond the rule that has them.
pub(super) struct Parts<'i> {
    pairs: Peekable<Pairs<'i, Rule>>,
}

impl<'i> Parts<'i> {
    /// The children of this pair.
    pub fn of(pair: Pair<'i, Rule>) -> Parts<'i> {
        Parts { pairs: pair.into_inner().peekable() }
    }

    /// The next child, if it is of this rule.
    pub fn eat(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        self.skip_keywords();
        self.pairs.next_if(|pair| pair.as_rule() == rule)
    }

    /// Whether the next child is of this rule; takes it if so.
    pub fn has(&mut self, rule: Rule) -> bool {
        self.eat(rule).is_some()
    }

    /// All following children of this rule.
    pub fn all(&mut self, rule: Rule) -> Vec<Pair<'i, Rule>> {
        std::iter::from_fn(|| self.eat(rule)).collect()
    }

    fn skip_keywords(&mut self) {
        while self.pairs.next_if(|pair| is_keyword(pair.as_rule())).is_some() {}
    }
}

impl<'i> Iterator for Parts<'i> {
    type Item = Pair<'i, Rule>;

    fn next(&mut self) -> Option<Pair<'i, Rule>> {
        self.skip_keywords();
        self.pairs.next()
    }
}
