//! `menu`: one key, or a few.

use super::{Hearing, VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Slot, Text};

/// Offers choices.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    /// Its name, for people.
    pub name: Option<Text>,
    /// What can be chosen, in written order; [`crate::program::Exit::Choice`] names the position.
    pub choices: Vec<Choice>,
    /// How it speaks and listens.
    pub hearing: Hearing,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The keys that choose it.
    pub keys: KeyRange,
    /// What it is called.
    pub label: Option<Text>,
    /// The variable that takes what was keyed.
    pub bind: Option<Slot>,
}

/// One entry, or all entries between two of the same length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    /// The first.
    pub first: Text,
    /// The last; the same where there is only one.
    pub last: Text,
}

impl KeyRange {
    /// Whether these keys are one of its entries.
    pub fn holds(&self, keys: &str) -> bool {
        keys.len() == self.first.len() && *self.first <= *keys && *keys <= *self.last
    }

    /// Whether these keys are the beginning of one of its entries, and not the whole.
    pub fn begins_with(&self, keys: &str) -> bool {
        let Some((low, high)) = self.first.get(..keys.len()).zip(self.last.get(..keys.len())) else {
            return false;
        };
        keys.len() < self.first.len() && low <= keys && keys <= high
    }
}

pub(super) const SPEC: VerbSpec = VerbSpec {
    word: "menu",
    summary: "Says what can be chosen and goes where the key leads.",
    settings: &[
        setting(
            "KEY \"label\" -> flow",
            "a choice; also `KEY..KEY as name`, and a block instead of the arrow",
            "",
        ),
        setting(
            "say PROMPT … then PROMPT …",
            "what is said; behind `then` what is said when it comes round again",
            "",
        ),
        setting("first_key DURATION", "how long the first key is waited for once all is said", "5s"),
        setting("between_keys DURATION", "how long each further key is waited for", "2s"),
        setting(
            "retries N",
            "the N-th silence, or wrong entry, gives up; `retries N shared` counts both together",
            "3",
        ),
    ],
    exits: &[
        exit("give_up", "nothing fitting was heard within the budget"),
        optional("no_input", "nothing was pressed in time; leads back to the menu"),
        optional("no_match", "what was pressed leads nowhere; leads back to the menu"),
    ],
    channels: ChannelSet::TALK,
    example: "menu {\n    say menu_long then menu_short\n    1 \"balance\" -> balance\n    0 \"operator\" -> operators(\"menu\")\n}",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_entries_and_begins_with_their_heads() {
        let range = KeyRange { first: "1000".into(), last: "1019".into() };
        assert!(range.holds("1003") && !range.holds("1020") && !range.holds("10"));
        assert!(range.begins_with("1") && range.begins_with("101") && !range.begins_with("102"));
        assert!(!range.begins_with("1003"));
    }
}
