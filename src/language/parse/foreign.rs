//! Words that a designer brings along: from other systems, and from versions of this language to come.

use super::foreign_words::OTHERS;
use crate::program::Verb;
use crate::program::verb::VerbSpec;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What is to be said about a word.
pub(super) enum Verdict {
    /// The language has it, this version does not.
    Later,
    /// Another system has it.
    Other {
        /// Which.
        system: &'static str,
        /// What stands for it here.
        ours: &'static str,
    },
}

/// Declarations of the language that this version leaves out.
const LATER_ITEMS: [&str; 1] = ["shifts"];

/// Verbs of the language that this version leaves out, the longer ones first.
const LATER_STATEMENTS: [&str; 1] = ["on hold"];

/// The word with which a line begins, if it is one of these.
pub(super) fn recognise(line: &str, is_item: bool) -> Option<(&str, Verdict)> {
    let later: &[&str] = if is_item { &LATER_ITEMS } else { &LATER_STATEMENTS };
    if let Some(word) = later.iter().find_map(|word| begins(line, word)) {
        return Some((word, Verdict::Later));
    }
    let (word, (_, system, ours)) = as_written(line).or_else(|| otherwise_written(line))?;
    let ours = application(line).unwrap_or(ours);
    Some((word, Verdict::Other { system, ours }))
}

type Entry = (&'static str, &'static str, &'static str);

/// The words by their letters alone; of several the first.
static BARE: LazyLock<BTreeMap<String, Entry>> = LazyLock::new(|| {
    let words = OTHERS.iter().rev().filter(|(word, ..)| !word.starts_with('<'));
    words.map(|entry| (bare(entry.0), *entry)).collect()
});

fn as_written(line: &str) -> Option<(&str, Entry)> {
    OTHERS.iter().find_map(|entry| Some((begins(line, entry.0)?, *entry)))
}

/// `get_customer_input` and `voicemail` are `GetCustomerInput` and `VoiceMail`; but what is a word of this language in
/// small letters is meant so.
fn otherwise_written(line: &str) -> Option<(&str, Entry)> {
    let word = &line[..line.find(|c: char| !is_part(c)).unwrap_or(line.len())];
    let has = |verb: &&VerbSpec| {
        verb.word.split(' ').next() == Some(word) || verb.exits.iter().any(|exit| exit.word == word)
    };
    let is_ours = Verb::CATALOGUE.iter().any(has);
    if is_ours || word.is_empty() {
        return None;
    }
    BARE.get(&bare(word)).map(|entry| (word, *entry))
}

/// What stands for the application that a line of a dialplan names: `same => n,Hangup()`, `<action application="bridge"`.
fn application(line: &str) -> Option<&'static str> {
    let named = match begins(line, "<action") {
        Some(_) => line.split("application=\"").nth(1)?,
        None => line.split_once("=>")?.1.rsplit_once(',').map_or("", |(before, last)| {
            // The arguments of the application have commas, too.
            before.split_once('(').map_or(last, |(name, _)| name.rsplit(',').next().unwrap_or(name))
        }),
    };
    let named = named.trim_start();
    as_written(named).or_else(|| otherwise_written(named)).map(|(_, (_, _, ours))| ours)
}

/// The beginning of a line, if it is this word and ends there.
fn begins<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    // A tag may have been laid out: `< Gather`.
    let rest = match word.strip_prefix('<') {
        Some(tag) => line.strip_prefix('<')?.trim_start_matches(' ').strip_prefix(tag)?,
        None => line.strip_prefix(word)?,
    };
    (!rest.starts_with(is_part)).then(|| &line[..line.len() - rest.len()])
}

fn is_part(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '_'
}

fn bare(word: &str) -> String {
    word.chars().filter(|sign| sign.is_ascii_alphanumeric()).map(|sign| sign.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(line: &str) -> Option<&'static str> {
        match recognise(line, false)?.1 {
            Verdict::Other { ours, .. } => Some(ours),
            Verdict::Later => None,
        }
    }

    #[test]
    fn a_word_is_known_in_any_spelling_but_that_of_a_word_of_ours() {
        assert_eq!(ours("get_customer_input"), Some("`menu` or `ask`"));
        assert_eq!(ours("GetCustomerInput"), Some("`menu` or `ask`"));
        assert_eq!(ours("Set(X=1)"), Some("`set`"));
        assert_eq!(ours("set x 1"), None);
        assert_eq!(ours("say_hello"), None);
    }

    #[test]
    fn a_line_of_a_dialplan_is_known_by_its_application() {
        assert_eq!(ours("same => n,Hangup()"), Some("`hangup`"));
        assert_eq!(ours("exten => s,1,Dial(SIP/100,20)"), Some("`transfer to`"));
        assert_eq!(ours("<action application=\"bridge\" data=\"x\"/>"), Some("`transfer to`"));
        assert_eq!(ours("same => n,Unheard(x)"), Some("a statement of a `flow`, on a line of its own"));
    }
}
