//! The machine of queues, stepped by hand: who is asked, who is connected, and that nobody is lost.

use crate::harness::image;
use callwright::engine::{Action, JournalEntry};
use callwright::program::Strategy;
use callwright::queues::{Doing, Floor, Input, Miss, OperatorTerms, Output, Rules, Ticket};
use callwright::simulator::{ContactRun, ScenarioFile, test};
use callwright::source::MemoryFiles;
use callwright::time::{DurationMs, Millis, Wall};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// A floor with its queues `support` and `sales`, and the lines of what it says.
struct Story {
    floor: Floor,
    now: u64,
}

fn rules(strategy: Strategy) -> Rules {
    let (ring, wrap_up) = (DurationMs::from_secs(20), DurationMs::from_secs(10));
    Rules { strategy, ring, wrap_up, at_most: Some(3) }
}

impl Story {
    /// Operators as `ann: support, sales`.
    fn of(strategy: Strategy, operators: &[&str]) -> Story {
        let operator = |line: &&str| {
            let (name, queues) = line.split_once(": ").expect("a name and queues");
            let queues = queues.split(", ").map(Into::into).collect();
            OperatorTerms { name: name.into(), queues, pause_after: 2 }
        };
        let queues = ["support", "sales"].map(|name| (name.into(), rules(strategy)));
        Story { floor: Floor::new(queues, operators.iter().map(operator), Millis(0)), now: 0 }
    }

    fn at(&mut self, now: u64, input: Input) -> Vec<String> {
        self.now = now;
        let outputs = self.floor.step(Millis(now), input);
        outputs.into_iter().map(line).collect()
    }

    fn joins(&mut self, now: u64, ticket: u64, queue: &str) -> Vec<String> {
        self.joins_with(now, ticket, queue, 0)
    }

    fn joins_with(&mut self, now: u64, ticket: u64, queue: &str, priority: i64) -> Vec<String> {
        let (ticket, queue, since) = (Ticket(ticket), queue.into(), Wall(now as i64));
        let join = Input::Join { ticket, queue, priority: Decimal::from(priority), since, kept: None };
        self.at(now, join)
    }

    fn takes(&mut self, now: u64, ticket: u64, operator: &str) -> Vec<String> {
        self.at(now, Input::Took { ticket: Ticket(ticket), operator: operator.into() })
    }

    fn misses(&mut self, now: u64, ticket: u64, operator: &str, miss: Miss) -> Vec<String> {
        self.at(now, Input::Missed { ticket: Ticket(ticket), operator: operator.into(), miss })
    }

    fn leaves(&mut self, now: u64, ticket: u64) -> Vec<String> {
        self.at(now, Input::Leave { ticket: Ticket(ticket) })
    }

    fn passes(&mut self, now: u64) -> Vec<String> {
        self.at(now, Input::Tick)
    }

    fn doing(&self, operator: &str) -> Doing {
        let views = self.floor.view_operators();
        views.iter().find(|view| *view.name == *operator).expect("an operator").doing
    }
}

fn line(output: Output) -> String {
    match output {
        Output::Place { ticket, ahead, expected: None } => format!("{} has {ahead} ahead", ticket.0),
        Output::Place { ticket, ahead, expected: Some(expected) } => {
            format!("{} has {ahead} ahead, {expected}", ticket.0)
        }
        Output::Ring { ticket, operator } => format!("ring {operator} for {}", ticket.0),
        Output::LetGo { ticket, operator } => format!("let {operator} go for {}", ticket.0),
        Output::Connect { ticket, operator } => format!("connect {} with {operator}", ticket.0),
        Output::CallBack { ticket, operator } => format!("call {} back, {operator} is kept", ticket.0),
        Output::Full { ticket } => format!("{} finds it full", ticket.0),
        Output::Closed { ticket } => format!("{} finds it closed", ticket.0),
        Output::Paused { operator } => format!("{operator} is paused"),
    }
}

