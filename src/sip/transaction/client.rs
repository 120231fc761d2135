//! Every request but INVITE and ACK, client side (RFC 3261 §17.1.2, figure 6).

use super::timers::{T1_X64, T2, T4};
use super::{Action, Actions, Repeat, earlier, linger};
use crate::sip::Datagram;
use crate::time::Millis;

/// What happens to the machine.
#[derive(Clone, Debug)]
pub enum Event {
    /// A 1xx arrived.
    Provisional,
    /// A 200 to 699 arrived.
    Final,
    /// Time to repeat the request.
    TimerE,
    /// No answer came.
    TimerF,
    /// No more copies of the answer are expected.
    TimerK,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Trying { repeat: Repeat, give_up: Millis },
    Proceeding { repeat: Repeat, give_up: Millis },
    Completed { until: Millis },
    Terminated,
}

/// One request that we sent.
#[derive(Clone, Debug)]
pub struct Client {
    state: State,
    reliable: bool,
    request: Datagram,
}

impl Client {
    /// A machine in Trying, and the first sending of the request.
    pub fn new(now: Millis, request: Datagram, reliable: bool) -> (Client, Actions) {
        let state = State::Trying { repeat: Repeat::new(now, reliable), give_up: now + T1_X64 };
        let actions = vec![Action::Send(request.clone())];
        (Client { state, reliable, request }, actions)
    }

    /// The request as it was sent.
    pub fn request(&self) -> &Datagram {
        &self.request
    }

    /// When [`Client::timeout`] must next be called.
    pub fn next_deadline(&self) -> Option<Millis> {
        match self.state {
            State::Trying { repeat, give_up } | State::Proceeding { repeat, give_up } => {
                earlier(repeat.at, give_up)
            }
            State::Completed { until } => Some(until),
            State::Terminated => None,
        }
    }

    /// Fires the timer that is due, if one is.
    pub fn timeout(&mut self, now: Millis) -> Actions {
        match self.state {
            State::Trying { repeat, give_up } | State::Proceeding { repeat, give_up } => {
                if give_up <= now {
                    self.step(now, Event::TimerF)
                } else if repeat.at.is_some_and(|at| at <= now) {
                    self.step(now, Event::TimerE)
                } else {
                    vec![]
                }
            }
            State::Completed { until } if until <= now => self.step(now, Event::TimerK),
            State::Completed { .. } | State::Terminated => vec![],
        }
    }

    /// One transition.
    pub fn step(&mut self, now: Millis, event: Event) -> Actions {
        match self.state {
            State::Trying { repeat, give_up } => match event {
                Event::Provisional => self.proceed(repeat, give_up),
                Event::Final => self.complete(now),
                Event::TimerE => self.repeat_trying(repeat.again(now, T2), give_up),
                Event::TimerF => self.give_up(),
                Event::TimerK => vec![],
            },
            State::Proceeding { repeat, give_up } => match event {
                Event::Provisional => vec![Action::Deliver],
                Event::Final => self.complete(now),
                // §17.1.2.2: from here on the interval is T2 at once.
                Event::TimerE => self.repeat_proceeding(repeat.every(now, T2), give_up),
                Event::TimerF => self.give_up(),
                Event::TimerK => vec![],
            },
            State::Completed { .. } => match event {
                Event::TimerK => self.terminate(),
                // Copies of the answer are what this state absorbs.
                Event::Provisional | Event::Final => vec![],
                Event::TimerE | Event::TimerF => vec![],
            },
            State::Terminated => vec![],
        }
    }

    fn proceed(&mut self, repeat: Repeat, give_up: Millis) -> Actions {
        self.state = State::Proceeding { repeat, give_up };
        vec![Action::Deliver]
    }

    fn repeat_trying(&mut self, repeat: Repeat, give_up: Millis) -> Actions {
        self.state = State::Trying { repeat, give_up };
        vec![Action::Send(self.request.clone())]
    }

    fn repeat_proceeding(&mut self, repeat: Repeat, give_up: Millis) -> Actions {
        self.state = State::Proceeding { repeat, give_up };
        vec![Action::Send(self.request.clone())]
    }

    fn complete(&mut self, now: Millis) -> Actions {
        self.state = State::Completed { until: linger(now, T4, self.reliable) };
        vec![Action::Deliver]
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
