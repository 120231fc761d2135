//! Data in the engine: loops, chance, kept values, and secrets of which only the driver knows the digits.

use super::{Story, has};
use callwright::engine::{Action, ActionId, Event, Note, Recalled};
use callwright::program::{Entry, Value};
use callwright::simulator::Outcome;

/// Reads a counter, counts, and says what it has read.
const COUNTING: &str = r#"
keep calls: number = 0 per caller
flow start {
    answer
    count calls
    if calls >= 3 -> sorry
    ask key: digits 1 { say question }
    if calls = 2 -> done
    goto sorry
}
"#;

fn asked(story: &Story) -> ActionId {
    let id = story.find(|action| match action {
        Action::Recall { id, .. } | Action::Compare { id, .. } | Action::Examine { id, .. } => Some(*id),
        _ => None,
    });
    id.expect("it asked")
}

fn counts(story: &Story) -> usize {
    let is_count = |action: &&Action| matches!(action, Action::Write { entry: Entry::Count { .. }, .. });
    story.log.iter().filter(is_count).count()
}

#[test]
fn a_count_is_seen_at_once_and_the_store_is_asked_once() {
    let mut story = Story::of(COUNTING);
    let id = asked(&story);
    story.at(100, Event::Recalled { id, result: Recalled::Kept(Value::Number(1.into())) });
    story.heard(1000);
    story.key(2000, '5');
    assert_eq!(story.outcomes(), ["resolved"]);
    let recalls = story.log.iter().filter(|action| matches!(action, Action::Recall { .. })).count();
    assert_eq!((recalls, counts(&story)), (1, 1));
    assert_eq!(story.replayed(), Outcome::Same { steps: story.journal.len() });
}

#[test]
fn a_count_is_written_though_the_store_says_nothing_and_reading_then_fails() {
    let mut story = Story::of(COUNTING);
    story.time(2000);
    assert_eq!(counts(&story), 1);
    let id = asked(&story);
    story.at(2500, Event::Recalled { id, result: Recalled::Failed });
    assert_eq!(story.outcomes(), ["given_up"]);
}

#[test]
fn what_an_older_program_kept_of_another_type_is_as_good_as_nothing() {
    let mut story = Story::of(COUNTING);
    let id = asked(&story);
    story.at(100, Event::Recalled { id, result: Recalled::Kept(Value::text("many")) });
    story.heard(1000);
    story.key(2000, '5');
    assert_eq!(story.outcomes(), ["given_up"]);
}

/// Sets a secret that must not repeat, twice the same.
const SECRET: &str = r#"
flow start {
    answer
    ask secret first: digits 4 { say enter_pin; check no_repeats 2; invalid { say wrong } }
    ask secret second: digits 4 { say enter_pin }
    if first = second -> done
    goto sorry
}
"#;

#[test]
fn a_secret_that_does_not_pass_is_asked_for_again_and_two_are_compared_by_the_driver() {
    let mut story = Story::of(SECRET);
    story.keys(100, "1112");
    let id = asked(&story);
    story.at(200, Event::Examined { id, fits: false });
    assert_eq!(story.said().last().map(String::as_str), Some("wrong"));
    story.heard(1000);
    story.keys(1100, "4826");
    let id = asked(&story);
    story.at(1200, Event::Examined { id, fits: true });
    story.keys(1300, "4826");
    let id = asked(&story);
    story.at(1400, Event::Compared { id, equal: true });
    assert_eq!(story.outcomes(), ["resolved"]);
    assert_eq!(story.replayed(), Outcome::Same { steps: story.journal.len() });
}

#[test]
fn an_answer_about_a_secret_that_nobody_waits_for_is_stale() {
    let mut story = Story::of(SECRET);
    let actions = story.at(50, Event::Compared { id: ActionId(99), equal: true });
    assert!(has(&actions, |action| *action == Action::Note(Note::Stale)));
}

#[test]
fn a_choice_by_chance_is_the_same_again() {
    let flows = r#"
flow start {
    answer
    choose { 1 { say hello } 1 { say bye } 1 { say wrong } }
    choose { 1 { say hello } 1 { say bye } 1 { say wrong } }
    goto sorry
}
"#;
    let (mut one, mut other) = (Story::of(flows), Story::of(flows));
    for story in [&mut one, &mut other] {
        story.heard(1000);
        story.heard(2000);
    }
    assert_eq!(one.said(), other.said());
    assert_eq!(one.replayed(), Outcome::Same { steps: one.journal.len() });
}

/// Goes on only where digits, phone numbers and texts are what the reference says of them.
const PARTS: &str = r#"
keep asked: list of text per program
flow start {
    answer
    let number = +7 843 203-57-37
    let code = digits("12 34-5") otherwise "0"
    let whole = first(code, 2) + "99"
    if not (number starts with "+7843" and number starts with "7843" and number contains "+784") -> sorry
    if not (first(number, 4) = "7843" and last(number, 4) = "5737" and digits(number) = "78432035737") -> sorry
    if not (code = "12345" and whole = "1299" and whole in ["1299", "0"] and code contains "234") -> sorry
    if digits("12a") is some found -> sorry
    if text(contact.language) is some found -> sorry
    if asked is empty -> done
    goto sorry
}
"#;

#[test]
fn digits_phones_and_texts_become_each_other_and_are_put_together() {
    let mut story = Story::of(PARTS);
    let id = asked(&story);
    story.at(100, Event::Recalled { id, result: Recalled::Nothing });
    assert_eq!(story.outcomes(), ["resolved"]);
}
