//! What may stand at a point of a line.

use super::{NameKind, Place};

/// What may stand at a point of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The word with which a declaration, a statement or an entry begins.
    Beginning,
    /// A name of one of these kinds.
    Names(&'static [NameKind]),
    /// Behind `->`: a flow, or a word that ends the path.
    Destination,
    /// Behind `is`: a state.
    State,
    /// Behind `:`: a type.
    Type,
    /// A value: variables, kept values, functions, hours.
    Value,
    /// A name that is declared here.
    NewName,
}

use Expected::{Beginning, Destination, Names, NewName, State, Type, Value};

/// Words behind which a name of a certain kind stands.
const BEHIND: [(&str, &[NameKind]); 13] = [
    ("goto", &[NameKind::Flow]),
    ("do", &[NameKind::Flow]),
    ("call_flow", &[NameKind::Flow]),
    ("play", &[NameKind::Tone]),
    ("from", &[NameKind::Numbers]),
    ("on", &[NameKind::Calendar]),
    ("outcome", &[NameKind::Outcome]),
    ("topic", &[NameKind::Topic]),
    ("tell", &[NameKind::Backend]),
    ("get", &[NameKind::Backend]),
    ("post", &[NameKind::Backend]),
    ("find", &[NameKind::Object]),
    ("count", &[NameKind::Keep]),
];

/// What may stand behind these tokens of a line, in these braces, that many round brackets deep.
pub(super) fn expected(place: Place, before: &[&str], depth: usize) -> Expected {
    let Some(last) = before.last().copied() else { return beginning(place) };
    let first = before.first().copied().unwrap_or_default();
    if declares(place, before) {
        return NewName;
    }
    match last {
        "->" if matches!(place, Place::Declaration(_) | Place::File) => return Type,
        "->" => return Destination,
        ":" => return Type,
        "is" => return State,
        "." => return Names(&[NameKind::Field, NameKind::Operation]),
        "say" | "then" | "whisper" | "say_code" | "unaccepted" if depth == 0 && first != "if" => {
            return Names(&[NameKind::Prompt]);
        }
        "," if depth == 0 && is_speech(before) => return Names(&[NameKind::Prompt]),
        "queue" if before.len() == 1 => return Names(&[NameKind::Queue]),
        "in" if first == "callback" || before.contains(&"place") => return Names(&[NameKind::Queue]),
        "override" => return Names(&[NameKind::Hours]),
        _ => {}
    }
    if matches!(place, Place::File | Place::Fields | Place::Crm) {
        return if last == "," && depth > 0 { NewName } else { Value };
    }
    match BEHIND.iter().find(|(word, _)| *word == last) {
        Some((_, kinds)) => Names(kinds),
        None => Value,
    }
}

fn beginning(place: Place) -> Expected {
    match place {
        Place::Fields => NewName,
        Place::Cases => Value,
        _ => Beginning,
    }
}

/// Whether the next word is a name that is declared by it.
fn declares(place: Place, before: &[&str]) -> bool {
    match (place, before) {
        (Place::File, [word]) => NameKind::declared_by(word).is_some(),
        (Place::File, [.., "("]) | (Place::Declaration(NameKind::Backend), [.., "("]) => true,
        (Place::Fields, [.., ","]) => true,
        (Place::Crm, ["object"]) => true,
        (Place::Declaration(NameKind::Backend), ["get" | "post"]) => true,
        (Place::Statements, ["let" | "record" | "menu" | "ask"] | ["ask", "secret"] | ["for", "each"]) => {
            true
        }
        (Place::Statements | Place::Verb(_) | Place::Cases, [.., "is", "some"]) => true,
        (Place::Verb(_), [.., "as"] | ["each"] | ["ask"] | ["ask", "secret"]) => true,
        _ => false,
    }
}

/// Whether a comma in such a line is one between prompts.
fn is_speech(before: &[&str]) -> bool {
    let starts = |word: &&str| matches!(*word, "say" | "then" | "whisper" | "say_code" | "unaccepted");
    before
        .iter()
        .rev()
        .find(|word| starts(word) || matches!(**word, "transfer" | "from" | "call"))
        .is_some_and(starts)
}
