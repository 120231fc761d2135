//! The simulator's driver: it owns the virtual clock, does what a session asks, and reports what happens.
//!
//! What will happen stands in a queue by moment, and within a moment in the order in which it was put there. Between
//! two things that happen no time passes for anybody: an hour of waiting is one step.

use super::contact::Departure;
use super::dealings::Dealings;
use super::far_end::FarEnd;
use super::said::Said;
use super::waiting::Waiting;
use super::world::World;
use crate::engine::{
    Action, ActionId, Contact, DialProgress, Event, HandOver, Image, Journal, JournalEntry, JournalHeader,
    LegId, Note, QueueNews, Reply, Session, Timer,
};
use crate::program::verb::RoomTerms;
use crate::program::{Entry, Key, NodeId, Party, Phone, Secret, Text, Value};
use crate::time::{DurationMs, Millis, Wall};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The caller's leg.
pub(super) const CALLER: LegId = LegId(0);

/// The conditions of a route stand in a flow of this name; it is no part of a contact's path.
pub(super) const ROUTE: &str = "route ";

/// One contact in a pretend world. It is a value: whoever keeps a copy can go back to it.
#[derive(Clone, Debug)]
pub struct Drive {
    pub(super) session: Session,
    pub(super) contact: Contact,
    /// The world around it.
    pub world: World,
    pub(super) now: Millis,
    pub(super) queue: BTreeMap<(Millis, u64), Event>,
    pub(super) queued: u64,
    pub(super) journal: Journal,
    pub(super) said: Said,
    pub(super) playing: Option<ActionId>,
    pub(super) legs: BTreeMap<LegId, Leg>,
    /// The call that was made for the caller's own leg, where nobody has called.
    pub(super) calling: Option<ActionId>,
    /// The room that the caller has a place in, and how it is entered.
    pub(super) seat: Option<(Text, RoomTerms)>,
    pub(super) path: Vec<Text>,
    pub(super) writes: Vec<Entry>,
    pub(super) dialled: Vec<Dialled>,
    pub(super) waiting: Waiting,
    /// The legs that were connected with the caller, by number or by name, and when.
    pub(super) connected: Vec<(Millis, Text)>,
    /// What was said to other legs.
    pub(super) whispered: Vec<Text>,
    /// What backends got, what went out, what was recorded, where it waited.
    pub(super) dealings: Dealings,
    pub(super) departure: Option<Departure>,
    pub(super) remarks: Vec<String>,
    /// The node at which it stood last.
    stood: Option<NodeId>,
    /// The node that asks for what is done just now, of what is told with its line.
    pub(super) doing: Option<NodeId>,
    pub(super) questions: Vec<OpenQuestion>,
    pub(super) timers_fired: u32,
    /// The code that the contact was sent last, and how many it was sent.
    pub(super) code: Option<Secret>,
    pub(super) codes: u64,
    pub(super) acts: Vec<(Millis, Act)>,
}

/// Something that the caller did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Pressed a key.
    Press(Key),
    /// Wrote, or said, something.
    Tell(Text),
    /// Said something for so long into a recording.
    Speak(DurationMs),
    /// Hung up.
    HangUp,
}

/// A number that was called, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialled {
    /// Whom.
    pub to: Party,
    /// What became of it: a word of [`DialProgress`], `not_accepted` where whoever answered did not take the call, or
    /// `cancelled` where the caller left or another took the call while it rang.
    pub result: String,
    /// When it began to ring, since the contact arrived.
    pub at: DurationMs,
    /// How long it rang; still unknown while it does.
    pub rang: Option<DurationMs>,
    /// The number that it was shown, where the flow chose one.
    pub shown: Option<Phone>,
    /// The node that called it.
    pub node: Option<NodeId>,
    pub(super) id: ActionId,
}

/// A leg that was called.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub id: ActionId,
    pub to: Party,
    pub far: FarEnd,
    /// What is being said to it.
    pub whispers: Vec<ActionId>,
    pub is_bridged: bool,
}

/// Something that only a person can say, because nothing is declared for it.
#[derive(Clone, Debug, PartialEq)]
pub enum OpenQuestion {
    /// What a backend replies.
    Reply {
        /// The action.
        id: ActionId,
        /// The backend.
        backend: Text,
        /// The operation.
        operation: Text,
        /// Its arguments.
        args: Vec<(Text, Value)>,
    },
    /// What becomes of a call.
    Dial {
        /// The action.
        id: ActionId,
        /// The leg.
        leg: LegId,
        /// Whom.
        to: Party,
    },
}

