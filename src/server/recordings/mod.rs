//! What is recorded of calls, on its way to the disk.
//!
//! ```text
//!  media thread ─ frames, never waits ─► writer thread ─► data/recordings/open/CONTACT.call-1.wav
//!                                              │ over                 ▼ renamed
//!                                              └─► the call    data/recordings/CONTACT/call-1.wav
//! ```
//!
//! The media thread hands over bare frames; what of them is recorded, where a message ends and which keys are taken out
//! is decided by [`crate::media::recorder`] on the writer's thread. A disk that stalls for longer than the queue holds
//! leaves silence of the same length.
//!
//! What a crash left in `open` is made whole when the server starts. Where there is a data key, what is over is sealed
//! ([`crate::store::sealed`]) under the name that the CRM has for it.

mod file;
mod name;
mod settings;
mod writer;

pub use name::RecordingName;
pub use settings::{RecordingChannels, RecordingSettings};

use super::event::CallEvent;
use crate::engine::ActionId;
use crate::media::recorder::{LegFrame, Take};
use crate::store::DataKeys;
use file::Folder;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::time::Duration;
use tokio::sync::mpsc as tasks;
use writer::{Order, Writer};

/// Frames that may wait for the writer: two seconds.
const WAITING: usize = 100;

/// The recordings of a server; cheap to clone. The writer's thread ends with the last handle, behind what is being recorded.
#[derive(Clone, Debug)]
pub struct Recordings {
    folder: Arc<Folder>,
    orders: Sender<Order>,
    next: Arc<AtomicU64>,
}

/// The way of a leg's frames into one recording. The recording ends with it.
#[derive(Debug)]
pub struct Frames {
    /// Which, unique within the process.
    pub recording: u64,
    way: SyncSender<LegFrame>,
}

/// Who is told of the end of a message.
#[derive(Debug)]
pub struct Told {
    /// The action that wanted it.
    pub id: ActionId,
    /// Its call.
    pub call: tasks::WeakSender<CallEvent>,
}

impl Frames {
    /// Brings a frame, unless the writer is far behind.
    pub fn bring(&self, frame: LegFrame) {
        let _ = self.way.try_send(frame);
    }
}

impl Recordings {
    /// Makes whole what a crash left, and starts the writer.
    pub fn start(data: &Path, keys: DataKeys) -> io::Result<Recordings> {
        let folder = Arc::new(Folder::new(&data.join("recordings"), keys)?);
        for name in folder.repair()? {
            tracing::info!(recording = %name, "a recording that was cut short is whole again");
        }
        let (orders, inbox) = channel();
        let writer = Writer::new(folder.clone(), inbox);
        std::thread::Builder::new().name("recordings".to_owned()).spawn(move || writer.run())?;
        Ok(Recordings { folder, orders, next: Arc::new(AtomicU64::new(1)) })
    }

    /// Begins a recording: what is brought on the way that is returned is in it.
    pub fn begin(&self, name: RecordingName, take: Take, told: Option<Told>) -> Frames {
        let recording = self.next.fetch_add(1, Ordering::Relaxed);
        let (way, frames) = sync_channel(WAITING);
        self.order(Order::Begin { recording, name, take, frames, told });
        Frames { recording, way }
    }

    /// Throws away what is being recorded.
    pub fn discard(&self, recording: u64) {
        self.order(Order::Discard(recording));
    }

    /// A message by the name that the flow knows it under, opened where it is sealed. Blocks.
    ///
    /// # Errors
    /// Where there is none of this name, and where it cannot be read or opened.
    pub fn message(&self, id: &str) -> io::Result<Vec<u8>> {
        let name = RecordingName::of_message(id).ok_or(io::ErrorKind::NotFound)?;
        self.folder.read(&name)
    }

    /// Waits until nothing is being recorded any more, at most so long.
    pub fn settle(&self, patience: Duration) -> bool {
        let (waiting, settled) = channel();
        self.order(Order::Settle(waiting));
        settled.recv_timeout(patience).is_ok()
    }

    fn order(&self, order: Order) {
        // The writer lives as long as a handle does.
        let _ = self.orders.send(order);
    }
}

#[cfg(test)]
mod tests;
