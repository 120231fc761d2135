//! Waiting: queues, messages, callbacks, and flows that run without a caller, through the simulator and by hand.

use crate::harness::{Folder, run};
use callwright::cli::disk::DiskFiles;
use callwright::engine::{
    Action, ActionId, Audio, Contact, DialProgress, Event, Image, Journal, LegId, QueueNews, Session, Taken,
    Task, Timer, Words,
};
use callwright::language;
use callwright::program::{Caller, Channel, Entry, Key, Phone, Recording, Value};
use callwright::simulator::{ContactRun, Outcome, ScenarioFile, TestRun, replay, report, test};
use callwright::source::{MemoryFiles, Style, render};
use callwright::time::{DurationMs, Millis, Wall};
use std::path::Path;
use std::sync::Arc;

const PROGRAMS: [&str; 5] = [
    "tests/waiting/care",
    "tests/waiting/voicemail",
    "tests/waiting/office",
    "tests/waiting/legs",
    "tests/waiting/promises",
];

fn image(dir: &str) -> Arc<Image> {
    let compiled = language::compile(&DiskFiles::new(dir));
    let findings = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    Image::new(compiled.program.unwrap_or_else(|| panic!("{findings}"))).expect("no functions")
}

fn runs(dir: &str, image: &Arc<Image>) -> Vec<TestRun> {
    let path = Path::new(dir).join("scenarios.yaml");
    let text = std::fs::read_to_string(&path).expect("scenarios");
    let file = ScenarioFile::read(&path.display().to_string(), &text, image);
    let scenarios = file.unwrap_or_else(|mistakes| panic!("{mistakes}")).scenarios;
    scenarios.iter().map(|scenario| test(image, scenario)).collect()
}

#[test]
fn the_scenarios_of_waiting_pass() {
    for dir in PROGRAMS {
        let image = image(dir);
        let runs = runs(dir, &image);
        let failed = runs.iter().filter(|run| !run.passed());
        let reports: Vec<String> = failed.map(|run| report(&image, dir, run, false, true)).collect();
        assert!(reports.is_empty(), "{}", reports.join("\n"));
    }
}

#[test]
fn every_journal_of_waiting_replays_and_so_do_those_of_tasks() {
    let mut tasks = 0;
    for dir in PROGRAMS {
        let image = image(dir);
        let runs = runs(dir, &image);
        let contacts: Vec<&ContactRun> = runs.iter().flat_map(|run| &run.contacts).collect();
        let behind = contacts.iter().flat_map(|contact| &contact.afterwards);
        for contact in contacts.iter().copied().chain(behind) {
            tasks += usize::from(contact.journal.header.contact.task.is_some());
            let reread = Journal::read(&contact.journal.write()).expect("a journal");
            assert_eq!(replay(&image, &reread), Outcome::Same { steps: contact.journal.entries.len() });
        }
    }
    assert!(tasks >= 8, "{tasks}");
}

#[test]
fn music_goes_on_where_an_announcement_has_nothing_to_tell() {
    let office = "tests/waiting/office";
    let runs = runs(office, &image(office));
    let silent = runs.iter().find(|run| run.name.starts_with("an announcement whose value nobody knows"));
    let contact = silent.and_then(|run| run.contacts.first()).expect("the scenario is there");
    let actions = contact.journal.entries.iter().flat_map(|entry| &entry.actions);
    let sounds = actions.filter(|action| matches!(action, Action::Play { audio: Audio::Sound(_), .. }));
    assert_eq!(sounds.count(), 1, "the music of two minutes begins once");
}

#[test]
fn the_test_command_leaves_a_journal_of_what_ran_behind_a_contact() {
    let folder = Folder::new("journals");
    let into = folder.path().display().to_string();
    let tested = run(
        env!("CARGO_BIN_EXE_callwright"),
        &["test", "tests/waiting/voicemail", "--filter", "S14.1", "--journals", &into],
    );
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
    let mut names: Vec<String> = std::fs::read_dir(folder.path())
        .expect("journals")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let [behind, first] = &names[..] else { panic!("{names:?}") };
    assert!(first.ends_with(".1.jsonl") && behind.ends_with(".1.1.jsonl"), "{names:?}");
    let journal = std::fs::read(folder.path().join(behind)).expect("a journal");
    let journal = Journal::read(&String::from_utf8_lossy(&journal)).expect("a journal");
    assert!(journal.header.contact.task.is_some());
}

