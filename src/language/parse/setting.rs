//! Lines in a verb's braces that begin like a setting: one that the verb does not have, or one without its unit.
//!
//! The grammar reads an unknown word as an exit, so that it stumbles behind it; what a person meant is seen by the verb.

use super::fault::token;
use super::value_advice::decimal_length;
use super::{Grammar, Reader, Rule};
use crate::language::offer::setting_hint;
use crate::program::Verb;
use crate::program::verb::VerbSpec;
use crate::source::{Code, Diagnostic, Span};
use pest::Parser;
use pest::iterators::Pair;

/// Lengths of time, which have a unit.
const LENGTHS: [&str; 12] = [
    "first_key",
    "between_keys",
    "ring",
    "within",
    "timeout",
    "every",
    "max",
    "min",
    "silence",
    "wrap_up",
    "speech",
    "for",
];

/// The verb whose statement begins here, by the words with which it begins.
pub(super) fn verb_at(text: &str) -> Option<&'static VerbSpec> {
    let begins = |verb: &&VerbSpec| {
        let rest = text.strip_prefix(verb.word);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    };
    let word = if text.starts_with("post ") { Some("get") } else { None };
    let found = Verb::CATALOGUE.iter().copied();
    match word {
        Some(word) => found.into_iter().find(|verb| verb.word == word),
        None => found.filter(|verb| begins(verb)).max_by_key(|verb| verb.word.len()),
    }
}

impl Reader<'_> {
    /// What is wrong with a line that begins like a setting; `None` where it does not.
    pub(super) fn setting_fault(&self, line: &Pair<'_, Rule>, verb: &'static VerbSpec) -> Option<Diagnostic> {
        let text = line.as_str().trim_end();
        let start = line.as_span().start();
        let word = token(text);
        if let Some(found) = self.behind_setting(line, verb) {
            return Some(found);
        }
        if !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let at = start + word.len();
        let rest = &text[word.len()..];
        let has = takes(verb, word);
        // `accept 1 within 3`, `say hello every 5`: part of the setting before it.
        let goes_on = !setting_before(line).is_empty();
        if LENGTHS.contains(&word) && (has == Some("DURATION") || goes_on) {
            return self.no_length(word, rest, at);
        }
        let is_exit = verb.exits.iter().any(|exit| exit.word.split(' ').next() == Some(word));
        if has.is_some() && !is_arm(rest) {
            return Some(self.as_written(line, verb, word));
        }
        if begins_statement(word) && !is_setting(word) && !is_exit && !is_arm(rest) {
            let finding = self.expected(line);
            let written = text.split('"').next().unwrap_or(text).trim_end();
            let exit = verb.exits.iter().find(|exit| exit.needed).map_or("EXIT", |exit| exit.word);
            let hint = format!("a statement stands in the braces of an exit: `{exit} {{ {written} }}`");
            return Some(Diagnostic { hint: Some(hint), ..finding });
        }
        if is_exit || is_arm(rest) || (begins_statement(word) && !is_setting(word)) {
            return None;
        }
        let known = words(verb);
        let message = format!("`{}` has no setting `{word}`", verb.word);
        let span = self.stretch(start, word.len());
        Some(Diagnostic::new(Code::InvalidSetting, span, message).maybe_hint(setting_hint(word, &known)))
    }

    /// A setting of the verb that goes on in another way.
    fn as_written(&self, line: &Pair<'_, Rule>, verb: &'static VerbSpec, word: &str) -> Diagnostic {
        let finding = self.expected(line);
        let value = line.as_str()[word.len()..].trim();
        let bare = value.trim_matches('"');
        if bare != value && !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit()) {
            let hint = format!("a number stands without quotes: `{word} {bare}`");
            return Diagnostic { hint: Some(hint), ..finding };
        }
        let written = verb.settings.iter().map(|setting| setting.written);
        let all: Vec<&str> = written.filter(|written| written.split(' ').next() == Some(word)).collect();
        if finding.hint.is_some() {
            finding
        } else {
            finding.hint(format!("it is written `{}`", all.join("` or `")))
        }
    }

    /// A length of time without its unit, or something else in its place.
    fn no_length(&self, word: &str, rest: &str, at: usize) -> Option<Diagnostic> {
        let value = rest.trim_start();
        if let Some(length) = decimal_length(value) {
            let found = value.split([' ', ';', '}']).next().unwrap_or(value);
            let span = self.stretch(at + rest.len() - value.len(), found.len());
            let message = format!("expected a length of time like `30s`, found `{found}`");
            let hint = format!("a length of time has no decimals: `{word} {length}`");
            return Some(Diagnostic::new(Code::Syntax, span, message).hint(hint));
        }
        let found = match value.strip_prefix('"') {
            Some(text) => &value[..text.find('"').map_or(value.len(), |end| end + 2)],
            None => token(value),
        };
        if is_arm(rest) || found.is_empty() && !rest.is_empty() {
            return None;
        }
        if Grammar::parse(Rule::duration, found).is_ok_and(|pairs| pairs.as_str() == found) {
            return None;
        }
        let span = self.stretch(at + rest.len() - value.len(), found.len());
        let message = match found {
            "" => format!("expected a length of time like `30s` behind `{word}`"),
            found => format!("expected a length of time like `30s`, found `{found}`"),
        };
        let bare = found.trim_matches('"');
        let is_number = !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit());
        let hint = match is_number {
            true => with_unit(bare),
            false if bare != found => format!("it stands without quotes: `{word} {bare}`"),
            false => format!("write `{word} 30s`"),
        };
        Some(Diagnostic::new(Code::Syntax, span, message).hint(hint))
    }

    /// What stands behind a setting that takes less: `beep 3`, `accept 12`.
    fn behind_setting(&self, line: &Pair<'_, Rule>, verb: &'static VerbSpec) -> Option<Diagnostic> {
        let word = token(setting_before(line));
        let takes = takes(verb, word)?;
        let found = token(line.as_str());
        let span = self.stretch(line.as_span().start(), found.len());
        let what = match takes {
            "" => "stands alone".to_owned(),
            takes if takes.starts_with("KEY") && !found.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                "takes one key".to_owned()
            }
            _ => return None,
        };
        let message = format!("`{word}` {what}");
        Some(Diagnostic::new(Code::InvalidSetting, span, message).hint("leave this out"))
    }

    fn stretch(&self, start: usize, len: usize) -> Span {
        Span { source: self.source, start: start as u32, end: (start + len) as u32 }
    }
}

