//! Menus: what can be chosen now, by keys and by words. The items of a list get the keys 1, 2 and so on.

use super::evaluate::Fault;
use super::hear::{Fit, Weight, signs};
use super::question::Question;
use super::run::{Run, Turn};
use crate::program::verb::{Each, KeyRange, Menu};
use crate::program::{Exit, Key, Misfit, NodeId, Spoken, Text, Value};
use std::borrow::Cow;

/// One thing that can be chosen. What stands in the menu itself is borrowed from it.
pub(super) struct Offer<'m> {
    pub keys: Option<Cow<'m, KeyRange>>,
    pub words: Cow<'m, [Text]>,
    /// The position of the choice in the menu.
    choice: usize,
    item: Option<Value>,
}

impl Offer<'_> {
    /// Whether it is chosen by more than one key.
    pub fn is_long(&self) -> bool {
        self.keys.as_ref().is_some_and(|keys| keys.first.len() > 1)
    }

    /// What was keyed, or else would be.
    fn key(&self, keyed: Option<&str>) -> Value {
        let keys = keyed.or(self.keys.as_ref().map(|keys| &*keys.first));
        Value::Digits(keys.unwrap_or_default().into())
    }
}

impl Run<'_> {
    /// All that can be chosen, in the order of the menu.
    pub(super) fn offers<'m>(&self, menu: &'m Menu) -> Vec<Offer<'m>> {
        let mut offers = Vec::with_capacity(menu.choices.len());
        for (index, choice) in menu.choices.iter().enumerate() {
            match &choice.each {
                None => {
                    let keys = choice.keys.as_ref().map(Cow::Borrowed);
                    let words = Cow::Borrowed(&choice.words[..]);
                    offers.push(Offer { keys, words, choice: index, item: None });
                }
                Some(each) => {
                    let items = self.items(each).into_iter().zip(1_usize..);
                    offers.extend(items.map(|(item, number)| Offer {
                        keys: Some(Cow::Owned(KeyRange::one(&number.to_string()))),
                        words: match &item {
                            Value::Text(text) => vec![text.to_lowercase().into()].into(),
                            _ => Cow::default(),
                        },
                        choice: index,
                        item: Some(item),
                    }));
                }
            }
        }
        offers
    }

    fn items(&self, each: &Each) -> Vec<Value> {
        match self.value(&each.list) {
            Ok(Value::List(items)) => items.iter().take(each.at_most as usize).cloned().collect(),
            Ok(_) | Err(_) => Vec::new(),
        }
    }

    /// How a question ends that has nothing to choose.
    pub(super) fn nothing_to_choose(&self, node: NodeId, question: Question) -> Option<Exit> {
        let Question::Choice(menu) = question else { return None };
        if !menu.has_lists() || menu.lists().any(|each| !self.items(each).is_empty()) {
            return None;
        }
        let is_handled = self.image.node(node).arm(&Exit::Empty).is_some();
        match is_handled {
            true => Some(Exit::Empty),
            false => self.offers(menu).is_empty().then_some(Exit::GiveUp),
        }
    }

    /// What is said of the items, in the order of their lists.
    pub(super) fn items_speech(&mut self, menu: &Menu) -> Result<Vec<Spoken>, Fault> {
        let mut spoken = Vec::new();
        if !menu.has_lists() {
            return Ok(spoken);
        }
        for offer in self.offers(menu) {
            let Some(each) = &menu.choices[offer.choice].each else { continue };
            self.name_item(menu, &offer, &offer.key(None));
            spoken.extend(self.all_spoken(&each.say)?);
        }
        Ok(spoken)
    }

    /// Puts an item and its key into the variables that name them.
    fn name_item(&mut self, menu: &Menu, offer: &Offer, key: &Value) {
        let choice = &menu.choices[offer.choice];
        if let (Some(each), Some(item)) = (&choice.each, &offer.item) {
            self.set_slot(each.item, item.clone());
            choice.bind.into_iter().for_each(|slot| self.set_slot(slot, key.clone()));
        }
    }

    /// Leaves the menu by a choice.
    pub(super) fn chosen(&mut self, node: NodeId, menu: &Menu, offer: &Offer, keyed: Option<&str>) -> Turn {
        self.caller_answered(node);
        let key = offer.key(keyed);
        self.name_item(menu, offer, &key);
        Turn::Exit(Exit::Choice(offer.choice as u16), key)
    }
}

/// What the keys amount to while another may come. Global keys are those that the menu has not.
pub(super) fn weigh_choice(
    menu: &Menu,
    offers: &[Offer],
    globals: &[(Text, NodeId)],
    entry: &[Key],
) -> Weight {
    let keys = signs(entry);
    let longest = ranges(offers).map(|(range, _)| range.first.len()).max().unwrap_or(1);
    let goes_on = ranges(offers).any(|(range, _)| range.begins_with(&keys))
        || globals.iter().any(|(global, _)| global.len() > keys.len() && global.starts_with(&keys));
    if let Some(fit) = exactly(offers, globals, &keys).filter(|_| !goes_on) {
        return Weight::Complete(fit);
    }
    if goes_on {
        return Weight::Open;
    }
    match keys.strip_suffix(menu.until.unwrap_or(Key::POUND).sign()) {
        Some(head) => exactly(offers, &[], head).map_or(Weight::Wrong(Misfit::NoMatch), Weight::Complete),
        None if keys.len() < longest => Weight::Lost,
        None => Weight::Wrong(Misfit::NoMatch),
    }
}

/// What the keys mean when no other will come.
pub(super) fn exactly(offers: &[Offer], globals: &[(Text, NodeId)], keys: &str) -> Option<Fit> {
    let own = ranges(offers).find(|(range, _)| range.holds(keys)).map(|(_, index)| Fit::Choice(index));
    let global = || globals.iter().find(|(global, _)| **global == *keys).map(|(_, to)| Fit::Global(*to));
    own.or_else(global)
}

fn ranges<'o>(offers: &'o [Offer]) -> impl Iterator<Item = (&'o KeyRange, usize)> {
    offers.iter().enumerate().filter_map(|(index, offer)| Some((offer.keys.as_deref()?, index)))
}

/// The position of the words of which a message contains the longest, whatever the size of its letters.
pub(super) fn worded<'w>(choices: impl Iterator<Item = &'w [Text]>, text: &str) -> Option<usize> {
    let lower = text.to_lowercase();
    let mut best: Option<(usize, usize)> = None;
    for (index, words) in choices.enumerate() {
        let lengths = words.iter().filter(|word| contains(&lower, word)).map(|word| word.len());
        let longest = lengths.max().unwrap_or(0);
        if longest > best.map_or(0, |(length, _)| length) {
            best = Some((longest, index));
        }
    }
    best.map(|(_, index)| index)
}

/// Whether words stand in a message as words: `hours` is not in `yours`, `hour` not in `hours`.
fn contains(text: &str, words: &str) -> bool {
    !words.is_empty()
        && text.match_indices(words).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + words.len()..].chars().next();
            ![before, after].into_iter().flatten().any(char::is_alphanumeric)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_that_a_message_contains_wins() {
        let choices: [&[Text]; 3] =
            [&["hours".into()], &["opening hours".into(), "open".into()], &["sale".into()]];
        let worded = |text: &str| worded(choices.into_iter(), text);
        assert_eq!(worded("what are your Opening Hours"), Some(1));
        assert_eq!(worded("hours?"), Some(0));
        assert_eq!(worded("wholesale"), None);
        assert_eq!(worded(""), None);
    }
}
