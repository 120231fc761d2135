//! Queues of two nodes that share a database and those who take the calls.

use super::queues::{desk, humming, operators, outcomes};
use super::{Person, loudest_tone, with_runtime};
use crate::harness::Server;
use crate::store::backends::PostgresSchema;
use callwright::server::{ControlReply, ControlRequest, DatabaseConfig, ask_server};
use callwright::store::Page;
use std::sync::Arc;
use std::time::Duration;

/// Two nodes with the same operator.
async fn nodes(schema: &PostgresSchema, ann: &Server) -> [Server; 2] {
    let node = || {
        Server::set_on(Arc::new(schema.store()), desk("longest_idle", ""), |config| {
            operators(config, &[("ann", ann.address())]);
            // Both calendars are the system's; the address is not read, as the test has opened the database.
            config.at = None;
            config.database = Some(DatabaseConfig { url_from: "CALLWRIGHT_TEST_POSTGRES".into(), ca: None });
        })
    };
    [node().await, node().await]
}

/// Whether a caller hears the operator within this time.
async fn is_served(caller: &mut Person, within: u64) -> bool {
    loudest_tone(&mut caller.call, Duration::from_secs(within)).await > 0.5
}

#[test]
fn an_operator_rings_at_one_node_at_a_time_and_whoever_has_waited_longer_is_served_first() {
    let Some(schema) = PostgresSchema::new() else { return };
    with_runtime(async {
        let ann = humming().await;
        let [a, b] = nodes(&schema, &ann).await;
        let (_first, caller) = Person::calls(&a, "+79656295719").await;
        let mut first = caller.expect("answered");
        assert!(is_served(&mut first, 8).await, "the first caller has her");
        let (_second, caller) = Person::calls(&b, "+79656295718").await;
        let mut second = caller.expect("answered");
        tokio::time::sleep(Duration::from_millis(500)).await;
        let (_third, caller) = Person::calls(&a, "+79656295717").await;
        let mut third = caller.expect("answered");
        tokio::time::sleep(Duration::from_secs(3)).await;
        let rung = ann.store.interactions(None, &Page::first(10)).expect("a list").items.len();
        assert_eq!(rung, 1, "she has one call, and her telephone does not ring");
        first.call.hang_up().await;
        assert!(is_served(&mut second, 8).await, "the second caller has waited longer, at the other node");
        let rung = ann.store.interactions(None, &Page::first(10)).expect("a list").items.len();
        assert_eq!(rung, 2, "the third one waits");
        second.call.hang_up().await;
        assert!(is_served(&mut third, 8).await, "and is served at last");
        third.call.hang_up().await;
        assert_eq!(outcomes(&a.contacts().await), ["handed_over"; 3]);
    });
}

/// What an operator does at a node, once it is or is not paused there; waits for that.
async fn is_paused(node: &Server, wanted: bool) -> bool {
    let until = tokio::time::Instant::now() + Duration::from_secs(12);
    while tokio::time::Instant::now() < until {
        if asks(node, ControlRequest::Queues).await == wanted {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

/// Asks a node as people do; whether it shows its only operator as paused then.
async fn asks(node: &Server, request: ControlRequest) -> bool {
    let data = node.folder.path().to_owned();
    let reply = tokio::task::spawn_blocking(move || ask_server(&data, &request)).await.expect("it asked");
    match reply.expect("an answer") {
        ControlReply::Queues(view) => view.operators[0].paused,
        other => panic!("{other:?}"),
    }
}

#[test]
fn whoever_is_paused_at_one_node_is_paused_at_the_other_and_after_a_start() {
    let Some(schema) = PostgresSchema::new() else { return };
    with_runtime(async {
        let ann = humming().await;
        let [a, b] = nodes(&schema, &ann).await;
        assert!(asks(&a, ControlRequest::Pause("ann".into())).await);
        assert!(is_paused(&b, true).await, "the other node hears of it");
        let [c, _] = nodes(&schema, &ann).await;
        assert!(is_paused(&c, true).await, "a node that starts hears of it");
        assert!(!asks(&b, ControlRequest::Resume("ann".into())).await);
        assert!(is_paused(&a, false).await && is_paused(&c, false).await, "and of the end");
        assert!(is_paused(&b, false).await);
    });
}
