//! What calls cost a running server, over loopback: CPU, memory, and how evenly packets come.
//!
//! The server runs as it is installed on core 0, the callers on core 1. `main.flow` has what they dial.
//!
//! ```text
//! cargo bench --bench load                                   everything
//! cargo bench --bench load -- short --rates 100,400          calls that end at once
//! cargo bench --bench load -- play --calls 10,100,1000       calls that hear something; --svg FILE draws it
//! cargo bench --bench load -- floor --calls 10,100,1000      the same packets without a server
//! cargo bench --bench load -- recovery --calls 1000          kill -9 while they hear something
//! cargo bench --bench load -- serve                          the server alone, for another generator
//! perf script | cargo bench --bench load -- flame            a profile as SVG
//! ```
//!
//! `--seconds N` is how long each is measured, 10 where it is left out; with `--awake` no core halts meanwhile. `short` and `play` measure
//! somebody else's server, which knows `sig` and `long`, with `--address 127.0.0.1:5080 --pid N`.

// clippy.toml's list is for the pure rooms.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod callers;
mod flame;
mod floor;
mod plot;
mod server;
mod spacing;

use callers::Callers;
use server::{Awake, Peer, Server, Used};
use std::io::Result;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

/// The core of the callers.
const CORE: &str = "1";
/// Says that the callers are on their core already.
const PINNED: &str = "CALLWRIGHT_LOAD_PINNED";
/// Calls that begin in a second before something is measured.
const RAMP: f64 = 100.0;
/// What a server and its callers need until everything goes its way.
const SETTLE: Duration = Duration::from_secs(3);
/// How long callers of a server that has died are watched: a minute without media ends a call.
const WATCHED: Duration = Duration::from_secs(75);
/// Packets in a minute of sound.
const PACKETS_A_MINUTE: f64 = 3000.0;

/// What is asked for on the command line.
struct Asked {
    what: Vec<String>,
    calls: Vec<usize>,
    rates: Vec<f64>,
    length: Duration,
    svg: Option<String>,
    awake: bool,
    pid: Option<u32>,
    address: Option<SocketAddr>,
}

/// What calls that hear something cost.
pub struct Played {
    calls: usize,
    cpu_s_a_minute: f64,
    core_percent: f64,
    kb_a_call: f64,
    spacing_p50_ms: f64,
    spacing_p99_ms: f64,
    lost_percent: f64,
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [sweep, count] = &words[..]
        && sweep == "sweep"
    {
        return floor::sweep(count.parse().expect("a number"));
    }
    if words == ["spin"] {
        Awake::spin();
    }
    if std::env::var_os(PINNED).is_none() {
        let mut again = server::on_core(CORE, &std::env::current_exe()?);
        return Err(again.args(words).env(PINNED, "1").exec());
    }
    let asked = read(words);
    let _awake = asked.awake.then(|| Awake::start(CORE)).transpose()?;
    for what in &asked.what {
        match what.as_str() {
            "short" => short(&asked)?,
            "play" => play(&asked)?,
            "floor" => print_played("bare system calls", &all(&asked, bare)?),
            "recovery" => asked.calls.last().map_or(Ok(()), |calls| recovery(*calls))?,
            "serve" => serve()?,
            "flame" => print!("{}", flame::draw(std::io::stdin().lock())?),
            other => panic!("`{other}` is none of short, play, floor, recovery, serve, flame"),
        }
    }
    Ok(())
}

fn read(words: Vec<String>) -> Asked {
    let mut asked = Asked {
        what: Vec::new(),
        calls: vec![10, 100, 300, 1000],
        rates: vec![100.0, 400.0],
        length: Duration::from_secs(10),
        svg: None,
        awake: false,
        pid: None,
        address: None,
    };
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().unwrap_or_else(|| panic!("`{word}` needs a value"));
        match word.as_str() {
            "--calls" => asked.calls = numbers(&value()),
            "--rates" => asked.rates = numbers(&value()),
            "--seconds" => asked.length = Duration::from_secs(numbers(&value())[0]),
            "--svg" => asked.svg = Some(value()),
            "--awake" => asked.awake = true,
            "--pid" => asked.pid = Some(numbers(&value())[0]),
            "--address" => asked.address = Some(numbers(&value())[0]),
            _ => asked.what.push(word),
        }
    }
    if asked.what.is_empty() {
        asked.what = ["short", "floor", "play", "recovery"].map(str::to_owned).to_vec();
    }
    asked
}

