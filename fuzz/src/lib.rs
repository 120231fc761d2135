//! Every parser that a network, a script, a scenario, a journal or a sound file reaches, as a function of octets that must
//! come back: without a panic, without much time, and where it says more, with what it says.
//!
//! libFuzzer drives them through `fuzz_targets/any.rs`, and where there is none, `mutate` does with mutations of the seeds.

pub mod corpus;
pub mod grow;
pub mod seeds;
mod targets;

/// One parser.
pub struct Target {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Gives it octets.
    pub run: fn(&[u8]),
    /// What it is begun with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Something that it reads, of about so many octets.
    pub sample: fn(usize) -> Vec<u8>,
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "sip", run: targets::sip::message, seeds: seeds::sip, sample: grow::sip },
    Target { name: "endpoint", run: targets::sip::endpoint, seeds: seeds::sip, sample: grow::sip },
    Target { name: "stream", run: targets::sip::stream, seeds: seeds::streams, sample: grow::stream },
    Target {
        name: "sdp",
        run: targets::sip::description,
        seeds: seeds::descriptions,
        sample: grow::description,
    },
    Target { name: "digest", run: targets::sip::digest, seeds: seeds::proofs, sample: grow::proof },
    Target { name: "passport", run: targets::sip::passport, seeds: seeds::passports, sample: grow::passport },
    Target {
        name: "certificate",
        run: targets::sip::certificate,
        seeds: seeds::certificates,
        sample: grow::certificate,
    },
    Target { name: "rtp", run: targets::media::packets, seeds: seeds::packets, sample: grow::packets },
    Target { name: "srtp", run: targets::media::sealed, seeds: seeds::packets, sample: grow::packets },
    Target { name: "wav", run: targets::media::sound, seeds: seeds::sounds, sample: grow::sound },
    Target { name: "flow", run: targets::text::flow, seeds: seeds::flows, sample: grow::flow },
    Target { name: "layout", run: targets::text::layout, seeds: seeds::flows, sample: grow::flow },
    Target {
        name: "scenario",
        run: targets::text::scenario,
        seeds: seeds::scenarios,
        sample: grow::scenario,
    },
    Target { name: "settings", run: targets::text::settings, seeds: seeds::settings, sample: grow::settings },
    Target { name: "journal", run: targets::text::journal, seeds: seeds::journals, sample: grow::journal },
    Target {
        name: "customers",
        run: targets::text::customers,
        seeds: seeds::customers,
        sample: grow::customers,
    },
    Target { name: "numbers", run: targets::text::numbers, seeds: seeds::numbers, sample: grow::numbers },
    Target {
        name: "connector",
        run: targets::text::connector,
        seeds: seeds::connectors,
        sample: grow::connector,
    },
    Target { name: "reply", run: targets::text::reply, seeds: seeds::replies, sample: grow::reply },
    Target {
        name: "calendar",
        run: targets::text::calendar,
        seeds: seeds::calendars,
        sample: grow::calendar,
    },
    Target {
        name: "functions",
        run: targets::text::functions,
        seeds: seeds::functions,
        sample: grow::functions,
    },
    Target { name: "segment", run: targets::kept::segment, seeds: seeds::segments, sample: grow::segment },
    Target { name: "standing", run: targets::kept::standing, seeds: seeds::standing, sample: grow::standing },
    Target { name: "said", run: targets::kept::said, seeds: seeds::said, sample: grow::said },
    Target { name: "request", run: targets::kept::request, seeds: seeds::requests, sample: grow::request },
    Target { name: "phone", run: targets::text::phone, seeds: seeds::phones, sample: grow::phone },
];

/// The target of this name.
pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
