//! Legs that are up are written down, so that another process can go on with the call; and how it does.
//!
//! The far end of the caller's leg is asked by a re-INVITE whether it is still there. If it is, the session goes on as its
//! journal has it ([`Event::TakenUp`]); if not, the contact is ended as one that a crash cut short.

use super::caller::CallerLeg;
use super::{Call, HOPS, Started};
use crate::engine::{Action, ActionId, Event, JournalEntry};
use crate::program::Text;
use crate::server::described::{MediaPort, Terms};
use crate::server::event::{CallEvent, EVENTS_WAITING};
use crate::server::recovery::{self, Survivor};
use crate::server::shared::Shared;
use crate::server::trunks::Permit;
use crate::sip::{self, Command, Standing, TakeUp, sdp};
use crate::time::{DurationMs, Millis};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long the far end of a call may take to say that it is still there: it hears nothing meanwhile.
const PATIENCE: Duration = Duration::from_secs(4);
/// Far ends that are asked at once. All calls of a trunk have one far end, whose socket holds about a hundred datagrams: what
/// is more than it takes up is lost, and comes again half a second later as one burst (timer A).
const WAVE: usize = 10;
/// Between two waves: a thousand calls are asked within a second.
const BETWEEN_WAVES: Duration = Duration::from_millis(10);

/// A leg of a contact that is up, as its journal keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::server) struct StandingLeg {
    /// The engine's number of it; 0 is the caller's.
    pub leg: u16,
    /// The trunk that it came by.
    pub trunk: Option<Text>,
    pub standing: Standing,
}

impl Call {
    /// A leg is up, or is up otherwise than before.
    pub(super) fn leg_stands(&mut self, leg: sip::LegId, standing: Standing) {
        let found = self.callees.iter().find(|(_, callee)| callee.sip() == leg).map(|(number, _)| number.0);
        let number = if self.caller.sip == leg { Some(0) } else { found };
        let (Some(number), Some(journal)) = (number, &mut self.journal) else { return };
        let trunk = self.caller.trunk.as_deref().filter(|_| number == 0).map(Text::from);
        if let Err(error) = journal.keep_leg(&StandingLeg { leg: number, trunk, standing }) {
            tracing::warn!(contact = &*self.contact.id, %error, "a leg could not be written down: a crash would lose the call");
        }
    }

    /// Does again what the process before had begun: its questions, under the same ids, and what was heard meanwhile.
    async fn do_again(&mut self, entries: &[JournalEntry], awaited: &[ActionId]) {
        let actions = entries.iter().flat_map(|entry| &entry.actions);
        let again = actions.filter(|action| action.repeatable().is_some_and(|id| awaited.contains(&id)));
        self.perform(again.cloned().collect()).await;
    }

    /// What the contact had said before the crash is posted again: the same number has its effect once.
    fn say_again(&mut self, entries: &[JournalEntry]) {
        for entry in entries {
            self.way.step(entry);
            for action in &entry.actions {
                match action {
                    Action::Write { id, entry: said } => self.post(*id, entry.at, said.clone()),
                    Action::Recording { change } => self.recorded.was(*change),
                    // Done again where the session still waits for it (`do_again`).
                    Action::Play { .. }
                    | Action::Identify { .. }
                    | Action::Find { .. }
                    | Action::Recall { .. }
                    | Action::Update { .. }
                    | Action::Request { .. }
                    | Action::Transcribe { .. } => {}
                    // Of legs, rooms, queues and proofs that this process does not have: the session knows what became of them.
                    Action::Answer { .. }
                    | Action::Stop { .. }
                    | Action::Verify { .. }
                    | Action::SendCode { .. }
                    | Action::Compare { .. }
                    | Action::Examine { .. }
                    | Action::Dial { .. }
                    | Action::Call { .. }
                    | Action::Join { .. }
                    | Action::Enter { .. }
                    | Action::LeaveRoom { .. }
                    | Action::Whisper { .. }
                    | Action::Ring
                    | Action::EarlyMedia { .. }
                    | Action::HandOver { .. }
                    | Action::Redirect { .. }
                    | Action::Bridge { .. }
                    | Action::HangUp { .. }
                    | Action::Reject { .. }
                    | Action::Enqueue { .. }
                    | Action::Dequeue { .. }
                    | Action::Record { .. }
                    | Action::EndRecording { .. }
                    | Action::DropRecording { .. } => {}
                    // A remark for whoever reads the journal; and the end, behind which nobody is taken up.
                    Action::Note(_) | Action::Ended => {}
                }
            }
        }
    }
}

/// Tells the far ends of legs that nobody goes on with that they are over.
pub(in crate::server) async fn let_go(shared: &Shared, legs: Vec<StandingLeg>) {
    for StandingLeg { standing, .. } in legs {
        // Whatever becomes of it, nobody is there to be told.
        let (sender, _) = mpsc::channel(1);
        let take_up = taking_up(shared, standing, None);
        let _ = shared.signalling.take_up(take_up, sender).await;
    }
}

fn taking_up(shared: &Shared, standing: Standing, media: Option<sdp::Local>) -> TakeUp {
    let flow = shared.signalling.flow(standing.transport(), standing.address());
    let lasts = sip::Config::new(shared.signalling.local()).max_call;
    TakeUp { leg: sip::LegId(0), standing, flow, lasts, media, credentials: None }
}

