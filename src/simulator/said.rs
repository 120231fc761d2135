//! What the caller has heard: every prompt with the moment at which it began, and whether it was cut.

use crate::engine::{ActionId, Spoken};
use crate::program::NodeId;
use crate::time::{DurationMs, Millis};

/// All prompts of a contact, in the order in which they are said. Sounds and ring-back are not among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    list: Vec<Saying>,
}

/// One prompt that is said.
#[derive(Clone, Debug, PartialEq)]
pub struct Saying {
    /// What.
    pub spoken: Spoken,
    /// When it begins.
    pub began: Millis,
    /// When it is over; foreseen while it lasts.
    pub ends: Millis,
    /// Why it was over before its end.
    pub cut: Option<Cut>,
    /// The node that says it.
    pub node: Option<NodeId>,
    play: ActionId,
}

/// Why a prompt was not heard to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The caller pressed a key.
    ByKey,
    /// The caller hung up.
    ByLeaving,
    /// The call ended, or something else came.
    Otherwise,
}

impl Said {
    /// Prompts begin, one after another.
    pub(super) fn begin(
        &mut self,
        (play, node): (ActionId, Option<NodeId>),
        now: Millis,
        spoken: impl Iterator<Item = (Spoken, DurationMs)>,
    ) {
        let mut began = now;
        for (spoken, length) in spoken {
            let ends = began + length;
            self.list.push(Saying { spoken, began, ends, cut: None, node, play });
            began = ends;
        }
    }

    /// What an action plays is cut. A prompt that had not begun was never said.
    pub(super) fn cut(&mut self, play: ActionId, now: Millis, why: Cut) {
        let first = self.list.iter().position(|saying| saying.play == play);
        let mut index = 0;
        self.list.retain(|saying| {
            let unsaid = saying.play == play && saying.began >= now && Some(index) != first;
            index += 1;
            !unsaid
        });
        for saying in self.list.iter_mut().filter(|saying| saying.play == play && saying.ends > now) {
            (saying.ends, saying.cut) = (now, Some(why));
        }
    }

    /// The prompts that have begun.
    pub fn begun(&self, now: Millis) -> &[Saying] {
        &self.list[..self.list.partition_point(|saying| saying.began <= now)]
    }

    /// All prompts, also those that are still to come.
    pub fn all(&self) -> &[Saying] {
        &self.list
    }

    /// What was said to somebody else later is added.
    pub(super) fn extend(&mut self, other: &Said, later: DurationMs) {
        let sayings = other.list.iter().cloned();
        self.list.extend(sayings.map(|saying| Saying {
            began: saying.began + later,
            ends: saying.ends + later,
            ..saying
        }));
    }

    /// Since when nothing is said; `None` while something is.
    pub fn quiet_since(&self, now: Millis) -> Option<Millis> {
        let last = self.list.iter().map(|saying| saying.ends).max().unwrap_or(Millis::ZERO);
        (last <= now).then_some(last)
    }

    /// When the next prompt begins that is foreseen.
    pub(super) fn next_begin(&self, now: Millis) -> Option<Millis> {
        self.list.iter().map(|saying| saying.began).find(|began| *began > now)
    }
}

impl Saying {
    /// Its name, with `~` behind it where a key cut it.
    pub fn label(&self) -> String {
        let tilde = if self.cut == Some(Cut::ByKey) { "~" } else { "" };
        format!("{}{tilde}", self.spoken.prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(name: &str) -> (Spoken, DurationMs) {
        (Spoken { prompt: name.into(), args: Vec::new(), language: "en".into() }, DurationMs(4000))
    }

    #[test]
    fn what_is_cut_before_it_begins_is_never_said() {
        let mut said = Said::default();
        said.begin((ActionId(1), None), Millis(0), ["a", "b", "c"].into_iter().map(spoken));
        said.cut(ActionId(1), Millis(5000), Cut::ByKey);
        let labels: Vec<String> = said.all().iter().map(Saying::label).collect();
        assert_eq!(labels, ["a", "b~"]);
        assert_eq!(said.quiet_since(Millis(5000)), Some(Millis(5000)));
    }

    #[test]
    fn it_is_not_quiet_while_something_is_said() {
        let mut said = Said::default();
        said.begin((ActionId(1), None), Millis(0), ["a"].into_iter().map(spoken));
        assert_eq!(said.quiet_since(Millis(3999)), None);
        assert_eq!(said.quiet_since(Millis(4000)), Some(Millis(4000)));
    }
}
