//! One task owns the queues of all contacts: it drives [`Floor`] in real time, and tells each contact what concerns its place.
//!
//! ```text
//!   contact ── join, took, missed ──► task ── step ──► Floor
//!      ▲                               │
//!      └── PlaceNews: ring, let go ◄───┘   (deadlines: the task waits for them)
//! ```
//!
//! A contact rings operators' telephones itself: their legs are its own, so that the one who takes the call is bridged
//! where the caller is. A place is given up when its [`Seat`] is dropped, whatever became of the contact.

use super::clock::{Clock, sleep_until};
use super::event::CallEvent;
use super::operators::Operator;
use super::shifts::{ShiftNews, Shifts, Taken};
use crate::engine::Image;
use crate::program::{Party, Text};
use crate::queues::{Floor, Input, LineView, Miss, OperatorView, Output, Rules, Ticket};
use crate::time::{DurationMs, Wall};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{mpsc, oneshot};

/// A handle on the task; cheap to clone. The task ends with the last one.
#[derive(Clone, Debug)]
pub struct Switchboard {
    orders: mpsc::UnboundedSender<Order>,
    tickets: Arc<AtomicU64>,
}

/// A place in a queue; given up when it is dropped.
#[derive(Debug)]
pub struct Seat {
    pub ticket: Ticket,
    orders: mpsc::UnboundedSender<Order>,
}

/// What a contact is told of its place.
#[derive(Clone, Debug)]
pub enum PlaceNews {
    /// Where the caller stands.
    Place { ahead: u32, expected: Option<DurationMs> },
    /// An operator's telephone is to ring.
    Ring { operator: Text, phone: Party },
    /// An operator is let go.
    LetGo { operator: Text },
    /// The operator who took the call is connected.
    Connect { operator: Text },
    /// What an operator was to be told has been said, or cannot be.
    Told { operator: Text },
    /// There is no place: as many wait as may.
    Full,
    /// There is no place: nobody takes calls.
    Closed,
}

/// What people see of queues, and of those who take their calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuesView {
    /// Everybody who takes calls.
    pub operators: Vec<OperatorView>,
    /// Every queue.
    pub lines: Vec<LineView>,
}

#[derive(Debug)]
enum Order {
    Step(Input),
    Join { input: Input, ticket: Ticket, told: mpsc::WeakSender<CallEvent> },
    Promise { input: Input, ticket: Ticket, turn: oneshot::Sender<Text> },
    Arrange { input: Input, phones: BTreeMap<Text, Party> },
    View(oneshot::Sender<QueuesView>),
    Shift(ShiftNews),
}

/// What binds this node to others with the same operators: who asks for them, and what they say.
pub type Agreement = (Shifts, mpsc::UnboundedReceiver<ShiftNews>);

/// A caller who wants a place.
pub struct Joining {
    pub queue: Text,
    pub priority: Decimal,
    pub since: Wall,
    /// The call back of which this is the answer.
    pub kept: Option<Ticket>,
}

impl Switchboard {
    /// Starts the task; with `agreement` an operator rings only where the other nodes agree. Must be called in a runtime.
    pub fn start(
        image: &Image,
        roster: &[Operator],
        clock: Clock,
        agreement: Option<Agreement>,
    ) -> Switchboard {
        let queues = image.queues.iter().map(|queue| (queue.name.clone(), Rules::from(queue)));
        let terms = roster.iter().map(|operator| operator.terms.clone());
        let (shifts, news) = agreement.unzip();
        let task = Task {
            shifts,
            asked: BTreeSet::new(),
            ours: BTreeSet::new(),
            kept: BTreeSet::new(),
            clock,
            floor: Floor::new(queues, terms, clock.now()),
            phones: phones(roster),
            told: BTreeMap::new(),
            turns: BTreeMap::new(),
        };
        let (orders, inbox) = mpsc::unbounded_channel();
        tokio::spawn(task.run(inbox, news));
        Switchboard { orders, tickets: Arc::default() }
    }

    /// Takes another program's queues, and who takes their calls, for what happens from now on.
    pub fn arrange(&self, image: &Image, roster: &[Operator]) {
        let queues = image.queues.iter().map(|queue| (queue.name.clone(), Rules::from(queue))).collect();
        let operators = roster.iter().map(|operator| operator.terms.clone()).collect();
        let input = Input::Arrange { queues, operators };
        let _ = self.orders.send(Order::Arrange { input, phones: phones(roster) });
    }

    /// Takes a place for a caller; news of it come to `told`.
    pub fn join(&self, joining: Joining, told: mpsc::WeakSender<CallEvent>) -> Seat {
        let seat = self.seat();
        let (ticket, Joining { queue, priority, since, kept }) = (seat.ticket, joining);
        let input = Input::Join { ticket, queue, priority, since, kept };
        let _ = self.orders.send(Order::Join { input, ticket, told });
        seat
    }

