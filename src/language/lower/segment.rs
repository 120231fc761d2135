//! Segments of the `crm` block: conditions on a customer, which hold wherever the customer is asked about.
//!
//! What is missing of a customer fits no comparison, so that nothing has to be opened there.

use super::{Lowerer, Place};
use crate::language::ast::{Expr as Tree, ExprKind as Kind, Name};
use crate::program::{Expr, Segment, Text, Trust, Type, Value};
use crate::source::{Code, Diagnostic};

/// By what a segment's condition calls the customer.
const CUSTOMER: &str = "customer";

impl<'a> Lowerer<'a> {
    pub(super) fn segments(&mut self) {
        self.place = Place::Segment;
        for segment in &self.declared.segments {
            let condition = self.membership(&segment.name, &segment.condition);
            self.graph.segments.push(Segment { name: segment.name.text.clone(), condition });
        }
        self.place = Place::Flow;
    }

    fn membership(&mut self, name: &Name, tree: &'a Tree) -> Expr {
        let before = self.graph.nodes.len();
        self.scopes.enter();
        let ty = Type::Customer(Trust::Claimed);
        // The block is new, so that nothing of this name stands there.
        let _ = self.scopes.declare(&Text::from(CUSTOMER), ty, name.span, Segment::CUSTOMER);
        let condition = self.expect(tree, &Type::Bool);
        self.scopes.leave();
        if self.graph.nodes.len() > before || is_of_a_contact(&condition) {
            self.graph.nodes.truncate(before);
            self.graph.origins.truncate(before);
            let finding = Diagnostic::new(
                Code::InvalidSetting,
                tree.span,
                "a segment is about the customer and the date, not about a contact",
            );
            let hint = "write `customer.tariff = \"gold\"`, `customer.contract_end <= today + 30d`; who calls, and when, is asked in routes and flows";
            self.diagnostics.push(finding.hint(hint));
        }
        condition
    }

    /// `client in NAME`: whether the segment's condition holds of a customer. `None` where the name is no segment's, or the
    /// caller is asked about, of whom the route knows it.
    pub(super) fn in_segment(&mut self, inner: &'a Tree, set: &Name) -> Option<Expr> {
        let declared = self.declared;
        if matches!(inner.kind, Kind::Caller) {
            return None;
        }
        let index = declared.segments.iter().position(|segment| segment.name.text == set.text);
        let Some(index) = index else { return self.in_unknown(inner, set) };
        let (customer, ty) = self.expr(inner);
        let condition = self.graph.segments.get(index)?.condition.clone();
        match super::operator::opened(ty) {
            Type::Customer(_) | Type::Unknown => {}
            other => self.mismatch(inner.span, "a customer", &other),
        }
        let known = Expr::Not(Box::new(Expr::IsNone(Box::new(customer.clone()))));
        let holds = condition.with(Segment::CUSTOMER, &customer);
        Some(Expr::And(Box::new(known), Box::new(holds)))
    }
}

impl<'a> Lowerer<'a> {
    /// A customer in a set that there is not: the name alone is reported.
    fn in_unknown(&mut self, inner: &'a Tree, set: &Name) -> Option<Expr> {
        let Kind::Name(name) = &inner.kind else { return None };
        let is_customer =
            self.scopes.get(name).is_some_and(|variable| matches!(variable.ty, Type::Customer(_)));
        if !is_customer || self.declared.number_names.get(&set.text).is_some() {
            return None;
        }
        let segments = self.declared.segments.iter().map(|segment| &*segment.name.text);
        self.unknown(Code::UnknownName, "segment", set, segments);
        Some(Expr::Const(Value::Bool(true)))
    }
}

/// Whether an expression can only be answered while somebody is there.
fn is_of_a_contact(expr: &Expr) -> bool {
    let own = match expr {
        Expr::Caller | Expr::Called | Expr::Message | Expr::CallerIs(_) | Expr::Contact(_) => true,
        Expr::InNumbers(..) | Expr::Position | Expr::ExpectedWait | Expr::Call(..) => true,
        Expr::Open(_) | Expr::OpenIn(..) | Expr::Shift(_) | Expr::Turn(..) => true,
        Expr::Const(_) | Expr::Slot(_) | Expr::Field(..) | Expr::And(..) | Expr::Or(..) | Expr::Not(_) => {
            false
        }
        Expr::Compare(..) | Expr::Arithmetic(..) | Expr::IsNone(_) | Expr::DaysAhead(_) => false,
        Expr::Choose(..) | Expr::Now | Expr::Today | Expr::Otherwise(..) | Expr::List(_) => false,
        Expr::Builtin(..) | Expr::WholeDays(_) => false,
    };
    own || expr.parts().into_iter().any(is_of_a_contact)
}
