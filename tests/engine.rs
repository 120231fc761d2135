//! The engine's contract, stepped by hand: an event and a time in, actions out.

use callwright::engine::{
    Action, ActionId, Contact, Event, Image, JournalEntry, Lookup, Note, Reply, Session, Timer, Verdict,
    restore_keys,
};
use callwright::language;
use callwright::program::{Caller, Channel, Entry, Key, Phone, Record, Text};
use callwright::source::{MemoryFiles, Style, render};
use callwright::time::{DurationMs, Millis, Wall};
use std::sync::Arc;

/// What every program of these stories has; the stories add their flows.
const HEAD: &str = r#"
program story {
    languages en
    default {
        failed, late -> sorry
        give_up -> sorry
        hung_up { outcome abandoned }
    }
}
crm {
    object account { number: digits, owner: customer }
    topics "balance"
    outcomes resolved, given_up
}
backend core {
    get balance(account: digits) -> { amount: money } at "accounts/{account}" within 2s
}
prompt hello { en "Hello." }
prompt question { en "Which one?" }
prompt again_please { en "Once more?" }
prompt wrong { en "Wrong." }
prompt silence { en "Are you there?" }
prompt bye { en "Bye." }
prompt wait_please { en "One moment." }
prompt enter { en "Your account?" }
prompt enter_pin { en "Your PIN?" }
route main { call -> start; otherwise -> reject not_found }
flow sorry { outcome given_up; hangup }
"#;

const DONE: &str = "flow done { outcome resolved; hangup }\n";

fn image(flows: &str) -> Arc<Image> {
    let done = if flows.contains("-> done") { DONE } else { "" };
    let compiled = language::compile(&MemoryFiles::script(&format!("{HEAD}{done}{flows}")));
    let findings = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    let program = compiled.program.unwrap_or_else(|| panic!("{findings}"));
    Image::new(program).expect("no functions")
}

fn contact() -> Contact {
    Contact {
        id: "c-1".into(),
        channel: Channel::Call,
        from: Caller::Number(Phone::from_e164("+79656295719").expect("a number")),
        to: "1000".into(),
        to_number: Phone::from_e164("1000"),
        arrived: Wall(1_800_000_000_000),
        seed: 1,
    }
}

/// A session, and the last id that it gave to something that will be answered.
struct Story {
    session: Session,
    log: Vec<Action>,
    journal: Vec<JournalEntry>,
}

impl Story {
    /// A call that was answered at once.
    fn of(flows: &str) -> Story {
        let (session, actions) = Session::start(image(flows), contact(), Millis(0));
        let journal = vec![JournalEntry::new(DurationMs(0), None, &actions)];
        let mut story = Story { session, log: actions, journal };
        if let Some(id) = story.find(|action| match action {
            Action::Answer { id } => Some(*id),
            _ => None,
        }) {
            story.at(0, Event::Answered { id });
        }
        story
    }

    fn at(&mut self, ms: u64, event: Event) -> Vec<Action> {
        let actions = self.session.step(Millis(ms), event.clone());
        self.journal.push(JournalEntry::new(DurationMs(ms), Some(&event), &actions));
        self.log.extend(actions.clone());
        actions
    }

    fn key(&mut self, ms: u64, sign: char) -> Vec<Action> {
        self.at(ms, Event::Key { key: Key::from_char(sign).expect("a key") })
    }

    fn keys(&mut self, ms: u64, signs: &str) {
        signs.chars().zip(0..).for_each(|(sign, n)| drop(self.key(ms + 10 * n, sign)));
    }

    fn time(&mut self, ms: u64) -> Vec<Action> {
        self.at(ms, Event::Tick)
    }

    /// What is being played has been heard to its end.
    fn heard(&mut self, ms: u64) -> Vec<Action> {
        let id = self.playing().expect("something plays");
        self.at(ms, Event::Played { id })
    }

    fn playing(&self) -> Option<ActionId> {
        self.find(|action| match action {
            Action::Play { id, .. } => Some(*id),
            _ => None,
        })
    }

    /// The latest action of a kind.
    fn find<T>(&self, pick: impl Fn(&Action) -> Option<T>) -> Option<T> {
        self.log.iter().rev().find_map(pick)
    }

