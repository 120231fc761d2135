//! Hours set by hand, kept.

use super::backends::check;
use callwright::crm::outbox::Jitter;
use callwright::crm::{ByHand, Posting};
use callwright::program::{Entry, Override};
use callwright::time::Wall;

fn by_hand(open: Option<bool>, until: Option<i64>, at: i64) -> ByHand {
    let set = open.map(|open| Override { open, until: until.map(Wall) });
    ByHand { schedule: "office".into(), set, by: "ann".into(), because: "a storm".into(), at: Wall(at) }
}

#[test]
fn the_latest_that_was_set_by_hand_holds_and_the_past_is_kept() {
    check(|backend| {
        let closed = by_hand(Some(false), Some(9_000), 1_000);
        backend.open().set_hours(&closed).expect("set");
        assert_eq!(backend.open().hours_by_hand().expect("read"), std::slice::from_ref(&closed));
        let cleared = by_hand(None, None, 2_000);
        let store = backend.open();
        store.set_hours(&cleared).expect("set");
        assert_eq!(store.hours_by_hand().expect("read"), std::slice::from_ref(&cleared));
        assert_eq!(store.hours_log(10).expect("read"), [cleared, closed]);
    });
}

#[test]
fn what_a_flow_sets_by_hand_is_kept_once_it_is_delivered() {
    check(|backend| {
        let store = backend.open();
        let set = Some(Override { open: true, until: None });
        let entry = Entry::Override { schedule: "office".into(), set };
        let posting = Posting { contact: "c".into(), sequence: 1, at: Wall(5), entry };
        store.enqueue(&posting).expect("kept");
        store.enqueue(&posting).expect("kept");
        store.deliver(Wall(10), 10, Jitter(0)).expect("delivered");
        let found = store.hours_by_hand().expect("read");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].set, &*found[0].by, found[0].at), (set, "c", Wall(5)));
        assert_eq!(store.hours_log(10).expect("read").len(), 1, "once");
    });
}
