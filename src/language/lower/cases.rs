//! `match` and `choose`: several ways to go on.
//!
//! A `match` becomes a chain of conditions over a value that is computed once.

use super::ranges::Ranges;
use super::statement::{branch_span, head};
use super::{Loose, Lowerer};
use crate::language::ast::{DrawCase, Expr as Tree, ExprKind, Match, MatchCase, MatchRange};
use crate::language::constant::constant;
use crate::program::verb::{Choose, If, Set};
use crate::program::{CompareOp, Exit, Expr, Text, Type, Value, Verb};
use crate::source::{Code, Diagnostic, Span};
use std::cmp::Ordering;

/// What the cases so far take.
struct Taken<'a> {
    ranges: Ranges,
    /// The shifts that are matched, where a schedule is.
    shifts: Option<(&'a str, &'a [Text])>,
    /// Whether one of them could not be read.
    broken: bool,
}

impl<'a> Lowerer<'a> {
    pub(super) fn match_value(&mut self, span: Span, tree: &'a Match) {
        let (value, ty) = self.expr(&tree.value);
        let subject = self.subject(value, tree.value.span);
        let mut taken =
            Taken { ranges: Ranges::default(), shifts: self.matched_shifts(&tree.value), broken: false };
        let mut after: Vec<Loose> = Vec::new();
        let mut rest: Option<Span> = None;
        for case in &tree.cases {
            let Some(ranges) = &case.ranges else {
                self.rest(case, &mut rest, taken.all(&ty));
                self.branch(&case.branch);
                after.append(&mut self.loose);
                continue;
            };
            if let Some(first) = rest {
                self.never_met(case.span, first);
            }
            let tests: Vec<Option<Expr>> =
                ranges.iter().map(|range| self.case_test(range, &subject, &ty, &mut taken)).collect();
            if taken.all(&ty) {
                self.branch(&case.branch);
                after.append(&mut self.loose);
            } else {
                let test = tests.into_iter().flatten().reduce(|a, b| Expr::Or(Box::new(a), Box::new(b)));
                self.case_node(case, test.unwrap_or(Expr::Const(Value::Bool(false))), &mut after);
            }
        }
        if rest.is_none() && !taken.all(&ty) {
            self.incomplete(span, tree, &ty, &taken);
        }
        after.append(&mut self.loose);
        self.loose = after;
    }

    /// What the cases are compared with: a variable for what is computed, the contact's own data as they are.
    fn subject(&mut self, value: Expr, span: Span) -> Expr {
        if matches!(value, Expr::Contact(_)) {
            return value;
        }
        let slot = self.scopes.temporary();
        self.keep_words(slot, &value);
        self.keep_currency(slot, &value);
        self.keep_bounds(slot, &value);
        self.step(Verb::Set(Set { slot, value }), span);
        Expr::Slot(slot)
    }

    /// The name and the shifts of the schedule that is matched, where one is.
    fn matched_shifts(&self, value: &'a Tree) -> Option<(&'a str, &'a [Text])> {
        let ExprKind::Name(name) = &value.kind else { return None };
        self.shifts_of(value).map(|shifts| (&**name, shifts))
    }

    /// Reports a word that is no shift of what is matched, and one where no shifts are; whether it is a value all the
    /// same.
    fn case_word(&mut self, range: &MatchRange, ty: &Type, taken: &mut Taken<'_>) -> bool {
        match (taken.shifts, &range.first) {
            // What is matched is a mistake itself: these may be its shifts.
            (None, Value::Text(_)) if range.is_name && *ty == Type::Unknown => {
                taken.broken = true;
                return false;
            }
            (Some((schedule, shifts)), Value::Text(word)) if !shifts.contains(word) => {
                self.no_shift(schedule, shifts, word, range.span);
                taken.broken = true;
            }
            (None, Value::Text(word)) if range.is_name => {
                let finding = Diagnostic::new(Code::Syntax, range.span, format!("`{word}` is no value"));
                self.diagnostics.push(finding.hint(format!("a text stands in quotes: `\"{word}\"`")));
                taken.broken = true;
                return false;
            }
            _ => {}
        }
        true
    }

    fn case_node(&mut self, case: &'a MatchCase, condition: Expr, after: &mut Vec<Loose>) {
        let at = head(case.span, branch_span(&case.branch));
        let said = self.said("match ", at);
        let node = self.emit(Verb::If(If { condition, said }), at);
        self.loose = vec![self.arm(node, Exit::Then, None)];
        self.branch(&case.branch);
        after.append(&mut self.loose);
        self.loose = vec![self.arm(node, Exit::Else, None)];
    }

    /// `otherwise`, once, and where something is left for it.
    fn rest(&mut self, case: &MatchCase, rest: &mut Option<Span>, all_taken: bool) {
        match rest {
            Some(first) => self.never_met(case.span, *first),
            None if all_taken => {
                let finding =
                    Diagnostic::new(Code::CaseNeverMet, case.span, "the cases before it take every value");
                self.diagnostics.push(finding.hint("leave it out"));
            }
            None => {}
        }
        rest.get_or_insert(case.span);
        if self.loose.is_empty() {
            self.loose = vec![Loose::Begin];
        }
    }

