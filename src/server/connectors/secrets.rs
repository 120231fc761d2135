//! Secrets from the environment and from files; a settings file holds none.

use super::config::SecretSource;
use super::error::ConnectorError;
use crate::program::Secret;

/// Reads a secret of a connector or a webhook. `or_env` is the variable where nothing is said.
pub(super) fn read(
    of: &str,
    name: &str,
    source: &SecretSource,
    or_env: &str,
) -> Result<Secret, ConnectorError> {
    let fault =
        |problem: String| ConnectorError::Secret { of: of.to_owned(), secret: name.to_owned(), problem };
    let text = match (&source.env, &source.file) {
        (Some(_), Some(_)) => return Err(fault("has both `env` and `file`".to_owned())),
        (None, Some(file)) => std::fs::read_to_string(file)
            .map_err(|error| fault(format!("cannot be read from {}: {error}", file.display())))?,
        (variable, None) => {
            let variable = variable.as_deref().unwrap_or(or_env);
            std::env::var(variable)
                .map_err(|_| fault(format!("is not in the environment variable `{variable}`")))?
        }
    };
    let text = text.trim_end_matches(['\r', '\n']);
    match text.is_empty() {
        true => Err(fault("is empty".to_owned())),
        false => Ok(Secret::new(text)),
    }
}
