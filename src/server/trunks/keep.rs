//! A trunk's task: finds where it is, registers, asks whether it is there, and takes us off its list in the end.

use super::find::Finder;
use super::{Trunk, Trunks};
use crate::server::clock::{Clock, sleep_until};
use crate::server::entropy;
use crate::server::signalling::Signalling;
use crate::sip::{Ask, AskId, Flow, Host, Method, Registration, Reply, Step};
use crate::time::{DurationMs, Millis};
use std::sync::Arc;
use tokio::sync::watch;

/// What a trunk's task works with.
struct Keeper {
    trunk: Arc<Trunk>,
    trunks: Trunks,
    signalling: Signalling,
    clock: Clock,
    registration: Option<Registration>,
    call_id: String,
    find_at: Option<Millis>,
    ask_at: Option<Millis>,
    asked: u32,
}

/// Keeps one trunk until `leave` says true.
pub(super) async fn keep(
    trunk: Arc<Trunk>,
    trunks: Trunks,
    signalling: Signalling,
    clock: Clock,
    mut leave: watch::Receiver<bool>,
) {
    let now = clock.now();
    let registration =
        trunk.settings.register.as_ref().map(|register| Registration::new(now, register.expires_s));
    let finder = match &trunk.place().host {
        Host::Name(_) => Some(Finder::new()),
        Host::Ip(_) => None,
    };
    let mut keeper = Keeper {
        ask_at: (trunk.settings.keep_alive_s > 0).then_some(now),
        find_at: finder.is_some().then_some(now),
        call_id: entropy::contact_id(clock.wall()).unwrap_or_else(|_| trunk.name.to_string()),
        trunk,
        trunks,
        signalling,
        clock,
        registration,
        asked: 0,
    };
    loop {
        let deadline = keeper.next_deadline().map(|at| keeper.clock.instant(at));
        tokio::select! {
            () = left(&mut leave) => return keeper.leave().await,
            () = sleep_until(deadline) => {}
        }
        tokio::select! {
            () = left(&mut leave) => return keeper.leave().await,
            () = keeper.work(finder.as_ref()) => {}
        }
    }
}

/// Waits until we are to leave.
async fn left(leave: &mut watch::Receiver<bool>) {
    let _ = leave.wait_for(|leave| *leave).await;
}

impl Keeper {
    /// Everything else waits until it is known where the trunk is.
    fn next_deadline(&self) -> Option<Millis> {
        if self.place().is_none() {
            return self.find_at;
        }
        let register = self.registration.as_ref().and_then(Registration::next_deadline);
        [self.find_at, register, self.ask_at].into_iter().flatten().min()
    }

    fn place(&self) -> Option<Flow> {
        self.trunk.standing().places.first().copied()
    }

    async fn work(&mut self, finder: Option<&Finder>) {
        let now = self.clock.now();
        if let (Some(finder), true) = (finder, self.find_at.is_some_and(|at| at <= now)) {
            self.find(finder).await;
        }
        let Some(place) = self.place() else { return };
        if let Some(registration) = &mut self.registration {
            let steps = registration.timeout(now);
            self.take(steps, place).await;
        }
        if self.ask_at.is_some_and(|at| at <= now) {
            self.ping(place).await;
        }
    }

    async fn find(&mut self, finder: &Finder) {
        let settings = &self.trunk.settings;
        let found = finder.find(self.trunk.place(), settings.transport.map(|way| way.0)).await;
        self.find_at = Some(self.clock.now() + DurationMs::from_secs(found.good_for_s));
        if found.places.is_empty() {
            tracing::warn!(trunk = &*self.trunk.name, server = %self.trunk.place().host, "a trunk's server is not found");
            return;
        }
        let flows =
            found.places.iter().map(|(transport, address)| self.signalling.flow(*transport, *address));
        let flows: Vec<Flow> = flows.collect();
        let name = self.trunk.place().host.to_string();
        for flow in &flows {
            self.signalling.name(flow.address, name.clone()).await;
        }
        self.trunk.standing().places = flows;
        self.trunks.admit(&self.signalling).await;
    }

    /// Does what the registration wants, and what its answers lead to.
    async fn take(&mut self, steps: Vec<Step>, place: Flow) {
        let mut steps = std::collections::VecDeque::from(steps);
        while let Some(step) = steps.pop_front() {
            match step {
                Step::Register { cseq, expires_s } => {
                    let reply = self.register(place, cseq, expires_s).await;
                    let now = self.clock.now();
                    let Some(registration) = &mut self.registration else { return };
                    steps.extend(match reply {
                        Some(reply) => registration.reply(now, reply.cseq, reply.response.as_deref()),
                        None => registration.unreachable(now),
                    });
                }
                Step::Up { expires_s } => {
                    let was = std::mem::replace(&mut self.trunk.standing().is_unlisted, false);
                    if was {
                        tracing::info!(trunk = &*self.trunk.name, expires_s, "a trunk has us on its list");
                    }
                }
                Step::Down { status, again_ms } => {
                    self.trunk.standing().is_unlisted = true;
                    let said = status.map_or_else(|| "nothing".to_owned(), |status| status.to_string());
                    tracing::warn!(trunk = &*self.trunk.name, said, again_ms, "a trunk does not register us");
                }
                Step::Left => self.trunk.standing().is_unlisted = true,
            }
        }
    }

    async fn register(&mut self, place: Flow, cseq: u32, expires_s: u32) -> Option<Reply> {
        let user = self.trunk.settings.register.as_ref()?.user.clone();
        let ask = Ask {
            ask: AskId(0),
            method: Method::REGISTER,
            target: self.trunk.domain(place),
            destination: place,
            about: self.trunk.address(&user, place),
            call_id: self.call_id.clone(),
            cseq,
            contact_user: Some(user),
            expires_s: Some(expires_s),
            credentials: self.trunk.credentials(),
        };
        self.signalling.ask(ask).await
    }

    /// Any answer says that somebody is there.
    async fn ping(&mut self, place: Flow) {
        self.asked = self.asked.saturating_add(2);
        let ask = Ask {
            ask: AskId(0),
            method: Method::OPTIONS,
            target: self.trunk.domain(place),
            destination: place,
            about: self.trunk.domain(place),
            call_id: format!("{}-options", self.call_id),
            cseq: self.asked,
            contact_user: None,
            expires_s: None,
            credentials: self.trunk.credentials(),
        };
        let reply = self.signalling.ask(ask).await;
        let is_silent = reply.is_none_or(|reply| reply.response.is_none());
        let was = std::mem::replace(&mut self.trunk.standing().is_silent, is_silent);
        if was != is_silent {
            let word = if is_silent { "a trunk does not answer" } else { "a trunk answers again" };
            tracing::warn!(trunk = &*self.trunk.name, place = %place, "{word}");
        }
        let wait = DurationMs::from_secs(u64::from(self.trunk.settings.keep_alive_s));
        self.ask_at = Some(self.clock.now() + wait);
    }

    async fn leave(mut self) {
        if let (Some(place), Some(registration)) = (self.place(), &mut self.registration) {
            let steps = registration.leave();
            self.take(steps, place).await;
        }
    }
}
