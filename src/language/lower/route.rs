//! Routes: each rule is a chain of conditions in a pseudo flow, `route NAME`.

use super::never::{Fact, decide, learn};
use super::taken::{Taken, callers};
use super::{Lowerer, Place};
use crate::language::ast::{
    Branch, Condition, Expr as Tree, ExprKind, Name, Route, RouteRule, RouteTarget, Rules, StatementKind,
};
use crate::language::parse::means_otherwise;
use crate::program::verb::If;
use crate::program::{
    Channel, ChannelSet, CompareOp, Exit, Expr, NodeId, NumberPattern, RouteEntry, Target, Type, Value, Verb,
};
use crate::source::{Code, Diagnostic, Span};
use std::collections::BTreeMap;

/// A rule's claim: which contacts, and where it says so.
struct Claim {
    channels: ChannelSet,
    span: Span,
    is_otherwise: bool,
}

/// What the rules claim.
#[derive(Default)]
struct Claims {
    /// In their order, by target: a route may have thousands.
    by_target: BTreeMap<Target, Vec<Claim>>,
    /// The rules for all that is left: their positions in the graph, and where they stand.
    rest: Vec<(usize, Span)>,
}

impl Claims {
    /// The channels of which a rule takes every contact; with `otherwise`, where that counts.
    fn decided(&self, otherwise: bool) -> ChannelSet {
        let open = self.by_target.get(&Target::Any).into_iter().flatten();
        let counts = open.filter(|claim| otherwise || !claim.is_otherwise);
        counts.fold(ChannelSet::default(), |set, claim| set.or(claim.channels))
    }
}

impl<'a> Lowerer<'a> {
    pub(super) fn routes(&mut self) {
        let mut claims = Claims::default();
        let mut broken = self.declared.broken;
        for route in &self.declared.routes {
            broken |= route.broken;
            self.route(route, &mut claims);
        }
        self.left_over(&claims);
        if let Some(route) = self.declared.routes.first()
            && !broken
        {
            self.complete(route, &claims);
        }
        self.rivals();
        self.unmet();
    }

    fn route(&mut self, route: &'a Route, claims: &mut Claims) {
        self.route_flow(format!("route {}", route.name.text).into(), route.name.span);
        self.place = Place::Route;
        let mut otherwise: Option<Span> = None;
        for rule in &route.rules {
            if rule.channels.iter().flatten().any(|word| &*word.text == Channel::Task.word()) {
                self.task_rule(rule);
                continue;
            }
            if let Some(first) = otherwise {
                let finding = Diagnostic::new(
                    Code::RuleNeverMet,
                    rule.span,
                    "no contact gets past the rule before this one",
                );
                let finding = finding.related(first, "this takes all that is left");
                self.diagnostics.push(finding.hint("put it before `otherwise`, or remove it"));
            }
            self.rule(rule, claims);
            if rule.channels.is_none() {
                otherwise = otherwise.or(Some(rule.span));
            }
        }
        self.place = Place::Flow;
    }

    /// `task -> flow`: the deployment starts it without a caller, and brings what it takes.
    fn task_rule(&mut self, rule: &'a RouteRule) {
        let alone = rule.channels.as_ref().is_some_and(|words| words.len() == 1) && rule.targets.is_empty();
        let call = match &rule.rules {
            Rules::Arrow(Branch::Arrow(arrow)) => match &arrow.kind {
                StatementKind::Goto(call) if call.args.is_empty() && alone => Some(call),
                _ => None,
            },
            Rules::Arrow(Branch::Block(_)) | Rules::Block(..) => None,
        };
        let Some(call) = call else {
            let message = "whoever starts a flow without a caller names it, and what it takes";
            let finding = Diagnostic::new(Code::InvalidSetting, head(rule), message);
            self.diagnostics
                .push(finding.hint("write `task -> flow` on a line of its own, without arguments"));
            return;
        };
        let flow = self.flow_named(&call.flow);
        let takes = flow.map(|flow| &self.declared.flows[flow.0 as usize].params);
        let secret = takes.into_iter().flatten().find(|(_, ty)| ty.is_secret());
        if let Some((name, _)) = secret {
            let message =
                format!("`{}` takes the secret `{}`, and nobody can bring it", call.flow.text, name.text);
            let finding = Diagnostic::new(Code::SecretLeak, call.flow.span, message);
            self.diagnostics.push(finding.related(name.span, "this one").hint(
                "what starts a flow without a caller is written down: a secret is asked of a caller, in the flow that needs it",
            ));
        }
        self.graph.tasks.extend(flow);
    }

