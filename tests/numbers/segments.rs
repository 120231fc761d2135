//! Segments that a program declares: customers of whom a condition holds, in routes, in flows and on a list.

use crate::harness::{Folder, root, run};
use callwright::engine::Image;
use callwright::language;
use callwright::program::{Channel, Phone};
use callwright::simulator::{ScenarioFile, report, test};
use callwright::source::{MemoryFiles, Style};
use std::fs;
use std::sync::Arc;

fn image(script: &str) -> Arc<Image> {
    let compiled = language::compile(&MemoryFiles::script(script));
    let found = compiled.report(Style::Plain);
    Image::new(compiled.program.unwrap_or_else(|| panic!("{found}"))).expect("no functions")
}

/// The script and the scenarios of the manual.
fn manual(kind: &str) -> String {
    let text = fs::read_to_string(root().join("docs/crm.md")).expect("the manual");
    let section = text.split("\n## Segments").nth(1).expect("a section on segments").to_owned();
    let block = section.split(&format!("```{kind}\n")).nth(1).expect("a block");
    block.split("```").next().unwrap_or("").to_owned()
}

#[test]
fn the_segments_of_the_manual_are_who_it_says() {
    let image = image(&manual("flow"));
    let file = ScenarioFile::read("scenarios.yaml", &manual("yaml"), &image);
    let scenarios = file.unwrap_or_else(|mistakes| panic!("{mistakes}")).scenarios;
    assert!(scenarios.len() >= 4);
    for scenario in scenarios {
        let run = test(&image, &scenario);
        assert!(run.passed(), "{}", report(&image, "scenarios.yaml", &run, false, true));
    }
}

#[test]
fn the_script_of_the_manual_stands_as_the_formatter_writes_it() {
    let script = manual("flow");
    assert_eq!(language::format(&script).ok().as_deref(), Some(&*script));
}

/// The numbers of what is wrong with the manual's script, once something in it is another thing.
fn wrong(from: &str, to: &str) -> Vec<&'static str> {
    let script = manual("flow").replace(from, to);
    assert_ne!(script, manual("flow"), "`{from}` stands in it");
    let compiled = language::compile(&MemoryFiles::script(&script));
    compiled.diagnostics.iter().map(|found| found.code.number()).collect()
}

#[test]
fn a_segment_is_about_declared_attributes_and_the_date_alone() {
    assert_eq!(wrong("customer.tv = no", "customer.television = no"), ["E0203"]);
    assert_eq!(wrong("customer.tv = no", "caller is withheld"), ["E0304"]);
    assert_eq!(wrong("client in upsell", "client in upsold"), ["E0201"]);
    assert_eq!(wrong("customer.pays > 500 RUB", "customer.pays > 500"), ["E0301"]);
    assert_eq!(wrong("segment upsell", "segment ending"), ["E0202", "E0201"]);
}

const LINES: &str = r#"
program lines { languages en; country RU; default { failed -> desk; hung_up { outcome abandoned } } }
crm { customer { tariff: text? }; segment gold when customer.tariff = "gold"; outcomes helped }
prompt wait { en "One moment." }
route main {
    call to +7 843 203-57-01 -> desk
    call to +7 843 203-57-02 { from gold -> desk; otherwise -> answered }
    call to +7 843 203-57-03 -> keyed
    call to +7 843 203-57-04 -> left
    call to +7 843 203-57-05 -> deeper
    call to +7 843 203-57-06 -> known
    otherwise -> reject not_found
}
flow desk { answer; outcome helped; hangup }
flow answered { answer; goto desk }
flow keyed { keys { 9 -> asks }; answer; say wait; goto desk }
flow left { default { hung_up { if caller in gold { note "gold" }; outcome abandoned } }; answer; say wait; goto desk }
flow deeper { answer; do asked(); goto desk }
flow asked { do asks_too(); return }
flow asks_too { if caller in gold { note "gold" }; return }
flow asks { if caller in gold -> desk; goto desk }
flow known { identify caller { one client { if client in gold { note "gold" } } many, none { } }; goto desk }
"#;

#[test]
fn only_contacts_that_may_come_to_where_a_segment_is_asked_for_need_their_callers() {
    let image = image(LINES);
    let asks = |last: u8| {
        let number = Phone::parse(&format!("+7843203570{last}"), None).expect("a number");
        image.asks_for_segments(Channel::Call, Some(&number), "")
    };
    assert_eq!([1, 2, 3, 4, 5, 6].map(asks), [false, true, true, true, true, false]);
    assert!(!image.asks_for_segments(Channel::Chat, None, "100"));
}

const CUSTOMERS: &str = "id,name,phones,contract_end:date,internet:yes_no,tv:yes_no,pays:money\n\
    anna,Anna,+79656295719,2026-12-01,yes,no,600.00 RUB\n\
    boris,Boris,+79656295720,2027-12-01,yes,no,600.00 RUB\n\
    vera,Vera,+79656295721,,no,no,400.00 RUB\n";

#[test]
fn who_is_in_a_segment_is_listed() {
    let folder = Folder::new("segment");
    let file = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    // Whose contract ends in twenty days from now on.
    let soon = jiff::Zoned::now().date().checked_add(jiff::Span::new().days(20)).expect("a day");
    fs::write(file("customers.csv"), CUSTOMERS.replace("2026-12-01", &soon.to_string())).expect("written");
    fs::write(file("main.flow"), manual("flow")).expect("written");
    let data = file(".");
    let crm = |args: &[&str]| {
        let args = [&["crm", "--data", &*data], args].concat();
        let output = run(env!("CARGO_BIN_EXE_callwright"), &args);
        let (out, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        format!("{out}{told}")
    };
    let program = file(".");
    assert!(crm(&["import", &file("customers.csv"), "--program", &program]).contains("3 customers added"));
    let listed =
        |name: &str, more: &[&str]| crm(&[&["segment", name, "--program", &program, "--csv"], more].concat());
    let ids = |name: &str| -> Vec<String> {
        let ids = |line: &str| line.split(',').next().unwrap_or("").to_owned();
        listed(name, &[]).lines().skip(1).map(ids).collect()
    };
    assert_eq!(ids("ending"), ["anna"]);
    assert_eq!(ids("upsell"), ["anna", "boris"]);
    let first = crm(&["segment", "upsell", "--program", &program, "--limit", "1"]);
    assert!(first.ends_with("more: --after anna\n"), "{first}");
    assert!(listed("upsell", &["--after", "anna"]).contains("boris"));
    assert_eq!(crm(&["segment", "--program", &program]), "ending\nupsell\nlost\n");
    assert!(crm(&["segment", "upsel", "--program", &program]).contains("there are ending, upsell, lost"));
    assert_eq!(crm(&["segment", "lost", "--program", &program]), "nobody\n");
}
