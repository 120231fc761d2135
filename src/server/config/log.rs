//! What a server tells of itself on standard error.

use serde::Deserialize;

/// The log.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// Whom the lines are for.
    pub format: LogFormat,
    /// The least that is told; the environment variable `RUST_LOG` outranks it.
    pub level: LogLevel,
}

/// Whom the lines of the log are for.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// People.
    #[default]
    Text,
    /// Machines: a JSON object a line.
    Json,
}

/// What is told at least.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// What failed.
    Error,
    /// And what is odd.
    #[default]
    Warn,
    /// And what happens.
    Info,
    /// And each message of SIP, without its body.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// The word of it.
    pub fn word(self) -> &'static str {
        match self {
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }
}
