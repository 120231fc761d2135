//! Routes.

use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{Condition, Route, RouteRule, RouteTarget, Rules};
use crate::source::{Code, Diagnostic};
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn route(&mut self, mut parts: Parts<'_>) -> Option<Route> {
        let name = self.name(&parts.next()?);
        let mut route = Route { name, rules: Vec::new(), broken: false };
        for line in parts {
            match line.as_rule() {
                Rule::route_rule | Rule::otherwise => route.rules.extend(self.route_rule(line)),
                Rule::case_rule => {
                    route.broken = true;
                    let message = "a condition stands inside a target";
                    let finding = Diagnostic::new(Code::Syntax, self.span(&line), message);
                    let hint = "write it into the braces of a channel: `call { from vip -> vip_desk  otherwise -> reception }`";
                    self.mention(line.as_str());
                    self.diagnostics.push(finding.hint(hint));
                }
                _ => {
                    route.broken = true;
                    self.fault(&line);
                }
            }
        }
        Some(route)
    }

    fn route_rule(&mut self, pair: Pair<'_, Rule>) -> Option<RouteRule> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let channels =
            parts.eat(Rule::channels).map(|words| Parts::of(words).map(|word| self.name(&word)).collect());
        let targets = parts.eat(Rule::targets).map(|targets| self.route_targets(targets)).unwrap_or_default();
        let rules = parts.next()?;
        let rules = match rules.as_rule() {
            Rule::arrow => Rules::Arrow(self.branch(rules)?),
            _ => self.conditions(rules),
        };
        Some(RouteRule { span, channels, targets, rules })
    }

    fn route_targets(&mut self, pair: Pair<'_, Rule>) -> Vec<RouteTarget> {
        let mut targets = Vec::new();
        for target in Parts::of(pair) {
            match target.as_rule() {
                Rule::string => targets.push(RouteTarget::Address(self.text(&target))),
                Rule::pattern => targets.push(RouteTarget::Number(self.pattern(&target))),
                _ => targets.push(RouteTarget::Name(self.name(&target))),
            }
        }
        targets
    }

    fn conditions(&mut self, pair: Pair<'_, Rule>) -> Rules {
        let mut conditions = Vec::new();
        let mut broken = false;
        for line in Parts::of(pair) {
            match line.as_rule() {
                Rule::case_rule | Rule::otherwise => conditions.extend(self.condition(line)),
                _ => {
                    broken = true;
                    self.fault(&line);
                }
            }
        }
        Rules::Block(conditions, broken)
    }

    fn condition(&mut self, pair: Pair<'_, Rule>) -> Option<Condition> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let condition = parts.eat(Rule::expr).map(|expr| self.expr(expr));
        Some(Condition { span, condition, arrow: self.branch(parts.next()?)? })
    }
}
