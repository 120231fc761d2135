//! All tests that go through the public surface, as one binary: linking once is quicker than linking a dozen times.

// Tests run processes, wait for real calls and read files; clippy.toml's list is for the pure rooms.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod admin;
mod architecture;
mod asking;
mod backends;
mod calls;
mod checks;
mod clients;
mod codes;
mod connectors;
mod corpus;
mod crm;
mod data;
mod documents;
#[cfg(feature = "lsp")]
mod editor;
mod engine;
mod explore;
mod exploring;
mod failures;
mod faults;
mod findings;
mod flows;
mod format;
mod harness;
mod issues;
mod keys;
mod language;
mod manual;
mod messages;
mod numbers;
mod passphrases;
mod privacy;
mod queues;
mod recount;
mod recovery;
mod replay;
mod schedules;
mod screen;
mod secrets;
mod segments;
mod simulator;
mod speech;
mod stir;
mod store;
mod synthesis;
mod testing;
mod torture;
mod waiting;
mod wire;
