//! The engine's own bounds, and rounds without end: what the engine cuts off, the prover finds.

use super::sound::breaches;
use super::{compiled, found};
use callwright::explore::{Breach, Explorer};
use callwright::time::{DurationMs, Wall};

/// What is found in a program with this in its first flow.
fn found_in(body: &str) -> Vec<String> {
    found(&compiled(&format!("flow start {{ answer; {body}; outcome resolved; hangup }}")))
}

fn is_faulty(body: &str) -> bool {
    found_in(body).iter().any(|finding| finding.starts_with("fault"))
}

#[test]
fn a_flow_that_goes_on_without_waiting_is_cut_off() {
    assert!(is_faulty("let n = 0; repeat at most 1000 { set n = n + 1 }"));
    assert!(!is_faulty("let n = 0; repeat at most 400 { set n = n + 1 }"));
    assert!(!is_faulty("let n = 0; repeat at most 1000 { set n = n + 1; wait 1s }"));
    let ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
    let nested = format!(
        "let n = 0; for each a in {ten} {{ for each b in {ten} {{ for each c in {ten} {{ set n = n + c }} }} }}"
    );
    assert!(is_faulty(&nested));
    let apart = format!(
        "let n = 0; for each a in {ten} {{ set n = n + a }}\n for each b in {ten} {{ set n = n + b }}"
    );
    assert!(!is_faulty(&apart));
}

#[test]
fn a_call_that_is_cut_off_keeps_no_promise() {
    let after = |rounds: u32| {
        let flow = format!(
            "flow start {{ if caller in vip -> sorry\n answer; let n = 0; repeat at most {rounds} {{ set n = n + 1 }}; outcome resolved; hangup }}"
        );
        breaches(&flow, "from blocked: always outcome resolved")
    };
    assert_eq!(after(1000), [Some(Breach::EndsWithout)]);
    assert_eq!(after(400), [None]);
}

#[test]
fn a_loop_that_ends_is_waited_for_however_many_rounds_it_has() {
    let after = |rounds: &str, promise: &str| {
        let flow = format!(
            "queue desk {{ timeout 1m }}
             flow start {{ answer; {rounds}; queue desk {{ timeout, full, closed -> sorry }} }}"
        );
        breaches(&flow, promise)
    };
    assert_eq!(after("repeat at most 13 { wait 1s }", "always human within 60s"), [None]);
    let longer = [Some(Breach::Takes(DurationMs::from_secs(70)))];
    assert_eq!(after("repeat at most 70 { wait 1s }", "always human within 60s"), longer);
    assert_eq!(after("for each n in [1, 2, 3, 4, 5] { say hello }", "always human"), [None]);
}

#[test]
fn the_items_of_a_list_that_is_written_down_are_known() {
    let item = |third: &str| {
        let flow = format!(
            "flow start {{ if caller in vip -> sorry\n answer; for each n in [1, 2, 3] {{ if n = {third} -> aside }}\n outcome resolved; hangup }}
             flow aside {{ outcome given_up; hangup }}"
        );
        breaches(&flow, "from blocked: never reaches aside\nfrom blocked: always reaches aside")
    };
    assert_eq!(item("3"), [Some(Breach::Happens), None]);
    assert_eq!(item("4"), [None, Some(Breach::EndsWithout)]);
}

#[test]
fn a_queue_that_leads_to_itself_has_no_end_for_who_stays() {
    let again = |exits: &str| {
        format!(
            "queue desk {{ timeout 1m }}
             flow start {{ answer; goto people }}
             flow people {{ queue desk {{ {exits}; full, closed -> sorry }} }}"
        )
    };
    let endless = |exits: &str| {
        let report = Explorer::new(&compiled(&again(exits)), Wall(0)).explore(10_000);
        report.findings.iter().any(|finding| finding.word() == "endless")
    };
    assert!(endless("timeout -> people"));
    assert!(!endless("timeout -> sorry"));
    assert!(
        !endless("timeout { menu { say question; 1 -> people } }"),
        "a caller who presses nothing is let go"
    );
    assert_eq!(breaches(&again("timeout -> people"), "always ends"), [Some(Breach::GoesOn)]);
    assert_eq!(breaches(&again("timeout -> sorry"), "always ends"), [None]);
}
