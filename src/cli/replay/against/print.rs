//! What a person reads: the groups, and old and new side by side.

use super::tally::{Group, Tally, name};
use super::{AgainstArgs, Bench};
use crate::engine::{Image, Journal};
use crate::simulator::{ChangeKind, Transcript, rerun};
use similar::{ChangeTag, TextDiff};

/// Groups that are listed; the JSON has all.
const LISTED: usize = 50;
/// Columns of a side where nobody says how wide the terminal is.
const SIDE: usize = 60;

/// Prints what was found.
pub(super) fn print(tally: &Tally, bench: &Bench, args: &AgainstArgs) {
    for (_, contact, reason) in &tally.unreadable {
        eprintln!("{contact}: {reason}");
    }
    let (noticed, unnoticed) = (tally.groups(true), tally.groups(false));
    list("their callers would have noticed", &noticed);
    list("their callers would not have noticed", &unnoticed);
    if !tally.lacks.is_empty() {
        say!("answers that the journals lack, and what was taken for them");
        for ((question, taken), count) in &tally.lacks {
            say!("  {count:>8}  {question}  ->  {taken}");
        }
        say!();
    }
    say!("{}", summary(tally));
    let opened =
        |(kind, _): &&(&ChangeKind, &Group)| args.open.as_ref().is_some_and(|open| *open == name(kind));
    let shown = noticed.iter().chain(&unnoticed).take(args.show);
    for (kind, group) in noticed.iter().chain(&unnoticed).filter(opened).chain(shown) {
        show(bench, kind, group);
    }
}

fn summary(tally: &Tally) -> String {
    let mut parts = vec![
        format!("{} contacts", tally.contacts),
        format!("{} the same", tally.same),
        format!("{} noticed", tally.noticed()),
        format!("{} unnoticed", tally.unnoticed()),
    ];
    for (count, what) in [(tally.unfinished, "not over"), (tally.unread(), "not readable")] {
        parts.extend((count > 0).then(|| format!("{count} {what}")));
    }
    parts.join(", ")
}

fn list(title: &str, groups: &[(&ChangeKind, &Group)]) {
    if groups.is_empty() {
        return;
    }
    say!("{title}");
    for (kind, group) in groups.iter().take(LISTED) {
        say!("  {:>8}  {}  {kind}", group.count, name(kind));
    }
    if groups.len() > LISTED {
        say!("  … and {} further groups, see `--json`", groups.len() - LISTED);
    }
    say!();
}

/// The first contact of a group, then and now.
fn show(bench: &Bench, kind: &ChangeKind, group: &Group) {
    let Ok(journal) = Journal::read(&group.first.1.text) else { return };
    let again = rerun(&bench.new, &journal, &bench.assumed);
    let old = bench.old.as_ref().filter(|old| old.is_version(&journal.header.version));
    say!("\n{}  {kind}", name(kind));
    say!("{} contacts; this is {}", group.count, group.first.1.contact);
    say!("{}", side_by_side(&lines(old.unwrap_or(&bench.new), &journal), &lines(&bench.new, &again.journal)));
    for lack in &again.lacks {
        say!("{:>8} the journal lacks {}: {}", lack.at.0, lack.question, lack.taken);
    }
}

/// The transcript without the numbers of actions, and without what nobody waits for.
fn lines(image: &Image, journal: &Journal) -> Vec<String> {
    let text = Transcript::new(image, false).journal(journal);
    text.lines().filter(|line| !line.contains("< written")).map(str::to_owned).collect()
}

fn side_by_side(old: &[String], new: &[String]) -> String {
    let key = |lines: &[String]| -> Vec<String> { lines.iter().map(|line| untimed(line)).collect() };
    let (old_keys, new_keys) = (key(old), key(new));
    let old_refs: Vec<&str> = old_keys.iter().map(String::as_str).collect();
    let new_refs: Vec<&str> = new_keys.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&old_refs, &new_refs);
    let mut text = String::new();
    let mut row = |left: &str, sign: char, right: &str| {
        text.push_str(format!("{} {sign} {}", fitted(left), clipped(right)).trim_end());
        text.push('\n');
    };
    for change in diff.iter_all_changes() {
        let line = |lines: &[String], index: Option<usize>| {
            index.and_then(|index| lines.get(index)).cloned().unwrap_or_default()
        };
        let (left, right) = (line(old, change.old_index()), line(new, change.new_index()));
        match change.tag() {
            ChangeTag::Equal => row(&left, ' ', &right),
            ChangeTag::Delete => row(&left, '<', ""),
            ChangeTag::Insert => row("", '>', &right),
        }
    }
    text
}

/// A line as it is compared: without its moment and without numbers of actions.
fn untimed(line: &str) -> String {
    let words = line.split_whitespace().skip(1);
    let is_number = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    words.filter(|word| !is_number(word)).collect::<Vec<_>>().join(" ")
}

fn clipped(line: &str) -> String {
    match line.chars().count() > SIDE {
        true => line.chars().take(SIDE - 1).chain(['…']).collect(),
        false => line.to_owned(),
    }
}

fn fitted(line: &str) -> String {
    let line = clipped(line);
    let missing = SIDE.saturating_sub(line.chars().count());
    line + " ".repeat(missing).as_str()
}