    fn never_met(&mut self, span: Span, first: Span) {
        let finding = Diagnostic::new(Code::CaseNeverMet, span, "this case is never met");
        let fix = "put the narrower case first, or remove it";
        self.diagnostics.push(finding.related(first, "this one takes its values").hint(fix));
        if self.loose.is_empty() {
            self.loose = vec![Loose::Begin];
        }
    }

    /// The condition of one value, or of a stretch of them.
    fn case_test(
        &mut self,
        range: &MatchRange,
        subject: &Expr,
        ty: &Type,
        taken: &mut Taken<'_>,
    ) -> Option<Expr> {
        if !self.case_word(range, ty, taken) {
            return None;
        }
        let first = self.case_value(&range.first, range.span, ty)?;
        let last = match &range.last {
            Some(last) => self.case_value(last, range.span, ty)?,
            None => first.clone(),
        };
        if range.last.is_some() && !matches!(first.order(&last), Some(Ordering::Less | Ordering::Equal)) {
            let message = format!("there is nothing from {first} to {last}");
            self.report(Code::InvalidLiteral, range.span, message);
            return None;
        }
        if let Some(before) = taken.ranges.take(&first, &last, range.span) {
            self.never_met(range.span, before);
            return None;
        }
        self.literal_word(subject, range.span, &Expr::Const(first.clone()));
        self.one_currency(range.span, subject, &Expr::Const(first.clone()));
        self.case_within(range.span, subject, &first, &last);
        let is = |op: CompareOp, value: Value| {
            Expr::Compare(op, Box::new(subject.clone()), Box::new(Expr::Const(value)))
        };
        Some(match (&first, range.last.is_some()) {
            (Value::None, _) => Expr::IsNone(Box::new(subject.clone())),
            (_, false) => is(CompareOp::Equal, first),
            (_, true) => Expr::And(
                Box::new(is(CompareOp::GreaterOrEqual, first)),
                Box::new(is(CompareOp::LessOrEqual, last)),
            ),
        })
    }

    /// A literal of the type that is matched; `None`, and reported, where it is of another.
    fn case_value(&mut self, value: &Value, span: Span, ty: &Type) -> Option<Value> {
        if *value == Value::None {
            if !matches!(ty, Type::Optional(_) | Type::Unknown) {
                self.report(Code::TypeMismatch, span, format!("this `{ty}` is never missing"));
            }
            return Some(Value::None);
        }
        let (value, found) = constant(value, Some(ty));
        if !found.fits(ty) {
            self.mismatch(span, &format!("`{}`", super::operator::opened(ty.clone())), &found);
            return None;
        }
        Some(value)
    }

    fn incomplete(&mut self, span: Span, tree: &Match, ty: &Type, taken: &Taken<'_>) {
        if tree.broken || taken.broken || *ty == Type::Unknown {
            self.uncertain = true;
            return;
        }
        let finding = Diagnostic::new(
            Code::MatchIncomplete,
            head(span, tree.value.span.to(tree.value.span)),
            "this `match` does not say what happens to other values",
        );
        self.diagnostics.push(finding.hint(match (taken.has(true), taken.has(false)) {
            (true, false) => "write `no -> …`, or `no { }`",
            (false, true) => "write `yes -> …`, or `yes { }`",
            _ => "write `otherwise -> …` as its last line, or `otherwise { }`",
        }));
    }

    pub(super) fn choose_way(&mut self, span: Span, cases: &'a [DrawCase]) {
        if cases.is_empty() {
            self.report(Code::InvalidSetting, span, "there is nothing to choose from");
            return self.broken(span, true);
        }
        let weights = cases.iter().map(|case| case.weight as u32).collect();
        let at = Span { end: span.start + "choose".len() as u32, ..span };
        let node = self.emit(Verb::Choose(Choose { weights }), at);
        let mut after = Vec::new();
        for (index, case) in cases.iter().enumerate() {
            self.loose = vec![self.arm(node, Exit::Choice(index as u16), None)];
            self.branch(&case.branch);
            after.append(&mut self.loose);
        }
        self.loose = after;
    }
}

impl Taken<'_> {
    /// Whether one of `yes` and `no` is taken.
    fn has(&self, truth: bool) -> bool {
        self.ranges.has(&Value::Bool(truth))
    }

    /// Whether no value of the type is left.
    fn all(&self, ty: &Type) -> bool {
        let takes = |value: &Value| self.ranges.has(value);
        let both = takes(&Value::Bool(true)) && takes(&Value::Bool(false));
        if let Some((_, shifts)) = self.shifts {
            return shifts.iter().all(|shift| takes(&Value::Text(shift.clone())));
        }
        match ty {
            Type::Bool => both,
            Type::Optional(inner) => **inner == Type::Bool && both && takes(&Value::None),
            _ => false,
        }
    }
}
