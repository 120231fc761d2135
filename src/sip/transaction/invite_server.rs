//! INVITE, server side (RFC 3261 §17.2.1, figure 7; RFC 6026 §7.1, §8.7).
//!
//! A 2xx is repeated by the call, not here; this machine stays in Accepted so that late copies of the INVITE are
//! absorbed instead of becoming a second call. The 100 is the endpoint's, a provisional like others.

use super::timers::{T1_X64, T2, T4};
use super::{Action, Actions, Repeat, earlier, linger};
use crate::sip::Datagram;
use crate::time::Millis;

/// What happens to the machine.
#[derive(Clone, Debug)]
pub enum Event {
    /// The INVITE arrived again.
    Invite,
    /// The ACK for a failure arrived.
    Ack,
    /// The call says 1xx.
    Provisional(Datagram),
    /// The call says 2xx, first time or again.
    Success(Datagram),
    /// The call says 300 to 699.
    Failure(Datagram),
    /// Time to repeat the failure.
    TimerG,
    /// No ACK came.
    TimerH,
    /// No more copies of the ACK are expected.
    TimerI,
    /// No more copies of the INVITE are expected.
    TimerL,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Proceeding,
    Completed { repeat: Repeat, give_up: Millis },
    Confirmed { until: Millis },
    Accepted { until: Millis },
    Terminated,
}

/// One received INVITE.
#[derive(Clone, Debug)]
pub struct InviteServer {
    state: State,
    reliable: bool,
    /// Whether timer G runs.
    repeats: bool,
    last: Option<Datagram>,
}

impl InviteServer {
    /// A machine in Proceeding that has answered nothing yet.
    pub fn new(reliable: bool) -> InviteServer {
        InviteServer { state: State::Proceeding, reliable, repeats: !reliable, last: None }
    }

    /// The same machine without timer G, for a source that has not proved to be there: it sends a failure once, and
    /// again only when the INVITE comes again.
    pub fn without_repeats(self) -> InviteServer {
        InviteServer { repeats: false, ..self }
    }

    /// Whether no final answer has been given.
    pub fn is_proceeding(&self) -> bool {
        self.state == State::Proceeding
    }

    /// Whether the answer has reached the far end, or is repeated by the call: nothing is kept here but the memory that the
    /// INVITE was answered.
    pub fn has_let_go(&self) -> bool {
        match self.state {
            State::Accepted { .. } | State::Confirmed { .. } => true,
            State::Proceeding | State::Completed { .. } | State::Terminated => false,
        }
    }

    /// When [`InviteServer::timeout`] must next be called.
    pub fn next_deadline(&self) -> Option<Millis> {
        match self.state {
            State::Proceeding | State::Terminated => None,
            State::Completed { repeat, give_up } => earlier(repeat.at, give_up),
            State::Confirmed { until } | State::Accepted { until } => Some(until),
        }
    }

    /// Fires the timer that is due, if one is.
    pub fn timeout(&mut self, now: Millis) -> Actions {
        match self.state {
            State::Completed { give_up, .. } if give_up <= now => self.step(now, Event::TimerH),
            State::Completed { repeat, .. } if repeat.at.is_some_and(|at| at <= now) => {
                self.step(now, Event::TimerG)
            }
            State::Confirmed { until } if until <= now => self.step(now, Event::TimerI),
            State::Accepted { until } if until <= now => self.step(now, Event::TimerL),
            State::Proceeding | State::Completed { .. } | State::Confirmed { .. } => vec![],
            State::Accepted { .. } | State::Terminated => vec![],
        }
    }

    /// One transition.
    pub fn step(&mut self, now: Millis, event: Event) -> Actions {
        match self.state {
            State::Proceeding => match event {
                Event::Invite => self.send_last(),
                Event::Provisional(bytes) => self.send(bytes),
                Event::Success(bytes) => self.accept(now, bytes),
                Event::Failure(bytes) => self.complete(now, bytes),
                // An ACK before any final answer acknowledges nothing; the timers do not run yet.
                Event::Ack | Event::TimerG | Event::TimerH | Event::TimerI | Event::TimerL => vec![],
            },
            State::Completed { repeat, give_up } => match event {
                Event::Invite => self.send_last(),
                Event::TimerG => self.repeat(repeat.again(now, T2), give_up),
                Event::Ack => self.confirm(now),
                Event::TimerH => self.give_up(),
                // One final answer is enough; the other timers belong to other states.
                Event::Provisional(_) | Event::Success(_) | Event::Failure(_) => vec![],
                Event::TimerI | Event::TimerL => vec![],
            },
            State::Confirmed { .. } => match event {
                Event::TimerI => self.terminate(),
                // Late copies are what this state absorbs.
                Event::Invite | Event::Ack => vec![],
                Event::Provisional(_) | Event::Success(_) | Event::Failure(_) => vec![],
                Event::TimerG | Event::TimerH | Event::TimerL => vec![],
            },
            State::Accepted { .. } => match event {
                Event::Success(bytes) => vec![Action::Send(bytes)],
                Event::TimerL => self.terminate(),
                // RFC 6026 §8.7: copies of the INVITE are absorbed; the call repeats its 2xx by itself. The ACK for
                // a 2xx is no part of this transaction.
                Event::Invite | Event::Ack => vec![],
                Event::Provisional(_) | Event::Failure(_) => vec![],
                Event::TimerG | Event::TimerH | Event::TimerI => vec![],
            },
            State::Terminated => vec![],
        }
    }

    fn send(&mut self, bytes: Datagram) -> Actions {
        self.last = Some(bytes);
        self.send_last()
    }

    fn send_last(&self) -> Actions {
        self.last.iter().cloned().map(Action::Send).collect()
    }

    fn accept(&mut self, now: Millis, bytes: Datagram) -> Actions {
        self.state = State::Accepted { until: now + T1_X64 };
        self.last = None;
        vec![Action::Send(bytes)]
    }

    fn complete(&mut self, now: Millis, bytes: Datagram) -> Actions {
        self.state = State::Completed { repeat: Repeat::new(now, !self.repeats), give_up: now + T1_X64 };
        self.send(bytes)
    }

    fn repeat(&mut self, repeat: Repeat, give_up: Millis) -> Actions {
        self.state = State::Completed { repeat, give_up };
        self.send_last()
    }

    fn confirm(&mut self, now: Millis) -> Actions {
        self.state = State::Confirmed { until: linger(now, T4, self.reliable) };
        self.last = None;
        vec![]
    }

    fn give_up(&mut self) -> Actions {
        self.state = State::Terminated;
        vec![Action::TimedOut, Action::Terminated]
    }

    fn terminate(&mut self) -> Actions {
        self.state = State::Terminated;
        vec![Action::Terminated]
    }
}
