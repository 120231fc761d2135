//! Why a script function cannot be used, or did not give a value.

use crate::program::{Text, Type};
use thiserror::Error;

/// Why a function's script does not fit its declaration.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FunctionError {
    /// The script is no Rhai.
    #[error("`{path}`, line {line}, column {column}: {reason}")]
    Syntax {
        /// The script's file.
        path: Text,
        /// Line, from one; zero where the end of the script is meant.
        line: usize,
        /// Column, from one.
        column: usize,
        /// In Rhai's words.
        reason: String,
    },
    /// The script has no function of that name.
    #[error("`{path}` has no function `{name}`{}", there_are(found))]
    Missing {
        /// The script's file.
        path: Text,
        /// The name that was declared.
        name: Text,
        /// The functions that it has.
        found: Vec<String>,
    },
    /// The function takes another number of values.
    #[error("`{name}` in `{path}` takes {found} values, and is declared with {declared}")]
    Arity {
        /// The script's file.
        path: Text,
        /// The function.
        name: Text,
        /// How many it takes.
        found: usize,
        /// How many were declared.
        declared: usize,
    },
}

/// Why a call gave no value. The flow leaves by `failed`.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CallError {
    /// There is no such function; the program and the library do not belong together.
    #[error("there is no script function {0}")]
    Unknown(u32),
    /// A secret was handed to a script.
    #[error("`{function}` was handed a secret")]
    Secret {
        /// The function.
        function: Text,
    },
    /// The script failed, or met a bound.
    #[error("`{function}` failed: {reason}")]
    Failed {
        /// The function.
        function: Text,
        /// In Rhai's words.
        reason: String,
    },
    /// It gave something else than it declares.
    #[error("`{function}` gave {found} and not {declared}")]
    Result {
        /// The function.
        function: Text,
        /// What it gave, in Rhai's words.
        found: String,
        /// What it declares.
        declared: Type,
    },
}

fn there_are(found: &[String]) -> String {
    match found {
        [] => String::new(),
        names => format!(", only `{}`", names.join("`, `")),
    }
}
