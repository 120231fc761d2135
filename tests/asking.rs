//! Questions: what can be asked, how it is answered by keys, words and messages, and that all of it replays.
//!
//! Each folder of `tests/asking` is a program with its scenarios.

use crate::harness::{image, root, run};
use callwright::cli::disk::DiskFiles;
use callwright::engine::{Action, Image, Journal};
use callwright::language::notes;
use callwright::program::{Entry, Key};
use callwright::simulator::{
    Drive, Outcome, Scenario, ScenarioFile, TestRun, Transcript, World, replay, report, test,
};
use callwright::time::Millis;
use std::sync::Arc;

/// A program of `tests/asking` and its scenarios.
fn program(name: &str) -> (Arc<Image>, ScenarioFile) {
    let folder = root().join("tests/asking").join(name);
    let program = image(&DiskFiles::new(&folder));
    let path = folder.join("scenarios.yaml");
    let text = std::fs::read_to_string(&path).expect("there are scenarios");
    let file =
        ScenarioFile::read("scenarios.yaml", &text, &program).unwrap_or_else(|wrong| panic!("{wrong}"));
    (program, file)
}

/// Every scenario of a program passes, and every journal replays.
fn check(name: &str) -> Vec<TestRun> {
    let (program, file) = program(name);
    let runs: Vec<TestRun> = file.scenarios.iter().map(|scenario| test(&program, scenario)).collect();
    let failed = runs.iter().filter(|run| !run.passed());
    let reports: Vec<String> = failed.map(|run| report(&program, name, run, true, true)).collect();
    assert!(reports.is_empty(), "{}", reports.join("\n"));
    for journal in runs.iter().flat_map(|run| &run.contacts).map(|contact| &contact.journal) {
        let reread = Journal::read(&journal.write()).expect("what was written can be read");
        assert_eq!(replay(&program, &reread), Outcome::Same { steps: journal.entries.len() });
    }
    runs
}

#[test]
fn a_menu_has_submenus_direct_dial_and_rounds() {
    check("menu");
}

#[test]
fn words_choose_on_a_call_and_in_a_chat() {
    check("shop");
}

#[test]
fn every_kind_of_entry_is_taken_read_back_and_refused() {
    check("kinds");
}

#[test]
fn items_of_a_list_are_choices() {
    check("list");
}

#[test]
fn global_keys_lead_away_from_wherever_a_contact_waits() {
    check("keys");
}

#[test]
fn a_message_is_hidden_until_a_question_takes_it() {
    for journal in check("shop").iter().flat_map(|run| &run.contacts).map(|contact| contact.journal.write()) {
        let events = journal.lines().filter(|line| line.contains("\"event\":{\"text\""));
        for line in events {
            let event = line.split("\"actions\"").next().unwrap_or_default();
            assert!(!event.contains("Hours") && !event.contains("Where"), "{line}");
        }
    }
}

#[test]
fn each_silence_has_its_own_prompt() {
    check("tapered");
}

#[test]
fn a_prompt_is_said_in_a_language_of_its_own() {
    check("bilingual");
}

#[test]
fn a_pin_is_no_global_key() {
    check("secret");
}

#[test]
fn notes_list_the_keys_that_wait() {
    let of = |name: &str| notes(&image(&DiskFiles::new(root().join("tests/asking").join(name))));
    assert_eq!(of("menu"), ["main.flow:21: `1` waits 2s for the rest of `1000..1019`"]);
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["check", "tests/asking/menu", "--notes"]);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.ends_with("main.flow:21: `1` waits 2s for the rest of `1000..1019`\n"), "{printed}");
    let keys = of("keys");
    assert!(keys.contains(&"main.flow:30: `*` waits 2s for the rest of `**`".to_owned()), "{keys:#?}");
    let digits = "main.flow:34: an entry of 3 to 5 digits waits 2s for another, or ends with `#`".to_owned();
    assert!(keys.contains(&digits), "{keys:#?}");
}

/// Callers for each scenario of the random test.
const SEEDS: u64 = 40;

/// A caller who does anything at any time, by a seed (xorshift64).
struct Chaos(u64);

impl Chaos {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn of<T: Clone>(&mut self, these: &[T]) -> T {
        these[self.below(these.len() as u64) as usize].clone()
    }

    /// Plays a contact that arrives as the scenario's does to its end.
    fn play(&mut self, program: &Arc<Image>, scenario: &Scenario) -> Drive {
        let signs: Vec<Key> = "0123456789**##".chars().filter_map(Key::from_char).collect();
        let texts = ["1", "5", "yes", "no", "**", "opening hours", "2125550123", "", "\u{2022}", "ДА"];
        let mut world = World::default();
        scenario.given.iter().chain([&scenario.contacts[0].given]).for_each(|given| world.take(given));
        let contact = scenario.contacts[0].arrival.contact("sim-1", program.country.as_deref());
        let mut drive = Drive::start(program, world, contact);
        while !drive.is_over() {
            match self.below(30) {
                0 => drive.hang_up(drive.now()),
                1..=9 => drive.press(drive.now(), self.of(&signs)),
                10..=12 => drive.tell(drive.now(), self.of(&texts).into()),
                13..=18 => drop(drive.advance(Millis(drive.now().0 + self.below(3000)))),
                _ => drop(drive.advance(Millis(u64::MAX))),
            }
        }
        drive
    }
}

#[test]
fn whatever_callers_press_and_say_the_contact_ends_with_an_outcome_and_replays() {
    for name in ["menu", "shop", "kinds", "list", "keys", "tapered", "secret"] {
        let (image, file) = program(name);
        for (scenario, seed) in file.scenarios.iter().flat_map(|one| (1..=SEEDS).map(move |seed| (one, seed)))
        {
            let drive = Chaos(seed).play(&image, scenario);
            let told = || format!("{name}, {}, seed {seed}", scenario.name);
            let shown = || Transcript::new(&image, true).journal(drive.journal());
            let mut actions = drive.journal().entries.iter().flat_map(|entry| &entry.actions);
            let has_outcome =
                actions.any(|action| matches!(action, Action::Write { entry: Entry::Outcome { .. }, .. }));
            assert!(has_outcome, "{}\n{}", told(), shown());
            let reread = Journal::read(&drive.journal().write()).expect("what was written can be read");
            let outcome = replay(&image, &reread);
            assert!(matches!(outcome, Outcome::Same { .. }), "{}\n{}\n{outcome:#?}", told(), shown());
        }
    }
}
