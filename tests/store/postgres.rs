//! What is PostgreSQL's own: nodes that share a database, a server that goes away, and databases that are not ours.

use super::backends::{Backend, PostgresSchema, options};
use super::pins::attempt;
use super::{bank, case, deliver_all, outcome, posting};
use crate::harness::{Folder, LINE, Server, root};
use callwright::crm::outbox::Jitter;
use callwright::crm::{CaseState, Verdict};
use callwright::program::{CaseMode, Entry};
use callwright::store::{DatabaseUrl, Page, PostgresStore, Store, StoreError};
use callwright::time::Wall;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

#[test]
fn two_nodes_deliver_each_entry_once_and_in_the_order_in_which_it_came() {
    let Some(schema) = PostgresSchema::new() else { return };
    let nodes = [schema.store(), schema.store()];
    bank(&nodes[0]);
    for contact in 0..40 {
        let entries = [case(CaseMode::Auto, "modem", Some("c1")), outcome("resolved", "modem")];
        for (index, entry) in entries.into_iter().enumerate() {
            nodes[contact % 2]
                .enqueue(&posting(&format!("call-{contact}"), index as u64, entry))
                .expect("kept");
        }
    }
    let delivered: usize = std::thread::scope(|scope| {
        let deliver = |node: &PostgresStore| {
            let mut delivered = 0;
            while node.counts().expect("counts").pending > 0 {
                delivered += node.deliver(Wall(1_000), 5, Jitter(0)).expect("a round").delivered;
            }
            delivered
        };
        let rounds: Vec<_> = nodes.iter().map(|node| scope.spawn(move || deliver(node))).collect();
        rounds.into_iter().map(|round| round.join().expect("no panic")).sum()
    });
    assert_eq!(delivered, 80);
    // Each contact found the case of the one before it closed, and opened its own.
    let cases = nodes[1].cases(Some("c1"), &Page::first(100)).expect("cases").items;
    let closed = cases.iter().filter(|case| case.state == CaseState::Closed && case.contacts().len() == 1);
    assert_eq!((cases.len(), closed.count()), (40, 40));
}

#[test]
fn two_nodes_never_take_the_same_errand() {
    let Some(schema) = PostgresSchema::new() else { return };
    let nodes = [schema.store(), schema.store()];
    for number in 1..=60 {
        let tell = Entry::Tell { backend: "bank".into(), operation: "seen".into(), args: Vec::new() };
        nodes[0].enqueue(&posting("call-1", number, tell)).expect("kept");
    }
    deliver_all(&nodes[0]);
    let taken: Vec<u64> = std::thread::scope(|scope| {
        let take = |node: &PostgresStore| {
            let rounds = (0..10).flat_map(|_| node.errands(Wall(2_000_000), 4).expect("errands"));
            rounds.map(|errand| errand.sequence).collect::<Vec<_>>()
        };
        let takers: Vec<_> = nodes.iter().map(|node| scope.spawn(move || take(node))).collect();
        takers.into_iter().flat_map(|taker| taker.join().expect("no panic")).collect()
    });
    let mut once = taken.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((once.len(), taken.len()), (60, 60));
    // Whoever took them died; a minute later they are anybody's.
    assert_eq!(nodes[1].errands(Wall(2_060_000), 100).expect("errands").len(), 60);
}

#[test]
fn guesses_on_two_nodes_are_counted_one_by_one() {
    let Some(schema) = PostgresSchema::new() else { return };
    let nodes = [schema.store(), schema.store()];
    bank(&nodes[0]);
    let verdicts: Vec<Verdict> = std::thread::scope(|scope| {
        let guess = |index: usize| {
            let node = &nodes[index % 2];
            scope.spawn(move || attempt(node, "c1", "0000", "call-1", 5))
        };
        let guesses: Vec<_> = (0..12).map(guess).collect();
        guesses.into_iter().map(|guess| guess.join().expect("no panic")).collect()
    });
    let wrong = verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Wrong { .. })).count();
    assert_eq!((verdicts.len(), wrong), (12, 2));
}

#[test]
fn a_beginning_that_comes_late_stands_whoever_was_first() {
    let Some(schema) = PostgresSchema::new() else { return };
    let (store, other) = (schema.store(), schema.store());
    for number in 0..30 {
        let contact = format!("call-{number}");
        std::thread::scope(|scope| {
            scope.spawn(|| store.begin_interaction(&super::beginning(&contact, 10)).expect("a beginning"));
            scope.spawn(|| {
                other.enqueue(&posting(&contact, 1, outcome("resolved", "modem"))).expect("kept");
                deliver_all(&other);
            });
        });
        let kept = store.interaction(&contact).expect("an answer").expect("an interaction");
        assert_eq!(kept.beginning, super::beginning(&contact, 10));
    }
}

#[test]
fn a_connection_that_the_server_ends_heals_by_itself() {
    let Some(schema) = PostgresSchema::new() else { return };
    let store = schema.store();
    bank(&store);
    store.enqueue(&posting("call-1", 1, case(CaseMode::New, "modem", None))).expect("kept");
    for round in 2..=6 {
        schema.cut();
        assert_eq!(store.counts().expect("counts").customers, 3);
        store.enqueue(&posting("call-1", round, case(CaseMode::New, "modem", None))).expect("kept");
    }
    assert_eq!(deliver_all(&store), 6);
}

#[test]
fn a_server_that_is_not_there_is_named_without_the_password() {
    let address = DatabaseUrl::parse("postgres://u:hunter2@127.0.0.1:1/crm?connect_timeout=2", None);
    let error = PostgresStore::open(&address.expect("an address"), options()).err().expect("an error");
    let told = error.to_string();
    assert!(matches!(error, StoreError::Unreachable { .. }), "{told}");
    assert!(told.contains("postgres://127.0.0.1:1/crm") && !told.contains("hunter2"), "{told}");
}