#[test]
fn whoever_has_been_idle_for_longest_is_rung_and_has_the_caller() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support", "bob: support"]);
    assert_eq!(story.joins(0, 1, "support"), ["ring ann for 1", "1 has 0 ahead"]);
    assert_eq!(story.takes(3_000, 1, "ann"), ["connect 1 with ann"]);
    assert_eq!(story.leaves(60_000, 1), [""; 0]);
    assert_eq!(story.joins(61_000, 2, "support"), ["ring bob for 2", "2 has 0 ahead, 33s500ms"]);
    assert_eq!(story.leaves(62_000, 2), ["let bob go for 2"]);
    assert_eq!(story.joins(80_000, 3, "support")[0], "ring bob for 3", "who rang for nothing keeps the turn");
}

#[test]
fn in_turn_the_one_behind_the_last_is_rung() {
    let mut story = Story::of(Strategy::RoundRobin, &["ann: support", "bob: support", "cid: support"]);
    let mut rung = Vec::new();
    for ticket in 1..=4 {
        let now = ticket * 1_000;
        rung.push(story.joins(now, ticket, "support")[0].clone());
        story.leaves(now + 500, ticket);
    }
    assert_eq!(rung, ["ring ann for 1", "ring bob for 2", "ring cid for 3", "ring ann for 4"]);
}

#[test]
fn an_operator_whose_conversation_is_older_than_the_process_is_rung_behind_it() {
    let speaks = |ticket: u64, operator: &str| Input::Speaks {
        ticket: Ticket(ticket),
        queue: "support".into(),
        since: Wall(0),
        operator: operator.into(),
    };
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    assert_eq!(story.at(0, speaks(1, "ann")), [""; 0]);
    assert_eq!(story.doing("ann"), Doing::Speaking);
    assert_eq!(story.joins(1_000, 2, "support"), ["2 has 0 ahead"]);
    assert_eq!(story.leaves(5_000, 1), [""; 0], "she is left alone for a while");
    assert_eq!(story.passes(15_000), ["ring ann for 2"]);

    // One who was given to somebody else meanwhile is let go there; who is not known any more binds nobody.
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    assert_eq!(story.joins(0, 1, "support"), ["ring ann for 1", "1 has 0 ahead"]);
    assert_eq!(story.at(10, speaks(2, "ann")), ["let ann go for 1"]);
    assert_eq!(story.takes(20, 1, "ann"), ["let ann go for 1"], "she took it too late");
    assert_eq!(story.at(30, speaks(3, "ann")), [""; 0], "nobody speaks twice");
    assert_eq!(story.leaves(40, 3), [""; 0]);
    assert_eq!(story.doing("ann"), Doing::Speaking);
    assert_eq!(story.at(50, speaks(4, "eve")), [""; 0]);
    assert_eq!(story.leaves(60, 4), [""; 0]);
}

#[test]
fn all_ring_and_the_first_who_takes_the_call_has_it() {
    let mut story = Story::of(Strategy::RingAll, &["ann: support", "bob: support"]);
    assert_eq!(story.joins(0, 1, "support"), ["ring ann for 1", "ring bob for 1", "1 has 0 ahead"]);
    assert_eq!(story.takes(2_000, 1, "bob"), ["let ann go for 1", "connect 1 with bob"]);
    // Both took it in the same millisecond: the second is let go, and free for the next.
    assert_eq!(story.takes(2_000, 1, "ann"), ["let ann go for 1"]);
    assert_eq!(story.joins(2_500, 2, "support"), ["ring ann for 2", "2 has 0 ahead"]);
}

#[test]
fn two_callers_never_get_one_operator() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support, sales"]);
    assert_eq!(story.joins(0, 1, "support"), ["ring ann for 1", "1 has 0 ahead"]);
    assert_eq!(story.joins(0, 2, "sales"), ["2 has 0 ahead"]);
    assert_eq!(story.joins(0, 3, "support"), ["3 has 1 ahead"]);
    assert_eq!(story.takes(1_000, 2, "ann"), ["let ann go for 2"], "she was never asked for the second");
    assert_eq!(story.takes(1_000, 1, "ann"), ["connect 1 with ann", "3 has 0 ahead"]);
}

