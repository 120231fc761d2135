//! Script functions: what a flow computes in Rhai, checked when it is compiled, bounded when it runs.
//!
//! A function gets values and gives one back. It reads no file, no clock and no chance, calls no other script, and
//! ends after a fixed number of operations, so that a replay computes the same. A secret never gets here.
//!
//! How values look inside a script: a `number` is an integer or a float, `text`, `digits` and `phone` are strings, `money`
//! is a map of `amount` and `currency`, a `duration` is its milliseconds, `date` and `time` are strings like `2026-12-31`
//! and `09:00`, records are maps of their fields, a missing value is `()`.

mod calls;
mod check;
mod convert;
mod library;
mod names;

pub use check::{FunctionError, check};
pub use library::{CallError, Library};

use crate::program::Limits;
use rhai::Engine;
use rhai::packages::{Package, StandardPackage};

/// Words of Rhai that a function may not use: they reach outside of it, or compute code.
const DISABLED: [&str; 6] = ["eval", "import", "export", "print", "debug", "Fn"];
/// Elements of an array or a map inside a script.
const LARGEST_COLLECTION: usize = 1_000;
/// Calls within calls.
const DEEPEST_CALL: usize = 16;
/// Nesting of expressions, outside of functions and inside.
const DEEPEST_EXPRESSION: usize = 32;

/// An engine that can compute and nothing else.
fn engine(limits: &Limits) -> Engine {
    let mut engine = Engine::new_raw();
    StandardPackage::new().register_into_engine(&mut engine);
    engine
        .set_max_operations(limits.function_operations)
        .set_max_string_size(limits.text)
        .set_max_array_size(LARGEST_COLLECTION)
        .set_max_map_size(LARGEST_COLLECTION)
        .set_max_call_levels(DEEPEST_CALL)
        .set_max_expr_depths(DEEPEST_EXPRESSION, DEEPEST_EXPRESSION)
        .set_strict_variables(true);
    for word in DISABLED {
        engine.disable_symbol(word);
    }
    engine
}
