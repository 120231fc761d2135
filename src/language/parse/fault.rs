//! What a line that fits nowhere should have been.

use super::advice::{PROGRAM_LINES, advice, is_declaration as begins, program_line};
use super::rules::human_name;
use super::setting::verb_at;
use super::stray::stray;
use super::{Grammar, Reader, Rule, foreign};
use crate::program::Verb;
use crate::program::verb::VerbSpec;
use crate::source::{Code, Diagnostic, Span};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;

/// Words that cannot be names; the grammar's list of them.
const RESERVED: [&str; 15] = [
    "and", "or", "not", "is", "in", "if", "then", "else", "yes", "no", "none", "caller", "called", "from",
    "do",
];
/// More expectations than this say nothing to a reader.
const MOST_EXPECTED: usize = 6;

impl Reader<'_> {
    /// Reports a line that the grammar set aside.
    pub(super) fn fault(&mut self, pair: &Pair<'_, Rule>) {
        self.fault_in(pair, None);
    }

    /// Reports a line in the braces of a verb; whether it was a setting, so that no exit is lost with it.
    pub(super) fn fault_in(&mut self, pair: &Pair<'_, Rule>, verb: Option<&'static VerbSpec>) -> bool {
        self.mention(pair.as_str());
        self.lose(pair.as_str());
        let other = self.foreign(pair).or_else(|| self.stray(pair));
        let setting =
            if other.is_none() { verb.and_then(|verb| self.setting_fault(pair, verb)) } else { None };
        let was_setting = setting.is_some();
        let finding = other.or(setting).unwrap_or_else(|| self.expected(pair));
        self.diagnostics.push(finding);
        was_setting
    }

    /// Remembers what a line that could not be read would have named: `flow balance …`, `ask number: …`.
    pub(super) fn lose(&mut self, line: &str) {
        let mut words =
            line.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
        let named = words.nth(1).and_then(|word| if word == "secret" { words.next() } else { Some(word) });
        self.lost.extend(named.map(str::to_owned));
    }

    /// A sign that stands in no line, or quotes that do not pair.
    fn stray(&self, pair: &Pair<'_, Rule>) -> Option<Diagnostic> {
        let (input, span) = (pair.as_span().get_input(), pair.as_span());
        // From the beginning of the line: a quote may be missing before the place where the grammar stumbled.
        let base = input[..span.start()].rfind('\n').map_or(0, |end| end + 1);
        let found = stray(&input[base..span.end()])?;
        let (start, end) = ((base + found.range.start) as u32, (base + found.range.end) as u32);
        let span = Span { source: self.source, start, end };
        Some(Diagnostic::new(Code::Syntax, span, found.message).hint(found.hint))
    }

    /// Remembers the words of a text that could not be read.
    pub(super) fn mention(&mut self, text: &str) {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        self.mentioned.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }

    /// A word of another system, or of a later version of this one.
    fn foreign(&self, pair: &Pair<'_, Rule>) -> Option<Diagnostic> {
        let text = pair.as_str();
        let (word, verdict) = foreign::recognise(text, pair.as_rule() == Rule::bad_item)?;
        let start = pair.as_span().start() as u32;
        let span = Span { source: self.source, start, end: start + word.len() as u32 };
        Some(match verdict {
            foreign::Verdict::Later => {
                let message = format!("`{word}` is not in this version of the language");
                Diagnostic::new(Code::NotInThisVersion, span, message)
                    .hint("leave it out until a version has it")
            }
            foreign::Verdict::Other { system, ours } => {
                let message = format!("`{word}` is a word of {system}");
                Diagnostic::new(Code::ForeignWord, span, message).hint(format!("did you mean {ours}?"))
            }
        })
    }

    /// Reads the line again by the rule that it should follow; the grammar then says where that ends.
    pub(super) fn expected(&self, pair: &Pair<'_, Rule>) -> Diagnostic {
        let text = pair.as_str().trim_end();
        let base = pair.as_span().start();
        let is_strange = pair.as_rule() == Rule::bad_statement && begins_nothing(text);
        let parsed = (!is_strange).then(|| Grammar::parse(strict(pair.as_rule()), text));
        let (at, positives) = match parsed {
            None => (0, Vec::new()),
            Some(Ok(_)) => (text.len(), Vec::new()),
            Some(Err(error)) => {
                let at = match error.location {
                    InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
                };
                match error.variant {
                    ErrorVariant::ParsingError { positives, .. } => (at, positives),
                    ErrorVariant::CustomError { .. } => (at, Vec::new()),
                }
            }
        };
        let found = token(&text[text.floor_char_boundary(at)..]);
        let start = (base + at) as u32;
        let span = Span { source: self.source, start, end: start + found.len() as u32 };
        let wants_name = positives.contains(&Rule::ident);
        if wants_name && RESERVED.contains(&found) {
            let message = format!("`{found}` is a word of the language, and no name");
            return Diagnostic::new(Code::Syntax, span, message).hint("choose another name");
        }
        // What stands before it on its line has been read; of a line of `program` it is the rest.
        let before = &pair.as_span().get_input()[..base];
        let head = before.rsplit(['\n', '{', ';']).next().unwrap_or("").trim_start();
        let is_rest = pair.as_rule() == Rule::bad_program && !head.is_empty();
        let first = if is_rest { token(head) } else { token(text) };
        let message = match (expectation(&positives), found) {
            (None, _) if pair.as_rule() == Rule::bad_item && at == 0 && begins(first) => {
                format!("this `{first}` cannot be read")
            }
            _ if is_rest => format!("expected `,` or the end of the line, found `{}`", token(text)),
            (Some(_), _) if pair.as_rule() == Rule::bad_program && !PROGRAM_LINES.contains(&first) => {
                format!("`{first}` begins no line of `program`")
            }
            (Some(_), found) if pair.as_rule() == Rule::bad_program && at <= first.len() + 1 => {
                format!("`{first}` is not written so, found `{found}`")
            }
            (Some(wanted), "") => format!("expected {wanted} behind `{}`", last_token(text)),
            (Some(wanted), found) => format!("expected {wanted}, found `{found}`"),
            (None, "") => "something is missing at the end of this line".to_owned(),
            (None, found) if at == 0 => format!("`{found}` begins no {}", place(pair.as_rule())),
            (None, found) => format!("`{found}` does not belong here"),
        };
        let fix = match is_rest {
            true => program_line(&format!("{head}{text}")),
            false => advice(text, at, found, pair.as_rule()).or_else(|| example(text, at, pair.as_rule())),
        };
        let span = if is_rest {
            Span { source: self.source, start: base as u32, end: (base + text.len()) as u32 }
        } else {
            span
        };
        Diagnostic::new(Code::Syntax, span, message).maybe_hint(fix)
    }
}

