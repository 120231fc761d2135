//! `queue`: the place in it, what runs meanwhile, keys, and whoever is free at last.
//!
//! ```text
//!   scopes while a caller waits:      [ contact: Queued ] [ while waiting … ]
//!   a key of the queue is pressed:    [ contact: Queued ] [ aside: the block behind the key ]
//!   somebody is free:                 [ contact: Connecting ] [ connected … ]   then Bridged
//! ```
//!
//! An aside that ends leads back to `while waiting`; whatever runs above is unwound when the wait ends.

use super::action::{Action, ActionId, LegId, Note};
use super::event::QueueNews;
use super::run::{Run, Turn};
use super::state::{Place, Role, Wait};
use crate::program::verb::{Choice, Queue};
use crate::program::{Exit, Key, QueueId, Value, Verb};
use crate::time::{DurationMs, Millis, Wall};

/// How long the first news of the place is waited for before the caller hears something.
const FIRST_NEWS: DurationMs = DurationMs::from_secs(1);

impl<'a> Run<'a> {
    pub(super) fn queue_up(&mut self, queue: &Queue) -> Turn {
        let image = self.image;
        let declared = &image.queues[queue.queue.0 as usize];
        if declared.hours.is_some_and(|hours| !self.is_open(hours)) {
            return Turn::Exit(Exit::Closed, Value::None);
        }
        let priority = match queue.priority.as_ref().map(|priority| self.value(priority)) {
            Some(Ok(Value::Number(priority))) => Some(priority),
            Some(Ok(_) | Err(_)) | None => None,
        };
        let whisper = match queue.whisper.iter().map(|one| self.spoken(one)).collect() {
            Ok(whisper) => whisper,
            Err(fault) => return self.fault(&fault, Exit::Closed),
        };
        let id = self.state.next_id();
        self.state.last_leg = self.state.last_leg.saturating_add(1);
        let leg = LegId(self.state.last_leg);
        let name = declared.name.clone();
        let (within, accept) = (queue.timeout, queue.accept);
        self.act(Action::Enqueue { id, leg, queue: name, priority, within, whisper, accept });
        let (since, until) = (self.state.now, self.state.now + queue.timeout);
        let begins = Some(since + FIRST_NEWS);
        self.state.last_place = Some((queue.queue, self.state.wall_at(since)));
        Turn::Wait(Wait::Queued { id, leg, since, until, begins, place: Place::default() })
    }

    pub(super) fn queued(&mut self, id: ActionId, news: QueueNews) {
        match news {
            QueueNews::Place { ahead, expected } => self.moved_up(id, Place { ahead, expected }),
            QueueNews::Connected { who } => {
                if let Some(leg) = self.leave_queue(id) {
                    self.connect(leg, Value::Text(who));
                }
            }
            QueueNews::Full => self.queue_ends(id, Exit::Full),
            QueueNews::Closed => self.queue_ends(id, Exit::Closed),
        }
    }

    fn moved_up(&mut self, id: ActionId, news: Place) {
        let waits = self.state.scopes.iter_mut().find_map(|scope| match &mut scope.wait {
            Wait::Queued { id: queued, place, begins, .. } if *queued == id => {
                Some((place, begins.is_some()))
            }
            _ => None,
        });
        let Some((place, is_first)) = waits else { return self.stale() };
        *place = news;
        if is_first {
            self.wait_in_queue();
        }
    }

    /// Runs what is heard in the queue, from its beginning.
    fn wait_in_queue(&mut self) {
        let Some(scope) = self.state.scopes.last_mut() else { return };
        if let Wait::Queued { begins, .. } = &mut scope.wait {
            *begins = None;
            let wait = scope.wait.clone();
            let _ = self.run_while_waiting(wait);
        }
    }

    fn queue_ends(&mut self, id: ActionId, exit: Exit) {
        if self.leave_queue(id).is_some() {
            self.leave(exit, Value::None);
        }
    }

    /// Unwinds to the scope that waits in the queue; the leg on which somebody would answer.
    fn leave_queue(&mut self, id: ActionId) -> Option<LegId> {
        if !self.unwind_to_answer(id, |wait| matches!(wait, Wait::Queued { .. })) {
            return None;
        }
        match self.state.scopes.last().map(|scope| &scope.wait) {
            Some(Wait::Queued { leg, .. }) => Some(*leg),
            _ => None,
        }
    }

    /// The longest time is over; or no news came, and the caller is not to hear nothing.
    pub(super) fn queue_is_over(&mut self) {
        let over = |until: Millis| until <= self.state.now;
        let is_over = self.state.scopes.last().is_some_and(|scope| match &scope.wait {
            Wait::Queued { until, .. } => over(*until),
            _ => true,
        });
        if !is_over {
            return self.wait_in_queue();
        }
        self.cancel_innermost();
        self.leave(Exit::Timeout, Value::None);
    }

    /// A key that the queue listens for, while nothing else asks for one. Whether it was taken.
    pub(super) fn queue_takes_key(&mut self) -> bool {
        let Some((depth, choices)) = self.queue_choices() else { return false };
        while let Some(key) = self.state.keys.pop_front() {
            match chosen(choices, key) {
                Some(index) => {
                    self.note(Note::Took { keys: key.sign().to_string().into() });
                    self.unwind_to(depth);
                    self.step_aside(index, key);
                    return true;
                }
                None => self.note(Note::Dropped { count: 1 }),
            }
        }
        true
    }

