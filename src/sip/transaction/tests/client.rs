use super::super::Action;
use super::super::client::{Client, Event};
use super::{at, bytes, nothing, sends};
use crate::time::Millis;

const START: Millis = Millis(1000);

fn trying() -> Client {
    let (machine, actions) = Client::new(START, bytes("BYE"), false);
    assert_eq!(actions, sends("BYE"));
    machine
}

fn completed() -> Client {
    let mut machine = trying();
    assert_eq!(machine.step(START, Event::Final), [Action::Deliver]);
    machine
}

fn repeats(machine: &mut Client, count: usize) -> Vec<u64> {
    let due = |machine: &mut Client| {
        let due = machine.next_deadline().unwrap_or_default();
        assert_eq!(machine.timeout(due), sends("BYE"));
        due.0 - START.0
    };
    (0..count).map(|_| due(machine)).collect()
}

#[test]
fn trying_retransmits_on_timer_e_at_intervals_up_to_t2() {
    assert_eq!(repeats(&mut trying(), 6), [500, 1500, 3500, 7500, 11500, 15500]);
}

#[test]
fn proceeding_retransmits_on_timer_e_every_t2() {
    let mut machine = trying();
    assert_eq!(machine.step(START, Event::Provisional), [Action::Deliver]);
    assert_eq!(repeats(&mut machine, 3), [500, 4500, 8500]);
}

#[test]
fn trying_gives_up_on_timer_f() {
    assert_eq!(trying().timeout(Millis(33_000)), [Action::TimedOut, Action::Terminated]);
}

#[test]
fn proceeding_gives_up_on_timer_f() {
    let mut machine = trying();
    assert_eq!(machine.step(START, Event::Provisional), [Action::Deliver]);
    assert_eq!(machine.timeout(Millis(33_000)), [Action::TimedOut, Action::Terminated]);
}

#[test]
fn proceeding_completes_on_a_final_answer() {
    let mut machine = trying();
    assert_eq!(machine.step(START, Event::Provisional), [Action::Deliver]);
    assert_eq!(machine.step(START, Event::Final), [Action::Deliver]);
    assert_eq!(machine.next_deadline(), at(6000));
}

#[test]
fn completed_absorbs_copies_of_the_answer() {
    assert_eq!(completed().step(START, Event::Final), nothing());
    assert_eq!(completed().step(START, Event::Provisional), nothing());
}

#[test]
fn completed_terminates_on_timer_k() {
    let mut machine = completed();
    assert_eq!(machine.timeout(Millis(6000)), [Action::Terminated]);
    assert_eq!(machine.next_deadline(), None);
}

#[test]
fn on_a_reliable_transport_nothing_is_repeated_and_timer_k_is_zero() {
    let (mut machine, _) = Client::new(START, bytes("BYE"), true);
    assert_eq!(machine.next_deadline(), at(33_000));
    assert_eq!(machine.step(START, Event::Final), [Action::Deliver]);
    assert_eq!(machine.timeout(START), [Action::Terminated]);
}
