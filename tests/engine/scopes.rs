//! A block that runs while a verb waits: a scope of its own, which the end of the wait pre-empts.

use super::{Story, has, program, prompt, took};
use callwright::engine::{Action, ActionId, Event, Image, LegId, Note, Reply, Timer};
use callwright::program::{Exit, NodeId, Program, Record, Text, Verb};
use callwright::simulator::Outcome;
use callwright::time::Millis;
use std::sync::Arc;

const WAITING: &str = r#"
flow start {
    answer
    get core.balance("4081") {
        while waiting { say wait_please; wait 1s; say hello }
        ok reply { say bye }
    }
    outcome resolved
    hangup
}
"#;

fn requested(story: &Story) -> ActionId {
    let request = story.find(|action| match action {
        Action::Request { id, .. } => Some(*id),
        _ => None,
    });
    request.expect("it asked")
}

fn replied(story: &mut Story, ms: u64, reply: Reply) -> Vec<Action> {
    story.at(ms, Event::Replied { id: requested(story), reply })
}

#[test]
fn a_reply_pre_empts_the_wait_inside_the_scope_that_runs_meanwhile() {
    let mut story = Story::of(WAITING);
    story.heard(500);
    assert_eq!(
        story.session.next_deadline(),
        Some((Millis(1500), Timer::Pause)),
        "the block waits for a second"
    );
    let reply = Reply::Ok(Arc::new(Record::new("core.balance", "")));
    let actions = replied(&mut story, 900, reply);
    assert_eq!(actions.iter().filter_map(prompt).collect::<Vec<_>>(), ["bye"]);
    assert_eq!(
        story.session.next_deadline().map(|(_, timer)| timer),
        Some(Timer::Contact),
        "the pause is gone"
    );
}

#[test]
fn a_backend_that_is_late_is_not_one_that_failed() {
    let mut story = Story::of(WAITING);
    story.heard(500);
    story.heard(1900); // The block says hello; nobody heard its end.
    let actions = story.time(2000);
    assert!(has(
        &actions,
        |a| matches!(a, Action::Note(Note::Left { exit, .. }) if exit.to_string() == "late")
    ));
    assert_eq!(story.outcomes(), ["given_up"]);
}

#[test]
fn a_status_that_is_not_declared_is_a_fault_of_the_backend() {
    let mut story = Story::of(WAITING);
    let actions = replied(&mut story, 500, Reply::Status("teapot".into()));
    assert!(has(&actions, |action| matches!(action, Action::Note(Note::Fault { .. }))));
    assert_eq!(story.outcomes(), ["given_up"]);
}

#[test]
fn of_two_deadlines_in_one_millisecond_the_outer_scope_s_is_taken() {
    let mut story = Story::of(&WAITING.replace("say wait_please; wait 1s", "wait 2s"));
    let actions = story.time(2000);
    let late = |action: &Action| matches!(action, Action::Note(Note::Left { exit: Exit::Late, .. }));
    assert!(has(&actions, late), "{actions:?}");
    assert_eq!(story.outcomes(), ["given_up"]);
}

/// Lets the block of `while waiting` be a node that the language does not allow there yet; the engine does.
fn waiting_at(mut program: Program, is_block: impl Fn(&Verb) -> bool) -> Arc<Image> {
    let block = program.nodes.iter().position(|node| is_block(&node.verb)).expect("such a node");
    let mut arms = program.nodes.iter_mut().flat_map(|node| &mut node.arms);
    arms.find(|arm| arm.exit == Exit::Waiting).expect("a block").to = NodeId(block as u32);
    Image::new(program).expect("no functions")
}

#[test]
fn what_was_keyed_for_a_question_that_is_pre_empted_is_journalled() {
    let flows = r#"
flow start {
    answer
    get core.balance("4081") { while waiting { say wait_please }; ok reply { say hello } }
    ask number: digits 4 { say enter }
    menu { say bye; 1 "done" -> done }
}
"#;
    let mut story = Story::with(waiting_at(program(flows), |verb| matches!(verb, Verb::Ask(_))));
    story.keys(100, "40");
    let actions = replied(&mut story, 500, Reply::Ok(Arc::new(Record::new("core.balance", ""))));
    assert_eq!(took(&actions), [Text::from("40")]);
    story.heard(600);
    story.keys(700, "4711");
    story.key(900, '1');
    assert_eq!(story.outcomes(), ["resolved"]);
    assert_eq!(story.replayed(), Outcome::Same { steps: story.journal.len() });
}

#[test]
fn a_jump_out_of_the_block_cancels_the_leg_that_rings() {
    let flows = r#"
flow start {
    answer
    transfer to +7 843 203-57-00 {
        while waiting { say wait_please }
        busy, no_answer, unavailable, refused, redirected, failed -> sorry
    }
}
"#;
    let story = Story::with(waiting_at(program(flows), |verb| matches!(verb, Verb::Goto(_))));
    let hang_ups: Vec<&Action> =
        story.log.iter().filter(|action| matches!(action, Action::HangUp { .. })).collect();
    assert_eq!(hang_ups, [&Action::HangUp { leg: LegId(1) }, &Action::HangUp { leg: LegId(0) }]);
    assert_eq!(story.outcomes(), ["given_up"]);
}

#[test]
fn a_condition_may_be_the_last_of_a_block_that_runs_while_something_is_waited_for() {
    let mut story = Story::of(
        r#"
flow start {
    answer
    get core.balance("0042") {
        while waiting { if caller is missing { say wait_please } }
        ok reply -> done
    }
}
"#,
    );
    assert!(!story.session.is_over());
    let id = story.find(|action| match action {
        Action::Request { id, .. } => Some(*id),
        _ => None,
    });
    story.at(500, Event::Replied { id: id.expect("it asks"), reply: Reply::Failed });
    assert_eq!(story.outcomes(), ["given_up"]);
}
