//! What contacts asked to be done later: taken from the store when it is due, and done as contacts of their own.
//!
//! ```text
//!   claimed ──► a flow: begins at once ────────────────────────────────┐
//!      │                                                               ▼
//!      └──────► a call back: waits for its turn in the queue ──► begun: the name of the contact is durable
//!                    (held meanwhile)                                  │  its journal is there
//!                                                                      ▼
//!                                                                    done
//! ```
//!
//! A process that dies before the journal is there leaves the job to the next start, or to another node; one that dies
//! later has begun it, and what became of the contact is in the CRM. So each job is done once. What nobody was there for is
//! done late: taken in the order in which it was due, and begun side by side. A flow runs with the program of the moment at which it begins.

use super::shared::{Edition, Shared};
use super::{call, entropy};
use crate::crm::{Job, JobEvent};
use crate::engine::{Contact, Image, Task};
use crate::program::{Channel, Entry, Phone, Queue, Text, Value};
use crate::queues::Input;
use crate::time::{DurationMs, Wall};
use rust_decimal::Decimal;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How often it is looked for jobs that are due.
const PAUSE: Duration = Duration::from_millis(500);
/// Jobs claimed in one go.
const CLAIMED_AT_ONCE: usize = 50;
/// Jobs of one node that wait for their turn in a queue, or run.
const AT_A_TIME: usize = 500;
/// How long a job is this node's. Longer than a start takes, and shorter than people wait for a call back that somebody else
/// must make.
const LEASE: DurationMs = DurationMs::from_secs(60);
/// How often a job that waits for its turn is held on to.
const HELD_EVERY: Duration = Duration::from_secs(20);
/// How often the hours of queues are looked at.
const HOURS: Duration = Duration::from_secs(5);

