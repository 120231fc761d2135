//! The codecs that settings name.

use super::{Config, ConfigError};
use crate::media::opus;
use crate::server::described::CodecName;

/// What is said of a list that cannot be used; nothing if it can.
pub(super) fn problem(codecs: &[CodecName]) -> Option<&'static str> {
    match codecs {
        [] => Some("at least one of `pcma`, `pcmu`, `g722` and `opus`"),
        _ if !opus::IS_BUILT && codecs.contains(&CodecName::Opus) => Some(
            "this build has no `opus`: build it with `--features opus`, which needs cmake, or take it off the list",
        ),
        _ => None,
    }
}

impl Config {
    pub(super) fn check_codecs(&self) -> Result<(), ConfigError> {
        match problem(&self.codecs) {
            Some(reason) => Err(ConfigError::Setting { setting: "codecs", reason }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::trunks;
    use super::*;

    fn checked(yaml: &str) -> Result<(), String> {
        let config: Config = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
        let checked = config.check_codecs().and_then(|()| trunks::check(&config.trunks));
        checked.map_err(|error| error.to_string())
    }

    #[test]
    fn a_list_has_something_that_this_build_speaks() {
        let problems = [
            checked("codecs: []"),
            checked("trunks: { carrier: { server: 203.0.113.9, codecs: [] } }"),
            checked("codecs: [g729]"),
        ];
        let told = ["at least one of", "carrier", "g729"];
        for (problem, told) in problems.into_iter().zip(told) {
            assert!(problem.as_ref().is_err_and(|problem| problem.contains(told)), "{problem:?}");
        }
        assert_eq!(checked("codecs: [g722, pcmu]"), Ok(()));
    }

    #[test]
    fn opus_is_taken_by_a_build_that_has_it_and_another_says_how_to_get_it() {
        for yaml in ["codecs: [opus, pcma]", "trunks: { carrier: { server: 203.0.113.9, codecs: [opus] } }"] {
            let checked = checked(yaml);
            let is_told = checked.as_ref().is_err_and(|problem| problem.contains("--features opus"));
            assert_eq!((checked.is_ok(), is_told), (opus::IS_BUILT, !opus::IS_BUILT), "{checked:?}");
        }
    }
}
