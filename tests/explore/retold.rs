//! Findings as calls: what must be given for them is made up, and the scenario is played by the test and on the screen.

use super::{HEAD, Style, language, render};
use crate::harness::root;
use callwright::cli::sim::{Stage, press};
use callwright::engine::Image;
use callwright::explore::{Explorer, Finding, told};
use callwright::program::Program;
use callwright::simulator::{ScenarioFile, Teller, Untold, rehearse, report, scenario_file, test};
use callwright::source::MemoryFiles;
use callwright::time::Wall;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::sync::Arc;

/// Where every one of these calls goes wrong, and where the others end.
const ENDS: &str = r#"
keep calls: number = 0 per caller
record card { name: text, size: number }
backend bank {
    get cards(n: number) -> { cards: list of card, best: card, sum: money } at "cards/{n}"
    statuses unknown
}
function rank(tier: text) -> number from "rank.rhai"
flow twice { do tell(); do tell(); hangup }
flow tell { do nothing(); outcome given_up; return }
flow nothing { return }
flow fine { outcome resolved; hangup }
"#;

pub(super) fn program(flows: &str) -> Program {
    let head = HEAD.replace(
        "crm { topics",
        "crm { customer { zip: digits, tier: text } object order { number: digits, owner: customer } topics",
    );
    let rank = "fn rank(tier) { if tier == \"gold\" { 1 } else { 2 } }";
    let files = MemoryFiles::script(&format!("{head}{ENDS}{flows}")).with("rank.rhai", rank);
    let compiled = language::compile(&files);
    let report = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    compiled.program.unwrap_or_else(|| panic!("{report}"))
}

fn findings(program: &Program) -> Vec<Finding> {
    Explorer::new(program, Wall(1_767_225_600_000)).explore(200_000).findings
}

/// The finding is a scenario that passes, and that the space bar plays to the same end.
pub(super) fn is_played(image: &Arc<Image>, finding: &Finding) -> Result<(), Untold> {
    let retold = Teller::default().retell(image, &finding.story, "found")?;
    let text = scenario_file("Found.", ".", &[retold]);
    let file =
        ScenarioFile::read("found", &text, image).unwrap_or_else(|mistakes| panic!("{mistakes}\n{text}"));
    let run = test(image, &file.scenarios[0]);
    assert!(run.passed(), "{text}\n{}", report(image, "found", &run, true, true));
    let (drive, acts) = rehearse(image, &file.scenarios[0]).expect("somebody arrives");
    let mut stage = Stage::new(image.clone(), root(), drive, acts);
    for _ in 0..2000 {
        press(&mut stage, KeyEvent::new(KeyCode::Char(' '), KeyModifiers::NONE));
        if stage.drive().is_over() {
            break;
        }
    }
    assert_eq!(stage.drive().journal().write(), run.contacts[0].journal.write(), "{text}");
    Ok(())
}

const CLIENT: &str = "identify caller { one client -> c(client); many, none -> fine }";

