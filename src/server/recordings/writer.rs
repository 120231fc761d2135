//! The writer's thread: takes what the media thread brought, a few times a second, and writes it down.

use super::Told;
use super::file::{Folder, OpenFile};
use super::name::RecordingName;
use crate::engine::{Event, Taken};
use crate::media::recorder::{LegFrame, Recorder, Take};
use crate::server::event::CallEvent;
use crate::time::DurationMs;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError};
use std::time::Duration;

/// Between two looks at what was brought. The media thread wakes nobody.
const PAUSE: Duration = Duration::from_millis(40);

/// What the writer is told.
#[derive(Debug)]
pub(super) enum Order {
    Begin {
        recording: u64,
        name: RecordingName,
        take: Take,
        frames: Receiver<LegFrame>,
        told: Option<Told>,
    },
    Discard(u64),
    /// Wants to hear when nothing is being recorded.
    Settle(Sender<()>),
}

/// All that is being recorded.
pub(super) struct Writer {
    folder: Arc<Folder>,
    inbox: Receiver<Order>,
    running: Vec<Running>,
    settling: Vec<Sender<()>>,
}

struct Running {
    recording: u64,
    name: RecordingName,
    recorder: Recorder,
    frames: Receiver<LegFrame>,
    /// Missing once the disk refused something.
    file: Option<OpenFile>,
    told: Option<Told>,
}

/// How a look at a recording ended.
#[derive(PartialEq, Eq)]
enum Look {
    GoesOn,
    Over,
}

impl Writer {
    pub fn new(folder: Arc<Folder>, inbox: Receiver<Order>) -> Writer {
        Writer { folder, inbox, running: Vec::new(), settling: Vec::new() }
    }

    pub fn run(mut self) {
        let mut samples = Vec::new();
        while self.take_orders() {
            self.look(&mut samples);
            match self.running.is_empty() {
                true => self.settled(),
                false => std::thread::sleep(PAUSE),
            }
        }
    }

    fn settled(&mut self) {
        for waiting in self.settling.drain(..) {
            // Who has lost patience does not hear it.
            let _ = waiting.send(());
        }
    }

    /// Carries out what was ordered; waits for an order where nothing is recorded. False when nobody can order any more and
    /// nothing is left to write.
    fn take_orders(&mut self) -> bool {
        if self.running.is_empty() {
            match self.inbox.recv() {
                Ok(order) => self.obey(order),
                Err(_) => return false,
            }
        }
        loop {
            match self.inbox.try_recv() {
                Ok(order) => self.obey(order),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return true,
            }
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Begin { recording, name, take, frames, told } => {
                let file = self.folder.create(&name, take.channels());
                let file = file.inspect_err(|error| complain(&name, error)).ok();
                let recorder = Recorder::new(take);
                self.running.push(Running { recording, name, recorder, frames, file, told });
            }
            Order::Discard(recording) => {
                let place = self.running.iter().position(|running| running.recording == recording);
                if let Some(running) = place.map(|place| self.running.remove(place)) {
                    running.discard();
                }
            }
            Order::Settle(waiting) => self.settling.push(waiting),
        }
    }

    fn look(&mut self, samples: &mut Vec<i16>) {
        let mut place = 0;
        while let Some(running) = self.running.get_mut(place) {
            match running.look(samples) {
                Look::GoesOn => place += 1,
                Look::Over => self.running.remove(place).finish(samples),
            }
        }
    }
}

impl Running {
    /// Writes down what was brought since the last look.
    fn look(&mut self, samples: &mut Vec<i16>) -> Look {
        samples.clear();
        let look = loop {
            match self.frames.try_recv() {
                Ok(frame) if self.recorder.record(&frame, samples) => {}
                Ok(_) | Err(TryRecvError::Disconnected) => break Look::Over,
                Err(TryRecvError::Empty) => break Look::GoesOn,
            }
        };
        self.write(samples);
        look
    }

    fn write(&mut self, samples: &[i16]) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = file.write(samples) {
            complain(&self.name, &error);
            // What is written stays as it is, and is made whole at the next start.
            self.file = None;
        }
    }

    fn finish(mut self, samples: &mut Vec<i16>) {
        samples.clear();
        self.recorder.finish(samples);
        self.write(samples);
        let is_message = self.told.is_some();
        let is_empty = is_message && self.recorder.spoken() == DurationMs::ZERO;
        let kept = self.recorder.kept_samples();
        let finished: Option<io::Result<()>> =
            self.file.take().map(|file| if is_empty { file.discard() } else { file.finish(kept) });
        if let Some(Err(error)) = &finished {
            complain(&self.name, error);
        }
        let taken = match finished {
            Some(Ok(())) => Taken::Sound { length: self.recorder.spoken(), link: "".into() },
            Some(Err(_)) | None => Taken::Failed,
        };
        self.tell(taken);
    }

    fn tell(&mut self, taken: Taken) {
        let Some(Told { id, call }) = self.told.take() else { return };
        if let Some(call) = call.upgrade() {
            // A call that does not keep up waits no longer than its own limit for this.
            let _ = call.try_send(CallEvent::Engine(Event::Recorded { id, taken }));
        }
    }

    fn discard(self) {
        if let Some(Err(error)) = self.file.map(OpenFile::discard) {
            complain(&self.name, &error);
        }
    }
}

fn complain(name: &RecordingName, error: &io::Error) {
    tracing::error!(recording = %name, %error, "a recording cannot be written");
}
