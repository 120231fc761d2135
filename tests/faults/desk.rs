//! The same of what people do, of what others are told, of what is sealed, forgotten and turned over.

use super::{UNHARMED, faults, for_each_fault, insist, run, story};
use crate::harness::Folder;
use callwright::crm::outbox::{Event, Jitter, State};
use callwright::crm::{Act, ByHand, CaseState, Job, JobEvent, Merge, Subscriber, Trail, Update};
use callwright::program::{Due, Entry, Message, Override, Phone, Text, Type, Value, Vocabulary};
use callwright::store::{
    DataKeys, Desk, Import, Kept, Look, Options, Outgoing, Page, PinCost, Reshape, SqliteStore, Store,
    StoreError, Vault,
};
use callwright::time::{DurationMs, Wall};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

const SUBJECT: &str = "faults::desk::subject_with_a_desk";
/// Behind everything that is due.
const LATE: Wall = Wall(1_000_000);

type Done = Result<bool, StoreError>;

/// Something that is done once: whoever does not know whether it was, looks first.
struct Step {
    what: &'static str,
    is_done: fn(&dyn Desk) -> Done,
    take: fn(&dyn Desk) -> Result<(), StoreError>,
}

/// The new key first, and then that by which everything was sealed before.
fn keys(new: bool) -> DataKeys {
    let (old, fresh) = ("11".repeat(32), "22".repeat(32));
    let words = if new { format!("{fresh},{old}") } else { old };
    DataKeys::parse(&words).expect("keys")
}

fn open(folder: &Path, new: bool) -> Result<SqliteStore, StoreError> {
    let options = Options { pin_cost: PinCost::LEAST, readers: 1, keys: keys(new), ..Options::default() };
    SqliteStore::open(folder.join("callwright.db"), options)
}

/// A folder with what was there before: two customers, two contacts that are over, a case, and what waits.
fn before() -> Folder {
    let folder = Folder::new("desk");
    let store = open(folder.path(), false).expect("a store");
    let file = "id,name,phones,pin,passport,pet,size\nc1,Anna,+79031112233,4711,4509,cat,7\nc2,A. K.,+79031112234,,4510,dog,8\n";
    store
        .import(&Import::read(file, &Vocabulary::default(), None).expect("a file"), Wall(0))
        .expect("taken in");
    store.seal_attributes(&sensitive(&["passport"]), Wall(0)).expect("sealed");
    let name = |name: &str| Subscriber { name: name.into(), contacts: true, cases: true };
    store.subscribe(&[name("hook")]).expect("a subscriber");
    for (what, step) in story() {
        step(&store).unwrap_or_else(|error| panic!("{what}: {error}"));
    }
    let to = Phone::from_e164("+79031112233").expect("a number");
    let sms = Entry::Sms { to, message: Message::Text("your code".into()) };
    let task = Entry::Task { due: Due::Afterwards, flow: "remind".into(), args: Vec::new(), language: None };
    for (sequence, entry) in [(50, sms), (51, task)] {
        let posting = callwright::crm::Posting { contact: "a".into(), sequence, at: Wall(3), entry };
        store.enqueue(&posting).expect("an entry");
    }
    while store.deliver(LATE, 99, Jitter(0)).expect("a round").delivered > 0 {}
    folder
}

fn act(desk: &dyn Desk, act: Act) -> Result<(), StoreError> {
    desk.act(1, &act, "ivan", Wall(10)).map(drop)
}

fn case(desk: &dyn Desk) -> Result<callwright::crm::Case, StoreError> {
    desk.case(1)?.ok_or(StoreError::NoSuchCase { id: 1 })
}

fn merge(desk: &dyn Desk, into: Option<&str>) -> Result<(), StoreError> {
    let (from, into) = ("c2".into(), into.map(Text::from));
    desk.merge(&Merge { from, into, by: "olga".into(), because: "one passport".into(), at: Wall(11) })
}

fn look(what: &str, customer: &str) -> Look {
    let (by, because) = ("olga".into(), "her letter".into());
    Look { at: Wall(12), by, what: what.into(), customer: customer.into(), because }
}

fn sensitive(names: &[&str]) -> BTreeSet<Text> {
    names.iter().map(|name| Text::from(*name)).collect()
}

