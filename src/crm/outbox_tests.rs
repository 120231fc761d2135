//! The outbox against a CRM that fails as it likes, from printed seeds.

use super::*;
use crate::program::Entry;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const POLICY: Policy = Policy { first_wait: DurationMs(1000), longest_wait: DurationMs(8000), attempts: 3 };

fn posting(contact: &str, sequence: u64) -> Posting {
    let entry = Entry::Note { text: format!("{contact} {sequence}").into() };
    Posting { contact: contact.into(), sequence, at: Wall(0), entry }
}

fn failed(jitter: u16) -> Event {
    Event::Failed { reason: "away".into(), jitter: Jitter(jitter) }
}

fn missed(counts: bool) -> Event {
    Event::Missed { reason: "away".into(), jitter: Jitter(0), after: Some(DurationMs(5000)), counts }
}

fn report(contact: &str, sequence: u64, event: Event) -> Input {
    Input::Item(contact.into(), sequence, event)
}

#[test]
fn pending_is_delivered_by_a_success() {
    let mut item = Progress::new(Wall(0));
    item.step(Wall(5), Event::Delivered, &POLICY);
    assert_eq!((item.state, item.attempts), (State::Delivered, 0));
}

#[test]
fn pending_waits_longer_after_each_failure_and_then_is_dead() {
    let mut item = Progress::new(Wall(0));
    let mut seen = Vec::new();
    for _ in 0..3 {
        item.step(Wall(0), failed(1000), &POLICY);
        seen.push((item.next_at, item.state));
    }
    let waits = [(Wall(1000), State::Pending), (Wall(2000), State::Pending), (Wall(4000), State::Dead)];
    assert_eq!(seen, waits);
}

#[test]
fn dead_starts_anew_when_it_is_sent_again() {
    let mut item = Progress { state: State::Dead, attempts: 3, ..Progress::new(Wall(0)) };
    item.step(Wall(9), failed(0), &POLICY);
    assert_eq!(item.state, State::Dead);
    item.step(Wall(9), Event::Resend, &POLICY);
    assert_eq!((item.state, item.attempts, item.next_at), (State::Pending, 0, Wall(9)));
}

#[test]
fn dead_is_delivered_by_a_late_success() {
    let mut item = Progress { state: State::Dead, ..Progress::new(Wall(0)) };
    item.step(Wall(9), Event::Delivered, &POLICY);
    assert_eq!(item.state, State::Delivered);
}

#[test]
fn pending_is_never_dead_by_what_is_not_its_own_failure() {
    let mut item = Progress::new(Wall(0));
    for _ in 0..10 {
        item.step(Wall(0), missed(false), &POLICY);
    }
    assert_eq!((item.state, item.attempts, item.next_at), (State::Pending, 0, Wall(5000)));
    item.step(Wall(0), missed(true), &POLICY);
    assert_eq!((item.attempts, item.next_at), (1, Wall(5000)));
}

#[test]
fn pending_is_dead_at_once_by_a_refusal() {
    let mut item = Progress::new(Wall(0));
    item.step(Wall(0), Event::Refused { reason: "no such field".into() }, &POLICY);
    assert_eq!((item.state, item.reason.as_deref()), (State::Dead, Some("no such field")));
}

#[test]
fn dropped_is_dropped_until_it_is_sent_again() {
    let mut item = Progress { state: State::Dead, attempts: 3, ..Progress::new(Wall(0)) };
    item.step(Wall(0), Event::Drop { reason: "a test, ann".into() }, &POLICY);
    item.step(Wall(1), failed(0), &POLICY);
    assert_eq!((item.state, item.reason.as_deref()), (State::Dropped, Some("a test, ann")));
    item.step(Wall(2), Event::Resend, &POLICY);
    assert_eq!((item.state, item.attempts), (State::Pending, 0));
}

#[test]
fn delivered_stays_delivered() {
    let mut item = Progress { state: State::Delivered, ..Progress::new(Wall(0)) };
    for event in [Event::Delivered, failed(0), Event::Resend] {
        item.step(Wall(9), event, &POLICY);
    }
    assert_eq!((item.state, item.attempts), (State::Delivered, 0));
}

#[test]
fn a_wait_is_between_half_and_whole_and_never_above_the_longest() {
    let waits = [(1, 0), (1, 1000), (1, 9999), (4, 1000), (40, 1000)];
    let waits = waits.map(|(failures, jitter)| POLICY.wait(failures, Jitter(jitter)).0);
    assert_eq!(waits, [500, 1000, 1000, 8000, 8000]);
}

