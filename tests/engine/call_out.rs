//! A flow without a caller calls somebody. A task is entered by its name; here the arms lead into flows of a program that
//! other contacts reach as well.

use super::{contact, has, program};
use callwright::engine::{Action, ActionId, Contact, DialProgress, Event, Image, Session, Task};
use callwright::program::verb::{CallOut, Hangup};
use callwright::program::{
    Arm, Channel, Exit, Expr, Flow, FlowId, Node, NodeId, Phone, Program, Value, Verb,
};
use callwright::simulator::{Drive, FarEnd, World};
use callwright::time::{DurationMs, Millis};
use std::sync::Arc;

const FLOWS: &str = r#"
flow start {
    answer
    menu { say question; 1 -> human; 2 -> machine; give_up -> sorry }
}
flow human { say hello; outcome resolved; hangup }
flow machine { say bye; outcome given_up; hangup }
"#;

/// The program with a task that calls, and goes on in its flows.
fn with_task(mut program: Program) -> Arc<Image> {
    let place = program.nodes[0].place.clone();
    let flow = FlowId(program.flows.len() as u32);
    let entry = |name: &str| {
        let id = program.flow_named(name).expect("the flow");
        program.flow(id).entry
    };
    let (first, last) = (NodeId(program.nodes.len() as u32), NodeId(program.nodes.len() as u32 + 1));
    let to = |exit: Exit| {
        let to = match exit {
            Exit::Answered => entry("human"),
            Exit::Machine => entry("machine"),
            _ => last,
        };
        Arm { exit, bind: None, to }
    };
    let exits = [
        Exit::Answered,
        Exit::Machine,
        Exit::Fax,
        Exit::Busy,
        Exit::NoAnswer,
        Exit::Unavailable,
        Exit::Refused,
        Exit::Failed,
    ];
    let number = Phone::from_e164("+78432035700").expect("a number");
    let call = CallOut {
        to: Expr::Const(Value::Phone(number)),
        ring: DurationMs::from_secs(60),
        caller_id: None,
        detect: true,
    };
    let arms = exits.into_iter().map(to).collect();
    let hangup = Node { flow, place: place.clone(), verb: Verb::Hangup(Hangup), arms: Vec::new() };
    program.nodes.push(Node { flow, place, verb: Verb::CallOut(call), arms });
    program.nodes.push(hangup);
    let hung_up = program.flows[0].hung_up;
    program.flows.push(Flow {
        name: "remind".into(),
        params: Vec::new(),
        returns: None,
        entry: first,
        slots: 0,
        hung_up,
        keys: Vec::new(),
        own_keys: 0,
        names: Vec::new(),
    });
    Image::new(program).expect("no functions")
}

fn task() -> Contact {
    let task = Task { flow: "remind".into(), args: Vec::new() };
    Contact { channel: Channel::Task, task: Some(task), ..contact() }
}

fn began() -> (Session, ActionId) {
    let (session, actions) = Session::start(with_task(program(FLOWS)), task(), Millis(0));
    let called = actions.iter().find_map(|action| match action {
        Action::Call { id, detect: true, .. } => Some(*id),
        _ => None,
    });
    (session, called.expect("it calls"))
}

fn says(actions: &[Action], prompt: &str) -> bool {
    has(
        actions,
        |action| matches!(action, Action::Play { audio, .. } if audio.to_string().starts_with(prompt)),
    )
}

#[test]
fn whoever_answers_is_the_caller_from_then_on() {
    let (mut session, id) = began();
    let _ = session.step(Millis(100), Event::Dialled { id, progress: DialProgress::Ringing });
    let actions = session.step(Millis(3000), Event::Dialled { id, progress: DialProgress::Answered });
    assert!(says(&actions, "hello"), "{actions:?}");
    let actions = session.step(Millis(4000), Event::HungUp { cause: "caller".into() });
    assert!(has(&actions, |action| action.to_string().contains("outcome abandoned")), "{actions:?}");
}

#[test]
fn a_machine_is_another_exit_and_whoever_says_nothing_is_a_person() {
    for (progress, prompt) in [(DialProgress::Machine, "bye"), (DialProgress::Unknown, "hello")] {
        let (mut session, id) = began();
        let _ = session.step(Millis(58_000), Event::Dialled { id, progress: DialProgress::Listening });
        let waits = session.step(Millis(61_000), Event::Tick);
        assert!(waits.is_empty(), "the ring time is over at the answer: {waits:?}");
        assert!(says(&session.step(Millis(67_200), Event::Dialled { id, progress }), prompt));
    }
}

#[test]
fn a_ring_time_that_is_over_ends_the_call() {
    let (mut session, _) = began();
    let actions = session.step(Millis(60_000), Event::Tick);
    assert!(has(&actions, |action| matches!(action, Action::HangUp { .. })));
    assert!(session.is_over());
}

/// How a pretend call goes, as a transcript of what was said and when.
fn played(far: &str) -> Vec<(u64, String)> {
    let mut world = World::default();
    let ends = FarEnd { after: DurationMs(0), ..FarEnd::from_word(far).expect("a far end") };
    world.put_far_end("+78432035700", ends);
    let mut drive = Drive::start(&with_task(program(FLOWS)), world, task());
    while !drive.is_over() && drive.advance(Millis(u64::MAX)) {}
    drive.said().all().iter().map(|one| (one.began.0, one.spoken.prompt.to_string())).collect()
}

#[test]
fn a_message_is_left_behind_the_greeting_of_a_machine() {
    assert_eq!(played("machine"), [(9200, "bye".to_owned())]);
    assert_eq!(played("silent"), [(5000, "hello".to_owned())]);
    assert_eq!(played("answers"), [(0, "hello".to_owned())]);
    assert_eq!(played("fax"), []);
}
