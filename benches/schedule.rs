//! What schedules cost: a question, the next change, and the proof over ten years.
//!
//! `cargo bench --bench schedule`

// clippy.toml's list is for the pure rooms.
#![allow(clippy::disallowed_methods)]

use callwright::language;
use callwright::program::Schedule;
use callwright::source::MemoryFiles;
use callwright::time::Wall;
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::Date;
use std::hint::black_box;

/// Everything that a line of hours can be.
const OFFICE: &str = r#"
program p { languages en; default { hung_up { outcome abandoned } } }
flow start { answer; outcome abandoned; hangup }
route main { call -> start; otherwise -> reject not_found }
calendar holidays {
    jan 1 observed; jan 6; easter - 2; easter + 1; may 1; easter + 39; 4th thu of nov; last mon of may
    jul 4 observed; dec 24 to dec 26
}
hours office in "America/New_York" {
    mon-thu 09:00-13:00, 14:00-18:00
    fri     09:00-15:00
    season summer jun 1 to aug 31 { mon-fri 08:00-15:30 }
    closed on holidays
    nov 11 09:00-12:00
    2026-12-30 closed
    2027-01-04 to 2027-01-06 10:00-14:00
}
"#;

fn office() -> Schedule {
    let program = language::compile(&MemoryFiles::script(OFFICE)).program.expect("it compiles");
    program.schedules.into_iter().next().expect("hours")
}

fn schedules(criterion: &mut Criterion) {
    let office = office();
    let today = Date::constant(2026, 11, 22);
    // A Friday in November, in the morning, and the evening before a holiday.
    let (open, closed) = (Wall(1_795_190_400_000), Wall(1_798_153_200_000));
    let mut group = criterion.benchmark_group("schedule");
    group.bench_function("is_open", |bench| bench.iter(|| office.is_open(black_box(open))));
    group.bench_function("next_change near", |bench| bench.iter(|| office.next_change(black_box(open))));
    group.bench_function("next_change over holidays", |bench| {
        bench.iter(|| office.next_change(black_box(closed)));
    });
    group.bench_function("proof of ten years", |bench| bench.iter(|| office.faults(black_box(today))));
    group.finish();
}

criterion_group!(benches, schedules);
criterion_main!(benches);
