//! `callwright demo`: compiles the shipped bank, opens its CRM, answers calls, and calls itself once.
//!
//! Everything is real: SIP and RTP over UDP on the loopback, keys by RFC 4733, SQLite in a file, the balance from a
//! service over HTTP. What the call was worth is judged by what the far end heard and by what the database holds.

mod core_bank;
mod findings;
mod visit;

use super::disk::DiskFiles;
use super::load::load;
use super::run::StopSignal;
use crate::engine::{Image, JournalEntry};
use crate::program::Secret;
use crate::server::{BackendConfig, Config, Observation, Service, Telephone};
use crate::simulator::Transcript;
use crate::store::{Import, Options, SqliteStore, Store};
use crate::time::{DurationMs, Wall};
use anyhow::{Context, Result, bail};
use clap::Args;
use findings::Findings;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use visit::Visit;

/// The line of the bank.
const LINE: &str = "+78432035737";
/// The customer who calls, and what he or she keys.
const CALLER: &str = "+79656295719";
const CUSTOMER: &str = "anna";
const ACCOUNT: &str = "4081712345";
const BALANCE: &str = "2021.00 RUB";
/// How long what the call said may take to its place in the CRM.
const SETTLED_WITHIN: Duration = Duration::from_secs(10);

/// Shows everything once: compiles the shipped bank, answers calls, calls itself, and stays up for your softphone.
///
/// The call goes over real SIP and RTP on the loopback: it hears the prompts, keys an account and a PIN, hears the
/// balance, hangs up. Then you see what the CRM holds of it.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Ends after the call; exit status 0 only if all of it was heard and is in the database.
    #[arg(long)]
    once: bool,
    /// Where to listen; port 0 takes a free one. Another address than the loopback is for softphones elsewhere.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:5060")]
    listen: SocketAddr,
    /// The folder of the demo's CRM and journals.
    #[arg(long, value_name = "DIR", default_value = "callwright-data/demo")]
    data: PathBuf,
    /// The bank's folder; without it, `flows/bank` here or where callwright was built.
    #[arg(long, value_name = "DIR")]
    program: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &DemoArgs) -> Result<ExitCode> {
    let folder = program_folder(args)?;
    let (files, image) = load(&folder)?;
    say!("program {} version {} compiled: {} flows", image.name, image.version, image.flows.len());
    let (store, pin) = open_crm(args, &files, &image)?;
    tokio::runtime::Runtime::new()?.block_on(demonstrate(args, &files, image, store, pin))
}

fn program_folder(args: &DemoArgs) -> Result<PathBuf> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("flows/bank");
    let mut candidates =
        args.program.clone().map_or_else(|| vec![PathBuf::from("flows/bank"), built], |p| vec![p]);
    candidates.retain(|folder| folder.is_dir());
    match candidates.into_iter().next() {
        Some(folder) => Ok(folder),
        None => {
            bail!("the bank's folder is not here; run from the project's folder, or name it with --program")
        }
    }
}

/// Opens the CRM and takes in the demo's customers. Returns the caller's PIN as the file for the visitor has it.
fn open_crm(args: &DemoArgs, files: &DiskFiles, image: &Image) -> Result<(Arc<dyn Store>, Secret)> {
    std::fs::create_dir_all(&args.data).with_context(|| format!("cannot make {}", args.data.display()))?;
    let path = args.data.join("callwright.db");
    let store = SqliteStore::open(&path, Options::default())?;
    let file = files.root().join("data/customers.csv");
    let csv = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let import = Import::read(&csv, &image.vocabulary, image.country.as_deref()).map_err(|errors| {
        anyhow::anyhow!("{}: {}", file.display(), errors.first().map_or(String::new(), ToString::to_string))
    })?;
    let pin = import.rows.iter().find(|row| &*row.customer.id == CUSTOMER).and_then(|row| row.pin.clone());
    let pin = pin.with_context(|| format!("{} has no customer `{CUSTOMER}` with a PIN", file.display()))?;
    let now = Wall(jiff::Timestamp::now().as_millisecond());
    store.import(&import, now)?;
    store.unlock(CUSTOMER, now)?;
    let counts = store.counts()?;
    say!("CRM {} has {} customers", path.display(), counts.customers);
    Ok((Arc::new(store), pin))
}

