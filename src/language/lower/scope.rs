//! The variables that a statement sees.

use crate::program::{Slot, Text, Type};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A variable.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub slot: Slot,
    pub ty: Type,
    pub span: Span,
}

/// Variables by block, the innermost last. Each variable has a slot of its own in the flow's frame.
#[derive(Default)]
pub(super) struct Scopes {
    blocks: Vec<BTreeMap<Text, Variable>>,
    slots: u16,
    /// The slots that have names.
    named: Vec<(Slot, Text)>,
    /// Names of blocks that are closed.
    gone: BTreeSet<Text>,
    /// How often blocks have been hidden that were not shown again.
    hidden: usize,
}

/// The outermost blocks of a flow, which are one to a reader: its parameters, what it names at its beginning, the rest.
const OWN: usize = 3;

impl Scopes {
    /// Opens a block.
    pub fn enter(&mut self) {
        self.blocks.push(BTreeMap::new());
    }

    /// Closes the innermost block.
    pub fn leave(&mut self) {
        self.gone.extend(self.blocks.pop().into_iter().flat_map(BTreeMap::into_keys));
    }

    /// Whether a block that is closed had a variable of that name.
    pub fn is_gone(&self, name: &str) -> bool {
        self.gone.contains(name)
    }

    /// Hides all but the outermost `keep` blocks; [`Scopes::show`] brings the rest back.
    pub fn hide(&mut self, keep: usize) -> Vec<BTreeMap<Text, Variable>> {
        self.hidden += 1;
        self.blocks.split_off(keep.min(self.blocks.len()))
    }

    /// Brings hidden blocks back.
    pub fn show(&mut self, hidden: Vec<BTreeMap<Text, Variable>>) {
        self.hidden -= 1;
        self.blocks.extend(hidden);
    }

    /// A slot without a name.
    pub fn temporary(&mut self) -> Slot {
        let slot = Slot(self.slots);
        self.slots = self.slots.saturating_add(1);
        slot
    }

    /// Names a slot in the innermost block; gives the place of the earlier variable where the block has the name already,
    /// or the flow has where the block is its own.
    pub fn declare(&mut self, name: &Text, ty: Type, span: Span, slot: Slot) -> Result<(), Span> {
        if self.blocks.is_empty() {
            self.enter();
        }
        self.named.push((slot, name.clone()));
        let is_own = self.hidden == 0 && self.blocks.len() <= OWN;
        let of_flow = if is_own { self.get(name).map(|earlier| earlier.span) } else { None };
        let earlier =
            self.blocks.last_mut().and_then(|block| block.insert(name.clone(), Variable { slot, ty, span }));
        of_flow.or(earlier.map(|earlier| earlier.span)).map_or(Ok(()), Err)
    }

    /// Within the innermost block the variable with this slot has another type.
    pub fn known_as(&mut self, slot: Slot, ty: Type) {
        let named = self.blocks.iter().flatten().find(|(_, variable)| variable.slot == slot);
        let Some((name, span)) = named.map(|(name, variable)| (name.clone(), variable.span)) else { return };
        if let Some(block) = self.blocks.last_mut() {
            block.insert(name, Variable { slot, ty, span });
        }
    }

    /// Gives the innermost variable of that name another type.
    pub fn retype(&mut self, name: &str, ty: Type) {
        let mut blocks = self.blocks.iter_mut().rev();
        if let Some(variable) = blocks.find_map(|block| block.get_mut(name)) {
            variable.ty = ty;
        }
    }

    /// The innermost variable of that name.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.blocks.iter().rev().find_map(|block| block.get(name))
    }

    /// All names.
    pub fn names(&self) -> Vec<Text> {
        self.blocks.iter().flat_map(|block| block.keys().cloned()).collect()
    }

    /// The names of the slots, in the order in which they were given.
    pub fn named(&self) -> &[(Slot, Text)] {
        &self.named
    }

    /// The size of the frame.
    pub fn slots(&self) -> u16 {
        self.slots
    }
}