    fn outcomes(&self) -> Vec<String> {
        let written = self.log.iter().filter_map(|action| match action {
            Action::Write { entry: Entry::Outcome { outcome, .. }, .. } => Some(outcome.to_string()),
            _ => None,
        });
        written.collect()
    }

    fn said(&self) -> Vec<String> {
        self.log.iter().filter_map(prompt).collect()
    }
}

fn prompt(action: &Action) -> Option<String> {
    match action {
        Action::Play { audio, .. } => Some(audio.to_string().replace(" [en]", "")),
        _ => None,
    }
}

fn has(actions: &[Action], wanted: impl Fn(&Action) -> bool) -> bool {
    actions.iter().any(wanted)
}

fn took(actions: &[Action]) -> Vec<Text> {
    let keys = actions.iter().filter_map(|action| match action {
        Action::Note(Note::Took { keys }) => Some(keys.clone()),
        _ => None,
    });
    keys.collect()
}

const MENU: &str = r#"
flow start {
    answer
    menu {
        say question then again_please
        1 "one" -> done
        2 "two" -> sorry
        no_input { say silence }
        no_match { say wrong }
    }
}
"#;

#[test]
fn a_key_cuts_the_prompt_and_is_the_answer() {
    let mut story = Story::of(MENU);
    let playing = story.playing().expect("the question is being put");
    let actions = story.key(800, '1');
    assert!(has(&actions, |action| *action == Action::Stop { id: playing }));
    assert_eq!(story.outcomes(), ["resolved"]);
    assert!(story.session.is_over());
}

#[test]
fn silence_and_wrong_keys_are_counted_apart() {
    let mut story = Story::of(MENU);
    story.heard(1000);
    story.time(6000); // no input, the first
    story.heard(7000); // "are you there?"
    story.key(7100, '7'); // no match, the first, which also ends the silence
    story.heard(8000);
    for round in 1..=2 {
        story.heard(8000 + 10_000 * round);
        story.time(13_000 + 10_000 * round);
        story.heard(14_000 + 10_000 * round);
    }
    assert!(!story.session.is_over(), "two silences since the last key, one wrong key: {:?}", story.said());
    story.heard(40_000);
    story.time(45_000);
    story.heard(46_000);
    assert_eq!(story.outcomes(), ["given_up"]);
}

#[test]
fn the_question_is_short_when_it_comes_again() {
    let mut story = Story::of(MENU);
    story.heard(1000);
    story.time(6000);
    story.heard(7000);
    assert_eq!(story.said(), ["question", "silence", "again_please"]);
}

const ENTRY: &str = r#"
flow start {
    answer
    wait 5s
    ask number: digits 4..8 until # { say enter }
    ask second: digits 4 { say question }
    menu { say bye; 1 "done" -> done }
}
"#;

#[test]
fn keys_typed_ahead_answer_two_questions_whose_prompts_are_not_said() {
    let mut story = Story::of(ENTRY);
    story.keys(100, "4081#4711");
    story.time(5000);
    assert_eq!(story.said(), ["bye"]);
    let takes: Vec<Text> = took(&story.log);
    assert_eq!(takes, [Text::from("4081#"), Text::from("4711")]);
}

#[test]
fn a_pound_key_behind_a_complete_entry_is_no_key_of_the_next_question() {
    let mut story = Story::of(ENTRY);
    story.keys(100, "4081#4711#");
    story.time(5000);
    assert_eq!(story.said(), ["bye"]);
    story.key(5400, '1');
    assert_eq!(story.outcomes(), ["resolved"]);
}

#[test]
fn an_entry_within_its_range_is_complete_when_no_further_key_comes() {
    let mut story = Story::of(ENTRY);
    story.time(5000);
    story.heard(6000);
    story.keys(6500, "40812");
    assert_eq!(story.session.next_deadline(), Some((Millis(8540), Timer::BetweenKeys)));
    let actions = story.time(8540);
    assert_eq!(took(&actions), [Text::from("40812")]);
    assert_eq!(story.said().last().map(String::as_str), Some("question"));
}