#[test]
fn several_nodes_may_make_the_tables_at_the_same_time() {
    let Some(schema) = PostgresSchema::new() else { return };
    std::thread::scope(|scope| {
        let open = || scope.spawn(|| schema.open().counts().expect("counts"));
        let openers: Vec<_> = (0..4).map(|_| open()).collect();
        for opener in openers {
            assert_eq!(opener.join().expect("no panic").customers, 0);
        }
    });
}

#[test]
fn tables_of_somebody_else_are_not_touched() {
    let Some(schema) = PostgresSchema::new() else { return };
    schema.tell("CREATE TABLE recipe (id INTEGER)");
    let error = PostgresStore::open(&schema.address(), options()).err();
    assert!(matches!(error, Some(StoreError::Occupied { .. })), "{error:?}");
    let sql = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";
    let tables: i64 = schema.client().query_one(sql, &[]).expect("an answer").get(0);
    assert_eq!(tables, 1);
}

#[test]
fn a_schema_of_a_later_version_is_refused() {
    let Some(schema) = PostgresSchema::new() else { return };
    drop(schema.store());
    schema.tell("INSERT INTO migration VALUES (99, 'from the future', 0)");
    let error = PostgresStore::open(&schema.address(), options()).err();
    assert!(matches!(error, Some(StoreError::Newer { found: 99, .. })), "{error:?}");
}

#[test]
fn a_letter_that_a_column_cannot_hold_holds_up_nobody() {
    let Some(schema) = PostgresSchema::new() else { return };
    let store = schema.store();
    let odd = super::beginning("call-\0", 1);
    store.begin_interaction(&odd).expect("a beginning");
    store.enqueue(&posting("call-\0", 1, outcome("resolved", "a\0b"))).expect("kept");
    assert_eq!(deliver_all(&store), 1);
}

#[test]
fn a_store_may_be_asked_where_something_asynchronous_runs() {
    let Some(schema) = PostgresSchema::new() else { return };
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let store = schema.store();
        assert_eq!(store.counts().expect("counts").customers, 0);
        drop(store);
    });
}

/// Runs `callwright crm` with settings that name the schema by an environment variable.
fn crm(settings: &std::path::Path, url: Option<&str>, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callwright"));
    command.current_dir(root()).args(["crm", "--config"]).arg(settings).args(args).env_remove("CW_DATABASE");
    command.envs(url.map(|url| ("CW_DATABASE", url))).output().expect("it runs")
}

#[test]
fn the_commands_of_the_crm_use_the_database_that_the_settings_name() {
    let Some(schema) = PostgresSchema::new() else { return };
    let folder = Folder::new("settings");
    let settings = folder.path().join("callwright.yaml");
    std::fs::write(&settings, "database: { url_from: CW_DATABASE }\n").expect("written");
    let url = schema.url();
    let customers = "flows/bank/data/customers.csv";
    let done = crm(&settings, Some(&url), &["import", customers, "--program", "flows/bank"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let listed = crm(&settings, Some(&url), &["customers"]);
    assert!(String::from_utf8_lossy(&listed.stdout).lines().count() > 1);
    let refused = crm(&settings, None, &["customers"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("`CW_DATABASE` is not set"), "{told}");
    let refused = crm(&settings, Some("postgres://u:hunter2"), &["customers"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("CW_DATABASE") && !told.contains("hunter2"), "{told}");
}

#[test]
fn a_real_call_is_kept_although_the_server_ends_the_connections_in_the_middle() {
    let Some(schema) = PostgresSchema::new() else { return };
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let server = Server::bank_on(Arc::new(schema.store()), Folder::new("bank"), nowhere).await;
        let telephone = callwright::server::Telephone::plug_in(nowhere.ip()).expect("a telephone");
        let call = telephone.call(LINE, server.address(), "+79990000000").await.expect("answered");
        tokio::time::sleep(Duration::from_millis(300)).await;
        schema.cut();
        call.hang_up().await;
        let contacts = server.contacts().await;
        assert_eq!(contacts.len(), 1);
        assert!(contacts[0].ending.is_some() && !contacts[0].outcomes().is_empty(), "{contacts:?}");
    });
}

#[test]
fn a_server_is_spoken_to_by_tls_only_if_its_certificate_and_name_are_right() {
    let variable = |name: &str| std::env::var(format!("CALLWRIGHT_TEST_POSTGRES_{name}")).ok();
    let (Some(url), Some(authority)) = (variable("TLS"), variable("CA")) else { return };
    let Some(schema) = PostgresSchema::new() else { return };
    let open = |url: &str, authority: Option<&str>| {
        let url = format!("{url}&options=-csearch_path%3D{}", schema.name());
        let address = DatabaseUrl::parse(&url, authority.map(std::path::Path::new))?;
        PostgresStore::open(&address, options()).and_then(|store| store.counts())
    };
    assert_eq!(open(&url, Some(&authority)).map(|counts| counts.customers), Ok(0));
    let strange = open(&url, None).err();
    assert!(matches!(strange, Some(StoreError::Unreachable { .. })), "{strange:?}");
    // The certificate is for `localhost`.
    let misnamed = open(&url.replace("localhost", "127.0.0.1"), Some(&authority)).err();
    assert!(matches!(misnamed, Some(StoreError::Unreachable { .. })), "{misnamed:?}");
    let missing = open(&url, Some("/no/such/file.pem")).err();
    assert!(matches!(missing, Some(StoreError::Certificates { .. })), "{missing:?}");
}
