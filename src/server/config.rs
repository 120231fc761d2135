//! What a deployment decides, in YAML.

mod admin;
mod codecs;
mod dialogs;
mod listen;
mod log;
mod phones;
mod place;
mod stir;
mod trunks;

pub use admin::AdminConfig;
pub use dialogs::Networks;
pub use listen::{ListenAt, TlsConfig};
pub use log::{LogConfig, LogFormat, LogLevel};
pub use phones::{PhoneConfig, PhoneDigest, PhonesConfig};
pub(in crate::server) use place::line_of;
pub use stir::{StirConfig, StirPolicy};
pub use trunks::{
    CallerIdRule, NetworkText, NumbersConfig, Place, RegisterConfig, Rewrite, TrunkConfig, TrunksConfig, Way,
};

use super::connectors::{ConnectorConfig, SecretSource, WebhookConfig};
use super::described::{CodecName, SrtpSetting};
use super::journals::JournalSettings;
use super::messages::EmailConfig;
use super::operators::OperatorConfig;
use super::outgoing::OutgoingSettings;
use super::recordings::RecordingSettings;
use super::retention::RetentionConfig;
use super::transports::TlsError;
use crate::media::InBandKeys;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A server's settings.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where SIP is listened for, over UDP.
    pub listen: SocketAddr,
    /// Further addresses, as `tcp://127.0.0.1:5060`: UDP, TCP and TLS.
    pub listeners: Vec<ListenAt>,
    /// Certificates of TLS.
    pub tls: Option<TlsConfig>,
    /// The address that far ends are told to send to, where it is another than the one that is listened on. Needed if
    /// that is the wildcard address.
    pub advertise: Option<IpAddr>,
    /// First port for RTP; even.
    pub first_rtp_port: u16,
    /// Last port for RTP.
    pub last_rtp_port: u16,
    /// Calls at a time, both directions together; beyond it callers get 503.
    pub max_calls: usize,
    /// The ways to and from the telephone network, by name.
    pub trunks: TrunksConfig,
    /// Telephones that register with us, by their owner's name.
    pub phones: PhonesConfig,
    /// How telephones prove that they know their password: `both`, `sha256`, `md5`.
    pub phone_digest: PhoneDigest,
    /// Whether calls are taken from anybody. Where it is missing: yes, if there are neither trunks nor telephones.
    pub open: Option<bool>,
    /// Where numbers that a flow calls are sent: the address of a SIP trunk. Short for a trunk that nobody checks.
    pub trunk: Option<SocketAddr>,
    /// Where names and extensions that a flow calls are: SIP addresses with a host's IP address, `sip:jones@10.0.0.5:5060`.
    /// Extensions that are not among them are sent to the trunk.
    pub parties: BTreeMap<String, String>,
    /// Who takes the calls of queues, by name; beside the members whom the program names.
    pub operators: BTreeMap<String, OperatorConfig>,
    /// How many calls programs may make by themselves.
    pub outgoing: OutgoingSettings,
    /// Whose word about others is taken: asserted and diverted identities, transfers by REFER, calls that replace others.
    pub trusted: Networks,
    /// Where SIP addresses that flows name by their text may lead, beside `trusted`; nowhere else is one called.
    pub call_addresses: Networks,
    /// Where a redirection (3xx) of a call that we make may lead by itself; elsewhere it is the exit `redirected`.
    pub follow_redirects: Networks,
    /// How signatures of caller numbers are checked (STIR/SHAKEN); they are not where it is missing.
    pub stir: Option<StirConfig>,
    /// How long a call lasts that nobody refreshes, in seconds (RFC 4028); 0 for no session timers.
    pub session_timer_s: u32,
    /// How long a caller's first packet of media is waited for from the answer on, in seconds; 0 for ever.
    pub media_within_s: u32,
    /// The user part of From in calls that we make; the number that was dialled where it is missing.
    pub caller_id: Option<String>,
    /// Whether keys are looked for in the sound: `auto`, until the far end sends its first RFC 4733 event; `always`; `never`.
    pub in_band_keys: InBandKeys,
    /// The folder of everything that outlives the process.
    pub data: PathBuf,
    /// The PostgreSQL database that holds the CRM, where it is not the file `callwright.db` in `data`.
    pub database: Option<DatabaseConfig>,
    /// Where the keys are that open what is sensitive; the first of them seals.
    pub data_key_from: Option<SecretSource>,
    /// Where machines ask how the server is, over HTTP; nowhere where it is missing.
    pub admin: Option<AdminConfig>,
    /// What is told on standard error, and how.
    pub log: LogConfig,
    /// New calls a second, all trunks together; beyond it callers get 503. No limit where it is missing.
    pub calls_a_second: Option<u32>,
    /// How long what is kept.
    pub retention: RetentionConfig,
    /// How journals are kept.
    pub journals: JournalSettings,
    /// How calls are recorded.
    pub recordings: RecordingSettings,
    /// The codecs that are taken, the best first.
    pub codecs: Vec<CodecName>,
    /// Whether media is encrypted (SRTP with the keys in SDP): `never`, `offer`, where the far end can; `require`.
    pub srtp: SrtpSetting,
    /// The folder of the recordings; where it is missing, the one beside the program.
    pub prompts: Option<PathBuf>,
    /// The moment at which the server's calendar begins (RFC 3339): tries the hours of a program with real calls. The real
    /// one where it is missing.
    pub at: Option<jiff::Timestamp>,
    /// Who says what nobody has recorded; where it is missing, a program that needs somebody does not start.
    pub speech: Option<SpeechConfig>,
    /// Who makes out the words of recordings; where it is missing, a program that needs somebody does not start.
    pub transcription: Option<TranscriptionConfig>,
    /// The services behind the backends that the program declares.
    pub backends: BTreeMap<String, BackendConfig>,
    /// The gateway that takes text messages: a connector whose description has `send_sms`.
    pub sms: Option<ConnectorConfig>,
    /// The server that takes e-mail.
    pub email: Option<EmailConfig>,
    /// The foreign CRM, where there is one.
    pub connector: Option<ConnectorConfig>,
    /// Who is told by webhook, by name.
    pub webhooks: BTreeMap<String, WebhookConfig>,
}

