//! The simulator through its public surface: the bank's scenarios, replay, secrets, and what is said of mistakes.

use callwright::cli::disk::DiskFiles;
use callwright::engine::{Action, Image, Journal};
use callwright::language;
use callwright::program::{Caller, Entry, Key};
use callwright::simulator::{
    Arrival, Drive, Given, Outcome, ScenarioFile, TestRun, Transcript, World, keys, replay, report, test,
};
use callwright::source::{MemoryFiles, Style, render};
use callwright::time::{Millis, Wall};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

mod behind;
mod legs;

const BANK: &str = "flows/bank";
const LINE: &str = "tests/journals/line";

/// PINs that callers of the bank's scenarios key.
const PINS: [&str; 3] = ["4711", "4712", "0003"];

fn image(dir: &str) -> Arc<Image> {
    compiled(language::compile(&DiskFiles::new(dir)))
}

fn compiled(compiled: language::Compiled) -> Arc<Image> {
    let findings = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    let program = compiled.program.unwrap_or_else(|| panic!("{findings}"));
    Image::new(program).expect("its functions load")
}

fn scenarios(image: &Image, path: &Path) -> ScenarioFile {
    let text = std::fs::read_to_string(path).expect("the scenarios can be read");
    let read = ScenarioFile::read(&path.display().to_string(), &text, image);
    read.unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn bank_files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(Path::new(BANK).join("scenarios")).expect("there are scenarios");
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Every scenario of the bank, played.
fn bank_runs(image: &Arc<Image>) -> Vec<TestRun> {
    let files = bank_files().into_iter().map(|path| scenarios(image, &path));
    files.flat_map(|file| file.scenarios).map(|scenario| test(image, &scenario)).collect()
}

fn journals(runs: &[TestRun]) -> impl Iterator<Item = &Journal> {
    runs.iter().flat_map(|run| &run.contacts).map(|contact| &contact.journal)
}

/// A journal as it comes back from a file.
fn reread(journal: &Journal) -> Journal {
    Journal::read(&journal.write()).expect("what was written can be read")
}

#[test]
fn the_banks_scenarios_pass() {
    let bank = image(BANK);
    let runs = bank_runs(&bank);
    assert!(runs.len() >= 12, "{}", runs.len());
    let failed = runs.iter().filter(|run| !run.passed());
    let reports: Vec<String> = failed.map(|run| report(&bank, BANK, run, false, true)).collect();
    assert!(reports.is_empty(), "{}", reports.join("\n"));
}

#[test]
fn the_same_scenario_gives_the_same_bytes() {
    let bank = image(BANK);
    let bytes = || journals(&bank_runs(&bank)).map(Journal::write).collect::<Vec<String>>();
    assert_eq!(bytes(), bytes());
}

#[test]
fn every_journal_replays() {
    let bank = image(BANK);
    for journal in journals(&bank_runs(&bank)) {
        let outcome = replay(&bank, &reread(journal));
        assert_eq!(outcome, Outcome::Same { steps: journal.entries.len() });
    }
}

#[test]
fn journals_of_earlier_versions_replay() {
    let line = image(LINE);
    let mut count = 0;
    for entry in std::fs::read_dir(LINE).expect("there are journals").flatten() {
        if entry.path().extension().is_some_and(|ending| ending == "jsonl") {
            let text = std::fs::read_to_string(entry.path()).expect("a journal");
            let mut journal = Journal::read(&text).expect("a journal");
            // How versions are computed may change; what a session does may not.
            journal.header.version = line.version.clone();
            let outcome = replay(&line, &journal);
            assert!(matches!(outcome, Outcome::Same { .. }), "{}: {outcome:?}", entry.path().display());
            count += 1;
        }
    }
    assert_eq!(count, 2);
}

#[test]
fn a_changed_journal_shows_its_first_difference() {
    let line = image(LINE);
    let file = scenarios(&line, &Path::new(LINE).join("scenarios.yaml"));
    let run = test(&line, &file.scenarios[0]);
    let mut journal = reread(&run.contacts[0].journal);
    for entry in &mut journal.entries {
        entry.actions.retain(|action| !matches!(action, Action::Write { .. }));
    }
    let Outcome::Different(difference) = replay(&line, &journal) else { panic!("no difference") };
    let missing = "> write 7 outcome resolved\n";
    assert!(difference.found.contains(missing) && !difference.expected.contains(missing), "{difference:?}");
    let line_of_journal = journal.write().lines().nth(difference.line - 1).map(str::to_owned);
    assert!(line_of_journal.is_some_and(|line| line.starts_with(&format!("{{\"at\":{}", difference.at.0))));
}

/// The program of a folder, with something else in the place of its script.
fn changed(folder: &str, change: impl Fn(&str) -> String) -> Arc<Image> {
    let text = std::fs::read_to_string(Path::new(folder).join("main.flow")).expect("a script");
    crate::harness::image(&callwright::source::MemoryFiles::script(&change(&text)))
}

#[test]
fn a_remark_or_another_layout_leaves_journals_as_they_are() {
    let line = changed(LINE, str::to_owned);
    let file = scenarios(&line, &Path::new(LINE).join("scenarios.yaml"));
    let journal = reread(&test(&line, &file.scenarios[0]).contacts[0].journal);
    let same = Outcome::Same { steps: journal.entries.len() };
    let remarked = changed(LINE, |text| format!("// Of yesterday.\n\n{}", text.replace('\n', "  // here\n")));
    assert_ne!(remarked.bytes_version, line.bytes_version);
    assert_eq!(replay(&remarked, &journal), same);
    // Before, a version was named by the bytes of its files.
    let mut older = journal.clone();
    older.header.version = line.bytes_version.clone();
    assert_eq!(replay(&line, &older), same);
    assert!(matches!(replay(&remarked, &older), Outcome::OtherVersion { .. }));
    let longer = changed(LINE, |text| text.replacen("say nothing_heard", "say nothing_heard; wait 1s", 1));
    assert!(matches!(replay(&longer, &journal), Outcome::OtherVersion { .. }));
}

#[test]
fn a_journal_of_another_version_is_not_replayed() {
    let line = image(LINE);
    let bank = image(BANK);
    let journal = journals(&bank_runs(&bank)).next().cloned().expect("a journal");
    assert!(matches!(replay(&line, &journal), Outcome::OtherVersion { .. }));
}

#[test]
fn no_pin_is_written_anywhere() {
    let bank = image(BANK);
    let runs = bank_runs(&bank);
    for journal in journals(&runs) {
        let transcript = Transcript::new(&bank, true).journal(journal);
        let actions: String = journal.entries.iter().map(|entry| format!("{:?}", entry.actions)).collect();
        // Times of arrival and of steps may hold any four digits.
        let written: String =
            journal.entries.iter().map(callwright::engine::line).map(without_time).collect();
        for pin in PINS {
            assert!(!without_times(&transcript).contains(pin), "{transcript}");
            assert!(!written.contains(pin), "{written}");
            assert!(!actions.contains(pin), "{actions}");
        }
    }
}

fn without_time(line: String) -> String {
    line.split_once(',').map_or(line.clone(), |(_, rest)| rest.to_owned())
}

fn without_times(transcript: &str) -> String {
    transcript.lines().filter_map(|line| line.get(8..)).collect::<Vec<&str>>().join("\n")
}

#[test]
fn a_secret_that_a_flow_asks_for_openly_is_found() {
    let run = play(&line_with(
        "steps: [ hear: menu, press: \"1\", hear: enter, press: { secret: \"4711\" }, hear: bye, ended ]",
    ));
    let buts: Vec<&str> = run.failures.iter().map(|(_, failure)| failure.but.as_str()).collect();
    assert_eq!(buts, ["prompt `bye` says it"]);
}

#[test]
fn the_transcript_is_a_line_an_event_and_a_line_an_action() {
    let run = play(&line_with("steps: [ hear: menu~, press: \"1\", hear: enter, hang up ]"));
    let line = image(LINE);
    let transcript = Transcript::new(&line, false).journal(&run.contacts[0].journal);
    let expected = "       0 < call from +79656295719 to +78432035737
       0 == route main
       0 == flow hello
       0 > answer 1
       0 < answered 1
       0 > play 2 menu [en] «Press one.»
    1000 < key •
    1000 > stop 2
    1000 . took 1
    1000 == flow digits
    1000 > play 3 enter [en] «Key four digits.»
    5000 < played 3
    6000 < hung up (caller)
    6000 > write 4 outcome abandoned
    6000 > ended
";
    assert_eq!(transcript, expected);
}

/// A scenario of the line, and what is said where it fails: what was expected, and what came.
fn failure(steps: &str) -> (String, String) {
    let run = play(&line_with(steps));
    let (_, failure) = run.failures.first().cloned().unwrap_or_else(|| panic!("`{steps}` passes"));
    (failure.expected, failure.but)
}

fn line_with(steps: &str) -> String {
    format!(
        "scenarios:\n  - name: one\n    at: 2026-11-20T19:30:00+03:00\n    \
         call: {{ from: \"+7 965 629-57-19\", to: \"+7 843 203-57-37\" }}\n    {steps}\n"
    )
}

fn play(text: &str) -> TestRun {
    let line = image(LINE);
    let file = ScenarioFile::read("one.yaml", text, &line).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    test(&line, &file.scenarios[0])
}

#[test]
fn what_is_said_in_between_may_not_be_left_out() {
    let skipped = failure("steps: [ hear: enter, hang up ]");
    assert_eq!(skipped, ("hear: enter".into(), "`menu` was said".into()));
    let behind = failure("steps: [ hear: menu, silence, hear: nothing_heard ]");
    assert_eq!(
        behind,
        ("nothing more to be said behind hear: nothing_heard".into(), "`menu` was said".into())
    );
}

#[test]
fn a_prompt_that_no_key_cuts_is_not_cut() {
    let (expected, but) = failure("steps: [ hear: menu~, wait: 5s, press: \"1\", hear: enter, hang up ]");
    assert_eq!((expected.as_str(), but.as_str()), ("hear: menu~", "no key cut it"));
}

#[test]
fn a_contact_that_is_over_hears_nothing_more() {
    let steps = "steps: [ ..., hear: short_bye, hear: menu ]";
    assert_eq!(failure(steps), ("hear: menu".into(), "the contact was over".into()));
}

#[test]
fn a_key_in_the_same_instant_as_a_timer_wins() {
    // The menu lasts 4 s, its first key may take 5 s.
    let run = play(&line_with("steps: [ hear: menu, press: { keys: \"1\", at: 9s }, hear: enter, hang up ]"));
    assert!(run.passed(), "{:?}", run.failures);
    let run = play(&line_with(
        "steps: [ hear: menu, press: { keys: \"1\", at: menu+9001ms }, hear: enter, hang up ]",
    ));
    assert_eq!(run.failures[0].1.but, "`nothing_heard` was said");
}

#[test]
fn expectations_that_fail_say_what_was_found() {
    let expect = "steps: [ hear: menu, hang up ]\n    expect: { path: [hello, digits], outcomes: { contact: resolved }, \
                  end: system, duration: 4s, said: [menu~], writes: [], never: [ { hear: menu } ] }";
    let run = play(&line_with(expect));
    let found: Vec<String> =
        run.failures.iter().map(|(_, failure)| format!("{} | {}", failure.expected, failure.but)).collect();
    assert_eq!(
        found,
        [
            "path [hello, digits] | [hello] (differs from number 2)",
            "said [menu~] | [menu] (differs from number 1)",
            "outcomes {contact: resolved} | {contact: abandoned}",
            "writes [] | [outcome abandoned] (differs from number 1)",
            "end system | caller",
            "duration 4s | 5s",
            "never hear menu | it was said",
        ]
    );
}

#[test]
fn a_failed_scenario_shows_the_transcript_with_the_point_marked() {
    let line = image(LINE);
    let run = play(&line_with("steps: [ hear: enter ]"));
    let shown = report(&line, "one.yaml", &run, false, false);
    let expected = "\
FAILED one
           0 < call from +79656295719 to +78432035737
           0 == route main
           0 == flow hello
           0 > answer 1
           0 < answered 1
           0 > play 2 menu [en] «Press one.»
           0 ** expected: hear: enter
             **      but: `menu` was said
                 at one.yaml:5
                 in main.flow:28 menu

";
    assert_eq!(shown, expected);
}

/// What is said of a file of scenarios for the bank.
fn mistakes(text: &str) -> String {
    let bank = image(BANK);
    match ScenarioFile::read("one.yaml", text, &bank) {
        Ok(_) => panic!("there is no mistake in\n{text}"),
        Err(mistakes) => mistakes.to_string(),
    }
}

#[test]
fn a_mistake_shows_its_place_and_the_fix() {
    let shown = mistakes(&line_with("steps: [ hear: welcom ]"));
    let expected = "\
error[E1103]: there is no prompt `welcom` in the program
 --> one.yaml:5:20
  |
5 |     steps: [ hear: welcom ]
  |                    ^^^^^^
  |
  = help: did you mean `welcome`?";
    assert_eq!(shown, expected);
}

#[test]
fn mistakes_are_explained() {
    let cases = [
        ("steps: [ pres: \"1\" ]", "`pres` is no step", "did you mean `press`?"),
        ("steps: [ hangup ]", "`hangup` is no step", "did you mean `hang up`?"),
        ("steps: [ press: \"1x\" ]", "this is not what a telephone can key", "keys are 0-9"),
        ("steps: [ wait: 5 ]", "`5` is no length of time", "`300ms`"),
        (
            "steps: [ hear: { balance_is: { amount: 1 RUB } } ]",
            "prompt `balance_is` has no `amount`",
            "there are: sum",
        ),
        ("steps: [ hear: { balance_is: { sum: much } } ]", "`much` is no `money`", "2021.00 RUB"),
        (
            "steps: [ press: { keys: \"1\", at: menu_lon+1s } ]",
            "there is no prompt `menu_lon`",
            "did you mean `menu_long`?",
        ),
        ("expect: { path: [receptoin] }", "there is no flow `receptoin`", "did you mean `reception`?"),
        ("expect: { outcomes: { balanse: resolved } }", "no topic `balanse`", "did you mean `balance`?"),
        ("expect: { outcomes: { balance: resolvd } }", "no outcome `resolvd`", "did you mean `resolved`?"),
        ("expect: { end: operator }", "no contact ends with `operator`", "there are: system"),
        ("given: { crm: dwn }", "a CRM is never `dwn`", "did you mean `down`?"),
        (
            "given: { crm: { customers: [ { id: c1, tarif: gold } ] } }",
            "`tarif` means nothing in a customer",
            "did you mean `tariff`?",
        ),
        (
            "given: { backends: { core_bank: [ { balance: {}, replies: [ missing ] } ] } }",
            "`balance` does not answer `missing`",
            "not_found",
        ),
        ("given: { dial: { \"12x\": busy } }", "`12x` is no phone number", "with `+`"),
        (
            "given: { dial: { \"+7 843 203-57-00\": bussy } }",
            "nobody who is dialled is `bussy`",
            "did you mean `busy`?",
        ),
        ("step: []", "`step` means nothing in a contact", "did you mean `steps`?"),
    ];
    for (text, message, hint) in cases {
        let shown = mistakes(&line_with(text));
        assert!(shown.contains(message) && shown.contains(hint), "{text}\n{shown}");
    }
}

#[test]
fn several_mistakes_come_from_one_run() {
    let shown = mistakes(&line_with("steps: [ hear: welcom, pres: \"1\" ]\n    expect: { end: nobody }"));
    assert_eq!(shown.matches("error[").count(), 3, "{shown}");
}

#[test]
fn what_is_no_yaml_says_so() {
    let shown = mistakes("scenarios: [ { name: x\n");
    assert!(shown.contains("error[E1101]: this is no YAML"), "{shown}");
}

#[test]
fn what_is_given_can_be_read_alone() {
    let bank = image(BANK);
    let text = std::fs::read_to_string(Path::new(BANK).join("scenarios/balance.yaml")).expect("scenarios");
    assert!(Given::read_file("balance.yaml", &text, &bank).is_ok_and(|given| given != Given::default()));
}

#[test]
fn the_manuals_example_is_true() {
    let bank = image(BANK);
    let manual = std::fs::read_to_string("docs/scenarios.md").expect("the manual");
    let mut blocks = manual.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let example = blocks.next().expect("an example");
    let file = ScenarioFile::read("docs/scenarios.md", example, &bank);
    for scenario in file.unwrap_or_else(|mistakes| panic!("{mistakes}")).scenarios {
        let run = test(&bank, &scenario);
        assert!(run.passed(), "{}", report(&bank, "docs/scenarios.md", &run, false, true));
    }
}

#[test]
fn a_program_in_memory_can_be_simulated() {
    let script = std::fs::read_to_string(Path::new(LINE).join("main.flow")).expect("a script");
    let image = compiled(language::compile(&MemoryFiles::script(&script)));
    let file = scenarios(&image, &Path::new(LINE).join("scenarios.yaml"));
    assert!(file.scenarios.iter().all(|scenario| test(&image, scenario).passed()));
}

/// What goes wrong while callers do what they do.
const FAULTS: [&str; 7] = [
    "dial: { \"+7 843 203-57-00\": { answers: 1s, hangs_up: 5s } }",
    "dial: { \"+7 843 203-57-00\": no answer }",
    "dial: { \"+7 843 203-57-00\": { busy: 2s } }",
    "backends: { core_bank: [ { balance: , replies: [ late, not_found, failed ] } ] }",
    "crm: down",
    "crm: late",
    "{ crm: { after: 1s }, prompts: { each: 700ms } }",
];

/// How many callers there are.
const SEEDS: u64 = 300;

/// A caller who does anything at any time, by a seed (xorshift64).
struct Chaos(u64);

impl Chaos {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn key(&mut self) -> Key {
        let signs = keys("11112222340567890#*A").expect("keys");
        signs[self.below(signs.len() as u64) as usize]
    }

    /// Plays a contact to its end: keys, whole accounts and PINs, patience, and at some point a hang-up.
    fn play(&mut self, bank: &Arc<Image>, given: &[&Given]) -> Drive {
        let at = Wall(1_795_100_000_000 + self.below(300_000_000) as i64);
        let from = ["+79656295719", "+79656295720", "+79120000001", "anonymous"][self.below(4) as usize];
        let from = Caller::parse(from, None);
        let channel = callwright::program::Channel::Call;
        let arrival = Arrival {
            at,
            channel,
            from,
            to: "+7 843 203-57-37".into(),
            message: None,
            language: None,
            priority: None,
            attested: false,
            task: None,
            seed: self.0,
        };
        let mut world = World::default();
        given.iter().for_each(|given| world.take(given));
        let mut drive = Drive::start(bank, world, arrival.contact("sim-1", None));
        while !drive.is_over() {
            match self.below(30) {
                0 => drive.hang_up(drive.now()),
                1..=3 => drive.press(drive.now(), self.key()),
                4 => "4081712345#"
                    .chars()
                    .filter_map(Key::from_char)
                    .for_each(|key| drive.press(drive.now(), key)),
                5 => "4711".chars().filter_map(Key::from_char).for_each(|key| drive.press(drive.now(), key)),
                6..=9 => drop(drive.advance(Millis(drive.now().0 + self.below(3000)))),
                _ => drop(drive.advance(Millis(u64::MAX))),
            }
        }
        drive
    }
}

#[test]
fn whatever_callers_do_the_call_ends_the_crm_knows_and_the_journal_replays() {
    let bank = image(BANK);
    let text = std::fs::read_to_string(Path::new(BANK).join("scenarios/balance.yaml")).expect("scenarios");
    let given = Given::read_file("balance.yaml", &text, &bank).expect("what is given");
    let faults = FAULTS.map(|text| Given::read_file("faults.yaml", text, &bank).expect("faults"));
    for seed in 1..=SEEDS {
        let fault = &faults[seed as usize % faults.len()];
        let drive = Chaos(seed).play(&bank, &[&given, fault]);
        let transcript = || format!("seed {seed}\n{}", Transcript::new(&bank, true).journal(drive.journal()));
        let actions = drive.journal().entries.iter().flat_map(|entry| &entry.actions);
        let told =
            actions.filter(|action| matches!(action, Action::Write { entry: Entry::Outcome { .. }, .. }));
        let rejected = !transcript().contains("answer 1");
        assert!(told.count() > 0 || rejected, "{}", transcript());
        let outcome = replay(&bank, &reread(drive.journal()));
        assert!(matches!(outcome, Outcome::Same { .. }), "{}\n{outcome:#?}", transcript());
    }
}

#[test]
fn a_person_at_the_terminal_is_heard_and_the_end_of_the_input_hangs_up() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callwright"));
    command.args(["sim", BANK, "--from", "+7 912 000-00-01", "--to", "+7 843 203-57-37"]);
    command.args(["--at", "2026-11-20T12:00:00+03:00", "--interrupt"]);
    let mut sim = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    // Lets the greeting pass, cuts the menu with a key, listens, and is gone.
    sim.stdin.take().expect("a pipe").write_all(b"\n4\n\n").expect("it reads");
    let output = sim.wait_with_output().expect("it ends");
    let shown = String::from_utf8_lossy(&output.stdout).replace("you> ", "");
    assert!(output.status.success(), "{shown}");
    for line in ["    5000 . took 4\n", "play 5 branch_hours(4", "hung up (caller)\n", "> ended\n"] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}
