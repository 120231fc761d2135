//! What the documents show is what happens.

use crate::harness::{Folder, image, root, run};
use callwright::cli::disk::DiskFiles;
use callwright::language;
use callwright::server::Config;
use callwright::source::{MemoryFiles, Style, render};
use std::fs;
use std::path::Path;

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).filter_map(|rest| Some(rest.split("```").next()?.to_owned())).collect()
}

#[test]
fn the_flow_of_the_readme_is_the_example_and_compiles() {
    let shown = blocks(&document("README.md"), "flow");
    assert_eq!(shown, [document("examples/hello/main.flow")]);
    image(&DiskFiles::new(root().join("examples/hello")));
}

#[test]
fn the_transcript_of_the_readme_is_what_the_example_does() {
    let shown = &blocks(&document("README.md"), "text")[0];
    let output = run(
        env!("CARGO_BIN_EXE_callwright"),
        &["test", "examples/hello", "--filter", "one says", "--transcript"],
    );
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains(shown.as_str()), "{printed}");
}

#[test]
fn the_finding_of_the_readme_is_what_the_compiler_says() {
    let readme = document("README.md");
    let script = document("examples/hello/main.flow").replace(" give_up -> goodbye;", "");
    let found = language::compile(&MemoryFiles::script(&script));
    let sources = found.sources.under(Path::new("examples/hello"));
    let report = render(&found.diagnostics, &sources, Style::Plain);
    assert!(report.contains(blocks(&readme, "text")[1].trim_end()), "{report}");
}

#[test]
fn a_finding_shows_its_script_under_the_folder_that_was_named() {
    let folder = Folder::new("finding");
    fs::write(folder.path().join("main.flow"), "progam p { languages en }\n").expect("written");
    let shown = folder.path().join("main.flow");
    for named in [folder.path(), shown.as_path()] {
        let output = run(env!("CARGO_BIN_EXE_callwright"), &["check", named.to_str().expect("a path")]);
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(printed.contains(&format!("{}:1:1\n", shown.display())), "{printed}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["check", "flows/nowhere"]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "there is no folder `flows/nowhere`\n");
    assert_eq!(output.status.code(), Some(2));
}

/// What `callwright test` says of the example with these scenarios beside it.
fn said_of_scenarios(text: &str) -> String {
    let folder = Folder::new("scenarios");
    let script = document("examples/hello/main.flow");
    fs::write(folder.path().join("main.flow"), script).expect("written");
    fs::write(folder.path().join("scenarios.yaml"), text).expect("written");
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["test", folder.path().to_str().expect("a path")]);
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_mistake_in_scenarios_is_told_once_and_with_its_reason() {
    let list = said_of_scenarios("- name: x\n");
    assert_eq!(list.matches("error[").count(), 1, "{list}");
    let empty = said_of_scenarios("");
    assert!(empty.contains("write `scenarios:` and a list of them"), "{empty}");
    let phone = "given: { crm: { customers: [ { id: a, name: A, phones: [\"+44 20 1234567\"] } ] } }\n";
    let phone = said_of_scenarios(&format!("{phone}scenarios: []\n"));
    assert!(phone.contains("its country has no numbers like this"), "{phone}");
    let none = said_of_scenarios("given: { backends: { bank: [] } }\nscenarios: []\n");
    assert!(none.contains("the program has none"), "{none}");
}

#[test]
fn the_settings_in_the_manual_are_the_defaults() {
    let manual = document("docs/running.md");
    let folder = Folder::new("settings");
    let settings = blocks(&manual, "yaml");
    let read = |text: &str| {
        let file = folder.path().join("settings.yaml");
        fs::write(&file, text).expect("written");
        Config::read(&file).unwrap_or_else(|error| panic!("{error}"))
    };
    assert_eq!(read(&settings[0]), Config::default());
    let uncommented: String =
        settings[0].lines().map(|line| line.trim_start_matches("# ").to_owned() + "\n").collect();
    let all = read(&uncommented);
    assert!(all.advertise.is_some() && all.trunk.is_some() && all.prompts.is_some() && all.at.is_some());
    assert!(read(&settings[1]).backends.contains_key("core_bank"));
}

#[test]
fn the_customers_in_the_manual_can_be_imported() {
    let manual = document("docs/running.md");
    let folder = Folder::new("import");
    let file = folder.path().join("customers.csv");
    fs::write(&file, &blocks(&manual, "csv")[0]).expect("written");
    let data = folder.path().join("data");
    let (file, data) = (file.to_str().expect("a path"), data.to_str().expect("a path"));
    let import = ["crm", "--data", data, "import", file, "--country", "RU"];
    let output = run(env!("CARGO_BIN_EXE_callwright"), &import);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["crm", "--data", data, "customers"]);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(printed.contains("anna") && printed.contains("+78432921108"), "{printed}");
}

#[test]
fn every_command_of_the_readme_is_one() {
    let help = run(env!("CARGO_BIN_EXE_callwright"), &["--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let readme = document("README.md");
    let lines = blocks(&readme, "sh").concat();
    let commands =
        lines.lines().filter_map(|line| line.strip_prefix("callwright ")?.split_whitespace().next());
    for command in commands {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is no command:\n{help}");
    }
}

#[test]
fn the_example_s_scenarios_pass() {
    let output = run(env!("CARGO_BIN_EXE_callwright"), &["test", "examples/hello"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn every_test_that_the_page_of_threats_names_is_there() {
    let page = document("docs/security.md");
    let named = page.split('`').skip(1).step_by(2).filter_map(|name| name.split_once("::"));
    let (mut last, mut count) = (String::new(), 0);
    for (file, test) in named {
        last = if file == "…" { last } else { file.to_owned() };
        assert!(document(&last).contains(&format!("fn {test}(")), "{last} has no test `{test}`");
        count += 1;
    }
    assert!(count > 60, "{count} tests are named");
}
