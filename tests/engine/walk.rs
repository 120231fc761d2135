//! Random walks through the shipped bank: whatever drivers report, and whenever, the engine's contract holds.
//!
//! A walk is made by its seed alone. A failure names the seed; `CALLWRIGHT_SEED=<seed> cargo test random_walk` repeats
//! that walk, and `CALLWRIGHT_WALKS=<count>` sets how many there are.

use super::answers::{id_of, recalled, updated};
use super::made_up::{lookup, news, progress, reply, room_news, taken, verdict};
use crate::harness::{bank, image, root};
use callwright::cli::disk::DiskFiles;
use callwright::engine::{
    Action, ActionId, Contact, DialProgress, Event, HandOver, Image, Journal, JournalEntry, JournalHeader,
    LegId, Note, QueueNews, Session, State, Words, restore_keys,
};
use callwright::program::{Caller, Channel, Entry, Key, Party, Phone};
use callwright::simulator::{Outcome, replay};
use callwright::time::{DurationMs, Millis, Wall};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How long a walk may be before the caller hangs up.
const STEPS: usize = 250;
/// How many walks there are unless somebody asks for more.
pub(super) const WALKS: u64 = 250;
/// The keys of a PIN; nothing else is keyed with them.
const PIN_KEYS: &str = "78";
/// The keys of an account.
const DIGITS: &str = "01234569";
/// What is dialled: three in four the bank.
pub(super) const LINES: [&str; 4] = ["+78432035737", "+78432035737", "+78432035737", "+79990000000"];
/// Other keys. `#` and digits of the menus are the more likely ones.
const KEYS: &str = "11111112200900#*3456";

/// SplitMix64: small, and the same on every machine.
pub struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize].clone()
    }

    fn key(&mut self, signs: &str) -> Key {
        let signs: Vec<char> = signs.chars().collect();
        Key::from_char(self.of(&signs)).expect("a key")
    }
}

/// A walk: a session, what it asked for and was not told yet, and what it did.
struct Walk {
    chance: Chance,
    now: Millis,
    session: Session,
    /// Questions without an answer, and legs that are up.
    open: Vec<Action>,
    /// Keys that the caller is about to press, the next one last.
    about_to_press: Vec<Key>,
    /// What the caller had heard when it began to press them.
    asked: String,
    log: Vec<Action>,
    journal: Journal,
}

impl Walk {
    fn begin(image: &Arc<Image>, seed: u64, lines: &[&str]) -> Walk {
        let mut chance = Chance(seed);
        let contact = contact(&mut chance, lines);
        let header = JournalHeader::new(image, &contact);
        let (session, actions) = Session::start(image.clone(), contact, Millis(0));
        let first = JournalEntry::new(DurationMs(0), None, &actions);
        let journal = Journal { header, entries: vec![first] };
        let now = Millis(0);
        let (open, about_to_press, asked, log) = (Vec::new(), Vec::new(), String::new(), Vec::new());
        let mut walk = Walk { chance, now, session, open, about_to_press, asked, log, journal };
        walk.did(actions);
        walk
    }

    /// One random event at a random moment.
    fn go_on(&mut self) {
        let event = self.event();
        let at = self.moment(&event);
        self.step(at, event);
    }

    /// A driver may be prompt, exactly on time, or late; keys follow each other quickly.
    fn moment(&mut self, event: &Event) -> Millis {
        let far = self.now + DurationMs(if self.chance.below(300) == 0 { u64::MAX } else { 60_000 });
        let due =
            self.session.next_deadline().map(|(due, _)| due).filter(|due| *due < far).unwrap_or(self.now);
        let soon = self.now + DurationMs(self.chance.below(900));
        match (event, self.chance.below(10)) {
            (Event::Key { .. }, _) => soon.min(due),
            (Event::Tick, _) | (_, 0) => due,
            (_, 1) => due + DurationMs(self.chance.below(40_000)),
            (_, 2) => self.now,
            (_, _) => soon,
        }
    }