/// What stands before a line on the same line: a setting of which it is the rest.
fn setting_before<'i>(line: &Pair<'i, Rule>) -> &'i str {
    let before = &line.as_span().get_input()[..line.as_span().start()];
    before.rsplit(['{', ';', '\n']).next().unwrap_or("").trim()
}

/// The fix for a length without a unit.
pub(super) fn with_unit(number: &str) -> String {
    format!("a length of time has a unit: `{number}s`, or `{number}m` for minutes")
}

/// The words of a verb's settings.
fn words(verb: &'static VerbSpec) -> Vec<&'static str> {
    let words = verb.settings.iter().map(|setting| apart(setting.written).0);
    let mut words: Vec<_> = words.filter(|word| !word.is_empty() && stands_in_braces(word)).collect();
    words.dedup();
    words
}

/// What a setting of a verb takes, as its record writes it; `None` where the verb has no such setting.
fn takes(verb: &'static VerbSpec, word: &str) -> Option<&'static str> {
    let mut settings = verb.settings.iter().map(|setting| apart(setting.written));
    let first = |known: &str| known.split(' ').next() == Some(word);
    settings.find(|(known, _)| !word.is_empty() && first(known)).map(|(_, takes)| takes)
}

/// `ring DURATION` as the words that are written and what is filled in.
fn apart(written: &'static str) -> (&'static str, &'static str) {
    let is_word = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    // What is said or played is filled in.
    let speaks = |(place, word): &(usize, &str)| *place > 0 && matches!(*word, "say" | "play" | "no_repeats");
    let words = written.split(' ').enumerate().take_while(|word| is_word(&word.1) && !speaks(word));
    let count = words.count();
    let end: usize = written.split(' ').take(count).map(|word| word.len() + 1).sum();
    (written[..end.min(written.len())].trim_end(), &written[end.min(written.len())..])
}

/// Some settings of a record stand before the braces.
fn stands_in_braces(words: &str) -> bool {
    !["to", "in", "by", "with", "per", "at", "subject", "attach", "whole", "keeping", "else"]
        .iter()
        .any(|before| words.split(' ').next() == Some(before) && words != "at most")
}

/// Whether a line goes on like an exit.
fn is_arm(rest: &str) -> bool {
    let mut outside = rest.split('"').step_by(2);
    rest.trim_start().starts_with(',') || outside.any(|part| part.contains("->") || part.contains('{'))
}

fn is_setting(word: &str) -> bool {
    Grammar::parse(Rule::setting_word, word).is_ok()
}

fn begins_statement(word: &str) -> bool {
    Verb::CATALOGUE.iter().any(|verb| verb.word.split(' ').next() == Some(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verb_is_known_by_the_words_with_which_it_begins() {
        let word = |text| verb_at(text).map(|verb| verb.word);
        assert_eq!(word("queue support { }"), Some("queue"));
        assert_eq!(word("hand over to x"), Some("hand over"));
        assert_eq!(word("post a.b()"), Some("get"));
        assert_eq!(word("recording"), None);
    }

    #[test]
    fn a_record_is_taken_apart_into_words_and_what_is_filled_in() {
        assert_eq!(apart("ring DURATION"), ("ring", "DURATION"));
        assert_eq!(apart("at most N"), ("at most", "N"));
        assert_eq!(apart("beep"), ("beep", ""));
        assert_eq!(apart("KEY \"label\" -> flow"), ("", "KEY \"label\" -> flow"));
    }
}
