//! What contacts tell the CRM, on its way into the store: in order within a contact, never on a signalling thread.

use super::behind::Behind;
use super::clerk::{Clerk, Telling, Told};
use super::clock::Clock;
use super::event::CallEvent;
use super::journals::Journals;
use crate::crm::{Beginning, ContactNews, Ending, Posting, Trail};
use crate::engine::{ActionId, Event};
use crate::program::Text;
use crate::store::Store;
use crate::time::Wall;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// How long a ledger waits before it tries again what the store could not take.
const RETRY: Duration = Duration::from_millis(500);
/// How often it tries. After that it is told with what the contact says next, or once the contact has ended and the store
/// answers again.
const TRIES: u32 = 4;
/// Entries delivered in one go.
const DELIVERED_AT_ONCE: usize = 256;
/// How long an entry waits for others: a round for one costs nearly as much as one for ten.
const DELIVERY_GATHER: Duration = Duration::from_millis(50);
/// The longest that due entries wait if nobody rings.
const DELIVERY_PAUSE: Duration = Duration::from_secs(1);

/// The way into the store for one contact; ends when the contact has ended.
#[derive(Debug)]
pub struct Ledger {
    news: mpsc::UnboundedSender<ContactNews>,
}

/// What every ledger needs.
#[derive(Clone)]
pub struct Office {
    /// The CRM.
    pub store: Arc<dyn Store>,
    /// Takes what contacts tell it.
    pub clerk: Clerk,
    /// Where the contact's journal lies.
    pub journals: Journals,
    /// Rung when there is something to deliver.
    pub bell: Arc<Notify>,
    /// Contacts of which the store has yet to hear everything.
    pub behind: Behind,
}

impl Ledger {
    /// Opens a contact's way. `told` hears when an entry is durable; `alive` is held until all is done.
    pub fn open(
        office: Office,
        contact: String,
        told: mpsc::WeakSender<CallEvent>,
        alive: mpsc::Sender<()>,
    ) -> Ledger {
        let (news, inbox) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            work(&office, &contact, told, inbox).await;
            drop(alive);
        });
        Ledger { news }
    }

    /// The contact begins.
    pub fn begin(&self, beginning: Beginning) {
        let _ = self.news.send(ContactNews::Began(beginning));
    }

    /// The contact says something.
    pub fn post(&self, posting: Posting) {
        let _ = self.news.send(ContactNews::Said(posting));
    }

    /// The contact has ended, having gone this way: nothing follows.
    pub fn end(self, contact: Text, ending: Ending, trail: Trail) {
        let _ = self.news.send(ContactNews::Ended { contact, ending, trail: Box::new(trail) });
    }
}

async fn work(
    office: &Office,
    contact: &str,
    told: mpsc::WeakSender<CallEvent>,
    inbox: mpsc::UnboundedReceiver<ContactNews>,
) {
    // What the store has not taken stays: it is told again with what follows, in order.
    let mut telling = Telling { news: Vec::new(), inbox };
    let mut ended = None;
    while let Some(first) = telling.inbox.recv().await {
        telling.news.push(first);
        let Some(Told { answer, news, inbox }) = insist(office, telling).await else {
            return tracing::error!(
                contact,
                "the store hears no more of a contact; the next start takes it up"
            );
        };
        ended = news.iter().find_map(ending_of).or(ended);
        telling = Telling { news: Vec::new(), inbox };
        match answer {
            Ok(taken) => {
                if taken.waits {
                    office.bell.notify_one();
                }
                for id in news.iter().filter_map(number_of) {
                    if let Some(call) = told.upgrade() {
                        let _ = call.try_send(CallEvent::Engine(Event::Written { id }));
                    }
                }
            }
            Err(error) => {
                telling.news = news.to_vec();
                tracing::error!(contact, %error, "the store does not take what a contact says; it will be told again");
            }
        }
    }
    let Some(ending) = ended else { return };
    if !telling.news.is_empty() {
        return office.behind.keep(contact, ending, telling.news.into());
    }
    if let Err(error) = office.journals.close_soon(contact) {
        tracing::warn!(contact, %error, "a journal could not be closed; the next start takes it up");
    }
}

fn ending_of(news: &ContactNews) -> Option<Ending> {
    match news {
        ContactNews::Ended { ending, .. } => Some(ending.clone()),
        ContactNews::Began(_) | ContactNews::Said(_) => None,
    }
}

/// The engine's number of what was said; what the network says of a call has none.
fn number_of(news: &ContactNews) -> Option<ActionId> {
    match news {
        ContactNews::Said(posting) => u32::try_from(posting.sequence).ok().map(ActionId),
        ContactNews::Began(_) | ContactNews::Ended { .. } => None,
    }
}

/// Tells it again a few times where the store does not take it. `None` only if the runtime ends.
async fn insist(office: &Office, mut telling: Telling) -> Option<Told> {
    let mut tries = 1;
    loop {
        let told = office.clerk.take(telling).await?;
        match &told.answer {
            Err(problem) if tries < TRIES => {
                tracing::warn!(problem, tries, "the store does not take an entry, trying again");
            }
            Ok(_) | Err(_) => return Some(told),
        }
        tries += 1;
        tokio::time::sleep(RETRY).await;
        telling = Telling { news: told.news.to_vec(), inbox: told.inbox };
    }
}

/// Delivers what is due, for ever: when the bell rings, and when an entry's next try has come. Journals of contacts that are done are
/// closed a second later at most.
pub async fn deliver(office: Office, wall: impl Fn() -> Wall + Send + Sync + Clone + 'static) {
    loop {
        let (store, now) = (office.store.clone(), wall());
        let work = move || store.deliver(now, DELIVERED_AT_ONCE, Clock::jitter(now));
        let round = tokio::task::spawn_blocking(work).await;
        match round {
            Ok(Ok(delivery)) if delivery.next_at.is_some_and(|at| at <= wall()) => continue,
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the outbox could not be delivered"),
            Err(panic) => tracing::error!(%panic, "the store failed"),
        }
        if let Err(error) = office.journals.settle() {
            tracing::warn!(%error, "journals could not be closed; it is tried again");
        }
        if tokio::time::timeout(DELIVERY_PAUSE, office.bell.notified()).await.is_ok() {
            tokio::time::sleep(DELIVERY_GATHER).await;
        }
    }
}
