//! INVITE, client side (RFC 3261 §17.1.1, figure 5; RFC 6026 §7.2, §8.4).
//!
//! The ACK of a failure is asked of the endpoint once ([`Action::Acknowledge`]) and kept here for copies of the
//! failure. The ACK of a 2xx is the call's; Accepted hands every copy of the 2xx up to it.

use super::timers::{T1_X64, TIMER_D, UNBOUNDED};
use super::{Action, Actions, Repeat, earlier, linger};
use crate::sip::Datagram;
use crate::time::Millis;

/// What happens to the machine.
#[derive(Clone, Debug)]
pub enum Event {
    /// A 1xx arrived.
    Provisional,
    /// A 2xx arrived.
    Success,
    /// A 300 to 699 arrived.
    Failure,
    /// Time to repeat the INVITE.
    TimerA,
    /// Nobody answered at all.
    TimerB,
    /// No more copies of the failure are expected.
    TimerD,
    /// No more copies of the 2xx are expected.
    TimerM,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Calling { repeat: Repeat, give_up: Millis },
    Proceeding,
    Completed { until: Millis },
    Accepted { until: Millis },
    Terminated,
}

/// One INVITE that we sent.
#[derive(Clone, Debug)]
pub struct InviteClient {
    state: State,
    reliable: bool,
    /// The INVITE: repeated in Calling, and later the source of its CANCEL and ACK.
    request: Datagram,
    ack: Option<Datagram>,
}

impl InviteClient {
    /// A machine in Calling, and the first sending of the request.
    pub fn new(now: Millis, request: Datagram, reliable: bool) -> (InviteClient, Actions) {
        let state = State::Calling { repeat: Repeat::new(now, reliable), give_up: now + T1_X64 };
        let actions = vec![Action::Send(request.clone())];
        (InviteClient { state, reliable, request, ack: None }, actions)
    }

    /// The INVITE as it was sent.
    pub fn request(&self) -> &Datagram {
        &self.request
    }

    /// Keeps the ACK that answers [`Action::Acknowledge`], for copies of the failure.
    pub fn keep_ack(&mut self, ack: Datagram) {
        self.ack = Some(ack);
    }

    /// When [`InviteClient::timeout`] must next be called.
    pub fn next_deadline(&self) -> Option<Millis> {
        match self.state {
            State::Calling { repeat, give_up } => earlier(repeat.at, give_up),
            State::Completed { until } | State::Accepted { until } => Some(until),
            State::Proceeding | State::Terminated => None,
        }
    }

    /// Fires the timer that is due, if one is.
    pub fn timeout(&mut self, now: Millis) -> Actions {
        match self.state {
            State::Calling { give_up, .. } if give_up <= now => self.step(now, Event::TimerB),
            State::Calling { repeat, .. } if repeat.at.is_some_and(|at| at <= now) => {
                self.step(now, Event::TimerA)
            }
            State::Completed { until } if until <= now => self.step(now, Event::TimerD),
            State::Accepted { until } if until <= now => self.step(now, Event::TimerM),
            State::Calling { .. } | State::Proceeding | State::Completed { .. } => vec![],
            State::Accepted { .. } | State::Terminated => vec![],
        }
    }

    /// One transition.
    pub fn step(&mut self, now: Millis, event: Event) -> Actions {
        match self.state {
            State::Calling { repeat, give_up } => match event {
                Event::Provisional => self.proceed(),
                Event::Success => self.accept(now),
                Event::Failure => self.complete(now),
                Event::TimerA => self.repeat(repeat.again(now, UNBOUNDED), give_up),
                Event::TimerB => self.give_up(),
                Event::TimerD | Event::TimerM => vec![],
            },
            State::Proceeding => match event {
                Event::Provisional => vec![Action::Deliver],
                Event::Success => self.accept(now),
                Event::Failure => self.complete(now),
                // A phone may ring for as long as the call's owner lets it: no timer runs here.
                Event::TimerA | Event::TimerB | Event::TimerD | Event::TimerM => vec![],
            },
            State::Completed { .. } => match event {
                Event::Failure => self.ack.iter().cloned().map(Action::Send).collect(),
                Event::TimerD => self.terminate(),
                // The failure was final.
                Event::Provisional | Event::Success => vec![],
                Event::TimerA | Event::TimerB | Event::TimerM => vec![],
            },
            State::Accepted { .. } => match event {
                Event::Success => vec![Action::Deliver],
                Event::TimerM => self.terminate(),
                // RFC 6026 §8.4: nothing but another 2xx means anything now.
                Event::Provisional | Event::Failure => vec![],
                Event::TimerA | Event::TimerB | Event::TimerD => vec![],
            },
            State::Terminated => vec![],
        }
    }

    fn proceed(&mut self) -> Actions {
        self.state = State::Proceeding;
        vec![Action::Deliver]
    }

    fn accept(&mut self, now: Millis) -> Actions {
        self.state = State::Accepted { until: now + T1_X64 };
        vec![Action::Deliver]
    }

    fn complete(&mut self, now: Millis) -> Actions {
        self.state = State::Completed { until: linger(now, TIMER_D, self.reliable) };
        vec![Action::Acknowledge, Action::Deliver]
    }

    fn repeat(&mut self, repeat: Repeat, give_up: Millis) -> Actions {
        self.state = State::Calling { repeat, give_up };
        vec![Action::Send(self.request.clone())]
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