#[test]
fn a_caller_who_hangs_up_in_the_millisecond_in_which_the_call_is_taken_binds_nobody() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    story.joins(0, 1, "support");
    assert_eq!(story.leaves(4_000, 1), ["let ann go for 1"]);
    assert_eq!(story.takes(4_000, 1, "ann"), ["let ann go for 1"]);
    assert_eq!(story.joins(4_000, 2, "support"), ["2 has 0 ahead"]);
    assert_eq!(story.passes(4_300), ["ring ann for 2"]);
    // The other way round: she has taken it, and the caller is gone.
    assert_eq!(story.takes(5_000, 2, "ann"), ["connect 2 with ann"]);
    story.leaves(5_000, 2);
    assert_eq!(story.doing("ann"), Doing::WrapUp);
    story.passes(15_000);
    assert_eq!(story.doing("ann"), Doing::Free);
}

#[test]
fn who_does_not_answer_is_passed_over_and_paused_after_the_second_time() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support", "bob: support"]);
    story.joins(0, 1, "support");
    assert_eq!(story.passes(20_000), ["let ann go for 1", "ring bob for 1"]);
    assert_eq!(story.misses(21_000, 1, "bob", Miss::Busy), [""; 0], "nobody is free");
    assert_eq!(story.passes(25_000), ["ring ann for 1"]);
    assert_eq!(story.misses(26_000, 1, "ann", Miss::Refused), ["ann is paused"]);
    assert_eq!(story.passes(26_000), ["ring bob for 1"]);
    assert_eq!(story.misses(27_000, 1, "bob", Miss::Busy), [""; 0]);
    assert_eq!(story.passes(32_000), ["ring bob for 1"], "only bob is left");
    assert_eq!(
        story.at(40_000, Input::Resume { operator: "ann".into() }),
        [""; 0],
        "the place rings already"
    );
    assert_eq!(story.joins(41_000, 2, "support")[0], "ring ann for 2");
}

#[test]
fn the_answer_wins_over_the_end_of_the_ringing_in_the_same_millisecond() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    story.joins(0, 1, "support");
    assert_eq!(story.takes(20_000, 1, "ann"), ["connect 1 with ann"]);
}

#[test]
fn who_has_answered_may_listen_for_longer_than_it_may_ring() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    story.joins(0, 1, "support");
    story.at(19_000, Input::Answered { ticket: Ticket(1), operator: "ann".into() });
    assert_eq!(story.passes(40_000), [""; 0]);
    assert_eq!(story.takes(41_000, 1, "ann"), ["connect 1 with ann"]);
}

#[test]
fn a_higher_priority_is_served_first_and_the_others_are_told() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    story.joins(0, 1, "support");
    story.takes(0, 1, "ann");
    assert_eq!(story.joins(1_000, 2, "support"), ["2 has 0 ahead"]);
    assert_eq!(story.joins_with(2_000, 3, "support", 5), ["3 has 0 ahead", "2 has 1 ahead"]);
    story.leaves(30_000, 1);
    assert_eq!(story.passes(40_000), ["ring ann for 3"]);
}

#[test]
fn of_two_queues_an_operator_serves_the_better_one_first() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: sales, support"]);
    story.joins(0, 1, "support");
    story.takes(0, 1, "ann");
    story.joins(1_000, 2, "support");
    story.joins(2_000, 3, "sales");
    story.leaves(30_000, 1);
    assert_eq!(story.passes(40_000), ["ring ann for 3"], "although 2 has waited longer");
}

#[test]
fn an_operator_for_whom_a_queue_is_the_first_is_asked_before_others() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: sales, support", "bob: support"]);
    assert_eq!(story.joins(0, 1, "support")[0], "ring bob for 1");
    assert_eq!(story.joins(0, 2, "support")[0], "ring ann for 2");
}

