//! The language server: what an editor asks about scripts, answered from the compiler and the verbs' records.
//!
//! Messages are handled one by one in their order, so that no answer is about an older text than the question. After
//! each burst of changes the programs that they touch are compiled once, and their findings published.

mod complete;
mod fix;
mod hover;
mod layout;
mod lines;
mod names;
mod publish;
mod server;
mod symbols;
mod workspace;

pub use server::{ServeError, serve};
pub use workspace::OpenFolder;
