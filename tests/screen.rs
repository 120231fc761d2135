//! The screen of `callwright sim`, drawn into memory, and once on a terminal.

use crate::harness::{Folder, image, root};
use callwright::cli::disk::DiskFiles;
use callwright::cli::sim::{Stage, draw, press};
use callwright::engine::Image;
use callwright::program::{Caller, Channel};
use callwright::simulator::{Arrival, Drive, Given, ScenarioFile, World, rehearse, test};
use callwright::time::Wall;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// A Friday on which the office is open.
const OPEN: Wall = Wall(1_795_165_200_000);

fn flows(name: &str) -> (PathBuf, Arc<Image>) {
    let folder = root().join(name);
    let image = image(&DiskFiles::new(&folder));
    (folder, image)
}

/// A call on a Friday.
fn arrival(to: &str) -> Arrival {
    Arrival {
        at: OPEN,
        channel: Channel::Call,
        from: Caller::parse("+79656295719", None),
        to: to.into(),
        message: None,
        language: None,
        priority: None,
        attested: false,
        seed: 1,
        task: None,
    }
}

/// A caller of the bank, whose customers are known and whose backends a person answers for.
fn at_the_bank() -> Stage {
    let (folder, image) = flows("flows/bank");
    let given = "given: { crm: { customers: [ { id: c1, name: Anna, phones: [\"+7 965 629-57-19\"], pin: \"4711\", language: en } ], accounts: [ { number: \"4081712345\", owner: c1 } ] } }";
    let given = Given::read_file("given", given, &image).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let mut world = World::asking();
    world.take(&given);
    let arrival = arrival("+78432035737");
    let drive = Drive::start(&image, world, arrival.contact("sim-1", None));
    Stage::new(image, folder, drive, Vec::new())
}

fn code(key: KeyCode) -> KeyEvent {
    KeyEvent::new(key, KeyModifiers::NONE)
}

/// Types what stands there; `\n` is Enter.
fn keys(stage: &mut Stage, text: &str) {
    for sign in text.chars() {
        press(stage, code(if sign == '\n' { KeyCode::Enter } else { KeyCode::Char(sign) }));
    }
}

/// The screen as text; lines that are lit are told from others by `|` at their end.
fn screen(stage: &mut Stage) -> String {
    let mut terminal = Terminal::new(TestBackend::new(120, 34)).expect("a screen");
    terminal.draw(|frame| draw(frame, stage)).expect("drawn");
    let buffer = terminal.backend().buffer();
    let row = |y: u16| (0..120).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..34).map(row).collect::<Vec<_>>().join("\n") + "\n"
}

/// `UPDATE_GOLDEN=1` writes the file anew.
fn golden(name: &str, text: &str) {
    let path = root().join("tests/screen").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).expect("written");
    }
    assert_eq!(
        text,
        std::fs::read_to_string(&path).unwrap_or_default(),
        "UPDATE_GOLDEN=1 writes {} anew",
        path.display()
    );
}

#[test]
fn the_screen_shows_the_call_the_script_and_what_the_session_knows() {
    let mut stage = at_the_bank();
    golden("arrived.txt", &screen(&mut stage));
    keys(&mut stage, "   ");
    keys(&mut stage, "?");
    golden("help.txt", &screen(&mut stage));
    keys(&mut stage, "?p");
    golden("welcome.txt", &screen(&mut stage));
}

#[test]
fn every_step_can_be_taken_back() {
    let mut stage = at_the_bank();
    let mut seen = vec![screen(&mut stage)];
    for key in [" ", " ", " ", "1", " ", "2", "]", "h"] {
        keys(&mut stage, key);
        seen.push(screen(&mut stage));
    }
    assert!(stage.drive().is_over());
    while let Some(expected) = seen.pop() {
        // What is told of the last key is not a part of the contact.
        let body = |screen: &str| screen.lines().take(32).collect::<Vec<_>>().join("\n");
        assert_eq!(body(&screen(&mut stage)), body(&expected));
        keys(&mut stage, "b");
    }
    assert!(screen(&mut stage).contains("this is where it began"));
}

/// Goes on until something stands on the screen.
fn until(stage: &mut Stage, text: &str) {
    for _ in 0..30 {
        if screen(stage).contains(text) {
            return;
        }
        keys(stage, " ");
    }
    panic!("{text} does not come:\n{}", screen(stage));
}

#[test]
fn it_runs_to_a_marked_line_and_a_person_answers_for_the_backend() {
    let mut stage = at_the_bank();
    let (_, image) = flows("flows/bank");
    let asks = image.nodes.iter().find(|node| node.verb.spec().word == "get").expect("the bank asks");
    stage.break_at(&format!("{}:{}", asks.place.path, asks.place.line)).expect("a line");
    until(&mut stage, "menu_long");
    keys(&mut stage, "1");
    until(&mut stage, "enter_account");
    keys(&mut stage, "4081712345#");
    until(&mut stage, "enter_pin");
    keys(&mut stage, "4711c");
    let asked = screen(&mut stage);
    assert!(!asked.contains("4711"), "{asked}");
    golden("asked.txt", &asked);
    keys(&mut stage, "1");
    keys(&mut stage, "5 RUB\n");
    until(&mut stage, "replied");
    keys(&mut stage, "bbbbb");
    assert!(!screen(&mut stage).contains("replied"));
}

