//! The contacts that last, for whoever looks at them: a list, the steps of each as they happen, and an end by hand.

mod trace;
mod view;

pub use trace::lines;
pub use view::ContactView;

use super::capture::Capture;
use super::event::CallEvent;
use crate::engine::JournalEntry;
use crate::program::Text;
use crate::time::Wall;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Steps that may wait for somebody who looks on; whoever is further behind sees no more.
const STEPS_WAITING: usize = 256;

/// All contacts that last. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Live(Arc<Mutex<BTreeMap<Text, One>>>);

/// One of them.
#[derive(Debug)]
struct One {
    view: ContactView,
    told: mpsc::WeakSender<CallEvent>,
    steps: usize,
    watchers: Vec<mpsc::Sender<String>>,
}

/// A contact on the list, until it is dropped.
#[derive(Debug)]
pub struct Listed {
    live: Live,
    id: Text,
}

/// The steps of a contact, for somebody who looks on.
#[derive(Debug)]
pub struct Watched {
    /// So many were there before; the journal has them.
    pub past: usize,
    /// Those that come, as lines; ends with the contact.
    pub steps: mpsc::Receiver<String>,
}

impl Live {
    /// A contact begins.
    pub fn begin(&self, view: ContactView, told: mpsc::WeakSender<CallEvent>) -> Listed {
        let id = view.id.clone();
        let one = One { view, told, steps: 0, watchers: Vec::new() };
        self.0.lock().insert(id.clone(), one);
        Listed { live: self.clone(), id }
    }

    /// All of them, the oldest first.
    pub fn list(&self, now: Wall) -> Vec<ContactView> {
        let mut all: Vec<ContactView> = self.0.lock().values().map(|one| one.view.at(now)).collect();
        all.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
        all
    }

    /// Looks on; nothing where there is no such contact.
    pub fn watch(&self, id: &str) -> Option<Watched> {
        let mut all = self.0.lock();
        let one = all.get_mut(id)?;
        let (watcher, steps) = mpsc::channel(STEPS_WAITING);
        one.watchers.push(watcher);
        Some(Watched { past: one.steps, steps })
    }

    /// Brings what goes over a contact's wires to a file; whether there is such a contact.
    pub async fn capture(&self, id: &str, capture: Capture) -> bool {
        let told = self.0.lock().get(id).and_then(|one| one.told.upgrade());
        match told {
            Some(told) => told.send(CallEvent::Capture(capture)).await.is_ok(),
            None => false,
        }
    }

    /// Ends a contact; whether there is one.
    pub async fn hang_up(&self, id: &str) -> bool {
        let told = self.0.lock().get(id).and_then(|one| one.told.upgrade());
        match told {
            Some(told) => told.send(CallEvent::HangUpByHand).await.is_ok(),
            None => false,
        }
    }
}

impl Listed {
    /// It made a step, and stands at this place of its script now.
    pub fn step(&self, entry: &JournalEntry, place: impl FnOnce() -> Option<Text>) {
        let mut all = self.live.0.lock();
        let Some(one) = all.get_mut(&self.id) else { return };
        one.steps += 1;
        one.view.step(entry);
        one.view.place = place();
        if one.watchers.is_empty() {
            return;
        }
        let lines = lines(entry);
        one.watchers.retain(|watcher| watcher.try_send(lines.clone()).is_ok());
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.live.0.lock().remove(&self.id);
    }
}