#[test]
fn what_a_contact_says_later_waits_for_what_it_said_before() {
    let mut outbox = Outbox::new(POLICY);
    assert_eq!(outbox.step(Wall(0), Input::Enqueue(posting("a", 1))), [Output::Deliver(posting("a", 1))]);
    assert_eq!(outbox.step(Wall(0), Input::Enqueue(posting("a", 2))), []);
    assert_eq!(outbox.step(Wall(0), report("a", 1, failed(1000))), []);
    assert_eq!(outbox.next_deadline(), Some(Wall(1000)));
    assert_eq!(outbox.step(Wall(1000), Input::Wake), [Output::Deliver(posting("a", 1))]);
    assert_eq!(outbox.step(Wall(1001), report("a", 1, Event::Delivered)), [Output::Deliver(posting("a", 2))]);
}

#[test]
fn a_dead_item_is_told_and_steps_aside() {
    let mut outbox = Outbox::new(Policy { attempts: 1, ..POLICY });
    let _ = outbox.step(Wall(0), Input::Enqueue(posting("a", 1)));
    let _ = outbox.step(Wall(0), Input::Enqueue(posting("a", 2)));
    let outputs = outbox.step(Wall(1), report("a", 1, failed(0)));
    assert_eq!(outputs, [Output::Dead(posting("a", 1)), Output::Deliver(posting("a", 2))]);
}

#[test]
fn the_same_entry_twice_is_one_item() {
    let mut outbox = Outbox::new(POLICY);
    let _ = outbox.step(Wall(0), Input::Enqueue(posting("a", 1)));
    let _ = outbox.step(Wall(0), report("a", 1, Event::Delivered));
    assert_eq!(outbox.step(Wall(1), Input::Enqueue(posting("a", 1))), []);
    assert_eq!(outbox.items().count(), 1);
}

/// A CRM that fails as a seed says; the test checks what must hold whatever it does.
struct Run {
    chance: ChaCha8Rng,
    outbox: Outbox,
    now: Wall,
    under_way: Vec<Posting>,
    arrived: BTreeMap<Text, Vec<u64>>,
    dead: usize,
}

impl Run {
    fn new(seed: u64) -> Run {
        let chance = ChaCha8Rng::seed_from_u64(seed);
        let outbox = Outbox::new(POLICY);
        Run { chance, outbox, now: Wall(0), under_way: Vec::new(), arrived: BTreeMap::new(), dead: 0 }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.chance.next_u64() % bound
    }

    fn step(&mut self, input: Input) {
        for output in self.outbox.step(self.now, input) {
            match output {
                Output::Deliver(posting) => {
                    let same = |other: &Posting| other.contact == posting.contact;
                    assert!(!self.under_way.iter().any(same), "two of {} under way", posting.contact);
                    self.under_way.push(posting);
                }
                Output::Dead(_) => self.dead += 1,
            }
        }
    }

    fn answer(&mut self) {
        let index = self.below(self.under_way.len() as u64) as usize;
        let posting = self.under_way.swap_remove(index);
        let event = if self.below(3) == 0 {
            let jitter = self.below(1001) as u16;
            failed(jitter)
        } else {
            self.arrived.entry(posting.contact.clone()).or_default().push(posting.sequence);
            Event::Delivered
        };
        self.step(Input::Item(posting.contact, posting.sequence, event));
    }

    fn drain(&mut self) {
        while !self.under_way.is_empty() || self.outbox.next_deadline().is_some() {
            match self.under_way.is_empty() {
                false => self.answer(),
                true => {
                    self.now = self.outbox.next_deadline().unwrap_or(self.now).max(self.now);
                    self.step(Input::Wake);
                }
            }
        }
    }
}

#[test]
fn whatever_fails_everything_arrives_once_and_in_order_or_is_dead() {
    for seed in 0..200 {
        println!("seed {seed}");
        let mut run = Run::new(seed);
        let mut said = [0u64; 4];
        for _ in 0..100 {
            run.now = run.now.after(DurationMs(run.below(700)));
            let contact = run.below(4) as usize;
            if run.below(2) == 0 || run.under_way.is_empty() {
                said[contact] += 1;
                run.step(Input::Enqueue(posting(&format!("call-{contact}"), said[contact])));
            } else {
                run.answer();
            }
        }
        run.drain();
        let arrived: usize = run.arrived.values().map(Vec::len).sum();
        assert_eq!(arrived + run.dead, said.iter().sum::<u64>() as usize, "something is missing");
        assert!(run.arrived.values().all(|sequences| sequences.is_sorted_by(|a, b| a < b)), "out of order");
    }
}
