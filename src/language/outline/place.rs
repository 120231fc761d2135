//! In which braces something stands.

use super::NameKind;
use crate::program::Verb;
use crate::program::verb::VerbSpec;

/// In which braces something stands.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// In none: declarations.
    File,
    /// In those of a declaration that holds neither statements nor fields.
    Declaration(NameKind),
    /// In those of `crm`.
    Crm,
    /// Fields of a record, an object, a reply.
    Fields,
    /// Statements.
    Statements,
    /// In those of a verb: settings, choices, exits.
    Verb(&'static VerbSpec),
    /// Exits alone: `default`, `keys`, `review`.
    Arms,
    /// The cases of a `match`, a `choose`, a route.
    Cases,
    /// In those of something that is not known.
    Unknown,
}

impl Place {
    /// What the braces hold that are opened in this place by a line with these words.
    pub(super) fn opened_by(self, line: &[&str]) -> Place {
        let first = line.first().copied().unwrap_or_default();
        match self {
            Place::File => Place::of_declaration(first),
            Place::Crm => Place::Fields,
            Place::Declaration(NameKind::Backend) => Place::Fields,
            Place::Declaration(NameKind::Program) => Place::Arms,
            Place::Declaration(_) | Place::Fields | Place::Unknown => Place::Unknown,
            Place::Statements => Place::of_statement(line),
            Place::Verb(_) if first == "review" => Place::Arms,
            Place::Verb(_) if first == "ask" => verb(line).map_or(Place::Unknown, Place::Verb),
            Place::Cases if line.contains(&"to") => Place::Cases,
            Place::Verb(_) | Place::Arms | Place::Cases => Place::Statements,
        }
    }

    fn of_declaration(word: &str) -> Place {
        match word {
            "crm" => Place::Crm,
            "flow" => Place::Statements,
            "record" => Place::Fields,
            "route" => Place::Cases,
            "default" | "keys" => Place::Arms,
            word => NameKind::declared_by(word).map_or(Place::Unknown, Place::Declaration),
        }
    }

    fn of_statement(line: &[&str]) -> Place {
        match line.first().copied().unwrap_or_default() {
            "if" | "else" | "repeat" | "for" | "again" => Place::Statements,
            "match" | "choose" => Place::Cases,
            "default" | "keys" => Place::Arms,
            _ => verb(line).map_or(Place::Unknown, Place::Verb),
        }
    }
}

/// The record of the verb with which a line begins: of `send sms to caller` that of `send sms`.
pub(super) fn verb(line: &[&str]) -> Option<&'static VerbSpec> {
    let begins = |spec: &&&VerbSpec| {
        let mut words = line.iter();
        spec.word.split(' ').all(|word| words.next() == Some(&word))
    };
    let found = Verb::CATALOGUE.iter().filter(begins).max_by_key(|spec| spec.word.len()).copied();
    // The record of `get` is that of `post`, and so are those of timers.
    let other = match line.first().copied() {
        Some("post") => "get",
        Some("at") => "in",
        _ => return found,
    };
    found.or_else(|| Verb::CATALOGUE.iter().find(|spec| spec.word == other).copied())
}
