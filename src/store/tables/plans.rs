//! How SQLite carries out every statement of the store: by an index, whatever there is in the tables.

use crate::crm::outbox::{Event, Jitter, Policy, State};
use crate::crm::question::{Ask, Period, Question, Scope};
use crate::crm::{
    Act, Attempt, Beginning, ByHand, CaseState, EndedBy, Ending, JobEvent, Merge, Posting, Proof, Subscriber,
    Trail, Update,
};
use crate::program::verb::Lock;
use crate::program::{Caller, CaseMode, Channel, Entry, Override, Secret, Text, Value, Vocabulary, Zone};
use crate::store::database::{
    Answer, Database, Dialect, MIGRATION_TABLE, Param, Row, STEPS, Session, Transaction,
};
use crate::store::pin::PinHasher;
use crate::store::sealed::DataKeys;
use crate::store::{
    CaseFilter, Desk, Import, Kept, Later, Look, Outgoing, Page, PinCost, Reports, Reshape, Retention,
    Shifts, Standing, Store, StoreError, Vault, Wanted,
};
use crate::time::{DurationMs, Wall};
use parking_lot::Mutex;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::Path;

/// A database in memory that remembers its statements.
struct Remembered {
    connection: Mutex<Connection>,
    statements: Mutex<BTreeSet<String>>,
    pins: PinHasher,
    keys: DataKeys,
}

struct Overheard<'a> {
    connection: &'a Connection,
    statements: &'a Mutex<BTreeSet<String>>,
}

