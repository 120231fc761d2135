//! Several legs: whispers, keys that take the call, the next one, the best failure, and what runs before the bridge.

use super::{Story, has};
use callwright::engine::{Action, ActionId, DialProgress, Event, LegId, Note};
use callwright::program::Key;

const IN_ORDER: &str = r#"
flow start {
    answer
    transfer to +7 843 203-57-00, "pc" {
        ring 30s
        next say wait_please
        whisper say question then hello
        accept any within 8s
        connected who { note who; say bye }
        completed { say again_please }
        busy, unavailable, refused, failed -> sorry
        redirected where { note where }
        no_answer { say silence }
    }
    outcome given_up
    hangup
}
"#;

const AT_ONCE: &str = r#"
flow start {
    answer
    transfer to "ann", "bob", "carl" all at once {
        ring 20s
        whisper say question
        accept 1
        busy, no_answer, unavailable, refused, redirected, failed -> sorry
    }
}
"#;

/// The actions that called, in order.
fn dials(story: &Story) -> Vec<(ActionId, String)> {
    let dials = story.log.iter().filter_map(|action| match action {
        Action::Dial { id, to, .. } => Some((*id, to.to_string())),
        _ => None,
    });
    dials.collect()
}

fn news(story: &mut Story, ms: u64, call: usize, progress: DialProgress) -> Vec<Action> {
    let id = dials(story)[call].0;
    story.at(ms, Event::Dialled { id, progress })
}

/// What is said to a leg has been heard.
fn told(story: &mut Story, ms: u64) -> Vec<Action> {
    let id = story.find(|action| match action {
        Action::Whisper { id, .. } => Some(*id),
        _ => None,
    });
    story.at(ms, Event::Played { id: id.expect("somebody is told something") })
}

fn presses(story: &mut Story, ms: u64, leg: u16, sign: char) -> Vec<Action> {
    let key = Key::from_char(sign).expect("a key");
    story.at(ms, Event::LegKey { leg: LegId(leg), key })
}

fn hung_up(story: &Story) -> Vec<u16> {
    let legs = story.log.iter().filter_map(|action| match action {
        Action::HangUp { leg } => Some(leg.0),
        _ => None,
    });
    legs.collect()
}

fn bridged(actions: &[Action], leg: u16) -> bool {
    has(actions, |action| *action == Action::Bridge { leg: LegId(leg) })
}

#[test]
fn the_next_one_is_called_behind_its_announcement() {
    let mut story = Story::of(IN_ORDER);
    let actions = story.time(30_000);
    assert!(has(&actions, |action| *action == Action::HangUp { leg: LegId(1) }));
    assert_eq!(story.said().last().map(String::as_str), Some("wait_please"));
    assert_eq!(dials(&story).len(), 1, "not before it was said");
    story.heard(34_000);
    let called: Vec<String> = dials(&story).into_iter().map(|(_, to)| to).collect();
    assert_eq!(called, ["+78432035700", "pc"]);
}

#[test]
fn whoever_presses_a_key_takes_the_call() {
    let mut story = Story::of(IN_ORDER);
    let answered = news(&mut story, 3000, 0, DialProgress::Answered);
    assert!(has(&answered, |action| matches!(action, Action::Whisper { leg: LegId(1), .. })));
    told(&mut story, 7000);
    presses(&mut story, 10_000, 1, '5');
    let thanked = told(&mut story, 14_000);
    assert!(has(&thanked, |action| action.to_string().contains("note \"+78432035700\"")), "{thanked:?}");
    assert!(!bridged(&thanked, 1), "the block `connected` comes first");
    assert!(bridged(&story.heard(18_000), 1));
    assert_eq!(story.outcomes(), ["handed_over"]);
}

#[test]
fn a_machine_that_presses_nothing_is_let_go_and_the_next_one_is_called() {
    let mut story = Story::of(IN_ORDER);
    news(&mut story, 3000, 0, DialProgress::Answered);
    told(&mut story, 7000);
    assert!(story.time(14_999).is_empty());
    story.time(15_000);
    assert_eq!((hung_up(&story), story.said().last().map(String::as_str)), (vec![1], Some("wait_please")));
}