fn contact(to: &str) -> Contact {
    Contact {
        id: "c-1".into(),
        channel: Channel::Call,
        from: Caller::Missing,
        to: to.into(),
        to_number: Phone::from_e164(to),
        // A Friday, 10:00 in Moscow.
        arrived: Wall(1_795_158_000_000),
        seed: 1,
        message: None,
        language: None,
        priority: None,
        attested: false,
        segment: None,
        segments: Vec::new(),
        overrides: Default::default(),
        task: None,
    }
}

/// A session stepped by hand.
struct Story {
    session: Session,
    log: Vec<Action>,
}

impl Story {
    /// A call that was answered at once.
    fn of(dir: &str, to: &str) -> Story {
        let (session, actions) = Session::start(image(dir), contact(to), Millis(0));
        let mut story = Story { session, log: actions };
        story.at(0, Event::Answered { id: ActionId(1) });
        story
    }

    fn at(&mut self, ms: u64, event: Event) -> Vec<Action> {
        let actions = self.session.step(Millis(ms), event);
        self.log.extend(actions.clone());
        actions
    }

    fn key(&mut self, ms: u64, sign: char) -> Vec<Action> {
        self.at(ms, Event::Key { key: Key::from_char(sign).expect("a key") })
    }

    fn place(&mut self, ms: u64) -> Vec<Action> {
        let news = QueueNews::Place { ahead: Some(1), expected: None };
        self.at(ms, Event::Queued { id: ActionId(2), news })
    }

    fn free(&mut self, ms: u64) -> Vec<Action> {
        self.at(ms, Event::Queued { id: ActionId(2), news: QueueNews::Connected { who: "ann".into() } })
    }

    fn timer(&self) -> Option<Timer> {
        self.session.next_deadline().map(|(_, timer)| timer)
    }

    fn outcomes(&self) -> Vec<String> {
        let outcome = |action: &Action| match action {
            Action::Write { entry: Entry::Outcome { outcome, .. }, .. } => Some(outcome.to_string()),
            _ => None,
        };
        self.log.iter().filter_map(outcome).collect()
    }
}

fn lines(actions: &[Action]) -> Vec<String> {
    let told = actions.iter().filter(|action| !matches!(action, Action::Note(_)));
    told.map(ToString::to_string).collect()
}

const DESK: &str = "+78432035701";
const BILLING: &str = "+12065550100";

#[test]
fn a_queue_without_news_is_not_silent_for_ever() {
    let mut story = Story::of("tests/waiting/office", DESK);
    assert_eq!(story.session.next_deadline(), Some((Millis(1000), Timer::Queue)));
    let actions = story.at(1000, Event::Tick);
    assert_eq!(lines(&actions), ["play 3 sound waltz over and over"], "the place is unknown and not said");
}

#[test]
fn whoever_is_free_pre_empts_the_announcement() {
    let mut story = Story::of("tests/waiting/office", DESK);
    assert_eq!(lines(&story.place(5)), ["play 3 place(1) [en]"]);
    let actions = story.free(500);
    assert_eq!(lines(&actions), ["stop 3", "bridge leg 1", "write 4 outcome handed_over"]);
    assert_eq!(story.timer(), Some(Timer::Contact));
}

#[test]
fn the_longest_wait_gives_the_place_up() {
    let mut story = Story::of("tests/waiting/office", DESK);
    story.place(5);
    let actions = story.at(120_000, Event::Tick);
    let left: Vec<String> = lines(&actions);
    assert!(left.contains(&"leave queue 2".to_owned()), "{left:?}");
    assert!(lines(&story.free(120_001)).is_empty(), "nobody waits any more");
}

#[test]
fn a_key_that_leads_nowhere_changes_nothing() {
    let mut story = Story::of("tests/waiting/office", DESK);
    story.place(5);
    assert!(lines(&story.key(100, '9')).is_empty());
    assert!(!lines(&story.key(200, '1')).is_empty());
}

#[test]
fn hanging_up_in_a_queue_gives_the_place_up() {
    let mut story = Story::of("tests/waiting/office", DESK);
    story.place(5);
    let actions = story.at(900, Event::HungUp { cause: "caller".into() });
    assert_eq!(lines(&actions), ["leave queue 2", "write 4 outcome abandoned", "ended"]);
}

