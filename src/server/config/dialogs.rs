//! What is settled about calls with far ends: whose word counts, how long a silent call lasts, whom a redirection may name.

use super::{Config, ConfigError};
use crate::sip::{Network, SessionPolicy};
use crate::time::DurationMs;
use serde::Deserialize;

/// The shortest interval of session timers (RFC 4028 §4), in seconds.
const SHORTEST_S: u32 = 90;

/// Networks of IP addresses: `192.0.2.7`, `198.51.100.0/24`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(try_from = "Vec<String>")]
pub struct Networks(pub Vec<Network>);

impl TryFrom<Vec<String>> for Networks {
    type Error = String;

    fn try_from(texts: Vec<String>) -> Result<Networks, String> {
        let read = |text: &String| text.parse::<Network>().map_err(|error| error.to_string());
        texts.iter().map(read).collect::<Result<_, _>>().map(Networks)
    }
}

impl Networks {
    /// Whether an address is in one of them.
    pub fn hold(&self, address: std::net::IpAddr) -> bool {
        self.0.iter().any(|network| network.holds(address))
    }
}

impl Config {
    /// What we want of session timers; nothing where the setting is 0.
    pub(in crate::server) fn session_policy(&self) -> Option<SessionPolicy> {
        let interval_s = self.session_timer_s;
        (interval_s > 0).then_some(SessionPolicy { interval_s, min_s: SHORTEST_S })
    }

    /// How long a far end's first packet of media is waited for; for ever where the setting is 0.
    pub(in crate::server) fn media_within(&self) -> Option<DurationMs> {
        (self.media_within_s > 0).then(|| DurationMs::from_secs(u64::from(self.media_within_s)))
    }

    pub(super) fn check_dialogs(&self) -> Result<(), ConfigError> {
        match self.session_timer_s {
            0 | SHORTEST_S.. => Ok(()),
            _ => {
                let reason = "0 for none, or 90 and more";
                Err(ConfigError::Setting { setting: "session_timer_s", reason })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(yaml: &str) -> Result<Config, String> {
        serde_yaml::from_str(yaml).map_err(|error| error.to_string())
    }

    #[test]
    fn networks_are_addresses_and_blocks() {
        let config = read("trusted: [192.0.2.7, \"198.51.100.0/24\"]\n").unwrap_or_default();
        let hold = |address: &str| address.parse().is_ok_and(|address| config.trusted.hold(address));
        assert_eq!([hold("192.0.2.7"), hold("198.51.100.9"), hold("192.0.2.8")], [true, true, false]);
        assert!(read("trusted: [pc]\n").is_err_and(|error| error.contains("`pc`")));
    }

    #[test]
    fn session_timers_are_off_or_long_enough() {
        let policy = |yaml: &str| {
            let config = read(yaml).unwrap_or_default();
            config.check_dialogs().is_ok().then(|| config.session_policy().map(|policy| policy.interval_s))
        };
        assert_eq!(policy(""), Some(Some(1800)));
        assert_eq!(policy("session_timer_s: 0\n"), Some(None));
        assert_eq!(policy("session_timer_s: 90\n"), Some(Some(90)));
        assert_eq!(policy("session_timer_s: 89\n"), None);
    }
}