/// A caller of a shop whose backend knows cards.
fn at_the_shop() -> Stage {
    let script = r#"
        program shop { languages en; default { failed, late -> bye; hung_up { outcome abandoned } } }
        crm { outcomes resolved }
        record card { name: text, size: number }
        backend bank {
            get cards(n: number) -> { cards: list of card, best: card } at "cards/{n}"
            get sums(n: number) -> { first: money, second: money } at "sums/{n}"
        }
        prompt has(name: text, sum: money) { en "{name} {sum}" }
        route main { call -> start; otherwise -> reject not_found }
        flow start {
            answer
            get bank.cards(1) { ok cards { get bank.sums(1) { ok sums { say has(cards.best.name, sums.second) } } } }
            outcome resolved
            hangup
        }
        flow bye { outcome abandoned; hangup }
    "#;
    let image = image(&callwright::source::MemoryFiles::script(script));
    let drive = Drive::start(&image, World::asking(), arrival("100").contact("sim-1", None));
    Stage::new(image, root(), drive, Vec::new())
}

#[test]
fn a_reply_is_typed_field_by_field_and_records_are_made_up_to_be_changed() {
    let mut stage = at_the_shop();
    until(&mut stage, "bank.cards");
    keys(&mut stage, "1");
    let shown = screen(&mut stage);
    assert!(
        shown.contains("{ cards: [ { name: words, size: 1 } ], best: { name: words, size: 1 } }"),
        "{shown}"
    );
    // The last size becomes a word, which is none, and then a number.
    for text in ["\u{8}\u{8}\u{8}\u{8}\u{8}x } }\n", "\u{8}\u{8}\u{8}\u{8}\u{8}2 } }\n"] {
        for sign in text.chars() {
            let key = match sign {
                '\u{8}' => KeyCode::Backspace,
                '\n' => KeyCode::Enter,
                sign => KeyCode::Char(sign),
            };
            press(&mut stage, code(key));
        }
    }
    until(&mut stage, "bank.sums");
    keys(&mut stage, "15 RUB");
    press(&mut stage, code(KeyCode::Tab));
    keys(&mut stage, "6 RUB\n");
    until(&mut stage, "has(words, 6.00 RUB)");
}

#[test]
fn what_was_played_is_saved_as_a_scenario_that_passes() {
    let mut stage = at_the_bank();
    keys(&mut stage, "   1    ");
    keys(&mut stage, "h");
    let folder = Folder::new("screen");
    let path = folder.path().join("mine.scenario.yaml");
    stage.save(&path);
    assert!(screen(&mut stage).contains("saved as"), "{}", screen(&mut stage));
    let (_, image) = flows("flows/bank");
    let text = std::fs::read_to_string(&path).expect("it was written");
    let file =
        ScenarioFile::read("mine", &text, &image).unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"));
    assert_eq!(file.scenarios[0].name, "mine");
    let run = test(&image, &file.scenarios[0]);
    assert!(run.passed(), "{:?}\n{text}", run.failures);
}

#[test]
fn a_scenario_is_played_step_by_step_to_the_end_that_the_test_gives() {
    let (folder, image) = flows("flows/bank");
    let path = folder.join("scenarios/balance.yaml");
    let text = std::fs::read_to_string(path).expect("scenarios");
    let file = ScenarioFile::read("balance", &text, &image).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    for scenario in &file.scenarios {
        let tested = test(&image, scenario).contacts.pop().expect("a contact").journal;
        let (drive, acts) = rehearse(&image, scenario).expect("somebody calls");
        let mut stage = Stage::new(image.clone(), folder.clone(), drive, acts);
        for _ in 0..1000 {
            keys(&mut stage, " ");
            if stage.drive().is_over() {
                break;
            }
        }
        assert_eq!(stage.drive().journal().write(), tested.write(), "{}", scenario.name);
    }
}

#[test]
fn on_a_terminal_it_draws_takes_keys_and_gives_the_terminal_back() {
    let folder = Folder::new("terminal");
    let journal = folder.path().join("journal.jsonl");
    let command = format!(
        "stty rows 34 cols 120; {} sim flows/bank --from +79656295719 --to +78432035737 --at 2026-11-20T12:00:00+03:00 --journal {}; stty -a",
        env!("CARGO_BIN_EXE_callwright"),
        journal.display()
    );
    // A terminal of its own, from util-linux.
    let mut child = Command::new("timeout")
        .args(["60", "script", "-qec", &command, "/dev/null"])
        .env("TERM", "xterm-256color")
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script runs");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(b"   hqq").expect("keys");
    let output = child.wait_with_output().expect("it ends");
    drop(stdin);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}");
    // The other screen is entered and left, and the terminal shows what is typed again.
    let (entered, left) = (shown.find("\u{1b}[?1049h"), shown.rfind("\u{1b}[?1049l"));
    assert!(entered.is_some() && entered < left, "{shown}");
    assert!(
        shown.contains("variables")
            && shown.split("[?1049l").last().is_some_and(|end| end.contains(" echo ")),
        "{shown}"
    );
    let journal = std::fs::read_to_string(journal).expect("a journal");
    assert!(journal.contains("hung_up"), "{journal}");
}
