//! A process dies while somebody is called for the caller, or is about to be connected.

use super::*;

const HUNT: &str = r#"
flow start {
    answer
    transfer to +7 843 203-57-00, "pc" {
        ring 30s
        next say wait_please
        whisper say question
        accept any within 8s
        unaccepted say hello
        completed { say again_please }
        busy, unavailable, refused, redirected, failed -> sorry
        no_answer { say silence }
    }
    outcome given_up
    hangup
}
"#;

const CONNECTED: &str = r#"
flow start {
    answer
    transfer to +7 843 203-57-00 {
        connected who { note "{who}"; say bye; note "connected" }
        completed { say again_please }
        no_answer, busy, unavailable, refused, redirected, failed -> sorry
    }
    outcome resolved
    hangup
}
"#;

/// Who was called, for how long.
fn called(actions: &[Action]) -> Vec<(String, u64)> {
    let called = actions.iter().filter_map(|action| match action {
        Action::Dial { to, ring, .. } => Some((to.to_string(), ring.0)),
        _ => None,
    });
    called.collect()
}

fn dialled(story: &mut Story, ms: u64, progress: DialProgress) -> Vec<Action> {
    let id = story.find(|action| match action {
        Action::Dial { id, .. } => Some(*id),
        _ => None,
    });
    story.at(ms, Event::Dialled { id: id.expect("it dialled"), progress })
}

/// What is said to a leg has been heard.
fn told(story: &mut Story, ms: u64) -> Vec<Action> {
    let id = story.find(|action| match action {
        Action::Whisper { id, .. } => Some(*id),
        _ => None,
    });
    story.at(ms, Event::Played { id: id.expect("somebody is told something") })
}

fn replays(story: &Story) {
    assert!(matches!(story.replayed(), Outcome::Same { .. }), "{:?}", story.replayed());
}

#[test]
fn whoever_rang_is_called_again_for_what_is_left_of_the_time() {
    let mut story = Story::of(HUNT);
    let before = dialled(&mut story, 2000, DialProgress::Ringing);
    assert_eq!(before, []);
    let actions = story.taken_up(12_000);
    assert_eq!(called(&actions), [("+78432035700".to_owned(), 18_000)]);
    assert_eq!(plays(&actions), ["ring-back"], "the caller hears that it rings");
    assert_eq!(story.session.next_deadline(), Some((Millis(30_000), Timer::Ring)), "as if nothing had been");
    dialled(&mut story, 14_000, DialProgress::Answered);
    told(&mut story, 16_000);
    let key = Key::from_char('1').expect("a key");
    let actions = story.at(17_000, Event::LegKey { leg: LegId(2), key });
    assert!(has(&actions, |action| *action == Action::Bridge { leg: LegId(2) }), "{actions:?}");
    replays(&story);
}

#[test]
fn whoever_rang_long_enough_has_not_answered() {
    let mut story = Story::of(HUNT);
    let actions = story.taken_up(30_000);
    assert_eq!((called(&actions), plays(&actions)), (vec![], vec!["wait_please".to_owned()]));
    let actions = story.heard(33_000);
    assert_eq!(called(&actions), [("pc".to_owned(), 30_000)], "the next one");
    let actions = story.taken_up(90_000);
    assert_eq!((called(&actions), plays(&actions)), (vec![], vec!["silence".to_owned()]), "nobody is left");
    replays(&story);
}

#[test]
fn whoever_had_answered_is_called_again_for_all_of_the_time() {
    for keyed in [false, true] {
        let mut story = Story::of(HUNT);
        dialled(&mut story, 3000, DialProgress::Answered);
        if keyed {
            told(&mut story, 5000);
        }
        let actions = story.taken_up(8000);
        assert_eq!(called(&actions), [("+78432035700".to_owned(), 30_000)]);
        replays(&story);
    }
}