#[test]
fn a_key_during_the_whisper_takes_the_call_at_once() {
    let mut story = Story::of(AT_ONCE);
    news(&mut story, 1000, 1, DialProgress::Answered);
    assert_eq!(presses(&mut story, 1500, 2, '2'), [Action::Note(Note::Stale)], "another key does not");
    let actions = presses(&mut story, 2000, 2, '1');
    assert!(has(&actions, |action| matches!(action, Action::Stop { .. })) && bridged(&actions, 2));
}

#[test]
fn of_several_the_first_that_accepts_has_the_call_and_the_others_are_let_go() {
    let mut story = Story::of(AT_ONCE);
    news(&mut story, 1000, 0, DialProgress::Answered);
    news(&mut story, 2000, 2, DialProgress::Answered);
    let actions = presses(&mut story, 3000, 3, '1');
    assert!(bridged(&actions, 3));
    assert_eq!(hung_up(&story), [1, 2]);
    assert_eq!(news(&mut story, 3010, 1, DialProgress::Answered), [Action::Note(Note::Stale)]);
}

#[test]
fn a_ring_time_ends_the_legs_that_ring_and_not_those_that_answered() {
    let mut story = Story::of(AT_ONCE);
    news(&mut story, 19_000, 0, DialProgress::Answered);
    story.time(20_000);
    assert_eq!(hung_up(&story), [2, 3]);
    assert!(bridged(&presses(&mut story, 21_000, 1, '1'), 1));
}

#[test]
fn the_best_failure_is_the_exit() {
    let mut story = Story::of(IN_ORDER);
    news(&mut story, 1000, 0, DialProgress::Redirected("sip:hotel@example.net".into()));
    story.heard(5000);
    let actions = news(&mut story, 6000, 1, DialProgress::Unavailable);
    assert!(has(&actions, |action| action.to_string().contains("note \"sip:hotel@example.net\"")));
}

#[test]
fn whoever_hangs_up_before_taking_the_call_has_not_answered() {
    let mut story = Story::of(IN_ORDER);
    news(&mut story, 1000, 0, DialProgress::Answered);
    story.at(2000, Event::LegEnded { leg: LegId(1) });
    assert_eq!((hung_up(&story), dials(&story).len()), (vec![], 1));
    assert_eq!(story.said().last().map(String::as_str), Some("wait_please"));
}

#[test]
fn a_caller_who_leaves_lets_all_legs_go() {
    let mut story = Story::of(AT_ONCE);
    news(&mut story, 1000, 0, DialProgress::Answered);
    story.at(2000, Event::HungUp { cause: "caller".into() });
    assert_eq!((hung_up(&story), story.outcomes()), (vec![1, 2, 3], vec!["abandoned".to_owned()]));
}

#[test]
fn whoever_leaves_in_the_block_before_the_bridge_has_spoken_with_the_caller() {
    let mut story = Story::of(IN_ORDER);
    news(&mut story, 1000, 0, DialProgress::Answered);
    presses(&mut story, 2000, 1, '1');
    told(&mut story, 3000);
    story.at(4000, Event::LegEnded { leg: LegId(1) });
    assert_eq!(story.said().last().map(String::as_str), Some("again_please"));
}

#[test]
fn what_the_block_before_the_bridge_sets_is_seen_behind_the_call() {
    let mut story = Story::of(
        r#"
flow start {
    answer
    let taken = "nobody"
    transfer to "ann" {
        connected who { set taken = who }
        completed { note taken; outcome resolved; hangup }
        busy, no_answer, unavailable, refused, redirected, failed -> sorry
    }
}
"#,
    );
    assert!(bridged(&news(&mut story, 1000, 0, DialProgress::Answered), 1));
    let actions = story.at(9000, Event::LegEnded { leg: LegId(1) });
    assert!(has(&actions, |action| action.to_string().contains("note \"ann\"")), "{actions:?}");
}

#[test]
fn a_call_that_was_not_answered_is_when_the_other_side_is() {
    let mut story = Story::of(
        r#"
flow start {
    transfer to "pc" { busy, no_answer, unavailable, refused, redirected, failed { answer; goto sorry } }
}
"#,
    );
    let rings = news(&mut story, 100, 0, DialProgress::Ringing);
    assert_eq!(rings, [Action::Ring]);
    assert_eq!(news(&mut story, 200, 0, DialProgress::Ringing), []);
    let actions = news(&mut story, 3000, 0, DialProgress::Answered);
    let Some(Action::Answer { id }) = actions.first() else { panic!("{actions:?}") };
    assert!(bridged(&story.at(3050, Event::Answered { id: *id }), 1));
}
