//! What is said to be kept is kept on every call, and what is said to be broken is broken on some.

use super::compiled;
use super::promises::verdicts_of;
use callwright::explore::{Breach, Explorer, Kind};
use callwright::time::Wall;

/// How the promises about a program are broken; none of those that are kept.
pub(super) fn breaches(flows: &str, promises: &str) -> Vec<Option<Breach>> {
    let (_, verdicts) = verdicts_of(flows, promises);
    let breach = |finding: &callwright::explore::Finding| match finding.kind {
        Kind::Promise(_, breach) => breach,
        ref other => panic!("{other:?}"),
    };
    assert!(verdicts.iter().all(|verdict| verdict.is_complete && verdict.is_met), "{verdicts:?}");
    verdicts.iter().map(|verdict| verdict.broken.as_ref().map(breach)).collect()
}

const HAPPENS: Option<Breach> = Some(Breach::Happens);

#[test]
fn what_a_hang_up_says_is_an_outcome_of_the_call() {
    let calls = |hung_up: &str| {
        format!(
            "flow start {{ default {{ {hung_up} }}\n if caller in vip -> sorry\n answer; say hello; outcome resolved; hangup }}"
        )
    };
    let promises = "from blocked: never outcome abandoned\nfrom blocked: never outcome given_up";
    assert_eq!(breaches(&calls("hung_up { outcome abandoned }"), promises), [HAPPENS, None]);
    let own = calls("hung_up { note \"gone\"; outcome given_up }");
    assert_eq!(breaches(&own, promises), [None, HAPPENS]);
}

#[test]
fn what_a_hang_up_says_counts_only_where_nothing_was_said_before() {
    let flow = "flow start {
        default { hung_up { outcome given_up } }
        if caller in vip -> sorry
        outcome resolved; answer; say hello; hangup
    }";
    assert_eq!(breaches(flow, "from blocked: never outcome given_up"), [None]);
}

#[test]
fn every_exit_is_taken_by_some_way_the_hang_up_among_them() {
    let program = compiled("flow start { answer; say hello; outcome resolved; hangup }");
    let explorer = Explorer::new(&program, Wall(0));
    let mut search = explorer.search(10_000);
    while !search.is_done() {
        let batches = callwright::explore::in_one_go(&mut search);
        search.take(batches);
    }
    let last = |story: &callwright::explore::Story| {
        let mv = story.steps.last().expect("a move").mv;
        callwright::explore::told(&program, mv)
    };
    assert!(search.exits().iter().any(|story| last(story).as_deref() == Some("outcome abandoned")));
    let unreached = search.report().unreached;
    let lines: Vec<&str> = unreached.iter().map(|node| program.node(*node).verb.spec().word).collect();
    assert!(lines.is_empty(), "{lines:?}");
}

#[test]
fn a_line_is_unreached_only_if_no_flow_comes_to_it() {
    // What hangs up in a flow that begins without a caller has no way, and the line has.
    let program = compiled(
        r#"
        route later { task -> nightly }
        flow start { answer; say hello; outcome resolved; hangup }
        flow nightly { note "night"; return }
        "#,
    );
    let report = Explorer::new(&program, Wall(0)).explore(10_000);
    let words: Vec<&str> = report.unreached.iter().map(|node| program.node(*node).verb.spec().word).collect();
    assert!(words.is_empty(), "{words:?}");
    assert!(report.reached < program.nodes.len(), "the copy itself has no way");
}

#[test]
fn a_key_leads_away_only_where_it_is_heard() {
    let keyed = |key: &str, steps: &str| {
        let flow = format!(
            "flow start {{ keys {{ {key} -> aside }}\n answer; {steps}; outcome resolved; hangup }}
             flow aside {{ outcome given_up; hangup }}"
        );
        breaches(&flow, "never reaches aside")
    };
    let entry = "ask n: digits 4 { say question; give_up -> sorry }";
    assert_eq!(keyed("0", entry), [None], "a digit belongs to the entry");
    assert_eq!(keyed("**", entry), [HAPPENS]);
    assert_eq!(keyed("0", &format!("say hello; {entry}")), [HAPPENS]);
    let menu = "menu { say question; 1 { note \"one\" } }";
    assert_eq!(keyed("0", menu), [HAPPENS]);
    assert_eq!(keyed("1", menu), [None], "the menu's own key");
    let message = "record words { say hello; silent, failed -> sorry }";
    assert_eq!(keyed("0", message), [None], "a recording hears its own keys only");
}

