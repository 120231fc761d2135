//! Text and what is said about it: sources, spans, diagnostics, codes, and the provider that hands files in.
//!
//! The compiler opens no file. It asks a [`Files`] for scripts, tables, calendars and functions, and for the list of
//! recordings; the program reads a disk, tests and editors a [`MemoryFiles`].

mod code;
mod diagnostic;
mod files;
mod render;
mod span;
mod suggest;

pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Diagnostics, Label};
pub use files::{FileError, Files, MemoryFiles};
pub use render::{Style, render};
pub use span::{Place, SourceId, SourceMap, Span};
pub use suggest::closest;
