//! `callwright explain`: what a code of a finding means, what a caller would have met, and the fix; or what a verb does.

mod pages;
mod paint;

pub use pages::page;

use super::verbs;
use crate::program::Verb;
use crate::source::{Code, Style};
use anyhow::Result;
use clap::Args;
use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

/// Explains the code of a finding (why it matters to a caller, an example, the fix) or a verb (settings, exits, an
/// example). Without a word, lists all.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The code (`E0401`, `e0401`, `0401` or `401`), or a verb (`menu`).
    #[arg(value_name = "CODE|VERB", allow_hyphen_values = true)]
    code: Option<String>,
}

/// Runs the command.
pub fn run(args: &ExplainArgs) -> Result<ExitCode> {
    let style = style();
    let Some(wanted) = &args.code else {
        return put(&list(style));
    };
    if let Some(spec) = Verb::CATALOGUE.iter().find(|spec| spec.word == wanted.trim()) {
        return put(&paint::paint(&verbs::shown(spec), style));
    }
    let found = named(wanted);
    if found.is_empty() {
        eprintln!("there is no code `{wanted}`\n{}", nearest(wanted));
        return Ok(ExitCode::from(2));
    }
    let pages: Vec<String> = found.into_iter().map(|code| shown(code, style)).collect();
    put(&pages.join("\n"))
}

fn put(text: &str) -> Result<ExitCode> {
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough: `callwright explain | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        written => Ok(written.map(|()| ExitCode::SUCCESS)?),
    }
}

/// The title of a code as its page and the list have it: `a verb can end in a way that nobody handles`.
pub fn headline(code: Code) -> String {
    let title = code.title().trim_end_matches('.');
    let mut rest = title.chars();
    rest.next().map(|first| first.to_lowercase().chain(rest).collect()).unwrap_or_default()
}

fn shown(code: Code, style: Style) -> String {
    match page(code) {
        Some(page) => paint::paint(page, style),
        None => format!("{code}: {}\n", headline(code)),
    }
}

/// The codes that somebody means; `601` is an error and a warning.
fn named(wanted: &str) -> Vec<Code> {
    let wanted = wanted.trim().to_ascii_uppercase();
    let digits = wanted.trim_start_matches(['E', 'W']);
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let letter = &wanted[..wanted.len() - digits.len()];
    let number = format!("{digits:0>4}");
    let is_meant = |code: &&Code| code.number().starts_with(letter) && code.number().ends_with(&number);
    Code::ALL.iter().filter(is_meant).copied().collect()
}

/// What to offer instead: the codes whose titles have the word, else those with the nearest numbers.
fn nearest(wanted: &str) -> String {
    let word = wanted.trim().to_lowercase();
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    let near: Vec<Code> = match digits.parse::<u32>() {
        Ok(number) => by_distance(number).into_iter().take(3).collect(),
        Err(_) => {
            Code::ALL.iter().copied().filter(|code| code.title().to_lowercase().contains(&word)).collect()
        }
    };
    match near.is_empty() {
        true => "`callwright explain` lists all codes".to_owned(),
        false => format!("did you mean one of these?\n{}", rows(&near).trim_end()),
    }
}

fn by_distance(number: u32) -> Vec<Code> {
    let value = |code: &Code| code.number()[1..].parse().unwrap_or(u32::MAX);
    let mut codes = Code::ALL.to_vec();
    codes.sort_by_key(|code| value(code).abs_diff(number));
    codes
}

/// All codes under the names of their groups.
fn list(style: Style) -> String {
    let mut list = String::new();
    for (hundred, name) in GROUPS {
        let codes: Vec<Code> =
            Code::ALL.iter().copied().filter(|code| code.number()[1..].starts_with(hundred)).collect();
        if !codes.is_empty() {
            list += &format!("{}\n{}\n", paint::heading(name, style), rows(&codes));
        }
    }
    let mut words: Vec<&str> = Verb::CATALOGUE.iter().map(|spec| spec.word).collect();
    words.sort_unstable();
    words.dedup();
    list += &format!("{}\n  {}\n\n", paint::heading("verbs", style), words.join("  "));
    list + "callwright explain E0401 shows the page of a code, callwright explain menu that of a verb\n"
}

fn rows(codes: &[Code]) -> String {
    codes.iter().map(|code| format!("  {code}  {}\n", headline(*code))).collect()
}

/// The first two digits of codes, and what they are about.
const GROUPS: [(&str, &str); 10] = [
    ("01", "grammar"),
    ("02", "names"),
    ("03", "types"),
    ("04", "flows"),
    ("05", "schedules"),
    ("06", "prompts"),
    ("07", "secrets"),
    ("08", "trust and channels"),
    ("09", "files"),
    ("11", "scenarios"),
];

/// Colours for a person, none for a file or a pipe, or where `NO_COLOR` is set.
fn style() -> Style {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if std::io::stdout().is_terminal() && !plain { Style::Ansi } else { Style::Plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for written in ["E0401", "e0401", "0401", "401", " E0401 "] {
            assert_eq!(named(written), [Code::MissingExit], "{written}");
        }
        assert_eq!(named("601"), [Code::MissingTranslation, Code::FallbackTranslation]);
        assert_eq!(named("w601"), [Code::FallbackTranslation]);
        for written in ["", "E", "4010", "40111", "exit", "é401"] {
            assert_eq!(named(written), [], "{written}");
        }
    }

    #[test]
    fn an_unknown_code_brings_its_neighbours_and_a_word_those_that_have_it() {
        assert!(nearest("E0507").contains("  E0505  shifts that leave a gap"));
        assert!(nearest("outcome").contains("  E0405  two outcomes for one topic"));
        assert_eq!(nearest("weather"), "`callwright explain` lists all codes");
    }

    #[test]
    fn the_list_has_every_code_once() {
        let list = list(Style::Plain);
        for code in Code::ALL {
            let rows = list.matches(&format!("  {code}  ")).count();
            assert_eq!(rows, 1, "{code} is in no group or in several: see GROUPS");
        }
    }
}