fn numbers() -> Reshape {
    let mut reshape = Reshape::default();
    reshape.vocabulary.customer.insert("size".into(), Type::Number);
    reshape
}

/// Tells one after another, and keeps what was made, as a connector does.
fn dispatch(desk: &dyn Desk) -> Result<(), StoreError> {
    loop {
        let claimed = desk.claim("hook", LATE, DurationMs(0), 9)?;
        if claimed.is_empty() {
            return Ok(());
        }
        for one in claimed {
            desk.learn("hook", &[(one.key().into(), "there".into())])?;
            desk.settle_dispatch(one.id, Event::Delivered, LATE)?;
        }
    }
}

fn jobs(desk: &dyn Desk) -> Result<(), StoreError> {
    let jobs: Vec<Job> = desk.claim_jobs(LATE, DurationMs(0), 9)?;
    for job in jobs {
        let key = (&*job.posting.contact, job.posting.sequence);
        desk.settle_job(key, &JobEvent::Begins { contact: "task-1".into() })?;
        desk.settle_job(key, &JobEvent::Done)?;
    }
    Ok(())
}

/// Whoever took them and failed has them for a minute: each try is two minutes later.
fn errands(desk: &dyn Desk) -> Result<(), StoreError> {
    static TRY: AtomicU32 = AtomicU32::new(0);
    let now = Wall(LATE.0 + 120_000 * i64::from(TRY.fetch_add(1, Ordering::Relaxed)));
    for errand in desk.errands(now, 9)? {
        desk.settle_errand((&errand.contact, errand.sequence), Event::Delivered, now)?;
    }
    Ok(())
}

fn until_none(mut some: impl FnMut() -> Result<u64, StoreError>) -> Result<(), StoreError> {
    while some()? > 0 {}
    Ok(())
}

fn steps() -> Vec<Step> {
    let step = |what, is_done, take| Step { what, is_done, take };
    vec![
        step(
            "assigned",
            |desk| Ok(case(desk)?.owner().is_some()),
            |desk| act(desk, Act::Assign { to: Some("ivan".into()) }),
        ),
        step(
            "promised",
            |desk| Ok(case(desk)?.next_due().is_some() || case(desk)?.state == CaseState::Closed),
            |desk| act(desk, Act::Promise { what: "call back".into(), due: Wall(99) }),
        ),
        step(
            "closed",
            |desk| Ok(case(desk)?.state == CaseState::Closed),
            |desk| act(desk, Act::Close { because: "replaced".into() }),
        ),
        step("merged", |desk| Ok(!desk.merges("c2")?.is_empty()), |desk| merge(desk, Some("c1"))),
        step("unmerged", |desk| Ok(desk.merges("c2")?.len() == 2), |desk| merge(desk, None)),
        step("told", |desk| Ok(desk.dispatch_counts()?.pending == 0), dispatch),
        step("sent", |desk| Ok(desk.outbox(State::Pending, 9)?.is_empty()), errands),
        step("done later", |desk| Ok(desk.waiting_jobs()? == 0), jobs),
        step(
            "set by hand",
            |desk| Ok(!desk.hours_by_hand()?.is_empty()),
            |desk| {
                let set = Some(Override { open: true, until: None });
                let (schedule, by, because) = ("office".into(), "olga".into(), "a party".into());
                desk.set_hours(&ByHand { schedule, set, by, because, at: Wall(13) })
            },
        ),
        step(
            "sealed",
            |desk| Ok(desk.sensitive("c1", true)?.len() == 2),
            |desk| desk.seal_attributes(&sensitive(&["passport", "pet"]), Wall(14)),
        ),
        step(
            "turned over",
            |desk| desk.rekey().map(|left| left == 0),
            |desk| until_none(|| desk.rekey().map(|count| count as u64)),
        ),
        step(
            "changed",
            |desk| Ok(desk.customer("c1")?.is_some_and(|known| known.field("tariff") != Value::None)),
            |desk| {
                let (value, seen) = (Value::text("gold"), Value::None);
                let update =
                    Update { kind: "customer", of: "c1", field: "tariff", value: &value, seen: &seen };
                desk.update(&update, Wall(15)).map(drop)
            },
        ),
        step(
            "converted",
            |desk| Ok(desk.reshape(&numbers(), true)?.is_empty()),
            |desk| desk.reshape(&numbers(), false).map(drop),
        ),
        step(
            "way kept",
            |desk| Ok(desk.interaction("b")?.is_some_and(|kept| kept.trail.is_some())),
            |desk| desk.keep_trail("b", &Trail::default()),
        ),
        step(
            "erased",
            |desk| Ok(desk.customer("c2")?.is_some_and(|known| known.is_erased())),
            |desk| desk.erase("c2", &look("erase", "c2")).map(drop),
        ),
        step(
            "forgotten",
            |desk| Ok(desk.count_older(Kept::Cases, LATE)? == 0),
            |desk| until_none(|| desk.forget(Kept::Cases, LATE, &look("retain cases", ""))),
        ),
    ]
}

