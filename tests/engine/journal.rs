//! The journal: keys lose their digits on the way in, and get those back that a question took.

use super::{MENU, Story};
use callwright::engine::{
    Action, Event, Journal, JournalEntry, JournalError, JournalHeader, Note, line, restore_keys,
};
use callwright::program::Key;
use callwright::time::DurationMs;

fn entry(event: Option<char>, notes: &[Note]) -> JournalEntry {
    let event = event.map(|sign| Event::Key { key: Key::from_char(sign).expect("a key") });
    let actions: Vec<Action> = notes.iter().cloned().map(Action::Note).collect();
    JournalEntry::new(DurationMs(0), event.as_ref(), &actions)
}

/// The keys of a journal after they were put back.
fn restored(mut entries: Vec<JournalEntry>) -> String {
    restore_keys(&mut entries);
    let keys = entries.iter().filter_map(|entry| match &entry.event {
        Some(Event::Key { key }) => Some(key.sign()),
        _ => None,
    });
    keys.collect()
}

fn took(keys: &str) -> Note {
    Note::Took { keys: keys.into() }
}

#[test]
fn keys_get_their_digits_back_in_the_order_in_which_they_were_taken() {
    let entries = vec![entry(Some('4'), &[]), entry(Some('0'), &[]), entry(Some('8'), &[took("40")])];
    assert_eq!(restored(entries), "40•");
}

#[test]
fn a_key_that_was_not_kept_is_passed_over() {
    let entries = vec![
        entry(Some('1'), &[]),
        entry(Some('2'), &[Note::Ignored]),
        entry(Some('3'), &[took("13")]),
        entry(Some('4'), &[took("4"), Note::Stale]),
    ];
    assert_eq!(restored(entries), "1•34");
}

#[test]
fn keys_that_were_thrown_away_are_passed_over() {
    let entries = vec![
        entry(Some('1'), &[]),
        entry(Some('2'), &[]),
        entry(Some('3'), &[took("1"), Note::Dropped { count: 2 }]),
        entry(Some('5'), &[took("5")]),
    ];
    assert_eq!(restored(entries), "1••5");
}

#[test]
fn a_secret_s_keys_stay_hidden_and_those_behind_it_do_not() {
    let shape = Note::TookSecret { shape: "••#".into() };
    let entries = vec![
        entry(Some('4'), &[]),
        entry(Some('7'), &[]),
        entry(Some('#'), &[shape]),
        entry(Some('1'), &[took("1")]),
    ];
    assert_eq!(restored(entries), "••#1");
}

#[test]
fn notes_that_name_more_keys_than_came_restore_those_that_came() {
    assert_eq!(restored(vec![entry(Some('1'), &[took("123"), Note::Dropped { count: 9 }])]), "1");
}

#[test]
fn a_line_that_a_crash_tore_inside_a_letter_is_left_out() {
    let mut story = Story::of(MENU);
    story.key(100, '7');
    let header = JournalHeader::new(story.session.image(), &super::contact());
    let mut bytes =
        format!("{}{}{{\"at\":5,\"event\":\"é", line(&header), line(&story.journal[0])).into_bytes();
    bytes.pop();
    let read = Journal::read(&String::from_utf8_lossy(&bytes)).expect("the whole lines");
    assert_eq!(read.entries, story.journal[..1]);
    let inside = format!("{}{{\"at\":\n{}", line(&header), line(&story.journal[0]));
    assert!(matches!(Journal::read(&inside), Err(JournalError::Line { line: 2, .. })));
    assert!(matches!(Journal::read("\n"), Err(JournalError::Empty)));
}
