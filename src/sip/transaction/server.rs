//! Every request but INVITE and ACK, server side (RFC 3261 §17.2.2, figure 8).

use super::timers::T1_X64;
use super::{Action, Actions, linger};
use crate::sip::Datagram;
use crate::time::Millis;

/// What happens to the machine.
#[derive(Clone, Debug)]
pub enum Event {
    /// The request arrived again.
    Request,
    /// The call says 1xx.
    Provisional(Datagram),
    /// The call says 200 to 699.
    Final(Datagram),
    /// No more copies of the request are expected.
    TimerJ,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Trying,
    Proceeding,
    Completed { until: Millis },
    Terminated,
}

/// One received request.
#[derive(Clone, Debug)]
pub struct Server {
    state: State,
    reliable: bool,
    last: Option<Datagram>,
}

impl Server {
    /// A machine in Trying.
    pub fn new(reliable: bool) -> Server {
        Server { state: State::Trying, reliable, last: None }
    }

    /// When [`Server::timeout`] must next be called.
    pub fn next_deadline(&self) -> Option<Millis> {
        match self.state {
            State::Completed { until } => Some(until),
            State::Trying | State::Proceeding | State::Terminated => None,
        }
    }

    /// Fires the timer that is due, if one is.
    pub fn timeout(&mut self, now: Millis) -> Actions {
        match self.state {
            State::Completed { until } if until <= now => self.step(now, Event::TimerJ),
            State::Completed { .. } | State::Trying | State::Proceeding | State::Terminated => vec![],
        }
    }

    /// One transition.
    pub fn step(&mut self, now: Millis, event: Event) -> Actions {
        match self.state {
            State::Trying => match event {
                Event::Provisional(bytes) => self.proceed(bytes),
                Event::Final(bytes) => self.complete(now, bytes),
                // Nothing was answered yet, so there is nothing to repeat.
                Event::Request | Event::TimerJ => vec![],
            },
            State::Proceeding => match event {
                Event::Request => self.send_last(),
                Event::Provisional(bytes) => self.proceed(bytes),
                Event::Final(bytes) => self.complete(now, bytes),
                Event::TimerJ => vec![],
            },
            State::Completed { .. } => match event {
                Event::Request => self.send_last(),
                Event::TimerJ => self.terminate(),
                // One final answer is enough.
                Event::Provisional(_) | Event::Final(_) => vec![],
            },
            State::Terminated => vec![],
        }
    }

    fn proceed(&mut self, bytes: Datagram) -> Actions {
        self.state = State::Proceeding;
        self.last = Some(bytes);
        self.send_last()
    }

    fn complete(&mut self, now: Millis, bytes: Datagram) -> Actions {
        self.state = State::Completed { until: linger(now, T1_X64, self.reliable) };
        self.last = Some(bytes);
        self.send_last()
    }

    fn send_last(&self) -> Actions {
        self.last.iter().cloned().map(Action::Send).collect()
    }

    fn terminate(&mut self) -> Actions {
        self.state = State::Terminated;
        vec![Action::Terminated]
    }
}
