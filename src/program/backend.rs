//! The services that a program asks, and the script functions that it calls.

use super::value::{Text, Type};
use crate::time::DurationMs;
use serde::{Deserialize, Serialize};

/// A declared service.
#[derive(Clone, Debug, PartialEq)]
pub struct Backend {
    /// The name a script and the configuration use.
    pub name: Text,
    /// What can be asked of it.
    pub operations: Vec<Operation>,
}

/// One question that can be put to a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The name a script uses.
    pub name: Text,
    /// How it is asked.
    pub method: Method,
    /// What it takes.
    pub params: Vec<(Text, Type)>,
    /// The fields of a good reply.
    pub reply: Vec<(Text, Type)>,
    /// Path below the service's address, with `{parameter}` where a value goes.
    pub path: Text,
    /// After this it is late.
    pub within: DurationMs,
    /// What else it may answer, each an exit of its own.
    pub statuses: Vec<Text>,
}

/// How a service is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Reads; may be asked again.
    Get,
    /// Changes something.
    Post,
}

/// An operation of a program: its backend's position, and its own within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationId {
    /// Position in [`super::Program::backends`].
    pub backend: u16,
    /// Position in [`Backend::operations`].
    pub operation: u16,
}

/// A function written in Rhai.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// The name, in the flow and in its script.
    pub name: Text,
    /// What it takes.
    pub params: Vec<(Text, Type)>,
    /// What it gives back.
    pub returns: Type,
    /// The file it stands in, as the program names it.
    pub path: Text,
    /// The script's text.
    pub script: Text,
}