#[test]
fn a_queue_is_full_and_it_is_closed_where_everybody_is_paused() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    (1..=4).for_each(|ticket| drop(story.joins(0, ticket, "support")));
    assert_eq!(story.joins(0, 5, "support"), ["5 finds it full"]);
    assert_eq!(story.joins(0, 6, "sales"), ["6 finds it closed"]);
    story.takes(0, 1, "ann");
    story.at(0, Input::Pause { operator: "ann".into() });
    story.leaves(0, 4);
    assert_eq!(story.joins(1_000, 7, "support"), ["7 finds it closed"], "those who wait go on waiting");
    story.leaves(2_000, 1);
    assert_eq!(story.passes(20_000), [""; 0], "a paused operator is not rung");
    assert_eq!(story.at(21_000, Input::Resume { operator: "ann".into() }), ["ring ann for 2"]);
}

#[test]
fn a_call_back_has_its_place_and_keeps_whoever_is_free_for_its_answer() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    story.joins(0, 1, "support");
    story.takes(0, 1, "ann");
    story.joins(9_000, 3, "support");
    let promise = Input::Promise { ticket: Ticket(2), queue: "support".into(), since: Wall(5_000) };
    assert_eq!(story.at(10_000, promise), ["3 has 1 ahead"], "the place is that of a caller who came before");
    story.leaves(20_000, 1);
    assert_eq!(story.passes(30_000), ["call 2 back, ann is kept", "3 has 0 ahead, 30s"]);
    let (priority, since) = (Decimal::ZERO, Wall(45_000));
    let queue = || "support".into();
    let answer = Input::Join { ticket: Ticket(4), queue: queue(), priority, since, kept: Some(Ticket(2)) };
    assert_eq!(story.at(45_000, answer)[0], "ring ann for 4", "before 3, who waits already");
    assert_eq!(story.takes(46_000, 4, "ann")[0], "connect 4 with ann");
}

#[test]
fn a_call_back_that_nobody_answers_frees_whoever_was_kept() {
    let mut story = Story::of(Strategy::RingAll, &["ann: support"]);
    let promise = |ticket| Input::Promise { ticket: Ticket(ticket), queue: "support".into(), since: Wall(0) };
    assert_eq!(story.at(0, promise(1)), ["call 1 back, ann is kept"]);
    assert_eq!(story.joins(1_000, 2, "support"), ["2 has 0 ahead"]);
    assert_eq!(story.leaves(30_000, 1), ["ring ann for 2"]);
}

#[test]
fn an_operator_whom_another_node_has_is_asked_for_every_second_and_never_paused_for_it() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    assert_eq!(story.joins(0, 1, "support")[0], "ring ann for 1");
    for now in [0, 1_000, 2_000, 3_000] {
        assert_eq!(story.misses(now, 1, "ann", Miss::Elsewhere), [""; 0]);
        assert_eq!(story.passes(now + 999), [""; 0]);
        assert_eq!(story.passes(now + 1_000), ["ring ann for 1"]);
    }
}

#[test]
fn a_call_back_whose_operator_another_node_has_keeps_its_place() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    let promise = Input::Promise { ticket: Ticket(1), queue: "support".into(), since: Wall(0) };
    assert_eq!(story.at(0, promise), ["call 1 back, ann is kept"]);
    assert_eq!(story.misses(100, 1, "ann", Miss::Elsewhere), [""; 0]);
    assert_eq!(story.joins(500, 2, "support"), ["2 has 1 ahead"]);
    assert_eq!(story.passes(1_100), ["call 1 back, ann is kept", "2 has 0 ahead"]);
}

#[test]
fn nobody_is_called_back_outside_the_hours() {
    let mut story = Story::of(Strategy::LongestIdle, &["ann: support"]);
    let hours = |open| Input::Hours { queue: "support".into(), open };
    story.at(0, hours(false));
    let promise = Input::Promise { ticket: Ticket(1), queue: "support".into(), since: Wall(0) };
    assert_eq!(story.at(0, promise), [""; 0]);
    assert_eq!(story.at(60_000, hours(true)), ["call 1 back, ann is kept"]);
}

/// Chance of its own: the numbers follow from the seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// What a driver knows, told from what the machine says alone: who rings where, and who speaks with whom.
#[derive(Default)]
struct Seen {
    rings: Vec<(u64, String)>,
    speaks: Vec<(u64, String)>,
    waits: Vec<u64>,
}

