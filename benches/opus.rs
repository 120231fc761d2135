//! What a call in Opus costs the thread that has the media, beside one in G.711.
//!
//! `cargo bench --no-default-features --features opus --bench opus`

use callwright::media::{
    Clip, Codec, FarEnd, Formats, Gaps, Heard, Idle, InBandKeys, Leg, LegConfig, OpusTerms, PlayId, Repeat,
};
use callwright::time::Millis;
use criterion::{Criterion, criterion_group, criterion_main};
use std::f32::consts::TAU;
use std::hint::black_box;
use std::net::SocketAddr;

/// A harmonic buzz with syllables, for five seconds.
fn voice() -> Clip {
    let sample = |n: usize| {
        let t = n as f32 / 8000.0;
        let phase = 150.0 * t - 8.0 * (TAU * t * 0.7).cos();
        let harmonics: f32 =
            (1..20u8).map(|h| (TAU * (phase * f32::from(h)).fract()).sin() / f32::from(h)).sum();
        (harmonics * (TAU * 2.5 * t).sin().abs() * 4000.0) as i16
    };
    Clip::from_samples(&(0..40_000).map(sample).collect::<Vec<_>>())
}

fn far() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 2], 5000))
}

fn leg(formats: Formats) -> Leg {
    let mut leg = Leg::new(LegConfig {
        formats,
        remote: far(),
        reports_to: Default::default(),
        far_end: FarEnd::Known(far().ip()),
        ssrc: 1,
        first_sequence: 1,
        first_timestamp: 1,
        idle: Idle::Silence,
        key_timing: Default::default(),
        in_band_keys: InBandKeys::Never,
        chance: 1,
    });
    leg.play(PlayId(1), vec![voice().into()], Repeat::Forever);
    leg
}

fn bench(c: &mut Criterion) {
    let plain = OpusTerms::usual(111);
    let formats = [
        ("PCMA", Formats::of(Codec::Pcma)),
        ("Opus", Formats::opus(111, plain)),
        ("Opus with redundancy", Formats::opus(111, OpusTerms { fec: true, ..plain })),
    ];
    let mut group = c.benchmark_group("a packet of 20 ms");
    for (name, formats) in formats {
        let (mut sending, mut now, mut packet) = (leg(formats), 0, Vec::new());
        group.bench_function(format!("played in {name}"), |b| {
            b.iter(|| {
                now += 20;
                black_box(sending.tick(Millis(now), &mut packet))
            });
        });
        let (mut hearing, mut octets) = (leg(formats), Vec::new());
        group.bench_function(format!("sent and heard in {name}"), |b| {
            b.iter(|| {
                now += 20;
                sending.tick(Millis(now), &mut packet);
                if let Heard::Packed = hearing.receive(Millis(now), &packet, far()) {
                    while let Heard::Audio(audio) = hearing.unpack(Millis(now), Gaps::Repair, &mut octets) {
                        black_box(audio.payload.len());
                    }
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
