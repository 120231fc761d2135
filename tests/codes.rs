//! Every code has its page in docs/codes, and what the pages show is what the compiler says.

use crate::harness::{bank, root, run};
use crate::language::{around, compile_case_with};
use callwright::simulator::{ScenarioFile, test};
use callwright::source::{Code, Style};
use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

const WHAT_TO_DO: &str = "write docs/codes/CODE.md in the shape of docs/codes/E0401.md, and put the code into the \
list of src/cli/explain/pages.rs";

/// A fenced block of a page: ```` ```csv wrong data/staff.csv ````.
struct Block {
    kind: String,
    is_wrong: bool,
    /// Where the block is a file of the program, its path.
    path: Option<String>,
    text: String,
}

/// The pages that there are; a missing one is told once, by the test for that.
fn pages() -> Vec<(Code, String)> {
    let read = |code: &Code| {
        let text = fs::read_to_string(root().join(format!("docs/codes/{code}.md")));
        Some((*code, text.ok()?))
    };
    Code::ALL.iter().filter_map(read).collect()
}

fn blocks(page: &str) -> Vec<Block> {
    let fenced = page.split("\n```").skip(1).step_by(2);
    let block = |fenced: &str| {
        let (info, text) = fenced.split_once('\n').expect("a block has lines");
        let words: Vec<&str> = info.split(' ').collect();
        assert!(matches!(words.get(1), Some(&"wrong" | &"right")), "a block is `wrong` or `right`: {info}");
        Block {
            kind: words[0].to_owned(),
            is_wrong: words[1] == "wrong",
            path: words.get(2).map(|path| (*path).to_owned()),
            text: text.to_owned(),
        }
    };
    fenced.map(block).collect()
}

/// The codes found in a page's wrong or right example, and the report.
fn found(blocks: &[Block], is_wrong: bool) -> (Vec<&'static str>, String) {
    let mut side = blocks.iter().filter(|block| block.is_wrong == is_wrong);
    let example = side.clone().find(|block| block.kind.starts_with("flow") || block.kind == "scenario");
    let example = example.expect("an example");
    if example.kind == "scenario" {
        return found_in_scenarios(&example.text);
    }
    let script = match &*example.kind {
        "flow" => example.text.clone(),
        "flow-part" => around(&example.text),
        "flow-declarations" => around("") + &*example.text,
        other => panic!("`{other}` is no kind of example: flow, flow-part, flow-declarations"),
    };
    let files: Vec<(&str, &str)> =
        side.by_ref().filter_map(|block| Some((block.path.as_deref()?, &*block.text))).collect();
    let compiled = compile_case_with(&script, &files).expect("the cases' data can be read");
    let codes = compiled.diagnostics.iter().map(|finding| finding.code.number()).collect();
    (codes, compiled.report(Style::Plain))
}

/// The codes found in scenarios of the shipped bank: by the reader, else by their run.
fn found_in_scenarios(text: &str) -> (Vec<&'static str>, String) {
    let bank = bank();
    match ScenarioFile::read("scenarios.yaml", text, &bank) {
        Err(mistakes) => {
            let (diagnostics, _) = mistakes.diagnostics();
            (diagnostics.iter().map(|found| found.code.number()).collect(), mistakes.to_string())
        }
        Ok(file) => {
            let runs = file.scenarios.iter().map(|scenario| test(&bank, scenario));
            let unasked: Vec<String> =
                runs.flat_map(|run| run.unasked).map(|reply| reply.to_string()).collect();
            (unasked.iter().map(|_| Code::ReplyUnasked.number()).collect(), unasked.join("\n"))
        }
    }
}

fn explain(args: &[&str]) -> Output {
    run(env!("CARGO_BIN_EXE_callwright"), &[&["explain"], args].concat())
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let folder = fs::read_dir(root().join("docs/codes")).expect("the folder of the pages");
    let pages: BTreeSet<String> = folder
        .map(|entry| {
            entry.expect("an entry").file_name().to_string_lossy().trim_end_matches(".md").to_owned()
        })
        .collect();
    let codes: BTreeSet<String> = Code::ALL.iter().map(ToString::to_string).collect();
    let missing: Vec<&String> = codes.difference(&pages).collect();
    assert!(missing.is_empty(), "codes without a page: {missing:?}; {WHAT_TO_DO}");
    let stray: Vec<&String> = pages.difference(&codes).collect();
    assert!(stray.is_empty(), "pages without a code: {stray:?}; a code that is gone takes its page along");
}

#[test]
fn every_page_has_the_title_of_its_code_and_the_same_shape() {
    for (code, page) in pages() {
        let title =
            page.lines().next().unwrap_or_default().trim_start_matches(&format!("# {code}: ")).to_owned();
        let same = code.title().trim_end_matches('.');
        assert_eq!(title.to_lowercase(), same.to_lowercase(), "the first line of docs/codes/{code}.md");
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        let (first, more) = headings.split_at(2.min(headings.len()));
        assert_eq!(first, ["## Wrong", "## Right"], "{code}");
        assert!(more.is_empty() || more == ["## In other systems"], "{code}: {more:?}");
        assert!(page.lines().all(|line| line.chars().count() <= 100), "{code} is wider than a terminal");
    }
}

#[test]
fn every_wrong_example_has_its_mistake_and_no_other() {
    let differs = |(code, page): &(Code, String)| {
        let (codes, report) = found(&blocks(page), true);
        let is_same = !codes.is_empty() && codes.iter().all(|found| *found == code.number());
        (!is_same).then(|| format!("the wrong example of {code} gives {codes:?}\n{report}"))
    };
    let wrong: Vec<String> = pages().iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_right_example_compiles_without_a_finding() {
    let differs = |(code, page): &(Code, String)| {
        let (codes, report) = found(&blocks(page), false);
        (!codes.is_empty()).then(|| format!("the right example of {code} gives {codes:?}\n{report}"))
    };
    let wrong: Vec<String> = pages().iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_page_is_in_the_program() {
    for (code, page) in pages() {
        let output = explain(&[code.number()]);
        let example = &blocks(&page)[0].text;
        let line = example.trim_end().lines().next().expect("an example has a line");
        let shown = printed(&output);
        assert!(shown.contains(&format!("    {line}\n")), "{code} is not shown: {WHAT_TO_DO}\n{shown}");
        assert!(!shown.contains("```") && !shown.contains("\n#"), "{shown}");
    }
}

#[test]
fn a_code_is_explained_however_it_is_written() {
    let whole = printed(&explain(&["E0401"]));
    assert!(whole.starts_with("E0401: a verb can end in a way that nobody handles\n"), "{whole}");
    for written in ["e0401", "0401", "401"] {
        assert_eq!(printed(&explain(&[written])), whole);
    }
}

#[test]
fn an_unknown_code_is_refused_with_its_neighbours() {
    let output = explain(&["E0507"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(printed(&output), "");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.starts_with("there is no code `E0507`\n") && told.contains("\n  E0505  "), "{told}");
}

#[test]
fn without_a_code_all_are_listed_by_group() {
    let list = printed(&explain(&[]));
    assert!(list.starts_with("grammar\n  E0101  the text does not follow the grammar\n"), "{list}");
    for code in Code::ALL {
        assert_eq!(
            list.matches(&format!("\n  {code}  ")).count(),
            1,
            "{code} has no group in src/cli/explain"
        );
    }
}
