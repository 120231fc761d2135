//! Where a name is declared, and where it is used.

use super::workspace::{Script, Workspace};
use crate::language::outline::{Declared, Expected, NameKind, Outline, Word, outline};
use lsp_types::{Location, Position, Uri};

/// A program's scripts with what each declares and names.
pub(super) struct Names<'a> {
    /// The first is the one that was asked about.
    pub scripts: Vec<(&'a Script, Outline<'a>)>,
}

/// A declaration and the script in which it stands.
#[derive(Clone, Copy)]
pub(super) struct Found<'n, 'a> {
    /// Its position among the program's scripts.
    pub index: usize,
    pub script: &'a Script,
    pub declared: &'n Declared<'a>,
}

impl<'a> Names<'a> {
    pub(super) fn new(scripts: &'a [Script]) -> Names<'a> {
        Names { scripts: scripts.iter().map(|script| (script, outline(&script.text))).collect() }
    }

    /// The word at a byte of the first script.
    pub(super) fn word_at(&self, at: usize) -> Option<&Word<'a>> {
        let (_, outline) = self.scripts.first()?;
        outline.words.iter().find(|word| word.at.start <= at && at <= word.at.end)
    }

    /// What a word of a script may stand for: the names of its own flow before those of the program, those of the
    /// kind that belongs there before all others.
    pub(super) fn declared(&self, script: usize, word: &Word<'a>) -> Vec<Found<'_, 'a>> {
        let named: Vec<Found<'_, 'a>> = self.all().filter(|found| found.declared.name == word.text).collect();
        let is_here = |found: &&Found<'_, 'a>| found.index == script;
        if let Some(itself) = named.iter().filter(is_here).find(|found| found.declared.at == word.at) {
            return vec![*itself];
        }
        let fitting: Vec<Found<'_, 'a>> =
            named.into_iter().filter(|found| fits(word.expected, found.declared.kind)).collect();
        let is_inside = |found: &&Found<'_, 'a>| {
            found.declared.within.as_ref().is_some_and(|within| within.contains(&word.at.start))
        };
        let local: Vec<&Found<'_, 'a>> = fitting.iter().filter(is_here).filter(is_inside).collect();
        // The last one before the word is the one in force.
        let before = local.iter().rev().find(|found| found.declared.at.start <= word.at.start);
        match before.or(local.first()) {
            Some(found) => vec![**found],
            None => fitting.into_iter().filter(|found| found.declared.within.is_none()).collect(),
        }
    }

    /// All declarations.
    pub(super) fn all(&self) -> impl Iterator<Item = Found<'_, 'a>> {
        let scripts = self.scripts.iter().enumerate();
        scripts.flat_map(|(index, (script, outline))| {
            outline.declared.iter().map(move |declared| Found { index, script, declared })
        })
    }
}

impl Found<'_, '_> {
    /// What tells it from all others.
    fn key(&self) -> (usize, usize) {
        (self.index, self.declared.at.start)
    }
}

/// Whether a name of a kind may stand where something is expected.
fn fits(expected: Expected, kind: NameKind) -> bool {
    match expected {
        Expected::Names(kinds) if kinds.contains(&NameKind::Field) => {
            kinds.contains(&kind) || matches!(kind, NameKind::Status)
        }
        Expected::Names(kinds) => {
            kinds.contains(&kind) || matches!(kind, NameKind::Variable | NameKind::Parameter | NameKind::Keep)
        }
        Expected::Destination => kind == NameKind::Flow,
        Expected::Type => matches!(kind, NameKind::Record | NameKind::Object),
        Expected::Beginning => kind == NameKind::Status,
        Expected::NewName | Expected::State => false,
        Expected::Value => !matches!(
            kind,
            NameKind::Field | NameKind::Operation | NameKind::Status | NameKind::Outcome | NameKind::Topic
        ),
    }
}

/// Where the name at a place is declared.
pub(super) fn definition(workspace: &Workspace, uri: &Uri, position: Position) -> Vec<Location> {
    let scripts = workspace.program(uri);
    let Some(at) = scripts.first().map(|script| script.lines.offset(&script.text, position)) else {
        return Vec::new();
    };
    let names = Names::new(&scripts);
    let Some(word) = names.word_at(at) else { return Vec::new() };
    names
        .declared(0, word)
        .into_iter()
        .map(|found| located(found.script, found.declared.at.clone()))
        .collect()
}

/// Where the name at a place is used, and where it is declared if that is asked for.
pub(super) fn references(
    workspace: &Workspace,
    uri: &Uri,
    position: Position,
    with_declaration: bool,
) -> Vec<Location> {
    let scripts = workspace.program(uri);
    let Some(at) = scripts.first().map(|script| script.lines.offset(&script.text, position)) else {
        return Vec::new();
    };
    let names = Names::new(&scripts);
    let Some(word) = names.word_at(at) else { return Vec::new() };
    let meant: Vec<(usize, usize)> = names.declared(0, word).iter().map(Found::key).collect();
    let mut places = Vec::new();
    for (index, (script, outline)) in names.scripts.iter().enumerate() {
        for other in outline.words.iter().filter(|other| other.text == word.text) {
            let declared: Vec<(usize, usize)> = names.declared(index, other).iter().map(Found::key).collect();
            let is_declaration = declared.contains(&(index, other.at.start));
            if declared.iter().any(|key| meant.contains(key)) && (with_declaration || !is_declaration) {
                places.push(located(script, other.at.clone()));
            }
        }
    }
    places
}

/// A stretch of a script, as an editor finds it.
fn located(script: &Script, bytes: std::ops::Range<usize>) -> Location {
    Location { uri: script.uri.clone(), range: script.lines.range(&script.text, bytes) }
}
