//! Whether a function is there, parses, and takes what the flow gives it.

use super::calls;
use crate::program::{Function, Limits};
use rhai::{AST, ParseErrorType};
use thiserror::Error;

/// What is wrong with a script function.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FunctionError {
    /// The script is no Rhai, or uses what a function may not use.
    #[error("`{path}` does not parse, line {line}: {reason}")]
    Parse {
        /// The script's file.
        path: String,
        /// The line, counted from one.
        line: usize,
        /// In Rhai's words.
        reason: String,
        /// The variable, if it is one that is not there.
        variable: Option<String>,
    },
    /// The script calls a function that neither it nor Rhai has.
    #[error("`{path}` calls `{name}`, line {line}, and there is no such function")]
    Unknown {
        /// The script's file.
        path: String,
        /// The line, counted from one.
        line: usize,
        /// The function.
        name: String,
        /// The known one that is closest.
        near: Option<String>,
    },
    /// The script does something when it is loaded.
    #[error("`{path}` has statements outside of functions")]
    Statements {
        /// The script's file.
        path: String,
    },
    /// The script has no function of that name.
    #[error("`{path}` has no function `{name}`")]
    Missing {
        /// The script's file.
        path: String,
        /// The function.
        name: String,
    },
    /// The function takes another number of values.
    #[error("`{name}` takes {} in `{path}`, and {wanted} in its declaration", counted(*found))]
    Arity {
        /// The script's file.
        path: String,
        /// The function.
        name: String,
        /// How many the declaration gives it.
        wanted: usize,
        /// How many the script takes.
        found: usize,
    },
}

/// `1 parameter`, `2 parameters`.
fn counted(parameters: usize) -> String {
    if parameters == 1 { "1 parameter".to_owned() } else { format!("{parameters} parameters") }
}

/// Checks one function against its script.
pub fn check(function: &Function) -> Result<(), FunctionError> {
    parse(&super::engine(&Limits::DEFAULT), function).map(drop)
}

/// The script of a function, parsed and checked.
pub(super) fn parse(engine: &rhai::Engine, function: &Function) -> Result<AST, FunctionError> {
    let path = function.path.to_string();
    let ast = engine.compile(&*function.script).map_err(|error| FunctionError::Parse {
        path: path.clone(),
        line: error.position().line().unwrap_or(1),
        reason: error.err_type().to_string(),
        variable: match error.err_type() {
            ParseErrorType::VariableUndefined(name) => Some(name.clone()),
            _ => None,
        },
    })?;
    if !ast.statements().is_empty() {
        return Err(FunctionError::Statements { path });
    }
    if let Some((line, name)) = calls::unknown(&ast) {
        let near = calls::nearest(&ast, &name);
        return Err(FunctionError::Unknown { path, line, name, near });
    }
    let arities: Vec<usize> = ast
        .iter_functions()
        .filter(|known| known.name == &*function.name)
        .map(|known| known.params.len())
        .collect();
    let name = function.name.to_string();
    match arities.as_slice() {
        [] => Err(FunctionError::Missing { path, name }),
        found if found.contains(&function.params.len()) => Ok(ast),
        [found, ..] => Err(FunctionError::Arity { path, name, wanted: function.params.len(), found: *found }),
    }
}
