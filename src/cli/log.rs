//! The log, on standard error.
//!
//! A line of a call names it: `call{contact=…}` for people, `"span":{"contact":"…"}` for machines. What a far end said is a field,
//! quoted or escaped, and never the message.

use super::load::style;
use crate::server::{LogConfig, LogFormat};
use crate::source::Style;
use tracing_subscriber::EnvFilter;

/// Begins to log as the settings say; what `RUST_LOG` asks for outranks their level.
pub fn start(config: LogConfig) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(config.level.word()));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.format {
        LogFormat::Text => log.with_ansi(style() == Style::Ansi).init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}
