//! What a condition has settled stays so along a way: the prover does not tell of calls that cannot be.

use super::{HEAD, compiled, found};
use callwright::language;
use callwright::source::MemoryFiles;

/// A call that is told of twice where both conditions hold. The compiler does not look that far into `do`.
fn excluded(first: &str, between: &str, second: &str) -> Vec<String> {
    found(&compiled(&twice(first, between, second)))
}

fn twice(first: &str, between: &str, second: &str) -> String {
    format!(
        r#"
        flow start {{
            answer
            if {first} {{ do tell() }}
            {between}
            if {second} {{ do tell() }} else {{ outcome resolved topic "balance" }}
            hangup
        }}
        flow tell {{ do nothing(); outcome given_up; return }}
        flow nothing {{ return }}
        "#
    )
}

#[test]
fn a_schedule_is_not_open_and_closed_at_once() {
    assert_eq!(excluded("office is open", "say hello", "office is closed"), Vec::<String>::new());
    assert_eq!(excluded("office is open", "wait 2h", "office is closed").len(), 1);
    assert_eq!(excluded("office is open", "say hello", "office is open").len(), 1);
}

#[test]
fn hours_that_are_never_open_together_by_plan_are_if_somebody_opens_one_by_hand() {
    assert_eq!(excluded("office is open", "say hello", "night is open").len(), 1);
}

#[test]
fn a_caller_in_a_set_is_in_it_twice() {
    assert_eq!(excluded("caller in vip", "say hello", "not caller in vip"), Vec::<String>::new());
    assert_eq!(excluded("caller in vip", "say hello", "caller is none"), Vec::<String>::new());
    assert_eq!(excluded("caller in vip", "say hello", "caller in blocked"), Vec::<String>::new());
    assert_eq!(excluded("caller in vip", "say hello", "caller in both").len(), 1);
}

#[test]
fn a_caller_in_a_segment_is_in_it_twice_and_may_be_in_every_other_set() {
    let segments = "customer { tariff: text? }
        segment gold when customer.tariff = \"gold\"
        segment lost when customer.last_outcome = \"given_up\"\n topics";
    let head = HEAD.replacen("topics", segments, 1);
    let excluded = |first: &str, between: &str, second: &str| {
        let script = format!("{head}{}", twice(first, between, second));
        found(&language::compile(&MemoryFiles::script(&script)).program.expect("it compiles"))
    };
    assert_eq!(excluded("caller in gold", "say hello", "not caller in gold"), Vec::<String>::new());
    assert_eq!(excluded("caller in gold", "say hello", "caller is none"), Vec::<String>::new());
    for other in ["caller in lost", "not caller in lost", "caller in vip", "not caller in vip"] {
        assert_eq!(excluded("caller in gold", "say hello", other).len(), 1, "{other}");
    }
}

#[test]
fn what_a_script_counts_is_followed() {
    let count = |third: &str| {
        found(&compiled(&format!(
            r#"
            flow start {{
                answer
                let n = 0
                repeat at most 2 {{ set n = n + 1 }}
                if n = {third} {{ do tell() }}
                do tell()
                hangup
            }}
            flow tell {{ do nothing(); outcome given_up; return }}
            flow nothing {{ return }}
            "#
        )))
    };
    assert_eq!(count("3"), Vec::<String>::new());
    assert_eq!(count("2").len(), 1);
}

/// Two conditions on what the lines before have asked; what stands between them may change something.
type Pair = (&'static str, &'static str, &'static str, &'static str);

const NUMBER: &str = "ask n: number 1..9 { say question }";
const DIGITS: &str = "ask d: digits 4 { say question }";
const SUM: &str = "let sum = 0.00 RUB\n get bank.state(1) { ok reply { set sum = reply.sum } }";
const MESSAGE: &str = "let words = message otherwise \"\"";