impl Asked {
    /// Whom to measure in the place of our server.
    fn peer(&self) -> Option<Peer> {
        match (self.pid, self.address) {
            (Some(pid), Some(address)) => Some(Peer { pid, address }),
            (None, None) => None,
            _ => panic!("somebody else's server needs `--pid` and `--address`"),
        }
    }
}

fn numbers<T: std::str::FromStr>(list: &str) -> Vec<T> {
    list.split(',')
        .map(|number| number.parse().ok().unwrap_or_else(|| panic!("`{number}`: no number")))
        .collect()
}

fn short(asked: &Asked) -> Result<()> {
    println!("\n| calls a second | answered | failed | CPU a call, ms | of the core, % | memory, MB |");
    println!("|---|---|---|---|---|---|");
    for rate in &asked.rates {
        let server = Server::measured(asked.peer())?;
        let mut callers = Callers::new(server.address())?;
        callers.short_calls("sig", *rate, SETTLE)?;
        let (before, done, failed) = (server.used()?, callers.counts.done, callers.counts.failed);
        callers.short_calls("sig", *rate, asked.length)?;
        let after = server.used()?;
        let (done, failed) = (callers.counts.done - done, callers.counts.failed - failed);
        let cpu_s = after.cpu_s - before.cpu_s;
        let (each, core) = (cpu_s * 1000.0 / done.max(1) as f64, 100.0 * cpu_s / asked.length.as_secs_f64());
        println!("| {rate} | {done} | {failed} | {each:.2} | {core:.0} | {} |", after.rss_kb / 1024);
        callers.hang_up()?;
    }
    Ok(())
}

fn all(asked: &Asked, one: fn(&Asked, usize) -> Result<Played>) -> Result<Vec<Played>> {
    asked.calls.iter().map(|calls| one(asked, *calls)).collect()
}

fn play(asked: &Asked) -> Result<()> {
    let idle = Server::measured(asked.peer())?;
    println!("\na started server holds {} MB", idle.used()?.rss_kb / 1024);
    drop(idle);
    let all = all(asked, playing)?;
    print_played("calls that hear something", &all);
    asked.svg.as_ref().map_or(Ok(()), |file| std::fs::write(file, plot::growth(&all)))
}

/// So many calls that hear something, on a server that has just been started.
fn playing(asked: &Asked, calls: usize) -> Result<Played> {
    let server = Server::measured(asked.peer())?;
    let mut callers = Callers::new(server.address())?;
    // Whoever comes first pays for what is made once.
    callers.dial_many("long", 1, RAMP)?;
    callers.run_until(Instant::now() + SETTLE)?;
    callers.hang_up()?;
    let before = server.used()?;
    let mut callers = Callers::new(server.address())?;
    callers.dial_many("long", calls, RAMP)?;
    let played = measured(&server, &mut callers, calls, before, asked.length)?;
    callers.hang_up()?;
    Ok(played)
}

/// The same packets, exchanged with nobody who knows what they are for.
fn bare(asked: &Asked, calls: usize) -> Result<Played> {
    let server = Server::bare(calls)?;
    let before = server.used()?;
    let mut callers = Callers::new(server.address())?;
    for n in 0..calls {
        callers.talk_with(floor::address(n))?;
    }
    measured(&server, &mut callers, calls, before, asked.length)
}