fn tell(desk: &dyn Desk, step: &Step) -> Result<(), StoreError> {
    if (step.is_done)(desk)? { Ok(()) } else { (step.take)(desk) }
}

#[test]
#[ignore = "the subject of the tests beside it"]
fn subject_with_a_desk() {
    let Some(folder) = std::env::var_os(super::SUBJECT).map(PathBuf::from) else { return };
    let Some(store) = (0..super::TRIES).find_map(|_| open(&folder, true).ok()) else { return };
    for step in steps() {
        insist(step.what, || tell(&store, &step));
    }
}

/// All that is left in the end.
fn state(desk: &dyn Desk) -> String {
    let page = Page::first(9);
    let customers = desk.customers(&page).expect("customers").items;
    let cases = desk.cases(None, &page).expect("cases").items;
    let contacts = desk.interactions(None, &page).expect("contacts").items;
    let merges = desk.merges("c2").expect("merges");
    let sensitive = desk.sensitive("c1", true).expect("a vault");
    let delivered = desk.outbox(State::Delivered, 99).expect("the outbox").len();
    let pin = desk.pin_attempts("c1", 99).expect("an audit");
    let jobs = desk.kept_jobs(9).expect("jobs");
    let hours = desk.hours_log(9).expect("hours").len();
    let forgotten = desk.looks(None, 99).expect("looks").len();
    format!(
        "{}\n{sensitive:?} {delivered} {jobs:?} {hours} {forgotten}",
        serde_json::to_string_pretty(&(customers, cases, contacts, merges, pin)).expect("JSON")
    )
}

#[test]
fn what_people_do_and_others_are_told_is_done_once_whatever_fails() {
    let made = before();
    let copy = || {
        let folder = Folder::new("desk-fault");
        std::fs::copy(made.path().join("callwright.db"), folder.path().join("callwright.db"))
            .expect("copied");
        folder
    };
    let whole = copy();
    let unharmed = run(SUBJECT, whole.path(), UNHARMED);
    let all: BTreeSet<String> = steps().iter().map(|step| step.what.to_owned()).collect();
    assert_eq!((&unharmed.acknowledged, &unharmed.refused), (&all, &Vec::new()));
    let expected = state(&open(whole.path(), true).expect("a store"));
    let died = AtomicU32::new(0);
    // All of them take minutes: FAULTS=all.
    let every = if std::env::var_os("FAULTS").is_some() { 1 } else { 5 };
    for_each_fault(faults(unharmed.changes).into_iter().step_by(every).collect(), |fault| {
        let folder = copy();
        let heard = run(SUBJECT, folder.path(), fault);
        died.fetch_add(u32::from(!heard.lived), Ordering::Relaxed);
        let store = open(folder.path(), true).unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        for step in steps() {
            let is_there = (step.is_done)(&store).unwrap_or_else(|error| panic!("{fault:?}: {error}"));
            let said = heard.acknowledged.contains(step.what);
            assert!(is_there || !said, "{fault:?}: `{}` was acknowledged and is not there", step.what);
            tell(&store, &step).unwrap_or_else(|error| panic!("{fault:?}: {}: {error}", step.what));
        }
        assert_eq!(state(&store), expected, "{fault:?}");
    });
    assert!(died.into_inner() > unharmed.changes / 10, "the faults were not injected");
}
