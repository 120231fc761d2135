//! `callwright run`: answers calls.

use super::load::{compile, load, more};
use crate::engine::Image;
use crate::server::{Config, ReloadRequest, Reloaded, ServeError, Service, enough_threads, open_database};
use crate::source::Style;
use crate::store::Options;
use anyhow::{Context, Result};
use clap::Args;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// Answers calls: listens for SIP over UDP and runs the program for every call that comes in.
///
/// Everything is checked before the first call: the program compiles, its recordings are there, its backends and its
/// trunk are configured. SIGTERM or Ctrl-C takes no new calls and waits for those that last; what outlasts
/// `--patience` is hung up, and the exit status is 1. SIGHUP reads the program anew: it is checked as at the start, calls
/// from then on get it, and calls that last keep the one that they began with; of a program with a mistake nothing is taken.
#[derive(Args, Debug)]
pub struct RunArgs {
    /// The program's folder: `flows/bank`.
    program: PathBuf,
    /// Settings in YAML; what is given on the command line wins. docs/running.md lists them.
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// The address that callers reach, where it is another.
    #[arg(long, value_name = "ADDRESS")]
    advertise: Option<IpAddr>,
    /// Where numbers that a flow calls are sent.
    #[arg(long, value_name = "ADDRESS:PORT")]
    trunk: Option<SocketAddr>,
    /// The folder of everything that outlives the process: the CRM, the journals.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The folder of the recordings; without it, `prompts` beside the program or above it.
    #[arg(long, value_name = "DIR")]
    prompts: Option<PathBuf>,
    /// The moment at which the server's calendar begins, to try opening hours with real calls: 2026-11-20T19:30:00+03:00.
    #[arg(long, value_name = "TIME")]
    at: Option<jiff::Timestamp>,
    /// Seconds to wait for calls that last when the server is told to stop.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    patience: u64,
    /// Checks everything that would keep the server from starting, and does not start it.
    #[arg(long)]
    check: bool,
}

/// What a person can do about it.
const TOO_FEW_THREADS: &str =
    "the system grants this process too few threads: raise `TasksMax` in the unit, or `ulimit -u`";

/// Runs the command.
pub fn run(args: &RunArgs) -> Result<ExitCode> {
    let (files, image) = load(&args.program)?;
    let mut config = match &args.config {
        Some(file) => Config::read(file)?,
        None => Config::default(),
    };
    let _log = super::log::start(config.log).context(TOO_FEW_THREADS)?;
    override_with(&mut config, args);
    config.prompts.get_or_insert_with(|| files.prompts());
    let placed = |error: ServeError| match &args.config {
        Some(file) => error.in_file(file),
        None => error,
    };
    if args.check {
        Service::check(&config, &image).map_err(placed)?;
        say!("program {} version {} would start", image.name, image.version);
        return Ok(ExitCode::SUCCESS);
    }
    enough_threads().context(TOO_FEW_THREADS)?;
    let store = open_database(&config, Options::default())?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        // Else the first caller would wait for it.
        tokio::task::spawn_blocking(crate::program::load_numbering);
        let stop = StopSignal::listen()?;
        let mut service = Service::start(config, image.clone(), store, None).await.map_err(placed)?;
        let recovered = service.recovered();
        if recovered != crate::server::Recovered::default() {
            let (ended, cut_short, failed) = (recovered.ended, recovered.cut_short, recovered.failed);
            let asked = recovered.asked;
            say!(
                "after a crash: {ended} contacts completed, {cut_short} ended, {asked} whose callers may still be there, {failed} not readable"
            );
        }
        let mut reload = signal(SignalKind::hangup())?;
        let mut asked = service.reloads();
        if let Some(admin) = service.admin() {
            say!("health and metrics at http://{admin}");
        }
        say!("program {} version {} answers at sip:{}", image.name, image.version, service.local());
        let stop = stop.wait();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                Some(()) = reload.recv() => drop(read_anew(&args.program, &service).await),
                Some(request) = next(&mut asked) => request.answer(read_anew(&args.program, &service).await),
            }
        }
        say!("stopping: no new calls, waiting up to {} s for those that last", args.patience);
        let ended = service.drain(Duration::from_secs(args.patience)).await;
        Ok(if ended { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

/// Reads the program anew, and says what came of it. Whatever is wrong with it is shown, and nothing changes.
async fn read_anew(program: &Path, service: &Service) -> Reloaded {
    let reloaded = try_anew(program, service).await;
    service.count_reload(&reloaded);
    match &reloaded {
        Reloaded::Taken { program, version } => say!("program {program} read anew: version {version}"),
        Reloaded::Refused { report } => put!("the program stays as it was:\n{report}"),
    }
    reloaded
}

async fn try_anew(program: &Path, service: &Service) -> Reloaded {
    let folder = program.to_owned();
    let read = tokio::task::spawn_blocking(move || read(&folder)).await;
    let taken = match read {
        Ok(Ok(image)) => {
            let (program, version) = (image.name.clone(), image.version.clone());
            let taken = service.take(image).await.map_err(|error| error.to_string());
            taken.map(|()| Reloaded::Taken { program, version })
        }
        Ok(Err(report)) => Err(report),
        Err(panic) => Err(panic.to_string()),
    };
    taken.unwrap_or_else(|report| Reloaded::Refused { report: format!("{report}\n") })
}

/// Compiles a program; else what was found, for people.
fn read(folder: &Path) -> std::result::Result<Arc<Image>, String> {
    let (_, compiled) = compile(folder).map_err(|error| error.to_string())?;
    match compiled.program {
        Some(program) => {
            Image::new(program).map_err(|error| format!("a script function cannot be loaded: {error}"))
        }
        None => Err(format!("{}\n\n{}", compiled.report(Style::Plain), more(&compiled.diagnostics))),
    }
}

/// The next one who asks; nobody ever where nobody can.
async fn next(asked: &mut Option<mpsc::Receiver<ReloadRequest>>) -> Option<ReloadRequest> {
    match asked {
        Some(asked) => asked.recv().await,
        None => std::future::pending().await,
    }
}

fn override_with(config: &mut Config, args: &RunArgs) {
    let RunArgs { listen, advertise, trunk, data, prompts, .. } = args;
    config.listen = listen.unwrap_or(config.listen);
    config.advertise = advertise.or(config.advertise);
    config.trunk = trunk.or(config.trunk);
    config.at = args.at.or(config.at);
    config.data = data.clone().unwrap_or_else(|| config.data.clone());
    config.prompts = prompts.clone().or(config.prompts.take());
}

/// SIGTERM and Ctrl-C, listened for from the moment this is made.
pub struct StopSignal {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl StopSignal {
    /// Begins to listen. To be made before anybody is told that the server runs.
    pub fn listen() -> Result<StopSignal> {
        Ok(StopSignal {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for either.
    pub async fn wait(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
