//! The machine: who waits, who is free, and what follows from each thing that happens.

use super::operator::{Duty, Miss, Operator, OperatorTerms};
use super::place::{Kind, Line, Phase, Place, Rules, Ticket};
use crate::program::Text;
use crate::time::{DurationMs, Millis, Wall};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A caller takes a place.
    Join {
        /// The new place.
        ticket: Ticket,
        /// The queue.
        queue: Text,
        /// A higher one is served first.
        priority: Decimal,
        /// Since when the caller waits.
        since: Wall,
        /// The call back of which this is the answer: whoever is kept for it is rung at once.
        kept: Option<Ticket>,
    },
    /// Somebody who was promised a call back takes a place, and is not there.
    Promise {
        /// The new place.
        ticket: Ticket,
        /// The queue.
        queue: Text,
        /// Since when that one waits.
        since: Wall,
    },
    /// An operator has answered, and is told what it is about before taking the call.
    Answered {
        /// The place.
        ticket: Ticket,
        /// Who.
        operator: Text,
    },
    /// An operator takes the call.
    Took {
        /// The place.
        ticket: Ticket,
        /// Who.
        operator: Text,
    },
    /// An operator does not take the call.
    Missed {
        /// The place.
        ticket: Ticket,
        /// Who.
        operator: Text,
        /// Why.
        miss: Miss,
    },
    /// An operator speaks already: the conversation is older than the process, which goes on with it. Somebody whom the
    /// deployment does not have any more speaks, too, and is nobody's here.
    Speaks {
        /// The place that the caller had.
        ticket: Ticket,
        /// Of which queue.
        queue: Text,
        /// Since when the caller is there.
        since: Wall,
        /// Who.
        operator: Text,
    },
    /// The place is given up, or the conversation is over. Said again, it changes nothing.
    Leave {
        /// The place.
        ticket: Ticket,
    },
    /// An operator takes no calls until further notice; one that rings or lasts is not touched.
    Pause {
        /// Who.
        operator: Text,
    },
    /// An operator takes calls again.
    Resume {
        /// Who.
        operator: Text,
    },
    /// The hours of a queue allow to call back, or do not.
    Hours {
        /// The queue.
        queue: Text,
        /// Whether they do.
        open: bool,
    },
    /// Queues and those who take their calls are others from now on. A queue that is not among them keeps its rules and whoever
    /// took its calls, for those who still wait there.
    Arrange {
        /// All queues with their rules.
        queues: Vec<(Text, Rules)>,
        /// Everybody who takes calls.
        operators: Vec<OperatorTerms>,
    },
    /// Nothing but time.
    Tick,
}

/// Something that the driver must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Tell the caller where it stands.
    Place {
        /// The place.
        ticket: Ticket,
        /// How many come before.
        ahead: u32,
        /// How long it will still take, as far as anybody knows.
        expected: Option<DurationMs>,
    },
    /// Ring an operator's telephone for a place; the machine says when it has rung for long enough.
    Ring {
        /// The place.
        ticket: Ticket,
        /// Whose.
        operator: Text,
    },
    /// Let an operator go who rings, hears something, or took the call too late.
    LetGo {
        /// The place.
        ticket: Ticket,
        /// Whom.
        operator: Text,
    },
    /// Connect the caller with the operator who took the call.
    Connect {
        /// The place.
        ticket: Ticket,
        /// With whom.
        operator: Text,
    },
    /// It is this call back's turn: somebody is kept for it.
    CallBack {
        /// The place.
        ticket: Ticket,
        /// Who is kept.
        operator: Text,
    },
    /// As many wait as may: there is no place.
    Full {
        /// Of this name.
        ticket: Ticket,
    },
    /// Nobody takes calls of this queue: there is no place.
    Closed {
        /// Of this name.
        ticket: Ticket,
    },
    /// An operator missed too many calls and is paused.
    Paused {
        /// Who.
        operator: Text,
    },
}

/// All queues of a deployment, and all who take their calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Floor {
    pub(super) lines: BTreeMap<Text, Line>,
    pub(super) operators: Vec<Operator>,
    places: BTreeMap<Ticket, Place>,
}