/// Goes on with contacts whose process has died, in the order in which they are given. Their trunks hold room for them from now
/// on: whoever calls meanwhile does not take it.
pub(in crate::server) fn resume_all(shared: &Arc<Shared>, survivors: Vec<Survivor>) {
    let held = |survivor: Survivor| {
        let trunk = survivor.caller.trunk.as_deref().and_then(|name| shared.trunks.get(name));
        let permit = trunk.map(|trunk| trunk.hold());
        (survivor, permit)
    };
    let mut survivors: VecDeque<(Survivor, Option<Permit>)> = survivors.into_iter().map(held).collect();
    let shared = shared.clone();
    tokio::spawn(async move {
        while !survivors.is_empty() {
            for (survivor, permit) in survivors.drain(..WAVE.min(survivors.len())) {
                tokio::spawn(resume(shared.clone(), survivor, permit));
            }
            tokio::time::sleep(BETWEEN_WAVES).await;
        }
    });
}

/// Goes on with a contact whose process has died, from here to its end.
async fn resume(shared: Arc<Shared>, survivor: Survivor, _permit: Option<Permit>) {
    let contact = survivor.journal.header.contact.id.clone();
    let (sender, mut events) = mpsc::channel(EVENTS_WAITING);
    match ask(&shared, &survivor, &sender, &mut events).await {
        Ok(there) => {
            tracing::info!(contact = &*contact, "a call goes on that a crash had cut short");
            go_on(shared, survivor, there, (sender, events)).await;
        }
        Err(reason) => {
            tracing::info!(contact = &*contact, reason, "a call that a crash cut short is over");
            let others = survivor.others.clone();
            recovery::finish_later(&shared.office, survivor, shared.clock.wall()).await;
            let_go(&shared, others).await;
        }
    }
}

/// A far end that is still there.
struct There {
    leg: sip::LegId,
    agreed: sdp::Media,
    terms: Terms,
    port: MediaPort,
}

async fn ask(
    shared: &Shared,
    survivor: &Survivor,
    sender: &mpsc::Sender<CallEvent>,
    events: &mut mpsc::Receiver<CallEvent>,
) -> Result<There, &'static str> {
    let StandingLeg { trunk, standing, .. } = survivor.caller.clone();
    let trunk = trunk.as_deref().and_then(|name| shared.trunks.get(name));
    let terms = Terms::of(&shared.config, trunk.map(|trunk| &trunk.settings));
    let bound = shared.bind_media(standing.address().ip(), &terms);
    let (media, port) = bound.map_err(|_| "there is no port for its media")?;
    let mut take_up = taking_up(shared, standing, Some(media));
    take_up.credentials = trunk.and_then(|trunk| trunk.credentials());
    let leg = shared.signalling.take_up(take_up, sender.clone()).await.ok_or("the signalling has ended")?;
    let said = tokio::time::timeout(PATIENCE, answer(events)).await;
    match said {
        Ok(Some(agreed)) => Ok(There { leg, agreed, terms, port }),
        Ok(None) | Err(_) => {
            shared.signalling.command(Command::HangUp { leg, q850: None }).await;
            Err("its far end is not there any more")
        }
    }
}

/// What the far end says of its media; nothing where it knows of no call.
async fn answer(events: &mut mpsc::Receiver<CallEvent>) -> Option<sdp::Media> {
    while let Some(event) = events.recv().await {
        match event {
            CallEvent::Sip(event) => match said_of_media(event) {
                Some(said) => return said,
                None => continue,
            },
            CallEvent::HangUpByHand => return None,
            // Of a call that does not go on yet: nothing has been asked, played or opened.
            CallEvent::Media(..)
            | CallEvent::Engine(_)
            | CallEvent::Synthesized(_)
            | CallEvent::Place(..)
            | CallEvent::Message(_)
            | CallEvent::Capture(_) => {}
            // It comes again with the next change of the leg; until then the one that was read holds.
            CallEvent::Standing(..) => {}
        }
    }
    None
}

/// The far end's answer to the re-INVITE: its media, or nothing where it has none for us. `None` for what is no answer.
fn said_of_media(event: sip::Event) -> Option<Option<sdp::Media>> {
    match event {
        sip::Event::MediaChanged { media, .. } => Some(Some(media)),
        sip::Event::Ended { .. } | sip::Event::Unchanged { .. } => Some(None),
        // Keys and transfers while nobody listens are lost, as they were while no process was there.
        sip::Event::Dtmf { .. }
        | sip::Event::KeysSent { .. }
        | sip::Event::Refer { .. }
        | sip::Event::Referred { .. } => None,
        // Of legs that begin, and of none at all.
        sip::Event::Incoming(_)
        | sip::Event::Confirmed { .. }
        | sip::Event::Ringing { .. }
        | sip::Event::EarlyMedia { .. }
        | sip::Event::Answered { .. }
        | sip::Event::Pong { .. }
        | sip::Event::Replied(_)
        | sip::Event::Moved(_)
        | sip::Event::ShutOut { .. } => None,
    }
}

async fn go_on(
    shared: Arc<Shared>,
    survivor: Survivor,
    there: There,
    (sender, events): (mpsc::Sender<CallEvent>, mpsc::Receiver<CallEvent>),
) {
    let Survivor { journal, session, caller, others, .. } = survivor;
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
    match call.open_media(0, there.port, &there.agreed) {
        Ok(media) => call.caller.is_up_with(media, there.agreed),
        Err(error) => tracing::error!(%error, "the media of a call that goes on cannot be opened"),
    }
    call.goes_on(journal.entries, events).await;
}

impl Call {
    async fn goes_on(mut self, entries: Vec<JournalEntry>, events: mpsc::Receiver<CallEvent>) {
        let before = self.session.awaited();
        let actions = self.session.step(self.clock.now(), Event::TakenUp);
        let after = self.session.awaited();
        let awaited: Vec<ActionId> = before.into_iter().filter(|id| after.contains(id)).collect();
        self.record(self.clock.now(), Some(&Event::TakenUp), &actions);
        self.do_again(&entries, &awaited).await;
        self.perform(actions).await;
        self.last_from_here(events).await;
    }
}
