//! Global keys: lowered apart for each flow, because they lead away from wherever a contact waits in it.

use super::{Lowerer, Place};
use crate::language::ast::{Branch, GlobalKey, GlobalKeys, Statement, StatementKind as Kind};
use crate::program::{NodeId, Text};
use crate::source::{Code, Diagnostic};

/// The longest global key.
const LONGEST_KEY: usize = 4;

impl<'a> Lowerer<'a> {
    /// The keys of a flow, and those of the program that it does not have itself; and how many are its own.
    pub(super) fn flow_keys(&mut self, statements: &'a [Statement]) -> (Vec<(Text, NodeId)>, usize) {
        let own = leading_keys(statements).flat_map(|keys| &keys.lines);
        let mut keys: Vec<(Text, NodeId)> = Vec::new();
        self.lower_keys(own, 1, &mut keys);
        let count = keys.len();
        let mut inherited = Vec::new();
        let of_program = self.declared.keys.iter().flat_map(|keys| &keys.lines);
        self.lower_keys(of_program, 0, &mut inherited);
        inherited.retain(|(key, _)| !keys[..count].iter().any(|(own, _)| own == key));
        keys.extend(inherited);
        (keys, count)
    }

    fn lower_keys(
        &mut self,
        lines: impl Iterator<Item = &'a GlobalKey>,
        keep: usize,
        keys: &mut Vec<(Text, NodeId)>,
    ) {
        let mut seen: Vec<&GlobalKey> = Vec::new();
        for line in lines {
            if let Some(first) = seen.iter().find(|first| first.key.text == line.key.text) {
                let message = format!("`{}` is there twice", line.key.text);
                let finding = Diagnostic::new(Code::DuplicateName, line.key.span, message);
                self.diagnostics.push(finding.related(first.key.span, "the first"));
                continue;
            }
            seen.push(line);
            let is_fit = self.check_key(line);
            let hidden = self.scopes.hide(keep);
            let first = self.apart(Place::Flow, |lowerer| lowerer.branch(&line.branch));
            self.scopes.show(hidden);
            if let Some(first) = first.filter(|_| !is_fit) {
                self.graph.origins[first.0 as usize].broken = true;
            }
            keys.extend(first.map(|first| (line.key.text.clone(), first)));
        }
    }

    /// Whether the key leads to where one may lead.
    fn check_key(&mut self, line: &GlobalKey) -> bool {
        if line.key.text.len() > LONGEST_KEY {
            let message = format!("a global key has at most {LONGEST_KEY} signs");
            self.report(Code::InvalidSetting, line.key.span, message);
        }
        let leads_away = match &line.branch {
            Branch::Arrow(statement) => matches!(statement.kind, Kind::Goto(_) | Kind::Hangup | Kind::Broken),
            Branch::Block(_) => false,
        };
        if !leads_away {
            let finding = Diagnostic::new(
                Code::InvalidSetting,
                line.key.span,
                format!("the global key `{}` leads to no flow", line.key.text),
            );
            self.diagnostics.push(finding.hint("a global key leaves for good: `0 -> operators(\"zero\")`"));
        }
        leads_away
    }
}

/// The `keys` blocks with which a flow begins.
pub(super) fn leading_keys(statements: &[Statement]) -> impl Iterator<Item = &GlobalKeys> {
    leading(statements).filter_map(|statement| match &statement.kind {
        Kind::Keys(keys) => Some(keys),
        _ => None,
    })
}

/// The `default` and `keys` blocks with which a flow begins.
pub(super) fn leading(statements: &[Statement]) -> impl Iterator<Item = &Statement> {
    statements.iter().take_while(|statement| matches!(statement.kind, Kind::Default(_) | Kind::Keys(_)))
}
