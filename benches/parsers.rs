//! What 10 kB and 60 kB of anything cost every parser that a network, a script, a scenario, a journal, settings or a sound reach:
//! `cargo bench --bench parsers`, or `cargo bench --bench parsers -- sdp` for one of them.
//!
//! The parsers and what they read are those that are fuzzed (`fuzz/src`). Criterion shows octets a second: as many at 60 kB as
//! at 10 kB is linear. What is counted instead of timed is a test (`tests/linear.rs`).

#[allow(dead_code, clippy::disallowed_methods)]
#[path = "../fuzz/src/lib.rs"]
mod parsers;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use parsers::TARGETS;
use std::hint::black_box;
use std::time::Duration;

/// Sizes of what is read, in octets.
const SIZES: [usize; 2] = [10_000, 60_000];

fn every_parser(criterion: &mut Criterion) {
    for target in TARGETS {
        let mut group = criterion.benchmark_group(target.name);
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1));
        for octets in SIZES {
            let input = (target.sample)(octets);
            group.throughput(Throughput::Bytes(input.len() as u64));
            group.bench_with_input(BenchmarkId::from_parameter(octets), &input, |bencher, input| {
                bencher.iter(|| (target.run)(black_box(input)));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, every_parser);
criterion_main!(benches);
