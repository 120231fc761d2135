//! The verbs' records as pages: what `callwright explain VERB` prints, and the manual's reference of verbs.

use crate::program::verb::{ExitSpec, VerbSpec};
use crate::program::{Channel, ChannelSet, Verb};
use std::fmt::Write;

/// The manual's reference of all verbs, in Markdown, in the order of their words.
pub fn reference() -> String {
    let mut specs: Vec<&VerbSpec> = Verb::CATALOGUE.to_vec();
    specs.sort_by_key(|spec| spec.word);
    let mut text = String::from(
        "# Verbs\n\n\
         Every verb, its settings, its exits, and an example that compiles in a flow with a `client: customer`, an `account:\n\
         account` and `number: digits`. This page is written from the compiler's own records, which `callwright explain VERB`\n\
         prints too; [reference.md](reference.md) explains them in their context.\n",
    );
    let link = |spec: &&VerbSpec| format!("[`{}`](#{})", spec.word, spec.word.replace(' ', "-"));
    let words: Vec<String> = specs.iter().map(link).collect();
    let _ = write!(text, "\n{}\n", words.join(" · "));
    for spec in specs {
        let _ = write!(text, "\n{}", page(spec));
    }
    text
}

/// One verb's page, in Markdown.
pub fn page(spec: &VerbSpec) -> String {
    let mut text = format!("## {}\n\n{}\n\n```flow-part\n{}\n```\n", spec.word, spec.summary, spec.example);
    if !spec.settings.is_empty() {
        text += "\n| setting | what it sets | if left out |\n|---|---|---|\n";
        for setting in spec.settings {
            let default =
                if setting.default.is_empty() { String::new() } else { format!("`{}`", setting.default) };
            let _ = writeln!(
                text,
                "| `{}` | {} | {default} |",
                setting.written.replace('|', "\\|"),
                setting.what
            );
        }
    }
    if !spec.exits.is_empty() {
        text += "\n| exit | when | |\n|---|---|---|\n";
        for exit in spec.exits {
            let _ = writeln!(text, "| `{}` | {} | {} |", exit.word, exit.when, duty(exit));
        }
    }
    text += &places(spec.channels);
    text
}

/// One verb's page for a terminal, with its code still fenced.
pub fn shown(spec: &VerbSpec) -> String {
    let mut text = format!("# {}\n\n{}\n\n```flow-part\n{}\n```\n", spec.word, spec.summary, spec.example);
    let settings = spec.settings.iter().map(|setting| {
        let default = if setting.default.is_empty() {
            String::new()
        } else {
            format!("; {} if left out", setting.default)
        };
        (setting.written, format!("{}{default}", setting.what))
    });
    let exits = spec.exits.iter().map(|exit| (exit.word, format!("{}; {}", exit.when, duty(exit))));
    rows(&mut text, "Settings", &settings.collect::<Vec<_>>());
    rows(&mut text, "Exits", &exits.collect::<Vec<_>>());
    text += &places(spec.channels);
    text
}

/// Where a verb may stand, where that is not wherever there is a caller.
fn places(channels: ChannelSet) -> String {
    let with_caller = channels.without(ChannelSet::TASK);
    let without = channels.contains(Channel::Task);
    if with_caller.is_empty() {
        return "\nOnly in a flow that runs without a caller.\n".to_owned();
    }
    let mut text = String::new();
    if with_caller != ChannelSet::ALL {
        let _ = write!(text, "\nOnly on: {with_caller}.\n");
    }
    if without {
        text += "\nAlso in a flow that runs without a caller.\n";
    }
    text
}

/// Lines of a word and what it means, under a heading.
fn rows(text: &mut String, heading: &str, rows: &[(&str, String)]) {
    if rows.is_empty() {
        return;
    }
    let _ = write!(text, "\n## {heading}\n\n");
    for (word, means) in rows {
        let _ = writeln!(text, "  {word}\n      {means}");
    }
}

fn duty(exit: &ExitSpec) -> &'static str {
    if exit.needed { "must be handled" } else { "may be handled" }
}
