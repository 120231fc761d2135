//! One thread's connection: made when it is needed, made anew when it was lost, and the transactions on it.

use super::crew::{Duty, Job};
use super::session::Connected;
use crate::store::StoreError;
use crate::store::database::{Answer, Fault, FaultKind, Transaction};
use crate::store::postgres::DatabaseUrl;
use crate::time::DurationMs;
use std::thread::sleep;
use std::time::Instant;

/// How often work is begun again that others were in the way of.
const TRIES: u32 = 10;
/// The wait before the second try; each further one is so much longer.
const PAUSE: DurationMs = DurationMs(5);
/// As long as this no new connection is tried after one that failed: those who wait are told at once.
const REST: DurationMs = DurationMs(500);

/// What a session of ours asks of its server: that what is committed is on the disk, and that nothing waits for ever.
const TERMS: &str = "SET statement_timeout = '60s'; SET lock_timeout = '10s'; \
     SET idle_in_transaction_session_timeout = '60s'; \
     SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

pub(super) struct Link {
    address: DatabaseUrl,
    duty: Duty,
    connected: Option<Connected>,
    failed: Option<(Instant, Fault)>,
}

impl Link {
    pub fn new(address: DatabaseUrl, duty: Duty) -> Link {
        Link { address, duty, connected: None, failed: None }
    }

    /// Does jobs in one transaction, or, where that fails, each in its own, so that each is answered for itself.
    pub fn serve(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        let together = if jobs.len() > 1 { self.transact(&mut jobs).is_ok() } else { false };
        for job in jobs {
            let mut job = [job];
            let end = if together { Ok(()) } else { self.insist(&mut job) };
            let [job] = job;
            job.answer(end);
        }
    }

    /// Begins again while others are in the way, and once where the connection was lost before anything was committed.
    fn insist(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let (mut tries, mut lost) = (1, false);
        loop {
            let fault = match self.transact(jobs) {
                Ok(()) => return Ok(()),
                Err(fault) => fault,
            };
            match fault.kind {
                FaultKind::Conflict if tries < TRIES => {
                    sleep(PAUSE.to_std() * tries);
                    tries += 1;
                }
                FaultKind::Lost if !lost => lost = true,
                _ => return Err(fault.at(&self.address.place())),
            }
        }
    }

    fn transact(&mut self, jobs: &mut [Box<dyn Job>]) -> Answer<()> {
        let begin = self.duty.begin();
        let connected = self.connected()?;
        let end = run(connected, begin, jobs);
        if end.as_ref().is_err_and(|fault| matches!(fault.kind, FaultKind::Lost | FaultKind::InDoubt)) {
            self.connected = None;
        }
        end
    }

    fn connected(&mut self) -> Answer<&Connected> {
        if let Some(connected) = self.connected.take_if(|connected| connected.is_closed()) {
            drop(connected);
        }
        if self.connected.is_none() {
            if let Some((at, fault)) = &self.failed
                && at.elapsed() < REST.to_std()
            {
                return Err(fault.clone());
            }
            let made = connect(&self.address);
            self.failed = made.as_ref().err().map(|fault| (Instant::now(), fault.clone()));
            self.connected = Some(made?);
        }
        self.connected.as_ref().ok_or_else(|| Fault::lost("no connection".to_owned()))
    }
}

fn connect(address: &DatabaseUrl) -> Answer<Connected> {
    let connected = Connected::new(address.connect()?);
    connected.tell(TERMS)?;
    Ok(connected)
}

fn run(connected: &Connected, begin: &str, jobs: &mut [Box<dyn Job>]) -> Answer<()> {
    connected.begin(begin)?;
    let transaction = Transaction::new(connected);
    match jobs.iter_mut().try_for_each(|job| job.run(&transaction)) {
        Ok(()) => connected.commit(),
        Err(fault) => {
            connected.roll_back();
            Err(fault)
        }
    }
}
