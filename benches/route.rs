//! What it costs to find the rule of a dialled number among a thousand rules for a hundred thousand numbers, beside a
//! scan over all of them, and to compile such a table.
//!
//! Half of the rules have a file's share of the numbers; the others have beginnings, ranges and classes, of which half lie
//! within another, and every tenth has a block of conditions. What is dialled is in no order, so that neither the numbers
//! nor the branches are where the last search left them.
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
/// Numbers that are dialled, half of them in the files.
const DIALLED: u32 = 100_000;
/// Of these the scan is asked, too, whether it says the same.
const COMPARED: usize = 2_000;
/// Runs of which the shortest counts.
const RUNS: usize = 3;

/// Draws that repeat.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % bound as u64) as usize
    }
}

/// A Russian number of its own for each index, spread over the range.
fn number(index: u32) -> String {
    format!("+7843{:07}", (u64::from(index) * 7_654_321) % 10_000_000)
}

/// As people write it in a table.
fn formatted(number: &str) -> String {
    format!("8 ({}) {}-{}-{}", &number[2..5], &number[5..8], &number[8..10], &number[10..])
}

/// A rule with a pattern: a beginning and a range in it, a class and a narrower one in it, by turns.
fn pattern_rule(index: u32) -> String {
    let target = match index % 4 {
        0 => format!("+7 495 {index:03} ..."),
        1 => format!("+7 495 {0:03}-00-00 .. +7 495 {0:03}-49-99", index - 1),
        2 => format!("+7 812 {index:03}-NX-XX"),
        _ => format!("+7 812 {:03}-[2-5]X-[0-4]X", index - 1),
    };
    match index % 10 {
        9 => format!(
            "call to {target} {{\nfrom +7 495 ... -> go\nfrom withheld -> reject busy\notherwise -> go\n}}\n"
        ),
        _ => format!("call to {target} -> go\n"),
    }
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
    (0..PATTERNS).for_each(|index| rules.push_str(&pattern_rule(index)));
    script.push_str(&format!(
        "crm {{ outcomes done }}\nroute r {{\n{rules}call to +7 8 ... -> go\notherwise -> reject not_found\n}}\n"
    ));
    script.push_str("flow go { outcome done; hangup }\n");
    files.with("main.flow", script.into_bytes())
}

fn compile(files: &MemoryFiles) -> Program {
    let compiled = language::compile(files);
    let report = compiled.report(Style::Plain);
    compiled.program.unwrap_or_else(|| panic!("{report}"))
}

fn timed<T>(run: impl Fn() -> T) -> Duration {
    let begin = Instant::now();
    let _ = black_box(run());
    begin.elapsed()
}

fn shortest<T>(run: impl Fn() -> T) -> Duration {
    (0..RUNS).map(|_| timed(&run)).min().unwrap_or_default()
}

/// What is dialled, in no order: numbers of the files, and such as the patterns have or nobody.
fn dialled() -> Vec<Phone> {
    let mut draws = Draws(7);
    let one = |index: u32| match index % 2 {
        0 => number(draws.below(NUMBERS as usize) as u32),
        _ => {
            let area = [495, 812, 843, 916][draws.below(4)];
            format!("+7{area}{:03}{:04}", draws.below(PATTERNS as usize), draws.below(10_000))
        }
    };
    (0..DIALLED).map(one).filter_map(|text| Phone::from_e164(&text)).collect()
}

/// The rules as a list: numbers and patterns one after the other, each with how many numbers it has.
struct List<'p> {
    program: &'p Program,
    patterns: Vec<(usize, &'p NumberPattern, u64)>,
}

impl<'p> List<'p> {
    fn new(program: &'p Program) -> List<'p> {
        let patterns = program.routes.iter().enumerate().filter_map(|(rule, entry)| match &entry.target {
            Target::Pattern(pattern) => Some((rule, pattern, pattern.shapes().size())),
            Target::Numbers(_) | Target::Address(_) | Target::Emergency | Target::Any => None,
        });
        List { program, patterns: patterns.collect() }
    }

    /// Every number and every pattern is looked at, until one is the number itself; else the narrowest wins.
    fn scan(&self, number: &Phone) -> Option<usize> {
        let key = number.key();
        let is_there = |entry: &Target| match entry {
            Target::Numbers(set) => self.program.numbers[set.0 as usize].exact().contains(&key),
            Target::Pattern(_) | Target::Address(_) | Target::Emergency | Target::Any => false,
        };
        let exact = self.program.routes.iter().position(|entry| is_there(&entry.target));
        let covers = |(_, pattern, _): &&(usize, &NumberPattern, u64)| pattern.covers(number);
        let narrowest = || self.patterns.iter().filter(covers).min_by_key(|(.., size)| *size);
        let rest = || self.program.routes.iter().position(|entry| entry.target == Target::Any);
        exact.or_else(|| narrowest().map(|(rule, ..)| *rule)).or_else(rest)
    }
}

fn route(criterion: &mut Criterion) {
    let (canonical, people) = (files(true), files(false));
    println!("compiles, the first time:       {:?}", timed(|| compile(&canonical)));
    println!("compiles, numbers canonical:    {:?}", shortest(|| compile(&canonical)));
    println!("compiles, numbers as written:   {:?}", shortest(|| compile(&people)));
    let program = compile(&canonical);
    assert_eq!(program.routes, compile(&people).routes);
    let (dialled, list) = (dialled(), List::new(&program));
    let decide = |number: &Phone| program.router.decide(Channel::Call, Some(number), number.as_str());
    assert!(
        dialled.iter().take(COMPARED).all(|number| decide(number) == list.scan(number)),
        "the index answers as the scan"
    );
    let mut group = criterion.benchmark_group("route of 1,001 rules and 100,000 numbers");
    let mut next = dialled.iter().cycle();
    group.bench_function("decide", |bench| bench.iter(|| decide(black_box(next.next().expect("a number")))));
    group.bench_function("scan", |bench| bench.iter(|| list.scan(black_box(next.next().expect("a number")))));
    let written: Vec<String> = dialled.iter().map(|number| formatted(number.as_str())).collect();
    let mut next = written.iter().cycle();
    group.bench_function("read a number", |bench| {
        bench.iter(|| Phone::parse(black_box(next.next().expect("a number")), Some("RU")))
    });
    let mut next = dialled.iter().cycle();
    group.bench_function("read a canonical number", |bench| {
        bench.iter(|| Phone::parse(black_box(next.next().expect("a number").as_str()), Some("RU")))
    });
    group.finish();
}

criterion_group!(benches, route);
criterion_main!(benches);
