//! How many calls of ten steps, arrival included, one core carries: alone, with the journal's lines, with the
//! transcript's, and in the simulator with a world around them.
//!
//! `cargo bench --bench engine`

use bank::{Call, contact, key};
use callwright::engine::{Action, Event, Image, JournalEntry, JournalHeader, line};
use callwright::simulator::{Drive, Transcript, World};
use callwright::time::Millis;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;

mod bank;

fn alone(image: &Arc<Image>) -> bool {
    play(image, |_, _, _| {})
}

/// Every line of the journal is made, and none is kept.
fn with_journal(image: &Arc<Image>) -> bool {
    black_box(line(&JournalHeader::new(image, &contact())));
    play(image, |now, event, actions| {
        black_box(line(&JournalEntry::new(now.since(Millis(0)), event, actions)));
    })
}

/// Every line of the transcript is made, and none is kept.
fn with_transcript(image: &Arc<Image>) -> bool {
    let transcript = Transcript::new(image, false);
    black_box(transcript.arrival(&contact()));
    play(image, |now, event, actions| {
        black_box(transcript.step(now.since(Millis(0)), event, actions));
    })
}

/// Plays the call; whether it came to its end.
fn play(image: &Arc<Image>, told: impl FnMut(Millis, Option<&Event>, &[Action])) -> bool {
    let mut call = Call::begin(image, contact(), told);
    call.walk_to_the_menu();
    call.walk_to_the_end();
    call.session.is_over()
}

/// The same call in the simulator: its world answers, its clock goes from one thing to the next, its journal is kept.
fn simulated(image: &Arc<Image>) -> bool {
    let mut drive = Drive::start(image, World::default(), contact());
    for (at, sign) in [(9_000, '3'), (18_000, '2')] {
        while drive.advance(Millis(at)) {}
        drive.press(Millis(at), key(sign));
    }
    while drive.advance(Millis(60_000)) {}
    drive.is_over()
}

fn calls(criterion: &mut Criterion) {
    let image = bank::image();
    assert!(alone(&image) && simulated(&image), "the call goes to its end");
    let mut group = criterion.benchmark_group("calls of ten steps");
    // An element is a call.
    group.throughput(Throughput::Elements(1));
    group.bench_function("alone", |bench| bench.iter(|| alone(black_box(&image))));
    group.bench_function("with journal", |bench| bench.iter(|| with_journal(black_box(&image))));
    group.bench_function("with transcript", |bench| bench.iter(|| with_transcript(black_box(&image))));
    group.bench_function("in the simulator", |bench| bench.iter(|| simulated(black_box(&image))));
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
