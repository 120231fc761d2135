use super::super::invite_server::{Event, InviteServer};
use super::super::{Action, Actions};
use super::{at, bytes, nothing, sends};
use crate::time::Millis;

const START: Millis = Millis(1000);

fn proceeding() -> InviteServer {
    let mut machine = InviteServer::new(false);
    assert_eq!(machine.step(START, Event::Provisional(bytes("100"))), sends("100"));
    machine
}

fn completed() -> InviteServer {
    let mut machine = proceeding();
    assert_eq!(machine.step(START, Event::Failure(bytes("486"))), sends("486"));
    machine
}

fn confirmed() -> InviteServer {
    let mut machine = completed();
    assert_eq!(machine.step(START, Event::Ack), nothing());
    machine
}

fn accepted() -> InviteServer {
    let mut machine = proceeding();
    assert_eq!(machine.step(START, Event::Success(bytes("200"))), sends("200"));
    machine
}

fn terminated() -> Actions {
    vec![Action::Terminated]
}

#[test]
fn proceeding_repeats_its_last_provisional_on_invite() {
    let mut machine = proceeding();
    assert_eq!(machine.step(START, Event::Provisional(bytes("180"))), sends("180"));
    assert_eq!(machine.step(START, Event::Invite), sends("180"));
}

#[test]
fn proceeding_ignores_an_ack_and_has_no_timer() {
    let mut machine = proceeding();
    assert_eq!(machine.step(START, Event::Ack), nothing());
    assert_eq!((machine.next_deadline(), machine.is_proceeding()), (None, true));
}

#[test]
fn completed_repeats_the_failure_on_invite() {
    assert_eq!(completed().step(START, Event::Invite), sends("486"));
}

#[test]
fn completed_retransmits_on_timer_g() {
    let mut machine = completed();
    let mut deadlines = vec![];
    for _ in 0..5 {
        let due = machine.next_deadline().unwrap_or_default();
        deadlines.push(due.0 - START.0);
        assert_eq!(machine.timeout(due), sends("486"));
    }
    assert_eq!(deadlines, [500, 1500, 3500, 7500, 11500]);
}

#[test]
fn completed_without_repeats_answers_copies_of_the_invite_only() {
    let mut machine = InviteServer::new(false).without_repeats();
    assert_eq!(machine.step(START, Event::Failure(bytes("486"))), sends("486"));
    assert_eq!(machine.next_deadline(), at(33_000));
    assert_eq!(machine.step(START, Event::Invite), sends("486"));
}

#[test]
fn completed_gives_up_on_timer_h() {
    let mut machine = completed();
    assert_eq!(machine.timeout(Millis(33_000)), [Action::TimedOut, Action::Terminated]);
}

#[test]
fn completed_confirms_on_ack_and_repeats_no_more() {
    let mut machine = confirmed();
    assert_eq!(machine.next_deadline(), at(6000));
    assert_eq!(machine.step(START, Event::Invite), nothing());
}

#[test]
fn completed_ignores_a_second_final_answer() {
    assert_eq!(completed().step(START, Event::Success(bytes("200"))), nothing());
}

#[test]
fn confirmed_terminates_on_timer_i() {
    assert_eq!(confirmed().timeout(Millis(6000)), terminated());
}

#[test]
fn accepted_absorbs_copies_of_the_invite() {
    let mut machine = accepted();
    assert_eq!(machine.step(START, Event::Invite), nothing());
    assert_eq!(machine.step(START, Event::Ack), nothing());
}

#[test]
fn accepted_passes_the_calls_success_on() {
    assert_eq!(accepted().step(START, Event::Success(bytes("200"))), sends("200"));
}

#[test]
fn accepted_terminates_on_timer_l() {
    let mut machine = accepted();
    assert_eq!(machine.next_deadline(), at(33_000));
    assert_eq!(machine.timeout(Millis(33_000)), terminated());
}

#[test]
fn terminated_does_nothing() {
    let mut machine = accepted();
    assert_eq!(machine.timeout(Millis(33_000)), terminated());
    assert_eq!(machine.step(START, Event::Invite), nothing());
    assert_eq!(machine.next_deadline(), None);
}

#[test]
fn on_a_reliable_transport_the_failure_is_sent_once_and_nothing_lingers() {
    let mut machine = InviteServer::new(true);
    assert_eq!(machine.step(START, Event::Failure(bytes("486"))), sends("486"));
    assert_eq!(machine.next_deadline(), at(33_000));
    assert_eq!(machine.step(START, Event::Ack), nothing());
    assert_eq!(machine.timeout(START), terminated());
}
