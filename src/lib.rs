//! Callwright: a call-flow compiler and engine.
pub mod program;
pub mod source;
pub mod time;
