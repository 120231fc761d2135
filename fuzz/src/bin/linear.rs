//! What 60 kB cost each target beside 10 kB, in octets that were allocated and by the clock: `cargo run --release --bin linear`.
//! Six times is linear. What was allocated is the same in every run and is judged; the clock is shown, and says something on an
//! idle machine alone.

use callwright_fuzz::{TARGETS, Target};
use cap::Cap;
use std::alloc::System;
use std::process::ExitCode;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// The best of so many is the one that nothing disturbed.
const TURNS: usize = 5;
/// What is more than linear.
const MOST: f64 = 7.0;
/// A small sample whose cost is below this says nothing about how it grows: what is done once outweighs it.
const LEAST_OCTETS: usize = 20_000;

/// What one sample cost.
#[derive(Clone, Copy, Default)]
struct Cost {
    time: Duration,
    octets: usize,
}

fn cost(target: &Target, octets: usize) -> Cost {
    let input = (target.sample)(octets);
    let once = |_| {
        let (start, before) = (Instant::now(), ALLOCATOR.total_allocated());
        (target.run)(&input);
        Cost { time: start.elapsed(), octets: ALLOCATOR.total_allocated() - before }
    };
    (0..TURNS).map(once).min_by_key(|cost| cost.time).unwrap_or_default()
}

fn main() -> ExitCode {
    println!(
        "{:12} {:>12} {:>12} {:>6}   {:>10} {:>10} {:>6}",
        "", "10 kB: octets", "60 kB", "times", "10 kB: µs", "60 kB", "times"
    );
    let findings = TARGETS.iter().filter(|target| !is_linear(target)).count();
    if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_linear(target: &Target) -> bool {
    // What is made once, as tables of numbers, is there afterwards.
    let _ = cost(target, 1000);
    let (small, large) = (cost(target, 10_000), cost(target, 60_000));
    let allocated = large.octets as f64 / small.octets.max(1) as f64;
    let took = large.time.as_secs_f64() / small.time.as_secs_f64().max(1e-9);
    let is_linear = small.octets < LEAST_OCTETS && large.octets < 6 * LEAST_OCTETS || allocated <= MOST;
    println!(
        "{:12} {:>12} {:>12} {allocated:>6.2}   {:>10.0} {:>10.0} {took:>6.2}{}",
        target.name,
        small.octets,
        large.octets,
        1e6 * small.time.as_secs_f64(),
        1e6 * large.time.as_secs_f64(),
        if is_linear { "" } else { "  more than linear" }
    );
    is_linear
}