impl Floor {
    /// Queues with their rules, and operators in the order in which they are asked where nothing else decides.
    pub fn new(
        queues: impl IntoIterator<Item = (Text, Rules)>,
        operators: impl IntoIterator<Item = OperatorTerms>,
        now: Millis,
    ) -> Floor {
        Floor {
            lines: queues.into_iter().map(|(name, rules)| (name, Line::new(rules))).collect(),
            operators: operators.into_iter().map(|terms| Operator::new(terms, now)).collect(),
            places: BTreeMap::new(),
        }
    }

    /// What follows from something that happens. Whatever was due before happens first; what is due at the same moment
    /// happens afterwards, at the next [`Input::Tick`].
    #[must_use]
    pub fn step(&mut self, now: Millis, input: Input) -> Vec<Output> {
        let mut out = Vec::new();
        let is_tick = input == Input::Tick;
        while let Some((at, index)) = self.due().filter(|(at, _)| *at < now || (is_tick && *at == now)) {
            self.is_over(at, index, &mut out);
            self.ask(at, &mut out);
        }
        self.happens(now, input, &mut out);
        self.ask(now, &mut out);
        self.tell_places(&mut out);
        out
    }

    /// When something changes by itself.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.due().map(|(at, _)| at)
    }

    fn due(&self) -> Option<(Millis, usize)> {
        let deadlines = self.operators.iter().enumerate();
        deadlines.filter_map(|(index, operator)| Some((operator.deadline()?, index))).min()
    }

    /// An operator has rung, or was left alone, for long enough.
    fn is_over(&mut self, at: Millis, index: usize, out: &mut Vec<Output>) {
        match self.operators[index].duty {
            Duty::Ringing { ticket, .. } => {
                let operator = self.operators[index].terms.name.clone();
                out.push(Output::LetGo { ticket, operator });
                self.misses(at, index, Miss::NoAnswer, out);
            }
            Duty::LeftAlone { .. } => self.operators[index].duty = Duty::Free,
            Duty::Free | Duty::Deciding { .. } | Duty::Kept { .. } | Duty::Speaking { .. } => {}
        }
    }

    fn happens(&mut self, now: Millis, input: Input, out: &mut Vec<Output>) {
        match input {
            Input::Join { ticket, queue, priority, since, kept } => {
                let place =
                    Place { queue, priority, since, kind: Kind::Caller, phase: Phase::Waiting, told: None };
                self.join(now, (ticket, place), kept, out);
            }
            Input::Promise { ticket, queue, since } => {
                let (priority, kind, phase) = (Decimal::ZERO, Kind::CallBack, Phase::Waiting);
                self.places.insert(ticket, Place { queue, priority, since, kind, phase, told: None });
            }
            Input::Answered { ticket, operator } => {
                if let Some(index) = self.asked(ticket, &operator) {
                    self.operators[index].duty = Duty::Deciding { ticket };
                }
            }
            Input::Took { ticket, operator } => self.takes(now, ticket, operator, out),
            Input::Missed { ticket, operator, miss } => {
                if let Some(index) = self.asked(ticket, &operator) {
                    self.misses(now, index, miss, out);
                } else if let Some(index) = self.kept_for(ticket, &operator) {
                    self.waits_again(ticket);
                    self.misses(now, index, miss, out);
                }
            }
            Input::Speaks { ticket, queue, since, operator } => {
                let (priority, kind, phase) = (Decimal::ZERO, Kind::Caller, Phase::Connected { since: now });
                let place = Place { queue, priority, since, kind, phase, told: None };
                self.speaks_already((ticket, place), &operator, out);
            }
            Input::Leave { ticket } => self.leave(now, ticket, out),
            Input::Pause { operator } => self.set_paused(&operator, true),
            Input::Resume { operator } => self.set_paused(&operator, false),
            Input::Hours { queue, open } => {
                if let Some(line) = self.lines.get_mut(&queue) {
                    line.is_open = open;
                }
            }
            Input::Arrange { queues, operators } => self.arrange(now, queues, operators),
            Input::Tick => {}
        }
    }

    /// A caller takes a place; or there is none.
    fn join(
        &mut self,
        now: Millis,
        (ticket, place): (Ticket, Place),
        kept: Option<Ticket>,
        out: &mut Vec<Output>,
    ) {
        let kept = kept.and_then(|promise| Some((promise, self.with(promise)?)));
        if let Some((promise, index)) = kept {
            let since = self.places.remove(&promise).map_or(place.since, |promised| promised.since);
            self.places.insert(ticket, Place { since, ..place });
            return self.ring(now, ticket, index, out);
        }
        let Some(line) = self.lines.get(&place.queue) else { return out.push(Output::Closed { ticket }) };
        let callers = self
            .waiting()
            .into_iter()
            .filter(|(_, other)| other.queue == place.queue && other.kind == Kind::Caller);
        let callers = callers.count();
        if line.rules.at_most.is_some_and(|most| callers >= most as usize) {
            return out.push(Output::Full { ticket });
        }
        if self.on_duty(&place.queue) == 0 {
            return out.push(Output::Closed { ticket });
        }
        self.places.insert(ticket, place);
    }

    /// Somebody takes the call. Whoever is too late is let go; so are all others who were asked.
    fn takes(&mut self, now: Millis, ticket: Ticket, operator: Text, out: &mut Vec<Output>) {
        let in_time = self.places.get(&ticket).is_some_and(Place::waits);
        let Some(index) = self.asked(ticket, &operator).filter(|_| in_time) else {
            return out.push(Output::LetGo { ticket, operator });
        };
        if let Some(place) = self.places.get_mut(&ticket) {
            place.phase = Phase::Connected { since: now };
        }
        let taker = &mut self.operators[index];
        taker.duty = Duty::Speaking { ticket };
        (taker.missed, taker.taken) = (0, taker.taken + 1);
        self.let_off(now, ticket, out);
        out.push(Output::Connect { ticket, operator });
    }

    /// Somebody speaks who was taken for free: whoever has been given this operator meanwhile waits on.
    fn speaks_already(&mut self, (ticket, place): (Ticket, Place), name: &str, out: &mut Vec<Output>) {
        let is_it = |operator: &Operator| *operator.terms.name == *name;
        let Some(index) = self.operators.iter().position(is_it) else { return };
        match self.operators[index].duty {
            Duty::Ringing { ticket, .. } | Duty::Deciding { ticket } => {
                out.push(Output::LetGo { ticket, operator: self.operators[index].terms.name.clone() });
            }
            Duty::Kept { ticket } => self.waits_again(ticket),
            // Nobody speaks twice: the first who said so is believed.
            Duty::Speaking { .. } => return,
            Duty::Free | Duty::LeftAlone { .. } => {}
        }
        self.operators[index].duty = Duty::Speaking { ticket };
        self.places.insert(ticket, place);
    }

    /// Whoever is asked for a place is let off.
    fn let_off(&mut self, now: Millis, ticket: Ticket, out: &mut Vec<Output>) {
        for operator in self.operators.iter_mut().filter(|operator| operator.is_asked_for(ticket)) {
            operator.is_let_off(now);
            out.push(Output::LetGo { ticket, operator: operator.terms.name.clone() });
        }
    }

    fn misses(&mut self, now: Millis, index: usize, miss: Miss, out: &mut Vec<Output>) {
        let operator = &mut self.operators[index];
        if operator.misses(now, miss) {
            out.push(Output::Paused { operator: operator.terms.name.clone() });
        }
    }

    /// A place is given up, or its conversation is over.
    fn leave(&mut self, now: Millis, ticket: Ticket, out: &mut Vec<Output>) {
        let Some(place) = self.places.remove(&ticket) else { return };
        self.let_off(now, ticket, out);
        let Some(index) = self.with(ticket) else { return };
        let Some(line) = self.lines.get_mut(&place.queue) else { return };
        match place.phase {
            Phase::Connected { since } => {
                line.pace.took(now.since(since));
                self.operators[index].has_spoken(now, line.rules.wrap_up);
            }
            Phase::Waiting | Phase::Kept => self.operators[index].duty = Duty::Free,
        }
    }

    fn set_paused(&mut self, name: &str, paused: bool) {
        if let Some(operator) = self.operators.iter_mut().find(|operator| *operator.terms.name == *name) {
            (operator.is_paused, operator.missed) = (paused, 0);
        }
    }

    /// Asks whoever can be asked, until nobody is left who can.
    fn ask(&mut self, now: Millis, out: &mut Vec<Output>) {
        while let Some((ticket, chosen)) = self.next_offer() {
            let Some(kind) = self.places.get(&ticket).map(|place| place.kind) else { return };
            match kind {
                Kind::Caller => chosen.into_iter().for_each(|index| self.ring(now, ticket, index, out)),
                Kind::CallBack => chosen.into_iter().for_each(|index| self.keep(ticket, index, out)),
            }
        }
    }

    fn ring(&mut self, now: Millis, ticket: Ticket, index: usize, out: &mut Vec<Output>) {
        let Some(place) = self.places.get(&ticket) else { return };
        let Some(line) = self.lines.get_mut(&place.queue) else { return };
        line.last_asked = Some(index);
        let operator = &mut self.operators[index];
        operator.duty = Duty::Ringing { ticket, until: now + line.rules.ring };
        out.push(Output::Ring { ticket, operator: operator.terms.name.clone() });
    }

    fn keep(&mut self, ticket: Ticket, index: usize, out: &mut Vec<Output>) {
        if let Some(place) = self.places.get_mut(&ticket) {
            place.phase = Phase::Kept;
        }
        let operator = &mut self.operators[index];
        operator.duty = Duty::Kept { ticket };
        out.push(Output::CallBack { ticket, operator: operator.terms.name.clone() });
    }

    /// Tells callers where they stand, if that has changed.
    fn tell_places(&mut self, out: &mut Vec<Output>) {
        let mut before: BTreeMap<Text, u32> = BTreeMap::new();
        let mut news = Vec::new();
        for (ticket, place) in self.waiting() {
            let count = before.entry(place.queue.clone()).or_default();
            let ahead = *count;
            *count += 1;
            if place.kind == Kind::Caller && place.told != Some(ahead) {
                news.push((ticket, ahead, self.expected(&place.queue, ahead)));
            }
        }
        for (ticket, ahead, expected) in news {
            if let Some(place) = self.places.get_mut(&ticket) {
                place.told = Some(ahead);
            }
            out.push(Output::Place { ticket, ahead, expected });
        }
    }

    fn expected(&self, queue: &Text, ahead: u32) -> Option<DurationMs> {
        let line = self.lines.get(queue)?;
        line.pace.expected(ahead, self.on_duty(queue), line.rules.wrap_up)
    }

    /// How many take calls of a queue, whatever they do now.
    pub(super) fn on_duty(&self, queue: &str) -> u32 {
        let takes = |operator: &&Operator| !operator.is_paused && operator.rank(queue).is_some();
        self.operators.iter().filter(takes).count() as u32
    }

    /// The operator of a name, if the telephone rings for a place or has not decided yet.
    fn asked(&self, ticket: Ticket, name: &str) -> Option<usize> {
        let is_it = |operator: &Operator| *operator.terms.name == *name && operator.is_asked_for(ticket);
        self.operators.iter().position(is_it)
    }

    /// The operator of a name, if kept for a call back.
    fn kept_for(&self, ticket: Ticket, name: &str) -> Option<usize> {
        let is_it =
            |operator: &Operator| *operator.terms.name == *name && operator.duty == Duty::Kept { ticket };
        self.operators.iter().position(is_it)
    }

    /// Whoever was kept for a call back is not: it has its place as before.
    fn waits_again(&mut self, ticket: Ticket) {
        if let Some(place) = self.places.get_mut(&ticket) {
            place.phase = Phase::Waiting;
        }
    }

    /// Those who are busy with somebody here, or are left alone.
    pub fn engaged(&self) -> BTreeSet<Text> {
        let engaged = self.operators.iter().filter(|operator| operator.duty != Duty::Free);
        engaged.map(|operator| operator.terms.name.clone()).collect()
    }

    /// By what a place is served before others at an operator: the place of its queue among the operator's, its priority, and
    /// since when it waits.
    pub fn standing(&self, ticket: Ticket, name: &str) -> Option<(u32, Decimal, Wall)> {
        let place = self.places.get(&ticket)?;
        let operator = self.operators.iter().find(|operator| *operator.terms.name == *name)?;
        let rank = operator.rank(&place.queue).and_then(|rank| u32::try_from(rank).ok());
        Some((rank.unwrap_or(u32::MAX), place.priority, place.since))
    }

    /// Who is there for a place.
    fn with(&self, ticket: Ticket) -> Option<usize> {
        self.operators.iter().position(|operator| operator.is_with(ticket))
    }

    pub(super) fn operators(&self) -> &[Operator] {
        &self.operators
    }

    pub(super) fn places(&self) -> impl Iterator<Item = (Ticket, &Place)> {
        self.places.iter().map(|(ticket, place)| (*ticket, place))
    }

    pub(super) fn line(&self, queue: &str) -> Option<&Line> {
        self.lines.get(queue)
    }

    pub(super) fn line_names(&self) -> impl Iterator<Item = &Text> {
        self.lines.keys()
    }
}