/// A PostgreSQL database.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// Environment variable that holds its address, password and all: `postgres://user:password@host:5432/name`.
    pub url_from: String,
    /// PEM file with the certificates by which its server's certificate is checked; those of the system where it is missing.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// A service behind a backend.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct BackendConfig {
    /// Its address; the paths of operations are appended.
    pub url: String,
    /// Environment variable that holds a bearer token for it.
    #[serde(default)]
    pub token_from: Option<String>,
}

/// A speech synthesizer: one of `engine`, `command` and `url`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct SpeechConfig {
    /// One that is known by name.
    #[serde(default)]
    pub engine: Option<SpeechEngine>,
    /// A command and its words; the text is its standard input. `{voice}`, `{language}` and `{file}`, where it writes a WAV
    /// file, are filled in; without `{file}` it writes to its standard output.
    #[serde(default)]
    pub command: Vec<String>,
    /// A service that takes `{"text", "language", "voice"}` by POST and answers with a WAV file.
    #[serde(default)]
    pub url: Option<String>,
    /// Environment variable that holds a bearer token for the service.
    #[serde(default)]
    pub token_from: Option<String>,
    /// The voice for each language; the language itself where it is missing.
    #[serde(default)]
    pub voices: BTreeMap<String, String>,
    /// How long it may take for one text, in milliseconds.
    #[serde(default = "default_within_ms")]
    pub within_ms: u64,
}

/// Who makes out the words of recordings.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct TranscriptionConfig {
    /// A service that takes a WAV file by POST and answers with `{"words"}`.
    pub url: String,
    /// Environment variable that holds a bearer token for it.
    #[serde(default)]
    pub token_from: Option<String>,
}

/// Synthesizers that are known by name.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum SpeechEngine {
    /// espeak-ng, where it is installed.
    #[serde(rename = "espeak-ng")]
    EspeakNg,
}

fn default_within_ms() -> u64 {
    3000
}

/// Why settings cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it should be; the reason shows the place.
    #[error("{path}: {reason}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Why, with line and column.
        reason: String,
    },
    /// The database's address cannot be used.
    #[error("`database`: {reason}")]
    Database {
        /// Why; never the address.
        reason: String,
    },
    /// A certificate cannot be used.
    #[error(transparent)]
    Tls(TlsError),
    /// The data keys cannot be used.
    #[error("`data_key_from`: {reason}")]
    DataKey {
        /// Why; never a key.
        reason: String,
    },
    /// The listener for whoever runs the server makes no sense.
    #[error("`admin`: {reason}")]
    Admin {
        /// Why, and what to write instead; never the token.
        reason: String,
    },
    /// A telephone makes no sense.
    #[error("`phones.{phone}`: {reason}")]
    Phone {
        /// Whose.
        phone: String,
        /// Why, and what to write instead.
        reason: String,
    },
    /// A trunk makes no sense.
    #[error("`trunks.{trunk}`: {reason}")]
    Trunk {
        /// Which.
        trunk: String,
        /// Why, and what to write instead.
        reason: String,
    },
    /// Signatures of caller numbers cannot be checked.
    #[error("`stir`: {reason}")]
    Stir {
        /// Why.
        reason: String,
    },
    /// A setting makes no sense.
    #[error("`{setting}`: {reason}")]
    Setting {
        /// Which.
        setting: &'static str,
        /// Why, and what to write instead.
        reason: &'static str,
    },
}