impl Session for Overheard<'_> {
    fn execute(&self, sql: &str, values: &[Param<'_>]) -> Answer<u64> {
        self.statements.lock().insert(sql.to_owned());
        Session::execute(self.connection, sql, values)
    }

    fn query(
        &self,
        sql: &str,
        values: &[Param<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Answer<()>,
    ) -> Answer<()> {
        self.statements.lock().insert(sql.to_owned());
        self.connection.query(sql, values, each)
    }

    fn undoable(&self, work: &mut dyn FnMut() -> Answer<()>) -> Answer<()> {
        work()
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }
}

impl Database for Remembered {
    fn read<T, A>(&self, ask: A) -> Result<T, StoreError>
    where
        T: Send + 'static,
        A: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        let connection = self.connection.lock();
        let session = Overheard { connection: &connection, statements: &self.statements };
        ask(&Transaction::new(&session)).map_err(|fault| fault.at(Path::new("memory")))
    }

    fn write<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Fn(&Transaction<'_>) -> Answer<T> + Send + 'static,
    {
        self.read(work)
    }

    fn pins(&self) -> &PinHasher {
        &self.pins
    }

    fn policy(&self) -> Policy {
        Policy::DEFAULT
    }

    fn keys(&self) -> &DataKeys {
        &self.keys
    }
}

fn keys() -> DataKeys {
    DataKeys::parse(&"5c".repeat(32)).expect("a key")
}

fn store() -> Result<Remembered, StoreError> {
    let connection = Connection::open_in_memory().expect("a database in memory");
    for sql in [MIGRATION_TABLE].into_iter().chain(STEPS.map(|(_, sql)| sql)) {
        connection.execute_batch(sql).expect("a step of the schema");
    }
    let pins = PinHasher::new(PinCost::LEAST)?;
    Ok(Remembered { connection: Mutex::new(connection), statements: Mutex::default(), pins, keys: keys() })
}

/// Does everything that a store can do, with arguments that make it take every way.
fn do_everything(store: &Remembered) -> Result<(), StoreError> {
    let file =
        "id,name,phones,pin,object:account,tariff\nc1,Anna,+79656295719,4711,4081712345,gold\nc2,A.,,,,\n";
    let import = Import::read(file, &Vocabulary::default(), None).expect("a file without mistakes");
    store.import(&import, Wall(0))?;
    say_everything(store)?;
    store.identify(&Caller::parse("+79656295719", None))?;
    store.find("account", "number", &Value::Digits("4081712345".into()))?;
    store.find("customer", "tariff", &Value::text("gold"))?;
    let (secret, lock) =
        (Secret::new("4711"), Lock { after: 3, length: DurationMs(9), by_day: false, counted: false });
    for proof in [Proof::Pin, Proof::Passphrase, Proof::Field("tariff")] {
        store.verify(&Attempt {
            customer: "c1",
            caller: &Caller::Withheld,
            proof,
            secret: &secret,
            lock,
            contact: "a",
            now: Wall(1),
        })?;
    }
    let (value, seen) = (Value::text("silver"), Value::text("gold"));
    for (kind, of) in [("customer", "c1"), ("account", "4081712345")] {
        store.update(&Update { kind, of, field: "tariff", value: &value, seen: &seen }, Wall(1))?;
    }
    store.recall("count", "", Wall(1))?;
    store.set_passphrase("c1", &secret, Wall(1))?;
    store.forget_passphrase("c1", Wall(1))?;
    store.unlock("c1", Wall(1))?;
    store.lockout("c1")?;
    store.pin_attempts("c1", 10)?;
    store.customer("c1")?;
    store.objects_of("c1")?;
    store.case(1)?;
    store.interaction("a")?;
    let pages = [Page::first(2), Page { after: Some("1".into()), limit: 2 }];
    for page in &pages {
        store.customers(page)?;
        for of in [None, Some("c1")] {
            store.interactions(of, page)?;
            store.cases(of, page)?;
        }
    }
    store.has_pending()?;
    for state in [State::Pending, State::Dead] {
        store.outbox(state, 10)?;
    }
    store.resend("a/1", Wall(1))?;
    store.hours_by_hand()?;
    store.hours_log(10)?;
    store.seal_attributes(&["tariff".into()].into(), Wall(2))?;
    store.sensitive("c1", true)?;
    store.update(
        &Update { kind: "customer", of: "c1", field: "tariff", value: &Value::text("x"), seen: &Value::None },
        Wall(3),
    )?;
    store.lost_keys()?;
    store.rekey()?;
    others_are_told(store)?;
    people_work(store)?;
    Question::ALL.into_iter().try_for_each(|question| ask_everything(store, question))
}

/// What connectors and webhooks ask.
fn others_are_told(store: &Remembered) -> Result<(), StoreError> {
    let due = store.claim("shop", Wall(100), DurationMs(1), 10)?;
    assert!(!due.is_empty(), "somebody is told of something");
    for dispatch in &due {
        store.dispatch(dispatch.id)?;
        store.settle_dispatch(dispatch.id, Event::Delivered, Wall(100))?;
    }
    let news = [(Text::from("contact/a"), Text::from("17"))];
    store.learn("shop", &news)?;
    store.learned("shop", &["contact/a".into()])?;
    store.report("a")?;
    for state in [State::Pending, State::Dead] {
        store.dispatches(state, 10)?;
    }
    store.dispatch_counts().map(drop)
}

/// What people do at their desks.
fn people_work(store: &Remembered) -> Result<(), StoreError> {
    let look = Look {
        at: Wall(9),
        by: "olga".into(),
        what: "show".into(),
        customer: "c1".into(),
        because: "".into(),
    };
    store.act(1, &Act::Note { text: "third call".into(), mood: None }, "olga", Wall(9))?;
    let words = [None, Some(Text::from("x"))];
    for (word, of) in words.iter().zip([None, Some(Text::from("c1"))]) {
        for state in [None, Some(Standing::Unsettled), Some(Standing::In(CaseState::Closed))] {
            let due_before = word.as_ref().map(|_| Wall(9));
            let (owner, topic, mark) = (word.clone(), word.clone(), word.clone());
            let filter = CaseFilter { customer: of.clone(), state, owner, topic, mark, due_before };
            store.cases_like(&filter, &Page::first(2))?;
        }
    }
    store.names(&["c1".into()])?;
    store.latest_cases(&["c1".into()])?;
    for history in [false, true] {
        store.records(&Page::first(10), history)?;
    }
    let mut merge = Merge {
        from: "c2".into(),
        into: Some("c1".into()),
        by: "olga".into(),
        because: "one".into(),
        at: Wall(9),
    };
    store.merge(&merge)?;
    store.merges("c1")?;
    store.whole("c2")?;
    store.standing("c2")?;
    for words in ["+79656295719", "a@example.com", "4081712345", "nobody"] {
        store.seek(words, None, 10)?;
    }
    store.looked(&look)?;
    store.looks(None, 10)?;
    store.looks(Some("c1"), 10)?;
    store.dossier("c1")?;
    merge.into = None;
    store.merge(&merge)?;
    store.reshape(&Reshape::default(), false)?;
    for kind in [Kept::Contacts, Kept::Cases, Kept::Audit] {
        store.count_older(kind, Wall(1))?;
        store.forget(kind, Wall(1), &look)?;
    }
    store.erase("c1", &look).map(drop)
}

/// A question split in every way.
fn ask_everything(store: &Remembered, question: Question) -> Result<(), StoreError> {
    let period = question.is_of_a_period().then_some(Period { from: Wall(0), to: Wall(1000) });
    for by in question.splits() {
        for without_marked in [false, true] {
            let (zone, within) = (Some(Zone::utc()), DurationMs::DAY);
            let scope = Scope { period, zone, now: Wall(1000), within, without_marked };
            let ask = Ask::new(question, Some(*by), scope).expect("a question");
            store.answer(&ask)?;
        }
    }
    Ok(())
}

fn say_everything(store: &Remembered) -> Result<(), StoreError> {
    store.subscribe(&[Subscriber { name: "shop".into(), contacts: true, cases: true }])?;
    let from = Caller::parse("+79656295719", None);
    let text = Text::from("x");
    store.begin_interaction(&Beginning {
        contact: "a".into(),
        channel: Channel::Call,
        from,
        to: "1".into(),
        started: Wall(0),
        program: text.clone(),
        version: text.clone(),
    })?;
    let set = Some(Override { open: true, until: None });
    let entries = [
        Entry::Identity { customer: "c1".into(), verified: true },
        Entry::Case { mode: CaseMode::Auto, topic: text.clone(), customer: Some("c1".into()), about: None },
        Entry::Outcome { outcome: "resolved".into(), topic: Some(text.clone()) },
        Entry::Keep { keep: text.clone(), of: text.clone(), value: Value::None, until: None },
        Entry::Count { keep: "n".into(), of: text.clone(), at_first: 0.into(), by: 1.into(), until: None },
        Entry::Tell { backend: text.clone(), operation: text.clone(), args: Vec::new() },
        Entry::Override { schedule: text.clone(), set },
    ];
    for (sequence, entry) in (1..).zip(entries) {
        store.enqueue(&Posting { contact: "a".into(), sequence, at: Wall(0), entry })?;
    }
    store.deliver(Wall(1), 100, Jitter(0))?;
    store.claim_jobs(Wall(1), DurationMs(1), 10)?;
    for event in [
        JobEvent::Held { until: Wall(1) },
        JobEvent::Begins { contact: text.clone() },
        JobEvent::Dropped { reason: text.clone() },
        JobEvent::Done,
    ] {
        store.settle_job(("a", 6), &event)?;
    }
    store.kept_jobs(2)?;
    store.release_jobs()?;
    let wanted = |node: &str| Wanted {
        operator: text.clone(),
        node: node.into(),
        rank: 0,
        priority: 0.into(),
        since: Wall(0),
    };
    for node in ["a", "b"] {
        store.take_operator(&wanted(node), Wall(1), DurationMs(9), DurationMs(9))?;
    }
    store.keep_operators("a", Wall(2), DurationMs(9))?;
    store.release_operator(None, "a")?;
    store.pause_operator("a", true, Wall(1))?;
    store.pause_operator("a", false, Wall(1))?;
    store.errands(Wall(1), 10)?;
    store.settle_errand(("a", 6), Event::Delivered, Wall(1))?;
    store.set_hours(&ByHand { schedule: text.clone(), set, by: text.clone(), because: text, at: Wall(0) })?;
    store.end_interaction("a", &Ending { at: Wall(9), by: EndedBy::Caller, cause: "normal".into() })?;
    store.keep_trail("a", &Trail::default())
}

/// The lines of SQLite's plan for a statement.
fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect(sql);
    let lines = statement.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<Vec<String>>>();
    lines.expect(sql)
}