    fn step(&mut self, at: Millis, event: Event) {
        let mut prompt = self.session.clone();
        let actions = self.session.step(at, event.clone());
        // A process that has died is no driver that is late.
        if event != Event::TakenUp {
            assert_eq!(
                actions,
                promptly(&mut prompt, at, event.clone()),
                "a late driver takes the exits of a prompt one"
            );
            assert!(prompt == self.session, "a late driver's session remembers what a prompt one's does");
        }
        if let Some((due, timer)) = self.session.next_deadline() {
            assert!(due > at, "{timer:?} is due at {due}, now is {at}");
        }
        self.now = at;
        self.settle(&event);
        self.journal.entries.push(JournalEntry::new(at.since(Millis(0)), Some(&event), &actions));
        self.did(actions);
        self.remembers_no_secret();
    }

    fn event(&mut self) -> Event {
        // A caller who hears something else stops keying what was asked for before.
        if self.now_asked() != self.asked {
            self.about_to_press.clear();
        }
        if let Some(key) = self.about_to_press.pop() {
            return Event::Key { key };
        }
        match self.chance.below(300) {
            0..2 => Event::HungUp { cause: "caller".into() },
            2..8 => self.nonsense(),
            8..90 => self.keys(),
            90..110 => Event::Tick,
            110..114 if self.session.can_be_taken_up() => {
                self.about_to_press.clear();
                Event::TakenUp
            }
            _ => self.answer().unwrap_or(Event::Tick),
        }
    }

    /// Starts to press: the PIN where it is asked for, else an account, or a key or two.
    fn keys(&mut self) -> Event {
        self.asked = self.now_asked();
        let (signs, count) = match &self.asked {
            words if words.contains("enter_pin") => (PIN_KEYS, self.chance.of(&[4, 4, 4, 3])),
            words if words.contains("_account") => (DIGITS, self.chance.of(&[10, 12, 20, 2])),
            _ => (KEYS, self.chance.of(&[1, 1, 1, 2, 70])),
        };
        self.about_to_press = (0..count).map(|_| self.chance.key(signs)).collect();
        if signs != KEYS && self.chance.below(2) == 0 {
            self.about_to_press.insert(0, Key::POUND);
        }
        self.about_to_press.pop().map_or(Event::Tick, |key| Event::Key { key })
    }

    /// What was said last, unless its question is answered already.
    fn now_asked(&self) -> String {
        if self.open.iter().any(|action| matches!(action, Action::Verify { .. })) {
            return String::new();
        }
        let said = self.log.iter().rev().find_map(|action| match action {
            Action::Play { audio, .. } => Some(audio.to_string()),
            _ => None,
        });
        said.unwrap_or_default()
    }

    /// An answer to something that was asked.
    fn answer(&mut self) -> Option<Event> {
        if self.open.is_empty() {
            return None;
        }
        let newest = self.open.iter().rev().find(|action| !matches!(action, Action::Write { .. })).cloned();
        let any = self.chance.of(&self.open);
        let asked = newest.filter(|_| self.chance.below(2) == 0).unwrap_or(any);
        self.answer_to(&asked)
    }

