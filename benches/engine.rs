//! What a step of a session costs, and how much a waiting session remembers.
//!
//! `cargo bench --bench engine`

use callwright::cli::disk::DiskFiles;
use callwright::engine::{Action, ActionId, Actions, Contact, Event, Image, Lookup, Session};
use callwright::language;
use callwright::program::{Caller, Channel, Key, Phone};
use callwright::time::{Millis, Wall};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;

/// A Friday noon, when the bank's office is open.
const NOON: Wall = Wall(1_795_165_200_000);
/// Steps of the call below, its arrival included.
const STEPS: u64 = 10;

fn bank() -> Arc<Image> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/flows/bank");
    let program = language::compile(&DiskFiles::new(folder)).program.expect("the shipped bank compiles");
    Image::new(program).expect("its functions compile")
}

fn contact() -> Contact {
    Contact {
        id: "bench-1".into(),
        channel: Channel::Call,
        from: Caller::Number(Phone::from_e164("+79000000001").expect("a number")),
        to: "+78432035737".into(),
        to_number: Phone::from_e164("+78432035737"),
        arrived: NOON,
        seed: 1,
    }
}

/// The id of the last thing that will be answered.
fn asked(actions: &Actions) -> ActionId {
    let id = actions.iter().rev().find_map(|action| match action {
        Action::Answer { id } | Action::Play { id, .. } | Action::Identify { id, .. } => Some(*id),
        _ => None,
    });
    id.expect("something is asked")
}

fn key(sign: char) -> Event {
    Event::Key { key: Key::from_char(sign).expect("a key") }
}

/// Welcome, nobody known, the menu, a branch's hours, goodbye.
fn call(image: &Arc<Image>, contact: Contact) -> Session {
    let (mut session, actions) = Session::start(image.clone(), contact, Millis(0));
    let actions = session.step(Millis(10), Event::Answered { id: asked(&actions) });
    let actions = session.step(Millis(2000), Event::Played { id: asked(&actions) });
    let actions = session.step(Millis(2010), Event::Found { id: asked(&actions), result: Lookup::None });
    let _ = session.step(Millis(9000), Event::Played { id: asked(&actions) });
    let actions = session.step(Millis(10_000), key('3'));
    let actions = session.step(Millis(15_000), Event::Played { id: asked(&actions) });
    let _ = session.step(Millis(18_000), Event::Played { id: asked(&actions) });
    let actions = session.step(Millis(19_000), key('2'));
    let _ = session.step(Millis(21_000), Event::Played { id: asked(&actions) });
    session
}

fn steps(criterion: &mut Criterion) {
    let image = bank();
    assert!(call(&image, contact()).is_over(), "the call goes to its end");
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Elements(STEPS));
    group.bench_function("a call of ten steps", |bench| bench.iter(|| call(black_box(&image), contact())));
    group.finish();
    waiting(&image);
}

/// Prints what a session remembers that waits for a key of the menu.
fn waiting(image: &Arc<Image>) {
    let (mut session, actions) = Session::start(image.clone(), contact(), Millis(0));
    let actions = session.step(Millis(10), Event::Answered { id: asked(&actions) });
    let actions = session.step(Millis(2000), Event::Played { id: asked(&actions) });
    let actions = session.step(Millis(2010), Event::Found { id: asked(&actions), result: Lookup::None });
    let _ = session.step(Millis(9000), Event::Played { id: asked(&actions) });
    let written = serde_json::to_string(session.state()).map_or(0, |text| text.len());
    println!("a waiting session: {} bytes in place, {written} written down", size_of::<Session>());
}

criterion_group!(benches, steps);
criterion_main!(benches);
