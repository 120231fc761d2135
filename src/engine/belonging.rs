//! Which segments a customer belongs to, without a session: whoever drives one asks before the first line of the route, and
//! people ask who is in a segment.

use super::Image;
use super::builtin::Given;
use super::compute::{arithmetic, compare, whole_days};
use super::evaluate::field;
use super::matter::seen;
use crate::program::{Expr, Moment, Record, Segment, Text, Value};
use crate::time::Wall;

/// A condition and the customer of whom it is asked.
struct Asked<'a> {
    image: &'a Image,
    customer: &'a Record,
    now: Wall,
}

impl Image {
    /// The segments to which a customer belongs at a moment.
    pub fn segments_of(&self, customer: &Record, now: Wall) -> Vec<Text> {
        let belongs = |segment: &&Segment| self.belongs(customer, segment, now);
        self.segments.iter().filter(belongs).map(|segment| segment.name.clone()).collect()
    }

    /// Whether a customer belongs to a segment at a moment. A condition that cannot be computed, a division by zero, does
    /// not hold.
    pub fn belongs(&self, customer: &Record, segment: &Segment, now: Wall) -> bool {
        Asked { image: self, customer, now }.holds(&segment.condition)
    }
}

impl Asked<'_> {
    fn holds(&self, expr: &Expr) -> bool {
        self.value(expr) == Value::Bool(true)
    }

    fn value(&self, expr: &Expr) -> Value {
        match expr {
            Expr::Const(value) => value.clone(),
            Expr::Slot(slot) if *slot == Segment::CUSTOMER => Value::Record(self.customer.clone().into()),
            Expr::Field(record, name) => seen(&self.value(record), name, self.now, self.image.zone.as_ref()),
            Expr::And(a, b) => Value::Bool(self.holds(a) && self.holds(b)),
            Expr::Or(a, b) => Value::Bool(self.holds(a) || self.holds(b)),
            Expr::Not(inner) => Value::Bool(!self.holds(inner)),
            Expr::Compare(op, a, b) => Value::Bool(compare(*op, &self.value(a), &self.value(b))),
            Expr::Arithmetic(op, a, b) => {
                arithmetic(*op, &self.value(a), &self.value(b)).unwrap_or(Value::None)
            }
            Expr::IsNone(inner) => Value::Bool(self.value(inner) == Value::None),
            Expr::Choose(condition, a, b) => self.value(if self.holds(condition) { a } else { b }),
            Expr::Now => self.moment(),
            Expr::Today => field(&self.moment(), "date"),
            Expr::Otherwise(a, b) => {
                Some(self.value(a)).filter(|a| *a != Value::None).unwrap_or_else(|| self.value(b))
            }
            Expr::List(items) => Value::List(self.values(items).into()),
            Expr::WholeDays(length) => whole_days(&self.value(length)).unwrap_or(Value::None),
            Expr::Builtin(builtin, args) => {
                let (zone, country) = (self.image.zone.as_ref(), self.image.country.as_deref());
                Given { zone, country }.compute(*builtin, &self.values(args))
            }
            Expr::DaysAhead(moment) => self.days_ahead(&self.value(moment)),
            // The compiler refuses a segment that is about a contact.
            Expr::Slot(_) | Expr::Caller | Expr::Called | Expr::Message | Expr::CallerIs(_) => Value::None,
            Expr::Contact(_) | Expr::InNumbers(..) | Expr::Position | Expr::ExpectedWait => Value::None,
            Expr::Call(..) | Expr::Open(_) | Expr::OpenIn(..) | Expr::Shift(_) | Expr::Turn(..) => {
                Value::None
            }
        }
    }

    fn values(&self, exprs: &[Expr]) -> Vec<Value> {
        exprs.iter().map(|expr| self.value(expr)).collect()
    }

    fn moment(&self) -> Value {
        let zone = self.image.zone.as_ref();
        zone.map_or(Value::None, |zone| Value::Moment(Moment::new(self.now, zone.clone())))
    }

    fn days_ahead(&self, moment: &Value) -> Value {
        match moment {
            Value::Moment(moment) => super::hours::days_ahead(moment, self.now),
            _ => Value::None,
        }
    }
}
