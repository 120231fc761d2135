//! Scenarios in a world that fails: an answer that is a fault, late, or there twice; a key that is lost, doubled, or late
//! by a timer's edge. Whatever fails, the call ends, the CRM is told once what came of it, and no secret gets out.
//!
//! Which answer fails is a number: the second reply of a backend, the third key. So a plan of faults reproduces itself.

mod check;
mod inject;
mod plan;
mod play;

pub use check::{Broken, broken};
pub(super) use inject::Troubles;
pub use plan::{Fault, FaultPlan, Source, Trouble, plans};
pub use play::{FaultRun, test_with};