    fn answer_to(&mut self, asked: &Action) -> Option<Event> {
        let chance = &mut self.chance;
        Some(match asked {
            Action::Answer { id } => Event::Answered { id: *id },
            Action::Play { id, .. } => Event::Played { id: *id },
            Action::Identify { id, .. } | Action::Find { id, .. } => {
                Event::Found { id: *id, result: lookup(chance) }
            }
            Action::Verify { id, .. } => Event::Judged { id: *id, verdict: verdict(chance) },
            Action::SendCode { id, .. } => Event::CodeSent { id: *id, sent: chance.below(4) > 0 },
            Action::Compare { id, .. } => Event::Compared { id: *id, equal: chance.below(2) == 0 },
            Action::Examine { id, .. } => Event::Examined { id: *id, fits: chance.below(2) == 0 },
            Action::Recall { id, .. } => Event::Recalled { id: *id, result: recalled(chance) },
            Action::Update { id, .. } => Event::Updated { id: *id, result: updated(chance) },
            Action::Request { id, .. } => Event::Replied { id: *id, reply: reply(chance) },
            Action::Dial { id, .. } => Event::Dialled { id: *id, progress: progress(chance) },
            Action::Whisper { id, leg, .. } => match chance.below(4) {
                0 => Event::LegEnded { leg: *leg },
                1 => Event::LegKey { leg: *leg, key: chance.key("12") },
                _ => Event::Played { id: *id },
            },
            Action::Join { id, .. } => Event::Room { id: *id, news: room_news(chance) },
            Action::EarlyMedia { id } => Event::MediaOpened { id: *id },
            Action::HandOver { id, .. } => {
                let result = chance.of(&[HandOver::Accepted, HandOver::Refused, HandOver::Failed]);
                Event::HandedOver { id: *id, result }
            }
            Action::Bridge { leg } => Event::LegEnded { leg: *leg },
            Action::Write { id, .. } => Event::Written { id: *id },
            Action::Enqueue { id, .. } => Event::Queued { id: *id, news: news(chance) },
            Action::Record { id, .. } | Action::EndRecording { id } => {
                Event::Recorded { id: *id, taken: taken(chance) }
            }
            Action::Transcribe { id, .. } => Event::Transcribed { id: *id, words: Words::Failed },
            Action::Stop { .. }
            | Action::Ring
            | Action::Redirect { .. }
            | Action::Recording { .. }
            | Action::Call { .. }
            | Action::Enter { .. }
            | Action::LeaveRoom { .. }
            | Action::HangUp { .. }
            | Action::Reject { .. }
            | Action::Dequeue { .. }
            | Action::DropRecording { .. }
            | Action::Ended
            | Action::Note(_) => {
                return None;
            }
        })
    }

    /// An answer that nobody waits for, or one of the wrong kind.
    fn nonsense(&mut self) -> Event {
        let id = ActionId(self.chance.below(40) as u32);
        let kinds = [
            Action::Answer { id },
            Action::Play { id, audio: callwright::engine::Audio::RingBack, looped: false },
            Action::Identify { id, caller: Caller::Missing },
            Action::Dial {
                id,
                leg: LegId(1),
                to: Party::Phone(operators()),
                ring: DurationMs(1),
                caller_id: None,
            },
            Action::Bridge { leg: LegId(self.chance.below(4) as u16) },
        ];
        let asked = self.chance.of(&kinds);
        match self.chance.below(7) {
            0 => Event::Judged { id, verdict: verdict(&mut self.chance) },
            1 => Event::Replied { id, reply: reply(&mut self.chance) },
            _ => self.answer_to(&asked).unwrap_or(Event::Tick),
        }
    }

    /// What was answered is open no more; a leg that rings may be heard of again.
    fn settle(&mut self, event: &Event) {
        let answered = match event {
            Event::Dialled { progress: DialProgress::Ringing, .. } => return,
            Event::Queued { news: QueueNews::Place { .. }, .. } => return,
            Event::Answered { id }
            | Event::Played { id }
            | Event::Found { id, .. }
            | Event::Judged { id, .. }
            | Event::CodeSent { id, .. }
            | Event::Compared { id, .. }
            | Event::Examined { id, .. }
            | Event::Recalled { id, .. }
            | Event::Updated { id, .. }
            | Event::Replied { id, .. }
            | Event::Dialled { id, .. }
            | Event::MediaOpened { id }
            | Event::HandedOver { id, .. }
            | Event::Queued { id, .. }
            | Event::Recorded { id, .. }
            | Event::Transcribed { id, .. }
            | Event::Written { id } => *id,
            Event::Tick
            | Event::TakenUp
            | Event::Key { .. }
            | Event::Text { .. }
            | Event::LegKey { .. }
            | Event::Room { .. }
            | Event::LegEnded { .. }
            | Event::HungUp { .. } => return,
        };
        self.open.retain(|action| id_of(action) != Some(answered));
    }

    fn did(&mut self, actions: Vec<Action>) {
        for action in &actions {
            if let Action::Stop { id } = action {
                self.open.retain(|open| id_of(open) != Some(*id));
            }
            if id_of(action).is_some() || matches!(action, Action::Bridge { .. }) {
                self.open.push(action.clone());
            }
        }
        self.log.extend(actions);
    }

