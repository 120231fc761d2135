//! A scenario is said to play a finding only if what was found is seen when it is played.

use super::promises::verdicts_of;
use callwright::engine::Image;
use callwright::explore::{Breach, Finding, Kind};
use callwright::simulator::{Teller, shows};

const FLOW: &str = r#"
hours storm in "Europe/Moscow" { always closed }
flow start {
    answer
    if storm is open -> evacuated
    menu { say question; 1 -> aside; 2 -> evacuated }
}
flow aside { say hello; outcome resolved; hangup }
flow evacuated { say hello; outcome given_up; hangup }
"#;

#[test]
fn a_call_that_takes_the_way_and_does_not_show_what_was_found_is_no_proof() {
    let (program, verdicts) =
        verdicts_of(FLOW, "never reaches aside\nnever reaches evacuated\nalways outcome given_up");
    let image = Image::new(program).expect("no functions");
    let found = verdicts[0].broken.clone().expect("it is broken");
    let retold = Teller::default().retell(&image, &found.story, "aside").expect("a caller who presses 1");
    assert!(shows(&image, &retold, &found));
    let other = |kind: Kind| Finding { kind, ..found.clone() };
    assert!(!shows(&image, &retold, &other(Kind::Promise(1, Breach::Happens))));
    assert!(shows(&image, &retold, &other(Kind::Promise(2, Breach::EndsWithout))));
    assert!(!shows(&image, &retold, &other(Kind::Promise(0, Breach::EndsWithout))));
}

#[test]
fn hours_that_somebody_must_have_set_by_hand_are_given_so() {
    let (program, verdicts) = verdicts_of(FLOW, "when storm is open: never reaches evacuated");
    let image = Image::new(program).expect("no functions");
    let found = verdicts[0].broken.clone().expect("it is broken");
    let retold = Teller::default().retell(&image, &found.story, "storm").expect("a call in the storm");
    assert!(retold.yaml.contains("override: { storm: open }"), "{}", retold.yaml);
    assert!(shows(&image, &retold, &found));
}
