//! Segments: customers of whom a condition holds, by attributes and history.

use super::expr::Expr;
use super::node::Slot;
use super::value::Text;

/// Customers of whom a condition holds. Whoever becomes one of them, or ceases to be one, does so by what the CRM knows of
/// the customer and by the date; nobody is kept on a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// The name a script uses.
    pub name: Text,
    /// What holds of them; the customer stands in [`Segment::CUSTOMER`].
    pub condition: Expr,
}

impl Segment {
    /// Where the customer stands in a segment's condition. No flow has a variable there.
    pub const CUSTOMER: Slot = Slot(u16::MAX);
}
