//! A call whose process has died goes on in this one.
//!
//! ```text
//!   journal ──► session, legs ──► re-INVITE to the caller, and to whoever has taken the call
//!                                    │ both are there:      bridged again, unless `connected` still runs
//!                                    │ the caller alone:    that leg has ended (`Event::LegEnded`)
//!                                    └ no caller:           the contact is ended as one that a crash cut short
//! ```

use super::callee::Callee;
use super::caller::CallerLeg;
use super::queued::Talk;
use super::standing::{CALLER, StandingLeg, let_go};
use super::still_there::{There, ask};
use super::waves;
use super::{Call, HOPS, Started};
use crate::crm::EndedBy;
use crate::engine::{Action, ActionId, Event, Journal, JournalEntry, LegId, QueueNews};
use crate::program::Text;
use crate::server::event::{CallEvent, EVENTS_WAITING};
use crate::server::recovery::{self, Survivor};
use crate::server::shared::Shared;
use crate::server::trunks::Permit;
use crate::time::{DurationMs, Millis};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// What is taken for a call that may go on before anybody else can have it.
struct Held {
    /// Room on the caller's trunk.
    caller: Option<Permit>,
    /// Room on the trunk of whoever the caller spoke with.
    other: Option<Permit>,
    /// The operator, if it was one.
    talk: Option<Talk>,
}

impl Held {
    fn of(shared: &Shared, survivor: &Survivor) -> Held {
        let trunk = |leg: &StandingLeg| shared.trunks.get(leg.trunk.as_deref()?).map(|trunk| trunk.hold());
        let other = survivor.other.as_ref();
        let talk = other.and_then(|other| talk(shared, &survivor.journal, LegId(other.leg)));
        Held { caller: trunk(&survivor.caller), other: other.and_then(trunk), talk }
    }
}

/// The conversation on this leg, if it came from a queue.
fn talk(shared: &Shared, journal: &Journal, leg: LegId) -> Option<Talk> {
    let entries = journal.entries.iter();
    let (id, queue) = entries.clone().flat_map(|entry| &entry.actions).find_map(|action| match action {
        Action::Enqueue { id, leg: place, queue, .. } if *place == leg => Some((*id, queue.clone())),
        _ => None,
    })?;
    let operator = entries.rev().find_map(|entry| match &entry.event {
        Some(Event::Queued { id: place, news: QueueNews::Connected { who } }) if *place == id => Some(who),
        _ => None,
    })?;
    let since = journal.header.contact.arrived;
    let seat = shared.switchboard.speaks(queue.clone(), since, operator.clone());
    Some(Talk { id, queue, since, seat })
}

/// The action by which somebody was called on this leg, alone or out of a queue.
fn called_by(entries: &[JournalEntry], leg: LegId) -> ActionId {
    let mut actions = entries.iter().flat_map(|entry| &entry.actions);
    let by = actions.find_map(|action| match action {
        Action::Dial { id, leg: called, .. } | Action::Enqueue { id, leg: called, .. } if *called == leg => {
            Some(*id)
        }
        _ => None,
    });
    by.unwrap_or(ActionId(0))
}

/// Goes on with contacts whose process has died, in the order in which they are given. Their trunks hold room for them from now
/// on, and operators who speak are busy: whoever calls meanwhile does not take them.
pub(in crate::server) fn resume_all(shared: &Arc<Shared>, survivors: Vec<Survivor>) {
    let far_ends = survivors.iter().map(|survivor| 1 + usize::from(survivor.other.is_some()));
    let moments: Vec<DurationMs> = waves::moments(far_ends).collect();
    let held = |survivor: Survivor| (Held::of(shared, &survivor), survivor);
    let survivors: Vec<(Held, Survivor)> = survivors.into_iter().map(held).collect();
    let shared = shared.clone();
    tokio::spawn(async move {
        let began = Instant::now();
        for (at, (held, survivor)) in moments.into_iter().zip(survivors) {
            tokio::time::sleep_until(began + at.to_std()).await;
            tokio::spawn(resume(shared.clone(), survivor, held));
        }
    });
}

