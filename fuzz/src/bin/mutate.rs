//! Drives targets with mutations of their seeds, without knowing what they cover: `mutate TARGET… --seconds 60 [--seed 7]`.
//!
//! Without a name all targets have their turn. The seed is printed; the same seed, compiled alike, makes the same inputs. What
//! makes a target panic, or takes longer than two seconds, is kept in `fuzz/findings/TARGET-NUMBER` and ends the run of that target.

use callwright_fuzz::{TARGETS, Target, named};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Inputs are not made longer than this.
const LONGEST: usize = 16_384;
/// An input that takes longer than this is a finding; what is compiled without optimization is given more.
const TOO_LONG: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });
/// What parsers are fond of.
const WORDS: &[&str] = &[
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\"",
    "\\",
    "<",
    ">",
    ";",
    ",",
    ":",
    "=",
    "%00",
    "%0d%0a",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "->",
    "0",
    "-1",
    "4294967295",
    "4294967296",
    "99999999999999999999",
    "\u{0}",
    "\u{feff}",
    "é",
    "😀",
    "sip:",
    "tel:+",
    "@",
    "[::1]",
    "Content-Length: ",
    "Via: ",
    "SIP/2.0",
    ";tag=",
    "z9hG4bK",
    "a=",
    "m=audio ",
    "c=IN IP4 ",
    "null",
    "true",
    "&a",
    "*a",
    "<<: ",
];

struct Asked {
    targets: Vec<&'static Target>,
    time: Duration,
    seed: u64,
}

fn main() -> ExitCode {
    let asked = match asked(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(complaint) => {
            eprintln!("{complaint}");
            return ExitCode::from(2);
        }
    };
    let findings = asked.targets.iter().filter(|target| !drive(target, asked.time, asked.seed)).count();
    if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn asked(mut words: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked { targets: Vec::new(), time: Duration::from_secs(60), seed: 1 };
    while let Some(word) = words.next() {
        let mut number =
            || words.next().and_then(|text| text.parse().ok()).ok_or(format!("{word} needs a number"));
        match word.as_str() {
            "--seconds" => asked.time = Duration::from_secs(number()?),
            "--seed" => asked.seed = number()?,
            name => asked.targets.push(named(name).ok_or_else(|| {
                let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
                format!("`{name}` is no target; there are {}", names.join(", "))
            })?),
        }
    }
    if asked.targets.is_empty() {
        asked.targets = TARGETS.iter().collect();
    }
    Ok(asked)
}

/// Drives one target; whether nothing was found.
fn drive(target: &Target, time: Duration, seed: u64) -> bool {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut pool = (target.seeds)();
    pool.push(Vec::new());
    let (start, mut runs, mut octets) = (Instant::now(), 0_u64, 0_u64);
    let untouched = pool.clone();
    // What is made once, as tables of numbers, is no input's fault.
    untouched.iter().take(1).for_each(|input| drop(catch_unwind(AssertUnwindSafe(|| (target.run)(input)))));
    for input in &untouched {
        if !survives(target, input, runs) {
            return false;
        }
        runs += 1;
    }
    while start.elapsed() < time {
        let input = mutated(&mut random, &pool);
        if !survives(target, &input, runs) {
            println!("{}: seed {seed}, run {runs}, {} s: FOUND", target.name, start.elapsed().as_secs());
            return false;
        }
        (runs, octets) = (runs + 1, octets + input.len() as u64);
        // What was made of one input may be gone on with: so mutations add up, and the pool stays small.
        if random.next_u32() % 64 == 0 && input.len() < LONGEST {
            let at = untouched.len() + random.next_u32() as usize % 256;
            if at < pool.len() { pool[at] = input } else { pool.push(input) }
        }
    }
    println!(
        "{}: seed {seed}, {runs} runs, {octets} octets, {} s: nothing found",
        target.name,
        start.elapsed().as_secs()
    );
    true
}

fn survives(target: &Target, input: &[u8], number: u64) -> bool {
    let start = Instant::now();
    let came_back = catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_ok();
    let is_fine = came_back && start.elapsed() < TOO_LONG;
    if !is_fine {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("findings");
        let file = folder.join(format!("{}-{number}", target.name));
        let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, input));
        println!("{}: {} ({} ms), kept: {kept:?}", target.name, file.display(), start.elapsed().as_millis());
    }
    is_fine
}

fn mutated(random: &mut ChaCha8Rng, pool: &[Vec<u8>]) -> Vec<u8> {
    let mut below = |bound: usize| random.next_u32() as usize % bound.max(1);
    let mut input = pool[below(pool.len())].clone();
    for _ in 0..=below(5) {
        let at = below(input.len() + 1);
        match below(9) {
            0 if at < input.len() => input[at] = below(256) as u8,
            1 if at < input.len() => input[at] ^= 1 << below(8),
            2 if at < input.len() => drop(input.remove(at)),
            3 => insert(&mut input, at, WORDS[below(WORDS.len())].as_bytes()),
            4 => insert(&mut input, at, &[below(256) as u8]),
            5 => {
                let until = (at + below(64)).min(input.len());
                input.drain(at..until);
            }
            6 => {
                let until = (at + below(64)).min(input.len());
                let part = input[at..until].repeat(1 + below(8));
                insert(&mut input, at, &part);
            }
            7 => {
                let other = &pool[below(pool.len())];
                let from = below(other.len() + 1);
                let until = (from + below(256)).min(other.len());
                insert(&mut input, at, &other[from..until]);
            }
            _ => input.truncate(at.max(1)),
        }
    }
    input.truncate(LONGEST);
    input
}

fn insert(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    input.splice(at..at, bytes.iter().copied());
}
