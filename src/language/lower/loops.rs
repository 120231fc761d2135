//! Loops: `repeat`, `for each`, and the ways out of them.

use super::statement::head;
use super::{Loose, Lowerer};
use crate::language::ast::{Block, ExprKind, ForEach as Tree};
use crate::program::verb::{Break, ForEach, Repeat, Set};
use crate::program::{Exit, NodeId, Verb};
use crate::source::{Code, Diagnostic, Span};

/// A loop around what is being lowered.
pub(super) struct Loop {
    node: NodeId,
    /// What leads back to it.
    continues: Vec<Loose>,
    /// What leaves it.
    breaks: Vec<Loose>,
}

/// Rounds that a loop may have at the most.
const MOST_ROUNDS: u64 = 1_000;

impl<'a> Lowerer<'a> {
    pub(super) fn repeat(&mut self, span: Span, rounds: u64, at: Span, block: &'a Block) {
        let at_most = self.rounds(rounds, at);
        let node = self.emit(Verb::Repeat(Repeat { at_most }), span);
        self.loose = vec![self.arm(node, Exit::Then, None)];
        self.looped(node, |lowerer| lowerer.block(block));
    }

    pub(super) fn for_each(&mut self, span: Span, tree: &'a Tree) {
        let at = head(span, tree.block.span);
        let (value, ty) = self.expr(&tree.list);
        let item_type = self.item_type(tree.list.span, &ty);
        let at_most = match (&tree.at_most, &tree.list.kind) {
            (Some(at_most), _) => self.rounds(at_most.value, at_most.span),
            (None, ExprKind::List(items)) => items.len() as u32,
            (None, _) => {
                let finding =
                    Diagnostic::new(Code::InvalidSetting, at, "how many items does it take at the most?");
                let written = self.sources.slice(tree.list.span);
                let hint = format!("write `for each {} in {written} at most 9 {{`", tree.name.text);
                self.diagnostics.push(finding.hint(hint));
                1
            }
        };
        let list = self.scopes.temporary();
        self.step(Verb::Set(Set { slot: list, value }), at);
        let item = self.scopes.temporary();
        let node = self.emit(Verb::ForEach(ForEach { list, item, at_most }), at);
        self.loose = vec![self.arm(node, Exit::Then, None)];
        self.scopes.enter();
        self.declare_at(&tree.name, item_type, item);
        self.looped(node, |lowerer| lowerer.block(&tree.block));
        self.scopes.leave();
    }

    /// Lowers the block of a loop, links its ends to the loop, and leaves loose what goes on behind it.
    fn looped(&mut self, node: NodeId, lower: impl FnOnce(&mut Self)) {
        self.loops.push(Loop { node, continues: Vec::new(), breaks: Vec::new() });
        lower(self);
        let mut back = std::mem::take(&mut self.loose);
        let ended = self.loops.pop();
        let (continues, breaks) = ended.map(|ended| (ended.continues, ended.breaks)).unwrap_or_default();
        back.extend(continues);
        self.graph.rounds.extend(back.iter().filter_map(|end| match end {
            Loose::Arm(node, arm) => Some((*node, *arm)),
            Loose::Begin => None,
        }));
        self.link(back, node);
        self.loose = vec![self.arm(node, Exit::Else, None)];
        self.loose.extend(breaks);
    }

    pub(super) fn break_loop(&mut self, span: Span) {
        let Some(of) = self.loops.last().map(|around| around.node) else {
            return self.no_loop("break", span);
        };
        let node = self.emit(Verb::Break(Break { of }), span);
        let end = self.arm(node, Exit::Next, None);
        self.loops.iter_mut().last().into_iter().for_each(|around| around.breaks.push(end));
    }

    pub(super) fn continue_loop(&mut self, span: Span) {
        let loose = std::mem::take(&mut self.loose);
        match self.loops.last_mut() {
            Some(around) => around.continues.extend(loose),
            None => {
                self.loose = loose;
                self.no_loop("continue", span);
            }
        }
    }

    fn no_loop(&mut self, word: &str, span: Span) {
        let message = format!("`{word}` stands in no loop");
        let finding = Diagnostic::new(Code::NotInLoop, span, message);
        self.diagnostics.push(finding.hint("it belongs into the braces of `for each` or `repeat`"));
        self.broken(span, false);
    }

    pub(super) fn rounds(&mut self, rounds: u64, at: Span) -> u32 {
        if !(1..=MOST_ROUNDS).contains(&rounds) {
            let message = format!("a loop has 1 to {MOST_ROUNDS} rounds, found {rounds}");
            self.report_fix(Code::InvalidSetting, at, message, "write how often it runs: `at most 3`");
        }
        rounds.clamp(1, MOST_ROUNDS) as u32
    }
}
