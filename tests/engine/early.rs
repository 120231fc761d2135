//! Before the answer, sounds, keys for the far end, and sent elsewhere.

use super::{Story, has};
use callwright::engine::{Action, Event, HandOver, RecordingChange};

const HAND_OVER: &str = r#"
flow start {
    answer
    hand over to +7 843 203-57-00 { refused { say wrong }; failed -> sorry }
    outcome given_up
    hangup
}
"#;

fn asked(story: &Story) -> callwright::engine::ActionId {
    let id = story.find(|action| match action {
        Action::HandOver { id, .. } | Action::EarlyMedia { id } => Some(*id),
        _ => None,
    });
    id.expect("something was asked")
}

#[test]
fn early_media_is_heard_before_the_answer() {
    let mut story = Story::of(
        "flow start {\n ring\n early media\n say hello\n if caller is missing -> sorry\n redirect to \"sip:phone@example.com\"\n}\n",
    );
    assert!(has(&story.log, |action| *action == Action::Ring));
    let id = asked(&story);
    story.at(100, Event::MediaOpened { id });
    assert_eq!(story.said(), ["hello"]);
    let actions = story.heard(4100);
    assert!(has(&actions, |action| action.to_string() == "redirect to sip:phone@example.com"));
    assert_eq!(story.outcomes(), ["handed_over"]);
    assert!(!has(&story.log, |action| matches!(action, Action::Answer { .. } | Action::HangUp { .. })));
}

#[test]
fn a_caller_who_is_handed_over_ends_the_contact() {
    let mut story = Story::of(HAND_OVER);
    let id = asked(&story);
    story.at(900, Event::HandedOver { id, result: HandOver::Accepted });
    assert_eq!(story.outcomes(), ["handed_over"]);
    assert!(story.session.is_over());
}

#[test]
fn a_side_that_does_not_say_whether_it_takes_over_has_failed() {
    let mut story = Story::of(HAND_OVER);
    story.time(32_000);
    assert_eq!(story.outcomes(), ["given_up"]);
    let mut story = Story::of(HAND_OVER);
    let id = asked(&story);
    story.at(900, Event::HandedOver { id, result: HandOver::Refused });
    assert_eq!(story.said(), ["wrong"]);
}

#[test]
fn a_sound_plays_for_its_time_and_a_key_cuts_it() {
    let flow = "tone beeps { 425Hz 200ms, pause 300ms }\nflow start {\n answer\n play beeps for 10s\n menu { say question; 1 -> done; give_up -> sorry }\n}\n";
    let mut story = Story::of(flow);
    assert_eq!(story.said().last().map(String::as_str), Some("tone beeps"));
    story.time(9_999);
    assert_eq!(story.said().last().map(String::as_str), Some("tone beeps"));
    let actions = story.time(10_000);
    assert!(has(&actions, |action| matches!(action, Action::Stop { .. })));
    assert_eq!(story.said().last().map(String::as_str), Some("question"));
    let mut story = Story::of(flow);
    story.key(2000, '1');
    assert_eq!(story.outcomes(), ["resolved"]);
}

#[test]
fn a_sound_until_hung_up_ends_with_the_caller() {
    let mut story =
        Story::of("flow start {\n answer\n if caller is missing -> sorry\n play music until hung up\n}\n");
    assert!(story.time(3_000_000).is_empty());
    story.at(3_000_500, Event::HungUp { cause: "caller".into() });
    assert_eq!(story.outcomes(), ["abandoned"]);
}

#[test]
fn the_recording_of_a_call_leaves_out_a_secret() {
    let mut story = Story::of(
        r#"
flow start {
    answer
    record call
    ask number: digits 4 { say enter }
    find account number {
        one account {
            authenticate owner of account with pin {
                ask secret pin: digits 4 { say enter_pin }
                verified client -> done
                refused, locked -> sorry
            }
        }
        many, none { say wrong }
    }
    stop recording
    -> done
}
"#
        .replace("    -> done\n}", "    goto done\n}")
        .as_str(),
    );
    let changes = |story: &Story| -> Vec<RecordingChange> {
        let changes = story.log.iter().filter_map(|action| match action {
            Action::Recording { change } => Some(*change),
            _ => None,
        });
        changes.collect()
    };
    assert_eq!(changes(&story), [RecordingChange::Start]);
    story.keys(1000, "1234");
    let find = story.find(|action| match action {
        Action::Find { id, .. } => Some(*id),
        _ => None,
    });
    let owner = callwright::program::Record::new("customer", "c");
    let account = callwright::program::Record::new("account", "1234")
        .with("owner", callwright::program::Value::Record(std::sync::Arc::new(owner)));
    let result = callwright::engine::Lookup::One(std::sync::Arc::new(account));
    story.at(2000, Event::Found { id: find.expect("it looks for the account"), result });
    assert_eq!(changes(&story), [RecordingChange::Start, RecordingChange::Pause]);
    story.keys(7000, "4711");
    assert_eq!(changes(&story).last(), Some(&RecordingChange::Resume));
}
