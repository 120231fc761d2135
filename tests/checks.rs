//! Programs that look like a mistake and are none: the checks over the graph say nothing of them.

use crate::language::compile_case_with;
use callwright::language::unused;
use callwright::source::Style;

/// What a program says that has these declarations beside the usual ones.
fn report(declarations: &str) -> String {
    let text = format!(
        "program p {{ languages en; zone \"Europe/Berlin\"\n\
         default {{ failed, late, give_up -> bye; hung_up {{ outcome abandoned }} }} }}\n\
         crm {{ customer {{ name: text }}; outcomes done }}\n\
         prompt hi {{ en \"Hi.\" }}\n\
         prompt place(ahead: number) {{ en \"{{ahead}} ahead.\" }}\n\
         queue desk {{ timeout 5m; music \"hold\" }}\n\
         flow bye {{ outcome abandoned; hangup }}\n{declarations}"
    );
    compile_case_with(&text, &[]).expect("the cases' data can be read").report(Style::Plain)
}

/// The findings' first lines.
fn found(declarations: &str) -> Vec<String> {
    let report = report(declarations);
    report.lines().filter(|line| line.starts_with("error")).map(str::to_owned).collect()
}

const CALLS: &str = "route main { call -> start; otherwise -> reject not_found }\n";

fn assert_clean(declarations: &str) {
    assert_eq!(report(declarations), "", "{declarations}");
}

#[test]
fn what_comes_by_otherwise_is_no_call_where_a_rule_takes_every_call() {
    assert_clean(
        "route main { call -> start; otherwise -> text }\n\
         flow start { answer; say hi; goto bye }\n\
         flow text { say hi; goto bye }\n",
    );
    assert_clean(
        "route main { call { caller is none -> bye; otherwise -> start }; otherwise -> text }\n\
         flow start { answer; say hi; goto bye }\n\
         flow text { say hi; goto bye }\n",
    );
    // A rule for one number leaves the other calls.
    let rest = found(
        "route main { call to +7 843 203-57-37 -> start; otherwise -> text }\n\
         flow start { answer; say hi; goto bye }\n\
         flow text { say hi; goto bye }\n",
    );
    assert_eq!(rest, ["error[E0412]: `say` before the call is answered: the caller hears nothing of it"]);
}

#[test]
fn a_test_of_the_channel_parts_a_flow_into_what_each_channel_can_do() {
    assert_clean(
        "route main { call, sms, chat -> start; otherwise -> reject not_found }\n\
         flow start {\n\
         if contact.channel = \"call\" {\n answer\n transfer to \"100\" { busy, no_answer, unavailable, refused, redirected { } }\n }\n\
         say hi\n\
         match contact.channel {\n \"call\" { play chime }\n \"sms\" { }\n otherwise { queue desk { timeout, full, closed { } } }\n }\n\
         if contact.channel = \"sms\" or contact.channel = \"chat\" { say hi } else -> desk\n\
         goto bye\n }\n\
         flow desk { record message { silent, too_short { } }; goto bye }\n",
    );
}

#[test]
fn a_chat_is_never_answered_too_late() {
    let found = found(
        "route main { call -> start; chat -> ringing; otherwise -> reject not_found }\n\
         flow start { answer; say hi; goto bye }\n\
         flow ringing { ring; goto bye }\n",
    );
    assert_eq!(found, ["error[E0802]: `ring` cannot run on chat"]);
}

#[test]
fn a_wait_within_counted_rounds_is_bounded() {
    let flow = "flow start {\n answer\n\
         repeat at most 20 { wait 10s; if caller is none -> bye }\n\
         for each length in [5s, 10s] { wait length }\n\
         again at most 3 else -> bye\n }\n";
    assert_clean(&format!("{CALLS}{flow}"));
}

#[test]
fn what_a_queue_says_again_and_again_ends_with_the_queue() {
    let flow = "queue quiet { timeout 5m }\n flow start {\n answer\n\
         queue desk { say place(position) every 30s; timeout, full, closed { } }\n\
         queue quiet { say place(position) every 30s; timeout, full, closed { } }\n\
         goto bye\n }\n";
    assert_clean(&format!("{CALLS}{flow}"));
}

#[test]
fn a_flow_that_counts_its_attempts_may_have_itself_run_again() {
    let flows = "flow start { afterwards do wake(+7 843 203-57-00, 1); goto bye }\n\
         flow wake(number: phone, try: number) {\n\
         if try > 3 { return }\n\
         call number {\n answered { say hi; goto bye }\n\
         busy, no_answer, unavailable, refused { in 5m do wake(number, try + 1) }\n }\n\
         return\n }\n";
    assert_clean(&format!("{CALLS}{flows}"));
    let polls = "flow start { afterwards do poll(\"1\"); goto bye }\n\
         flow poll(number: digits) {\n\
         find customer +7 843 203-57-00 { one, many { }; none { in 1h do poll(number) } }\n\
         return\n }\n";
    assert_clean(&format!("{CALLS}{polls}"));
}