impl Drive {
    /// A contact arrives.
    pub fn start(image: &Arc<Image>, mut world: World, mut contact: Contact) -> Drive {
        contact.overrides.clone_from(&world.overrides);
        world.belong(image, &mut contact);
        world.begin(image, &contact);
        let header = JournalHeader::new(image, &contact);
        let (session, actions) = Session::start(image.clone(), contact.clone(), Millis::ZERO);
        let mut drive = Drive {
            session,
            contact,
            world,
            now: Millis::ZERO,
            queue: BTreeMap::new(),
            queued: 0,
            journal: Journal { header, entries: Vec::new() },
            said: Said::default(),
            playing: None,
            legs: BTreeMap::new(),
            calling: None,
            seat: None,
            path: Vec::new(),
            writes: Vec::new(),
            dialled: Vec::new(),
            waiting: Waiting::default(),
            connected: Vec::new(),
            whispered: Vec::new(),
            dealings: Dealings::default(),
            departure: None,
            remarks: Vec::new(),
            stood: None,
            doing: None,
            questions: Vec::new(),
            timers_fired: 0,
            code: None,
            codes: 0,
            acts: Vec::new(),
        };
        drive.take(None, actions);
        drive
    }

    /// The virtual moment, since the contact arrived.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// The session itself, for whoever wants to see into it.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the caller did so far, and when.
    pub fn acts(&self) -> &[(Millis, Act)] {
        &self.acts
    }

    /// What it told the CRM so far.
    pub fn writes(&self) -> &[Entry] {
        &self.writes
    }

    /// What plays and will end.
    pub(super) fn playing(&self) -> Option<ActionId> {
        self.playing
    }

    /// Whether nothing will happen any more.
    pub fn is_over(&self) -> bool {
        self.session.is_over()
    }

    /// What is heard.
    pub fn said(&self) -> &Said {
        &self.said
    }

    /// What it did so far.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Who was connected with the caller, by number or by name, and when.
    pub fn connected(&self) -> &[(Millis, Text)] {
        &self.connected
    }

    /// How often the caller said nothing until a timer fired.
    pub fn timers_fired(&self) -> u32 {
        self.timers_fired
    }

    /// The node at which it stands, or stood before it was over.
    pub fn stood(&self) -> Option<NodeId> {
        self.stood
    }

    /// What waits for a person's answer.
    pub fn question(&self) -> Option<&OpenQuestion> {
        self.questions.first()
    }

    /// The moment of the next thing that is on its way.
    pub fn next_report(&self) -> Option<Millis> {
        self.queue.keys().next().map(|(at, _)| *at)
    }

    /// The moment at which the session does something by itself.
    pub fn next_deadline(&self) -> Option<(Millis, Timer)> {
        self.session.next_deadline()
    }

    /// Lets the next thing happen, and the time until then pass; at most until a moment. False where there was nothing.
    pub fn advance(&mut self, until: Millis) -> bool {
        let report = self.next_report().filter(|at| *at <= until);
        let deadline = self.next_deadline().map(|(at, _)| at).filter(|at| *at <= until);
        match (report, deadline) {
            (Some(at), due) if due.is_none_or(|due| at <= due) => {
                if let Some(((at, _), event)) = self.queue.pop_first() {
                    self.step(at, event);
                }
                true
            }
            (_, Some(due)) => {
                self.step(due, Event::Tick);
                true
            }
            (_, None) => false,
        }
    }

    /// Time passes until a moment before which nothing happens.
    pub fn pass(&mut self, until: Millis) {
        self.now = self.now.max(until);
    }

    /// The caller presses a key. What was to happen before `at` must have happened.
    pub fn press(&mut self, at: Millis, key: Key) {
        self.acts.push((at, Act::Press(key)));
        self.step(at, Event::Key { key });
    }

    /// The caller writes a message; on a call, says something that is recognised.
    pub fn tell(&mut self, at: Millis, text: Text) {
        self.acts.push((at, Act::Tell(text.clone())));
        self.step(at, Event::Text { text });
    }

    /// The caller hangs up.
    pub fn hang_up(&mut self, at: Millis) {
        if !self.is_over() {
            self.acts.push((at, Act::HangUp));
            self.step(at, Event::HungUp { cause: "caller".into() });
        }
    }

    /// A person answers the first open question about a backend; `None`: it never replies.
    pub fn answer_reply(&mut self, reply: Option<Reply>) {
        if let Some(OpenQuestion::Reply { id, .. }) = self.questions.first() {
            let id = *id;
            self.questions.remove(0);
            reply.into_iter().for_each(|reply| self.report(DurationMs::ZERO, Event::Replied { id, reply }));
        }
    }

    /// A person answers the first open question about a call.
    pub fn answer_dial(&mut self, far: FarEnd) {
        if let Some(OpenQuestion::Dial { id, leg, to }) = self.questions.first().cloned() {
            self.questions.remove(0);
            self.ring(id, leg, to, far);
        }
    }

    /// Ends the play: the world, and all that is known of the contact.
    pub(super) fn finish(mut self) -> Finished {
        self.end_tapes();
        Finished {
            world: self.world,
            journal: self.journal,
            said: self.said,
            path: self.path,
            writes: self.writes,
            dialled: self.dialled,
            connected: self.connected,
            whispered: self.whispered,
            dealings: self.dealings,
            departure: self.departure,
            length: self.now.since(Millis::ZERO),
            remarks: self.remarks,
            stood: self.stood,
        }
    }