#[test]
fn whoever_is_free_and_gone_before_the_bridge_puts_the_caller_back() {
    let mut story = Story::of("tests/waiting/voicemail", BILLING);
    story.place(5);
    assert_eq!(lines(&story.free(500)), ["stop 3", "play 4 interrupt [en]"]);
    let actions = story.at(900, Event::LegEnded { leg: LegId(1) });
    assert_eq!(lines(&actions), ["stop 4", "queue 5 billing as leg 2"]);
    assert!(story.outcomes().is_empty());
}

#[test]
fn hanging_up_before_the_bridge_hangs_the_other_side_up() {
    let mut story = Story::of("tests/waiting/voicemail", BILLING);
    story.place(5);
    story.free(500);
    let actions = story.at(900, Event::HungUp { cause: "caller".into() });
    assert_eq!(lines(&actions), ["hang up leg 1", "write 5 outcome abandoned", "ended"]);
}

/// A message that runs, in the queue.
fn recording() -> Story {
    let mut story = Story::of("tests/waiting/voicemail", BILLING);
    story.place(5);
    story.at(2000, Event::Played { id: ActionId(3) });
    story.at(28_000, Event::Tick);
    story.key(28_500, '1');
    story.at(30_000, Event::Played { id: ActionId(6) });
    let reply = Arc::new(callwright::program::Record::new("clock.stamp", ""));
    story.at(30_001, Event::Replied { id: ActionId(7), reply: callwright::engine::Reply::Ok(reply) });
    let actions = story.at(30_500, Event::Played { id: ActionId(8) });
    assert_eq!(lines(&actions), ["record 9 at most 2m"]);
    story
}

#[test]
fn whoever_is_free_drops_the_message() {
    let mut story = recording();
    let actions = story.free(40_000);
    assert_eq!(lines(&actions), ["drop recording 9", "play 10 interrupt [en]"]);
    let late = story.at(40_010, Event::Recorded { id: ActionId(9), taken: Taken::Failed });
    assert!(lines(&late).is_empty());
}

#[test]
fn who_hangs_up_in_a_message_has_left_it_and_the_queue() {
    let mut story = recording();
    let actions = story.at(40_000, Event::HungUp { cause: "caller".into() });
    assert_eq!(lines(&actions), ["leave queue 2", "end recording 9"]);
    let taken = Taken::Sound { length: DurationMs(9_000), link: "".into() };
    let actions = story.at(40_050, Event::Recorded { id: ActionId(9), taken });
    assert_eq!(story.outcomes(), ["left_message"]);
    assert!(matches!(actions.last(), Some(Action::Ended)), "`say` needs a caller: {actions:?}");
}

#[test]
fn a_driver_that_loses_a_message_leads_to_failed() {
    let mut story = recording();
    story.key(40_000, '#');
    assert_eq!(story.timer(), Some(Timer::Recording));
    story.at(45_000, Event::Tick);
    assert_eq!(story.outcomes(), ["sorry"]);
}

#[test]
fn the_longest_message_is_cut_and_says_so() {
    let mut story = recording();
    assert_eq!(lines(&story.at(150_500, Event::Tick)), ["end recording 9"]);
    let taken = Taken::Sound { length: DurationMs(120_000), link: "".into() };
    let actions = story.at(150_501, Event::Recorded { id: ActionId(9), taken });
    let cut = "afterwards do deliver(recording c-1-9 (2m, cut))";
    assert!(lines(&actions).iter().any(|line| line.ends_with(cut)), "{:?}", lines(&actions));
}

fn task(flow: &str, args: Vec<Value>) -> (Session, Vec<Action>) {
    task_of("tests/waiting/voicemail", flow, args)
}

fn task_of(dir: &str, flow: &str, args: Vec<Value>) -> (Session, Vec<Action>) {
    let task = Some(Task { flow: flow.into(), args });
    let contact = Contact { channel: Channel::Task, task, ..contact("") };
    Session::start(image(dir), contact, Millis(0))
}

#[test]
fn who_was_called_and_hangs_up_in_a_message_has_left_it() {
    let who = Phone::from_e164("+12065550123").expect("a number");
    let (mut session, actions) = task_of("tests/waiting/legs", "remind", vec![Value::Phone(who)]);
    assert_eq!(lines(&actions), ["call 1 +12065550123 detecting machines"]);
    let answered = Event::Dialled { id: ActionId(1), progress: DialProgress::Answered };
    assert_eq!(lines(&session.step(Millis(4000), answered)), ["play 2 reminder [en]"]);
    assert_eq!(lines(&session.step(Millis(8000), Event::Played { id: ActionId(2) })), ["play 3 beep"]);
    let actions = session.step(Millis(8300), Event::Played { id: ActionId(3) });
    assert_eq!(lines(&actions), ["record 4 at most 2m"]);
    let actions = session.step(Millis(12_000), Event::HungUp { cause: "caller".into() });
    assert_eq!(lines(&actions), ["end recording 4"]);
    let taken = Taken::Sound { length: DurationMs(3_000), link: "".into() };
    let actions = session.step(Millis(12_010), Event::Recorded { id: ActionId(4), taken });
    assert_eq!(
        lines(&actions),
        ["write 5 outcome left_message", "write 6 afterwards do deliver(recording c-1-4 (3s))", "ended"]
    );
}

