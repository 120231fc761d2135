//! What all calls share, what belongs to the program that they run, and what those see who watch them.

use super::backends::Backends;
use super::by_hand::HoursByHand;
use super::clock::Clock;
use super::config::Config;
use super::connectors::Connectors;
use super::ledger::Office;
use super::live::Live;
use super::media_thread::MediaThread;
use super::messages::Messages;
use super::meters::Meters;
use super::outgoing::Gate;
use super::phones::Phones;
use super::ports::Ports;
use super::recordings::Recordings;
use super::rooms::Rooms;
use super::signalling::Signalling;
use super::sounds::Sounds;
use super::stir::Stir;
use super::switchboard::Switchboard;
use super::transcriber::Transcriber;
use super::trunks::{Limits, Trunks};
use crate::engine::{Contact, Image, JournalEntry};
use crate::program::Text;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc, watch};

/// What all calls share.
pub struct Shared {
    pub clock: Clock,
    pub config: Config,
    /// What is counted.
    pub meters: Arc<Meters>,
    /// The contacts that last.
    pub live: Live,
    /// What a new contact gets.
    pub latest: watch::Receiver<Arc<Edition>>,
    pub signalling: Signalling,
    pub switchboard: Switchboard,
    pub trunks: Trunks,
    /// Who judges signatures of caller numbers, where somebody does.
    pub stir: Option<Stir>,
    pub gate: Gate,
    /// How many calls may begin in a second.
    pub rate: Arc<Limits>,
    pub phones: Phones,
    pub media: MediaThread,
    pub ports: Ports,
    pub recordings: Recordings,
    pub rooms: Rooms,
    pub connectors: Connectors,
    pub messages: Messages,
    /// Who makes out the words of recordings, where somebody does.
    pub transcriber: Option<Transcriber>,
    pub office: Office,
    pub by_hand: HoursByHand,
    pub crm_permits: Arc<Semaphore>,
    /// Held while a free text is synthesized.
    pub speech_permits: Arc<Semaphore>,
    /// Held by whoever has something to finish.
    pub alive: mpsc::Sender<()>,
    /// Changes when the calls that last are to be hung up.
    pub stop: watch::Receiver<()>,
    pub observer: Option<mpsc::UnboundedSender<Observation>>,
}

/// A program as it is served: what belongs to it and changes with it. A contact keeps the one that it began with.
pub struct Edition {
    /// The program.
    pub image: Arc<Image>,
    /// What it can say.
    pub sounds: Sounds,
    /// Whom it can ask.
    pub backends: Backends,
}

/// What somebody who watches the calls sees, as it happens.
#[derive(Clone, Debug)]
pub enum Observation {
    /// A contact arrived.
    Began(Contact),
    /// A contact made a step, as its journal keeps it.
    Step(Text, JournalEntry),
    /// A contact is over.
    Ended(Text),
}

impl Shared {
    /// Tells whoever watches.
    pub fn observe(&self, what: impl FnOnce() -> Observation) {
        if let Some(observer) = &self.observer {
            let _ = observer.send(what());
        }
    }
}
