//! Operators of several nodes: each is busy with one of them at a time.

use super::backends::{PostgresSchema, check};
use callwright::store::{PostgresStore, Shifts, Wanted};
use callwright::time::{DurationMs, Wall};

const LEASE: DurationMs = DurationMs(30_000);
const WAIT: DurationMs = DurationMs(3_000);

fn wanted(node: &str, rank: u32, priority: i64, since: i64) -> Wanted {
    let (operator, node) = ("ann".into(), node.into());
    Wanted { operator, node, rank, priority: priority.into(), since: Wall(since) }
}

fn takes(store: &(impl Shifts + ?Sized), now: i64, wanted: &Wanted) -> bool {
    store.take_operator(wanted, Wall(now), LEASE, WAIT).expect("an answer")
}

#[test]
fn whoever_is_busy_with_one_node_is_no_others() {
    check(|backend| {
        let store = backend.open();
        let (a, b) = (wanted("a", 0, 0, 100), wanted("b", 0, 0, 200));
        assert!(takes(&*store, 1000, &a) && !takes(&*store, 1000, &b));
        assert!(takes(&*store, 1001, &a), "said again it changes nothing");
        store.release_operator(Some("ann"), "b").expect("an answer");
        assert!(!takes(&*store, 1002, &b), "nobody gives away what is another's");
        store.release_operator(Some("ann"), "a").expect("an answer");
        assert!(takes(&*store, 1003, &b));
    });
}

#[test]
fn a_node_that_is_gone_keeps_nobody() {
    check(|backend| {
        let store = backend.open();
        let (a, b) = (wanted("a", 0, 0, 100), wanted("b", 0, 0, 200));
        assert!(takes(&*store, 0, &a));
        store.keep_operators("a", Wall(20_000), LEASE).expect("an answer");
        assert!(!takes(&*store, 49_999, &b));
        assert!(takes(&*store, 50_000, &b));
    });
}

#[test]
fn of_two_nodes_that_wait_the_one_whose_caller_comes_first_gets_the_operator() {
    for (mine, theirs, first) in [
        (wanted("a", 0, 0, 200), wanted("b", 0, 0, 100), "who has waited longer"),
        (wanted("a", 0, 0, 100), wanted("b", 0, 5, 200), "who is more important"),
        (wanted("a", 1, 5, 100), wanted("b", 0, 0, 200), "whose queue the operator has first"),
    ] {
        check(|backend| {
            let store = backend.open();
            assert!(takes(&*store, 0, &mine) && !takes(&*store, 10, &theirs));
            assert!(!takes(&*store, 20, &mine), "{first}");
            assert!(takes(&*store, 30, &theirs), "{first}: the one before has let the operator go");
            store.release_operator(None, "b").expect("an answer");
            assert!(takes(&*store, 40, &mine), "{first}: nobody waits there any more");
        });
    }
}

#[test]
fn a_caller_who_has_gone_keeps_nobody_waiting() {
    check(|backend| {
        let store = backend.open();
        let (a, b) = (wanted("a", 0, 0, 200), wanted("b", 0, 0, 100));
        assert!(takes(&*store, 0, &a) && !takes(&*store, 10, &b) && !takes(&*store, 20, &a));
        assert!(takes(&*store, 3_010, &a), "b has not asked again");
    });
}

#[test]
fn two_nodes_that_ask_at_the_same_time_never_both_get_an_operator() {
    let Some(schema) = PostgresSchema::new() else { return };
    let nodes = [schema.store(), schema.store()];
    for round in 0..40 {
        let ask = |index: usize| {
            let wanted = wanted(["a", "b"][index], 0, 0, 100);
            let wanted = Wanted { operator: format!("ann-{round}").into(), ..wanted };
            let store: &PostgresStore = &nodes[index];
            takes(store, round, &wanted)
        };
        let got = std::thread::scope(|scope| {
            let asking = [0, 1].map(|index| scope.spawn(move || ask(index)));
            asking.map(|one| one.join().expect("no panic"))
        });
        assert_ne!(got, [true, true], "round {round}");
    }
}

#[test]
fn whoever_is_paused_is_paused_for_all_until_somebody_says_otherwise() {
    check(|backend| {
        let store = backend.open();
        let paused = || store.paused_operators().expect("an answer").join(" ");
        let pause =
            |operator, is_paused| store.pause_operator(operator, is_paused, Wall(7)).expect("written");
        assert_eq!(paused(), "");
        pause("bob", true);
        pause("ann", true);
        pause("ann", true);
        assert_eq!(paused(), "ann bob");
        pause("bob", false);
        pause("cid", false);
        assert_eq!(paused(), "ann");
    });
}