    fn rule(&mut self, rule: &'a RouteRule, claims: &mut Claims) {
        let channels = match &rule.channels {
            Some(words) => self.channels(words),
            None => ChannelSet::ALL,
        };
        let targets = self.targets(rule);
        self.asks_segment = false;
        let entry = self.rule_entry(rule);
        let asks_segment = self.asks_segment;
        if channels.is_empty() || targets.is_empty() {
            self.graph.unclear.extend(entry);
        }
        if rule.channels.is_none() && entry.is_some() {
            claims.rest.push((self.graph.routes.len(), rule.span));
        }
        let place = self.sources.place(rule.span);
        for (target, span) in targets {
            let claim = Claim { channels, span: head(rule), is_otherwise: rule.channels.is_none() };
            self.claim(claims.by_target.entry(target.clone()).or_default(), claim);
            if let Some(entry) = entry {
                let place = place.clone();
                self.graph.routes.push(RouteEntry { channels, target, entry, asks_segment, place });
                self.target_spans.push(span);
            }
        }
    }

    fn channels(&mut self, words: &[Name]) -> ChannelSet {
        let mut set = ChannelSet::default();
        for word in words {
            match Channel::from_word(&word.text) {
                Some(channel) => set = set.or(ChannelSet::of(&[channel])),
                None => {
                    let known = Channel::ALL.map(Channel::word);
                    let near = self.unknown(Code::UnknownName, "channel", word, known);
                    let meant = near.and_then(Channel::from_word).map(|channel| ChannelSet::of(&[channel]));
                    set = set.or(meant.unwrap_or_default());
                }
            }
        }
        set
    }

    /// `otherwise` takes only the channels of which no rule takes every contact.
    fn left_over(&mut self, claims: &Claims) {
        let left = ChannelSet::ALL.without(claims.decided(false));
        for (index, span) in &claims.rest {
            let rule = &mut self.graph.routes[*index];
            rule.channels = left;
            if left.is_empty() {
                self.graph.unclear.push(rule.entry);
                let message = "nothing is left for this: the rules before it take every channel";
                let finding = Diagnostic::new(Code::RuleNeverMet, *span, message);
                self.diagnostics.push(finding.hint("remove it, or give one of them a target: `call to …`"));
            }
        }
    }

    fn targets(&mut self, rule: &RouteRule) -> Vec<(Target, Span)> {
        if rule.targets.is_empty() {
            return vec![(Target::Any, head(rule))];
        }
        rule.targets.iter().filter_map(|target| self.target(target)).collect()
    }

    fn target(&mut self, target: &RouteTarget) -> Option<(Target, Span)> {
        match target {
            RouteTarget::Address(address) => Some((Target::Address(address.value.clone()), address.span)),
            RouteTarget::Number(pattern) => Some((Target::Pattern(pattern.value.clone()?), pattern.span)),
            RouteTarget::Name(name) if &*name.text == "emergency" => Some((Target::Emergency, name.span)),
            RouteTarget::Name(name) => {
                let id = self.numbers_id(name);
                self.no_segment(id, name.span);
                Some((Target::Numbers(id?), name.span))
            }
        }
    }

    /// Reports a rule for contacts that an earlier rule for the same target takes.
    fn claim(&mut self, claims: &mut Vec<Claim>, claim: Claim) {
        let taken = claims.iter().find(|other| {
            !other.channels.and(claim.channels).is_empty() && !other.is_otherwise && !claim.is_otherwise
        });
        if let Some(first) = taken {
            let finding =
                Diagnostic::new(Code::RuleNeverMet, claim.span, "another rule takes the same contacts");
            self.diagnostics.push(finding.related(first.span, "this one").hint(
                "remove one of them, give one a narrower target, or make them one rule with a block of conditions",
            ));
        }
        claims.push(claim);
    }

    fn rule_entry(&mut self, rule: &'a RouteRule) -> Option<NodeId> {
        self.begin();
        match &rule.rules {
            Rules::Arrow(arrow) => self.branch(arrow),
            Rules::Block(conditions, broken) => self.conditions(rule, conditions, *broken),
        }
        self.loose.clear();
        self.begin
    }

