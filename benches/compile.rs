//! What it costs to compile a program, beside the bare parse, and how that grows with the program.
//!
//! `cargo bench --bench compile`

// clippy.toml's list is for the pure rooms.
#![allow(clippy::disallowed_methods)]

use callwright::language::{self, Compiled};
use callwright::source::Style;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use program::Generated;
use std::hint::black_box;
use std::time::{Duration, Instant};

mod program;

/// Lines of the program that is measured, and of those that show the growth.
const LINES: usize = 10_000;
const SIZES: [usize; 3] = [1_000, 10_000, 50_000];
/// Runs of which the shortest counts, in the table.
const RUNS: usize = 7;

fn compile(program: &Generated) -> Compiled {
    language::compile(black_box(&program.files))
}

/// pest alone, over all scripts.
fn parse(program: &Generated) -> usize {
    program.scripts.iter().map(|script| language::parse_only(black_box(script))).sum()
}

fn shortest<T>(run: impl Fn() -> T) -> Duration {
    let once = || {
        let begin = Instant::now();
        let _ = black_box(run());
        begin.elapsed()
    };
    (0..RUNS).map(|_| once()).min().unwrap_or_default()
}

/// Prints parse and compilation side by side, for programs of several sizes.
fn growth() {
    println!(
        "{:>8} {:>7} {:>9} {:>12} {:>7} {:>9}",
        "lines", "flows", "parse ms", "compile ms", "ratio", "µs/line"
    );
    for lines in SIZES {
        let program = program::program(lines);
        let compiled = compile(&program);
        assert!(compiled.diagnostics.is_empty(), "{}", compiled.report(Style::Plain));
        let (parse, compile) = (shortest(|| parse(&program)), shortest(|| compile(&program)));
        println!(
            "{:>8} {:>7} {:>9.1} {:>12.1} {:>7.2} {:>9.2}",
            program.lines(),
            program.count("flow"),
            parse.as_secs_f64() * 1e3,
            compile.as_secs_f64() * 1e3,
            compile.as_secs_f64() / parse.as_secs_f64(),
            compile.as_secs_f64() * 1e6 / program.lines() as f64,
        );
    }
}

fn compilation(criterion: &mut Criterion) {
    let program = program::program(LINES);
    let begin = Instant::now();
    drop(compile(&program));
    println!("the first compilation of a process: {:.1} ms", begin.elapsed().as_secs_f64() * 1e3);
    let mut group = criterion.benchmark_group("language");
    group.sample_size(20);
    group.throughput(Throughput::Elements(program.lines() as u64));
    group.bench_function(BenchmarkId::new("bare parse", LINES), |bench| bench.iter(|| parse(&program)));
    group.bench_function(BenchmarkId::new("compile", LINES), |bench| bench.iter(|| compile(&program)));
    group.finish();
    growth();
}

criterion_group!(benches, compilation);
criterion_main!(benches);
