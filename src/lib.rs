//! Callwright: a call-flow compiler and engine.
//!
//! A script is compiled to a [`program::Program`]; an [`engine::Session`] runs it as a pure machine; [`simulator`] drives
//! that machine with a scripted caller in virtual time, `server` with SIP, RTP and real time. ARCHITECTURE.md has the
//! table of rooms and who may import whom; a test holds the code to it.
//!
//! Without features only the pure rooms are built: no clock, no I/O, no threads.

// clippy.toml lists what a pure room may not use. Whoever does I/O is allowed to, below.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod connector;
pub mod crm;
pub mod engine;
pub mod explore;
pub mod language;
pub mod media;
pub mod program;
pub mod queues;
pub mod script;
pub mod simulator;
pub mod sip;
pub mod source;
pub mod speech;
pub mod time;

#[cfg(feature = "cli")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod cli;
#[cfg(feature = "lsp")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod lsp;
#[cfg(feature = "server")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod server;
#[cfg(feature = "store")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types)]
pub mod store;
