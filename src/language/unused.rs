//! What is declared and used nowhere: prompts, queues, hours, outcomes. No mistake, so that it is told only on demand.
//!
//! A name that stands in the scripts once stands in its declaration. Comments do not count, and of texts only what is
//! filled in: `"{name}"`.

use super::Compiled;
use crate::program::Program;
use crate::source::{SourceId, SourceMap, Span};
use std::collections::BTreeMap;

/// How often a word stands in the scripts, and where first.
type Words<'s> = BTreeMap<&'s str, (usize, Span)>;

/// The names of a program that are used nowhere; one line each, in the order of the scripts.
pub fn unused(compiled: &Compiled) -> Vec<String> {
    let Some(program) = &compiled.program else { return Vec::new() };
    let sources = &compiled.sources;
    let mut words = Words::new();
    for source in sources.ids() {
        Scan { sources, source, at: 0 }.code(&mut words, None);
    }
    let once = |name: &str| match words.get(name) {
        Some((1, span)) => Some(*span),
        Some(_) | None => None,
    };
    let names = declared(program).into_iter();
    let mut found: Vec<(Span, String)> = names
        .filter_map(|(what, name)| Some((once(name)?, format!("nothing uses the {what} `{name}`"))))
        .collect();
    found.sort_by_key(|(span, _)| (span.source, span.start));
    let line = |(span, note): (Span, String)| {
        let place = sources.place(span);
        format!("{}:{}: {note}", place.path, place.line)
    };
    found.into_iter().map(line).collect()
}

/// What a program declares by name, beside its flows: a flow that nothing leads to is a mistake.
fn declared(program: &Program) -> Vec<(&'static str, &str)> {
    let mut names: Vec<(&'static str, &str)> = Vec::new();
    names.extend(program.prompts.iter().map(|prompt| ("prompt", &*prompt.name)));
    names.extend(program.tones.iter().map(|tone| ("tone", &*tone.name)));
    names.extend(program.schedules.iter().map(|schedule| ("schedule", &*schedule.name)));
    names.extend(program.queues.iter().map(|queue| ("queue", &*queue.name)));
    names.extend(program.numbers.iter().map(|set| ("set of numbers", &*set.name)));
    names.extend(program.backends.iter().map(|backend| ("backend", &*backend.name)));
    names.extend(program.functions.iter().map(|function| ("function", &*function.name)));
    names.extend(program.keeps.iter().map(|keep| ("kept value", &*keep.name)));
    names.extend(program.vocabulary.outcomes.iter().map(|outcome| ("outcome", &**outcome)));
    names
}

/// A walk through a script.
struct Scan<'s> {
    sources: &'s SourceMap,
    source: SourceId,
    at: usize,
}

impl<'s> Scan<'s> {
    /// Counts the words up to the end of the text, or to a brace that closes what is filled in.
    fn code(&mut self, words: &mut Words<'s>, ends: Option<char>) {
        while let Some(sign) = self.rest().chars().next() {
            if self.rest().starts_with("//") {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if sign == '"' {
                let is_sound = self.before().trim_end().ends_with("music");
                self.at += 1;
                // The music of queues and rooms is a recording or a tone, in quotes.
                if is_sound {
                    self.word(words);
                }
                self.text(words);
            } else if is_of_word(sign) {
                self.word(words);
            } else {
                self.at += sign.len_utf8();
                if Some(sign) == ends {
                    return;
                }
            }
        }
    }

    /// Counts the words that are filled into a text.
    fn text(&mut self, words: &mut Words<'s>) {
        while let Some(sign) = self.rest().chars().next() {
            self.at += sign.len_utf8();
            match sign {
                '"' => return,
                '\\' => self.at += self.rest().chars().next().map_or(0, char::len_utf8),
                '{' => self.code(words, Some('}')),
                _ => {}
            }
        }
    }

    fn word(&mut self, words: &mut Words<'s>) {
        let rest = self.rest();
        let length = rest.find(|sign| !is_of_word(sign)).unwrap_or(rest.len());
        let span = Span { source: self.source, start: self.at as u32, end: (self.at + length) as u32 };
        words.entry(&rest[..length]).or_insert((0, span)).0 += 1;
        self.at += length;
    }

    fn before(&self) -> &'s str {
        &self.sources.text(self.source)[..self.at]
    }

    fn rest(&self) -> &'s str {
        &self.sources.text(self.source)[self.at..]
    }
}

fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}
