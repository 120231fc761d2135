//! Expressions: precedence stands in one table.

use super::parts::Parts;
use super::{DEEPEST, MOST_OPERATORS, NAME_PARTS, Reader, Rule};
use crate::language::ast::{Expr, ExprKind as Kind, FromItem};
use crate::program::{ArithmeticOp, CompareOp, Value};
use crate::source::{Code, Diagnostic, Span};
use pest::iterators::Pair;
use pest::pratt_parser::{Assoc, Op, PrattParser};
use std::sync::LazyLock;

/// Loosest first.
static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    PrattParser::new()
        .op(Op::infix(Rule::or_op, Assoc::Left))
        .op(Op::infix(Rule::and_op, Assoc::Left))
        .op(Op::prefix(Rule::not_op))
        .op(Op::infix(Rule::eq_op, Assoc::Left)
            | Op::infix(Rule::ne_op, Assoc::Left)
            | Op::infix(Rule::lt_op, Assoc::Left)
            | Op::infix(Rule::le_op, Assoc::Left)
            | Op::infix(Rule::gt_op, Assoc::Left)
            | Op::infix(Rule::ge_op, Assoc::Left)
            | Op::infix(Rule::contains_op, Assoc::Left)
            | Op::infix(Rule::starts_op, Assoc::Left)
            | Op::postfix(Rule::is_test)
            | Op::postfix(Rule::open_in)
            | Op::postfix(Rule::in_set))
        .op(Op::infix(Rule::otherwise_op, Assoc::Right))
        .op(Op::infix(Rule::add_op, Assoc::Left) | Op::infix(Rule::sub_op, Assoc::Left))
        .op(Op::infix(Rule::mul_op, Assoc::Left) | Op::infix(Rule::div_op, Assoc::Left))
        .op(Op::postfix(Rule::field_of) | Op::postfix(Rule::index_of) | Op::postfix(Rule::turn_in))
});

