//! What a call that went otherwise shows: whom it called, which room it came to. Where a party or a room is computed, its
//! name is taken from there.

use super::super::test::TestRun;
use super::source::{Given, Source};
use super::trail::Trail;
use super::trial::Trial;
use crate::engine::Action;
use crate::program::{NodeId, Verb};

impl Trail<'_> {
    /// What can be tried at a node because a call shows it.
    pub fn shown(&self, id: NodeId, run: &TestRun) -> Vec<Trial> {
        let Some(contact) = run.contacts.first() else { return Vec::new() };
        let of = |source: Source, shown: Vec<String>| {
            shown.into_iter().map(move |name| (source.clone(), Given::Yaml(name))).collect()
        };
        match &self.program.node(id).verb {
            Verb::Transfer(_) | Verb::CallOut(_) | Verb::HandOver(_) => {
                let here = contact.dialled.iter().filter(|call| call.node == Some(id));
                let mut parties: Vec<String> = here.map(|call| call.to.to_string()).collect();
                parties.dedup();
                of(Source::Called, (!parties.is_empty()).then(|| parties.join("\n")).into_iter().collect())
            }
            Verb::Conference(_) => {
                let actions = contact.journal.entries.iter().flat_map(|entry| &entry.actions);
                let rooms = actions.filter_map(|action| match action {
                    Action::Join { room, .. } => Some(room.to_string()),
                    _ => None,
                });
                let mut rooms: Vec<String> = rooms.collect();
                rooms.reverse();
                rooms.dedup();
                of(Source::Room, rooms)
            }
            _ => Vec::new(),
        }
    }
}
