//! Telephones that register with us: `phones:`.

use super::ConfigError;
use crate::sip::digest::Algorithm;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// All telephones, by their owner's name.
pub type PhonesConfig = BTreeMap<String, PhoneConfig>;

/// Somebody's telephones: all that know the password.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct PhoneConfig {
    /// Environment variable that holds the password.
    pub password_from: Option<String>,
    /// File that holds the password.
    pub password_file: Option<PathBuf>,
    /// The number within the house under which flows call them.
    pub extension: Option<String>,
}

/// How telephones prove that they know their password.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum PhoneDigest {
    /// By SHA-256 where they can, else by MD5.
    #[default]
    Both,
    /// By SHA-256 alone.
    Sha256,
    /// By MD5 alone: some telephones fail where SHA-256 is so much as offered.
    Md5,
}

impl PhoneDigest {
    /// What is offered, the best first.
    pub(in crate::server) fn algorithms(self) -> &'static [Algorithm] {
        match self {
            PhoneDigest::Both => &[Algorithm::Sha256, Algorithm::Md5],
            PhoneDigest::Sha256 => &[Algorithm::Sha256],
            PhoneDigest::Md5 => &[Algorithm::Md5],
        }
    }
}

/// Finds telephones that make no sense.
pub(super) fn check(phones: &PhonesConfig) -> Result<(), ConfigError> {
    for (name, phone) in phones {
        let wrong = |reason: String| Err(ConfigError::Phone { phone: name.clone(), reason });
        if phone.password_from.is_some() == phone.password_file.is_some() {
            return wrong(
                "needs one of `password_from` (an environment variable) and `password_file`".into(),
            );
        }
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(&byte);
        if name.is_empty() || !name.bytes().all(sound) {
            return wrong(
                "a name has letters, digits, `-`, `_`, `.` and `+`: the telephone registers under it".into(),
            );
        }
        let same = |other: &(&String, &PhoneConfig)| other.0 != name && other.1.extension == phone.extension;
        if let (Some(extension), Some((other, _))) = (&phone.extension, phones.iter().find(same)) {
            return wrong(format!("has the extension `{extension}` of `{other}`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(yaml: &str) -> Result<(), String> {
        let phones: PhonesConfig = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
        check(&phones).map_err(|error| error.to_string())
    }

    #[test]
    fn a_telephone_needs_a_password_and_an_extension_of_its_own() {
        assert_eq!(check_text("anna: { password_from: A, extension: '101' }\n"), Ok(()));
        assert!(
            check_text("anna: { extension: '101' }\n")
                .is_err_and(|said| said.contains("`phones.anna`: needs one of"))
        );
        let twice =
            "anna: { password_from: A, extension: '101' }\nbert: { password_from: B, extension: '101' }\n";
        assert!(check_text(twice).is_err_and(|said| said.contains("the extension `101` of")));
        assert!(check_text("anna b: { password_from: A }\n").is_err());
    }
}
