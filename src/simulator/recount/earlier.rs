//! What the CRM knew of a customer's earlier contacts when it handed the customer out.

use crate::program::{Record, Value};
use crate::simulator::sheet::Sheet;

/// The case that was open, as a scenario gives it; nothing where none was.
pub(super) fn open_case(customer: &Record) -> Option<Sheet> {
    let Value::Record(case) = customer.field("open_case") else { return None };
    let sheet = Sheet::map([("customer", Sheet::text(&*customer.id))]);
    let fields = ["topic", "state", "opened", "owner", "mood", "priority", "promised"];
    Some(with_fields(sheet, case, fields.map(|name| (name, name))))
}

/// The last contact, as a scenario gives it; nothing where there was none.
pub(super) fn last_contact(customer: &Record) -> Option<Sheet> {
    let sheet = Sheet::map([("customer", Sheet::text(&*customer.id))]);
    let fields = [("topic", "last_topic"), ("outcome", "last_outcome"), ("at", "last_contact")];
    let is_known = *customer.field("last_contact") != Value::None;
    is_known.then(|| with_fields(sheet, customer, fields))
}

/// A state that is the usual one, and a priority, are left out.
fn with_fields<const N: usize>(sheet: Sheet, record: &Record, fields: [(&str, &str); N]) -> Sheet {
    fields.into_iter().fold(sheet, |sheet, (name, field)| match record.field(field) {
        Value::None => sheet,
        Value::Text(word) if matches!((name, &**word), ("state", "open") | ("priority", "normal")) => sheet,
        found => sheet.with(name, Sheet::text(found.to_string())),
    })
}
