//! A second leg: it rings, is busy, speaks, and goes.

use super::{Story, has};
use callwright::engine::{Action, DialProgress, Event, LegId, Note};

const TRANSFER: &str = r#"
flow start {
    answer
    transfer to +7 843 203-57-00 {
        ring 20s
        busy, unavailable, refused, redirected, failed -> sorry
        no_answer { say silence }
    }
    outcome given_up
    hangup
}
"#;

fn dialled(story: &mut Story, ms: u64, progress: DialProgress) -> Vec<Action> {
    let dial = story.find(|action| match action {
        Action::Dial { id, .. } => Some(*id),
        _ => None,
    });
    story.at(ms, Event::Dialled { id: dial.expect("it dialled"), progress })
}

fn hang_ups(story: &Story) -> Vec<LegId> {
    let legs = story.log.iter().filter_map(|action| match action {
        Action::HangUp { leg } => Some(*leg),
        _ => None,
    });
    legs.collect()
}

#[test]
fn a_leg_that_rings_too_long_is_cancelled_and_its_late_answer_is_stale() {
    let mut story = Story::of(TRANSFER);
    let actions = story.time(20_000);
    assert!(has(&actions, |action| *action == Action::HangUp { leg: LegId(1) }));
    assert_eq!(dialled(&mut story, 20_010, DialProgress::Answered), [Action::Note(Note::Stale)]);
    assert_eq!(story.said().last().map(String::as_str), Some("silence"));
}

#[test]
fn a_connected_transfer_is_handed_over_and_ends_with_the_conversation() {
    let mut story = Story::of(TRANSFER);
    let actions = dialled(&mut story, 3000, DialProgress::Answered);
    assert!(has(&actions, |action| *action == Action::Bridge { leg: LegId(1) }));
    story.at(60_000, Event::LegEnded { leg: LegId(1) });
    assert_eq!(story.outcomes(), ["handed_over"]);
    assert!(story.session.is_over());
}

#[test]
fn a_caller_who_leaves_a_conversation_leaves_its_outcome_standing() {
    let mut story = Story::of(TRANSFER);
    dialled(&mut story, 3000, DialProgress::Answered);
    let actions = story.at(9000, Event::HungUp { cause: "caller".into() });
    assert!(has(&actions, |action| *action == Action::HangUp { leg: LegId(1) }), "the other side is let go");
    assert_eq!(story.outcomes(), ["handed_over"]);
}

#[test]
fn a_leg_that_was_cancelled_is_not_hung_up_again_at_the_end() {
    let mut story = Story::of(TRANSFER);
    story.time(20_000);
    story.heard(21_000);
    assert_eq!(hang_ups(&story), [LegId(1), LegId(0)]);
}

#[test]
fn a_leg_that_was_busy_is_not_hung_up() {
    let mut story = Story::of(TRANSFER);
    dialled(&mut story, 3000, DialProgress::Ringing);
    dialled(&mut story, 4000, DialProgress::Busy);
    assert_eq!((hang_ups(&story), story.outcomes()), (vec![LegId(0)], vec!["given_up".to_owned()]));
}

#[test]
fn a_caller_who_leaves_while_it_rings_cancels_the_leg() {
    let mut story = Story::of(TRANSFER);
    story.at(3000, Event::HungUp { cause: "caller".into() });
    assert_eq!((hang_ups(&story), story.outcomes()), (vec![LegId(1)], vec!["abandoned".to_owned()]));
    assert_eq!(dialled(&mut story, 3010, DialProgress::Answered), [Action::Note(Note::Stale)]);
}

#[test]
fn keys_pressed_in_a_conversation_are_not_for_the_flow() {
    let mut story = Story::of(TRANSFER);
    dialled(&mut story, 3000, DialProgress::Answered);
    assert_eq!(story.key(4000, '1'), [Action::Note(Note::Ignored)]);
}