fn measured(
    server: &Server,
    callers: &mut Callers,
    calls: usize,
    before: Used,
    length: Duration,
) -> Result<Played> {
    callers.run_until(Instant::now() + SETTLE)?;
    callers.listen_anew();
    let from = server.used()?;
    callers.run_until(Instant::now() + length)?;
    let to = server.used()?;
    let (spacing, cpu_s) = (&callers.spacing, to.cpu_s - from.cpu_s);
    let sent = (spacing.packets + spacing.lost).max(1) as f64;
    Ok(Played {
        calls: callers.up().min(calls),
        cpu_s_a_minute: cpu_s * PACKETS_A_MINUTE / spacing.packets.max(1) as f64,
        core_percent: 100.0 * cpu_s / length.as_secs_f64(),
        kb_a_call: to.rss_kb.saturating_sub(before.rss_kb) as f64 / calls as f64,
        spacing_p50_ms: spacing.permille(500),
        spacing_p99_ms: spacing.permille(990),
        lost_percent: 100.0 * spacing.lost as f64 / sent,
    })
}

fn print_played(what: &str, all: &[Played]) {
    println!("\n{what}:\n");
    println!(
        "| calls | CPU a minute of sound, s | of the core, % | memory a call, kB | spacing off 20 ms, median | 99th percentile, ms | packets lost, % |"
    );
    println!("|---|---|---|---|---|---|---|");
    for Played {
        calls,
        cpu_s_a_minute,
        core_percent,
        kb_a_call,
        spacing_p50_ms,
        spacing_p99_ms,
        lost_percent,
    } in all
    {
        println!(
            "| {calls} | {cpu_s_a_minute:.4} | {core_percent:.1} | {kb_a_call:.0} | {spacing_p50_ms:.2} | {spacing_p99_ms:.2} | {lost_percent:.3} |"
        );
    }
}

/// Calls that hear something while the server is killed and started again.
fn recovery(calls: usize) -> Result<()> {
    let server = Server::start()?;
    let mut callers = Callers::new(server.address())?;
    callers.dial_many("long", calls, RAMP)?;
    callers.run_until(Instant::now() + SETTLE)?;
    println!("\n{} of {calls} calls are up when the server is killed", callers.up());
    callers.listen_anew();
    let folder = server.kill()?;
    let restarted = Instant::now();
    // The callers have to go on meanwhile: whoever starts the server waits until it answers.
    let starting =
        std::thread::spawn(move || Server::again(folder).map(|server| (server, restarted.elapsed())));
    while !starting.is_finished() {
        callers.run_until(Instant::now() + Duration::from_millis(1))?;
    }
    let (server, took) = starting.join().expect("no panic")?;
    println!("it answers again after {} ms", took.as_millis());
    callers.run_until(restarted + WATCHED)?;
    let heard_again = callers.heard_again();
    let since = |moment: Option<Instant>| moment.map(|at| at.duration_since(restarted).as_millis());
    print_moments(
        "was asked where its media is",
        heard_again.iter().map(|(moved, _)| since(*moved)).collect(),
    );
    print_moments("heard something again", heard_again.iter().map(|(_, heard)| since(*heard)).collect());
    println!("{} calls are up {} s after the restart", callers.up(), WATCHED.as_secs());
    callers.hang_up()?;
    drop(server);
    Ok(())
}

fn print_moments(what: &str, moments: Vec<Option<u128>>) {
    let mut known: Vec<u128> = moments.iter().flatten().copied().collect();
    known.sort_unstable();
    let at = |permille: usize| {
        known.get((known.len() * permille / 1000).min(known.len().saturating_sub(1))).copied()
    };
    let [half, most, last] = [500, 990, 1000].map(|permille| at(permille).unwrap_or(0));
    println!(
        "{} of {} callers: {what}; half of them {half} ms after the restart, 99 % {most} ms, the last {last} ms",
        known.len(),
        moments.len()
    );
}

/// The server alone, until it is killed.
fn serve() -> Result<()> {
    let server = Server::start()?;
    println!("the server answers at {} as process {}: `sig`, `ivr`, `long`", server::ADDRESS, server.pid());
    loop {
        std::thread::sleep(Duration::from_secs(1));
        server.used()?;
    }
}
