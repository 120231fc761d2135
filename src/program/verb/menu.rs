//! `menu`: one key, or a few; on a channel of text, or where speech is heard, words.

use super::{Hearing, VerbSpec, exit, optional, setting};
use crate::program::{ChannelSet, Expr, Key, Slot, Text, Utterance};

/// Offers choices.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    /// Its name, for people.
    pub name: Option<Text>,
    /// What can be chosen, in written order; [`crate::program::Exit::Choice`] names the position.
    pub choices: Vec<Choice>,
    /// What is said behind the items of its lists.
    pub below: Vec<Utterance>,
    /// The key that ends an entry.
    pub until: Option<Key>,
    /// How it speaks and listens.
    pub hearing: Hearing,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The keys that choose it; none where only words do, or where the list of `each` has them.
    pub keys: Option<KeyRange>,
    /// What it is called.
    pub label: Option<Text>,
    /// The words that choose it, in small letters; the label is among them.
    pub words: Vec<Text>,
    /// The variable that takes what was keyed.
    pub bind: Option<Slot>,
    /// The list whose items it stands for.
    pub each: Option<Each>,
}

/// Choices out of a list: the first item has the key 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Each {
    /// The list.
    pub list: Expr,
    /// So many of its items, the first ones, can be chosen.
    pub at_most: u8,
    /// The variable that takes the item.
    pub item: Slot,
    /// What is said of each item, behind what the menu says.
    pub say: Vec<Utterance>,
}

/// One entry, or all entries between two of the same length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    /// The first.
    pub first: Text,
    /// The last; the same where there is only one.
    pub last: Text,
}

impl Menu {
    /// The lists whose items can be chosen.
    pub fn lists(&self) -> impl Iterator<Item = &Each> {
        self.choices.iter().filter_map(|choice| choice.each.as_ref())
    }

    /// Whether what can be chosen depends on lists.
    pub fn has_lists(&self) -> bool {
        self.lists().next().is_some()
    }
}

impl KeyRange {
    /// One entry.
    pub fn one(keys: &str) -> KeyRange {
        KeyRange { first: keys.into(), last: keys.into() }
    }

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
            "KEY \"label\" words \"WORD\" -> flow",
            "a choice; also `KEY..KEY as name`, `words` without a key, and a block instead of the arrow",
            "",
        ),
        setting(
            "each NAME in LIST at most N as KEY say PROMPT -> flow",
            "a choice for each item, with the keys 1, 2 and so on; nine items where left out",
            "",
        ),
        setting(
            "say PROMPT … then PROMPT …",
            "what is said; behind `then` when it comes round again; a second `say` stands behind the items",
            "",
        ),
        setting(
            "first_key DURATION",
            "how long the first key is waited for once all is said; a reply in writing has an hour where left out",
            "5s",
        ),
        setting(
            "between_keys DURATION",
            "how long each further key is waited for; needed where a key is also the beginning of a longer entry",
            "2s",
        ),
        setting("until KEY", "the key that ends an entry at once", ""),
        setting(
            "speech DURATION",
            "listens to speech on a call, and for how long; without it nobody does",
            "",
        ),
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
        optional(
            "empty",
            "the lists of `each` have nothing to choose; else only the other choices are there",
        ),
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
