//! Expressions: every one gets a type, and script functions get a statement of their own.
//!
//! A function can fail, and an expression in the middle of a menu has no exit for that. So a call is lifted into a
//! variable before the statement, except where the statement is `let` or `set`.

use super::arms::Way;
use super::builtin::BUILTINS;
use super::{Lowerer, Place};
use crate::language::ast::{Expr as Tree, ExprKind as Kind, FromItem, Name, Pattern};
use crate::language::constant::constant;
use crate::language::vocabulary::STATES;
use crate::program::verb::{Do, Set};
use crate::program::{
    Builtin, CallerKind, ContactField, Exit, Expr, FlowId, NodeId, NumberSet, NumbersId, ScheduleId, Text,
    Type, Value, Verb,
};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    /// An expression of any type.
    pub(super) fn expr(&mut self, tree: &'a Tree) -> (Expr, Type) {
        self.typed(tree, None)
    }

    /// An expression of this type.
    pub(super) fn expect(&mut self, tree: &'a Tree, wanted: &Type) -> Expr {
        let (expr, ty) = self.typed(tree, Some(wanted));
        self.fit(tree.span, &ty, wanted);
        expr
    }

    /// An expression in which functions stay where they are.
    pub(super) fn inline(&mut self, tree: &'a Tree, wanted: Option<&Type>) -> (Expr, Type) {
        let before = std::mem::replace(&mut self.inline_calls, true);
        let (expr, ty) = self.typed(tree, wanted);
        self.inline_calls = before;
        if let Some(wanted) = wanted {
            self.fit(tree.span, &ty, wanted);
        }
        (expr, ty)
    }

    /// An expression; where a type is wanted, a text of digits counts as digits.
    pub(super) fn typed(&mut self, tree: &'a Tree, wanted: Option<&Type>) -> (Expr, Type) {
        match &tree.kind {
            Kind::Broken => (Expr::Const(Value::None), Type::Unknown),
            Kind::Const(value) => {
                let (value, ty) = constant(value, wanted);
                (Expr::Const(value), ty)
            }
            Kind::Caller => (Expr::Caller, Type::Optional(Box::new(Type::Phone))),
            Kind::Called => (Expr::Called, Type::Optional(Box::new(Type::Phone))),
            Kind::Name(name) => self.variable(name, tree.span, wanted),
            Kind::Call(name, args) => self.call(tree.span, name, args),
            Kind::Field(record, name) => self.field(record, name),
            Kind::And(a, b) => self.both(a, b, Expr::And),
            Kind::Or(a, b) => self.both(a, b, Expr::Or),
            Kind::Not(inner) => (Expr::Not(Box::new(self.expect(inner, &Type::Bool))), Type::Bool),
            Kind::Compare(op, a, b) => self.compare(tree.span, *op, a, b),
            Kind::Arithmetic(op, a, b) => self.arithmetic(tree.span, *op, a, b),
            Kind::Is(inner, word) => (self.is(inner, word), Type::Bool),
            Kind::In(inner, whole) => match self.turn_in(inner, whole) {
                Some(found) => found,
                None => (self.is_in(inner, whole), Type::Bool),
            },
            Kind::From(items) => (self.from(items), Type::Bool),
            Kind::Otherwise(a, b) => self.otherwise(a, b, wanted),
            Kind::Contains(a, b) => self.has_part(Builtin::Contains, a, b),
            Kind::StartsWith(a, b) => self.has_part(Builtin::StartsWith, a, b),
            Kind::Index(list, position) => self.index(list, position),
            Kind::List(items) => self.list(items, wanted),
            Kind::Filled(parts) => self.filled(parts),
            Kind::Choose(condition, yes, no) => self.choose((condition, yes, no), wanted),
        }
    }

    fn variable(&mut self, name: &Text, span: Span, wanted: Option<&Type>) -> (Expr, Type) {
        let Some(variable) = self.scopes.get(name).cloned() else {
            if &**name == "message" {
                return (Expr::Message, Type::Optional(Box::new(Type::Text)));
            }
            if let Some((index, keep)) = self.kept(name) {
                return self.recall(index, keep, span);
            }
            if let "now" | "today" = &**name {
                self.needs_zone(span);
                let is_now = &**name == "now";
                return if is_now { (Expr::Now, Type::Moment) } else { (Expr::Today, Type::Date) };
            }
            if let Some(shift) = self.shift_value(name) {
                return shift;
            }
            if let Some(place) = self.place_in_queue(name, span) {
                return place;
            }
            self.no_variable(name, span);
            return (Expr::Const(Value::None), Type::Unknown);
        };
        let may = wanted.is_some_and(Type::is_secret) && !self.authenticating.contains(&variable.slot);
        if variable.ty.is_secret() && !may {
            self.leak(name, span, &variable);
            return (Expr::Const(Value::None), Type::Unknown);
        }
        (Expr::Slot(variable.slot), variable.ty)
    }

    /// `position` and `expected_wait`, which only a queue knows.
    fn place_in_queue(&mut self, name: &Text, span: Span) -> Option<(Expr, Type)> {
        let (expr, ty) = match &**name {
            "position" => (Expr::Position, Type::Number),
            "expected_wait" => (Expr::ExpectedWait, Type::Duration),
            _ => return None,
        };
        if !self.in_queue {
            let message = format!("`{name}` is known only while a queue is waited in");
            let finding = Diagnostic::new(Code::NoPlace, span, message);
            self.diagnostics.push(
                finding.hint(
                    "it may stand in the braces of a `queue`: what it says, `while waiting`, behind keys",
                ),
            );
            return Some((Expr::Const(Value::None), Type::Unknown));
        }
        Some((expr, Type::Optional(Box::new(ty))))
    }

    fn no_variable(&mut self, name: &Text, span: Span) {
        let name = Name { text: name.clone(), span };
        if self.declared.schedule_names.get(&name.text).is_some() {
            let message = format!("`{}` is a schedule, not a value", name.text);
            let finding = Diagnostic::new(Code::TypeMismatch, span, message);
            self.diagnostics.push(finding.hint(format!("write `{} is open`", name.text)));
        } else if self.declared.number_names.get(&name.text).is_some() {
            let message = format!("`{}` is a set of numbers, not a value", name.text);
            let finding = Diagnostic::new(Code::TypeMismatch, span, message);
            self.diagnostics.push(finding.hint(format!("write `caller in {}`", name.text)));
        } else if self.scopes.is_gone(&name.text) {
            let message = format!("`{}` is not known here any more", name.text);
            let finding = Diagnostic::new(Code::UnknownName, span, message);
            self.diagnostics.push(finding.hint(format!(
                "what an exit or a block names is known in its braces: use it there, or `let x = …` before and `set x = {}` in them",
                name.text
            )));
        } else {
            let declared = self.declared;
            let names = self.scopes.names();
            let known = names.iter().map(|name| &**name).chain(declared.keep_names.names());
            let schedules =
                declared.program.schedules.iter().filter(|schedule| !schedule.shifts().is_empty());
            let known = known.chain(schedules.map(|schedule| &*schedule.name));
            let what = if self.place == Place::Route { "value" } else { "variable" };
            self.unknown(Code::UnknownName, what, &name, known);
        }
    }

    /// A script function.
    fn call(&mut self, span: Span, name: &Name, args: &'a [Tree]) -> (Expr, Type) {
        let declared = self.declared;
        let own = declared.function_names.get(&name.text);
        if own.is_none()
            && let Some(found) = self.builtin(span, name, args)
        {
            return found;
        }
        if own.is_none() && self.no_function(name) {
            return (Expr::Const(Value::None), Type::Unknown);
        }
        let index = own.or_else(|| {
            let known = declared.function_names.names().chain(BUILTINS);
            let near = self.unknown(Code::UnknownName, "function", name, known);
            near.and_then(|near| declared.function_names.get(near))
        });
        let Some(index) = index else {
            args.iter().for_each(|arg| drop(self.inline(arg, None)));
            return (Expr::Const(Value::None), Type::Unknown);
        };
        let function = &declared.program.functions[index];
        let params: Vec<(&str, &Type)> = function.params.iter().map(|(name, ty)| (&**name, ty)).collect();
        let before = std::mem::replace(&mut self.inline_calls, true);
        let args = self.arguments("function", name, span, args, &params);
        self.inline_calls = before;
        (self.lift(Expr::Call(index as u32, args), span), function.returns.clone())
    }

    /// Reports what is called like a function and is something else.
    fn no_function(&mut self, name: &Name) -> bool {
        let declared = self.declared;
        let (word, flow) = (&*name.text, declared.flow_names.get(&name.text));
        let hint = match word {
            _ if flow.is_some_and(|flow| declared.flows[flow].returns.is_some()) => {
                format!("it is entered by a statement before this one: `let x = do {word}(…)`")
            }
            _ if flow.is_some() => {
                format!("it is entered by `do {word}(…)`, or for good by `goto {word}(…)`")
            }
            _ if declared.schedule_names.get(word).is_some() => format!("write `{word} is open`"),
            "is_open" | "isopen" | "open" => "a schedule is asked by its name: `office is open`".to_owned(),
            "len" | "length" | "size" | "count" => "a list knows it: `list.count`".to_owned(),
            "str" | "string" => "write `text(x)`, or a text with it: `\"{x}\"`".to_owned(),
            "int" | "integer" | "float" => "write `number(x)`".to_owned(),
            "concat" | "join" => "texts are put together in quotes: `\"{a}{b}\"`".to_owned(),
            _ => return false,
        };
        let message = match flow {
            Some(_) => format!("`{word}` is a flow, not a function"),
            None => format!("there is no function `{word}`"),
        };
        self.report_fix(Code::UnknownName, name.span, message, hint);
        // It was meant to be entered, so that it is no flow that nobody reaches.
        if let Some(flow) = flow.filter(|flow| declared.flows[*flow].returns.is_some())
            && self.place == Place::Flow
        {
            self.step(Verb::Do(Do { flow: FlowId(flow as u32), args: Vec::new(), slot: None }), name.span);
        }
        true
    }

    /// Puts a value that can fail into a variable of its own, unless it stays where it is.
    pub(super) fn lift(&mut self, value: Expr, span: Span) -> Expr {
        if self.inline_calls {
            return value;
        }
        if self.place != Place::Flow {
            let place = match self.place {
                Place::Route => "a route",
                Place::Segment => "a segment",
                Place::HungUp => "`hung_up`",
                Place::Connected => "`connected`",
                Place::Waiting | Place::Flow => "`while waiting`",
            };
            let message = format!("a script function or a division cannot stand in {place}");
            self.report(Code::InvalidSetting, span, message);
            return Expr::Const(Value::None);
        }
        let slot = self.scopes.temporary();
        let node = self.step(Verb::Set(Set { slot, value }), span);
        self.inherit_failed(node, span, "a script function");
        Expr::Slot(slot)
    }

    /// The exit `failed` of a node that stands before its statement: nobody but a `default` block can handle it.
    pub(super) fn inherit_failed(&mut self, node: NodeId, span: Span, what: &str) {
        let goes_on = std::mem::take(&mut self.loose);
        // A handler that runs to its end goes on behind the statement: there is no value to go on with.
        let mut skipped = std::mem::take(&mut self.skipped);
        if !self.inherit(node, &Way::plain("failed", Exit::Failed, true), &mut skipped) {
            let hint =
                "write `let x = …  { failed -> … }` before this, or handle `failed` in a `default` block";
            self.misses(what.to_owned(), span, &["failed"], Some(hint));
        }
        (self.loose, self.skipped) = (goes_on, skipped);
    }

    fn both(&mut self, a: &'a Tree, b: &'a Tree, make: fn(Box<Expr>, Box<Expr>) -> Expr) -> (Expr, Type) {
        let (a, b) = (self.expect(a, &Type::Bool), self.expect(b, &Type::Bool));
        (make(Box::new(a), Box::new(b)), Type::Bool)
    }

    /// `a otherwise b`: the second where the first is missing.
    fn otherwise(&mut self, a: &'a Tree, b: &'a Tree, wanted: Option<&Type>) -> (Expr, Type) {
        let (first, ty) = self.typed(a, wanted);
        let inner = match ty {
            Type::Optional(inner) => *inner,
            Type::Unknown => Type::Unknown,
            other => {
                let finding =
                    Diagnostic::new(Code::TypeMismatch, a.span, format!("this `{other}` is never missing"));
                self.diagnostics.push(finding.hint("leave `otherwise …` out"));
                other
            }
        };
        let (second, found) = self.typed(b, Some(&inner));
        let maybe = matches!(found, Type::Optional(_));
        self.fit(b.span, &super::operator::opened(found), &inner);
        let ty = if maybe { Type::Optional(Box::new(inner)) } else { inner };
        (Expr::Otherwise(Box::new(first), Box::new(second)), ty)
    }

    fn choose(
        &mut self,
        (condition, yes, no): (&'a Tree, &'a Tree, &'a Tree),
        wanted: Option<&Type>,
    ) -> (Expr, Type) {
        let condition = self.expect(condition, &Type::Bool);
        let (yes, yes_type) = self.typed(yes, wanted);
        let no_tree = no;
        let (no, no_type) = self.typed(no, wanted.or(Some(&yes_type)));
        let ty = if yes_type.fits(&no_type) && yes_type != Type::Unknown {
            no_type
        } else {
            self.fit(no_tree.span, &no_type, &yes_type);
            yes_type
        };
        (Expr::Choose(Box::new(condition), Box::new(yes), Box::new(no)), ty)
    }

    fn is(&mut self, inner: &'a Tree, word: &Name) -> Expr {
        if let Some(test) = self.is_shift(inner, word) {
            return test;
        }
        let not = |expr: Expr| Expr::Not(Box::new(expr));
        match &*word.text {
            "open" => self.open(inner).map_or(Expr::Const(Value::Bool(true)), Expr::Open),
            "closed" => self.open(inner).map_or(Expr::Const(Value::Bool(true)), |id| not(Expr::Open(id))),
            "none" => Expr::IsNone(Box::new(self.optional(inner).0)),
            "some" => not(Expr::IsNone(Box::new(self.optional(inner).0))),
            "empty" => self.is_empty(inner),
            "mobile" => {
                let number = self.expect(inner, &Type::Optional(Box::new(Type::Phone)));
                Expr::Builtin(Builtin::IsMobile, vec![number])
            }
            "attested" => {
                if !matches!(inner.kind, Kind::Caller) {
                    self.report(Code::TypeMismatch, inner.span, "only `caller` is attested");
                }
                Expr::Contact(ContactField::Attested)
            }
            "withheld" => self.caller_is(inner, CallerKind::Withheld),
            "missing" => self.caller_is(inner, CallerKind::Missing),
            "invalid" => self.caller_is(inner, CallerKind::Invalid),
            _ => {
                let near = crate::source::closest(&word.text, STATES);
                let hint = match near {
                    Some(near) => format!("did you mean `is {near}`?"),
                    None => "values are compared with `=`".to_owned(),
                };
                let message = format!("nothing is `{}`", word.text);
                self.diagnostics.push(Diagnostic::new(Code::UnknownName, word.span, message).hint(hint));
                Expr::Const(Value::Bool(true))
            }
        }
    }

    /// `SCHEDULE is open in ZONE`.
    pub(super) fn is_open_in(&mut self, schedule: &'a Tree, word: &str, zone: &'a Tree) -> Expr {
        let named = self.expect(zone, &Type::Text);
        self.literal_zone(zone.span, &named);
        let Some(id) = self.schedule(schedule) else { return Expr::Const(Value::Bool(true)) };
        if !self.declared.program.schedules[id.0 as usize].any_zone {
            let finding =
                Diagnostic::new(Code::ScheduleZone, zone.span, "these hours have a zone of their own");
            self.diagnostics.push(finding.hint("declare them `in any zone`, or leave the zone out here"));
        }
        let open = Expr::OpenIn(id, Box::new(named));
        if word == "open" { open } else { Expr::Not(Box::new(open)) }
    }

    /// A schedule that knows its zone.
    fn open(&mut self, schedule: &Tree) -> Option<ScheduleId> {
        let id = self.schedule(schedule)?;
        if self.declared.program.schedules[id.0 as usize].any_zone {
            let finding = Diagnostic::new(Code::ScheduleZone, schedule.span, "in which zone?");
            self.diagnostics.push(finding.hint("write `is open in ZONE`, a text with the name of a zone"));
        }
        Some(id)
    }

    fn schedule(&mut self, schedule: &Tree) -> Option<ScheduleId> {
        let Kind::Name(name) = &schedule.kind else {
            let finding =
                Diagnostic::new(Code::TypeMismatch, schedule.span, "only a schedule is open or closed");
            let is_list = matches!(schedule.kind, Kind::From(_));
            let fix = is_list.then(|| "conditions have `and` or `or` between them".to_owned());
            self.diagnostics.push(finding.maybe_hint(fix));
            return None;
        };
        let declared = self.declared;
        let index = declared.schedule_names.get(name).or_else(|| {
            let name = Name { text: name.clone(), span: schedule.span };
            let near = self.unknown(Code::UnknownName, "schedule", &name, declared.schedule_names.names());
            near.and_then(|near| declared.schedule_names.get(near))
        })?;
        Some(ScheduleId(index as u32))
    }

    /// A value that may be missing, and what it is if it is not.
    fn optional(&mut self, tree: &'a Tree) -> (Expr, Type) {
        let (expr, ty) = self.expr(tree);
        match ty {
            Type::Optional(inner) => (expr, *inner),
            Type::Unknown => (expr, Type::Unknown),
            other => {
                let finding = Diagnostic::new(
                    Code::TypeMismatch,
                    tree.span,
                    format!("this `{other}` is never missing"),
                );
                self.diagnostics.push(finding.hint("leave the test out, and use it as it is"));
                (expr, other)
            }
        }
    }

    /// `E is some`: the condition, and the value that it opens.
    pub(super) fn open_optional(&mut self, tree: &'a Tree) -> (Expr, Option<(Expr, Type)>) {
        let Kind::Is(inner, _) = &tree.kind else { return (self.expect(tree, &Type::Bool), None) };
        let (value, ty) = self.optional(inner);
        (Expr::Not(Box::new(Expr::IsNone(Box::new(value.clone())))), Some((value, ty)))
    }

    fn caller_is(&mut self, inner: &Tree, kind: CallerKind) -> Expr {
        if !matches!(inner.kind, Kind::Caller) {
            self.report(Code::TypeMismatch, inner.span, "only `caller` is withheld, missing or invalid");
        }
        Expr::CallerIs(kind)
    }

    /// `from vip, +7 843 ..., withheld`.
    fn from(&mut self, items: &[FromItem]) -> Expr {
        let mut any: Option<Expr> = None;
        for item in items {
            let test = match item {
                FromItem::Pattern(pattern) => self.pattern_test(pattern),
                FromItem::Address(address) => {
                    let shown = Expr::Contact(ContactField::From);
                    let address = Expr::Const(Value::Text(address.clone()));
                    Some(Expr::Builtin(Builtin::SameAddress, vec![shown, address]))
                }
                FromItem::Name(name) => match &*name.text {
                    "withheld" => Some(Expr::CallerIs(CallerKind::Withheld)),
                    "missing" => Some(Expr::CallerIs(CallerKind::Missing)),
                    "invalid" => Some(Expr::CallerIs(CallerKind::Invalid)),
                    _ => self.numbers_id(name).map(|id| Expr::InNumbers(Box::new(Expr::Caller), id)),
                },
            };
            any = match (any, test) {
                (Some(any), Some(test)) => Some(Expr::Or(Box::new(any), Box::new(test))),
                (any, test) => any.or(test),
            };
        }
        any.unwrap_or(Expr::Const(Value::Bool(true)))
    }

    /// Numbers as written become a set without a name of its own; the same ones twice are one set.
    fn pattern_test(&mut self, pattern: &Pattern) -> Option<Expr> {
        let pattern = pattern.as_ref()?;
        let name: Text = pattern.to_string().into();
        let numbers = &mut self.graph.numbers;
        let index = numbers.iter().position(|set| set.name == name).unwrap_or_else(|| {
            numbers.push(NumberSet::new(name, None, [pattern.clone()]));
            numbers.len() - 1
        });
        Some(Expr::InNumbers(Box::new(Expr::Caller), NumbersId(index as u32)))
    }
}
