//! What it costs to look for keys in a packet of 20 ms.
//!
//! `cargo bench --bench dtmf`

use callwright::media::{Key, ToneReceiver};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::f32::consts::TAU;
use std::hint::black_box;

/// Packets of 20 ms in the ten seconds that are heard.
const PACKETS: usize = 500;

fn tone(hz: f32, n: usize) -> f32 {
    (TAU * (hz * n as f32 / 8000.0).fract()).sin()
}

/// A harmonic buzz whose pitch glides: more of it looks like a key than of any noise.
fn voice(n: usize) -> f32 {
    let t = n as f32 / 8000.0;
    let phase = 150.0 * t - 8.0 * (TAU * t * 0.7).cos();
    (1..20u8).map(|h| (TAU * (phase * f32::from(h)).fract()).sin() / f32::from(h)).sum::<f32>() * 4000.0
}

/// Keys of 100 ms with pauses as long.
fn keys(n: usize) -> f32 {
    let is_pressed = n % 1600 < 800;
    if is_pressed { 6000.0 * (tone(770.0, n) + tone(1336.0, n)) } else { 0.0 }
}

fn hear(receiver: &mut ToneReceiver, sound: &[i16]) -> usize {
    sound.iter().filter_map(|sample| receiver.hear(*sample)).map(Key::event).map(usize::from).sum()
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("a packet of 20 ms");
    group.throughput(Throughput::Elements(PACKETS as u64));
    let sampled =
        |sound: fn(usize) -> f32| -> Vec<i16> { (0..PACKETS * 160).map(|n| sound(n) as i16).collect() };
    for (name, sound) in [("silence", sampled(|_| 0.0)), ("voice", sampled(voice)), ("keys", sampled(keys))] {
        let mut receiver = ToneReceiver::default();
        group.bench_function(name, |b| b.iter(|| hear(&mut receiver, black_box(&sound))));
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