    /// The same for a key that is written. Whoever waits writes to nobody yet: what is no key is dropped.
    pub(super) fn queue_takes_text(&mut self) -> bool {
        if self.state.texts.is_empty() {
            return false;
        }
        let Some((depth, choices)) = self.queue_choices() else { return false };
        while let Some(text) = self.state.next_text() {
            let found = single_key(&text).and_then(|key| Some((chosen(choices, key)?, key)));
            match found {
                Some((index, key)) => {
                    self.note(Note::Heard { text });
                    self.unwind_to(depth);
                    self.step_aside(index, key);
                    return true;
                }
                None => self.note(Note::DroppedTexts { count: 1 }),
            }
        }
        true
    }

    /// What is listened for in the innermost queue, and its scope; `None` where nothing is.
    fn queue_choices(&self) -> Option<(usize, &'a [Choice])> {
        let depth = self.listening_queue()?;
        let node = self.state.scopes.get(depth)?.frames.last()?.at;
        let image = self.image;
        match &image.node(node).verb {
            Verb::Queue(queue) if !queue.choices.is_empty() => Some((depth, &queue.choices)),
            _ => None,
        }
    }

    /// The scope of the queue whose keys are heard now.
    fn listening_queue(&self) -> Option<usize> {
        let listens = match &self.state.scopes.last()?.wait {
            Wait::Speech { barge_in, .. } => *barge_in,
            Wait::Playing { .. } => self.played_choices().is_empty(),
            Wait::Nothing | Wait::Pause { .. } | Wait::Queued { .. } => true,
            Wait::Answer { .. }
            | Wait::Hearing(_)
            | Wait::Verdict { .. }
            | Wait::Code { .. }
            | Wait::Comparison { .. }
            | Wait::Examination { .. }
            | Wait::Recall { .. }
            | Wait::Update { .. }
            | Wait::Lookup { .. }
            | Wait::Reply { .. }
            | Wait::Calling { .. }
            | Wait::HandOver { .. }
            | Wait::Conference { .. }
            | Wait::Dialling(_)
            | Wait::Bridged { .. }
            | Wait::Connecting { .. }
            | Wait::Recording(_)
            | Wait::Transcript { .. } => false,
        };
        let depth = self.state.scopes.iter().rposition(|scope| matches!(scope.wait, Wait::Queued { .. }))?;
        let above = &self.state.scopes[depth + 1..];
        (listens && above.iter().all(|scope| scope.role == Role::Waiting)).then_some(depth)
    }

    fn step_aside(&mut self, index: usize, key: Key) {
        let exit = Exit::Choice(index as u16);
        let Some(node) = self.state.at() else { return };
        let image = self.image;
        let Some(arm) = image.node(node).arm(&exit) else { return };
        self.note(Note::Left { node, exit });
        // What was to begin while the caller waits begins behind the block, and does not cut it.
        if let Some(Wait::Queued { begins, .. }) = self.state.scopes.last_mut().map(|scope| &mut scope.wait) {
            *begins = None;
        }
        if self.open_scope(Role::Aside) {
            if let Some(slot) = arm.bind {
                self.set_slot(slot, Value::Digits(key.sign().to_string().into()));
            }
            self.walk(Turn::Go(arm.to));
        }
    }

    /// The block behind a key has ended: the wait goes on, unless the place has gone to a call back.
    pub(super) fn come_back_to_queue(&mut self) {
        self.close_block();
        match self.state.scopes.last().map(|scope| &scope.wait) {
            Some(Wait::Nothing) => self.leave(Exit::Timeout, Value::None),
            _ => self.wait_in_queue(),
        }
    }

    /// The caller's place is a call back's from now on: nobody who is free and no timeout of the queue reaches the
    /// block that runs.
    pub(super) fn give_place_away(&mut self) {
        let queued = |wait: &Wait| matches!(wait, Wait::Queued { .. });
        if let Some(depth) = self.state.scopes.iter().rposition(|scope| queued(&scope.wait)) {
            self.cancel_waits(depth..depth + 1);
        }
    }

    /// Whether the innermost block runs in a queue whose place has gone to a call back.
    fn has_no_place(&self) -> bool {
        let Some([.., below, _]) = self.state.scopes.get(..) else { return false };
        let in_queue = || {
            let at = below.frames.last().map(|frame| frame.at);
            at.is_some_and(|at| matches!(self.image.node(at).verb, Verb::Queue(_)))
        };
        below.wait == Wait::Nothing && in_queue()
    }

    /// What is heard in the queue has ended: it is silent then. Without a place there is nothing to wait for.
    pub(super) fn wait_is_silent(&mut self) {
        match self.has_no_place() {
            true => self.come_back_to_queue(),
            false => self.wait(Wait::Nothing),
        }
    }

    /// The place in the innermost queue that is waited in.
    pub(super) fn place(&self) -> Place {
        let mut places = self.state.scopes.iter().rev().filter_map(|scope| match &scope.wait {
            Wait::Queued { place, .. } => Some(*place),
            _ => None,
        });
        places.next().unwrap_or_default()
    }

    /// The innermost queue that is waited in, and since when.
    pub(super) fn waited_in(&self) -> Option<(QueueId, Wall)> {
        self.state.scopes.iter().rev().find_map(|scope| {
            let Wait::Queued { since, .. } = &scope.wait else { return None };
            let Verb::Queue(queue) = &self.image.node(scope.frames.last()?.at).verb else { return None };
            Some((queue.queue, self.state.wall_at(*since)))
        })
    }
}

/// A message that is one key.
fn single_key(text: &str) -> Option<Key> {
    let mut signs = text.trim().chars();
    let key = Key::from_char(signs.next()?)?;
    signs.next().is_none().then_some(key)
}

/// The choice that a single key takes.
pub(super) fn chosen(choices: &[Choice], key: Key) -> Option<usize> {
    let sign = key.sign().to_string();
    choices.iter().position(|choice| choice.keys.as_ref().is_some_and(|keys| keys.holds(&sign)))
}
