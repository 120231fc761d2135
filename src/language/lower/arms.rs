//! Exits: those that a statement handles itself, and those it inherits.
//!
//! The statement's own handlers come first, then its flow's `default`, then the program's. What nobody handles is one
//! finding that names them all.

use super::{Loose, Lowerer, Place};
use crate::language::ast::{self, Arm, Body, Branch, Name, Waiting};
use crate::program::{Exit, NodeId, Slot, Text, Type, Verb};
use crate::source::{Code, Diagnostic, Span};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// An exit of a verb, with what it brings.
pub(super) struct Way {
    /// The word a script writes.
    pub word: Text,
    /// The exit of the node.
    pub exit: Exit,
    /// What it brings.
    pub brings: Option<Type>,
    /// Whether somebody must handle it.
    pub needed: bool,
}

impl Way {
    /// An exit that brings nothing.
    pub fn plain(word: &str, exit: Exit, needed: bool) -> Way {
        Way { word: word.into(), exit, brings: None, needed }
    }

    /// An exit that must be handled and brings something.
    pub fn brings(word: &str, exit: Exit, ty: Type) -> Way {
        Way { word: word.into(), exit, brings: Some(ty), needed: true }
    }

    /// Exits that must be handled and bring nothing.
    pub fn all(exits: &[(&str, Exit)]) -> Vec<Way> {
        exits.iter().map(|(word, exit)| Way::plain(word, exit.clone(), true)).collect()
    }
}

/// Blocks that a verb runs before it goes on.
fn runs_apart(exit: &Exit) -> bool {
    matches!(exit, Exit::Connected | Exit::Entering | Exit::Joined)
}

/// Arms that lead back to the verb they belong to.
fn leads_back(exit: &Exit) -> bool {
    matches!(exit, Exit::NoInput(_) | Exit::NoMatch(_) | Exit::Invalid(_) | Exit::TooShort(_) | Exit::Wrong)
}

impl<'a> Lowerer<'a> {
    /// Lowers the handlers of a node and what it inherits; what they leave loose is added to `after`, which is loose
    /// in the end.
    pub(super) fn exits(
        &mut self,
        node: NodeId,
        verb: &str,
        at: Span,
        body: &'a Body,
        ways: &[Way],
        after: Vec<Loose>,
    ) {
        let handled = self.own_exits(node, verb, body, ways, after);
        let mut after = std::mem::take(&mut self.loose);
        let mut missing = Vec::new();
        for way in ways.iter().filter(|way| way.needed) {
            if handled.iter().any(|(exit, _)| *exit == way.exit) {
                continue;
            }
            if !self.inherit(node, way, &mut after) {
                missing.push(&*way.word);
            }
        }
        self.inherit_counted(node, ways);
        let unclear = body.broken
            || self.declared.defaults_lost
            || self.flow_defaults.iter().any(|default| default.broken);
        self.uncertain |= !missing.is_empty() || body.broken;
        if !missing.is_empty() && !unclear {
            self.misses(format!("`{verb}`"), at, &missing, None);
        }
        self.loose = after;
    }

    /// Lowers the handlers that a node has itself; gives back which exits they are for.
    pub(super) fn own_exits(
        &mut self,
        node: NodeId,
        verb: &str,
        body: &'a Body,
        ways: &[Way],
        after: Vec<Loose>,
    ) -> Vec<(Exit, Span)> {
        let mut after = after;
        let mut handled: Vec<(Exit, Span)> = Vec::new();
        self.questions.push(node);
        for arm in &body.arms {
            let exits = self.arm_exits((node, verb), arm, ways, &mut handled);
            self.own_arm(node, arm, &exits, ways, &mut after);
        }
        self.questions.pop();
        self.loose = after;
        handled
    }

