//! All tests that go through the public surface, as one binary: linking once is quicker than linking a dozen times.

mod architecture;
mod calls;
mod documents;
mod engine;
mod harness;
mod language;
mod recovery;
mod secrets;
mod simulator;
mod store;
