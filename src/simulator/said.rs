//! What the caller has heard: every prompt with the moment at which it began, and whether it was cut.

use crate::engine::{ActionId, Spoken};
use crate::program::NodeId;
use crate::time::{DurationMs, Millis};

/// All prompts of a contact, in the order in which they are said. Sounds and ring-back are not among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    list: Vec<Saying>,
    /// So many of them, from the first one on, were over when the last one was begun or cut; and when the last of these was.
    over: usize,
    over_at: Millis,
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
    /// Whether it is the first of what its action plays.
    leads: bool,
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
        self.pass(now);
        let (mut began, mut leads) = (now, true);
        for (spoken, length) in spoken {
            let ends = began + length;
            self.list.push(Saying { spoken, began, ends, cut: None, node, play, leads });
            (began, leads) = (ends, false);
        }
    }

    /// What is over by now is not looked at again: a call of thousands of prompts takes no longer for each of them.
    fn pass(&mut self, now: Millis) {
        while let Some(saying) = self.list.get(self.over).filter(|saying| saying.ends < now) {
            self.over_at = self.over_at.max(saying.ends);
            self.over += 1;
        }
    }

    /// What an action plays is cut. A prompt that had not begun was never said.
    pub(super) fn cut(&mut self, play: ActionId, now: Millis, why: Cut) {
        self.pass(now);
        let open = self.list.split_off(self.over);
        let is_said = |saying: &Saying| saying.play != play || saying.began < now || saying.leads;
        self.list.extend(open.into_iter().filter(is_said).map(|saying| {
            match saying.play == play && saying.ends > now {
                true => Saying { ends: now, cut: Some(why), ..saying },
                false => saying,
            }
        }));
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
        let open = self.list[self.over..].iter().map(|saying| saying.ends);
        let last = open.max().unwrap_or(Millis::ZERO).max(self.over_at);
        (last <= now).then_some(last)
    }

    /// When the next prompt begins that is foreseen.
    pub(super) fn next_begin(&self, now: Millis) -> Option<Millis> {
        let next = self.list.partition_point(|saying| saying.began <= now);
        self.list.get(next).map(|saying| saying.began)
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
