//! libFuzzer behind any target: `CALLWRIGHT_TARGET=sip cargo +nightly fuzz run --features libfuzzer any`.
#![no_main]

use callwright_fuzz::Target;
use std::sync::OnceLock;

static TARGET: OnceLock<&'static Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let target = TARGET.get_or_init(|| {
        let name = std::env::var("CALLWRIGHT_TARGET").unwrap_or_default();
        callwright_fuzz::named(&name).unwrap_or_else(|| panic!("CALLWRIGHT_TARGET names no target: `{name}`"))
    });
    (target.run)(data);
});
