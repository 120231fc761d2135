//! What stands in which braces, as far as columns need to know: statements stand one below the other, arms and
//! declarations of one kind form tables.

use super::token::Kind;
use super::tree::{Line, Part};

/// Words with which a line begins that is no arm, although a block or an arrow stands on it.
const NO_ARM: [&str; 45] = [
    "ask",
    "menu",
    "identify",
    "find",
    "authenticate",
    "get",
    "post",
    "update",
    "case",
    "transfer",
    "hand",
    "redirect",
    "queue",
    "record",
    "review",
    "conference",
    "transcribe",
    "if",
    "else",
    "match",
    "for",
    "choose",
    "let",
    "set",
    "do",
    "goto",
    "again",
    "repeat",
    "say",
    "play",
    "wait",
    "while",
    "default",
    "customer",
    "object",
    "callback",
    "send",
    "keep",
    "at",
    "after",
    "when",
    "never",
    "always",
    "languages",
    "strategy",
];

/// What the lines of a block are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope<'a> {
    /// Declarations.
    File,
    /// Rules of a route, however deep.
    Route,
    /// Statements.
    Statements,
    /// Settings, choices and exits, or the lines of the declaration with this word.
    Body(&'a str),
}

/// The kind of table that a line can be a row of. Rows of one kind, one below the other, share their columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table<'a> {
    /// `no_input 2 { … }`, `busy -> later`.
    Arms,
    /// `sat 10:00-16:00`; whether a name stands before the days, as in shifts.
    Hours(bool),
    /// `topics "balance"`.
    Words,
    /// A declaration on one line: its word, whether it has parameters, and in how many columns.
    Declarations(&'a str, bool, usize),
}

impl<'a> Scope<'a> {
    /// What stands in a block of this line.
    pub(super) fn inside(self, line: &Line<'a>) -> Scope<'a> {
        let word = line.head;
        match (self, word) {
            (Scope::File, "flow") => Scope::Statements,
            (Scope::File, "route") | (Scope::Route, _) => Scope::Route,
            (Scope::File, _) => Scope::Body(word),
            (Scope::Statements, "if" | "else" | "repeat" | "for") => Scope::Statements,
            (Scope::Statements, _) => Scope::Body(word),
            (Scope::Body(_), "while") => Scope::Statements,
            (Scope::Body(_), _) if is_arm(line) => Scope::Statements,
            (Scope::Body(_), _) => Scope::Body(word),
        }
    }

    /// The table of which a line on one line is a row, and the parts with which its columns begin.
    pub(super) fn table(self, line: &Line<'a>) -> Option<(Table<'a>, Vec<usize>)> {
        // A line that was too wide and broken behind its commas reads as a list afterwards: neither has columns.
        if line.is_continued || line.is_element {
            return None;
        }
        match self {
            Scope::Statements => None,
            Scope::File => declaration(line),
            Scope::Route => arm(line),
            Scope::Body("hours" | "shifts" | "override") => hours(line),
            Scope::Body("crm") if matches!(line.first_word(), "topics" | "outcomes") => {
                Some((Table::Words, vec![1]))
            }
            Scope::Body(_) if is_arm(line) => arm(line),
            Scope::Body(_) => None,
        }
    }
}

fn is_arm(line: &Line<'_>) -> bool {
    !NO_ARM.contains(&line.head)
}

/// An exit or a choice: what it is, and where it leads.
fn arm<'a>(line: &Line<'a>) -> Option<(Table<'a>, Vec<usize>)> {
    let leads = |part: &Part<'_>| part.token().is_none_or(|token| token.is_sign("->"));
    let at = line.parts.iter().position(leads).filter(|at| *at > 0)?;
    Some((Table::Arms, vec![at]))
}

/// A line of a schedule: a name where it has one, days, times.
fn hours<'a>(line: &Line<'a>) -> Option<(Table<'a>, Vec<usize>)> {
    let is_clock = |part: &Part<'_>| part.token().is_some_and(|token| token.kind == Kind::Clock);
    let second = line.parts.get(1).and_then(Part::token);
    if second.is_some_and(|token| token.is_word("otherwise")) {
        return Some((Table::Hours(true), vec![1]));
    }
    let clock = line.parts.iter().position(is_clock).filter(|at| *at > 0)?;
    let is_named = clock > 1 && second.is_some_and(|token| token.kind == Kind::Word);
    Some((Table::Hours(is_named), if is_named { vec![1, clock] } else { vec![clock] }))
}

/// A declaration: its head, and what it is.
fn declaration<'a>(line: &Line<'a>) -> Option<(Table<'a>, Vec<usize>)> {
    let mut round = 0_usize;
    let mut has_parameters = false;
    let mut columns = Vec::new();
    for (at, part) in line.parts.iter().enumerate().skip(1) {
        let Some(token) = part.token() else {
            columns.push(at);
            break;
        };
        match token.kind {
            Kind::RoundOpen => (round, has_parameters) = (round + 1, true),
            Kind::RoundClose => round = round.saturating_sub(1),
            _ if round > 0 => {}
            _ if token.is_sign("->") => columns.push(at),
            _ if token.is_word("from") => {
                columns.push(at);
                break;
            }
            _ => {}
        }
    }
    let count = columns.len();
    (count > 0).then_some((Table::Declarations(line.first_word(), has_parameters, count), columns))
}
