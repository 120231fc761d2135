//! The log, on standard error.
//!
//! A line of a call names it: `call{contact=…}` for people, `"span":{"contact":"…"}` for machines. What a far end said is a field,
//! quoted or escaped, and never the message.

mod writer;

use super::load::style;
use crate::server::{LogConfig, LogFormat};
use crate::source::Style;
use std::io;
use tracing_subscriber::EnvFilter;
use writer::Lines;

/// The log of the process; when it goes, what was logged is written.
#[must_use]
pub struct Log(Lines);

/// Begins to log as the settings say; what `RUST_LOG` asks for outranks their level.
///
/// # Errors
/// Where the system has no thread to write it with.
pub fn start(config: LogConfig) -> io::Result<Log> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(config.level.word()));
    let lines = Lines::start(io::stderr(), tell_missing)?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines.clone());
    match config.format {
        LogFormat::Text => log.with_ansi(style() == Style::Ansi).init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
    Ok(Log(lines))
}

fn tell_missing(lines: u64) {
    tracing::warn!(lines, "lines of the log are missing: whoever reads it was too slow");
}

impl Drop for Log {
    fn drop(&mut self) {
        self.0.settle();
    }
}