#[test]
fn who_is_in_a_queue_has_come_there_in_its_hours() {
    let queue = |hours: &str| {
        let flow = format!(
            "queue desk {{ timeout 1m  {hours} }}
             flow start {{ answer; say hello; queue desk {{ timeout, full, closed -> sorry }} }}"
        );
        breaches(&flow, "never queue outside office")
    };
    assert_eq!(queue("hours office"), [None]);
    assert_eq!(queue(""), [HAPPENS]);
}

#[test]
fn as_many_keys_as_an_account_and_a_secret_take_are_counted() {
    let flow = r#"
    queue desk { timeout 1m }
    flow start {
        answer
        ask account: digits 10 { say question }
        ask secret pin: digits 4 { say question }
        menu { say question; 1 -> people }
    }
    flow people { queue desk { timeout, full, closed -> sorry } }
    "#;
    let promises = "always reaches people and 15 keys\nalways reaches people and 14 keys";
    assert_eq!(breaches(flow, promises), [None, Some(Breach::MoreKeys(15))]);
}

#[test]
fn hours_are_opened_and_closed_by_hand() {
    let flow = r#"
    hours storm in "Europe/Moscow" { always closed }
    hours day in "Europe/Moscow" { mon-sun 08:00-20:00 }
    hours rest in "Europe/Moscow" { mon-sun 20:00-08:00 }
    flow start {
        answer
        if storm is open -> evacuated
        if not (day is open or rest is open) -> evacuated
        goto sorry
    }
    flow evacuated { say hello; outcome resolved; hangup }
    "#;
    let (program, verdicts) = verdicts_of(
        flow,
        "never reaches evacuated while storm is open\nwhen storm is open: always outcome given_up\n\
         when storm is open: always outcome resolved\n\
         when storm is closed: never reaches evacuated",
    );
    let broken: Vec<bool> = verdicts.iter().map(|verdict| verdict.broken.is_some()).collect();
    assert_eq!(broken, [true, true, false, true]);
    let story = &verdicts[0].broken.as_ref().expect("it is broken").story;
    let by_hand: Vec<(&str, bool)> = story
        .by_hand
        .iter()
        .map(|(schedule, open)| (&*program.schedules[schedule.0 as usize].name, *open))
        .collect();
    assert_eq!(by_hand, [("storm", true)], "the call that shows it says who has done what by hand");
    let both = &verdicts[3].broken.as_ref().expect("it is broken").story.by_hand;
    assert_eq!(both.len(), 1, "one of two is closed by hand, the other by plan");
}

/// Whether a promise is kept, and whether only while hours stand still.
fn stands(flow: &str, promise: &str) -> (bool, bool) {
    let (_, verdicts) = verdicts_of(flow, promise);
    (verdicts[0].broken.is_none(), verdicts[0].stands_still)
}

#[test]
fn what_is_kept_only_while_hours_stand_still_is_said_to_be() {
    let between = |between: &str| {
        let flow = format!(
            "queue desk {{ timeout 10m }}
             flow start {{ answer; if office is closed -> sorry; {between} }}
             flow people {{ transfer to \"desk\" {{ busy, no_answer, unavailable, refused, redirected, failed -> sorry }} }}"
        );
        stands(&flow, "never transfer outside office")
    };
    assert_eq!(between("goto people"), (true, false), "nothing lies between");
    assert_eq!(between("say hello; goto people"), (true, true));
    assert_eq!(between("wait 59s; goto people"), (true, true));
    assert_eq!(between("wait 2m; goto people"), (false, false));
    assert_eq!(between("say hello; if office is closed -> sorry; goto people"), (true, false), "asked again");
    assert_eq!(between("queue desk { 1 -> people; timeout, full, closed -> sorry }"), (false, false));
    let long = "menu { say question; first_key 10m; 1 -> people }";
    assert_eq!(between(long), (false, false));
    assert_eq!(between("menu { say question; 1 -> people }"), (true, true));
}

#[test]
fn what_comes_about_only_if_hours_turn_is_told_as_that() {
    let program = compiled(
        r#"
        flow start {
            answer
            if office is open { do tell() }
            say hello
            if office is closed { do tell() } else { outcome resolved topic "balance" }
            hangup
        }
        flow tell { do nothing(); outcome given_up; return }
        flow nothing { return }
        "#,
    );
    let from = Wall(1_767_225_600_000);
    let mut report = Explorer::new(&program, from).explore(10_000);
    assert_eq!(report.findings, []);
    report.add_turning(Explorer::new(&program, from).turning().explore(10_000));
    let told: Vec<String> = report.findings.iter().map(|finding| finding.message(&program)).collect();
    assert!(
        !told.is_empty() && told.iter().all(|told| told.ends_with("if hours turn on the way")),
        "{told:?}"
    );
}