impl Reader<'_> {
    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        if pair.clone().into_inner().count() > MOST_OPERATORS {
            let finding = Diagnostic::new(Code::Syntax, span, "this expression is too long");
            self.diagnostics.push(finding.hint(NAME_PARTS));
            return Expr { kind: Kind::Broken, span };
        }
        if self.depth >= DEEPEST {
            let message = format!("more than {DEEPEST} expressions within each other");
            self.diagnostics.push(Diagnostic::new(Code::Syntax, span, message).hint(NAME_PARTS));
            return Expr { kind: Kind::Broken, span };
        }
        self.depth += 1;
        let source = self.source;
        let reader = std::cell::RefCell::new(&mut *self);
        let expr = PRECEDENCE
            .map_primary(|pair| reader.borrow_mut().primary(pair))
            .map_prefix(|op, inner| {
                let span = reader.borrow().span(&op).to(inner.span);
                Expr { kind: Kind::Not(Box::new(inner)), span }
            })
            .map_postfix(|inner, op| reader.borrow_mut().postfix(inner, op))
            .map_infix(|left, op, right| infix(left, op.as_rule(), right))
            .parse(pair.into_inner());
        debug_assert_eq!(expr.span.source, source);
        self.depth -= 1;
        expr
    }

    pub(super) fn postfix(&mut self, inner: Expr, op: Pair<'_, Rule>) -> Expr {
        let span = inner.span.to(self.span(&op));
        let rule = op.as_rule();
        let mut parts = Parts::of(op);
        let Some(what) = parts.next() else {
            return Expr { kind: Kind::Broken, span };
        };
        let inner = Box::new(inner);
        if let Rule::open_in | Rule::turn_in = rule {
            let word = self.name(&what);
            let asked = inner.span.to(word.span);
            let kind = if rule == Rule::open_in { Kind::Is(inner, word) } else { Kind::Field(inner, word) };
            let asked = Expr { kind, span: asked };
            let zone = parts.next().map(|zone| self.primary(zone));
            let kind = zone.map_or(Kind::Broken, |zone| Kind::In(Box::new(asked), Box::new(zone)));
            return Expr { kind, span };
        }
        let kind = match rule {
            Rule::field_of => Kind::Field(inner, self.name(&what)),
            Rule::is_test => Kind::Is(inner, self.name(&what)),
            Rule::index_of => Kind::Index(inner, Box::new(self.expr(what))),
            _ => Kind::In(inner, Box::new(self.in_what(what))),
        };
        Expr { kind, span }
    }

    pub(super) fn primary(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let kind = self.primary_kind(pair, span);
        Expr { kind: kind.unwrap_or(Kind::Broken), span }
    }

    /// `None` where a literal means nothing, which has been reported.
    fn primary_kind(&mut self, pair: Pair<'_, Rule>, span: Span) -> Option<Kind> {
        let mut parts = Parts::of(pair.clone());
        Some(match pair.as_rule() {
            Rule::paren => self.expr(parts.next()?).kind,
            Rule::choose => {
                let (c, a, b) = (parts.next()?, parts.next()?, parts.next()?);
                Kind::Choose(Box::new(self.expr(c)), Box::new(self.expr(a)), Box::new(self.expr(b)))
            }
            Rule::caller => Kind::Caller,
            Rule::called => Kind::Called,
            Rule::from_test => Kind::From(parts.filter_map(|item| self.caller_item(item)).collect()),
            Rule::name_or_call => {
                let name = self.name(&parts.next()?);
                match parts.next() {
                    Some(args) => Kind::Call(name, self.args(Some(args))),
                    None => Kind::Name(name.text),
                }
            }
            Rule::missing => Kind::Const(Value::None),
            Rule::filled_text => self.filled_text(pair),
            Rule::inner_text => {
                if self.texts == 0 {
                    let finding = Diagnostic::new(Code::Syntax, span, "this text stands in no other text");
                    self.diagnostics.push(finding.hint("write its quotes without `\\`"));
                }
                Kind::Const(Value::Text(parts.next()?.as_str().into()))
            }
            Rule::list_literal => Kind::List(parts.map(|item| self.expr(item)).collect()),
            Rule::expr => self.expr(pair).kind,
            _ => {
                debug_assert_eq!(span.source, self.source);
                Kind::Const(self.literal(&pair)?)
            }
        })
    }

    fn caller_item(&mut self, pair: Pair<'_, Rule>) -> Option<FromItem> {
        let item = Parts::of(pair).next()?;
        Some(match item.as_rule() {
            Rule::pattern => FromItem::Pattern(self.pattern(&item).value),
            Rule::string => FromItem::Address(self.text(&item).value),
            _ => FromItem::Name(self.name(&item)),
        })
    }
}

fn infix(left: Expr, op: Rule, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    let (a, b) = (Box::new(left), Box::new(right));
    let kind = match op {
        Rule::or_op => Kind::Or(a, b),
        Rule::and_op => Kind::And(a, b),
        Rule::eq_op => Kind::Compare(CompareOp::Equal, a, b),
        Rule::ne_op => Kind::Compare(CompareOp::NotEqual, a, b),
        Rule::lt_op => Kind::Compare(CompareOp::Less, a, b),
        Rule::le_op => Kind::Compare(CompareOp::LessOrEqual, a, b),
        Rule::gt_op => Kind::Compare(CompareOp::Greater, a, b),
        Rule::ge_op => Kind::Compare(CompareOp::GreaterOrEqual, a, b),
        Rule::otherwise_op => Kind::Otherwise(a, b),
        Rule::contains_op => Kind::Contains(a, b),
        Rule::starts_op => Kind::StartsWith(a, b),
        Rule::add_op => Kind::Arithmetic(ArithmeticOp::Add, a, b),
        Rule::sub_op => Kind::Arithmetic(ArithmeticOp::Subtract, a, b),
        Rule::mul_op => Kind::Arithmetic(ArithmeticOp::Multiply, a, b),
        _ => Kind::Arithmetic(ArithmeticOp::Divide, a, b),
    };
    Expr { kind, span }
}
