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

#[test]
fn calls_are_made_up_for_every_exit_whatever_data_decides() {
    let program = program(FLOWS);
    let image = Arc::new(Image::new(program).expect("its functions compile"));
    let explorer = Explorer::new(&image, Wall(1_767_225_600_000));
    let mut search = explorer.search(200_000);
    while !search.is_done() {
        let batches = search.parts(1).into_iter().map(|part| part.expand()).collect();
        search.take(batches);
    }
    let last = |way: &callwright::explore::Story| way.steps.last().map(|step| step.mv.plain());
    let all: BTreeSet<Move> = search.exits().iter().filter_map(last).collect();

    // When calls are made up for all exits that the prover knows
    let mut teller = Teller::default();
    let ways = explorer.tour(all.clone(), 3_000, |way| teller.retell(&image, way, "tour").is_ok());

    // Then they take them all, but those of functions that fail, for which nothing can be made up.
    let taken: BTreeSet<Move> = ways.iter().flat_map(|way| &way.steps).map(|step| step.mv.plain()).collect();
    let left = all.difference(&taken).map(|mv| {
        let place = &image.node(mv.node).place;
        format!("{}: {}", place.line, told(&image, *mv).unwrap_or_default())
    });
    let left: Vec<String> = left.filter(|line| !line.ends_with(": failed")).collect();
    assert!(left.is_empty(), "{} of {} are left: {left:#?}", left.len(), all.len());
}
