//! `callwright test`: runs scenarios in virtual time, on all processors, and tells of them in their order.

mod args;
mod coverage;
mod faults;
mod find;
mod json;
mod junit;
mod load;
mod play;
mod pool;
mod tell;
mod watch;

pub use args::TestArgs;

use crate::simulator::schema;
use load::Suite;
use play::{Job, Played};
use std::process::ExitCode;

/// Exit status where scenarios could not be run.
pub(super) const COULD_NOT: u8 = 2;

/// Runs the command.
pub fn run(args: TestArgs) -> anyhow::Result<ExitCode> {
    if args.schema {
        return print_schema(&args);
    }
    if args.watch {
        return watch::run(&args);
    }
    let Some(suites) = load::suites(&args)? else { return Ok(ExitCode::from(COULD_NOT)) };
    let jobs = play::jobs(&suites, &args);
    if jobs.is_empty() {
        eprintln!("no scenario has this in its name");
        return Ok(ExitCode::from(COULD_NOT));
    }
    if args.faults {
        return Ok(faults::run(&suites, &jobs, &args));
    }
    let results = play(&suites, &jobs, &args)?;
    let covered = coverage::of_suites(&suites, &jobs, &results);
    if args.json {
        say!("{:#}", json::document(&suites, &jobs, &results, args.coverage().then_some(&covered[..])));
    } else {
        tell::sum(&jobs, &results);
        if args.coverage() {
            covered.iter().for_each(|covered| put!("\n{}", covered.text()));
        }
    }
    if let Some(path) = &args.junit {
        let text = junit::document(&suites, &jobs, &results);
        std::fs::write(path, text).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    }
    let failed = results.iter().any(|played| !played.passed());
    let uncovered = args.min.is_some_and(|min| coverage::is_below(&covered, min));
    Ok(if failed || uncovered { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The schema of any program's scenarios, or of those of the program that is named.
fn print_schema(args: &TestArgs) -> anyhow::Result<ExitCode> {
    let schema = match args.paths.first().filter(|path| path.as_os_str() != ".") {
        Some(path) => schema(Some(&crate::cli::load::load(path)?.1)),
        None => schema(None),
    };
    say!("{schema:#}");
    Ok(ExitCode::SUCCESS)
}

/// Plays all scenarios, and tells of each as soon as those before it are told.
fn play(suites: &[Suite], jobs: &[Job<'_>], args: &TestArgs) -> anyhow::Result<Vec<Played>> {
    let mut tell = tell::Teller::new(suites, jobs, args);
    let mut results = Vec::with_capacity(jobs.len());
    let mut trouble = Ok(());
    pool::in_order(
        jobs,
        args.threads(),
        |job| play::one(job, args),
        |index, played| {
            let played = match played {
                Ok(played) => played,
                Err(error) => {
                    trouble = Err(error);
                    return false;
                }
            };
            tell.scenario(&jobs[index], &played);
            let goes_on = played.passed() || !args.fail_fast;
            results.push(played);
            goes_on
        },
    );
    tell.end();
    trouble.map(|()| results)
}