    /// No digit of a PIN is printed or written down, not even of one that is half keyed.
    fn remembers_no_secret(&self) {
        let state = serde_json::to_value(self.session.state()).expect("plain data");
        let last = self.journal.entries.last().map(|entry| serde_json::to_value(entry).expect("plain data"));
        for text in texts(&state).into_iter().chain(texts(&last.unwrap_or_default())) {
            let is_keys = text.chars().all(|sign| Key::from_char(sign).is_some());
            assert!(!(is_keys && text.contains(['7', '8'])), "`{text}` in {state}");
        }
        assert!(!format!("{:?}", self.session.state()).contains("Key('"), "keys print as hidden");
    }
}

/// A driver that fires every deadline in its own millisecond.
fn promptly(session: &mut Session, at: Millis, event: Event) -> Vec<Action> {
    let mut actions = Vec::new();
    while let Some((due, _)) = session.next_deadline().filter(|(due, _)| *due < at) {
        actions.extend(session.step(due, Event::Tick));
    }
    actions.extend(session.step(at, event));
    actions
}

fn operators() -> Phone {
    Phone::from_e164("+78432035700").expect("a number")
}

fn contact(chance: &mut Chance, lines: &[&str]) -> Contact {
    let number = |text: &str| Caller::Number(Phone::from_e164(text).expect("a number"));
    let callers =
        [number("+79656295719"), number("+79000000001"), Caller::Withheld, Caller::Invalid("x".into())];
    let to = chance.of(lines);
    let channel = if chance.below(10) > 0 { Channel::Call } else { chance.of(&Channel::ALL) };
    // Three in four arrive on a Friday noon, when the office is open.
    let noon = 1_795_165_200_000;
    let arrived = if chance.below(4) > 0 { noon } else { noon + chance.below(14 * 86_400_000) as i64 };
    Contact {
        id: "walk-1".into(),
        channel,
        from: chance.of(&callers),
        to: to.into(),
        to_number: Phone::from_e164(to),
        message: None,
        arrived: Wall(arrived),
        language: None,
        priority: None,
        attested: false,
        seed: 1,
        segment: None,
        segments: Vec::new(),
        overrides: Default::default(),
        task: None,
    }
}

fn texts(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(items) => items.iter().flat_map(texts).collect(),
        serde_json::Value::Object(fields) => fields.values().flat_map(texts).collect(),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => Vec::new(),
    }
}

/// It ends once, with an outcome, and says nothing after it but notes.
fn ends_well(log: &[Action]) {
    let end = log.iter().position(|action| *action == Action::Ended).expect("it ends");
    assert!(log[end + 1..].iter().all(|action| matches!(action, Action::Note(_))), "after the end: {log:#?}");
    let says = |action: &&Action| matches!(action, Action::Write { entry: Entry::Outcome { .. }, .. });
    assert!(log.iter().filter(says).count() >= 1, "no outcome: {log:#?}");
    let faulty = |action: &&Action| matches!(action, Action::Note(Note::Fault { reason }) if reason.contains("nobody"));
    assert_eq!(log.iter().find(faulty), None, "an exit without an arm");
}

/// Ids are given once; what is cut was playing; a leg is hung up once.
fn actions_make_sense(log: &[Action]) {
    let ids: Vec<ActionId> = log
        .iter()
        .filter_map(|action| match action {
            Action::Play { id, .. } => Some(*id),
            other => id_of(other),
        })
        .collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    let (mut played, mut let_go) = (BTreeSet::new(), BTreeSet::new());
    for action in log {
        match action {
            Action::Play { id, .. } | Action::Whisper { id, .. } => drop(played.insert(*id)),
            Action::Stop { id } => assert!(played.remove(id), "{id} was stopped and does not play"),
            Action::HangUp { leg } => assert!(let_go.insert(*leg), "{leg} was hung up twice"),
            _ => {}
        }
    }
}

