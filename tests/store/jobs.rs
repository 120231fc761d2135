//! What is to be done later: taken once, by one node, when its contact is over.

use super::backends::{PostgresSchema, check};
use super::{beginning, deliver_all, posting};
use callwright::crm::{EndedBy, Ending, Job, JobEvent};
use callwright::program::{Due, Entry, Phone};
use callwright::store::{Later, PostgresStore, Store};
use callwright::time::{DurationMs, Wall};

const LEASE: DurationMs = DurationMs(60_000);

fn task(flow: &str, due: Due) -> Entry {
    Entry::Task { due, flow: flow.into(), args: Vec::new(), language: None }
}

fn says(store: &dyn Store, contact: &str, entries: &[Entry]) {
    store.begin_interaction(&beginning(contact, 1)).expect("kept");
    for (index, entry) in entries.iter().enumerate() {
        store.enqueue(&posting(contact, index as u64 + 1, entry.clone())).expect("kept");
    }
    deliver_all(store);
}

fn ends(store: &dyn Store, contact: &str) {
    let ending = Ending { at: Wall(10), by: EndedBy::Caller, cause: "caller".into() };
    store.end_interaction(contact, &ending).expect("kept");
}

fn claimed(store: &dyn Store, now: i64) -> Vec<Job> {
    store.claim_jobs(Wall(now), LEASE, 10).expect("jobs")
}

fn flows(jobs: &[Job]) -> Vec<String> {
    let flow = |job: &Job| match &job.posting.entry {
        Entry::Task { flow, .. } => flow.to_string(),
        other => other.to_string(),
    };
    jobs.iter().map(flow).collect()
}

#[test]
fn what_is_due_is_taken_when_its_contact_is_over_and_the_earliest_first() {
    check(|backend| {
        let store = backend.open();
        let later = [
            task("late", Due::At(Wall(5000))),
            task("soon", Due::At(Wall(20))),
            task("at_once", Due::Afterwards),
        ];
        says(&*store, "call-1", &later);
        assert!(claimed(&*store, 9000).is_empty(), "the caller is still there");
        ends(&*store, "call-1");
        let jobs = claimed(&*store, 4999);
        assert_eq!(flows(&jobs), ["at_once", "soon"]);
        assert_eq!(jobs[0].of, beginning("call-1", 1), "whose contact asked for it is known");
        assert_eq!(flows(&claimed(&*store, 5000)), ["late"], "the others have been taken");
    });
}

#[test]
fn what_is_done_is_gone_and_what_nobody_finished_is_anybody_s_again() {
    check(|backend| {
        let store = backend.open();
        says(&*store, "call-1", &[task("first", Due::Afterwards), task("second", Due::Afterwards)]);
        ends(&*store, "call-1");
        assert_eq!(claimed(&*store, 100).len(), 2);
        store.settle_job(("call-1", 1), &JobEvent::Done).expect("kept");
        store.settle_job(("call-1", 2), &JobEvent::Begins { contact: "task-2".into() }).expect("kept");
        store.settle_job(("call-1", 2), &JobEvent::Held { until: Wall(90_000) }).expect("kept");
        assert!(claimed(&*store, 89_999).is_empty());
        // Another process finds it, and that it was about to begin.
        let jobs = claimed(&*backend.open(), 90_000);
        assert_eq!((flows(&jobs), jobs[0].begun.as_deref()), (vec!["second".to_owned()], Some("task-2")));
        store.settle_job(("call-1", 2), &JobEvent::Done).expect("kept");
        assert_eq!(store.waiting_jobs().expect("a count"), 0);
        // The same entry once more, as after a crash, is no new job.
        says(&*store, "call-1", &[task("first", Due::Afterwards)]);
        assert!(claimed(&*store, i64::MAX).is_empty());
    });
}

#[test]
fn a_call_back_is_a_job_and_one_that_is_given_up_says_why() {
    check(|backend| {
        let store = backend.open();
        let to = Phone::parse("+7 965 629-57-19", None).expect("a number");
        says(&*store, "call-1", &[Entry::Callback { to, queue: None, since: None, at: Some(Wall(500)) }]);
        ends(&*store, "call-1");
        assert!(claimed(&*store, 499).is_empty());
        assert_eq!(flows(&claimed(&*store, 500)), ["callback +79656295719 at 1970-01-01T00:00:00.5Z"]);
        let dropped = JobEvent::Dropped { reason: "no queue calls back".into() };
        store.settle_job(("call-1", 1), &dropped).expect("kept");
        assert!(claimed(&*store, i64::MAX).is_empty());
        let kept = store.kept_jobs(10).expect("a list");
        assert_eq!((&*kept[0].key, kept[0].reason.as_deref()), ("call-1/1", Some("no queue calls back")));
    });
}

#[test]
fn a_start_on_a_database_of_its_own_finds_what_a_crash_had_taken() {
    check(|backend| {
        let store = backend.open();
        says(&*store, "call-1", &[task("first", Due::Afterwards)]);
        ends(&*store, "call-1");
        assert_eq!((claimed(&*store, 100).len(), claimed(&*store, 100).len()), (1, 0));
        store.release_jobs().expect("kept");
        let kept = store.kept_jobs(10).expect("a list");
        assert_eq!((&*kept[0].what, kept[0].reason.as_deref()), ("afterwards do first()", None));
        assert_eq!(claimed(&*store, 100).len(), 1);
    });
}

#[test]
fn two_nodes_never_take_the_same_job() {
    let Some(schema) = PostgresSchema::new() else { return };
    let nodes = [schema.store(), schema.store()];
    let all: Vec<Entry> = (0..60).map(|number| task(&format!("f{number}"), Due::Afterwards)).collect();
    says(&nodes[0], "call-1", &all);
    ends(&nodes[0], "call-1");
    let taken: Vec<u64> = std::thread::scope(|scope| {
        let take = |node: &PostgresStore| {
            let rounds = (0..10).flat_map(|_| node.claim_jobs(Wall(1000), LEASE, 4).expect("jobs"));
            rounds.map(|job| job.posting.sequence).collect::<Vec<_>>()
        };
        let takers: Vec<_> = nodes.iter().map(|node| scope.spawn(move || take(node))).collect();
        takers.into_iter().flat_map(|taker| taker.join().expect("no panic")).collect()
    });
    let mut once = taken.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((once.len(), taken.len()), (60, 60));
}