impl Seen {
    fn take(&mut self, outputs: Vec<Output>, seed: u64) {
        for output in outputs {
            match output {
                Output::Ring { ticket, operator } => {
                    let busy = |(_, name): &(u64, String)| **name == *operator;
                    let twice = self.rings.iter().any(busy) || self.speaks.iter().any(busy);
                    assert!(!twice, "{operator} is rung twice, seed {seed}");
                    self.rings.push((ticket.0, operator.to_string()));
                }
                Output::LetGo { ticket, operator } => {
                    self.rings.retain(|rung| *rung != (ticket.0, operator.to_string()));
                }
                Output::Connect { ticket, operator } => {
                    let speaks = |(other, name): &(u64, String)| *other == ticket.0 || **name == *operator;
                    assert!(!self.speaks.iter().any(speaks), "connected twice, seed {seed}");
                    self.rings.retain(|(_, name)| **name != *operator);
                    self.waits.retain(|waits| *waits != ticket.0);
                    self.speaks.push((ticket.0, operator.to_string()));
                }
                Output::Full { ticket } | Output::Closed { ticket } => {
                    self.waits.retain(|waits| *waits != ticket.0);
                }
                Output::Place { .. } | Output::CallBack { .. } | Output::Paused { .. } => {}
            }
        }
    }

    fn leave(&mut self, ticket: u64) {
        self.waits.retain(|waits| *waits != ticket);
        self.speaks.retain(|(speaks, _)| *speaks != ticket);
        self.rings.retain(|(rung, _)| *rung != ticket);
    }
}

#[test]
fn whatever_happens_nobody_is_rung_twice_and_nobody_is_lost() {
    for seed in 0..300 {
        let strategy = Strategy::ALL[seed as usize % Strategy::ALL.len()];
        let operators = ["ann: support, sales", "bob: support", "cid: sales, support"];
        let mut story = Story::of(strategy, &operators);
        let (mut dice, mut seen, mut now) = (Dice(seed), Seen::default(), 0);
        for ticket in 0..200 {
            now += dice.below(3) * dice.below(4_000);
            let input = match dice.below(6) {
                0 | 1 => {
                    seen.waits.push(ticket);
                    let queue = ["support", "sales"][dice.below(2) as usize].into();
                    let priority = Decimal::from(dice.below(2));
                    Input::Join {
                        ticket: Ticket(ticket),
                        queue,
                        priority,
                        since: Wall(now as i64),
                        kept: None,
                    }
                }
                2 | 3 => match seen.rings.first().cloned() {
                    Some((ticket, operator)) => {
                        Input::Took { ticket: Ticket(ticket), operator: operator.into() }
                    }
                    None => Input::Tick,
                },
                4 => match seen.rings.last().cloned() {
                    Some((ticket, operator)) => {
                        seen.rings.pop();
                        let miss = [Miss::Busy, Miss::NoAnswer][dice.below(2) as usize];
                        Input::Missed { ticket: Ticket(ticket), operator: operator.into(), miss }
                    }
                    None => Input::Tick,
                },
                _ => {
                    let there: Vec<u64> = seen
                        .waits
                        .iter()
                        .copied()
                        .chain(seen.speaks.iter().map(|(ticket, _)| *ticket))
                        .collect();
                    match there.get(dice.below(there.len().max(1) as u64) as usize) {
                        Some(ticket) => {
                            seen.leave(*ticket);
                            Input::Leave { ticket: Ticket(*ticket) }
                        }
                        None => Input::Tick,
                    }
                }
            };
            seen.take(story.floor.step(Millis(now), input), seed);
        }
        // Everybody leaves, everybody comes back: all are free.
        let there: Vec<u64> = seen.waits.iter().copied().chain(seen.speaks.iter().map(|(t, _)| *t)).collect();
        for ticket in there {
            seen.leave(ticket);
            seen.take(story.floor.step(Millis(now), Input::Leave { ticket: Ticket(ticket) }), seed);
        }
        seen.take(story.floor.step(Millis(now + 60_000), Input::Tick), seed);
        let lost = operators.iter().map(|line| line.split(':').next().expect("a name"));
        let lost: Vec<&str> = lost.filter(|name| story.doing(name) != Doing::Free).collect();
        assert!(lost.is_empty(), "{lost:?} never come back, seed {seed}");
    }
}

