//! The engine's contract, stepped by hand: an event and a time in, actions out.

use callwright::engine::{
    Action, ActionId, Contact, DialProgress, Event, Image, Journal, JournalEntry, JournalHeader, Lookup,
    Note, Reply, Session, Timer, Verdict,
};
use callwright::language;
use callwright::program::{Caller, Channel, Entry, Key, Phone, Program, Record, Text};
use callwright::simulator::{Outcome, replay};
use callwright::source::{MemoryFiles, Style, render};
use callwright::time::{DurationMs, Millis, Wall};
use std::sync::Arc;

mod answers;
mod call_out;
mod data;
mod early;
mod hunt;
mod journal;
mod made_up;
mod scopes;
mod taken_up;
mod transfer;
pub mod walk;
mod walks;

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
    Image::new(program(flows)).expect("no functions")
}

fn program(flows: &str) -> Program {
    let done = if flows.contains("-> done") { DONE } else { "" };
    let compiled = language::compile(&MemoryFiles::script(&format!("{HEAD}{done}{flows}")));
    let findings = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    compiled.program.unwrap_or_else(|| panic!("{findings}"))
}

fn contact() -> Contact {
    Contact {
        id: "c-1".into(),
        channel: Channel::Call,
        from: Caller::Number(Phone::from_e164("+79656295719").expect("a number")),
        to: "1000".into(),
        to_number: Phone::from_e164("1000"),
        message: None,
        arrived: Wall(1_800_000_000_000),
        language: None,
        priority: None,
        attested: false,
        seed: 1,
        segment: None,
        segments: Vec::new(),
        overrides: Default::default(),
        task: None,
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
        Story::with(image(flows))
    }

    fn with(image: Arc<Image>) -> Story {
        let (session, actions) = Session::start(image, contact(), Millis(0));
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

    /// The journal as it is written and read back, through the engine again.
    fn replayed(&self) -> Outcome {
        let header = JournalHeader::new(self.session.image(), &contact());
        let journal = Journal { header, entries: self.journal.clone() };
        replay(self.session.image(), &Journal::read(&journal.write()).expect("its own text"))
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

#[test]
fn an_answer_of_the_wrong_kind_is_stale() {
    let mut story = Story::of(MENU);
    let id = story.playing().expect("the question is being put");
    for event in [
        Event::Answered { id },
        Event::Found { id, result: Lookup::None },
        Event::Judged { id, verdict: Verdict::Right },
        Event::Replied { id, reply: Reply::Failed },
        Event::Dialled { id, progress: DialProgress::Busy },
    ] {
        assert_eq!(story.at(100, event), [Action::Note(Note::Stale)]);
    }
    assert!(!story.session.is_over());
}

#[test]
fn a_question_that_was_given_up_begins_anew_once_the_caller_has_acted() {
    let mut story = Story::of(
        r#"
flow start { answer; goto first }
flow first { menu { say question; 1 "done" -> done; retries 1; give_up -> second } }
flow second { menu { say again_please; 1 "back" -> first } }
"#,
    );
    story.heard(1000);
    story.time(6000);
    story.key(7000, '1');
    assert_eq!(story.said(), ["question", "again_please", "question"]);
    assert_eq!(
        story.session.next_deadline().map(|(_, timer)| timer),
        Some(Timer::Contact),
        "it is being put"
    );
}

#[test]
fn a_loop_inside_a_flow_that_starts_over_begins_anew() {
    let mut story = Story::of(
        r#"
flow start {
    answer
    repeat at most 2 {
        menu { say question; 1 "over" { again at most 1 else -> sorry }; 2 "on" { say hello } }
    }
    outcome resolved
    hangup
}
"#,
    );
    story.key(100, '2');
    story.heard(200);
    story.key(300, '1');
    for ms in [400, 600] {
        assert!(!story.session.is_over(), "two rounds again: {:?}", story.said());
        story.key(ms, '2');
        story.heard(ms + 100);
    }
    assert_eq!(story.outcomes(), ["resolved"]);
}

#[test]
fn a_flow_that_only_computes_is_ended_and_its_hang_up_handler_still_runs() {
    let story = Story::of(r#"flow start { answer; repeat at most 600 { note "x" }; goto sorry }"#);
    assert!(story.session.is_over());
    assert_eq!(story.outcomes(), ["abandoned"]);
}

#[test]
fn nothing_follows_the_end_that_a_late_driver_brings_about() {
    let mut story = Story::of("flow start { answer; wait 1s; goto sorry }");
    assert_eq!(story.time(1500).last(), Some(&Action::Ended));
}

#[test]
fn a_session_that_is_written_down_hides_the_keys_it_holds() {
    let mut story = at_the_pin();
    story.keys(200, "47");
    let written = serde_json::to_string(story.session.state()).expect("plain data");
    assert!(written.contains(r#""entry":["•","•"]"#), "{written}");
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
    identified(PIN)
}

/// A call whose caller is one customer.
fn identified(script: &str) -> Story {
    let mut story = Story::of(script);
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
    assert_eq!(story.replayed(), Outcome::Same { steps: story.journal.len() });
}

#[test]
fn a_contact_may_not_last_for_ever() {
    let mut story = Story::of(MENU);
    let limit = callwright::program::Limits::DEFAULT.contact;
    story.time(limit.0);
    assert!(story.session.is_over());
    assert_eq!(story.outcomes().len(), 1);
}
