//! `hand over`: the caller's own side is asked to call somebody else (REFER), and says whether it does.
//!
//! ```text
//!   202, NOTIFY 200                          accepted
//!   202, and it hangs up                     accepted: it has gone where it was sent
//!   202, and still nothing final after 25 s  accepted: it rings there
//!   202, NOTIFY 403, 603 …                   refused
//!   202, NOTIFY 486, 404 …                   failed
//!   403, 405, 603 … to the REFER             refused
//!   no answer, or a subscription that ends   failed
//! ```

use super::Call;
use super::standing::StandingLeg;
use crate::engine::{Action, ActionId, Event, HandOver, JournalEntry};
use crate::program::Party;
use crate::server::event::CallEvent;
use crate::sip::{Command, ReferNews, Status};
use crate::time::DurationMs;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How long a far end that has taken a REFER may be without a final word; the session waits a little longer.
const RINGS_FOR: Duration = Duration::from_secs(25);

/// A REFER that is out.
pub(super) struct Handing {
    id: ActionId,
    /// How long its final word is waited for once it has been taken.
    rings_for: Duration,
    /// Runs out once the far end has taken it.
    patience: Option<JoinHandle<()>>,
}

impl Handing {
    fn new(id: ActionId, rings_for: Duration) -> Handing {
        Handing { id, rings_for, patience: None }
    }
}

impl Drop for Handing {
    fn drop(&mut self) {
        self.patience.iter().for_each(JoinHandle::abort);
    }
}

impl Call {
    pub(super) async fn hand_over(&mut self, id: ActionId, to: &Party) {
        self.refer(to, Handing::new(id, RINGS_FOR)).await;
    }

    /// The process that had this call has died in the middle of a hand-over. A far end that had taken the REFER tells us how it goes;
    /// one that had not is asked again.
    pub(super) async fn hand_over_again(
        &mut self,
        entries: &[JournalEntry],
        awaited: &[ActionId],
        is_referred: bool,
    ) {
        let Some((asked, id, to)) = hand_over_of(entries, awaited) else { return };
        let since = self.clock.now().since(self.started);
        let rings_for = RINGS_FOR.saturating_sub(DurationMs(since.0.saturating_sub(asked.0)).to_std());
        let handing = Handing::new(id, rings_for);
        if is_referred {
            self.caller.handing = Some(handing);
            return self.hand_over_news(ReferNews::Taken).await;
        }
        self.refer(&to, handing).await;
    }

    async fn refer(&mut self, to: &Party, handing: Handing) {
        let id = handing.id;
        match super::party::address(&self.shared.config, to) {
            Ok(to) if self.caller.is_up() => {
                self.caller.handing = Some(handing);
                let refer = Command::Refer { leg: self.caller.sip, to, instead_of: None };
                self.shared.signalling.command(refer).await;
            }
            Ok(_) => self.later(Event::HandedOver { id, result: HandOver::Failed }),
            Err(reason) => {
                tracing::warn!(contact = &*self.contact.id, %to, reason, "a caller cannot be handed over");
                self.later(Event::HandedOver { id, result: HandOver::Failed });
            }
        }
    }

    /// What became of the REFER.
    pub(super) async fn hand_over_news(&mut self, news: ReferNews) {
        let Some(handing) = &mut self.caller.handing else { return };
        let result = match result_of(news) {
            Some(result) => result,
            None => {
                let (id, sender, rings_for) = (handing.id, self.sender.downgrade(), handing.rings_for);
                handing.patience.get_or_insert_with(|| {
                    tokio::spawn(async move {
                        tokio::time::sleep(rings_for).await;
                        if let Some(sender) = sender.upgrade() {
                            let rings = Event::HandedOver { id, result: HandOver::Accepted };
                            let _ = sender.send(CallEvent::Engine(rings)).await;
                        }
                    })
                });
                return;
            }
        };
        self.handed_over(result).await;
    }

    /// The caller's side has hung up: if it had taken a REFER, it has gone where it was sent.
    pub(super) async fn left_by_hand_over(&mut self) {
        if self.caller.handing.as_ref().is_some_and(|handing| handing.patience.is_some()) {
            self.handed_over(HandOver::Accepted).await;
        }
    }

    async fn handed_over(&mut self, result: HandOver) {
        if let Some(handing) = self.caller.handing.take() {
            self.step(Event::HandedOver { id: handing.id, result }).await;
        }
    }
}

/// The hand-over that is waited for, if one is: since when, and where to.
fn hand_over_of(entries: &[JournalEntry], awaited: &[ActionId]) -> Option<(DurationMs, ActionId, Party)> {
    let mut actions =
        entries.iter().flat_map(|entry| entry.actions.iter().map(move |action| (entry.at, action)));
    actions.find_map(|(at, action)| match action {
        Action::HandOver { id, to } if awaited.contains(id) => Some((at, *id, to.clone())),
        _ => None,
    })
}

/// What a hand-over that is waited for has become when the far end that had taken it is not there any more: it has gone where it was
/// sent.
pub(in crate::server) fn gone_where_it_was_sent(
    entries: &[JournalEntry],
    awaited: &[ActionId],
    caller: &StandingLeg,
) -> Option<Event> {
    let (_, id, _) = hand_over_of(entries, awaited).filter(|_| caller.standing.is_referred())?;
    Some(Event::HandedOver { id, result: HandOver::Accepted })
}

/// What is known by this; nothing while it goes on.
fn result_of(news: ReferNews) -> Option<HandOver> {
    match news {
        ReferNews::Taken | ReferNews::Progress(_) => None,
        ReferNews::Unwatched => Some(HandOver::Accepted),
        ReferNews::Done(status) if status.is_success() => Some(HandOver::Accepted),
        ReferNews::Done(status) if is_refusal(status) => Some(HandOver::Refused),
        ReferNews::Done(_) => Some(HandOver::Failed),
        ReferNews::Refused(_) => Some(HandOver::Refused),
        ReferNews::Silent => Some(HandOver::Failed),
    }
}

fn is_refusal(status: Status) -> bool {
    matches!(status.code(), 401 | 403 | 407 | 603 | 607 | 608)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_of_a_refer_are_exits() {
        let result = |news| result_of(news);
        let done = |code| Status::new(code).map(ReferNews::Done).and_then(result);
        let refused = |code| Status::new(code).map(ReferNews::Refused).and_then(result);
        assert_eq!(result(ReferNews::Taken), None);
        assert_eq!(result(ReferNews::Unwatched), Some(HandOver::Accepted));
        assert_eq!(
            [done(200), done(603), done(486)],
            [HandOver::Accepted, HandOver::Refused, HandOver::Failed].map(Some)
        );
        assert_eq!([refused(603), refused(405)], [Some(HandOver::Refused); 2]);
        assert_eq!(result(ReferNews::Silent), Some(HandOver::Failed));
    }
}
