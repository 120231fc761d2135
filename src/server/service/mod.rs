//! The server as a whole.
//!
//! | file | job |
//! |---|---|
//! | `check` | what would keep it from starting |
//! | `start` | everything that has to be there before the first call, in order |
//! | `reload` | another program while calls last |
//! | `drain` | its end |
//! | `error` | why it does not start |

mod check;
mod drain;
mod error;
mod reload;
mod start;

pub use error::ServeError;
pub use reload::ReloadError;

use super::admin::{Admin, ReloadRequest, Reloaded};
use super::clock::Clock;
use super::config::{Config, ListenAt};
use super::control;
use super::ledger::Office;
use super::meters::Meters;
use super::recordings::Recordings;
use super::recovery::Recovered;
use super::shared::Edition;
use super::switchboard::{QueuesView, Switchboard};
use super::trunks::Keeping;
use crate::queues::Input;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// A running server.
pub struct Service {
    local: SocketAddr,
    bound: Vec<ListenAt>,
    recovered: Recovered,
    taking: tokio::task::JoinHandle<()>,
    /// What is done later, the hours of queues, and whether the calendar is set.
    working: [tokio::task::JoinHandle<()>; 3],
    delivering: tokio::task::JoinHandle<()>,
    telling: tokio::task::JoinHandle<()>,
    watching: tokio::task::JoinHandle<()>,
    forgetting: tokio::task::JoinHandle<()>,
    trunks: Keeping,
    carrying: JoinSet<()>,
    stop_carrying: watch::Sender<bool>,
    catching_up: tokio::task::JoinHandle<()>,
    switchboard: Switchboard,
    /// Where people ask about it.
    _control: Option<control::Listening>,
    office: Office,
    recordings: Recordings,
    clock: Clock,
    finished: mpsc::Receiver<()>,
    stop: watch::Sender<()>,
    latest: watch::Sender<Arc<Edition>>,
    /// What it was started with.
    settings: Config,
    admin: Option<Admin>,
    meters: Arc<Meters>,
    /// Says that the server is stopping.
    drain: watch::Sender<bool>,
    reloads: Option<mpsc::Receiver<ReloadRequest>>,
}

impl Service {
    /// The address that is listened on.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// All addresses that are listened on, as `listeners:` writes them, that of UDP first.
    pub fn bound(&self) -> &[ListenAt] {
        &self.bound
    }

    /// The address at which machines ask how the server is, if they may.
    pub fn admin(&self) -> Option<SocketAddr> {
        self.admin.as_ref().map(Admin::address)
    }

    /// Those who want the program read anew, for whoever can compile it; the first time alone. Nobody else answers them.
    pub fn reloads(&mut self) -> Option<mpsc::Receiver<ReloadRequest>> {
        self.reloads.take()
    }

    /// Counts what came of a program that was offered while it runs.
    pub fn count_reload(&self, reloaded: &Reloaded) {
        self.meters.reloads.count([match reloaded {
            Reloaded::Taken { .. } => "taken",
            Reloaded::Refused { .. } => "refused",
        }]);
    }

    /// What there is to see of queues and of those who take their calls; nothing once the server stops.
    pub async fn queues(&self) -> Option<QueuesView> {
        self.switchboard.view().await
    }

    /// Has an operator take no calls until further notice, or take them again. A call that rings or lasts is not touched;
    /// nothing happens where there is no operator of that name.
    pub fn pause(&self, operator: &str, paused: bool) {
        let operator = operator.into();
        self.switchboard.tell(if paused { Input::Pause { operator } } else { Input::Resume { operator } });
    }

    /// What a crash had left and this start took up.
    pub fn recovered(&self) -> Recovered {
        self.recovered
    }

    /// Whether everything that ended contacts said has reached the CRM, waiting at most `patience` for it.
    pub async fn settle(&self, patience: Duration) -> bool {
        let deadline = tokio::time::Instant::now() + patience;
        while tokio::time::Instant::now() < deadline {
            let open = self.office.journals.left_open().map(|open| open.is_empty()).unwrap_or(false);
            let store = self.office.store.clone();
            let waits = tokio::task::spawn_blocking(move || store.has_pending()).await;
            if open && matches!(waits, Ok(Ok(false))) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }
}
