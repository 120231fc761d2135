//! What is not counted as it happens, but looked up when metrics are asked for.

use super::Overview;
use super::process::Process;
use crate::queues::Doing;
use crate::server::meters::{Kind, Page};
use crate::server::shared::Edition;
use crate::store::{DispatchCounts, OutboxStanding};
use crate::time::Wall;
use parking_lot::Mutex;
use std::path::Path;
use std::time::Duration;

/// What the database and the disk say is asked for at most so often.
const GOOD_FOR_MS: i64 = 10_000;
/// How long they may take; the page shows what was known before.
const WITHIN: Duration = Duration::from_secs(3);

/// What was looked up, and when.
#[derive(Debug, Default)]
pub struct Sampled(Mutex<Option<(Wall, Sample)>>);

/// What the database and the disk say.
#[derive(Clone, Copy, Debug, Default)]
struct Sample {
    outbox: OutboxStanding,
    dispatches: Option<DispatchCounts>,
    journal_bytes: u64,
}

impl Overview {
    /// The page of metrics.
    pub async fn page(&self) -> String {
        let mut page = Page::default();
        self.meters.write(&mut page);
        self.standing(&mut page).await;
        self.network(&mut page);
        self.queues(&mut page).await;
        self.kept(&mut page).await;
        process(&mut page);
        page.text()
    }

    async fn standing(&self, page: &mut Page) {
        let edition = self.latest.borrow().clone();
        let version = env!("CARGO_PKG_VERSION");
        let build = vec![("version", version)];
        page.values(Kind::Gauge, "build_info", "The version of callwright.", [(build, 1.0)]);
        let program = vec![("program", &*edition.image.name), ("program_version", &*edition.image.version)];
        page.values(Kind::Gauge, "program_info", "The program that new contacts get.", [(program, 1.0)]);
        let ready = self.hindrances().await.is_empty();
        page.value(Kind::Gauge, "ready", "Whether calls can be taken.", flag(ready));
        let draining = *self.draining.borrow();
        page.value(Kind::Gauge, "draining", "Whether the server is stopping.", flag(draining));
        prompts(page, &edition);
    }

    fn network(&self, page: &mut Page) {
        let trunks = self.trunks.views();
        let up = trunks.iter().map(|trunk| (vec![("trunk", &*trunk.name)], flag(trunk.stands)));
        page.values(Kind::Gauge, "trunk_up", "Whether calls may go by a trunk.", up);
        let listed = trunks
            .iter()
            .filter_map(|trunk| Some((vec![("trunk", &*trunk.name)], flag(trunk.is_registered?))));
        page.values(Kind::Gauge, "trunk_registered", "Whether a trunk has us on its list.", listed);
        let calls = trunks.iter().map(|trunk| (vec![("trunk", &*trunk.name)], trunk.calls as f64));
        page.values(Kind::Gauge, "trunk_calls", "Calls on a trunk, both directions.", calls);
        if let Some(expires) = self.tls.as_ref().and_then(|tls| tls.expires()) {
            let help = "When our certificate for TLS expires, in seconds since 1970.";
            page.value(Kind::Gauge, "certificate_expires_timestamp_seconds", help, expires.0 as f64 / 1000.0);
        }
        let phones = self.phones.count() as f64;
        page.value(Kind::Gauge, "phones_registered", "Telephones that have registered.", phones);
        let breakers = self.connectors.breakers();
        let open = breakers.iter().map(|(name, open)| (vec![("connector", &**name)], flag(*open)));
        page.values(
            Kind::Gauge,
            "connector_breaker_open",
            "Whether a foreign CRM or a webhook is left alone for a while.",
            open,
        );
    }

