//! A set of calls that takes every exit: what cannot be played bars a way, and not what lies behind it.

use super::retold::program;
use callwright::engine::Image;
use callwright::explore::{Explorer, Move, told};
use callwright::simulator::Teller;
use callwright::time::Wall;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Conditions on what a caller keys, a service replies, the CRM and the program keep, the number, the day and chance.
const FLOWS: &str = r#"
flow start {
    answer
    choose { 9 -> asked; 1 -> fine }
}
flow asked {
    ask n: number 1..99 { say question }
    get bank.cards(n) {
        ok reply {
            for each one in reply.cards at most 3 { if one.size > 7 -> counted(one.size * 2) }
            if reply.cards.first is some first { if first.name = "gold" -> fine }
            if reply.cards.count = 3 -> counted(n)
            if reply.cards is empty -> counted(n)
            if reply.best.size + n > 100 -> counted(n)
            if reply.sum >= 50.00 EUR -> fine
        }
        unknown -> abroad
    }
    goto abroad
}
flow counted(size: number) {
    if calls > 2 { count calls; goto fine }
    if size > 30 -> fine
    goto abroad
}
flow abroad {
    if caller is some phone { if phone starts with "49" -> fine }
    ask day: date format "DDMMYYYY" { say question; check day > today; check day < today + 30d; invalid -> fine }
    identify caller {
        one client {
            if client.open_case is some open { if open.age > 7d -> fine }
            if rank(client.tier) = 1 -> fine
            outcome resolved; hangup
        }
        many, none -> due
    }
}
flow due {
    if today.month = 7 -> fine
    if office is open -> twice
    outcome resolved; hangup
}
"#;

/// Exits that need more than a value: a flow that only a call behind it orders, a key that must wait until somebody has
/// left, hours that never open again, a store that fails twice, and entries that do not fit in every way there is.
const BEHIND: &str = r#"
queue desk { strategy longest_idle  timeout 10m }
flow start {
    answer
    menu {
        say question
        1 "word"  -> leaves_word
        2 "desk"  -> asks_desk
        3 "count" -> counts
        4 "pay"   -> pays
        5 "twice" -> twice
    }
}
flow leaves_word {
    record words {
        say question
        min 3s
        max 60s
        silence 4s
        until #
        silent, too_short { say apology; again at most 2 else -> fine }
        failed -> fine
    }
    afterwards do deliver(words)
    goto fine
}
flow deliver(words: recording) {
    transcribe words within 5m {
        ready text   { send email to "desk@example.org" subject "Words" text "{text}" attach words }
        failed, late { send email to "desk@example.org" subject "No words" text "none" attach words }
    }
    return
}
flow asks_desk {
    after call do opinion()
    if office is closed {
        if office.opens is some at { say hello }
        goto fine
    }
    queue desk { timeout, full, closed -> fine }
}
flow opinion {
    default { give_up -> fine }
    ask mark: number 1..5 { say question; no_match { say apology }; too_short { say hello } }
    outcome resolved topic "balance"
    hangup
}
flow counts {
    if contact.priority = "emergency" { say hello }
    if contact.language = "es" { say apology }
    if from "boss@example.com" { say hello }
    count calls
    if calls > 2 { say hello }
    if calls > 3 { say apology }
    if caller is some phone { if phone is mobile { say hello } }
    identify caller { one client { if caller is some phone { say number_is("1") } }; many, none { } }
    goto fine
}
flow pays {
    get bank.cards(1) {
        ok reply {
            ask sum: money PLN { say question; check sum >= reply.sum / 10; check sum <= reply.sum; invalid { say apology }; too_short { say hello } }
            ask code: digits 4 { say question; invalid { say apology }; too_short { say hello } }
        }
        unknown -> fine
    }
    goto fine
}
"#;

/// The exits that are left when calls are made up for all that the prover knows.
fn left(flows: &str) -> Vec<String> {
    let image = Arc::new(Image::new(program(flows)).expect("its functions compile"));
    let explorer = Explorer::new(&image, Wall(1_767_225_600_000));
    let mut search = explorer.search(200_000);
    while !search.is_done() {
        let batches = search.parts(1).into_iter().map(|part| part.expand()).collect();
        search.take(batches);
    }
    let last = |way: &callwright::explore::Story| way.steps.last().map(|step| step.mv.plain());
    let all: BTreeSet<Move> = search.exits().iter().filter_map(last).collect();
    let mut teller = Teller::default();
    let plays = |way: &callwright::explore::Story| {
        teller.retell(&image, way, "tour").map(drop).map_err(|untold| untold.node())
    };
    let ways = explorer.tour(all.clone(), 3_000, plays);
    let taken: BTreeSet<Move> = ways.iter().flat_map(|way| &way.steps).map(|step| step.mv.plain()).collect();
    let told = |mv: &Move| {
        let place = &image.node(mv.node).place;
        format!("{}: {}", place.line, told(&image, *mv).unwrap_or_default())
    };
    all.difference(&taken).map(told).collect()
}

#[test]
fn calls_are_made_up_for_every_exit_whatever_data_decides() {
    // But for those of functions that fail, for which nothing can be made up.
    let left: Vec<String> = left(FLOWS).into_iter().filter(|line| !line.ends_with(": failed")).collect();
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn calls_are_made_up_for_what_comes_about_only_behind_something_else() {
    let left = left(BEHIND);
    assert!(left.is_empty(), "{left:#?}");
}
