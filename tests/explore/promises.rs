//! Promises: kept or broken, and by which call.

use super::{HEAD, Style, language, render};
use callwright::explore::{Breach, Deed, Kind, Lengths, Verdict, in_one_go, judge};
use callwright::program::{Program, PromptId};
use callwright::source::MemoryFiles;
use callwright::time::{DurationMs, Wall};

const OFFICE: &str = r#"
queue desk { strategy longest_idle  timeout 10m }
flow start {
    answer
    if office is closed { say apology; outcome given_up; hangup }
    menu {
        say question
        1 "sales" -> ring_sales
        2 "desk"  -> wait_for_desk
        3 "hours" { say hello; outcome resolved; hangup }
        give_up   -> wait_for_desk
    }
}
flow ring_sales {
    transfer to +7 843 203-57-00 { busy, no_answer, unavailable, refused, redirected -> wait_for_desk }
}
flow wait_for_desk {
    queue desk { timeout, full, closed -> sorry }
}
"#;

/// The verdicts on promises about the office, or about another program.
pub(super) fn verdicts_of(flows: &str, promises: &str) -> (Program, Vec<Verdict>) {
    let head = HEAD.replace("call to +7 843 203-57-99 -> sorry", "");
    let text = format!("{head}{flows}\npromise {{\n{promises}\n}}\n");
    let compiled = language::compile(&MemoryFiles::script(&text));
    let report = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    let program = compiled.program.unwrap_or_else(|| panic!("{report}"));
    let prompt = |_: PromptId| DurationMs::from_secs(4);
    let sound = |_: &str| DurationMs(500);
    let lengths = Lengths { prompt: &prompt, sound: &sound };
    let from = Wall(1_767_225_600_000);
    let all = (0..program.promises.len())
        .map(|promise| judge(&program, promise, from, 100_000, &lengths, in_one_go))
        .collect();
    (program, all)
}

/// How a promise about the office is broken; `None` if it is kept.
fn breach(promise: &str) -> Option<Breach> {
    let (_, verdicts) = verdicts_of(OFFICE, promise);
    let [verdict] = &verdicts[..] else { panic!("one promise") };
    assert!(verdict.is_complete && verdict.is_met, "{verdict:?}");
    verdict.broken.as_ref().map(|finding| match finding.kind {
        Kind::Promise(0, breach) => breach,
        ref other => panic!("{other:?}"),
    })
}

#[test]
fn a_person_can_be_reached_while_the_office_is_open() {
    assert_eq!(breach("when office is open: always human"), None);
    assert_eq!(breach("when office is open: always human within 4s and 1 keys"), None);
    assert_eq!(breach("always human"), Some(Breach::NoWay));
}

#[test]
fn who_needs_longer_or_more_keys_is_told() {
    let takes = Some(Breach::Takes(DurationMs::from_secs(4)));
    assert_eq!(breach("when office is open: always human within 3s"), takes);
    // Three silences give up, and need no key.
    assert_eq!(breach("when office is open: always human and 0 keys"), None);
    let silent = Some(Breach::Takes(DurationMs::from_secs(27)));
    assert_eq!(breach("when office is open: always human within 26s and 0 keys"), silent);
    assert_eq!(
        breach("when office is open: always reaches ring_sales and 0 keys"),
        Some(Breach::MoreKeys(1))
    );
}

#[test]
fn what_must_never_come_about_is_searched_on_every_call() {
    assert_eq!(breach("never transfer outside office"), None);
    assert_eq!(breach("never transfer"), Some(Breach::Happens));
    assert_eq!(breach("never queue while caller in vip"), Some(Breach::Happens));
    assert_eq!(breach("never reaches ring_sales before verified"), Some(Breach::Happens));
    assert_eq!(breach("when office is closed: never outcome resolved"), None);
}

#[test]
fn what_always_comes_about_does_so_whatever_the_caller_presses() {
    assert_eq!(breach("when office is open: always queue"), Some(Breach::EndsWithout));
    assert_eq!(breach("when office is closed: always outcome given_up"), None);
    assert_eq!(breach("always ends"), None);
}

#[test]
fn a_set_within_a_set_is_told_apart() {
    let desk = r#"
    flow start {
        if caller in both -> sorry
        if caller in vip -> vip_desk
        answer
        say hello
        outcome resolved
        hangup
    }
    flow vip_desk { answer; say hello; outcome resolved; hangup }
    "#;
    let (_, verdicts) = verdicts_of(
        desk,
        "from vip and not from both: always reaches vip_desk\n\
         from vip: always reaches vip_desk\n\
         from blocked: never reaches vip_desk",
    );
    let kept: Vec<bool> = verdicts.iter().map(|verdict| verdict.broken.is_none()).collect();
    let met: Vec<bool> = verdicts.iter().map(|verdict| verdict.is_met).collect();
    assert_eq!((kept, met), (vec![true, false, true], vec![false, true, true]), "all of `vip` are in `both`");
}

#[test]
fn the_call_that_breaks_a_promise_is_a_shortest_one() {
    let (program, verdicts) = verdicts_of(OFFICE, "never transfer");
    let finding = verdicts[0].broken.as_ref().expect("it is broken");
    let deeds: Vec<Deed> = finding.story.steps.iter().map(|step| step.mv.deed).collect();
    assert_eq!(deeds.len(), 7, "{deeds:?}");
    assert!(
        finding.message(&program).contains("`never transfer` is not kept"),
        "{}",
        finding.message(&program)
    );
}
