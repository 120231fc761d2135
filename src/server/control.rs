//! How people reach a running server: a socket in its data folder, a line of JSON each way.
//!
//! Whoever may write to the folder's files may ask; nobody else reaches the socket.

use super::switchboard::{QueuesView, Switchboard};
use crate::program::Text;
use crate::queues::Input;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as Stream;
use std::path::{Path, PathBuf};
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

/// The socket's name in the data folder.
const FILE: &str = "control.sock";
/// The longest line.
const LONGEST: u64 = 4096;
/// How long a command waits for the server.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is asked of a running server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// What there is to see of queues and operators.
    Queues,
    /// An operator takes no calls until further notice.
    Pause(Text),
    /// An operator takes calls again.
    Resume(Text),
}

/// What it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// What there is to see.
    Queues(QueuesView),
    /// There is no operator of that name.
    NoSuchOperator,
    /// It was asked something that it does not know.
    NotUnderstood,
}

/// Why a running server could not be asked.
#[derive(Debug, Error)]
pub enum ControlError {
    /// Nobody listens there.
    #[error("no server runs on {path}: {source}")]
    NotThere {
        /// The data folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It said nothing that makes sense.
    #[error("the server says nothing that makes sense: {0}")]
    Garbled(String),
}

/// Asks the server that runs on a data folder, and waits for what it says.
pub fn ask(data: &Path, request: &Request) -> Result<Reply, ControlError> {
    let not_there = |source| ControlError::NotThere { path: data.to_owned(), source };
    let garbled = |error: &dyn ToString| ControlError::Garbled(error.to_string());
    let mut stream = Stream::connect(data.join(FILE)).map_err(not_there)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(not_there)?;
    let mut line = serde_json::to_string(request).map_err(|error| garbled(&error))?;
    line.push('\n');
    stream.write_all(line.as_bytes()).map_err(not_there)?;
    let mut reply = String::new();
    BufReader::new(stream).read_line(&mut reply).map_err(not_there)?;
    serde_json::from_str(&reply).map_err(|error| garbled(&error))
}

/// Listens in a data folder, until it is dropped. A server that cannot serves calls all the same.
pub(super) fn listen(data: &Path, switchboard: &Switchboard) -> Option<Listening> {
    let path = data.join(FILE);
    // What a crash left there is in the way; where somebody answers, another server runs on the folder.
    if Stream::connect(&path).is_err() {
        let _ = std::fs::remove_file(&path);
    }
    let bound = UnixListener::bind(&path).and_then(|listener| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(listener)
    });
    match bound {
        Ok(listener) => {
            let task = tokio::spawn(serve(listener, switchboard.clone()));
            Some(Listening { task, path })
        }
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "nobody can ask this server about its queues");
            None
        }
    }
}

/// A socket that is listened on.
#[derive(Debug)]
pub(super) struct Listening {
    task: tokio::task::JoinHandle<()>,
    path: PathBuf,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn serve(listener: UnixListener, switchboard: Switchboard) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(converse(stream, switchboard.clone()))),
            Err(error) => {
                tracing::warn!(%error, "somebody could not be heard");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Answers one request after another, until whoever asks is gone or says nothing for a while.
async fn converse(stream: UnixStream, switchboard: Switchboard) {
    let (read, mut write) = stream.into_split();
    let mut lines = tokio::io::BufReader::new(read.take(LONGEST)).lines();
    while let Ok(Ok(Some(line))) = tokio::time::timeout(PATIENCE, lines.next_line()).await {
        let reply = match serde_json::from_str(&line) {
            Ok(request) => answer(&switchboard, request).await,
            Err(_) => Some(Reply::NotUnderstood),
        };
        let Some(mut line) = reply.and_then(|reply| serde_json::to_string(&reply).ok()) else { return };
        line.push('\n');
        if write.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn answer(switchboard: &Switchboard, request: Request) -> Option<Reply> {
    let (operator, input): (_, fn(Text) -> Input) = match request {
        Request::Queues => return switchboard.view().await.map(Reply::Queues),
        Request::Pause(operator) => (operator, |operator| Input::Pause { operator }),
        Request::Resume(operator) => (operator, |operator| Input::Resume { operator }),
    };
    let known = switchboard.view().await?.operators.iter().any(|known| known.name == operator);
    if !known {
        return Some(Reply::NoSuchOperator);
    }
    switchboard.tell(input(operator));
    switchboard.view().await.map(Reply::Queues)
}