    /// The caller does something.
    pub fn act(&mut self, at: Millis, act: &Act) {
        match act {
            Act::Press(key) => self.press(at, *key),
            Act::Tell(text) => self.tell(at, text.clone()),
            Act::Speak(length) => self.speak(at, at + *length),
            Act::HangUp => self.hang_up(at),
        }
    }

    fn step(&mut self, at: Millis, event: Event) {
        let hearing = self.next_deadline().filter(|(_, timer)| is_hearing(*timer)).map(|(due, _)| due);
        let by_caller = matches!(event, Event::Key { .. } | Event::Text { .. } | Event::HungUp { .. });
        if hearing.is_some_and(|due| due < at || (due == at && !by_caller)) {
            self.timers_fired += 1;
        }
        self.now = self.now.max(at);
        let actions = self.session.step(at, event.clone());
        self.take(Some(event), actions);
    }

    fn take(&mut self, event: Option<Event>, actions: Vec<Action>) {
        let at = self.now.since(Millis::ZERO);
        self.journal.entries.push(JournalEntry::new(at, event.as_ref(), &actions));
        self.follow(event.as_ref());
        self.stood = self.session.node().or_else(|| self.ended_at(&actions)).or(self.stood);
        let mut actions = VecDeque::from(actions);
        while !actions.is_empty() {
            self.doing = self.asks_for(actions.as_slices().0);
            if let Some(action) = actions.pop_front() {
                self.perform(event.as_ref(), action);
            }
        }
    }

    /// The node at which a session is over: the one behind the last that was left, or that one, where nothing follows it.
    fn ended_at(&self, actions: &[Action]) -> Option<NodeId> {
        let program = self.session.image().program();
        actions.iter().rev().find_map(|action| match action {
            Action::Note(Note::Left { node, exit }) => {
                Some(program.node(*node).arm(exit).map_or(*node, |arm| arm.to))
            }
            _ => None,
        })
    }

    /// Keeps what a report says of a called leg.
    fn follow(&mut self, event: Option<&Event>) {
        match event {
            Some(Event::HandedOver { result: HandOver::Accepted, .. }) => {
                self.departure = Some(Departure::HandedOver);
            }
            Some(Event::HungUp { .. }) => self.caller_leaves(event),
            Some(Event::LegEnded { leg }) => {
                self.leaves_lines();
                self.leg_left(*leg);
            }
            Some(Event::Room { news, .. }) => self.tape_room(*news),
            Some(Event::Queued { id, news }) => {
                if matches!(news, QueueNews::Connected { .. }) {
                    self.place_is_over(*id);
                }
                self.hears_of_place(*id, news);
            }
            _ => {}
        }
        let Some(Event::Dialled { id, progress }) = event else { return };
        if matches!(progress, DialProgress::Ringing | DialProgress::Listening) {
            return;
        }
        let now = self.now.since(Millis::ZERO);
        if let Some(dialled) = self.dialled.iter_mut().find(|dialled| dialled.id == *id) {
            dialled.result = match progress {
                DialProgress::Redirected(_) => "redirected".into(),
                other => other.to_string(),
            };
            dialled.rang = Some(DurationMs(now.0.saturating_sub(dialled.at.0)));
        }
    }

    /// Whoever has left hears nothing any more.
    fn caller_leaves(&mut self, event: Option<&Event>) {
        self.departure = Some(Departure::Caller);
        if let Some(playing) = self.playing {
            self.stop(playing, event);
        }
    }

    /// Something will happen, unless a fault is planned for it.
    pub(super) fn report(&mut self, after: DurationMs, event: Event) {
        for (after, event) in self.troubled(after, event) {
            self.put(after, event);
        }
    }

    /// Something will happen.
    pub(super) fn put(&mut self, after: DurationMs, event: Event) {
        self.queued += 1;
        self.queue.insert((self.now + after, self.queued), event);
    }

    /// The moment on the calendar.
    pub(super) fn wall(&self) -> Wall {
        self.contact.arrived.after(self.now.since(Millis::ZERO))
    }
}

/// What is left of a contact once it has been played.
pub(super) struct Finished {
    pub world: World,
    pub journal: Journal,
    pub said: Said,
    pub path: Vec<Text>,
    pub writes: Vec<Entry>,
    pub dialled: Vec<Dialled>,
    pub connected: Vec<(Millis, Text)>,
    pub whispered: Vec<Text>,
    pub dealings: Dealings,
    pub departure: Option<Departure>,
    pub length: DurationMs,
    pub remarks: Vec<String>,
    pub stood: Option<NodeId>,
}

fn is_hearing(timer: Timer) -> bool {
    match timer {
        Timer::FirstKey | Timer::BetweenKeys | Timer::HeldKey => true,
        Timer::Pause
        | Timer::Crm
        | Timer::Backend
        | Timer::Ring
        | Timer::Accept
        | Timer::Call
        | Timer::Room
        | Timer::HandOver
        | Timer::Queue
        | Timer::Play
        | Timer::Recording
        | Timer::Transcript
        | Timer::Contact => false,
    }
}
