//! Numbers as digits: patterns of numbers, and tables that find the narrowest pattern of a number.
//!
//! | file | what |
//! |---|---|
//! | `key` | a number in one machine word |
//! | `pattern` | exact, beginning, classes, range, as people write them |
//! | `shape` | the numbers of a pattern as sets of digits by position: cut, counted, compared |
//! | `short` | emergency numbers and services, which no pattern covers, and short numbers that cost more |
//! | `short_table` | those of the countries |
//! | `table` | the index |

mod key;
mod pattern;
mod shape;
mod short;
mod short_table;
mod table;

pub use key::NumberKey;
pub use pattern::{NumberPattern, PatternError};
pub use shape::Shapes;
pub use short::{ShortCode, ShortCodes};
pub use table::NumberTable;
