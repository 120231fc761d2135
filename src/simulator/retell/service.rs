//! What a service replies, what the store of kept values says, and how a queue is.

use super::draft::Waits;
use super::reply::Reply;
use super::source::Source;
use super::trail::Trail;
use crate::program::verb::Choice;
use crate::program::{Exit, Keeper, NodeId, Operation, Text, Verb};

impl Trail<'_> {
    /// A kept value is read: the store is asked where the contact does not know it yet.
    pub(super) fn reads(&mut self, keep: u16, is_well: bool) {
        let keeper = self.program.keeps.get(usize::from(keep)).map(|keep| keep.keeper);
        let is_somebodys = match keeper {
            Some(Keeper::Program) => true,
            Some(Keeper::Caller) => self.number.is_some(),
            Some(Keeper::Customer) => self.is_known,
            None => false,
        };
        // What was counted while the store could not say is not known, either.
        if let (false, Some(counted)) = (is_well, self.counted.remove(&keep)) {
            self.draft.crm[counted] = "down";
        }
        if is_somebodys && (self.read.insert(keep) || !is_well) {
            self.asks(if is_well { "well" } else { "down" });
        }
    }

    /// The same for a count, which goes on whether the store could say or not.
    pub(super) fn counts(&mut self, keep: u16) {
        let before = self.draft.crm.len();
        self.reads(keep, true);
        if self.draft.crm.len() > before {
            self.counted.insert(keep, before);
        }
    }

    pub(super) fn queue(&mut self, name: Text, choices: &[Choice], exit: &Exit) -> Option<Option<Source>> {
        match exit {
            Exit::Choice(_) => return self.choose(choices, exit),
            Exit::Full | Exit::Closed => {
                let refuses = Some(exit.to_string());
                self.draft.queues.entry(name).or_insert(Waits { refuses, ..Waits::default() });
            }
            Exit::Timeout => self.is_slow = false,
            _ => {}
        }
        Some(None)
    }

    /// Nobody takes the call, and no reply comes, until the way says what does.
    pub(super) fn waits(&mut self, id: NodeId) {
        let node = self.program.node(id);
        match &node.verb {
            Verb::Request(request) => {
                let (backend, operation) = self.program.operation(request.operation);
                self.asked.insert(id, self.draft.replies.len());
                let late = Reply::Word("late".into());
                self.draft.replies.push((backend.name.clone(), operation.name.clone(), late, None));
            }
            Verb::Transfer(transfer) => self.rings(node.flow, transfer),
            _ => {}
        }
    }

    pub(super) fn replied(
        &mut self,
        id: NodeId,
        (backend, operation): (&Text, &Operation),
        exit: &Exit,
    ) -> Option<Source> {
        let reply = match exit {
            Exit::Ok => Reply::ok(&operation.reply),
            exit => Reply::Word(exit.to_string()),
        };
        // It comes in time, and late enough for what runs meanwhile.
        let after = std::mem::take(&mut self.is_slow)
            .then(|| operation.within.0.saturating_sub(operation.within.0 / 10));
        let reply = (backend.clone(), operation.name.clone(), reply, after);
        let at = self.asked.remove(&id).unwrap_or(self.draft.replies.len());
        match self.draft.replies.get_mut(at) {
            Some(awaited) => *awaited = reply,
            None => self.draft.replies.push(reply),
        }
        Some(Source::Reply(at))
    }
}