#[test]
fn a_key_in_the_millisecond_of_its_deadline_wins() {
    let mut story = Story::of(ENTRY);
    story.time(5000);
    story.heard(6000);
    story.keys(6500, "408");
    story.key(8520, '1');
    let actions = story.key(8600, '#');
    assert_eq!(took(&actions), [Text::from("4081#")]);
}

#[test]
fn a_late_driver_takes_the_same_exits_as_a_prompt_one() {
    let mut prompt = Story::of(MENU);
    prompt.heard(1000);
    prompt.time(6000);
    let mut late = Story::of(MENU);
    late.heard(1000);
    late.at(9000, Event::Written { id: ActionId(99) });
    assert_eq!(prompt.log, late.log);
}

#[test]
fn a_stale_answer_is_ignored_and_noted() {
    let mut story = Story::of(MENU);
    let playing = story.playing();
    let actions = story.at(500, Event::Played { id: ActionId(77) });
    assert_eq!(actions, [Action::Note(Note::Stale)]);
    assert_eq!(story.playing(), playing);
}

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

#[test]
fn a_reply_pre_empts_the_wait_inside_the_scope_that_runs_meanwhile() {
    let mut story = Story::of(WAITING);
    let request = story.find(|action| match action {
        Action::Request { id, .. } => Some(*id),
        _ => None,
    });
    story.heard(500);
    assert_eq!(
        story.session.next_deadline(),
        Some((Millis(1500), Timer::Pause)),
        "the block waits for a second"
    );
    let reply = Reply::Ok(Arc::new(Record::new("core.balance", "")));
    let actions = story.at(900, Event::Replied { id: request.expect("it asked"), reply });
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

const PIN: &str = r#"
flow start {
    answer
    identify caller { one client -> prove(client); many, none -> sorry }
}
flow prove(client: customer) {
    authenticate client with pin {
        ask secret pin: digits 4 { say enter_pin }
        attempts 2
        wrong { say wrong }
        verified known -> proven(known)
        refused, locked -> sorry
    }
}
flow proven(client: verified customer) { say hello; outcome resolved; hangup }
"#;

fn at_the_pin() -> Story {
    let mut story = Story::of(PIN);
    let id = story.find(|action| match action {
        Action::Identify { id, .. } => Some(*id),
        _ => None,
    });
    let anna = Arc::new(Record::new("customer", "anna"));
    story.at(100, Event::Found { id: id.expect("it asked"), result: Lookup::One(anna) });
    story
}

fn judge(story: &mut Story, ms: u64, verdict: Verdict) {
    let id = story.find(|action| match action {
        Action::Verify { id, .. } => Some(*id),
        _ => None,
    });
    story.at(ms, Event::Judged { id: id.expect("it asked"), verdict });
}

#[test]
fn a_wrong_pin_may_be_followed_by_the_right_one() {
    let mut story = at_the_pin();
    story.keys(200, "1111");
    judge(&mut story, 300, Verdict::Wrong);
    story.heard(400);
    story.keys(500, "4711");
    judge(&mut story, 600, Verdict::Right);
    story.heard(700);
    assert_eq!(story.outcomes(), ["resolved"]);
    assert!(has(&story.log, |action| matches!(
        action,
        Action::Write { entry: Entry::Identity { verified: true, .. }, .. }
    )));
}

#[test]
fn attempts_of_a_contact_are_bounded() {
    let mut story = at_the_pin();
    for ms in [200, 600] {
        story.keys(ms, "1111");
        judge(&mut story, ms + 100, Verdict::Wrong);
        if !story.session.is_over() {
            story.heard(ms + 200);
        }
    }
    assert_eq!(story.outcomes(), ["given_up"]);
}

#[test]
fn the_digits_of_a_secret_are_nowhere() {
    let mut story = at_the_pin();
    story.keys(200, "4711");
    let before_the_verdict = serde_json::to_string(story.session.state()).expect("plain data");
    let journal: Vec<String> = story.journal.iter().map(callwright::engine::line).collect();
    let printed = format!("{:?} {:?} {before_the_verdict} {journal:?}", story.session, story.log);
    assert!(!printed.contains("4711"), "{printed}");
    assert!(journal.concat().contains("••••"), "the number of digits is no secret");
}

#[test]
fn a_caller_who_hangs_up_in_the_middle_of_the_pin_leaves_an_outcome_and_no_digit() {
    let mut story = at_the_pin();
    story.keys(200, "47");
    story.at(400, Event::HungUp { cause: "caller".into() });
    assert_eq!(story.outcomes(), ["abandoned"]);
    assert!(story.session.is_over());
    assert!(has(&story.log, |a| *a == Action::Note(Note::TookSecret { shape: "••".into() })));
}

#[test]
fn a_journal_replays_to_the_same_actions_without_the_secret() {
    let mut story = at_the_pin();
    story.keys(200, "4711#");
    judge(&mut story, 300, Verdict::Right);
    story.heard(700);
    let mut entries: Vec<JournalEntry> = story
        .journal
        .iter()
        .map(|entry| serde_json::from_str(&callwright::engine::line(entry)).expect("its own line"))
        .collect();
    restore_keys(&mut entries);
    let (mut again, first) = Session::start(story.session.image().clone(), contact(), Millis(0));
    assert_eq!(JournalEntry::new(DurationMs(0), None, &first), entries[0]);
    for entry in &entries[1..] {
        let event = entry.event.clone().expect("a step has an event");
        let actions = again.step(Millis(entry.at.0), event.clone());
        let line = callwright::engine::line(&JournalEntry::new(entry.at, Some(&event), &actions));
        assert_eq!(
            line,
            callwright::engine::line(&JournalEntry::new(entry.at, Some(&event), &entry.actions))
        );
    }
    assert!(again.is_over());
}

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

#[test]
fn a_leg_that_rings_too_long_is_cancelled_and_its_late_answer_is_stale() {
    use callwright::engine::{DialProgress, LegId};
    let mut story = Story::of(TRANSFER);
    let dial = story.find(|action| match action {
        Action::Dial { id, .. } => Some(*id),
        _ => None,
    });
    let actions = story.time(20_000);
    assert!(has(&actions, |action| *action == Action::HangUp { leg: LegId(1) }));
    let late = Event::Dialled { id: dial.expect("it dialled"), progress: DialProgress::Answered };
    assert_eq!(story.at(20_010, late), [Action::Note(Note::Stale)]);
    assert_eq!(story.said().last().map(String::as_str), Some("silence"));
}

#[test]
fn a_connected_transfer_is_handed_over_and_ends_with_the_conversation() {
    use callwright::engine::{DialProgress, LegId};
    let mut story = Story::of(TRANSFER);
    let dial = story.find(|action| match action {
        Action::Dial { id, .. } => Some(*id),
        _ => None,
    });
    let answered = Event::Dialled { id: dial.expect("it dialled"), progress: DialProgress::Answered };
    let actions = story.at(3000, answered);
    assert!(has(&actions, |action| *action == Action::Bridge { leg: LegId(1) }));
    story.at(60_000, Event::LegEnded { leg: LegId(1) });
    assert_eq!(story.outcomes(), ["handed_over"]);
    assert!(story.session.is_over());
}

#[test]
fn a_caller_who_leaves_a_conversation_leaves_its_outcome_standing() {
    use callwright::engine::{DialProgress, LegId};
    let mut story = Story::of(TRANSFER);
    let dial = story.find(|action| match action {
        Action::Dial { id, .. } => Some(*id),
        _ => None,
    });
    story.at(3000, Event::Dialled { id: dial.expect("it dialled"), progress: DialProgress::Answered });
    let actions = story.at(9000, Event::HungUp { cause: "caller".into() });
    assert!(has(&actions, |action| *action == Action::HangUp { leg: LegId(1) }), "the other side is let go");
    assert_eq!(story.outcomes(), ["handed_over"]);
}

#[test]
fn a_contact_may_not_last_for_ever() {
    let mut story = Story::of(TRANSFER);
    let limit = callwright::program::Limits::DEFAULT.contact;
    story.time(limit.0);
    assert!(story.session.is_over());
    assert_eq!(story.outcomes().len(), 1);
}
