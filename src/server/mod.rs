//! The server: sockets, real time and threads around the pure rooms.
//!
//! | file | job |
//! |---|---|
//! | `service` | starts everything in order, takes another program, drains all of it |
//! | `shared` | what all calls share, and what belongs to the program that they run |
//! | `signalling`, `transports` | one task owns the endpoint; the sockets and connections of SIP |
//! | `media_thread` | one thread sweeps the RTP sockets every 5 ms, and sends for a quarter of the legs each time |
//! | `rooms` | conferences: who is in which room |
//! | `recordings` | what is recorded of calls, on its way to the disk |
//! | `call` | one task a contact: the engine's driver |
//! | `ledger`, `journals`, `recovery` | what contacts say: durable, in order, once, after a crash too |
//! | `live` | the contacts that last, for whoever looks at them |
//! | `capture` | what goes over the wires of one contact, without its secrets |
//! | `connectors` | foreign CRMs and webhooks, until they have heard it |
//! | `admin`, `meters` | how machines look into it over HTTP; what is counted |
//! | `control` | how people ask a running server |
//! | `behind` | contacts of which the store could not be told while they lasted |
//! | `jobs` | what contacts asked to be done later: timers, calls back |
//! | `outgoing` | how many calls programs may make by themselves |
//! | `errands` | what programs tell backends and send to people, until it is taken |
//! | `messages` | text messages and e-mail, out |
//! | `refused` | what this version does not do on real calls |
//! | `retention` | what is old enough, let go while the server runs |
//! | `recorded` | what was recorded, for whoever is sent it |
//! | `sounds`, `said`, `backends`, `ports` | recordings and what they say, HTTP services, RTP ports |
//! | `described` | codecs and keys in our session descriptions |
//! | `database`, `keys` | the CRM's database, as the settings name it; what opens what is sealed in it |
//! | `refused` | what the language has and real calls do not |
//! | `switchboard`, `operators` | the queues of all contacts, and who takes their calls |
//! | `shifts` | operators whom several nodes share: each rings at one node at a time |
//! | `synthesizer` | says what nobody has recorded |
//! | `transcriber` | who makes out the words of recordings |
//! | `phones` | where the telephones are that have registered with us |
//! | `trunks` | where calls to numbers go, whose calls are taken, how many |
//! | `stir` | certificates of carriers who sign for caller numbers |
//! | `telephone` | a caller of our own |
//! | `by_hand` | hours that people set, for each contact that arrives |
//! | `open_files` | how many sockets and files the process may have open |
//! | `threads` | whether the process may have the threads that it begins with |
//! | `named` | messages whose descriptions name hosts, until these have been looked up |
//! | `clerk` | the way of all contacts into the store, in shares of one transaction |
//! | `clock`, `entropy` | the one clock, the one source of random numbers |
//!
//! A call's path: a datagram wakes `signalling`, which hands the endpoint's event to the call's task; the task steps its
//! session, writes the step into the journal, and does what the session asks for. Hashing and databases run where
//! waiting is allowed, never on the signalling task or the media thread.

mod admin;
mod backends;
mod behind;
mod by_hand;
mod call;
mod capture;
mod cause;
mod clerk;
mod clock;
mod config;
mod connectors;
mod control;
mod database;
mod described;
mod ending;
mod entropy;
mod errands;
mod event;
mod jobs;
mod journals;
mod keys;
mod ledger;
mod live;
mod media_thread;
mod messages;
mod meters;
mod named;
mod open_files;
mod operators;
mod outgoing;
mod phones;
mod ports;
mod private;
mod recorded;
mod recordings;
mod recovery;
mod refused;
mod retention;
mod rooms;
mod said;
mod service;
mod shared;
mod shifts;
mod signalled;
mod signalling;
mod sounds;
mod stir;
mod switchboard;
mod synthesizer;
mod telephone;
mod threads;
mod trail;
mod transcriber;
mod transports;
mod trunks;

pub use admin::{ReloadRequest, Reloaded};
pub use backends::{Backends, BackendsError};
pub use clock::Clock;
pub use config::{
    AdminConfig, BackendConfig, CallerIdRule, Config, ConfigError, DatabaseConfig, ListenAt, LogConfig,
    LogFormat, LogLevel, NetworkText, Networks, NumbersConfig, PhoneConfig, PhoneDigest, PhonesConfig, Place,
    RegisterConfig, Rewrite, SpeechConfig, SpeechEngine, StirConfig, StirPolicy, TlsConfig,
    TranscriptionConfig, TrunkConfig, TrunksConfig, Way,
};
pub use connectors::{ConnectorConfig, ConnectorError, Connectors, SecretSource, WebhookConfig, WebhookKind};
pub use control::{ControlError, Reply as ControlReply, Request as ControlRequest, ask as ask_server};
pub use database::{DatabaseError, FILE as DATABASE, open as open_database};
pub use described::{CodecName, DtmfWay, SrtpSetting};
pub use journals::{
    JournalFile, JournalReader, JournalSettings, JournalText, Journals, LeftOpen, find_journal,
    forget_journals,
};
pub use keys::{VaultError, data_keys};
pub use live::ContactView;
pub use messages::{EmailConfig, EmailError, Messages, MessagesError, Security};
pub use operators::{OperatorConfig, OperatorProblem};
pub use outgoing::OutgoingSettings;
pub use phones::PhonesError;
pub use recorded::Recorder;
pub use recordings::{RecordingChannels, RecordingName, RecordingSettings, Recordings};
pub use recovery::Recovered;
pub use refused::refused;
pub use retention::{Length, RetentionConfig};
pub use said::Said;
pub use service::{ReloadError, ServeError, Service};
pub use shared::Observation;
pub use sounds::{Sounds, SoundsError};
pub use switchboard::QueuesView;
pub use synthesizer::{SynthesisError, Synthesizer};
pub use telephone::{Moment, Telephone, TelephoneCall, TelephoneError};
pub use threads::enough as enough_threads;
pub use transcriber::TranscriptionError;
pub use transports::TlsError;
pub use trunks::PasswordError;
