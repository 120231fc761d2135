//! What the caller answers on the way: entries that fit and that do not, and choices.

use super::source::Source;
use super::trail::Trail;
use super::{invent, question};
use crate::program::verb::Choice;
use crate::program::{EntryKind, Exit, FlowId, NodeId, Verb};

impl Trail<'_> {
    /// What an `ask` has got.
    pub(super) fn entered(&mut self, id: NodeId, source: Source) {
        let node = self.program.node(id);
        if let Verb::Ask(ask) = &node.verb {
            self.bind(node.flow, ask.slot, Some(source));
        }
    }

    /// The last entry, if it is one at this node.
    pub(super) fn last_entry(&self, id: NodeId) -> Option<Source> {
        let (_, step) = self.last_entry.filter(|(node, _)| *node == id)?;
        Some(Source::Entry(step, id, String::new()))
    }

    pub(super) fn keyed(&self, is_text: bool, keys: &str, entry: &str) -> String {
        match (is_text, self.is_written) {
            (true, false) => format!("say: {}", super::draft::quoted(entry)),
            (true, true) => question::pressed(entry, true, false),
            (false, is_written) => question::pressed(keys, is_written, false),
        }
    }

    /// The caller answers an `ask`.
    pub(super) fn answered(&mut self, id: NodeId, yes: bool) -> Option<()> {
        let node = self.program.node(id);
        let Verb::Ask(ask) = &node.verb else { return Some(()) };
        let someone = match &ask.kind {
            EntryKind::Phone { .. } => invent::someone(self.program),
            _ => None,
        };
        let (keys, entry) = question::entry(ask, yes, someone.as_deref())?;
        if ask.secret {
            self.draft.step(question::pressed(&keys, self.is_written, true));
            return Some(());
        }
        let step = self.keyed(ask.kind == EntryKind::Text, &keys, &entry);
        let at = self.draft.steps.len();
        self.draft.step(step);
        self.last_entry = Some((id, at));
        self.entered(id, Source::Entry(at, id, entry));
        Some(())
    }

    pub(super) fn unfit(&mut self, id: NodeId, misfit: crate::program::Misfit) -> Option<()> {
        let keys = match &self.program.node(id).verb {
            Verb::Menu(menu) => question::no_choice(self.program, id, menu)?.to_owned(),
            Verb::Ask(ask) => {
                self.last_entry = Some((id, self.draft.steps.len()));
                let any = || question::entry(ask, false, None).map(|(keys, _)| keys);
                // What it must not be is tried.
                question::unfit(ask, misfit, self.begins_global(id))
                    .or_else(|| any().filter(|_| !ask.conditions.is_empty()))?
            }
            Verb::Authenticate(authenticate) => {
                question::unfit(&authenticate.ask, misfit, self.begins_global(id))?
            }
            _ => return None,
        };
        self.draft.step(question::pressed(&keys, self.is_written, false));
        Some(())
    }

    /// Whether a global key begins with a star.
    fn begins_global(&self, id: NodeId) -> bool {
        let keys = &self.program.flow(self.program.node(id).flow).keys;
        keys.iter().any(|(keys, _)| keys.starts_with('*'))
    }

    /// A choice is made by its key; other exits need nothing of the caller.
    pub(super) fn choose(&mut self, choices: &[Choice], exit: &Exit) -> Option<Option<Source>> {
        if let Exit::Choice(index) = exit {
            let step = question::chosen(choices.get(*index as usize)?, self.is_written)?;
            self.draft.step(step);
        }
        Some(None)
    }

    /// The same; an item that is chosen is what its variable holds.
    pub(super) fn choose_of(
        &mut self,
        flow: FlowId,
        choices: &[Choice],
        exit: &Exit,
    ) -> Option<Option<Source>> {
        let chosen = self.choose(choices, exit)?;
        if let Exit::Choice(index) = exit
            && let Some(each) = choices.get(*index as usize).and_then(|choice| choice.each.as_ref())
        {
            let item = self.source(flow, &each.list).map(|list| Source::Item(Box::new(list)));
            self.bind(flow, each.item, item);
        }
        Some(chosen)
    }
}
