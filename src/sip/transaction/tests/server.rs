use super::super::Action;
use super::super::server::{Event, Server};
use super::{at, bytes, nothing, sends};
use crate::time::Millis;

const START: Millis = Millis(1000);

fn completed() -> Server {
    let mut machine = Server::new(false);
    assert_eq!(machine.step(START, Event::Final(bytes("200"))), sends("200"));
    machine
}

#[test]
fn trying_has_nothing_to_repeat() {
    let mut machine = Server::new(false);
    assert_eq!(machine.step(START, Event::Request), nothing());
    assert_eq!(machine.next_deadline(), None);
}

#[test]
fn trying_proceeds_on_a_provisional_which_is_then_repeated() {
    let mut machine = Server::new(false);
    assert_eq!(machine.step(START, Event::Provisional(bytes("100"))), sends("100"));
    assert_eq!(machine.step(START, Event::Request), sends("100"));
}

#[test]
fn proceeding_completes_on_a_final_answer() {
    let mut machine = Server::new(false);
    assert_eq!(machine.step(START, Event::Provisional(bytes("100"))), sends("100"));
    assert_eq!(machine.step(START, Event::Final(bytes("200"))), sends("200"));
    assert_eq!(machine.next_deadline(), at(33_000));
}

#[test]
fn completed_repeats_the_answer_on_a_copy_of_the_request() {
    assert_eq!(completed().step(START, Event::Request), sends("200"));
}

#[test]
fn completed_ignores_a_second_final_answer() {
    assert_eq!(completed().step(START, Event::Final(bytes("500"))), nothing());
}

#[test]
fn completed_terminates_on_timer_j() {
    let mut machine = completed();
    assert_eq!(machine.timeout(Millis(32_999)), nothing());
    assert_eq!(machine.timeout(Millis(33_000)), [Action::Terminated]);
    assert_eq!(machine.step(START, Event::Request), nothing());
}

#[test]
fn on_a_reliable_transport_timer_j_is_zero() {
    let mut machine = Server::new(true);
    assert_eq!(machine.step(START, Event::Final(bytes("200"))), sends("200"));
    assert_eq!(machine.timeout(START), [Action::Terminated]);
}