async fn demonstrate(
    args: &DemoArgs,
    files: &DiskFiles,
    image: Arc<Image>,
    store: Arc<dyn Store>,
    pin: Secret,
) -> Result<ExitCode> {
    let stop = StopSignal::listen()?;
    let core = core_bank::start(ACCOUNT, BALANCE).await?;
    let address = args.listen.ip();
    if address.is_unspecified() {
        bail!(
            "--listen {}: name one address of this machine, the one that your softphone reaches",
            args.listen
        );
    }
    let telephone = Telephone::plug_in(address)?;
    let backend = BackendConfig { url: format!("http://{core}/"), token_from: None };
    let config = Config {
        listen: args.listen,
        // Operators: the demo's own telephone, which is busy.
        trunk: Some(telephone.local()),
        data: args.data.clone(),
        prompts: Some(files.prompts()),
        at: business_time(&image),
        backends: [("core_bank".to_owned(), backend)].into(),
        ..Config::default()
    };
    let (observer, observations) = mpsc::unbounded_channel();
    let service = Service::start(config, image.clone(), store.clone(), Some(observer)).await?;
    say!("listening at sip:{} (UDP)\n", service.local());
    let transcript = tokio::spawn(print_transcript(image.clone(), observations));
    let visit = Visit { line: LINE, caller: CALLER, account: ACCOUNT, balance: BALANCE, pin: &pin };
    let before = store.counts()?.interactions;
    let heard = visit.make(&telephone, service.local(), &image, &files.prompts()).await?;
    let settled = service.settle(SETTLED_WITHIN).await;
    let findings = Findings::gather(&image, &*store, before, heard, settled)?;
    say!("\n{findings}");
    if args.once {
        service.drain(Duration::from_secs(5)).await;
        transcript.abort();
        return Ok(if findings.all_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    invite_visitor(service.local(), &pin, &args.data);
    stop.wait().await;
    service.drain(Duration::from_secs(5)).await;
    Ok(ExitCode::SUCCESS)
}

/// The time of the demo: now if the bank is open, else an hour after it opens next.
fn business_time(image: &Image) -> Option<jiff::Timestamp> {
    let now = Wall(jiff::Timestamp::now().as_millisecond());
    let office = image.schedules.iter().find(|schedule| &*schedule.name == "office")?;
    if office.is_open(now) {
        return None;
    }
    let opens = office.next_change(now)?.after(DurationMs::from_secs(3600));
    say!(
        "the bank is closed now: the demo's calendar begins at {} ({})",
        office.zone.local(opens),
        office.zone.name()
    );
    jiff::Timestamp::from_millisecond(opens.0).ok()
}

/// The one place of the program that shows a PIN: the demo customer's, for the visitor.
fn invite_visitor(local: SocketAddr, pin: &Secret, data: &Path) {
    say!("Call it with your own softphone (no account, no registration):");
    say!("  dial     sip:{LINE}@{local}");
    say!("  account  {ACCOUNT}#   PIN {}", pin.expose());
    say!("or, from another terminal:");
    say!("  callwright dial sip:{LINE}@{local} --recognize prompts --keys \",,,,1\"");
    say!("and look at what the CRM holds then:");
    say!("  callwright crm --data {} interactions", data.display());
    say!("(without `callwright` on your path: cargo run --release -- dial …)");
    say!("Ctrl-C ends the demo.");
}

/// Prints what calls do, as it happens.
async fn print_transcript(image: Arc<Image>, mut observations: mpsc::UnboundedReceiver<Observation>) {
    while let Some(observation) = observations.recv().await {
        match observation {
            Observation::Began(contact) => say!("call from {} to {}", contact.from, contact.to),
            Observation::Step(_, entry) => print_step(&image, &entry),
            Observation::Ended(contact) => say!("call over: contact {contact}"),
        }
    }
}

fn print_step(image: &Image, entry: &JournalEntry) {
    for line in Transcript::entry(image, entry).lines() {
        say!("{line}");
    }
}
