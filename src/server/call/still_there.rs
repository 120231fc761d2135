//! Whether the far ends of a call are still there: each is asked by a re-INVITE with a port of its own for the media.

use super::standing::{CALLER, StandingLeg, let_go, taking_up};
use crate::server::described::{MediaPort, Terms};
use crate::server::event::CallEvent;
use crate::server::shared::Shared;
use crate::sip::{self, Command, sdp};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How long the far end of a call may take to say that it is still there: it hears nothing meanwhile.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long a caller who is there waits for whom the caller spoke with.
const PATIENCE_WITH_OTHERS: Duration = Duration::from_secs(2);

/// A far end that is still there.
pub(super) struct There {
    pub leg: sip::LegId,
    pub agreed: sdp::Media,
    pub terms: Terms,
    pub port: MediaPort,
}

/// A far end that has been asked.
struct Asked {
    leg: sip::LegId,
    terms: Terms,
    port: MediaPort,
    said: Said,
}

/// What a far end says.
#[derive(Default)]
enum Said {
    #[default]
    Nothing,
    /// It is there, and this is its media.
    There(sdp::Media),
    /// It knows of no such call, has ended it, or has no media for us.
    Gone,
}

/// Asks the caller's far end, and that of whoever the caller spoke with; the second is nothing where it has gone.
///
/// # Errors
/// Why the call cannot go on: nobody is left on any of its legs then.
pub(super) async fn ask(
    shared: &Shared,
    caller: &StandingLeg,
    other: Option<&StandingLeg>,
    sender: &mpsc::Sender<CallEvent>,
    events: &mut mpsc::Receiver<CallEvent>,
) -> Result<(There, Option<There>), &'static str> {
    let begun = begin(shared, caller, sender).await;
    let mut asked_other = None;
    if let Some(other) = other {
        match (&begun, begin(shared, other, sender).await) {
            (Ok(_), Ok(asked)) => asked_other = Some(asked),
            // Nobody goes on with it.
            (_, Ok(asked)) => drop(asked.there(shared).await),
            (_, Err(_)) => let_go(shared, vec![other.clone()]).await,
        }
    }
    let (mut caller, mut other) = (begun?, asked_other);
    hear(&mut caller, other.as_mut(), events).await;
    let other = match other {
        Some(other) => other.there(shared).await,
        None => None,
    };
    match (caller.there(shared).await, other) {
        (Some(caller), other) => Ok((caller, other)),
        (None, other) => {
            if let Some(There { leg, .. }) = other {
                shared.signalling.command(Command::HangUp { leg, q850: None }).await;
            }
            Err("its far end is not there any more")
        }
    }
}

async fn begin(
    shared: &Shared,
    leg: &StandingLeg,
    sender: &mpsc::Sender<CallEvent>,
) -> Result<Asked, &'static str> {
    let StandingLeg { leg: number, trunk, standing } = leg.clone();
    let trunk = trunk.as_deref().and_then(|name| shared.trunks.get(name));
    let terms = Terms::of(&shared.config, trunk.map(|trunk| &trunk.settings));
    // The settings say whom we call, but not who calls us.
    let terms = if number == CALLER { terms } else { terms.known() };
    let bound = shared.bind_media(standing.address().ip(), &terms);
    let (media, port) = bound.map_err(|_| "there is no port for its media")?;
    let mut take_up = taking_up(shared, standing, Some(media));
    take_up.credentials = trunk.and_then(|trunk| trunk.credentials());
    let leg = shared.signalling.take_up(take_up, sender.clone()).await.ok_or("the signalling has ended")?;
    Ok(Asked { leg, terms, port, said: Said::Nothing })
}

/// Waits until both have said something, or have had their time.
async fn hear(caller: &mut Asked, mut other: Option<&mut Asked>, events: &mut mpsc::Receiver<CallEvent>) {
    let began = Instant::now();
    loop {
        let other_is_silent = other.as_ref().is_some_and(|other| other.is_silent());
        let patience = match &caller.said {
            Said::Nothing => PATIENCE,
            Said::There(_) if other_is_silent => PATIENCE_WITH_OTHERS,
            Said::There(_) | Said::Gone => return,
        };
        let Ok(Some(event)) = tokio::time::timeout_at(began + patience, events.recv()).await else { return };
        match event {
            CallEvent::Sip(event) => {
                let Some(leg) = event.leg() else { continue };
                let asked = [Some(&mut *caller), other.as_deref_mut()].into_iter().flatten();
                if let Some(asked) = asked.into_iter().find(|asked| asked.leg == leg) {
                    asked.hears(event);
                }
            }
            CallEvent::HangUpByHand => caller.said = Said::Gone,
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
}

impl Asked {
    fn is_silent(&self) -> bool {
        matches!(self.said, Said::Nothing)
    }

    /// The far end's answer to the re-INVITE, or its end; anything else is no answer.
    fn hears(&mut self, event: sip::Event) {
        match event {
            sip::Event::MediaChanged { media, .. } => self.said = Said::There(media),
            sip::Event::Ended { .. } | sip::Event::Unchanged { .. } => self.said = Said::Gone,
            // Keys and transfers while nobody listens are lost, as they were while no process was there.
            sip::Event::Dtmf { .. }
            | sip::Event::KeysSent { .. }
            | sip::Event::Refer { .. }
            | sip::Event::Referred { .. } => {}
            // Of legs that begin, and of none at all.
            sip::Event::Incoming(_)
            | sip::Event::Confirmed { .. }
            | sip::Event::Ringing { .. }
            | sip::Event::EarlyMedia { .. }
            | sip::Event::Answered { .. }
            | sip::Event::Pong { .. }
            | sip::Event::Replied(_)
            | sip::Event::Moved(_)
            | sip::Event::ShutOut { .. } => {}
        }
    }

    /// What is needed to go on with it; whoever has not said that it is there is hung up.
    async fn there(self, shared: &Shared) -> Option<There> {
        let Asked { leg, terms, port, said } = self;
        match said {
            Said::There(agreed) => Some(There { leg, agreed, terms, port }),
            Said::Nothing | Said::Gone => {
                shared.signalling.command(Command::HangUp { leg, q850: None }).await;
                None
            }
        }
    }
}