const CROWD: &str = r#"
program crowd { languages en; default { hung_up { outcome abandoned } } }
crm { outcomes resolved }
queue support { strategy longest_idle; timeout 30m }
route main { call -> start; otherwise -> reject not_found }
flow start { answer; queue support { timeout, full, closed -> gone } }
flow gone { outcome abandoned; hangup }
"#;

/// Every seed draws other arrivals; three people speak for 50 seconds with each caller.
#[test]
fn the_crowd_of_a_scenario_is_served_as_the_queues_of_a_server_serve_it() {
    for seed in 0..20 {
        let image = image(&MemoryFiles::script(CROWD));
        let yaml = format!(
            "scenarios:\n  - name: all\n    at: 2026-11-20T09:00:00+03:00\n    seed: {seed}\n    crowd: 40 calls within 8m\n    \
             call: {{ from: \"+7 965 629-57-00\", to: \"1\" }}\n    \
             given: {{ queues: {{ support: {{ staff: 3, speaks: 50s }} }} }}\n    steps: [ connected, ended ]\n"
        );
        let file = ScenarioFile::read("crowd", &yaml, &image).unwrap_or_else(|wrong| panic!("{wrong}"));
        let run = test(&image, &file.scenarios[0]);
        let since = |contact: &ContactRun, at: u64| contact.journal.header.contact.arrived.0 + at as i64;
        let joined = |contact: &ContactRun| {
            let entries = contact.journal.entries.iter();
            let joins =
                |entry: &&JournalEntry| entry.actions.iter().any(|act| matches!(act, Action::Enqueue { .. }));
            since(contact, entries.clone().find(joins).expect("a place").at.0)
        };
        let mut told: Vec<(i64, i64)> = run
            .contacts
            .iter()
            .map(|contact| (joined(contact), since(contact, contact.connected[0].0.0)))
            .collect();
        told.sort_unstable();
        let joins: Vec<i64> = told.iter().map(|(joined, _)| *joined).collect();
        assert_eq!(served(&joins, 50_000), told, "seed {seed}");
    }
}

/// When whoever joined is connected, where three people take each call at once and speak for so long.
fn served(joins: &[i64], speaks: i64) -> Vec<(i64, i64)> {
    let first = joins[0];
    let mut story = Story::of(Strategy::LongestIdle, &["a: support", "b: support", "c: support"]);
    let rules = Rules { at_most: None, wrap_up: DurationMs::ZERO, ..rules(Strategy::LongestIdle) };
    let terms = ["a", "b", "c"].map(|name| OperatorTerms {
        name: name.into(),
        queues: vec!["support".into()],
        pause_after: 0,
    });
    story.floor = Floor::new([("support".into(), rules)], terms, Millis(0));
    let mut connected: Vec<Option<i64>> = vec![None; joins.len()];
    let mut due: BTreeSet<(i64, usize, bool)> =
        joins.iter().enumerate().map(|(index, at)| (*at, index, false)).collect();
    while let Some((at, index, leaves)) = due.pop_first() {
        let (ticket, now) = (Ticket(index as u64), Millis((at - first) as u64));
        let input = match leaves {
            true => Input::Leave { ticket },
            false => Input::Join {
                ticket,
                queue: "support".into(),
                priority: Decimal::ZERO,
                since: Wall(at),
                kept: None,
            },
        };
        let mut outputs = story.floor.step(now, input);
        while let Some(output) = outputs.pop() {
            if let Output::Ring { ticket, operator } = output {
                outputs.extend(story.floor.step(now, Input::Took { ticket, operator }));
                connected[ticket.0 as usize] = Some(at);
                due.insert((at + speaks, ticket.0 as usize, true));
            }
        }
    }
    joins.iter().zip(connected).map(|(joined, at)| (*joined, at.expect("everybody is served"))).collect()
}