/// What a crash leaves of the journal replays as far as it goes, and the contact can then be ended.
fn a_torn_journal_can_be_ended(image: &Arc<Image>, journal: &Journal, steps: usize) {
    let mut entries = journal.entries[..steps].to_vec();
    restore_keys(&mut entries);
    let (mut session, mut log) = Session::start(image.clone(), journal.header.contact.clone(), Millis(0));
    let mut now = Millis(0);
    for entry in entries {
        now = Millis(entry.at.0);
        log.extend(entry.event.map(|event| session.step(now, event)).unwrap_or_default());
    }
    log.extend(session.step(now, Event::HungUp { cause: "restart".into() }));
    log.extend(session.step(now + DurationMs::from_secs(24 * 3600), Event::Tick));
    ends_well(&log);
}

/// The journal of a random walk that has kept the contract.
pub fn walk(image: &Arc<Image>, seed: u64, lines: &[&str]) -> Journal {
    let mut walk = Walk::begin(image, seed, lines);
    for _ in 0..STEPS {
        walk.go_on();
    }
    walk.step(walk.now, Event::HungUp { cause: "caller".into() });
    walk.step(walk.now, Event::Key { key: Key::STAR });
    // Whoever hung up in the middle of a message has left it: the driver says how long it is, or never does.
    walk.step(walk.now + DurationMs::from_secs(24 * 3600), Event::Tick);
    ends_well(&walk.log);
    actions_make_sense(&walk.log);
    let text = walk.journal.write();
    let read = Journal::read(&text).expect("its own journal");
    assert_eq!(read.write(), text);
    let steps = walk.journal.entries.len();
    assert_eq!(replay(image, &read), Outcome::Same { steps });
    let cut = 1 + walk.chance.below(steps as u64 - 1) as usize;
    a_torn_journal_can_be_ended(image, &read, cut);
    walk.journal
}

/// What a session did.
pub fn actions(journal: &Journal) -> impl Iterator<Item = &Action> {
    journal.entries.iter().flat_map(|entry| &entry.actions)
}

pub(super) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_walks_keep_the_contract() {
    let image = bank();
    let seeds = match number("CALLWRIGHT_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("CALLWRIGHT_WALKS").unwrap_or(WALKS),
    };
    let whole = seeds.end - seeds.start >= WALKS;
    let mut said = BTreeSet::new();
    for seed in seeds {
        let failed = catch_unwind(AssertUnwindSafe(|| walk(&image, seed, &LINES)));
        let journal =
            failed.unwrap_or_else(|_| panic!("repeat it: CALLWRIGHT_SEED={seed} cargo test random_walk"));
        said.extend(actions(&journal).filter_map(|action| match action {
            Action::Play { audio, .. } => Some(audio.to_string()),
            Action::Bridge { .. } => Some("a conversation".to_owned()),
            _ => None,
        }));
    }
    let reached = |word: &&str| said.iter().any(|words| words.contains(word));
    let deep =
        ["balance_is", "locked_for", "call_back_promised", "branch_hours", "closed_now", "a conversation"];
    assert!(!whole || deep.iter().all(reached), "the walks do not get everywhere: {said:?}");
}

#[test]
fn random_walks_through_programs_of_data_keep_it_too() {
    for name in ["health", "stops", "survey", "telephone_bank", "values"] {
        let image = image(&DiskFiles::new(root().join("tests/data").join(name)));
        for seed in 0..60 {
            let failed = catch_unwind(AssertUnwindSafe(|| walk(&image, seed, &LINES)));
            assert!(failed.is_ok(), "seed {seed} of {name}");
        }
    }
}

#[test]
fn a_session_that_was_written_down_goes_on_where_it_was() {
    let image = bank();
    for seed in 0..40 {
        let mut walk = Walk::begin(&image, seed, &LINES);
        for _ in 0..30 {
            walk.go_on();
            let written = serde_json::to_string(walk.session.state()).expect("plain data");
            let state: State = serde_json::from_str(&written).expect("its own text");
            assert_eq!(serde_json::to_string(&state).expect("plain data"), written);
            assert_eq!(Session::resume(image.clone(), state).next_deadline(), walk.session.next_deadline());
        }
    }
}