    async fn queues(&self, page: &mut Page) {
        let Some(view) = self.switchboard.view().await else { return };
        let now = self.clock.wall();
        let lines = || view.lines.iter().map(|line| (vec![("queue", &*line.name)], line));
        let callers = lines().map(|(labels, line)| (labels, f64::from(line.callers)));
        page.values(Kind::Gauge, "queue_callers", "Callers who wait.", callers);
        let oldest = lines().map(|(labels, line)| (labels, age_s(line.oldest, now)));
        page.values(
            Kind::Gauge,
            "queue_longest_wait_seconds",
            "Of the caller who has waited longest.",
            oldest,
        );
        let backs = lines().map(|(labels, line)| (labels, f64::from(line.call_backs)));
        page.values(Kind::Gauge, "queue_call_backs", "Calls back that have a place.", backs);
        let staff = lines().map(|(labels, line)| (labels, f64::from(line.operators)));
        page.values(Kind::Gauge, "queue_operators", "Operators who take calls of a queue.", staff);
        let doing = [Doing::Free, Doing::Ringing, Doing::Answering, Doing::Speaking, Doing::WrapUp];
        let words = doing.map(|doing| (doing, doing.to_string()));
        let counts = words.iter().map(|(doing, word)| {
            let count = view.operators.iter().filter(|operator| operator.doing == *doing).count();
            (vec![("doing", word.as_str())], count as f64)
        });
        page.values(Kind::Gauge, "operators", "Operators by what they do.", counts);
        let paused = view.operators.iter().filter(|operator| operator.paused).count();
        page.value(Kind::Gauge, "operators_paused", "Operators who get no calls.", paused as f64);
    }

    async fn kept(&self, page: &mut Page) {
        let Sample { outbox, dispatches, journal_bytes } = self.sample().await;
        let entries = [("pending", outbox.pending), ("dead", outbox.dead)];
        let entries = entries.map(|(state, count)| (vec![("state", state)], count as f64));
        page.values(Kind::Gauge, "outbox_entries", "What contacts said, on its way.", entries);
        let oldest = age_s(outbox.oldest, self.clock.wall());
        page.value(Kind::Gauge, "outbox_oldest_seconds", "Age of the oldest entry that waits.", oldest);
        if let Some(DispatchCounts { pending, dead }) = dispatches {
            let counts = [("pending", pending), ("dead", dead)];
            let counts = counts.map(|(state, count)| (vec![("state", state)], count as f64));
            page.values(Kind::Gauge, "dispatches", "What foreign CRMs and webhooks are told.", counts);
        }
        page.value(Kind::Gauge, "journal_bytes", "Size of all journals.", journal_bytes as f64);
    }

    /// As it was found lately; old where the database takes its time.
    async fn sample(&self) -> Sample {
        let now = self.clock.wall();
        let before = *self.sampled.0.lock();
        if let Some((_, sample)) = before.filter(|(at, _)| now.0.saturating_sub(at.0) < GOOD_FOR_MS) {
            return sample;
        }
        let (store, data) = (self.office.store.clone(), self.data.clone());
        let look = tokio::task::spawn_blocking(move || Sample {
            outbox: store.outbox_standing().unwrap_or_default(),
            dispatches: store.dispatch_counts().ok(),
            journal_bytes: size_of(&data.join("journals")),
        });
        match tokio::time::timeout(WITHIN, look).await {
            Ok(Ok(sample)) => {
                *self.sampled.0.lock() = Some((now, sample));
                sample
            }
            Ok(Err(_)) | Err(_) => before.map(|(_, sample)| sample).unwrap_or_default(),
        }
    }
}

fn prompts(page: &mut Page, edition: &Edition) {
    let (count, bytes) = edition.sounds.size();
    page.value(Kind::Gauge, "recordings_loaded", "Recordings in memory.", count as f64);
    page.value(Kind::Gauge, "recordings_bytes", "Their size, encoded once for each codec.", bytes as f64);
    if let Some(synthesizer) = edition.sounds.synthesizer() {
        let kept = synthesizer.in_memory() as f64;
        page.value(Kind::Gauge, "texts_in_memory", "Synthesized texts in memory.", kept);
    }
}

fn process(page: &mut Page) {
    let process = Process::read();
    let gauges = [
        ("process_resident_memory_bytes", "Memory in use.", process.resident_bytes),
        ("process_open_fds", "Files and sockets that are open.", process.descriptors),
        ("process_threads", "Threads.", process.threads),
    ];
    for (name, help, value) in gauges {
        value.into_iter().for_each(|value| page.value(Kind::Gauge, name, help, value));
    }
    let cpu = process.cpu_s.into_iter();
    cpu.for_each(|s| page.value(Kind::Counter, "process_cpu_seconds_total", "Processor time.", s));
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn age_s(since: Option<Wall>, now: Wall) -> f64 {
    since.map_or(0.0, |since| now.0.saturating_sub(since.0).max(0) as f64 / 1000.0)
}

fn size_of(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|data| data.len()).sum()
}