    /// The exits that an arm handles, each only once in the statement.
    fn arm_exits(
        &mut self,
        (node, verb): (NodeId, &str),
        arm: &Arm,
        ways: &[Way],
        handled: &mut Vec<(Exit, Span)>,
    ) -> Vec<Exit> {
        let mut exits = Vec::new();
        for written in &arm.exits {
            let Some(way) = ways.iter().find(|way| way.word == written.word.text) else {
                let known: Vec<&str> = ways.iter().map(|way| &*way.word).collect();
                let near = crate::language::offer::exit(&written.word.text, &known);
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => self
                        .status_hint(node, &written.word.text)
                        .unwrap_or_else(|| format!("its exits are `{}`", known.join("`, `"))),
                };
                let message = format!("`{verb}` has no exit `{}`", written.word.text);
                self.uncertain = true;
                let hint = (!ways.is_empty()).then_some(hint);
                let finding = Diagnostic::new(Code::NoSuchExit, written.word.span, message);
                self.diagnostics.push(finding.maybe_hint(hint));
                // Most likely it was meant for the near one, which then is not missing.
                handled.extend(
                    ways.iter()
                        .filter(|w| Some(&*w.word) == near)
                        .map(|w| (w.exit.clone(), written.word.span)),
                );
                continue;
            };
            let exit = self.nth(written, way.exit.clone());
            if let Some((_, first)) = handled.iter().find(|(other, _)| *other == exit) {
                let message = format!("`{}` is handled twice", written.word.text);
                let finding = Diagnostic::new(Code::DuplicateName, written.word.span, message);
                self.diagnostics.push(finding.related(*first, "the first"));
                continue;
            }
            handled.push((exit.clone(), written.word.span));
            exits.push(exit);
        }
        exits
    }

    /// Where a status is declared, for an exit of `get` and `post` that the operation does not have.
    fn status_hint(&self, node: NodeId, word: &str) -> Option<String> {
        let Verb::Request(request) = &self.graph.nodes[node.0 as usize].verb else { return None };
        let (_, operation) = self.declared.program.operation(request.operation);
        let own =
            operation.statuses.iter().map(|status| &**status).chain([word]).collect::<Vec<_>>().join(", ");
        Some(format!(
            "each operation has statuses of its own: write `statuses {own}` behind `{}(…)` in its `backend`",
            operation.name
        ))
    }

    /// `no_input 2` is the exit from the second time on.
    fn nth(&mut self, written: &ast::ArmExit, exit: Exit) -> Exit {
        match (exit, written.nth) {
            (Exit::NoInput(_), nth) => Exit::NoInput(nth.unwrap_or(1)),
            (Exit::NoMatch(_), nth) => Exit::NoMatch(nth.unwrap_or(1)),
            (Exit::Invalid(_), nth) => Exit::Invalid(nth.unwrap_or(1)),
            (Exit::TooShort(_), nth) => Exit::TooShort(nth.unwrap_or(1)),
            (exit, Some(_)) => {
                let message =
                    format!("only what leads back to a question is counted, not `{}`", written.word.text);
                self.report(Code::InvalidSetting, written.word.span, message);
                exit
            }
            (exit, None) => exit,
        }
    }

    fn own_arm(&mut self, node: NodeId, arm: &'a Arm, exits: &[Exit], ways: &[Way], after: &mut Vec<Loose>) {
        // Several exits bring something together only where it is the same.
        let mut types = exits
            .iter()
            .map(|exit| ways.iter().find(|way| way.exit == *exit).and_then(|way| way.brings.clone()));
        let brings = types.next().flatten().filter(|first| types.all(|ty| ty.as_ref() == Some(first)));
        self.scopes.enter();
        let slot = arm.bind.as_ref().map(|name| self.bind(name, brings, exits.len()));
        if exits == [Exit::Recorded] {
            self.know_recorded(node);
        }
        if !exits.iter().any(runs_apart) {
            self.loose = exits.iter().map(|exit| self.arm(node, exit.clone(), slot)).collect();
        }
        if exits.is_empty() {
            // Everything in it was reported; its statements are still worth a look.
            let begin = self.begin;
            self.loose = vec![Loose::Begin];
            self.branch(&arm.branch);
            (self.begin, self.loose) = (begin, Vec::new());
        } else if exits.iter().any(runs_apart) {
            self.before_bridge(node, arm, slot, exits);
        } else if exits.iter().any(leads_back) {
            self.lead_back(node, &arm.branch);
        } else {
            self.branch(&arm.branch);
            after.append(&mut self.loose);
        }
        self.scopes.leave();
    }

    /// A block behind which the verb begins again.
    fn lead_back(&mut self, node: NodeId, branch: &'a Branch) {
        self.branch(branch);
        let loose = std::mem::take(&mut self.loose);
        self.link(loose, node);
    }

    /// The variable for what an exit brings.
    fn bind(&mut self, name: &Name, brings: Option<Type>, exits: usize) -> Slot {
        if brings.is_none() && exits > 0 {
            let message = format!("there is nothing to name `{}` here", name.text);
            self.report(Code::InvalidSetting, name.span, message);
        }
        self.declare(name, brings.unwrap_or(Type::Unknown))
    }

    /// Takes the handler for an exit from the flow or from the program. `false` where neither has one.
    pub(super) fn inherit(&mut self, node: NodeId, way: &Way, after: &mut Vec<Loose>) -> bool {
        let Some((arm, keep)) = self.default_for(&way.word) else { return false };
        self.loose = vec![self.arm(node, way.exit.clone(), None)];
        self.handler_of(node, arm, keep);
        if leads_back(&way.exit) {
            let loose = std::mem::take(&mut self.loose);
            self.link(loose, node);
        }
        after.append(&mut self.loose);
        true
    }

    /// Takes the handlers that lead back and that a node has not itself: all that the flow has for a word, or else all
    /// that the program has.
    pub(super) fn inherit_counted(&mut self, node: NodeId, ways: &[Way]) {
        let loose = std::mem::take(&mut self.loose);
        for way in ways.iter().filter(|way| leads_back(&way.exit)) {
            let kind = std::mem::discriminant(&way.exit);
            let has = |arm: &crate::program::Arm| std::mem::discriminant(&arm.exit) == kind;
            if self.graph.nodes[node.0 as usize].arms.iter().any(has) {
                continue;
            }
            for (arm, written, keep) in self.counted_defaults(&way.word) {
                let exit = self.nth(written, way.exit.clone());
                if self.graph.nodes[node.0 as usize].arm(&exit).is_none() {
                    self.loose = vec![self.arm(node, exit, None)];
                    self.handler_of(node, arm, keep);
                    let ends = std::mem::take(&mut self.loose);
                    self.link(ends, node);
                }
            }
        }
        self.loose = loose;
    }

    /// The inherited handlers for a word, each with how it is written there.
    fn counted_defaults(&self, word: &str) -> Vec<(&'a Arm, &'a ast::ArmExit, usize)> {
        let (of_flow, of_program) = (self.flow_defaults, &self.declared.defaults[..]);
        for (defaults, keep) in [(of_flow, 1), (of_program, 0)] {
            let arms = defaults.iter().flat_map(|default| &default.arms);
            let exits = arms.flat_map(|arm| arm.exits.iter().map(move |exit| (arm, exit, keep)));
            let found: Vec<_> = exits
                .filter(|(arm, exit, _)| *exit.word.text == *word && !self.open_handlers.contains(&arm.span))
                .collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// Lowers an inherited handler in the place of a node's own.
    fn handler_of(&mut self, node: NodeId, arm: &'a Arm, keep: usize) {
        self.questions.push(node);
        self.handler(arm, keep);
        self.questions.pop();
    }

    /// Lowers an inherited handler, which sees the parameters of its flow, or no variable at all.
    fn handler(&mut self, arm: &'a Arm, keep: usize) {
        let hidden = self.scopes.hide(keep);
        let loops = std::mem::take(&mut self.loops);
        self.open_handlers.push(arm.span);
        self.branch(&arm.branch);
        self.open_handlers.pop();
        self.loops = loops;
        self.scopes.show(hidden);
    }

    /// The handler for an exit, and how many of the outermost scopes it sees.
    pub(super) fn default_for(&self, word: &str) -> Option<(&'a Arm, usize)> {
        let of_flow = self.flow_defaults.iter().map(|default| (default, self.visible));
        let of_program = self.declared.defaults.iter().map(|default| (default, 0));
        of_flow.chain(of_program).find_map(|(default, keep)| {
            let handles = |arm: &&Arm| {
                arm.exits.iter().any(|exit| &*exit.word.text == word)
                    && !self.open_handlers.contains(&arm.span)
            };
            default.arms.iter().find(handles).map(|arm| (arm, keep))
        })
    }

    /// `while waiting`: lowered apart, because it ends where the verb's wait ends.
    pub(super) fn waiting(&mut self, node: NodeId, waiting: Option<&'a Waiting>) {
        let Some(waiting) = waiting else { return };
        let first = self.apart(Place::Waiting, |lowerer| match waiting {
            Waiting::Play(name) => {
                lowerer.music(name);
            }
            Waiting::Block(block) => lowerer.block(block),
        });
        if let Some(first) = first {
            let arm = self.arm(node, Exit::Waiting, None);
            self.link(vec![arm], first);
        }
    }

    /// The `hung_up` handler of the flow; lowered apart, because the call ends where it ends.
    pub(super) fn hung_up(&mut self) -> Option<NodeId> {
        let (arm, keep) = self.default_for("hung_up")?;
        self.apart(Place::HungUp, |lowerer| lowerer.handler(arm, keep))
    }

    /// Lowers the program's handlers once each: those that no statement inherits have mistakes, too.
    pub(super) fn program_defaults(&mut self) {
        let Some(first) = self.declared.defaults.first() else { return };
        if let Some(second) = self.declared.defaults.get(1) {
            let finding =
                Diagnostic::new(Code::InvalidSetting, second.span, "there are two `default` blocks");
            self.diagnostics.push(finding.related(first.span, "the first"));
        }
        self.flow_defaults = &[];
        self.returns = None;
        let defaults = &self.declared.defaults;
        self.unused_defaults(defaults, 0);
    }

    /// Lowers handlers apart and throws the nodes away.
    pub(super) fn unused_defaults(&mut self, defaults: &'a [ast::Default], keep: usize) {
        defaults.iter().for_each(|default| self.handled_twice(default));
        for arm in defaults.iter().flat_map(|default| &default.arms) {
            let (nodes, numbers) = (self.graph.nodes.len(), self.graph.numbers.len());
            let hangs_up = arm.exits.iter().any(|exit| &*exit.word.text == "hung_up");
            self.check_default_arm(arm);
            let place = if hangs_up { Place::HungUp } else { Place::Flow };
            // The nodes go, so that it is no matter to which question `-> again` leads.
            self.apart(place, |lowerer| lowerer.handler_of(NodeId(0), arm, keep));
            self.graph.nodes.truncate(nodes);
            self.graph.origins.truncate(nodes);
            self.graph.numbers.truncate(numbers);
        }
    }

    /// Reports an exit that a `default` block names twice: only the first would ever be taken.
    fn handled_twice(&mut self, default: &ast::Default) {
        let mut first: BTreeMap<(&str, u64), Span> = BTreeMap::new();
        for written in default.arms.iter().flat_map(|arm| &arm.exits) {
            let word = &*written.word.text;
            let key = (word, u64::from(written.nth.unwrap_or(1)));
            match first.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(written.word.span);
                }
                Entry::Occupied(entry) => {
                    let message = format!("`{word}` is handled twice in this `default`");
                    let finding = Diagnostic::new(Code::DuplicateName, written.word.span, message);
                    let finding = finding.label("the second").related(*entry.get(), "the first");
                    self.diagnostics.push(finding.hint("only one can be taken: remove the other"));
                }
            }
        }
    }

    /// A handler that is inherited must be for an exit that some verb has, and names nothing.
    fn check_default_arm(&mut self, arm: &Arm) {
        let exits = Verb::CATALOGUE.iter().flat_map(|verb| verb.exits.iter().map(|exit| exit.word));
        let backends = self.declared.program.backends.iter();
        let statuses =
            backends.flat_map(|b| b.operations.iter().flat_map(|o| o.statuses.iter().map(|s| &**s)));
        let known: Vec<&str> = exits.chain(statuses).chain(["hung_up"]).collect();
        for written in &arm.exits {
            let word = &*written.word.text;
            if !known.contains(&word)
                || matches!(word, "else" | "while waiting" | "empty" | "connected" | "entering" | "joined")
            {
                self.unknown(Code::NoSuchExit, "exit", &written.word, known.iter().copied());
            }
        }
        if let Some(name) = &arm.bind {
            let message = format!("a `default` block cannot name what an exit brings, here `{}`", name.text);
            self.report(Code::InvalidSetting, name.span, message);
        }
    }
}
