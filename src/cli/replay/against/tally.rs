//! Counts of contacts, and the groups of those that differ.

use crate::server::JournalText;
use crate::simulator::{Change, ChangeKind, Comparison, Lack};
use serde_json::json;
use std::collections::BTreeMap;

/// So many groups are told apart; further ones are counted together.
const GROUPS: usize = 10_000;
/// So many journals that cannot be read are named.
const NAMED: usize = 20;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub contacts: usize,
    pub same: usize,
    /// Contacts that last, or that nobody has closed.
    pub unfinished: usize,
    unread: usize,
    /// Journals that cannot be read: place, contact, reason.
    pub unreadable: Vec<(usize, String, String)>,
    groups: BTreeMap<Key, Group>,
    /// Contacts of groups beyond [`GROUPS`].
    pub others: usize,
    /// How many contacts lacked an answer, by question and by what was taken.
    pub lacks: BTreeMap<(String, String), usize>,
}

/// Whether callers would have noticed, and what.
type Key = (bool, ChangeKind);

/// Contacts that differ in the same thing first.
#[derive(Debug)]
pub(super) struct Group {
    pub count: usize,
    /// The first contact of it: its place, and its journal.
    pub first: (usize, JournalText),
    pub change: Change,
}

impl Tally {
    /// A journal could not be read.
    pub fn unreadable(&mut self, number: usize, contact: &str, reason: &str) {
        self.contacts += 1;
        self.unread += 1;
        if self.unreadable.len() < NAMED {
            self.unreadable.push((number, contact.to_owned(), reason.to_owned()));
        }
    }

    /// A contact has no end yet.
    pub fn unfinished(&mut self) {
        self.contacts += 1;
        self.unfinished += 1;
    }

    /// A contact has been compared.
    pub fn take(&mut self, number: usize, found: JournalText, compared: Comparison, lacks: Vec<Lack>) {
        self.contacts += 1;
        let mut asked: Vec<(String, String)> =
            lacks.into_iter().map(|lack| (lack.question, lack.taken)).collect();
        asked.sort();
        asked.dedup();
        asked.into_iter().for_each(|lack| *self.lacks.entry(lack).or_default() += 1);
        let (is_noticed, change) = match compared {
            Comparison::Same => {
                self.same += 1;
                return;
            }
            Comparison::Noticed(change) => (true, change),
            Comparison::Unnoticed(change) => (false, change),
        };
        let key = (is_noticed, change.kind.clone());
        self.join(key, Group { count: 1, first: (number, found), change });
    }

    /// Adds what another job has found.
    pub fn add(&mut self, other: Tally) {
        self.contacts += other.contacts;
        self.same += other.same;
        self.unfinished += other.unfinished;
        self.unread += other.unread;
        self.others += other.others;
        self.unreadable.extend(other.unreadable);
        self.unreadable.sort();
        self.unreadable.truncate(NAMED);
        other.lacks.into_iter().for_each(|(lack, count)| *self.lacks.entry(lack).or_default() += count);
        other.groups.into_iter().for_each(|(key, group)| self.join(key, group));
    }

    fn join(&mut self, key: Key, group: Group) {
        let is_full = self.groups.len() >= GROUPS;
        match self.groups.get_mut(&key) {
            Some(known) => {
                known.count += group.count;
                if group.first.0 < known.first.0 {
                    (known.first, known.change) = (group.first, group.change);
                }
            }
            None if is_full => self.others += group.count,
            None => drop(self.groups.insert(key, group)),
        }
    }

    /// The groups, the largest first; those that callers would have noticed, or the others.
    pub fn groups(&self, is_noticed: bool) -> Vec<(&ChangeKind, &Group)> {
        let groups = self.groups.iter().filter(|((noticed, _), _)| *noticed == is_noticed);
        let mut groups: Vec<_> = groups.map(|((_, kind), group)| (kind, group)).collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.count));
        groups
    }

    /// How many callers would have noticed.
    pub fn noticed(&self) -> usize {
        self.groups(true).iter().map(|(_, group)| group.count).sum::<usize>() + self.others
    }

    /// How many would not have, though something differs.
    pub fn unnoticed(&self) -> usize {
        self.groups(false).iter().map(|(_, group)| group.count).sum()
    }

    /// Whether nothing was compared, or something could not be read.
    pub fn could_not(&self) -> bool {
        self.contacts == 0 || self.unread > 0
    }

    /// Whether a group has this name.
    pub fn has(&self, group: &str) -> bool {
        self.groups.keys().any(|(_, kind)| name(kind) == group)
    }

    /// All of it as one document.
    pub fn json(&self) -> serde_json::Value {
        let groups = |noticed: bool| -> Vec<serde_json::Value> {
            let told = |(kind, group): &(&ChangeKind, &Group)| {
                json!({
                    "group": name(kind),
                    "contacts": group.count,
                    "old": kind.old, "old_place": kind.old_place,
                    "new": kind.new, "new_place": kind.new_place,
                    "values": kind.is_value,
                    "first": group.first.1.contact,
                    "at_ms": group.change.at.0, "now_at_ms": group.change.now_at.0,
                })
            };
            self.groups(noticed).iter().map(told).collect()
        };
        let lacks = self.lacks.iter().map(
            |((question, taken), count)| json!({ "question": question, "taken": taken, "contacts": count }),
        );
        json!({
            "contacts": self.contacts,
            "same": self.same,
            "noticed": self.noticed(),
            "unnoticed": self.unnoticed(),
            "unfinished": self.unfinished,
            "unreadable": self.unread,
            "groups": groups(true),
            "unnoticed_groups": groups(false),
            "lacks": lacks.collect::<Vec<_>>(),
        })
    }

    /// How many journals could not be read.
    pub fn unread(&self) -> usize {
        self.unread
    }
}

/// The name of a group: the same wherever the same thing differs.
pub(super) fn name(kind: &ChangeKind) -> String {
    // FNV-1a, folded to what a person types.
    let text = kind.to_string();
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:05x}", (hash ^ (hash >> 20) ^ (hash >> 40)) & 0xf_ffff)
}
