//! What it costs to find the rule of a dialled number among a thousand rules for a hundred thousand numbers, beside a
//! scan over all of them, and to compile such a table.
//!
//! `cargo bench --bench route`

// clippy.toml's list is for the pure rooms.
#![allow(clippy::disallowed_methods)]

use callwright::language;
use callwright::program::{Channel, NumberPattern, Phone, Program, Target};
use callwright::source::{MemoryFiles, Style};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Numbers in files, and rules; each of 500 rules has a file's share of the numbers, the others have patterns.
const NUMBERS: u32 = 100_000;
const SETS: u32 = 500;
const PATTERNS: u32 = 500;
/// Runs of which the shortest counts.
const RUNS: usize = 3;

/// A Russian number of its own for each index, spread over the range.
fn number(index: u32) -> String {
    format!("+7843{:07}", (u64::from(index) * 7_654_321) % 10_000_000)
}

/// As people write it in a table.
fn formatted(number: &str) -> String {
    format!("8 ({}) {}-{}-{}", &number[2..5], &number[5..8], &number[8..10], &number[10..])
}

/// A program with a file a set, its rules, and patterns of every kind.
fn files(canonical: bool) -> MemoryFiles {
    let mut script =
        String::from("program p { languages en\n country RU\n default { hung_up { outcome abandoned } } }\n");
    let mut rules = String::new();
    let mut files = MemoryFiles::default();
    for set in 0..SETS {
        script.push_str(&format!("numbers s{set} from \"s{set}.csv\"\n"));
        rules.push_str(&format!("call to s{set} -> go\n"));
        let own = (0..NUMBERS).filter(|index| index % SETS == set).map(number);
        let lines = own.map(|number| if canonical { number } else { formatted(&number) } + "\n");
        files = files.with(&format!("s{set}.csv"), lines.collect::<String>().into_bytes());
    }
    for index in 0..PATTERNS {
        rules.push_str(&match index % 4 {
            0 => format!("call to +7 495 {:03} ... -> go\n", index),
            1 => format!("call to +7 499 {0:03}-00-00 .. +7 499 {0:03}-49-99 -> go\n", index),
            2 => format!("call to +7 812 {:03}-NX-XX -> go\n", index),
            _ => format!("call to +7 916 {:03}-1X-[0-4]X -> go\n", index),
        });
    }
    script.push_str(&format!(
        "crm {{ outcomes done }}\nroute r {{\n{rules}otherwise -> reject not_found\n}}\n"
    ));
    script.push_str("flow go { outcome done; hangup }\n");
    files.with("main.flow", script.into_bytes())
}

fn compile(files: &MemoryFiles) -> Program {
    let compiled = language::compile(files);
    let report = compiled.report(Style::Plain);
    compiled.program.unwrap_or_else(|| panic!("{report}"))
}

fn shortest<T>(run: impl Fn() -> T) -> Duration {
    let once = || {
        let begin = Instant::now();
        let _ = black_box(run());
        begin.elapsed()
    };
    (0..RUNS).map(|_| once()).min().unwrap_or_default()
}

/// Every rule is asked; of those that cover the number, the one with the fewest numbers wins.
fn scan(program: &Program, number: &Phone) -> Option<usize> {
    let exact = |rule: &usize| match &program.routes[*rule].target {
        Target::Pattern(pattern) => !matches!(pattern, NumberPattern::Exact(_)),
        Target::Numbers(_) => false,
        Target::Address(_) | Target::Emergency | Target::Any => true,
    };
    let covers = |rule: &usize| match &program.routes[*rule].target {
        Target::Pattern(pattern) => pattern.covers(number),
        Target::Numbers(set) => program.numbers[set.0 as usize].contains(number),
        Target::Any => true,
        Target::Address(_) | Target::Emergency => false,
    };
    let any = |rule: &usize| program.routes[*rule].target == Target::Any;
    (0..program.routes.len()).filter(covers).min_by_key(|rule| (any(rule), exact(rule)))
}

fn route(criterion: &mut Criterion) {
    let (canonical, people) = (files(true), files(false));
    println!("compiles, numbers canonical:    {:?}", shortest(|| compile(&canonical)));
    println!("compiles, numbers as written:   {:?}", shortest(|| compile(&people)));
    let program = compile(&canonical);
    assert_eq!(program.routes, compile(&people).routes);
    let mut dialled: Vec<Phone> =
        (0..2_000).map(|index| number(index * 37)).filter_map(|n| Phone::from_e164(&n)).collect();
    for index in 0..2_000_u32 {
        let area = [495, 499, 812, 916, 843][index as usize % 5];
        let rest = u64::from(index) * 4_937_331 % 10_000_000;
        dialled.extend(Phone::from_e164(&format!("+7{area}{rest:07}")));
    }
    let decide = |number: &Phone| program.router.decide(Channel::Call, Some(number), number.as_str());
    assert!(
        dialled.iter().all(|number| decide(number) == scan(&program, number)),
        "the index answers as the scan"
    );
    let mut group = criterion.benchmark_group("route of 1,000 rules and 100,000 numbers");
    let mut next = dialled.iter().cycle();
    group.bench_function("decide", |bench| bench.iter(|| decide(black_box(next.next().expect("a number")))));
    group.bench_function("scan", |bench| {
        bench.iter(|| scan(&program, black_box(next.next().expect("a number"))))
    });
    let written = "8 (843) 203-57-37";
    group
        .bench_function("read a number", |bench| bench.iter(|| Phone::parse(black_box(written), Some("RU"))));
    group.bench_function("read a canonical number", |bench| {
        bench.iter(|| Phone::parse(black_box("+78432035737"), Some("RU")))
    });
    group.finish();
}

criterion_group!(benches, route);
criterion_main!(benches);
