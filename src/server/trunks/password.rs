//! Passwords of SIP, from the environment and from files; a settings file holds none.

use crate::sip::digest::Password;
use std::path::Path;
use thiserror::Error;

/// Why there is no password.
#[derive(Debug, Error)]
#[error("the password of `{of}` {problem}")]
pub struct PasswordError {
    /// Whose.
    pub of: String,
    /// What is wrong.
    pub problem: String,
}

/// Reads a password from an environment variable or, line break at the end aside, a file.
///
/// # Errors
/// [`PasswordError`] where it is not there or empty; never with the password.
pub fn read(of: &str, variable: Option<&str>, file: Option<&Path>) -> Result<Password, PasswordError> {
    let fault = |problem: String| PasswordError { of: of.to_owned(), problem };
    let text = match (variable, file) {
        (Some(variable), _) => std::env::var(variable)
            .map_err(|_| fault(format!("is not in the environment variable `{variable}`")))?,
        (None, Some(file)) => std::fs::read_to_string(file)
            .map_err(|error| fault(format!("cannot be read from {}: {error}", file.display())))?,
        (None, None) => return Err(fault("is said nowhere".to_owned())),
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err(fault("is empty".to_owned())) } else { Ok(Password::new(text)) }
}
