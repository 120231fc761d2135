//! The dialogs that an INVITE of ours makes before its answer, one for each fork that speaks (RFC 3261 §12.1, RFC 3262 §4).

use super::send::Received;
use super::table::{Purpose, TransactionId};
use super::{Endpoint, Event, LegId};
use crate::sip::dialog::Dialog;
use crate::sip::message::Name;
use crate::sip::sdp::Media;
use crate::sip::{Method, Status};
use crate::time::Millis;

/// Forks whose provisionals are followed; those of more are only heard.
const MOST_FORKS: usize = 16;

/// One early dialog.
#[derive(Debug)]
pub(super) struct Early {
    pub(super) dialog: Dialog,
    /// The RSeq of the last reliable provisional.
    rseq: Option<u32>,
    pub(super) media: Option<Media>,
    /// Whether our offer has been answered in a reliable provisional: later descriptions in this dialog say nothing new.
    pub(super) settled: bool,
    pub(super) allows_update: bool,
}

/// What a provisional is within its early dialog.
enum Order {
    /// It is heard.
    InOrder,
    /// A copy, or one that came before its predecessor: it is not heard (RFC 3262 §4).
    OutOfOrder,
}

impl Endpoint {
    /// A provisional answer to our INVITE.
    pub(super) fn on_progress(
        &mut self,
        now: Millis,
        id: LegId,
        transaction: TransactionId,
        received: Received<'_>,
    ) {
        let response = received.response;
        let Some(status) = response.status() else { return };
        let fork = self.follow(id, transaction, received);
        if let Some(fork) = fork
            && response.requires("100rel")
            && let Order::OutOfOrder = self.acknowledge(now, id, fork, received)
        {
            return;
        }
        if status == Status::RINGING {
            self.report(id, Event::Ringing { leg: id });
        }
        self.early_media(id, fork, received);
    }

    /// The early dialog that a provisional belongs to, made if it is new. `None` for a 100 and others without a tag.
    fn follow(&mut self, id: LegId, transaction: TransactionId, received: Received<'_>) -> Option<usize> {
        let tag = received.response.to().ok()?.tag().to_owned();
        let leg = self.legs.get(&id)?;
        let known = leg.early.iter().position(|early| early.dialog.remote_tag() == tag);
        if tag.is_empty() || known.is_some() || leg.early.len() >= MOST_FORKS {
            return known;
        }
        let dialog = self.dialog_of(transaction, received)?;
        let allows_update = received.response.allows(&Method::UPDATE);
        let leg = self.legs.get_mut(&id)?;
        leg.early.push(Early { dialog, rseq: None, media: None, settled: false, allows_update });
        Some(leg.early.len() - 1)
    }

    /// Sends the PRACK of a reliable provisional, if it is the next one.
    fn acknowledge(&mut self, now: Millis, id: LegId, fork: usize, received: Received<'_>) -> Order {
        let numbers = received.response.rseq().zip(received.response.cseq().ok());
        let Some((rseq, cseq)) = numbers else { return Order::OutOfOrder };
        let Some(early) = self.legs.get_mut(&id).and_then(|leg| leg.early.get_mut(fork)) else {
            return Order::OutOfOrder;
        };
        if early.rseq.is_some_and(|last| last.checked_add(1) != Some(rseq)) {
            return Order::OutOfOrder;
        }
        early.rseq = Some(rseq);
        let mut dialog = early.dialog.clone();
        let to = self.destination(&dialog, received.source);
        let prack = self.within(&mut dialog, to, &Method::PRACK);
        let draft = prack.draft.with(Name::RAck, format!("{rseq} {} INVITE", cseq.number));
        if let Some(early) = self.legs.get_mut(&id).and_then(|leg| leg.early.get_mut(fork)) {
            early.dialog = dialog;
        }
        self.start_client(now, to, prack.key, Purpose::Aside(id), draft.encode());
        Order::InOrder
    }

    /// What a provisional says of the media: the answer to our offer, for as long as this fork speaks.
    fn early_media(&mut self, id: LegId, fork: Option<usize>, received: Received<'_>) {
        let Ok(media) = self.read_answer(id, received.response) else { return };
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if let Some(early) = fork.and_then(|fork| leg.early.get_mut(fork)) {
            if early.settled {
                return;
            }
            early.settled = received.response.requires("100rel");
            early.media = Some(media.clone());
        }
        if leg.media.as_ref() != Some(&media) {
            leg.media = Some(media.clone());
            self.report(id, Event::EarlyMedia { leg: id, media });
        }
    }
}
