//! The compiler: scripts in, a checked program or findings out.
//!
//! `load` finds the scripts, `parse` reads them by `grammar/flow.pest` into the syntax tree of `ast`, `declare` collects
//! names, `lower` turns flows into nodes and checks types and exits, `check` looks at the graph that results. Every
//! step goes on after a mistake, so that one run finds them all.

mod ast;
mod check;
mod constant;
mod declare;
mod format;
mod load;
mod lower;
mod notes;
mod offer;
pub mod outline;
mod parse;
mod unused;
pub mod vocabulary;

pub use format::{FormatError, format};
pub use notes::notes;
#[doc(hidden)]
pub use parse::parse_only;
pub use unused::unused;

use crate::program::Program;
use crate::source::{Diagnostics, Files, SourceMap, Style, render};
use jiff::civil::Date;

/// What came of a compilation.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The program; there is one if, and only if, no finding is an error.
    pub program: Option<Program>,
    /// What was found, in the order of the text.
    pub diagnostics: Diagnostics,
    /// The texts that the findings are about.
    pub sources: SourceMap,
}

/// The day from which schedules are looked at where nobody says which day it is.
pub const SOME_DAY: Date = Date::constant(2026, 1, 1);

/// Compiles the program whose folder this is: `main.flow`, or the only script there is, and what it imports.
///
/// Its schedules are proved from [`SOME_DAY`] on; whoever knows what day it is calls [`compile_on`].
pub fn compile(files: &dyn Files) -> Compiled {
    compile_on(files, SOME_DAY)
}

/// Compiles a program on a day: what is proved of its schedules is proved of the ten years that follow.
///
/// The day has a say in what is found, none in the program that results.
pub fn compile_on(files: &dyn Files, today: Date) -> Compiled {
    let mut loaded = load::load(files, today);
    let declared = declare::declare(&mut loaded);
    let versions = (loaded.version().into(), loaded.bytes_version().into());
    let load::Loaded { sources, mut diagnostics, .. } = loaded;
    let mut graph = lower::lower(&declared, &sources, &mut diagnostics);
    check::check(&graph, &declared, &mut diagnostics);
    graph.mark_segments();
    diagnostics.sort();
    let program = (!diagnostics.has_errors()).then(|| graph.into_program(declared.program, versions));
    Compiled { program, diagnostics, sources }
}

impl Compiled {
    /// The findings as a person reads them, empty where there are none.
    pub fn report(&self, style: Style) -> String {
        render(&self.diagnostics, &self.sources, style)
    }
}
