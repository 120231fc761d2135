//! What a statement names for those behind it: `ask x`, `record words`, `let x = … { failed { … } }`.
//!
//! Not every exit fills the variable. Where the block of one that does not goes on to what follows, the variable is
//! emptied there, and its type says behind the statement that it may be missing.

use super::{Loose, Lowerer, NOWHERE, Origin};
use crate::language::ast::{Name, Statement, StatementKind as Kind};
use crate::program::verb::{Choice, Set};
use crate::program::{Exit, Expr, NodeId, Slot, Type, Value, Verb};
use crate::source::Span;
use std::collections::BTreeSet;

impl Lowerer<'_> {
    /// Names what these verbs have filled when they ended in one of these exits. The ends of their blocks are loose.
    pub(super) fn name_filled(&mut self, name: &Name, ty: Type, slot: Slot, verbs: &[(NodeId, &[Exit])]) {
        let ty = self.type_behind(ty, slot, verbs);
        self.declare_at(name, ty, slot);
    }

    /// The type behind the statement; what goes on without a value empties the variable.
    fn type_behind(&mut self, ty: Type, slot: Slot, verbs: &[(NodeId, &[Exit])]) -> Type {
        let mut without = None;
        for (node, fills) in verbs {
            for arm in 0..self.graph.nodes[node.0 as usize].arms.len() {
                let exit = self.graph.nodes[node.0 as usize].arms[arm].exit.clone();
                if !fills.contains(&exit) && self.goes_on(*node, arm) {
                    without.get_or_insert_with(|| self.exit_word(*node, &exit));
                    self.empty_behind(*node, arm, slot);
                }
            }
        }
        match without {
            Some(exit) => self.may_lack(ty, slot, exit),
            None => ty,
        }
    }

    /// Where a handler of a function or a kept value within a statement runs to its end, what the statement would have
    /// named has no value.
    pub(super) fn skip_names(&mut self, statement: &Statement, skipped: Vec<Loose>) {
        let name = match &statement.kind {
            Kind::Ask(ask) => Some(&ask.name),
            Kind::Record { name, .. } | Kind::Let { name, .. } => Some(name),
            _ => None,
        };
        let variable = name.and_then(|name| self.scopes.get(&name.text).cloned());
        let (Some(variable), false) = (variable, skipped.is_empty()) else {
            return self.loose.extend(skipped);
        };
        let after = std::mem::replace(&mut self.loose, skipped);
        self.empty(variable.slot, statement.span);
        self.loose.extend(after);
        let ty = self.may_lack(variable.ty, variable.slot, "failed".to_owned());
        name.into_iter().for_each(|name| self.scopes.retype(&name.text, ty.clone()));
    }

    fn may_lack(&mut self, ty: Type, slot: Slot, exit: String) -> Type {
        self.lacking.insert(slot, exit);
        match ty {
            Type::Optional(_) | Type::Unknown => ty,
            ty => Type::Optional(Box::new(ty)),
        }
    }

    /// Whether a way from this arm comes to what follows, not by way of its own node.
    fn goes_on(&self, node: NodeId, arm: usize) -> bool {
        let is_loose = |node: NodeId, arm: usize| {
            self.loose.iter().any(|end| matches!(end, Loose::Arm(n, a) if (*n, *a) == (node, arm)))
        };
        let mut seen = BTreeSet::from([node]);
        let mut waiting = vec![(node, arm)];
        while let Some((at, arm)) = waiting.pop() {
            let to = self.graph.nodes[at.0 as usize].arms[arm].to;
            if to == NOWHERE {
                if is_loose(at, arm) {
                    return true;
                }
            } else if seen.insert(to) {
                waiting.extend((0..self.graph.nodes[to.0 as usize].arms.len()).map(|arm| (to, arm)));
            }
        }
        false
    }

    /// Puts a node behind an arm that takes the value away, before whatever stands there.
    fn empty_behind(&mut self, node: NodeId, arm: usize, slot: Slot) {
        let to = self.graph.nodes[node.0 as usize].arms[arm].to;
        let span = self.graph.origins[node.0 as usize].span;
        let is_end = |end: &Loose| matches!(end, Loose::Arm(n, a) if (*n, *a) == (node, arm));
        self.loose.retain(|end| !is_end(end));
        let after = std::mem::replace(&mut self.loose, vec![Loose::Arm(node, arm)]);
        self.empty(slot, span);
        let ends = std::mem::replace(&mut self.loose, after);
        match to {
            NOWHERE => self.loose.extend(ends),
            to => self.link(ends, to),
        }
    }

    fn empty(&mut self, slot: Slot, span: Span) {
        let node = self.step(Verb::Set(Set { slot, value: Expr::Const(Value::None) }), span);
        let origin: &mut Origin = &mut self.graph.origins[node.0 as usize];
        origin.implied = true;
    }

    /// An exit as a script writes it.
    fn exit_word(&self, node: NodeId, exit: &Exit) -> String {
        let choices: &[Choice] = match &self.graph.nodes[node.0 as usize].verb {
            Verb::Ask(ask) => &ask.choices,
            Verb::Menu(menu) => &menu.choices,
            _ => &[],
        };
        let keys = match exit {
            Exit::Choice(index) => choices.get(*index as usize).and_then(|choice| choice.keys.as_ref()),
            _ => None,
        };
        keys.map_or_else(|| exit.to_string(), |keys| keys.first.to_string())
    }

    /// How a value that may be missing is opened, and why it may be missing where an exit of its statement is the cause.
    pub(super) fn opening(&self, span: Span) -> String {
        let written = self.sources.slice(span);
        let slot = self.scopes.get(written).map(|variable| variable.slot);
        match slot.and_then(|slot| self.lacking.get(&slot)) {
            Some(exit) => format!(
                "`{written}` has no value where the block of `{exit}` goes on: end that block with an arrow, or open it: `if {written} is some found {{ … }}`"
            ),
            None => super::conversion::opening(written),
        }
    }
}