/// Goes on with a contact whose process has died, from here to its end.
async fn resume(shared: Arc<Shared>, survivor: Survivor, held: Held) {
    let contact = survivor.journal.header.contact.id.clone();
    let (sender, mut events) = mpsc::channel(EVENTS_WAITING);
    let asked = ask(&shared, &survivor.caller, survivor.other.as_ref(), &sender, &mut events).await;
    match asked {
        Ok(there) => {
            tracing::info!(contact = &*contact, "a call goes on that a crash had cut short");
            let Held { caller: _permit, other, talk } = held;
            go_on(shared, survivor, there, (other, talk), (sender, events)).await;
        }
        Err(reason) => {
            tracing::info!(contact = &*contact, reason, "a call that a crash cut short is over");
            let others = survivor.others.clone();
            recovery::finish_later(&shared.office, survivor, shared.clock.wall()).await;
            let_go(&shared, others).await;
        }
    }
}

async fn go_on(
    shared: Arc<Shared>,
    survivor: Survivor,
    (there, other_there): (There, Option<There>),
    (permit, talk): (Option<Permit>, Option<Talk>),
    (sender, events): (mpsc::Sender<CallEvent>, mpsc::Receiver<CallEvent>),
) {
    let Survivor { journal, session, caller, other, others, .. } = survivor;
    // Its version is that of the program that was loaded, or there would be no session.
    let edition = shared.latest.borrow().clone();
    let contact = journal.header.contact.clone();
    let elapsed =
        DurationMs(u64::try_from(shared.clock.wall().0.saturating_sub(contact.arrived.0)).unwrap_or(0));
    let last = journal.entries.last().map_or(DurationMs::ZERO, |entry| entry.at);
    let clock = shared.clock.ahead_by(elapsed.max(last));
    let trunk = caller.trunk.as_deref().map(Arc::from);
    let leg = CallerLeg::taken_up(there.leg, caller.standing.address().ip(), there.terms, trunk);
    let file = shared.office.journals.go_on(&contact.id);
    let started = Started { at: Millis::ZERO, clock, journal: Some(file) };
    let mut call = Call::new((shared, edition), (session, contact), started, sender, (leg, HOPS));
    call.begin();
    call.say_again(&journal.entries);
    let_go(&call.shared, others).await;
    match call.open_media(CALLER, there.port, &there.agreed) {
        Ok(media) => call.caller.is_up_with(media, there.agreed),
        Err(error) => tracing::error!(%error, "the media of a call that goes on cannot be opened"),
    }
    if let (Some(other), Some(there)) = (other, other_there) {
        let leg = LegId(other.leg);
        call.speaks_on(leg, called_by(&journal.entries, leg), there, (other.trunk, permit));
        talk.into_iter().for_each(|talk| call.speaks_from_queue(leg, talk));
    }
    call.goes_on(journal.entries, caller.standing.is_referred(), events).await;
}

impl Call {
    /// Whoever the caller spoke with is still there, on a leg that was called by an action.
    fn speaks_on(&mut self, leg: LegId, dialled: ActionId, there: There, on: (Option<Text>, Option<Permit>)) {
        match self.open_media(leg.0, there.port, &there.agreed) {
            Ok(media) => drop(self.callees.insert(leg, Callee::taken_up(dialled, there.leg, media, on))),
            Err(error) => tracing::error!(%error, "the media of a leg that goes on cannot be opened"),
        }
    }

    async fn goes_on(
        mut self: Box<Self>,
        entries: Vec<JournalEntry>,
        is_referred: bool,
        events: mpsc::Receiver<CallEvent>,
    ) {
        let before = self.session.awaited();
        let actions = self.session.step(self.clock.now(), Event::TakenUp);
        let after = self.session.awaited();
        let awaited: Vec<ActionId> = before.into_iter().filter(|id| after.contains(id)).collect();
        self.record(self.clock.now(), Some(&Event::TakenUp), &actions);
        self.do_again(&entries, &awaited).await;
        self.hand_over_again(&entries, &awaited, is_referred).await;
        self.perform(actions).await;
        match self.session.other_side() {
            Some(leg) if !self.callees.contains_key(&leg) => {
                self.ending = (EndedBy::Fault, "restart".into());
                self.step(Event::LegEnded { leg }).await;
            }
            // Until the block `connected` ends, whoever has taken the call waits.
            Some(leg) if self.session.speaks_with().is_some() => self.bridge(leg),
            Some(_) | None => {}
        }
        self.last_from_here(events).await;
    }
}