#[test]
fn what_a_call_needs_is_made_up() {
    // By PIN, where one exit goes wrong.
    let pin = |exit: &str| {
        let exits = ["verified", "refused", "locked", "give_up", "failed", "late"];
        let others: Vec<&str> = exits.into_iter().filter(|other| *other != exit).collect();
        let others = others.join(", ");
        format!(
            "{CLIENT} }}\nflow c(client: customer) {{ authenticate client with pin {{\n \
             ask secret pin: digits 4 {{ say question }}\n lock 30m after 4\n {exit} -> twice\n {others} -> fine\n }} }}"
        )
    };
    let ways: Vec<(&str, String)> = vec![
        ("a PIN that is wrong too often", pin("refused")),
        ("a lock-out from earlier calls", pin("locked")),
        ("a CRM that fails in the middle", pin("failed")),
        ("a CRM that says nothing in the middle", pin("late")),
        ("a caller who gives up", pin("give_up")),
        (
            "a challenge that is met",
            format!("{CLIENT} }}\nflow c(client: customer) {{ authenticate client with challenge zip {{ ask secret zip: digits 5 {{ say question }}; verified known -> twice; refused, locked -> fine }} }}"),
        ),
        (
            "a challenge that is not",
            format!("{CLIENT} }}\nflow c(client: customer) {{ authenticate client with challenge zip {{ ask secret zip: digits 5 {{ say question }}; verified known -> fine; refused -> twice; locked -> fine }} }}"),
        ),
        (
            "a record that somebody else changes",
            pin("verified").replace("verified -> twice", "verified known -> change(known)")
                + "\nflow change(client: verified customer) { update client.tier = \"gold\" { conflict -> twice; failed -> fine }; goto fine }",
        ),
        ("two customers with one number", "identify caller { one client -> fine; many -> twice; none -> fine } }".into()),
        (
            "two orders with one number",
            "ask n: digits 4 { say question }\n find order n { one it -> fine; many -> twice; none -> fine } }".into(),
        ),
        (
            "a customer by number",
            "find customer +7 965 629-57-20 { one it -> twice; many, none -> fine } }".into(),
        ),
        ("a store that fails", "let before = calls { failed -> twice }\n note \"{before}\"; goto fine }".into()),
        ("a value that is kept", "if calls > 3 -> twice else -> fine }".into()),
        ("a reply with a list", "get bank.cards(1) { ok reply { for each one in reply.cards at most 3 { -> twice } } unknown -> fine }; goto fine }".into()),
        ("a sum in a reply", "get bank.cards(1) { ok reply { if reply.sum < 0.00 RUB -> twice } unknown -> fine }; goto fine }".into()),
        (
            "a sum in a variable",
            "let sum = 1.00 RUB\n get bank.cards(1) { ok reply { set sum = reply.sum } unknown -> fine }; if sum > 99.00 RUB -> twice else -> fine }".into(),
        ),
        ("a status", "get bank.cards(1) { ok reply -> fine; unknown -> twice } }".into()),
        (
            "the second who is called",
            "transfer to \"ann\", \"bob\" in order { next say hello; completed -> twice; busy, no_answer, unavailable, refused, redirected -> fine } }".into(),
        ),
        (
            "a transfer behind one that failed",
            "transfer to \"ann\" { busy { say hello }; no_answer, unavailable, refused, redirected, completed -> fine }\n transfer to \"bob\" { completed -> twice; busy, no_answer, unavailable, refused, redirected -> fine } }".into(),
        ),
        (
            "a room that is full",
            "conference \"board\" { at most 3; full -> twice; left, removed, refused -> fine } }".into(),
        ),
        (
            "a room whose name is keyed, and that is full",
            "ask n: digits 4 { say question }\n conference \"room-{n}\" { at most 3; full -> twice; left, removed, refused -> fine } }".into(),
        ),
        (
            "a message that cannot be recorded",
            "record message { max 9s; recorded, silent -> fine; failed -> twice } }".into(),
        ),
    ];
    let mut wrong = Vec::new();
    for (what, start) in &ways {
        let program = program(&format!("flow start {{ answer\n {start}"));
        let found = findings(&program);
        let image = Image::new(program).expect("its functions compile");
        match &found[..] {
            [] => wrong.push(format!("{what}: nothing is found")),
            found => wrong.extend(found.iter().filter_map(|finding| {
                let why = is_played(&image, finding).err()?;
                Some(format!("{what}: {}: {why:?}", finding.message(&image)))
            })),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_cannot_be_made_up_is_said() {
    let program = program(
        "flow start { answer; identify caller { one client { if rank(client.tier) > 7 -> twice else -> fine }; many, none -> fine } }",
    );
    let found = findings(&program);
    let image = Image::new(program).expect("its functions compile");
    let [finding] = &found[..] else { panic!("{found:?}") };
    let Err(Untold::Strays(node, exit)) = is_played(&image, finding) else { panic!("no function says 8") };
    assert_eq!((image.node(node).verb.spec().word, exit.to_string().as_str()), ("if", "then"));
}

#[test]
fn a_way_tells_conditions_as_they_are_written_and_how_they_go() {
    let program = program("flow start { answer\n if calls  > 3 -> twice else -> fine }");
    let found = findings(&program);
    let way = found.first().map(|finding| &finding.story.steps).expect("it is told twice");
    let lines: Vec<String> = way.iter().filter_map(|step| told(&program, step.mv)).collect();
    assert!(lines.contains(&"if calls > 3: yes".to_owned()), "{lines:#?}");
}
