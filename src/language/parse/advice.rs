//! What to write instead, for lines that fit nowhere.

use super::Rule;
use super::remedy::{Trouble, unit};
use crate::program::Verb;
use crate::source::closest;

/// Words with which a declaration begins.
const DECLARATIONS: [&str; 17] = [
    "program", "crm", "backend", "numbers", "hours", "shifts", "queue", "calendar", "prompt", "tone",
    "route", "flow", "function", "import", "keys", "record", "keep",
];

/// What people write for `import`.
const IMPORTS: [&str; 6] = ["include", "require", "use", "using", "load", "source"];

/// Words with which a line of `program` begins.
pub(super) const PROGRAM_LINES: [&str; 5] = ["languages", "country", "zone", "allow", "default"];

/// Settings that are lengths of time.
const LENGTHS: [&str; 10] =
    ["first_key", "between_keys", "ring", "within", "timeout", "every", "max", "min", "silence", "wrap_up"];

/// How the lines of each block look.
const LINES: [(Rule, &str); 13] = [
    (Rule::bad_route, "call to +7 843 203-57-37 -> flow`, `sms, chat -> flow` or `otherwise -> flow"),
    (Rule::bad_case, "from vip -> flow`, `office is open -> flow` or `otherwise -> flow"),
    (Rule::bad_keys, "0 -> operators(\"zero\")"),
    (Rule::bad_queue, "strategy longest_idle`, `music \"hold\"` or `timeout 10m"),
    (
        Rule::bad_backend,
        "get balance(account: digits) -> { amount: money } at \"/balance/{account}\" within 2s",
    ),
    (Rule::bad_hours, "mon-fri 09:00-13:00, 14:00-18:00"),
    (Rule::bad_season, "mon-fri 09:00-15:00"),
    (Rule::bad_shifts, "day mon-fri 08:00-20:00` or `night otherwise"),
    (Rule::bad_calendar, "2026-12-25` or `dec 25"),
    (Rule::bad_prompt, "en \"Welcome.\""),
    (Rule::bad_match, "1..3 -> flow` or `otherwise { … }"),
    (Rule::bad_draw, "2 -> flow"),
    (Rule::bad_numbers, "+7 965 629-57-19` or `+7 843 ..."),
];

/// How declarations look.
const HEADS: [&str; 16] = [
    "program bank { … }",
    "crm { … }",
    "backend core { … }",
    "numbers vip from \"data/vip.csv\"` or `numbers vip { +7 965 629-57-19 }",
    "hours office in \"Europe/Moscow\" { … }",
    "queue support { … }",
    "calendar holidays { jan 1 }",
    "prompt welcome(name: text) { … }",
    "tone chime { 950Hz 330ms }",
    "route main { … }",
    "flow balance(account: account) { … }",
    "function rank(tariff: text) -> number from \"scripts/rank.rhai\"",
    "import \"prompts.flow\"",
    "keys { 0 -> operators }",
    "record stop { name: text, number: digits }",
    "keep calls: number = 0 per caller",
];

/// Whether a word begins a declaration, or was meant to.
pub(super) fn begins_declaration(word: &str) -> bool {
    closest(word, DECLARATIONS).is_some()
}

/// Whether a line with this word was meant to import something.
pub(super) fn means_import(word: &str) -> bool {
    IMPORTS.contains(&word) || closest(word, DECLARATIONS) == Some("import")
}

/// Whether a word begins a declaration.
pub(super) fn is_declaration(word: &str) -> bool {
    DECLARATIONS.contains(&word)
}

/// The fix for a line that goes wrong at a byte, where something was found.
pub(super) fn advice(line: &str, at: usize, found: &str, bad: Rule) -> Option<String> {
    let trouble = Trouble { line, at, found };
    let fix = trouble.rule_of_route(bad).or_else(|| trouble.arm(bad)).or_else(|| trouble.value());
    if let Some(text) = fix.or_else(|| trouble.remedy()) {
        return Some(text);
    }
    if let Some(text) = sign(line, at, found, bad) {
        return Some(text.to_owned());
    }
    let is_length = LENGTHS.iter().any(|word| line[..at].trim_end().ends_with(word));
    if is_length && found.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(unit(found));
    }
    match bad {
        Rule::bad_item if at == 0 && DECLARATIONS.contains(&found) => written_like(found),
        Rule::bad_program => program_line(line),
        Rule::bad_item if at == 0 && IMPORTS.contains(&found) => Some("did you mean `import`?".to_owned()),
        Rule::bad_item if at == 0 => Some(match closest(found, DECLARATIONS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("a declaration begins with {}", listed(&DECLARATIONS)),
        }),
        Rule::bad_statement if at == 0 => trouble.statement(),
        Rule::bad_body if found == "\"" && line[..at].trim().is_empty() => {
            Some("a choice begins with its key: `1 \"hours\" -> hours`".to_owned())
        }
        Rule::bad_item => {
            let word = line.split(' ').next().unwrap_or("");
            written_like(word)
        }
        Rule::bad_statement => None,
        _ => LINES
            .iter()
            .find(|(rule, _)| *rule == bad)
            .map(|(_, example)| format!("write it like `{example}`")),
    }
}

/// How a declaration with this word looks.
fn written_like(word: &str) -> Option<String> {
    let example = HEADS.iter().find(|example| example.split(' ').next() == Some(word));
    example.map(|example| format!("write it like `{example}`"))
}