    fn conditions(&mut self, rule: &RouteRule, conditions: &'a [Condition], broken: bool) {
        let mut facts: Vec<Fact> = dialled(rule);
        let mut taken = Taken::new();
        let mut otherwise: Option<Span> = None;
        for line in conditions {
            if let Some(first) = otherwise {
                let finding = Diagnostic::new(
                    Code::RuleNeverMet,
                    line.span,
                    "no contact gets past the rule before this one",
                );
                let finding = finding.related(first, "this takes all that is left");
                self.diagnostics.push(finding.hint("put it before `otherwise`, or remove it"));
            }
            match &line.condition {
                None => {
                    otherwise = Some(line.span);
                    self.branch(&line.arrow);
                }
                Some(tree) => {
                    let before = self.diagnostics.len();
                    let condition = self.expect(tree, &Type::Bool);
                    // Nothing is concluded from a condition with a mistake in it.
                    if self.diagnostics.len() == before {
                        if !self.rule_decided(&facts, &condition, tree.span) {
                            self.all_taken(&taken, &condition, tree.span);
                        }
                        taken.extend(callers(&condition).into_iter().flatten().map(|one| (one, tree.span)));
                        learn(&mut facts, &condition, false, Some(tree.span));
                    }
                    let said = self.said("", tree.span);
                    let node = self.emit(Verb::If(If { condition, said }), tree.span);
                    self.loose = vec![self.arm(node, Exit::Then, None)];
                    self.branch(&line.arrow);
                    self.loose = vec![self.arm(node, Exit::Else, None)];
                }
            }
        }
        let is_rest = |line: &Condition| match &line.condition {
            Some(Tree { kind: ExprKind::Name(name), .. }) => means_otherwise(name),
            Some(_) | None => false,
        };
        if otherwise.is_none() && !broken && !conditions.iter().any(is_rest) {
            let message = "this does not say what happens to the rest";
            let finding = Diagnostic::new(Code::RouteIncomplete, head(rule), message);
            self.diagnostics.push(finding.hint("end the block with `otherwise -> …`"));
        }
    }

    /// Reports a condition that no contact meets which gets so far, or that every one does; whether it has.
    fn rule_decided(&mut self, facts: &[Fact], condition: &Expr, span: Span) -> bool {
        let known: Vec<Fact> = facts.iter().cloned().chain(self.settled(condition)).collect();
        let Some((holds, because)) = decide(&known, condition) else { return false };
        let same = facts.iter().any(|fact| fact.condition == *condition);
        let message = match (same, holds, because.is_some()) {
            (true, false, _) => "an earlier rule asks the same",
            (false, false, true) => "no contact meets this: what stands before it has decided it",
            (false, false, false) if matches!(condition, Expr::Compare(..)) => "no contact meets this",
            (false, false, false) => "no contact meets this: its halves exclude each other",
            (_, true, _) => "every contact that gets here meets this",
        };
        let hint = match (holds, because.is_some()) {
            (true, _) => "write `otherwise -> …`",
            (false, true) => "ask something else here, or remove the line",
            (false, false) if matches!(condition, Expr::Compare(..)) => {
                "ask something else here, or remove the line"
            }
            (false, false) => "alternatives are joined by `or`",
        };
        let finding = Diagnostic::new(Code::RuleNeverMet, span, message).hint(hint);
        self.diagnostics.push(match because {
            Some(because) => finding.related(because, "this one"),
            None => finding,
        });
        true
    }

    /// Every channel needs a rule without a target.
    fn complete(&mut self, route: &Route, claims: &Claims) {
        let rest = ChannelSet::ALL.without(claims.decided(true));
        if rest.is_empty() {
            return;
        }
        let words: Vec<String> = rest
            .iter()
            .map(|channel| {
                let some = claims.by_target.values().flatten().any(|claim| claim.channels.contains(channel));
                if some { format!("other `{channel}`") } else { format!("`{channel}`") }
            })
            .collect();
        let message = format!("the route does not say where these contacts go: {}", words.join(", "));
        let finding = Diagnostic::new(Code::RouteIncomplete, route.name.span, message);
        self.diagnostics.push(finding.hint("end the route with `otherwise -> reject not_found`"));
    }
}

/// What is known in the block of a rule for one number: which was dialled.
fn dialled(rule: &RouteRule) -> Vec<Fact> {
    let [RouteTarget::Number(pattern)] = &rule.targets[..] else { return Vec::new() };
    let Some(NumberPattern::Exact(number)) = &pattern.value else { return Vec::new() };
    let number = Box::new(Expr::Const(Value::Phone(number.clone())));
    let condition = Expr::Compare(CompareOp::Equal, Box::new(Expr::Called), number);
    vec![Fact { condition, holds: true, span: Some(pattern.span) }]
}

/// A rule without its braces.
fn head(rule: &RouteRule) -> Span {
    let end = match &rule.rules {
        Rules::Arrow(_) => rule.span.end,
        Rules::Block(..) => {
            let last = rule.channels.iter().flatten().map(|word| word.span.end);
            let targets = rule.targets.iter().map(|target| match target {
                RouteTarget::Address(address) => address.span.end,
                RouteTarget::Number(pattern) => pattern.span.end,
                RouteTarget::Name(name) => name.span.end,
            });
            last.chain(targets).max().unwrap_or(rule.span.end)
        }
    };
    Span { end, ..rule.span }
}
