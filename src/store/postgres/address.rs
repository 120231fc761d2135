//! Where a PostgreSQL database is, and with which password: shown without it.

use super::tls::{self, Tls};
use crate::store::StoreError;
use crate::store::database::Fault;
use crate::time::DurationMs;
use postgres::Client;
use postgres::config::{Host, SslMode};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The port where an address names none.
const PORT: u16 = 5432;
/// How long sent bytes may go unacknowledged before a connection counts as lost.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);
/// How long a connection may be silent before the server is probed.
const SILENCE: Duration = Duration::from_secs(30);

/// The address of a PostgreSQL database, `postgres://user:password@host:5432/name`. It prints as host, port and name.
#[derive(Clone)]
pub struct DatabaseUrl {
    config: postgres::Config,
    tls: Tls,
}

impl DatabaseUrl {
    /// Reads an address. Where it says nothing about `sslmode`, a database on another machine is spoken to by TLS, and one
    /// on this machine in plain. Every TLS connection checks the server's certificate and name, by the certificates of
    /// `authorities` (PEM), else by those of the system.
    ///
    /// Fails with [`StoreError::Address`], which never holds any part of the text, and where the certificates cannot be
    /// read.
    pub fn parse(text: &str, authorities: Option<&Path>) -> Result<DatabaseUrl, StoreError> {
        let text = text.trim();
        // All of them check the certificate and the name here.
        let text = text.replace("sslmode=verify-full", "sslmode=require");
        let text = text.replace("sslmode=verify-ca", "sslmode=require");
        let mut config: postgres::Config = text.parse().map_err(|_| StoreError::Address)?;
        if config.get_hosts().is_empty() || config.get_user().is_none() {
            return Err(StoreError::Address);
        }
        if !text.contains("sslmode=") {
            let is_here = config.get_hosts().iter().all(is_this_machine);
            config.ssl_mode(if is_here { SslMode::Disable } else { SslMode::Require });
        }
        if config.get_application_name().is_none() {
            config.application_name("callwright");
        }
        config.keepalives_idle(SILENCE).tcp_user_timeout(UNACKNOWLEDGED);
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => Tls::None,
            _ => tls::connector(authorities)?,
        };
        Ok(DatabaseUrl { config, tls })
    }

    /// The same, with how long its server may take to answer a connection; what the address itself says wins.
    pub(super) fn with_patience(mut self, patience: DurationMs) -> DatabaseUrl {
        if self.config.get_connect_timeout().is_none() {
            self.config.connect_timeout(patience.to_std());
        }
        self
    }

    /// Connects. Not to be called where something asynchronous runs.
    pub(super) fn connect(&self) -> Result<Client, Fault> {
        let client = match &self.tls {
            Tls::None => self.config.connect(postgres::NoTls),
            Tls::Checked(connector) => self.config.connect(connector.clone()),
        };
        client.map_err(|error| Fault::lost(super::fault::words(&error)))
    }

    /// Host, port and name, for errors.
    pub(super) fn place(&self) -> PathBuf {
        PathBuf::from(self.to_string())
    }
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        Host::Unix(_) => true,
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.config.get_dbname().or(self.config.get_user()).unwrap_or_default();
        let hosts = self.config.get_hosts().iter().enumerate().map(|(index, host)| {
            let ports = self.config.get_ports();
            let port = ports.get(index).or(ports.first()).copied().unwrap_or(PORT);
            match host {
                Host::Tcp(name) => format!("{name}:{port}"),
                Host::Unix(path) => format!("{}:{port}", path.display()),
            }
        });
        write!(f, "postgres://{}/{name}", hosts.collect::<Vec<_>>().join(","))
    }
}

/// Without the password.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        DatabaseUrl::parse(text, None).map_or_else(|error| error.to_string(), |address| address.to_string())
    }

    #[test]
    fn an_address_shows_no_user_and_no_password() {
        let text = "postgres://callwright:s3cret@127.0.0.1:5433/crm";
        assert_eq!(shown(text), "postgres://127.0.0.1:5433/crm");
        let address = DatabaseUrl::parse(text, None).map(|address| format!("{address:?}"));
        assert_eq!(address.as_deref(), Ok("postgres://127.0.0.1:5433/crm"));
        assert_eq!(shown("postgres://callwright@localhost/crm"), "postgres://localhost:5432/crm");
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for text in ["", "hunter2", "mysql://u:hunter2@host/crm", "postgres:///crm"] {
            let error = DatabaseUrl::parse(text, None).err().map(|error| error.to_string());
            assert!(error.as_ref().is_some_and(|error| !error.contains("unter")), "{text}: {error:?}");
        }
    }

    #[test]
    fn another_machine_is_spoken_to_by_tls_unless_the_address_says_otherwise() {
        let mode = |text: &str| DatabaseUrl::parse(text, None).map(|address| address.config.get_ssl_mode());
        assert_eq!(mode("postgres://u@localhost/crm"), Ok(SslMode::Disable));
        assert_eq!(mode("postgres://u@%2Fvar%2Frun%2Fpostgresql/crm"), Ok(SslMode::Disable));
        assert_eq!(mode("postgres://u@db.example/crm"), Ok(SslMode::Require));
        assert_eq!(mode("postgres://u@db.example/crm?sslmode=verify-full"), Ok(SslMode::Require));
        assert_eq!(mode("postgres://u@db.example/crm?sslmode=disable"), Ok(SslMode::Disable));
    }
}
