//! Segments that a program declares: customers of whom a condition holds, in routes, in flows and on a list.

use crate::harness::{Folder, root, run};
use callwright::engine::Image;
use callwright::language;
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
