//! Where a setting stands in its file: a message that names a line is read, one that names a key is searched for.

use super::ConfigError;

/// The line of a setting, by the keys that lead to it; that of the last key that is found on a line of its own.
pub(in crate::server) fn line_of(text: &str, keys: &[&str]) -> Option<usize> {
    let mut lines = text.lines().enumerate();
    let (mut found, mut depth) = (None, None);
    for key in keys {
        let is_it = |line: &str| {
            let bare = line.trim_start();
            let deeper = depth.is_none_or(|depth| line.len() - bare.len() > depth);
            let names = [format!("{key}:"), format!("\"{key}\":"), format!("'{key}':")];
            deeper && names.iter().any(|name| bare.starts_with(name.as_str()))
        };
        let Some((number, line)) = lines.by_ref().find(|(_, line)| is_it(line)) else { break };
        (found, depth) = (Some(number + 1), Some(line.len() - line.trim_start().len()));
    }
    found
}

impl ConfigError {
    /// The keys that lead to what is wrong; none where the file as a whole is.
    pub(in crate::server) fn keys(&self) -> Vec<&str> {
        match self {
            ConfigError::Unreadable { .. } | ConfigError::Invalid { .. } => Vec::new(),
            ConfigError::Database { .. } => vec!["database"],
            ConfigError::Tls(_) => vec!["tls"],
            ConfigError::Stir { .. } => vec!["stir"],
            ConfigError::Admin { .. } => vec!["admin"],
            ConfigError::DataKey { .. } => vec!["data_key_from"],
            ConfigError::Trunk { trunk, .. } => vec!["trunks", trunk],
            ConfigError::Phone { phone, .. } => vec!["phones", phone],
            ConfigError::Setting { setting, .. } => vec![setting],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "listen: 127.0.0.1:5060\n# trunks:\ntrunks:\n  b: { server: b.example }\n  \"a\":\n    server: a.example\n    register:\n      user: anna\nphones: { a: {} }\n";

    #[test]
    fn a_setting_is_found_by_the_keys_that_lead_to_it() {
        let line = |keys: &[&str]| line_of(TEXT, keys);
        assert_eq!(line(&["listen"]), Some(1));
        assert_eq!(line(&["trunks", "b"]), Some(4));
        assert_eq!(line(&["trunks", "a", "register"]), Some(7));
        assert_eq!(line(&["phones", "a"]), Some(9), "its own line is the next best");
        assert_eq!(line(&["tls"]), None);
    }
}
