//! Signatures of caller numbers: `stir:`.

use super::{Config, ConfigError, NetworkText};
use crate::sip::identity::Roots;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// How long a call may be made to wait for a certificate, in milliseconds.
const LONGEST_MS: u64 = 5000;

/// What is settled about signatures of caller numbers.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct StirConfig {
    /// PEM file with the authorities that stand behind carriers.
    pub roots: PathBuf,
    /// What happens with a call, where its trunk does not say.
    #[serde(default)]
    pub policy: StirPolicy,
    /// How long a call waits for its certificate, in milliseconds; after that its number is a claim.
    #[serde(default = "default_within_ms")]
    pub within_ms: u64,
    /// PEM file with the certificates by which the servers that have carriers' certificates are checked; those of the
    /// system where it is missing.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// Networks that certificates are fetched from though they are not public, at any port.
    #[serde(default)]
    pub allow: Vec<NetworkText>,
}

/// What happens with a call by the signature of its caller's number.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum StirPolicy {
    /// Nothing but that a right one attests the number.
    Pass,
    /// A wrong one is noted in the contact's record.
    #[default]
    Mark,
    /// A call with a wrong one is refused.
    Reject,
    /// A call without a right one is refused.
    Demand,
}

fn default_within_ms() -> u64 {
    800
}

impl StirConfig {
    /// The authorities.
    pub(in crate::server) fn authorities(&self) -> Result<Roots, ConfigError> {
        let text = read(&self.roots)?;
        let wrong = |error| ConfigError::Stir { reason: format!("{}: {error}", self.roots.display()) };
        Roots::read(&text).map_err(wrong)
    }

    /// The certificates behind the servers that have carriers' certificates.
    pub(in crate::server) fn servers(&self) -> Result<Option<Vec<reqwest::Certificate>>, ConfigError> {
        let Some(path) = &self.ca else { return Ok(None) };
        let wrong = |error| ConfigError::Stir { reason: format!("{}: {error}", path.display()) };
        reqwest::Certificate::from_pem_bundle(&read(path)?).map(Some).map_err(wrong)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ConfigError> {
    std::fs::read(path).map_err(|error| ConfigError::Stir { reason: format!("{}: {error}", path.display()) })
}

impl Config {
    pub(super) fn check_stir(&self) -> Result<(), ConfigError> {
        let Some(stir) = &self.stir else {
            let named = self.trunks.iter().find(|(_, trunk)| trunk.stir.is_some());
            return named.map_or(Ok(()), |(name, _)| {
                let reason = "`stir` of a trunk needs `stir: { roots: FILE }`, the authorities by which signatures are checked";
                Err(ConfigError::Trunk { trunk: name.clone(), reason: reason.into() })
            });
        };
        if !(1..=LONGEST_MS).contains(&stir.within_ms) {
            let reason = format!("`within_ms` is 1 to {LONGEST_MS}: a caller waits for it");
            return Err(ConfigError::Stir { reason });
        }
        stir.authorities()?;
        stir.servers().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(yaml: &str) -> Result<(), String> {
        let config: Config = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
        config.check_stir().map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_missing_is_said() {
        let trunk = "trunks: { carrier: { server: a.example, stir: reject } }\n";
        assert!(checked(trunk).is_err_and(|said| said.contains("`trunks.carrier`: `stir` of a trunk needs")));
        assert!(checked("stir: { roots: nowhere.pem }\n").is_err_and(|said| said.contains("nowhere.pem")));
        assert!(checked("stir: { policy: mark }\n").is_err_and(|said| said.contains("roots")));
        assert!(checked("stir: { roots: Cargo.toml }\n").is_err_and(|said| said.contains("no certificate")));
        let slow = "stir: { roots: Cargo.toml, within_ms: 9000 }\n";
        assert!(checked(slow).is_err_and(|said| said.contains("1 to 5000")));
        assert_eq!(checked(""), Ok(()));
    }
}
