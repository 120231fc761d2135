//! `record`: what replies hold beside plain values.

use super::{Declared, Table};
use crate::language::ast::RecordItem;
use crate::language::load::Loaded;
use crate::program::{Text, Type};
use crate::source::{Code, Diagnostic, Span};
use std::collections::BTreeMap;

impl Declared {
    pub(super) fn records(&mut self, items: Vec<RecordItem>, loaded: &mut Loaded<'_>) {
        let mut names = Table::default();
        let mut spans: BTreeMap<Text, Span> = BTreeMap::new();
        // First the names, so that records may hold each other.
        for (index, item) in items.iter().enumerate() {
            names.add("record", &item.name, index, loaded);
            self.program.records.entry(item.name.text.clone()).or_default();
            spans.entry(item.name.text.clone()).or_insert(item.name.span);
            if self.program.vocabulary.objects.contains_key(&item.name.text) {
                let message = format!("`{}` is an object of the `crm` block already", item.name.text);
                loaded.diagnostics.push(Diagnostic::new(Code::DuplicateName, item.name.span, message));
            }
        }
        for item in &items {
            let fields = self.plain_params(&item.fields, loaded);
            self.program.records.insert(item.name.text.clone(), fields);
        }
        for (name, span) in spans {
            if self.holds(&name, &name, &mut Vec::new()) {
                let message = format!("a `{name}` would hold a `{name}` without end");
                let finding = Diagnostic::new(Code::EndlessRecord, span, message);
                loaded.diagnostics.push(finding.hint("make the field optional, or a list"));
            }
        }
    }

    /// Whether every record of a name holds another of this name.
    fn holds(&self, name: &Text, wanted: &Text, seen: &mut Vec<Text>) -> bool {
        let fields = self.program.records.get(name).into_iter().flatten();
        let held = fields.filter_map(|(_, ty)| if let Type::Record(held) = ty { Some(held) } else { None });
        for held in held {
            if held == wanted {
                return true;
            }
            if !seen.contains(held) {
                seen.push(held.clone());
                if self.holds(held, wanted, seen) {
                    return true;
                }
            }
        }
        false
    }
}
