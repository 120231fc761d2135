//! What a condition has settled stays so along a way: the prover does not tell of calls that cannot be.

use super::{compiled, found};

/// A call that is told of twice where both conditions hold. The compiler does not look that far into `do`.
fn excluded(first: &str, between: &str, second: &str) -> Vec<String> {
    found(&compiled(&format!(
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
    )))
}

#[test]
fn a_schedule_is_not_open_and_closed_at_once() {
    assert_eq!(excluded("office is open", "say hello", "office is closed"), Vec::<String>::new());
    assert_eq!(excluded("office is open", "wait 2h", "office is closed").len(), 1);
    assert_eq!(excluded("office is open", "say hello", "office is open").len(), 1);
}

#[test]
fn hours_that_are_never_open_together_are_not_taken_to_be() {
    assert_eq!(excluded("office is open", "say hello", "night is open"), Vec::<String>::new());
}

#[test]
fn a_caller_in_a_set_is_in_it_twice() {
    assert_eq!(excluded("caller in vip", "say hello", "not caller in vip"), Vec::<String>::new());
    assert_eq!(excluded("caller in vip", "say hello", "caller is none"), Vec::<String>::new());
    assert_eq!(excluded("caller in vip", "say hello", "caller in blocked").len(), 1);
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
