//! Exits that nobody handles: told for each statement, and once for all where a `default` block is what is missing.

use super::Lowerer;
use crate::source::{Code, Diagnostic, Span};
use std::collections::BTreeMap;

/// Exits for which a program most likely has one answer for all verbs.
const SHARED: [&str; 3] = ["failed", "late", "give_up"];
/// More places than this are a list that nobody reads.
const MOST_PLACES: usize = 6;

/// A statement that leaves exits out.
pub(super) struct Missing {
    /// Its verb as it is told: "`ask`".
    what: String,
    at: Span,
    exits: Vec<String>,
    /// The fix, where it is not the usual one.
    hint: Option<&'static str>,
}

impl Lowerer<'_> {
    /// Remembers exits that a statement leaves out; an inherited handler may come by it several times.
    pub(super) fn misses(&mut self, what: String, at: Span, exits: &[&str], hint: Option<&'static str>) {
        let exits: Vec<String> = exits.iter().map(|exit| (*exit).to_owned()).collect();
        let is_known = |known: &Missing| known.at == at && known.exits == exits;
        if !exits.is_empty() && !self.missing.iter().any(is_known) {
            self.missing.push(Missing { what, at, exits, hint });
        }
    }

    /// Reports all exits that are left out.
    pub(super) fn missing_exits(&mut self) {
        let mut missing = std::mem::take(&mut self.missing);
        missing.sort_by_key(|missing| (missing.at.source, missing.at.start));
        let places = |exit: &str| -> Vec<usize> {
            let has = |one: &Missing| one.exits.iter().any(|other| other == exit);
            (0..missing.len()).filter(|index| has(&missing[*index])).collect()
        };
        // Exits that are missing at the same places are one finding.
        let mut shared: BTreeMap<Vec<usize>, Vec<&str>> = BTreeMap::new();
        for exit in SHARED {
            let places = places(exit);
            if places.len() > 1 {
                shared.entry(places).or_default().push(exit);
            }
        }
        let told: Vec<String> = shared.values().flatten().map(|exit| (*exit).to_owned()).collect();
        for (places, exits) in &shared {
            let places: Vec<&Missing> = places.iter().map(|index| &missing[*index]).collect();
            self.diagnostics.push(everywhere(&places, exits));
        }
        for one in &mut missing {
            one.exits.retain(|exit| !told.contains(exit));
        }
        for one in missing.iter().filter(|one| !one.exits.is_empty()) {
            self.diagnostics.push(here(one));
        }
    }
}

/// Exits that one statement leaves out.
fn here(one: &Missing) -> Diagnostic {
    let message =
        format!("{} can end in {}, and nobody handles {}", one.what, listed(&one.exits), them(&one.exits));
    let usual =
        || format!("write `{} -> …` into its braces, or into a `default` block", one.exits.join(", "));
    Diagnostic::new(Code::MissingExit, one.at, message).hint(one.hint.map_or_else(usual, str::to_owned))
}

/// Exits that several statements leave out.
fn everywhere(places: &[&Missing], exits: &[&str]) -> Diagnostic {
    let (first, others) = (places[0], &places[1..]);
    let more = match others.len() {
        1 => "at one more place".to_owned(),
        count => format!("at {count} more places"),
    };
    let message = format!(
        "{} can end in {}, here and {more}, and nobody handles {}",
        first.what,
        listed(exits),
        them(exits)
    );
    let finding = Diagnostic::new(Code::MissingExit, first.at, message);
    let also =
        |finding: Diagnostic, other: &&Missing| finding.related(other.at, format!("{} can, too", other.what));
    let finding = others.iter().take(MOST_PLACES).fold(finding, also);
    finding.hint(format!("write `default {{ {} -> … }}` into the program", exits.join(", ")))
}

fn listed<S: AsRef<str>>(exits: &[S]) -> String {
    let words: Vec<String> = exits.iter().map(|exit| format!("`{}`", exit.as_ref())).collect();
    match words.as_slice() {
        [head @ .., last] if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        words => words.concat(),
    }
}

fn them<S>(exits: &[S]) -> &'static str {
    if exits.len() == 1 { "it" } else { "them" }
}
