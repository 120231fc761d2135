//! From text to syntax tree, by the grammar in `grammar/flow.pest`.
//!
//! A mistake costs the line it stands on, not the file: the grammar sets such lines aside, and `fault` reads each of
//! them again to say what was expected there. Braces are balanced by `braces` before the grammar sees the text.

mod advice;
mod arm_advice;
mod asking;
mod body;
mod braces;
mod data;
mod days;
mod expr;
mod fault;
mod foreign;
mod foreign_words;
mod item;
mod legs;
mod literal;
mod parts;
mod promise;
mod remedy;
mod route;
mod route_advice;
mod rules;
mod schedule;
mod setting;
mod statement;
mod stray;
mod unseen;
mod value_advice;
mod waiting;

pub(super) use literal::is_currency;
pub(super) use route_advice::{means_otherwise, means_withheld};

use super::ast::{Item, Name};
use crate::source::{Code, Diagnostic, Diagnostics, SourceId, Span};
use advice::{begins_declaration, means_import};
use parts::Parts;
use pest::Parser;
use pest::iterators::Pair;
use pest_derive::Parser;
use std::collections::BTreeSet;
use unseen::without_unseen;

/// Nesting of braces, brackets and `if`s beyond this is a mistake, not a program.
pub(super) const DEEPEST: usize = 64;
/// What to do about such nesting.
const SPLIT: &str = "split this into several flows";
/// What to do about an expression that is too long, or nests too deep.
const NAME_PARTS: &str = "give parts of it names by `let`, in lines before this";
/// Operators of one expression beyond this are a mistake, too.
const MOST_OPERATORS: usize = 256;

#[derive(Parser)]
#[grammar = "grammar/flow.pest"]
#[grammar = "grammar/asking.pest"]
#[grammar = "grammar/data.pest"]
#[grammar = "grammar/hours.pest"]
#[grammar = "grammar/legs.pest"]
#[grammar = "grammar/promise.pest"]
#[grammar = "grammar/waiting.pest"]
struct Grammar;

/// One file, read.
pub(super) struct ParsedFile {
    /// Its declarations.
    pub items: Vec<Item>,
    /// Words in lines that could not be read: what they name is not reported as unused.
    pub mentioned: BTreeSet<String>,
    /// What such lines would have named: that it is missing is not reported again.
    pub lost: BTreeSet<String>,
    /// Whether one of them would have imported something, so that any name may be declared there.
    pub import_lost: bool,
}

/// Reads one text.
pub(super) fn parse_file(text: &str, source: SourceId, diagnostics: &mut Diagnostics) -> ParsedFile {
    let (mentioned, lost) = (BTreeSet::new(), BTreeSet::new());
    let mut reader = Reader { source, diagnostics, mentioned, lost, import_lost: false, depth: 0, texts: 0 };
    let text = without_unseen(text, &mut reader);
    let text = braces::balance(&text, &mut reader);
    let items = match Grammar::parse(Rule::file, &text) {
        Ok(mut pairs) => pairs.next().map(|file| reader.items(file)).unwrap_or_default(),
        Err(error) => {
            reader.unreadable(&error);
            Vec::new()
        }
    };
    let Reader { mentioned, lost, import_lost, .. } = reader;
    ParsedFile { items, mentioned, lost, import_lost }
}

/// Reads a text by the grammar alone; gives back how many declarations it took. For benches, as the measure of the rest.
pub fn parse_only(text: &str) -> usize {
    Grammar::parse(Rule::file, text).map_or(0, |file| file.flat_map(Pair::into_inner).count())
}

/// Turns pairs into the syntax tree.
struct Reader<'a> {
    source: SourceId,
    diagnostics: &'a mut Diagnostics,
    mentioned: BTreeSet<String>,
    lost: BTreeSet<String>,
    import_lost: bool,
    /// Expressions and `if`s around the one that is being read.
    depth: usize,
    /// Texts around it, in whose braces it stands.
    texts: usize,
}

impl Reader<'_> {
    fn items(&mut self, file: Pair<'_, Rule>) -> Vec<Item> {
        let mut items = Vec::new();
        let mut astray = false;
        for pair in Parts::of(file) {
            match pair.as_rule() {
                Rule::EOI => {}
                // Behind a declaration that could not be read, these lines belong to it.
                Rule::bad_item if astray && !begins_declaration(fault::token(pair.as_str())) => {
                    self.mention(pair.as_str());
                }
                Rule::bad_item => {
                    self.import_lost |= means_import(fault::token(pair.as_str()));
                    self.fault(&pair);
                    astray = true;
                }
                _ => {
                    items.extend(self.item(pair));
                    astray = false;
                }
            }
        }
        items
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        let trimmed = span.as_str().trim_end().len();
        Span { source: self.source, start: span.start() as u32, end: (span.start() + trimmed) as u32 }
    }

    fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name { text: pair.as_str().into(), span: self.span(pair) }
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(code, span, message));
    }

    /// The grammar takes any balanced text, so this is a text that exhausts it: nesting without end.
    fn unreadable(&mut self, error: &pest::error::Error<Rule>) {
        let at = match error.location {
            pest::error::InputLocation::Pos(at) => at,
            pest::error::InputLocation::Span((start, _)) => start,
        } as u32;
        let span = Span { source: self.source, start: at, end: at + 1 };
        let message = format!("more than {DEEPEST} of these within each other");
        self.diagnostics.push(Diagnostic::new(Code::Syntax, span, message).hint(SPLIT));
    }
}
