//! Lists: as written, their items, and what is in them.

use super::Lowerer;
use crate::language::ast::{Expr as Tree, ExprKind as Kind, Name};
use crate::program::{Builtin, Expr, NumbersId, Type, Value};
use crate::source::{Code, Diagnostic, Span};

impl<'a> Lowerer<'a> {
    /// `[a, b]`: all of one type.
    pub(super) fn list(&mut self, items: &'a [Tree], wanted: Option<&Type>) -> (Expr, Type) {
        let mut item_type = match wanted {
            Some(Type::List(item)) => Some((**item).clone()),
            _ => None,
        };
        let mut values = Vec::new();
        for item in items {
            let (value, ty) = self.typed(item, item_type.as_ref());
            match &item_type {
                Some(wanted) => self.fit(item.span, &ty, wanted),
                None => item_type = Some(ty),
            }
            values.push(value);
        }
        (Expr::List(values), Type::List(Box::new(item_type.unwrap_or(Type::Unknown))))
    }

    /// What a list holds; reported where it is no list.
    pub(super) fn item_type(&mut self, span: Span, ty: &Type) -> Type {
        match ty {
            Type::List(item) => (**item).clone(),
            Type::Optional(inner) if matches!(**inner, Type::List(_)) => {
                self.fit(span, ty, inner);
                Type::Unknown
            }
            other => {
                self.mismatch(span, "a list", other);
                Type::Unknown
            }
        }
    }

    /// `list[i]`, counted from one.
    pub(super) fn index(&mut self, list: &'a Tree, position: &'a Tree) -> (Expr, Type) {
        let (value, ty) = self.expr(list);
        let item = self.item_type(list.span, &ty);
        let position = self.expect(position, &Type::Number);
        let ty = if let Type::Optional(_) = item { item } else { Type::Optional(Box::new(item)) };
        (Expr::Builtin(Builtin::Item, vec![value, position]), ty)
    }

    /// `list.count`, `list.first`, `list.last`, `list.distinct`; `None` for any other word.
    pub(super) fn list_field(&self, list: &Expr, item: &Type, name: &str) -> Option<(Expr, Type)> {
        let optional =
            || if let Type::Optional(_) = item { item.clone() } else { Type::Optional(item.clone().into()) };
        let (builtin, ty) = match name {
            "count" => (Builtin::Count, Type::Number),
            "first" => (Builtin::FirstItem, optional()),
            "distinct" => (Builtin::Distinct, Type::List(Box::new(item.clone()))),
            "last" => (Builtin::LastItem, optional()),
            _ => return None,
        };
        Some((Expr::Builtin(builtin, vec![list.clone()]), ty))
    }

    /// `x in vip` for a set of numbers, `x in list` for a list.
    pub(super) fn is_in(&mut self, inner: &'a Tree, whole: &'a Tree) -> Expr {
        if let Kind::Is(schedule, word) = &inner.kind
            && matches!(&*word.text, "open" | "closed")
        {
            return self.is_open_in(schedule, &word.text, whole);
        }
        if let Kind::Name(name) = &whole.kind
            && self.scopes.get(name).is_none()
            && self.declared.keep_names.get(name).is_none()
        {
            let name = Name { text: name.clone(), span: whole.span };
            return self.in_set(inner, &name);
        }
        if matches!(whole.kind, Kind::List(_)) && !matches!(inner.kind, Kind::Const(_)) {
            return self.is_one_of(inner, whole);
        }
        let (list, ty) = self.expr(whole);
        let item = self.item_type(whole.span, &ty);
        let (value, found) = self.typed(inner, Some(&item));
        let (found, item) = (super::operator::opened(found), super::operator::opened(item));
        if found != Type::Unknown && item != Type::Unknown && !found.fits(&item) {
            self.mismatch(inner.span, &format!("`{item}`"), &found);
        }
        self.currency_in(&value, &list, whole);
        Expr::Builtin(Builtin::IsIn, vec![value, list])
    }

    /// `x in ["1234", "5678"]`: what is written in the list is of the type of `x`.
    fn is_one_of(&mut self, inner: &'a Tree, list: &'a Tree) -> Expr {
        let (value, found) = self.expr(inner);
        let wanted = Type::List(Box::new(super::operator::opened(found)));
        let (items, _) = self.typed(list, Some(&wanted));
        if let (Kind::List(trees), Expr::List(items)) = (&list.kind, &items) {
            trees.iter().zip(items).for_each(|(tree, item)| self.literal_word(&value, tree.span, item));
        }
        self.currency_in(&value, &items, list);
        Expr::Builtin(Builtin::IsIn, vec![value, items])
    }

    /// Reports amounts of a written list that are of another currency than what is looked for in it.
    fn currency_in(&mut self, value: &Expr, items: &Expr, list: &Tree) {
        if let (Expr::List(items), Kind::List(trees)) = (items, &list.kind) {
            items.iter().zip(trees).for_each(|(item, tree)| self.one_currency(tree.span, value, item));
        }
    }

    fn in_set(&mut self, inner: &'a Tree, set: &Name) -> Expr {
        if let Some(holds) = self.in_segment(inner, set) {
            return holds;
        }
        let number = self.expect(inner, &Type::Optional(Box::new(Type::Phone)));
        let id = self.numbers_id(set);
        if number != Expr::Caller {
            self.no_segment(id, inner.span);
        }
        match id {
            Some(id) => Expr::InNumbers(Box::new(number), id),
            None => Expr::Const(Value::Bool(true)),
        }
    }

    /// Reports a segment where something else than the caller's number is looked for in it.
    pub(super) fn no_segment(&mut self, id: Option<NumbersId>, span: Span) {
        if id.is_some_and(|id| self.graph.numbers[id.0 as usize].segment.is_some()) {
            let finding = Diagnostic::new(
                Code::TypeMismatch,
                span,
                "a segment of the CRM is known of the caller alone",
            );
            self.diagnostics
                .push(finding.hint("write `caller in NAME` or `from NAME`, or take a file of numbers"));
        }
    }

    pub(super) fn numbers_id(&mut self, set: &Name) -> Option<NumbersId> {
        let declared = self.declared;
        let index = declared.number_names.get(&set.text).or_else(|| {
            let near = self.unknown(Code::UnknownName, "set of numbers", set, declared.number_names.names());
            near.and_then(|near| declared.number_names.get(near))
        })?;
        if self.graph.numbers.get(index).is_some_and(|set| set.segment.is_some()) {
            match self.place {
                super::Place::Route => self.asks_segment = true,
                _ => drop(self.graph.segment_flows.insert(self.flow)),
            }
        }
        Some(NumbersId(index as u32))
    }

    /// `list is empty`, `text is empty`.
    pub(super) fn is_empty(&mut self, inner: &'a Tree) -> Expr {
        let (value, ty) = self.expr(inner);
        if !matches!(ty, Type::List(_) | Type::Text | Type::Unknown) {
            match &ty {
                Type::Optional(inside) => self.fit(inner.span, &ty, inside),
                _ => self.mismatch(inner.span, "a list or a `text`", &ty),
            }
        }
        Expr::Builtin(Builtin::IsEmpty, vec![value])
    }
}