#[test]
fn a_place_goes_along_behind_the_keys_of_its_queue() {
    let flows = "flow start {\n answer\n\
         queue desk {\n\
         while waiting { do offer() }\n\
         1 \"call me\" -> by_key\n\
         timeout, full, closed -> bye\n }\n }\n\
         flow offer { menu { say hi; 1 \"call me\" -> by_key; 2 \"wait\" { } }; return }\n\
         flow by_key { do greet(); callback keeping place in desk; goto bye }\n\
         flow greet { say hi; return }\n";
    assert_clean(&format!("{CALLS}{flows}"));
}

#[test]
fn a_secret_may_be_handed_to_a_flow_that_runs_at_once() {
    let flows = "flow start { answer; ask secret pin: digits 4 { say hi }; do check(pin); goto bye }\n\
         flow check(code: secret) { if code = \"1234\" { note \"known\" }; return }\n";
    assert_clean(&format!("{CALLS}{flows}"));
}

#[test]
fn a_call_is_rejected_as_long_as_it_rings() {
    let flow = "flow start { early media; if caller is none -> bye; say hi; reject busy }\n";
    assert_clean(&format!("{CALLS}{flow}"));
}

#[test]
fn amounts_of_one_currency_and_of_an_unknown_one_meet() {
    let flow = "flow start { answer; ask paid: money EUR { say hi }; do compare(paid); goto bye }\n\
         flow compare(sum: money) { if sum > 100 RUB or sum * 2 < 5 EUR { note \"much\" }; return }\n";
    assert_clean(&format!("{CALLS}{flow}"));
}

#[test]
fn a_mistake_does_not_leave_the_flows_unreached_that_it_names() {
    let of = |route: &str, start: &str| {
        found(&format!("{route}flow start {{ answer; {start} }}\nflow wanted {{ say hi; goto bye }}\n"))
    };
    assert_eq!(
        of("route main { call -> start; chats -> wanted; otherwise -> reject not_found }\n", "goto bye"),
        ["error[E0201]: there is no channel `chats`"]
    );
    assert_eq!(
        of("route main { call -> start; telegram -> wanted; otherwise -> reject not_found }\n", "goto bye"),
        ["error[E0201]: there is no channel `telegram`"]
    );
    assert_eq!(
        of(CALLS, "queue nowhere { timeout, full, closed -> wanted }; goto bye"),
        ["error[E0201]: there is no queue `nowhere`"]
    );
    assert_eq!(
        of(
            &format!("backend core {{ get state() -> on at \"x\" within 3s }}\n{CALLS}"),
            "get core.state() { ok r -> wanted; failed, late -> bye }; goto bye"
        ),
        ["error[E0101]: expected fields in braces, found `on`"]
    );
    assert_eq!(
        of(CALLS, "transfer to \"100\" { busy -> bye; no_answer -> bye }; afterwards do wanted(); goto bye"),
        [
            "error[E0401]: `transfer` can end in `unavailable`, `refused` and `redirected`, and nobody handles them"
        ]
    );
}

#[test]
fn what_is_declared_and_used_nowhere_is_a_note() {
    let text = "program p { languages en; default { failed { }; hung_up { outcome abandoned } } }\n\
         crm { outcomes done, hunted }   // hunted: once in a while\n\
         prompt hi { en \"Hi, spare.\" }\n\
         prompt spare { en \"Spare.\" }\n\
         hours office in \"Europe/Berlin\" { mon-fri 09:00-18:00 }\n\
         numbers vip { +7 965 629-57-19 }\n\
         keep calls: number = 0 per caller\n\
         route main { call -> start; otherwise -> reject not_found }\n\
         flow start { answer; note \"{calls} calls\"; say hi; outcome done; hangup }\n";
    let compiled = compile_case_with(text, &[]).expect("the cases' data can be read");
    assert_eq!(compiled.report(Style::Plain), "");
    assert_eq!(
        unused(&compiled),
        [
            "main.flow:2: nothing uses the outcome `hunted`",
            "main.flow:4: nothing uses the prompt `spare`",
            "main.flow:5: nothing uses the schedule `office`",
            "main.flow:6: nothing uses the set of numbers `vip`",
        ]
    );
}