/// A line of `program` as it was meant.
pub(super) fn program_line(line: &str) -> Option<String> {
    let mut words = line
        .split(|sign: char| !(sign.is_alphanumeric() || matches!(sign, '_' | '/' | '-' | '+')))
        .filter(|word| !word.is_empty());
    let (first, rest) = (words.next()?, words.collect::<Vec<_>>());
    Some(match first {
        "languages" | "language" | "lang" | "locale" | "locales" if !rest.is_empty() => {
            format!("the languages have commas between them: `languages {}`", rest.join(", "))
        }
        "zone" | "timezone" | "time_zone" | "tz" if !rest.is_empty() => {
            format!("the zone stands in quotes: `zone \"{}\"`", rest.join("_"))
        }
        _ => match closest(first, PROGRAM_LINES) {
            Some(near) if near != first => format!("did you mean `{near}`?"),
            _ => "write `languages en, ru`, `country DE`, `zone \"Europe/Berlin\"`, `allow …`, `default { … }` or `en falls back to ru`"
                .to_owned(),
        },
    })
}

/// Advice that what was found calls for, wherever it stands.
fn sign(line: &str, at: usize, found: &str, bad: Rule) -> Option<&'static str> {
    let before = line[..at].trim_end();
    let verb = line.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    let text = match found {
        ">" if before.ends_with('<') => "different values are compared by `!=`",
        "=" | ">" if line[at..].starts_with("=>") || before.ends_with('=') && found == ">" => {
            match compares(verb) {
                true => "at least as much is written `>=`",
                false => "an arrow is written `->`",
            }
        }
        ">" => "an arrow is written `->`",
        "=" if before.ends_with(['+', '-', '*', '/']) => "a variable is changed by `set x = x + 1`",
        "=" => "one `=` compares; `let` names a value and `set` changes it",
        "&" => "write `and`",
        "|" => "write `or`",
        "!" => "write `not`",
        "+" if before == "transfer" => "write `to` before the number: `transfer to +7 843 203-57-37`",
        "+" if before == "send sms" => "write `to` before the number: `send sms to +7 843 203-57-37 say …`",
        "+" | "-" | "*" | "/" if calls_flow(before) => {
            "what a flow brings is named first: `let x = do flow()`, and reckoned with in the next line"
        }
        "+" if line[at..].starts_with("++") || before.ends_with('+') => {
            "a variable is changed by `set x = x + 1`, a kept number by `count x`"
        }
        "+" if !line[at..].starts_with("+ ") || !line[..at].ends_with(' ') => {
            "a plus sign has blanks around it"
        }
        "'" => "a text stands in double quotes: `\"…\"`",
        _ if verb == "topics" && at > 0 => "topics stand in quotes: `topics \"balance\"`",
        "#" if at == 0 => "a remark begins with `//`",
        "/" if line[at..].starts_with("/*") => "a remark begins with `//` and ends with its line",
        "elif" | "elsif" | "elseif" => "write `else if`",
        "\"" if opens_value(before) => "`{` in a text begins a value: `{caller}`; a brace is written `\\{`",
        "\"" if before == "say" => "what is said stands in a `prompt`, and `say` names it: `say welcome`",
        ":" | "" if verb == "flow" => "write `{` on the same line: `flow name {`",
        "" if verb == "again" => "write `again at most 3 else -> …`",
        "" | "{" if verb == "repeat" => "write `repeat at most 3 { … }`",
        "(" if before.ends_with(" in") => "behind `in` stands a set of `numbers`: `caller in vip`",
        _ if found.starts_with(|c: char| c.is_ascii_digit()) && verb == "transfer" => {
            "a phone number begins with `+`: `+7 843 203-57-37`"
        }
        "," if matches!(bad, Rule::bad_route | Rule::bad_case)
            && ["withheld", "missing", "invalid"].contains(&before) =>
        {
            "callers without a number stand behind `from`: `from withheld, missing -> …`"
        }
        "," if ["one ", "ok ", "verified "].iter().any(|exit| line.starts_with(exit)) => {
            "an exit that brings something has an arrow of its own: `one client -> …`"
        }
        _ if at > 0 && Verb::CATALOGUE.iter().any(|verb| verb.word == found) => {
            "a statement ends with its line, or with `;`"
        }
        _ if verb == "say" && at > 0 && found.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            "several prompts have commas between them: `say welcome, opening`"
        }
        _ => return None,
    };
    Some(text)
}

/// Whether a line with this word has a condition.
fn compares(verb: &str) -> bool {
    matches!(verb, "if" | "check" | "let" | "set" | "return" | "from" | "else")
}

/// Whether what stands before is `let x = do flow(…)`, to its end.
fn calls_flow(before: &str) -> bool {
    before.split_once("= do ").is_some_and(|(_, call)| call.ends_with(')') || !call.contains([' ', '(']))
}

/// Whether the text in which a line goes wrong has a brace that is not closed.
fn opens_value(before: &str) -> bool {
    let text = before.rsplit('"').next().unwrap_or("");
    text.rfind('{').is_some_and(|open| !text[open..].contains('}'))
}

fn listed(words: &[&str]) -> String {
    match words {
        [head @ .., last] => format!("`{}` or `{last}`", head.join("`, `")),
        [] => String::new(),
    }
}