/// Whether a line begins with a word with which no statement does, so that the grammar has nothing to add.
fn begins_nothing(text: &str) -> bool {
    let word = token(text);
    let others = ["post", "break", "continue", "default", "keys", "match", "at"];
    let mut begin = Verb::CATALOGUE.iter().filter_map(|verb| verb.word.split(' ').next()).chain(others);
    word.starts_with(|sign: char| sign.is_ascii_alphabetic()) && !begin.any(|known| known == word)
}

/// How the record of the verb writes it with which a line begins.
fn example(text: &str, at: usize, bad: Rule) -> Option<String> {
    if bad != Rule::bad_statement || at == 0 {
        return None;
    }
    let verb = verb_at(text)?;
    let mut lines = verb.example.lines().map(str::trim).filter(|line| line.starts_with(verb.word));
    let line = lines.next()?;
    let line = line.strip_suffix('{').map_or(line.to_owned(), |head| format!("{head}{{ … }}"));
    Some(format!("write it like `{line}`"))
}

/// The rule that a line set aside should have followed.
fn strict(bad: Rule) -> Rule {
    match bad {
        Rule::bad_item => Rule::item_only,
        Rule::bad_body => Rule::body_only,
        Rule::bad_program => Rule::program_only,
        Rule::bad_crm => Rule::crm_only,
        Rule::bad_backend => Rule::backend_only,
        Rule::bad_numbers => Rule::numbers_only,
        Rule::bad_hours => Rule::hours_only,
        Rule::bad_season => Rule::season_only,
        Rule::bad_shifts => Rule::shifts_only,
        Rule::bad_queue => Rule::queue_only,
        Rule::bad_calendar => Rule::calendar_only,
        Rule::bad_prompt => Rule::prompt_only,
        Rule::bad_route => Rule::route_only,
        Rule::bad_case => Rule::case_only,
        Rule::bad_promise => Rule::promise_only,
        Rule::bad_keys => Rule::keys_only,
        Rule::bad_match => Rule::match_only,
        Rule::bad_draw => Rule::draw_only,
        _ => Rule::statement_only,
    }
}

/// What the line is, in a person's words.
fn place(bad: Rule) -> &'static str {
    match bad {
        Rule::bad_item => "declaration",
        Rule::bad_statement => "statement",
        Rule::bad_body => "setting, key or exit",
        Rule::bad_route | Rule::bad_case => "rule of a route",
        Rule::bad_promise => "promise",
        _ => "line of this block",
    }
}

/// `a`, `a or b`, `a, b or c`; nothing where there are too many to be of use.
fn expectation(positives: &[Rule]) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    for word in positives.iter().filter_map(|rule| human_name(*rule)) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    // What may follow comes before the end, which may always.
    words.sort_by_key(|word| *word == "the end of the line");
    match words.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        [head @ .., last] if words.len() <= MOST_EXPECTED => Some(format!("{} or {last}", head.join(", "))),
        _ => None,
    }
}

/// The first word, number or sign of a text.
pub(super) fn token(text: &str) -> &str {
    let text = text.lines().next().unwrap_or("");
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let end = match text.chars().next() {
        Some(first) if word(first) => text.find(|c| !word(c)).unwrap_or(text.len()),
        Some(first) => first.len_utf8(),
        None => 0,
    };
    &text[..end]
}

fn last_token(text: &str) -> &str {
    text.rsplit(char::is_whitespace).next().unwrap_or("")
}
