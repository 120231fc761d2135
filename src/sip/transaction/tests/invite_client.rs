use super::super::Action;
use super::super::invite_client::{Event, InviteClient};
use super::{at, bytes, nothing, sends};
use crate::time::Millis;

const START: Millis = Millis(1000);

fn calling() -> InviteClient {
    let (machine, actions) = InviteClient::new(START, bytes("INVITE"), false);
    assert_eq!(actions, sends("INVITE"));
    machine
}

fn proceeding() -> InviteClient {
    let mut machine = calling();
    assert_eq!(machine.step(START, Event::Provisional), [Action::Deliver]);
    machine
}

fn completed() -> InviteClient {
    let mut machine = proceeding();
    assert_eq!(machine.step(START, Event::Failure), [Action::Acknowledge, Action::Deliver]);
    machine.keep_ack(bytes("ACK"));
    machine
}

fn accepted() -> InviteClient {
    let mut machine = proceeding();
    assert_eq!(machine.step(START, Event::Success), [Action::Deliver]);
    machine
}

#[test]
fn calling_retransmits_on_timer_a_at_doubling_intervals() {
    let mut machine = calling();
    let mut deadlines = vec![];
    for _ in 0..6 {
        let due = machine.next_deadline().unwrap_or_default();
        deadlines.push(due.0 - START.0);
        assert_eq!(machine.timeout(due), sends("INVITE"));
    }
    assert_eq!(deadlines, [500, 1500, 3500, 7500, 15500, 31500]);
}

#[test]
fn calling_gives_up_on_timer_b() {
    assert_eq!(calling().timeout(Millis(33_000)), [Action::TimedOut, Action::Terminated]);
}

#[test]
fn calling_accepts_on_success() {
    let mut machine = calling();
    assert_eq!(machine.step(START, Event::Success), [Action::Deliver]);
    assert_eq!(machine.next_deadline(), at(33_000));
}

#[test]
fn calling_completes_on_failure() {
    assert_eq!(calling().step(START, Event::Failure), [Action::Acknowledge, Action::Deliver]);
}

#[test]
fn proceeding_repeats_nothing_and_waits_for_ever() {
    let mut machine = proceeding();
    assert_eq!(machine.next_deadline(), None);
    assert_eq!(machine.step(START, Event::Provisional), [Action::Deliver]);
}

#[test]
fn completed_repeats_the_ack_on_a_copy_of_the_failure() {
    assert_eq!(completed().step(START, Event::Failure), sends("ACK"));
}

#[test]
fn completed_ignores_provisionals_and_successes() {
    let mut machine = completed();
    assert_eq!(machine.step(START, Event::Provisional), nothing());
    assert_eq!(machine.step(START, Event::Success), nothing());
}

#[test]
fn completed_terminates_on_timer_d() {
    assert_eq!(completed().timeout(Millis(33_000)), [Action::Terminated]);
}

#[test]
fn accepted_delivers_every_success() {
    assert_eq!(accepted().step(START, Event::Success), [Action::Deliver]);
}

#[test]
fn accepted_ignores_provisionals_and_failures() {
    let mut machine = accepted();
    assert_eq!(machine.step(START, Event::Provisional), nothing());
    assert_eq!(machine.step(START, Event::Failure), nothing());
}

#[test]
fn accepted_terminates_on_timer_m() {
    let mut machine = accepted();
    assert_eq!(machine.timeout(Millis(33_000)), [Action::Terminated]);
    assert_eq!(machine.step(START, Event::Success), nothing());
}

#[test]
fn on_a_reliable_transport_nothing_is_repeated_and_timer_d_is_zero() {
    let (mut machine, _) = InviteClient::new(START, bytes("INVITE"), true);
    assert_eq!(machine.next_deadline(), at(33_000));
    assert_eq!(machine.step(START, Event::Failure), [Action::Acknowledge, Action::Deliver]);
    assert_eq!(machine.timeout(START), [Action::Terminated]);
}