#[test]
fn whoever_had_not_pressed_the_key_is_not_called_again() {
    let mut story = Story::of(HUNT);
    dialled(&mut story, 3000, DialProgress::Answered);
    told(&mut story, 5000);
    story.time(13_000);
    let actions = story.taken_up(15_000);
    assert_eq!((called(&actions), plays(&actions)), (vec![], vec!["wait_please".to_owned()]));
    // And what was being said of the next one is said anew.
    let actions = story.taken_up(20_000);
    assert_eq!((called(&actions), plays(&actions)), (vec![], vec!["wait_please".to_owned()]));
    assert_eq!(called(&story.heard(22_000)), [("pc".to_owned(), 30_000)]);
    replays(&story);
}

#[test]
fn legs_that_rang_at_once_ring_at_once_again_and_a_silent_hunt_goes_on_to_the_next() {
    let at_once = r#"
flow start {
    answer
    transfer to "ann", "bob", "carl" all at once {
        ring 20s
        while waiting { say wait_please }
        busy, no_answer, unavailable, refused, redirected, failed -> sorry
    }
}
"#;
    let mut story = Story::of(at_once);
    let bob = story.find(|action| match action {
        Action::Dial { id, to, .. } if to.to_string() == "bob" => Some(*id),
        _ => None,
    });
    story.at(1000, Event::Dialled { id: bob.expect("bob is called"), progress: DialProgress::Busy });
    let actions = story.taken_up(5000);
    let both = [("ann".to_owned(), 15_000), ("carl".to_owned(), 15_000)];
    assert_eq!((called(&actions), plays(&actions)), (both.to_vec(), vec!["wait_please".to_owned()]));
    replays(&story);

    let in_order = at_once.replace(" all at once", "");
    let mut story = Story::of(&in_order);
    let actions = story.taken_up(21_000);
    assert_eq!(called(&actions), [("bob".to_owned(), 20_000)]);
    assert_eq!(plays(&actions), ["wait_please"]);
    replays(&story);
}

#[test]
fn the_block_connected_goes_on_and_does_nothing_twice() {
    let mut story = Story::of(CONNECTED);
    dialled(&mut story, 3000, DialProgress::Answered);
    let actions = story.taken_up(6000);
    assert_eq!(plays(&actions), ["bye"]);
    let writes = |actions: &[Action]| has(actions, |action| matches!(action, Action::Write { .. }));
    assert!(!writes(&actions), "who took the call was noted before: {actions:?}");
    assert_eq!((story.session.other_side(), story.session.speaks_with()), (Some(LegId(1)), None));
    let actions = story.heard(8000);
    assert!(has(&actions, |action| action.to_string().contains("note \"connected\"")), "{actions:?}");
    assert!(has(&actions, |action| *action == Action::Bridge { leg: LegId(1) }), "{actions:?}");
    assert_eq!(story.session.speaks_with(), Some(LegId(1)));
    replays(&story);
}

#[test]
fn whoever_has_gone_before_the_bridge_has_left_the_conversation() {
    let mut story = Story::of(CONNECTED);
    dialled(&mut story, 3000, DialProgress::Answered);
    story.taken_up(6000);
    let actions = story.at(6000, Event::LegEnded { leg: LegId(1) });
    assert_eq!(plays(&actions), ["again_please"]);
    assert_eq!(story.session.other_side(), None);
    story.heard(8000);
    assert_eq!(story.outcomes(), ["handed_over", "resolved"]);
    replays(&story);
}

#[test]
fn a_hand_over_is_waited_for_on_and_the_driver_sees_to_it() {
    let gives_away =
        "flow start {\n answer\n hand over to +7 843 203-57-00 { refused, failed -> sorry }\n}\n";
    let mut story = Story::of(gives_away);
    let asked = story.find(|action| match action {
        Action::HandOver { id, .. } => Some(*id),
        _ => None,
    });
    let id = asked.expect("the caller's side is asked");
    let due = story.session.next_deadline();
    assert_eq!(story.taken_up(4000), [], "whether it is asked again depends on what it had said");
    assert_eq!((story.session.awaited(), story.session.next_deadline()), (vec![id], due));
    story.at(9000, Event::HandedOver { id, result: callwright::engine::HandOver::Accepted });
    assert_eq!(story.outcomes(), ["handed_over"]);
    replays(&story);
}
