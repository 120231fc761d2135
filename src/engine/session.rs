//! The session: what a driver sees of the engine.

use super::action::{Action, Actions, Note};
use super::contact::Contact;
use super::early::asks_for_secret;
use super::event::Event;
use super::image::Image;
use super::run::Run;
use super::state::{Phase, State};
use crate::program::{Channel, Language, Limits, NodeId};
use crate::time::Millis;
use std::sync::Arc;

/// One contact's trip through a program.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    image: Arc<Image>,
    state: State,
}

/// What a deadline is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// The first key of an entry.
    FirstKey,
    /// A further key of an entry.
    BetweenKeys,
    /// A further key of a global key.
    HeldKey,
    /// A pause that the flow makes.
    Pause,
    /// An answer of the CRM.
    Crm,
    /// A reply of a backend.
    Backend,
    /// A leg that rings.
    Ring,
    /// The key with which a call is taken.
    Accept,
    /// A room that says whether there is a place.
    Room,
    /// Whoever is called from a flow without a caller.
    Call,
    /// What the caller's side says to being handed over.
    HandOver,
    /// A place in a queue.
    Queue,
    /// A sound that is played for a while.
    Play,
    /// A message that is recorded.
    Recording,
    /// The words of a recording.
    Transcript,
    /// The longest that a contact may last.
    Contact,
}

/// So many actions most steps have at most.
const USUAL_ACTIONS: usize = 7;

impl Session {
    /// Begins: finds the contact's route and runs until something must be waited for.
    #[must_use]
    pub fn start(image: Arc<Image>, contact: Contact, now: Millis) -> (Session, Actions) {
        let mut state = State::new(contact, now);
        let mut actions = Actions::with_capacity(USUAL_ACTIONS);
        Run::new(&image, &mut state, &mut actions).begin();
        (Session { image, state }, actions)
    }

    /// Takes an event at a moment. Deadlines before `now` fire first; those at `now` fire after the event, as all do behind
    /// [`Event::TakenUp`].
    #[must_use]
    pub fn step(&mut self, now: Millis, event: Event) -> Actions {
        let mut actions = Actions::with_capacity(USUAL_ACTIONS);
        // Nobody could act on what fell due while there was no process.
        if event != Event::TakenUp {
            self.fire_deadlines(|due| due < now, &mut actions);
        }
        self.state.now = self.state.now.max(now);
        match event {
            // An end leaves nobody to whom these mean anything, and a late driver brings them after it.
            Event::Tick | Event::Written { .. } if self.is_over() => {}
            event => self.with_run(&mut actions, |run| run.event(event)),
        }
        self.fire_deadlines(|due| due <= now, &mut actions);
        actions
    }

    /// The next moment at which [`Session::step`] must be called even if nothing happens.
    pub fn next_deadline(&self) -> Option<(Millis, Timer)> {
        if self.is_over() {
            return None;
        }
        // Of two in the same millisecond the outer scope's is first: it would unwind the inner one anyway.
        let waits = self.state.scopes.iter().filter_map(|scope| scope.wait.deadline());
        let longest = match self.state.contact.channel {
            Channel::Call | Channel::Task => Limits::DEFAULT.contact,
            Channel::Sms | Channel::Email | Channel::Fax | Channel::Chat => Limits::DEFAULT.written_contact,
        };
        let limit = (self.state.started + longest, Timer::Contact);
        let held = self.state.held_until.map(|until| (until, Timer::HeldKey));
        waits.chain(held).chain([limit]).min_by_key(|(due, _)| *due)
    }

    /// The language of what is said now; nothing where the program speaks none.
    pub fn language(&self) -> Option<&Language> {
        self.image.languages.get(self.state.language)
    }

    /// Whether nothing will happen any more.
    pub fn is_over(&self) -> bool {
        self.state.phase == Phase::Ended
    }

    /// What it remembers, for writing down.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// A session as it was when its state was written down. The image must be the one that the state was made with:
    /// a state names nodes and flows by their positions.
    pub fn resume(image: Arc<Image>, state: State) -> Session {
        Session { image, state }
    }

    /// The node at which it stands; none before the first and behind the end.
    pub fn node(&self) -> Option<NodeId> {
        self.state.at()
    }

    /// Whether a secret is being entered: what is heard meanwhile is not to be kept.
    pub fn asks_for_secret(&self) -> bool {
        asks_for_secret(&self.image, &self.state)
    }

    /// The program it runs.
    pub fn image(&self) -> &Arc<Image> {
        &self.image
    }

    fn fire_deadlines(&mut self, is_due: impl Fn(Millis) -> bool, actions: &mut Actions) {
        while let Some((due, timer)) = self.next_deadline().filter(|(due, _)| is_due(*due)) {
            self.state.now = self.state.now.max(due);
            self.with_run(actions, |run| run.deadline(due, timer));
        }
    }

    fn with_run(&mut self, actions: &mut Actions, work: impl FnOnce(&mut Run)) {
        if self.is_over() {
            actions.push(Action::Note(Note::Stale));
            return;
        }
        let mut run = Run::new(&self.image, &mut self.state, actions);
        work(&mut run);
        run.settle_recording();
    }
}