/// Does what is due, for ever; where it is dropped, nothing new begins.
pub async fn work(shared: Arc<Shared>) {
    if shared.config.database.is_none() {
        release(&shared).await;
    }
    let mut under_way = JoinSet::new();
    loop {
        while under_way.try_join_next().is_some() {}
        let free = AT_A_TIME.saturating_sub(under_way.len()).min(CLAIMED_AT_ONCE);
        let now = shared.clock.wall();
        let claimed = if free == 0 { Ok(Vec::new()) } else { claim(&shared, now, free).await };
        match claimed {
            Ok(jobs) => {
                for job in jobs {
                    under_way.spawn(carry_out(shared.clone(), job));
                }
            }
            Err(problem) => tracing::warn!(problem, "what is to be done later could not be read"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Tells the switchboard when the hours of queues begin and end, for ever.
pub async fn watch_hours(shared: Arc<Shared>) {
    loop {
        let (image, now) = (shared.latest.borrow().image.clone(), shared.clock.wall());
        let by_hand = shared.by_hand.at(now);
        for queue in &image.queues {
            let open = queue.hours.is_none_or(|hours| {
                let schedule = &image.schedules[hours.0 as usize];
                let set = by_hand.get(&schedule.name).and_then(|set| set.holds(now));
                set.unwrap_or_else(|| schedule.is_open(now))
            });
            shared.switchboard.tell(Input::Hours { queue: queue.name.clone(), open });
        }
        tokio::time::sleep(HOURS).await;
    }
}

/// What an earlier process of this node had taken is this one's.
async fn release(shared: &Arc<Shared>) {
    let store = shared.office.store.clone();
    if let Ok(Err(error)) = tokio::task::spawn_blocking(move || store.release_jobs()).await {
        tracing::warn!(%error, "what is to be done later waits for a minute");
    }
}

async fn claim(shared: &Arc<Shared>, now: Wall, limit: usize) -> Result<Vec<Job>, String> {
    let store = shared.office.store.clone();
    match tokio::task::spawn_blocking(move || store.claim_jobs(now, LEASE, limit)).await {
        Ok(Ok(jobs)) => Ok(jobs),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(panic.to_string()),
    }
}

/// Does a job to its end, or gives it up with a reason.
async fn carry_out(shared: Arc<Shared>, job: Job) {
    match has_begun(&shared, &job).await {
        Some(false) => {}
        Some(true) => {
            let _ = settle(&shared, &job, JobEvent::Done).await;
            return;
        }
        // It is asked again when the lease is over.
        None => return,
    }
    let edition = shared.latest.borrow().clone();
    let done = match &job.posting.entry {
        Entry::Task { flow, args, language, .. } => {
            let task = Task { flow: flow.clone(), args: args.clone() };
            begin(&shared, &edition, &job, (task, language.clone()), None).await
        }
        Entry::Callback { to, queue, since, .. } => {
            call_back(&shared, &edition, &job, to, queue, *since).await
        }
        _ => Err("nobody knows what this is".to_owned()),
    };
    if let Err(reason) = done {
        tracing::error!(job = job.posting.key(), reason, "what was to be done later is given up");
        let _ = settle(&shared, &job, JobEvent::Dropped { reason: reason.into() }).await;
    }
}

/// Whether the contact that does it has begun, here or elsewhere, before a crash; `None` where the store cannot say.
async fn has_begun(shared: &Arc<Shared>, job: &Job) -> Option<bool> {
    let Some(begun) = job.begun.clone() else { return Some(false) };
    let store = shared.office.store.clone();
    let asked = tokio::task::spawn_blocking(move || store.interaction(&begun)).await;
    asked.ok()?.ok().map(|found| found.is_some())
}

/// Waits for the turn of a call back, and runs the queue's flow for it; whoever is free is kept for the answer.
async fn call_back(
    shared: &Arc<Shared>,
    edition: &Arc<Edition>,
    job: &Job,
    to: &Phone,
    queue: &Option<Text>,
    since: Option<Wall>,
) -> Result<(), String> {
    let image = &edition.image;
    let queue =
        calling_back(image, queue.as_deref()).ok_or("no queue calls back: say `callbacks -> FLOW` in one")?;
    let flow =
        queue.callbacks.ok_or_else(|| format!("the queue `{}` says no flow that calls back", queue.name))?;
    let flow = image.flow(flow).name.clone();
    let (seat, turn) =
        shared.switchboard.promise(queue.name.clone(), since.unwrap_or_else(|| shared.clock.wall()));
    tokio::pin!(turn);
    loop {
        tokio::select! {
            turn = &mut turn => match turn {
                Ok(_operator) => break,
                // The server stops: the next start finds the job again.
                Err(_) => return Ok(()),
            },
            () = tokio::time::sleep(HELD_EVERY) => {
                let until = shared.clock.wall().after(LEASE);
                let _ = settle(shared, job, JobEvent::Held { until }).await;
            }
        }
    }
    let args = vec![Value::Phone(to.clone()), Value::Number(Decimal::ONE)];
    let kept = Some((queue.name.clone(), seat));
    begin(shared, edition, job, (Task { flow, args }, None), kept).await
}

/// The queue that calls back: the one that was named, else the only one that does.
fn calling_back<'a>(image: &'a Image, named: Option<&str>) -> Option<&'a Queue> {
    let able = || image.queues.iter().filter(|queue| queue.callbacks.is_some());
    match named {
        Some(name) => image.queues.iter().find(|queue| *queue.name == *name),
        None => able().next().filter(|_| able().count() == 1),
    }
}

/// Begins the contact that does it, and waits for its end.
async fn begin(
    shared: &Arc<Shared>,
    edition: &Arc<Edition>,
    job: &Job,
    (task, language): (Task, Option<Text>),
    kept: Option<call::KeptSeat>,
) -> Result<(), String> {
    let image = &edition.image;
    let takes = image.flows.iter().find(|flow| flow.name == task.flow).map(|flow| flow.params.len());
    if takes != Some(task.args.len()) {
        return Err(format!(
            "the program has no flow `{}` that takes {} values any more",
            task.flow,
            task.args.len()
        ));
    }
    let contact = contact(shared, image, job, (task, language)).map_err(|error| error.to_string())?;
    if !settle(shared, job, JobEvent::Begins { contact: contact.id.clone() }).await {
        return Ok(());
    }
    let (settling, key) = (shared.clone(), job.clone());
    let journalled = async move {
        let _ = settle(&settling, &key, JobEvent::Done).await;
    };
    // Not cut short where the server stops and nothing new begins.
    let contact = call::run_alone(shared.clone(), (edition.clone(), contact), kept, journalled);
    tokio::spawn(contact).await.map_err(|panic| panic.to_string())
}

/// The contact that does it: it has the caller, and what was dialled, of the one that asked for it.
fn contact(
    shared: &Arc<Shared>,
    image: &Image,
    job: &Job,
    (task, language): (Task, Option<Text>),
) -> std::io::Result<Contact> {
    let arrived = shared.clock.wall();
    let id = match &job.begun {
        Some(begun) => begun.clone(),
        None => entropy::contact_id(arrived)?.into(),
    };
    Ok(Contact {
        id,
        channel: Channel::Task,
        from: job.of.from.clone(),
        to_number: Phone::parse(&job.of.to, image.country.as_deref()),
        to: job.of.to.clone(),
        message: None,
        language,
        priority: None,
        attested: false,
        segment: None,
        segments: Vec::new(),
        arrived,
        seed: u64::from_le_bytes(entropy::bytes()?),
        overrides: shared.by_hand.at(arrived),
        task: Some(task),
    })
}

/// Says what became of a job; `false` where the store does not take it.
async fn settle(shared: &Arc<Shared>, job: &Job, event: JobEvent) -> bool {
    let (store, posting) = (shared.office.store.clone(), job.posting.clone());
    let settle = move || store.settle_job((&posting.contact, posting.sequence), &event);
    match tokio::task::spawn_blocking(settle).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(%error, "it is not kept what became of something to be done later");
            false
        }
        Err(panic) => {
            tracing::error!(%panic, "the store failed");
            false
        }
    }
}