/// Tables that a deployment adds a few rows to in a year.
const SMALL: [&str; 4] = ["hours_by_hand", "migration", "sealed_field", "subscriber"];

/// Indexes of what waits, is open or was given up: little beside what is done.
const PARTIAL: [&str; 6] =
    ["matter_unsettled", "dispatch_pending", "dispatch_dead", "customer_merged", "job_due", "job_dropped"];

fn partial_of(sql: &str) -> bool {
    PARTIAL.iter().any(|index| sql.contains(index))
}

/// A name is found by any part of it, by looking at every customer: where no number, address, key or id is meant.
const BY_A_PART: &str = "FROM customer WHERE name LIKE";

/// Walks that end by a limit and follow an index, and whatever counts everything, may go through a table; what one
/// customer has is little enough to be sorted.
fn is_a_scan(sql: &str, line: &str) -> bool {
    let limited = sql.contains("LIMIT") && line.contains("USING");
    let small = SMALL.iter().any(|table| sql.contains(table));
    let counts = sql.starts_with("SELECT (SELECT count(*)");
    let named = line.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
    // What a question has put together itself, and the items of a list.
    let own = named.is_some_and(|name| sql.contains(&format!("{name} AS (")) || name == "json_each")
        || named.is_some_and(|name| name.starts_with('(') || sql.contains(&format!("{name} (")));
    let partial = PARTIAL.iter().any(|index| line.contains(index));
    // The latest rows by number: a walk from the end that stops.
    let last = sql.contains("ORDER BY id DESC LIMIT") && !sql.contains("WHERE");
    let walks = named.is_some() && !limited && !partial && !last && !own && !line.contains("CONSTANT ROW");
    let sorts = line.starts_with("USE TEMP B-TREE FOR ORDER BY")
        && !sql.contains("customer ")
        && !sql.contains("PARTITION BY")
        && !sql.starts_with("WITH ")
        && !sql.contains("FROM merger")
        && !partial_of(sql);
    (walks || sorts) && !small && !counts && !sql.contains(BY_A_PART)
}

#[test]
fn no_statement_goes_through_a_table_that_grows() -> Result<(), StoreError> {
    let store = store()?;
    do_everything(&store)?;
    let (connection, statements) = (store.connection.lock(), store.statements.lock());
    assert!(statements.len() > 40, "only {} statements were overheard", statements.len());
    let mut wrong = Vec::new();
    for sql in statements.iter() {
        for line in plan(&connection, sql).into_iter().filter(|line| is_a_scan(sql, line)) {
            wrong.push(format!("{line}\n    {sql}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