    /// Takes a place for somebody who was promised a call back. Once it is its turn, whoever is kept for it is named.
    pub fn promise(&self, queue: Text, since: Wall) -> (Seat, oneshot::Receiver<Text>) {
        let seat = self.seat();
        let ticket = seat.ticket;
        let (turn, told) = oneshot::channel();
        let input = Input::Promise { ticket, queue, since };
        let _ = self.orders.send(Order::Promise { input, ticket, turn });
        (seat, told)
    }

    /// An operator speaks with a caller of a queue since before this process began; no longer once the place is dropped.
    pub fn speaks(&self, queue: Text, since: Wall, operator: Text) -> Seat {
        let seat = self.seat();
        self.tell(Input::Speaks { ticket: seat.ticket, queue, since, operator });
        seat
    }

    /// Says what else happened.
    pub fn tell(&self, input: Input) {
        let _ = self.orders.send(Order::Step(input));
    }

    /// What there is to see; nothing once the task has ended.
    pub async fn view(&self) -> Option<QueuesView> {
        let (answer, view) = oneshot::channel();
        self.orders.send(Order::View(answer)).ok()?;
        view.await.ok()
    }

    fn seat(&self) -> Seat {
        let ticket = Ticket(self.tickets.fetch_add(1, Ordering::Relaxed));
        Seat { ticket, orders: self.orders.clone() }
    }
}

impl Seat {
    pub fn answered(&self, operator: Text) {
        self.tell(Input::Answered { ticket: self.ticket, operator });
    }

    pub fn took(&self, operator: Text) {
        self.tell(Input::Took { ticket: self.ticket, operator });
    }

    pub fn missed(&self, operator: Text, miss: Miss) {
        self.tell(Input::Missed { ticket: self.ticket, operator, miss });
    }

    fn tell(&self, input: Input) {
        let _ = self.orders.send(Order::Step(input));
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.tell(Input::Leave { ticket: self.ticket });
    }
}

fn phones(roster: &[Operator]) -> BTreeMap<Text, Party> {
    roster.iter().map(|one| (one.terms.name.clone(), one.phone.clone())).collect()
}

struct Task {
    clock: Clock,
    floor: Floor,
    phones: BTreeMap<Text, Party>,
    /// Who hears of each caller's place.
    told: BTreeMap<Ticket, mpsc::WeakSender<CallEvent>>,
    /// Who hears that it is a call back's turn.
    turns: BTreeMap<Ticket, oneshot::Sender<Text>>,
    /// Who asks the other nodes, where there are any.
    shifts: Option<Shifts>,
    /// For whom the other nodes are asked, and for which place.
    asked: BTreeSet<(Ticket, Text)>,
    /// Who is this node's.
    ours: BTreeSet<Text>,
    /// Those of them who are kept for a call back: they ring when it is answered, without another question.
    kept: BTreeSet<Text>,
}

/// What the other nodes say next; nothing ever comes where there are none.
async fn next(news: &mut Option<mpsc::UnboundedReceiver<ShiftNews>>) -> Option<ShiftNews> {
    match news {
        Some(news) => news.recv().await,
        None => std::future::pending().await,
    }
}

impl Task {
    async fn run(
        mut self,
        mut orders: mpsc::UnboundedReceiver<Order>,
        mut news: Option<mpsc::UnboundedReceiver<ShiftNews>>,
    ) {
        loop {
            let deadline = self.floor.next_deadline().map(|at| self.clock.instant(at));
            let order = tokio::select! {
                order = orders.recv() => order,
                Some(news) = next(&mut news) => Some(Order::Shift(news)),
                () = sleep_until(deadline) => Some(Order::Step(Input::Tick)),
            };
            match order {
                Some(order) => {
                    self.obey(order);
                    self.give_back();
                }
                None => return,
            }
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Step(input) => {
                self.tell_of_pause(&input);
                let gone = if let Input::Leave { ticket } = &input { Some(*ticket) } else { None };
                let speaks = match &input {
                    Input::Speaks { ticket, operator, .. } => Some((*ticket, operator.clone())),
                    _ => None,
                };
                self.step(input);
                gone.into_iter().for_each(|ticket| self.forget(ticket));
                speaks.into_iter().for_each(|(ticket, operator)| self.is_ours(ticket, operator));
            }
            Order::Join { input, ticket, told } => {
                self.told.insert(ticket, told);
                self.step(input);
            }
            Order::Promise { input, ticket, turn } => {
                self.turns.insert(ticket, turn);
                self.step(input);
            }
            Order::Arrange { input, phones } => {
                self.phones.extend(phones);
                self.step(input);
                self.shifts.iter().for_each(Shifts::say_paused);
            }
            Order::View(answer) => {
                let (operators, lines) = (self.floor.view_operators(), self.floor.view_lines());
                let _ = answer.send(QueuesView { operators, lines });
            }
            Order::Shift(ShiftNews::Taken(taken)) => self.taken(taken),
            Order::Shift(ShiftNews::Paused { operator, is_paused }) => self.step(match is_paused {
                true => Input::Pause { operator },
                false => Input::Resume { operator },
            }),
        }
    }