#[test]
fn a_task_waits_for_words_and_ends_by_its_return() {
    let message = Recording { id: "c-0-9".into(), length: DurationMs(4_000), cut: false, link: "".into() };
    let (mut session, actions) = task("deliver", vec![Value::Recording(Arc::new(message))]);
    assert_eq!(lines(&actions), ["transcribe 1 recording c-0-9 (4s)"]);
    assert_eq!(session.next_deadline(), Some((Millis(600_000), Timer::Transcript)));
    let actions = session.step(Millis(9), Event::Transcribed { id: ActionId(1), words: Words::Failed });
    let mail = "write 2 email to billing@example.com \"transcript not available\" with recording c-0-9 (4s)";
    assert_eq!(lines(&actions), [mail, "ended"]);
}

#[test]
fn a_task_for_a_flow_that_is_gone_ends_at_once() {
    for (flow, args) in [("nowhere", Vec::new()), ("deliver", Vec::new())] {
        let (session, actions) = task(flow, args);
        assert!(session.is_over(), "{flow}");
        assert_eq!(lines(&actions), ["ended"]);
    }
}

#[test]
fn a_return_inside_a_queue_leaves_it_and_brings_its_value() {
    let script = r#"
program p { languages en; default { give_up -> bye; hung_up { outcome abandoned } } }
prompt hi { en "Hi." }
queue desk { timeout 5m }
route main { call -> start; otherwise -> reject not_found }
flow start {
    answer
    let key = do waits()
    note key
    goto bye
}
flow waits() -> text {
    queue desk {
        1 "one" { return "one" }
        2 "over" { again at most 2 else -> bye }
        timeout, full, closed { return "nobody" }
    }
}
flow bye { outcome abandoned; hangup }
"#;
    let compiled = language::compile(&MemoryFiles::script(script));
    let findings = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    let image = Image::new(compiled.program.unwrap_or_else(|| panic!("{findings}"))).expect("no functions");
    let (session, log) = Session::start(image, contact(DESK), Millis(0));
    let mut story = Story { session, log };
    story.at(0, Event::Answered { id: ActionId(1) });
    story.place(5);
    assert_eq!(lines(&story.key(100, '2')), ["leave queue 2", "queue 3 desk as leg 2"]);
    assert_eq!(
        lines(&story.key(200, '1')),
        ["leave queue 3", "write 4 note \"one\"", "write 5 outcome abandoned", "hang up leg 0", "ended"]
    );
}

#[test]
fn a_server_does_not_start_with_what_it_cannot_serve() {
    let folder = crate::harness::Folder::new("unserved");
    let script = "program p { languages en; default { hung_up { outcome abandoned } } }\n\
        route main { call -> start; otherwise -> reject not_found }\n\
        flow start {\n answer\n record words { silent, failed -> bye }\n \
        transcribe words { ready text { note text }  failed, late -> bye }\n -> bye\n}\n\
        flow bye { outcome abandoned; hangup }\n";
    std::fs::write(folder.path().join("main.flow"), script).expect("written");
    let program = folder.path().to_str().expect("a path");
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["run", "--check", program]);
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = "main.flow:6: `transcribe` needs `transcription` in the settings, which says who makes out the words\n";
    assert!(printed.contains(line) && !output.status.success(), "{printed}");
}

#[test]
fn only_a_flow_that_something_starts_runs_by_itself() {
    let image = image("tests/waiting/promises");
    let text = "scenarios:\n  - name: x\n    at: 2026-05-06T10:00:00Z\n    task: { flow: goodbye }\n";
    let mistakes = ScenarioFile::read("x.yaml", text, &image).expect_err("nobody starts it");
    let shown = mistakes.to_string();
    assert!(shown.contains("nothing starts the flow `goodbye` without a caller"), "{shown}");
    assert!(shown.contains("task -> goodbye"), "{shown}");
}