#[test]
fn flows_that_enter_each_other_are_told_once() {
    let flows = "flow start { answer; do one(); goto bye }\n\
         flow one { do two(); return }\n flow two { do one(); return }\n";
    assert_eq!(
        found(&format!("{CALLS}{flows}")),
        ["error[E0409]: the flows `one`, `two` enter each other by `do`, without end"]
    );
}

#[test]
fn what_an_exit_leaves_empty_is_there_where_its_block_leads_away() {
    let body = "flow start {\n answer\n\
         ask order: digits 4 { say hi; 0 \"none\" -> bye; between_keys 2s; give_up -> bye }\n say keyed(order)\n\
         ask code: digits 4 { say hi; read back say keyed(code); give_up { say hi; goto bye } }\n say keyed(code)\n\
         ask item: one of [\"a\", \"b\"] { say hi; no_input { say hi }; no_match { -> again }; give_up -> bye }\n note item\n\
         ask maybe: digits 4 { say hi; give_up { } }\n if maybe is some known { say keyed(known) }\n\
         record words { say hi; recorded { afterwards do deliver(words) }; silent { say hi } }\n\
         let m = calls { failed -> bye }\n say counted(m)\n goto bye\n }\n";
    let around = "keep calls: number = 0 per caller\n\
         prompt keyed(x: digits) { en \"{x}\" }\n prompt counted(n: number) { en \"{n}\" }\n\
         flow deliver(words: recording) { send email to \"a@b.example\" text \"hello\" attach words; return }\n";
    assert_clean(&format!("{CALLS}{around}{body}"));
}

#[test]
fn set_has_the_exit_of_what_it_reads() {
    let around = "keep calls: number = 0 per caller\n prompt counted(n: number) { en \"{n}\" }\n";
    let body = "flow start { answer; let n = 7; set n = calls { failed { note \"down\" } }; say counted(n); goto bye }\n";
    assert_clean(&format!("{CALLS}{around}{body}"));
}

#[test]
fn nobody_presses_a_key_where_there_is_no_caller() {
    let keys = "keys { 0 -> desk }\n\
         flow desk { queue desk { timeout, full, closed { } }; goto bye }\n";
    assert_clean(&format!(
        "{keys}route main {{ call -> start; task -> remind; otherwise -> reject not_found }}\n\
         flow start {{ answer; say hi; goto bye }}\n\
         flow remind(number: phone) {{\n wait 1s\n\
         call number {{ answered {{ }}; busy, no_answer, unavailable, refused {{ return }} }}\n\
         say hi\n goto bye\n }}\n"
    ));
    // In writing a key is an answer to a question; beside a prompt there is none.
    let texts = "route main { call -> start; sms -> text; otherwise -> reject not_found }\n\
         flow start { answer; goto desk }\n";
    let text = "flow text { say hi; goto bye }\n";
    assert_clean(&format!("{keys}{texts}{text}"));
    let asks = "flow text { menu { say hi; 1 \"one\" { } }; goto bye }\n";
    let report = report(&format!("{keys}{texts}{asks}"));
    assert!(report.contains("`queue` cannot run on sms"), "{report}");
    assert!(report.contains("contacts come by route main → text → desk, by the global key `0`"), "{report}");
}

/// A flow that has itself run again, around what stands in it before it does.
fn rounds(before: &str, hands_on: &str) -> Vec<String> {
    found(&format!(
        "{CALLS}flow start {{ afterwards do round(+7 843 203-57-00, 1, 09:00); goto bye }}\n\
         flow round(number: phone, try: number, time: time) {{\n{before}\n in 10m do round({hands_on})\n return\n }}\n"
    ))
}

#[test]
fn only_what_changes_ends_the_rounds_of_a_timer() {
    let endless = ["error[E0406]: `round` has itself run again and again, and nothing ends it"];
    let none: [&str; 0] = [];
    let same = "number, try, time";
    for before in [
        "if number is mobile { return }",
        "if try > 3 { return }",
        "let twice = try * 2\n if twice > 3 { return }",
        "call number { answered { }; busy, no_answer, unavailable, refused { return } }\n say hi",
    ] {
        assert_eq!(rounds(before, same), endless, "{before}");
    }
    for (before, hands_on) in [
        ("if try > 3 { return }", "number, try + 1, time"),
        ("let next = try + 1\n if next > 3 { return }", "number, next, time"),
        ("if now.time > time { return }", same),
        ("menu { say hi; 1 \"one\" -> bye; give_up { } }\n if try > 3 { return }", "number, try + 1, time"),
    ] {
        let before = match before.starts_with("menu") {
            true => format!(
                "call number {{ answered {{ }}; busy, no_answer, unavailable, refused {{ return }} }}\n {before}"
            ),
            false => before.to_owned(),
        };
        assert_eq!(rounds(&before, hands_on), none, "{before}");
    }
}

