//! What 60 kB of anything cost every parser beside 10 kB, in octets that were allocated: six times is linear, seven is the most.
//!
//! A binary of its own, because its allocator counts whatever the process does. The parsers and what they read are those that are
//! fuzzed (`fuzz/src`); what they cost by the clock is `cargo bench --bench parsers`.

#[allow(dead_code, clippy::disallowed_methods)]
#[path = "../fuzz/src/lib.rs"]
mod parsers;

use cap::Cap;
use parsers::{TARGETS, Target};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Sizes of what is read, in octets.
const SMALL: usize = 10_000;
const LARGE: usize = 60_000;
/// The most that the large one may cost, as a multiple of the small one.
const MOST: usize = 7;
/// What costs less says nothing about how it grows: what is done once outweighs it.
const LEAST_OCTETS: usize = 20_000;

/// Sizes from half of it to it. What grows by doubling costs once or twice what it holds, by where its length stands between two
/// powers of two: over an octave that is the same for a small input and a large one.
const STEPS: u32 = 8;

fn allocated(target: &Target, octets: usize) -> usize {
    let input = (target.sample)(octets);
    let before = ALLOCATOR.total_allocated();
    (target.run)(&input);
    ALLOCATOR.total_allocated() - before
}

/// The mean over the octave that ends with this size.
fn allocated_around(target: &Target, octets: usize) -> usize {
    let size = |step: u32| (octets as f64 * 0.5_f64.powf(f64::from(step) / f64::from(STEPS))) as usize;
    (0..STEPS).map(|step| allocated(target, size(step))).sum::<usize>() / STEPS as usize
}

#[test]
fn sixty_kilobytes_of_anything_cost_at_most_seven_times_ten() {
    let mut steep = Vec::new();
    for target in TARGETS {
        // What is made once, as tables of numbers, is there afterwards.
        let _ = allocated(target, 1000);
        let length = (target.sample)(LARGE).len();
        assert!(
            (LARGE * 9 / 10..LARGE * 6 / 5).contains(&length),
            "{}: a sample of {length} octets",
            target.name
        );
        let (small, large) = (allocated_around(target, SMALL), allocated_around(target, LARGE));
        println!("{:12} {small:>12} {large:>12}", target.name);
        if large > MOST * small.max(LEAST_OCTETS) {
            steep.push(format!("{}: {small} octets, then {large}", target.name));
        }
    }
    assert!(steep.is_empty(), "more than linear: {steep:#?}");
}
