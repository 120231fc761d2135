//! Records, kept values, loops over lists, matches, chance, and texts with values in them.

use super::item::unescape;
use super::parts::Parts;
use super::{Reader, Rule};
use crate::language::ast::{
    Block, Branch, DrawCase, Expr, ExprKind, ForEach, KeepItem, Lasts, Match, MatchCase, MatchRange,
    NextClock, Proof, RecordItem, SecretTest, Statement, StatementKind as Kind, TextPart, Update,
};
use crate::program::Value;
use crate::source::Span;
use pest::iterators::Pair;

impl Reader<'_> {
    pub(super) fn record(&mut self, mut parts: Parts<'_>) -> Option<RecordItem> {
        Some(RecordItem { name: self.name(&parts.next()?), fields: self.field_list(parts.next()?) })
    }

    pub(super) fn keep(&mut self, mut parts: Parts<'_>) -> Option<KeepItem> {
        let name = self.name(&parts.next()?);
        let ty = self.type_name(parts.next()?)?;
        let at_first = match parts.eat(Rule::kept_at_first) {
            Some(value) => Some(self.expr(Parts::of(value).next()?)),
            None => None,
        };
        let keeper = self.name(&parts.next()?);
        let lasts = match parts.next() {
            Some(lasts) if lasts.as_rule() == Rule::kept_for => {
                Some(Lasts::For(self.duration(&Parts::of(lasts).next()?)))
            }
            Some(until) => Some(Lasts::Until(self.next_clock(until)?)),
            None => None,
        };
        Some(KeepItem { name, ty, at_first, keeper, lasts })
    }

    /// `until 00:00 in "ZONE"`; `None`, and reported, where there is no such time.
    pub(super) fn next_clock(&mut self, pair: Pair<'_, Rule>) -> Option<NextClock> {
        let mut parts = Parts::of(pair);
        let second = self.seconds(&parts.next()?, false)?;
        Some(NextClock { second, zone: self.text(&parts.next()?) })
    }

    /// A statement about data. `None` only where the grammar and this file disagree.
    pub(super) fn data_statement(&mut self, rule: Rule, mut parts: Parts<'_>, span: Span) -> Option<Kind> {
        Some(match rule {
            Rule::for_each => Kind::ForEach(self.for_each(parts)?),
            Rule::break_loop => Kind::Break,
            Rule::continue_loop => Kind::Continue,
            Rule::match_value => Kind::Match(self.match_value(parts)?),
            Rule::draw => Kind::Choose(self.draw(parts)),
            Rule::count_kept => {
                Kind::Count { name: self.name(&parts.next()?), by: parts.next().map(|by| self.expr(by)) }
            }
            Rule::update => Kind::Update(self.update(parts, span)?),
            Rule::tell => Kind::Tell {
                backend: self.name(&parts.next()?),
                operation: self.name(&parts.next()?),
                args: self.args(parts.next()),
            },
            _ => return None,
        })
    }

    fn for_each(&mut self, mut parts: Parts<'_>) -> Option<ForEach> {
        let name = self.name(&parts.next()?);
        let list = self.expr(parts.next()?);
        let at_most = match parts.eat(Rule::at_most) {
            Some(at_most) => Some(self.count(&Parts::of(at_most).next()?)),
            None => None,
        };
        Some(ForEach { name, list, at_most, block: self.block(parts.next()?) })
    }

    fn match_value(&mut self, mut parts: Parts<'_>) -> Option<Match> {
        let value = self.expr(parts.next()?);
        let mut found = Match { value, cases: Vec::new(), broken: false };
        for line in Parts::of(parts.next()?) {
            if line.as_rule() == Rule::bad_match {
                found.broken = true;
                self.fault(&line);
                continue;
            }
            match self.match_case(line) {
                Some(case) => found.cases.push(case),
                None => found.broken = true,
            }
        }
        Some(found)
    }

    fn match_case(&mut self, pair: Pair<'_, Rule>) -> Option<MatchCase> {
        let span = self.span(&pair);
        let is_rest = pair.as_rule() == Rule::match_rest;
        let mut parts = Parts::of(pair);
        let written = parts.all(Rule::match_range);
        let count = written.len();
        let ranges: Vec<MatchRange> =
            written.into_iter().filter_map(|range| self.match_range(range)).collect();
        let branch = self.branch(parts.next()?)?;
        (ranges.len() == count).then_some(MatchCase { span, ranges: (!is_rest).then_some(ranges), branch })
    }

    fn match_range(&mut self, pair: Pair<'_, Rule>) -> Option<MatchRange> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let first = parts.next()?;
        let is_name = first.as_rule() == Rule::match_name;
        let first = self.case_value(&first)?;
        let last = match parts.next() {
            Some(last) => Some(self.case_value(&last)?),
            None => None,
        };
        Some(MatchRange { span, first, last, is_name })
    }

    fn case_value(&mut self, pair: &Pair<'_, Rule>) -> Option<Value> {
        match pair.as_rule() {
            Rule::missing => Some(Value::None),
            Rule::match_name => Some(Value::text(pair.as_str())),
            _ => self.literal(pair),
        }
    }

    fn draw(&mut self, parts: Parts<'_>) -> Vec<DrawCase> {
        let mut cases = Vec::new();
        for line in parts {
            if line.as_rule() == Rule::bad_draw {
                self.fault(&line);
                cases.push(self.unread_case(&line));
            } else {
                cases.extend(self.draw_case(line));
            }
        }
        cases
    }

    /// In the place of a case that could not be read: nobody knows where it leads.
    fn unread_case(&self, line: &Pair<'_, Rule>) -> DrawCase {
        let span = self.span(line);
        let statements = vec![Statement { span, kind: Kind::Broken }];
        DrawCase { weight: 1, branch: Branch::Block(Block { span, statements }) }
    }

    fn draw_case(&mut self, pair: Pair<'_, Rule>) -> Option<DrawCase> {
        let mut parts = Parts::of(pair);
        let weight = self.count_within(&parts.next()?, "a weight", 1, 1_000);
        Some(DrawCase { weight, branch: self.branch(parts.next()?)? })
    }

    fn update(&mut self, mut parts: Parts<'_>, verb: Span) -> Option<Update> {
        let name = parts.next()?;
        let mut of = Expr { kind: ExprKind::Name(name.as_str().into()), span: self.span(&name) };
        let mut fields = parts.all(Rule::field_of);
        let field = self.name(&Parts::of(fields.pop()?).next()?);
        for step in fields {
            of = self.postfix(of, step);
        }
        let value = self.expr(parts.next()?);
        Some(Update { of, field, value, body: self.body(parts, verb) })
    }

    pub(super) fn proof(&mut self, parts: &mut Parts<'_>) -> Proof {
        if let Some(field) = parts.eat(Rule::challenge_of) {
            return Proof::Field(self.name(&field));
        }
        let to = parts.eat(Rule::code_to).and_then(|to| Parts::of(to).next());
        to.map_or(Proof::Alone, |to| Proof::To(self.expr(to)))
    }

    pub(super) fn secret_tests(&mut self, pair: Pair<'_, Rule>) -> Vec<SecretTest> {
        Parts::of(pair).filter_map(|test| self.secret_test(test)).collect()
    }

    fn secret_test(&mut self, pair: Pair<'_, Rule>) -> Option<SecretTest> {
        let written = pair.as_str();
        let Some(what) = Parts::of(pair.clone()).next() else { return Some(SecretTest::Luhn) };
        Some(match what.as_rule() {
            Rule::count if written.starts_with("no_repeats") => {
                SecretTest::NoRepeats(self.count_within(&what, "digits in a row", 2, 64) as u8)
            }
            Rule::count if written.starts_with("words") => {
                SecretTest::Words(self.count_within(&what, "different words", 1, 12) as u8)
            }
            Rule::count => SecretTest::NoRuns(self.count_within(&what, "digits in a row", 3, 10) as u8),
            _ => SecretTest::DiffersFrom(self.expr(what)),
        })
    }

    /// What stands behind `in`: a name or a list, and steps into it.
    pub(super) fn in_what(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let Some(first) = parts.next() else { return Expr { kind: ExprKind::Broken, span } };
        let mut found = self.primary(first);
        for step in parts {
            found = self.postfix(found, step);
        }
        found
    }

    /// A text; one without values is a literal.
    pub(super) fn filled_text(&mut self, pair: Pair<'_, Rule>) -> ExprKind {
        let mut parts = Vec::new();
        self.texts += 1;
        for part in Parts::of(pair) {
            match part.as_rule() {
                Rule::text_words => {
                    self.escapes(part.as_str(), part.as_span().start() as u32);
                    parts.push(TextPart::Words(unescape(part.as_str())));
                }
                _ => {
                    parts.extend(Parts::of(part).next().map(|value| TextPart::Value(self.expr(value))));
                }
            }
        }
        self.texts -= 1;
        match parts.as_slice() {
            [] => ExprKind::Const(Value::text("")),
            [TextPart::Words(words)] => ExprKind::Const(Value::Text(words.clone())),
            _ => ExprKind::Filled(parts),
        }
    }
}
