//! Rhai, with everything closed that a pure function does not need.

use crate::program::Limits;
use rhai::Engine;

/// Calls within calls.
const CALL_LEVELS: usize = 16;
/// Brackets within brackets, and blocks within blocks.
const EXPRESSION_DEPTH: usize = 64;
/// Items of an array or a map.
const ITEMS: usize = 1_000;

/// An engine whose every run ends. It is made once: that takes a quarter of a millisecond.
pub(super) fn engine() -> Engine {
    let mut engine = Engine::new();
    engine
        .set_max_operations(Limits::DEFAULT.function_operations)
        .set_max_call_levels(CALL_LEVELS)
        .set_max_expr_depths(EXPRESSION_DEPTH, EXPRESSION_DEPTH)
        .set_max_string_size(Limits::DEFAULT.text)
        .set_max_array_size(ITEMS)
        .set_max_map_size(ITEMS)
        .disable_symbol("eval")
        .disable_symbol("print")
        .disable_symbol("debug");
    engine
}