impl Default for Config {
    fn default() -> Config {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 5060)),
            listeners: Vec::new(),
            tls: None,
            advertise: None,
            first_rtp_port: 20_000,
            last_rtp_port: 29_998,
            max_calls: 1000,
            trunks: TrunksConfig::new(),
            phones: PhonesConfig::new(),
            phone_digest: PhoneDigest::default(),
            open: None,
            trunk: None,
            parties: BTreeMap::new(),
            operators: BTreeMap::new(),
            outgoing: OutgoingSettings::default(),
            trusted: Networks::default(),
            call_addresses: Networks::default(),
            follow_redirects: Networks::default(),
            stir: None,
            session_timer_s: 1800,
            media_within_s: 60,
            caller_id: None,
            in_band_keys: InBandKeys::Auto,
            data: PathBuf::from("callwright-data"),
            database: None,
            admin: None,
            log: LogConfig::default(),
            calls_a_second: None,
            data_key_from: None,
            retention: RetentionConfig::default(),
            journals: JournalSettings::default(),
            recordings: RecordingSettings::default(),
            codecs: CodecName::usual(),
            srtp: SrtpSetting::Never,
            prompts: None,
            at: None,
            speech: None,
            transcription: None,
            backends: BTreeMap::new(),
            sms: None,
            email: None,
            connector: None,
            webhooks: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Reads a file. What it leaves out has its default.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        serde_yaml::from_str(&text)
            .map_err(|error| ConfigError::Invalid { path: path.to_owned(), reason: error.to_string() })
    }

    /// Looks for settings that make no sense together.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.listen.ip().is_unspecified() && self.advertise.is_none() {
            let reason = "needed when `listen` is the wildcard address: write the address that callers reach";
            return Err(ConfigError::Setting { setting: "advertise", reason });
        }
        if self.advertise.is_some_and(|address| address.is_unspecified() || address.is_multicast()) {
            return Err(ConfigError::Setting { setting: "advertise", reason: "must be one host's address" });
        }
        if self.last_rtp_port <= self.first_rtp_port || self.first_rtp_port < 1024 {
            let reason = "the range of RTP ports must begin above 1023 and have more than one port";
            return Err(ConfigError::Setting { setting: "last_rtp_port", reason });
        }
        self.check_codecs()?;
        if !(1..=4000).contains(&self.journals.segment_mb) || self.journals.segment_hours == 0 {
            let reason = "`segment_mb` is 1 to 4000, and `segment_hours` 1 or more";
            return Err(ConfigError::Setting { setting: "journals", reason });
        }
        super::database::check(self)?;
        self.check_listeners()?;
        self.check_dialogs()?;
        self.check_stir()?;
        self.check_admin()?;
        self.tls()?;
        super::keys::data_keys(self)?;
        trunks::check(&self.trunks)?;
        phones::check(&self.phones)?;
        Ok(())
    }

    /// Every codec that some far end may agree on with us.
    pub(super) fn all_codecs(&self) -> Vec<CodecName> {
        let mut all = self.codecs.clone();
        all.extend(self.trunks.values().filter_map(|trunk| trunk.codecs.as_ref()).flatten());
        all
    }

    /// The address that is written into SIP and SDP.
    pub fn advertised(&self, bound: SocketAddr) -> SocketAddr {
        let same = self.advertise.filter(|advertised| advertised.is_ipv4() == bound.is_ipv4());
        SocketAddr::new(same.unwrap_or(bound.ip()), bound.port())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_leaves_out_has_its_default() {
        let read: Result<Config, _> = serde_yaml::from_str("listen: 127.0.0.1:5070\ntrunk: 127.0.0.1:5080\n");
        let Ok(config) = read else { panic!("{read:?}") };
        assert_eq!((config.listen.port(), config.max_calls), (5070, 1000));
    }

    #[test]
    fn keys_in_the_sound_are_a_setting() {
        let read = |text| serde_yaml::from_str::<Config>(text).map(|config| config.in_band_keys);
        assert_eq!(read("max_calls: 7\n").ok(), Some(InBandKeys::Auto));
        assert_eq!(read("in_band_keys: always\n").ok(), Some(InBandKeys::Always));
        assert!(read("in_band_keys: sometimes\n").is_err_and(|error| error.to_string().contains("never")));
    }

    #[test]
    fn a_misspelt_setting_is_named_with_its_place() {
        let read: Result<Config, _> = serde_yaml::from_str("lisen: 127.0.0.1:5070\n");
        let message = read.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(message.contains("lisen") && message.contains('1'), "{message}");
    }

    #[test]
    fn the_wildcard_address_needs_one_to_advertise() {
        let config = Config { listen: SocketAddr::from(([0, 0, 0, 0], 5060)), ..Config::default() };
        assert!(config.check().is_err());
    }
}
