//! What a session holds that waits for a key of a menu: counted by the allocator, the program left out, which all share.
//!
//! `cargo bench --bench memory`

use bank::{Call, contact};
use callwright::engine::{Image, Session};
use cap::Cap;
use std::alloc::System;
use std::sync::Arc;

mod bank;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Sessions that wait at once.
const SESSIONS: usize = 10_000;

fn waiting(image: &Arc<Image>) -> Session {
    let mut call = Call::begin(image, contact(), |_, _, _| {});
    call.walk_to_the_menu();
    call.session
}

fn main() {
    let image = bank::image();
    // Whatever is made once, as tables of a time zone, is there already.
    let mut call = Call::begin(&image, contact(), |_, _, _| {});
    call.walk_to_the_menu();
    call.walk_to_the_end();
    let mut sessions: Vec<Session> = Vec::with_capacity(SESSIONS);
    let before = ALLOCATOR.allocated();
    sessions.extend((0..SESSIONS).map(|_| waiting(&image)));
    let heap = (ALLOCATOR.allocated() - before) / SESSIONS;
    let place = size_of::<Session>();
    println!("a waiting session: {} bytes, {place} in place and {heap} on the heap", place + heap);
}