/// No call meets both.
const EXCLUDE: [Pair; 30] = [
    ("", "contact.channel = \"call\"", "", "contact.channel = \"chat\""),
    (NUMBER, "n > 3", "", "n < 2"),
    (NUMBER, "n > 3", "", "n <= 3"),
    (NUMBER, "n = 3", "", "n > 4"),
    (NUMBER, "n >= 3", "", "n <= 2"),
    (NUMBER, "3 < n", "", "n < 3"),
    (NUMBER, "n in [1, 2]", "", "n in [3, 4]"),
    (DIGITS, "d = \"1234\"", "", "d = \"4321\""),
    (DIGITS, "d = \"1234\"", "", "d starts with \"4\""),
    (DIGITS, "d starts with \"1\"", "", "d starts with \"4\""),
    (DIGITS, "not (d starts with \"1\")", "", "d starts with \"12\""),
    (MESSAGE, "words contains \"stop\"", "", "words = \"go\""),
    (MESSAGE, "words starts with \"Stop\"", "", "not (words contains \"stop\")"),
    (SUM, "sum > 100.00 RUB", "", "sum < 50.00 RUB"),
    (SUM, "sum > 100.00 RUB", "", "not (sum > 50.00 RUB)"),
    ("", "today > 2026-05-01", "", "today < 2026-04-01"),
    ("", "caller = +7 965 629-57-19", "", "caller = +7 965 629-57-20"),
    ("", "caller = +7 965 629-57-19", "", "not (caller in vip)"),
    ("", "caller in vip", "", "caller = +7 965 629-57-20"),
    ("", "caller in vip", "", "caller in abroad"),
    ("", "caller is withheld", "", "caller in vip"),
    ("", "caller is withheld", "", "caller is missing"),
    ("", "caller is none", "", "caller is mobile"),
    ("", "not (caller in both)", "", "caller in vip"),
    ("", "called = +7 843 203-57-37", "", "called = +7 843 203-57-38"),
    ("let y = caller in vip", "y", "", "not (caller in vip)"),
    ("let x = if caller in vip then \"a\" else \"b\"", "x = \"a\"", "", "caller in blocked"),
    ("let x = if office is open then 1 else 2", "x = 1", "", "x = 2"),
    ("let n = 2", "n > 1", "set n = n - 1", "n > 1"),
    ("let n = 0\n repeat at most 3 { set n = n + 1 }", "n = 3", "", "n < 3"),
];

/// Some call meets both.
const AGREE: [Pair; 13] = [
    (NUMBER, "n > 3", "", "n < 5"),
    (NUMBER, "n >= 3", "", "n <= 3"),
    (DIGITS, "d starts with \"1\"", "", "d = \"1234\""),
    (DIGITS, "d starts with \"1\"", "", "d starts with \"12\""),
    (SUM, "sum > 50.00 RUB", "", "sum < 100.00 RUB"),
    ("", "caller in vip", "", "caller = +7 965 629-57-19"),
    ("", "caller in vip", "", "caller in both"),
    ("", "caller is mobile", "", "caller in vip"),
    ("", "caller in abroad", "", "not (caller in vip)"),
    ("", "office is open", "wait 2h", "night is open"),
    ("let n = 4", "n > 3", "ask m: number 1..9 { say question }\n set n = m", "n < 3"),
    ("ask y: yes_no { say question }", "y", "set y = not y", "not y"),
    ("let x = if caller in vip then 1 else 2", "x = 1", "", "caller in vip"),
];

/// Whether a call is told of twice, where both conditions hold.
fn meets((asked, first, between, second): Pair) -> bool {
    let found = found(&compiled(&format!(
        r#"
        backend bank {{ get state(n: number) -> {{ sum: money }} at "x/{{n}}" }}
        route written {{ chat -> start }}
        flow start {{
            if contact.channel = "call" {{ answer }}
            {asked}
            if {first} {{ do tell() }}
            {between}
            if {second} {{ do tell() }} else {{ outcome resolved topic "balance" }}
            hangup
        }}
        flow tell {{ do nothing(); outcome given_up; return }}
        flow nothing {{ return }}
        "#
    )));
    found.iter().any(|one| one.starts_with("outcome-twice"))
}

#[test]
fn what_is_said_of_a_value_holds_wherever_it_is_asked_again() {
    let wrongly: Vec<Pair> = EXCLUDE.into_iter().filter(|pair| meets(*pair)).collect();
    assert_eq!(wrongly, [], "no call meets both");
    let missed: Vec<Pair> = AGREE.into_iter().filter(|pair| !meets(*pair)).collect();
    assert_eq!(missed, [], "some call meets both");
}

#[test]
fn a_stay_says_whether_the_room_was_joined() {
    let room = |asked: &str| {
        found(&compiled(&format!(
            r#"
            flow start {{
                answer
                conference "board" {{
                    joined {{ outcome resolved }}
                    left, removed stay {{ if {asked} {{ note "there" }} else {{ outcome given_up }} }}
                    full, refused -> sorry
                }}
                hangup
            }}
            "#
        )))
    };
    assert_eq!(room("stay.joined"), Vec::<String>::new());
}

#[test]
fn rounds_beyond_those_that_are_told_apart_are_a_budget_all_the_same() {
    let program = compiled(
        r#"
        flow start {
            answer
            repeat at most 50 { say hello }
            for each n in [1, 2, 3, 4, 5] { say hello }
            goto hold
        }
        flow hold { say hello; again at most 20 else -> sorry }
        "#,
    );
    assert_eq!(found(&program), Vec::<String>::new());
}