#[test]
fn a_job_without_arguments_goes_on_at_a_time_of_day() {
    let daily = "flow start { afterwards do report(); goto bye }\n\
         flow report { note \"reported\"; at 09:00 in \"Europe/Berlin\" do report(); return }\n";
    assert_clean(&format!("{CALLS}{daily}"));
    let of_somebody = "flow start { afterwards do nag(+7 843 203-57-00); goto bye }\n\
         flow nag(number: phone) { send sms to number say hi; at 09:00 in \"Europe/Berlin\" do nag(number); return }\n";
    let told = ["error[E0406]: `nag` has itself run again and again, and nothing ends it"];
    assert_eq!(found(&format!("{CALLS}{of_somebody}")), told);
}

#[test]
fn a_loop_goes_round_for_what_the_caller_does_and_for_what_is_counted() {
    let body = "flow start {\n answer\n\
         repeat at most 3 { say hi; for each length in [1s, 2s] { if caller is none { continue }; wait length }; say hi }\n\
         goto round\n }\n\
         flow round {\n\
         queue desk { agent_left -> again_from_menu; while waiting { repeat at most 9 { say hi } }; timeout -> round; full, closed -> bye }\n }\n\
         flow again_from_menu {\n menu { say hi; 1 \"back\" -> round; give_up -> bye }\n }\n";
    assert_clean(&format!("{CALLS}{body}"));
    let back = "queue line { timeout 1m; callbacks -> back }\n\
         flow start { answer; queue line { 1 \"x\" { callback keeping place; goto bye } timeout, full, closed -> bye } }\n\
         flow back(number: phone, attempt: number) {\n\
         call number {\n answered -> bye\n\
         busy, no_answer, unavailable, refused { if attempt < 3 { callback to number in line }; return }\n }\n }\n";
    assert_clean(&format!("{CALLS}{back}"));
}

#[test]
fn a_condition_may_stand_on_several_lines() {
    let body = "flow start {\n answer\n\
         if caller is none   // nobody is shown\n and contact.channel = \"call\" or\n (called is some\n and\n (1 +\n 1 = number(\"2\"))) {\n say hi\n }\n goto bye\n }\n";
    assert_clean(&format!("{CALLS}{body}"));
}

#[test]
fn a_flow_may_be_ordered_when_the_caller_leaves() {
    let body = "flow start {\n default { hung_up { outcome abandoned; afterwards do decide(caller) } }\n answer\n say hi\n goto bye\n }\n\
         flow decide(number: phone?) { if number is some known { send sms to known say hi }; return }\n";
    assert_clean(&format!("{CALLS}{body}"));
}

#[test]
fn the_keys_of_a_flow_may_stand_at_the_beginning_of_their_line() {
    assert_clean(&format!(
        "{CALLS}flow start {{\nkeys {{\n0 -> bye\n}}\nanswer\nask n: digits 4 {{ say hi }}\ngoto bye\n}}\n"
    ));
}

#[test]
fn what_is_asked_for_again_and_what_is_set_anew_may_be_anything() {
    assert_clean(&format!(
        "{CALLS}flow start {{\nanswer\nask n: number 1..5 {{ say hi }}\n\
         repeat at most 3 {{ if n > 5 {{ note \"more\" }}; set n = n + 3 }}\n\
         if caller is withheld {{ note \"w\" }}; if caller is missing {{ note \"m\" }}\n\
         if today = today + 1d {{ note \"never\" }}\ngoto bye\n}}\n"
    ));
}

#[test]
fn a_test_that_every_channel_meets_is_ready_for_channels_to_come() {
    assert_clean(
        "route main { sms, chat -> desk; otherwise -> reject not_found }\n\
         flow desk { if contact.channel = \"sms\" or contact.channel = \"chat\" { say hi } else { note \"x\" }; goto bye }\n",
    );
}

#[test]
fn a_count_that_is_handed_on_bounds_a_loop() {
    let round = |before: &str, behind: &str| {
        assert_clean(&format!(
            "route main {{ call -> start; otherwise -> reject not_found }}\n\
             flow start {{ answer; goto round(0) }}\n\
             flow round(try: number) {{\n {before}\n say hi\n {behind}\n}}\n"
        ));
    };
    round("if try >= 3 -> bye", "-> round(try + 1)");
    round("if not (try < 3) -> bye", "wait 5s\n let next = 1 + try\n goto round(next)");
    round("if try > 2 or caller is none -> bye", "-> round(try + 1)");
    round("", "if try < 3 { -> round(try + 1) }\n goto bye");
    round("", "match try { 0..2 -> round(try + 1)\n otherwise -> bye }");
}
