//! `--faults`: every scenario again in a world that fails.

use super::args::TestArgs;
use super::load::Suite;
use super::play::{Job, words};
use super::pool;
use super::tell::{Heading, bar};
use crate::simulator::{Broken, FaultPlan, FaultRun, Transcript, plans, test_with};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// A scenario after all its runs.
struct Endured {
    runs: usize,
    /// What does not hold, each kind of it once.
    broken: Vec<Breakage>,
}

/// A run in which something does not hold.
struct Breakage {
    plan: FaultPlan,
    /// What, with the number of the contact; none where this program itself broke down.
    what: Vec<(usize, Broken)>,
    panic: Option<String>,
    transcript: String,
}

/// So many different breakages are shown of a scenario.
const SHOWN: usize = 3;

/// Plays all scenarios with faults, and tells of each.
pub fn run(suites: &[Suite], jobs: &[Job<'_>], args: &TestArgs) -> ExitCode {
    let bar = bar(jobs.len(), args);
    let mut heading = Heading::new(suites);
    let mut all: Vec<Endured> = Vec::new();
    let done = |index: usize, endured: Endured| {
        bar.inc(1);
        let job = &jobs[index];
        let heading = heading.of(job);
        if !args.json {
            bar.suspend(|| put!("{heading}{}", text(job, &endured)));
        }
        let goes_on = endured.broken.is_empty() || !args.fail_fast;
        all.push(endured);
        goes_on
    };
    pool::in_order(jobs, args.threads(), |job| endure(job, args), done);
    bar.finish_and_clear();
    let runs: usize = all.iter().map(|endured| endured.runs).sum();
    let broken = all.iter().filter(|endured| !endured.broken.is_empty()).count();
    if args.json {
        say!("{:#}", document(jobs, &all, args.seed));
    } else {
        say!("\n{runs} runs of {} scenarios with seed {}, {broken} broken", all.len(), args.seed);
    }
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn endure(job: &Job<'_>, args: &TestArgs) -> Endured {
    let plans = plans(&job.of.image, job.scenario, args.seed, args.runs);
    let runs = plans.len();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut broken = Vec::new();
    for plan in plans {
        let tried = || test_with(&job.of.image, job.scenario, &plan);
        let found = match catch_unwind(AssertUnwindSafe(tried)) {
            Ok(run) if run.broken.is_empty() => continue,
            Ok(run) => Breakage { transcript: transcript(job, &run), plan, what: run.broken, panic: None },
            Err(panic) => {
                let panic = Some(words(panic.as_ref()));
                Breakage { plan, what: Vec::new(), panic, transcript: String::new() }
            }
        };
        let kind = found.lines().concat();
        if seen.insert(kind) && broken.len() < SHOWN {
            broken.push(found);
        }
    }
    Endured { runs, broken }
}

/// What the contact did of which something does not hold, and what ran behind it.
fn transcript(job: &Job<'_>, run: &FaultRun) -> String {
    let Some(contact) = run.contacts.last() else { return String::new() };
    let shown = Transcript::new(&job.of.image, true);
    let behind = contact.afterwards.iter().map(|task| shown.journal(&task.journal));
    let lines: String = std::iter::once(shown.journal(&contact.journal)).chain(behind).collect();
    lines.lines().map(|line| format!("    {line}\n")).collect()
}

impl Breakage {
    fn lines(&self) -> Vec<String> {
        let what = self.what.iter().map(|(contact, broken)| format!("contact {contact}: {broken}"));
        let panic = self.panic.iter().map(|words| format!("callwright itself broke down: {words}"));
        what.chain(panic).collect()
    }
}

fn text(job: &Job<'_>, endured: &Endured) -> String {
    let name = &job.scenario.name;
    if endured.broken.is_empty() {
        return format!("ok     {name} ({} runs)\n", endured.runs);
    }
    let mut text = String::new();
    for found in &endured.broken {
        text.push_str(&format!("BROKEN {name}: {}\n{}", found.plan, found.transcript));
        found.lines().iter().for_each(|line| text.push_str(&format!("             ** {line}\n")));
        text.push_str(&format!("                 at {}:{}\n\n", job.path, job.scenario.line));
    }
    text
}

fn document(jobs: &[Job<'_>], all: &[Endured], seed: u64) -> Value {
    let broken = |found: &Breakage| json!({ "faults": found.plan.to_string(), "broken": found.lines() });
    let scenario = |(job, endured): (&Job<'_>, &Endured)| {
        json!({
            "program": &*job.of.image.name,
            "file": job.path,
            "line": job.scenario.line,
            "name": job.scenario.name,
            "runs": endured.runs,
            "broken": endured.broken.iter().map(broken).collect::<Vec<Value>>(),
        })
    };
    json!({
        "version": 1,
        "seed": seed,
        "runs": all.iter().map(|endured| endured.runs).sum::<usize>(),
        "scenarios": jobs.iter().zip(all).map(scenario).collect::<Vec<Value>>(),
    })
}
