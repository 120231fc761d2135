//! Words of the language that editors offer and that suggestions choose from.

use crate::program::{Trust, Type};

/// Types that every program has.
pub const TYPES: [(&str, Type); 15] = [
    ("yes_no", Type::Bool),
    ("number", Type::Number),
    ("text", Type::Text),
    ("digits", Type::Digits),
    ("phone", Type::Phone),
    ("money", Type::Money),
    ("duration", Type::Duration),
    ("date", Type::Date),
    ("time", Type::Time),
    ("moment", Type::Moment),
    ("secret", Type::Secret),
    ("passphrase", Type::Passphrase),
    ("case", Type::Case),
    ("recording", Type::Recording),
    ("customer", Type::Customer(Trust::Claimed)),
];

/// What may stand behind `is` beside the shifts of a program.
pub const STATES: [&str; 10] =
    ["open", "closed", "none", "some", "empty", "mobile", "attested", "withheld", "missing", "invalid"];

/// How a case can stand.
pub const CASE_STATES: [&str; 4] = ["open", "waiting", "reopened", "closed"];

/// How urgent a case can be.
pub const CASE_PRIORITIES: [&str; 4] = ["low", "normal", "high", "urgent"];

/// What `contact` has.
pub const OF_CONTACT: [&str; 8] =
    ["id", "channel", "language", "priority", "arrived", "attested", "called", "from"];
