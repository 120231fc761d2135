//! Random walks through programs with other legs, rooms, queues and messages.

use super::walk::{LINES, WALKS, actions, number, walk};
use callwright::engine::Action;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Legs in all their phases.
const HUNT: &str = r#"
tone beeps { 425Hz 200ms, pause 300ms }
flow start {
    ring
    early media
    say hello
    transfer to +7 843 203-57-00 all at once {
        ring 10s
        connected who { note "taken"; say bye; play beeps }
        completed, busy, redirected -> hunt
        no_answer, unavailable, refused, failed -> hunt
    }
}
flow hunt {
    answer
    record call
    repeat at most 5 {
        transfer to +7 843 203-57-00, "pc", "104" in order {
            ring 8s
            next say wait_please
            whisper say question then bye
            accept 1 within 5s
            while waiting { repeat at most 100 { play beeps; say wait_please } }
            connected who { say again_please; note who }
            completed { say bye }
            busy, no_answer, unavailable, refused, failed { say wrong }
            redirected where { say silence }
        }
        send digits "12#"
        conference "room" {
            as participant
            at most 5
            wait for moderator
            entering members { if members > 1 { say hello } }
            joined { note "in"; say bye }
            left, removed, refused, full { say wrong }
        }
        play beeps for 3s
        transfer to "a", "b", "c" all at once {
            whisper say question
            accept any within 4s
            completed, busy, no_answer, unavailable, refused, redirected, failed { say wrong }
        }
    }
    hand over to "elsewhere" { refused, failed -> sorry }
}
"#;

#[test]
fn random_walks_through_hunts_keep_the_contract() {
    let image = super::image(HUNT);
    let mut bridged = 0;
    for seed in 0..WALKS {
        let failed = catch_unwind(AssertUnwindSafe(|| walk(&image, seed, &LINES)));
        let journal = failed.unwrap_or_else(|_| panic!("the walk of seed {seed} breaks the contract"));
        bridged += actions(&journal).filter(|action| matches!(action, Action::Bridge { .. })).count();
    }
    assert!(bridged > 20, "the walks do not get everywhere: {bridged}");
}

/// The programs of tests/waiting, with the numbers of their lines.
const WAITING: [(&str, &[&str]); 4] = [
    ("tests/waiting/care", &["+14155550100"]),
    ("tests/waiting/voicemail", &["+12065550100", "+12065550101", "+12065550102"]),
    ("tests/waiting/office", &["+78432035701", "+78432035702", "+78432035703", "+78432035704"]),
    ("tests/waiting/legs", &["+12065550100", "+12065550100", "+12065550101", "+12065550102"]),
];

#[test]
fn random_walks_through_queues_and_messages_keep_the_contract() {
    let mut done = BTreeSet::new();
    for (dir, lines) in WAITING {
        let image = crate::harness::image(&callwright::cli::disk::DiskFiles::new(dir));
        for seed in 0..number("CALLWRIGHT_WALKS").unwrap_or(WALKS) {
            let journal = catch_unwind(AssertUnwindSafe(|| walk(&image, seed, lines)));
            let journal = journal.unwrap_or_else(|_| panic!("{dir}, seed {seed}"));
            done.extend(
                actions(&journal)
                    .map(|action| action.to_string().split(' ').take(2).collect::<Vec<_>>().join(" ")),
            );
        }
    }
    let reached = |word: &&str| done.iter().any(|line| line.starts_with(word));
    let deep = ["queue", "leave queue", "record", "end recording", "bridge", "play"];
    assert!(deep.iter().all(reached), "the walks do not get everywhere: {done:?}");
}