    /// The other nodes hear of whom people pause and resume here.
    fn tell_of_pause(&self, input: &Input) {
        let Some(shifts) = &self.shifts else { return };
        if let Input::Pause { operator } = input {
            shifts.pause(operator.clone(), true);
        } else if let Input::Resume { operator } = input {
            shifts.pause(operator.clone(), false);
        }
    }

    /// What the other nodes say of an operator. Whoever need not ring any more does not.
    fn taken(&mut self, Taken { ticket, operator, is_ours }: Taken) {
        match is_ours {
            true => drop(self.ours.insert(operator.clone())),
            false => drop(self.ours.remove(&operator)),
        }
        match (self.asked.remove(&(ticket, operator.clone())), is_ours) {
            (true, true) => self.go_on(ticket, operator),
            (true, false) => self.step(Input::Missed { ticket, operator, miss: Miss::Elsewhere }),
            (false, _) => {}
        }
    }

    /// Operators who are free again are everybody's.
    fn give_back(&mut self) {
        let Some(shifts) = &self.shifts else { return };
        let engaged = self.floor.engaged();
        for operator in self.ours.extract_if(.., |operator| !engaged.contains(operator)) {
            self.kept.remove(&operator);
            shifts.release(operator);
        }
    }

    fn step(&mut self, input: Input) {
        for output in self.floor.step(self.clock.now(), input) {
            self.perform(output);
        }
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Place { ticket, ahead, expected } => {
                self.news(ticket, PlaceNews::Place { ahead, expected });
            }
            Output::Ring { ticket, operator } | Output::CallBack { ticket, operator } => {
                self.engage(ticket, operator);
            }
            // Whoever was only asked for does not ring yet.
            Output::LetGo { ticket, operator } if self.asked.remove(&(ticket, operator.clone())) => {}
            Output::LetGo { ticket, operator } => self.news(ticket, PlaceNews::LetGo { operator }),
            Output::Connect { ticket, operator } => self.news(ticket, PlaceNews::Connect { operator }),
            Output::Full { ticket } => self.news(ticket, PlaceNews::Full),
            Output::Closed { ticket } => self.news(ticket, PlaceNews::Closed),
            Output::Paused { operator } => {
                tracing::warn!(operator = &*operator, "an operator missed too many calls and is paused");
                self.shifts.iter().for_each(|shifts| shifts.pause(operator.clone(), true));
            }
        }
    }

    /// Goes on with an operator once the other nodes agree.
    fn engage(&mut self, ticket: Ticket, operator: Text) {
        let is_kept = self.kept.remove(&operator);
        let standing = self.floor.standing(ticket, &operator).filter(|_| !is_kept);
        match self.shifts.as_ref().zip(standing) {
            Some((shifts, standing)) => {
                self.asked.insert((ticket, operator.clone()));
                shifts.take(ticket, operator, standing);
            }
            None => self.go_on(ticket, operator),
        }
    }

    /// The other nodes hear that an operator is busy here. Where they have not missed this node yet, they find the operator busy.
    fn is_ours(&self, ticket: Ticket, operator: Text) {
        let standing = self.floor.standing(ticket, &operator);
        if let Some((shifts, standing)) = self.shifts.as_ref().zip(standing) {
            shifts.take(ticket, operator, standing);
        }
    }

    /// An operator's telephone rings, or somebody is called back for whom the operator is kept.
    fn go_on(&mut self, ticket: Ticket, operator: Text) {
        if let Some(turn) = self.turns.remove(&ticket) {
            if self.shifts.is_some() {
                self.kept.insert(operator.clone());
            }
            let _ = turn.send(operator);
            return;
        }
        let phone = self.phones.get(&operator).cloned();
        let phone = phone.unwrap_or_else(|| Party::Name(operator.clone()));
        self.news(ticket, PlaceNews::Ring { operator, phone });
    }

    /// A contact that does not keep up with its events is hung up by its signalling; it loses its place then.
    fn news(&self, ticket: Ticket, news: PlaceNews) {
        if let Some(contact) = self.told.get(&ticket).and_then(mpsc::WeakSender::upgrade) {
            let _ = contact.try_send(CallEvent::Place(ticket, news));
        }
    }

    fn forget(&mut self, ticket: Ticket) {
        self.told.remove(&ticket);
        self.turns.remove(&ticket);
        self.asked.retain(|(asked, _)| *asked != ticket);
    }
}
