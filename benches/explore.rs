//! How many states a second the prover looks at, on one core and on two, in a program of two hundred menus.
//!
//! `cargo bench --bench explore`

// Threads and clocks are for the pure rooms to do without.
#![allow(clippy::disallowed_methods)]

use callwright::explore::{Batch, Explorer, Part, Search};
use callwright::language::compile;
use callwright::program::Program;
use callwright::source::MemoryFiles;
use callwright::time::Wall;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write;
use std::hint::black_box;

const MENUS: usize = 200;
const MOST: usize = 2_000_000;

const HEAD: &str = r#"
program large {
    languages en
    country RU
    default { failed, late, give_up -> sorry; hung_up { outcome abandoned } }
}
crm { topics "order", "bill"  outcomes resolved }
backend shop { get order(number: digits) -> { open: yes_no, sum: money } at "orders/{number}" within 2s  statuses not_found }
numbers vip { +7 965 629-57-19 }
hours office in "Europe/Moscow" { mon-fri 09:00-18:00 }
hours night in "Europe/Moscow" { mon-fri 20:00-23:00 }
prompt choices { en "Press a key." }
prompt wrong { en "That is no choice." }
prompt told { en "Thank you." }
queue desk { strategy longest_idle  timeout 10m }
route main { call -> menu_0  otherwise -> reject not_found }
flow sorry { outcome resolved; hangup }
flow people {
    if office is open { transfer to +7 843 203-57-00 { busy, no_answer, unavailable, refused, redirected -> waiting } } else { goto waiting }
}
flow waiting { queue desk { timeout, full, closed -> sorry } }
flow order {
    ask number: digits 4..8 until # { say choices }
    get shop.order(number) {
        ok reply { if reply.open { say told } }
        not_found { say wrong }
    }
    return
}
"#;

/// Menus that lead to each other, to people, and into a flow that asks a service.
fn program() -> Program {
    let mut text = HEAD.to_owned();
    for menu in 0..MENUS {
        let (next, far) = ((menu + 1) % MENUS, (menu * 7 + 3) % MENUS);
        let _ = write!(
            text,
            r#"
flow menu_{menu} {{
    {}
    if caller in vip and night is open {{ say told }}
    menu {{
        say choices
        1 "next"   -> menu_{next}
        2 "far"    -> menu_{far}
        3 "order"  {{ do order(); outcome resolved topic "order"; goto menu_{next} }}
        4 "again"  {{ repeat at most 3 {{ do order() }}; goto menu_{far} }}
        0 "people" -> people
        no_input   {{ say wrong }}
        no_match   {{ say wrong }}
    }}
}}
"#,
            if menu == 0 { "answer" } else { "say told" }
        );
    }
    let compiled = compile(&MemoryFiles::script(&text));
    let report = compiled.report(callwright::source::Style::Plain);
    compiled.program.unwrap_or_else(|| panic!("{report}"))
}

/// The whole search; how many states it saw.
fn explored(explorer: &Explorer, threads: usize) -> usize {
    let mut search = explorer.search(MOST);
    while !search.is_done() {
        let batches = layer(&mut search, threads);
        search.take(batches);
    }
    let report = search.report();
    assert!(report.is_complete && report.findings.is_empty(), "{} findings", report.findings.len());
    report.states
}

/// As the program does it: a second thread is not worth its while for a few states.
fn layer(search: &mut Search, threads: usize) -> Vec<Batch> {
    if threads == 1 || search.round_len() < 400 {
        return search.parts(1).into_iter().map(Part::expand).collect();
    }
    std::thread::scope(|scope| {
        let mut parts = search.parts(threads).into_iter();
        let own = parts.next();
        let running: Vec<_> = parts.map(|part| scope.spawn(move || part.expand())).collect();
        let mut batches: Vec<Batch> = own.map(Part::expand).into_iter().collect();
        batches.extend(running.into_iter().map(|batch| batch.join().expect("a batch")));
        batches
    })
}

fn states(criterion: &mut Criterion) {
    let program = program();
    let explorer = Explorer::new(&program, Wall(1_767_225_600_000));
    let count = explored(&explorer, 1);
    println!("{MENUS} menus, {} nodes: {count} states", program.nodes.len());
    let mut group = criterion.benchmark_group("states");
    group.throughput(Throughput::Elements(count as u64)).sample_size(10);
    group.bench_function("on one core", |bench| bench.iter(|| explored(black_box(&explorer), 1)));
    group.bench_function("on two", |bench| bench.iter(|| explored(black_box(&explorer), 2)));
    group.finish();
}

criterion_group!(benches, states);
criterion_main!(benches);
