//! A process dies in the middle of a call, and another one goes on with what the journal has.

use super::*;
use callwright::engine::LegId;

mod before_the_bridge;

impl Story {
    /// The session as the process that follows finds it: replayed from what was written down, and told that it goes on.
    fn taken_up(&mut self, ms: u64) -> Vec<Action> {
        let mut entries = self.journal.clone();
        callwright::engine::restore_keys(&mut entries);
        let (mut session, _) = Session::start(self.session.image().clone(), contact(), Millis(0));
        for entry in entries.into_iter().skip(1) {
            let _ = session.step(Millis(entry.at.0), entry.event.expect("an event"));
        }
        self.session = session;
        assert!(self.session.can_be_taken_up());
        self.at(ms, Event::TakenUp)
    }
}

fn plays(actions: &[Action]) -> Vec<String> {
    actions.iter().filter_map(prompt).collect()
}

#[test]
fn a_question_is_put_again_and_the_round_that_was_cut_does_not_count() {
    let mut story = Story::of(MENU);
    story.heard(1000);
    // Long after the caller's patience: nobody could have acted on it.
    let actions = story.taken_up(60_000);
    assert_eq!(plays(&actions), ["question"], "not what is said the second time, and nothing of silence");
    story.heard(61_000);
    let actions = story.key(62_000, '1');
    assert_eq!((took(&actions), story.outcomes()), (vec!["1".into()], vec!["resolved".to_owned()]));
    assert!(matches!(story.replayed(), Outcome::Same { .. }), "{:?}", story.replayed());
}

#[test]
fn what_was_half_keyed_is_keyed_anew() {
    let ask = "flow start {\n answer\n ask number: digits 4 { say enter }\n say bye\n outcome resolved\n hangup\n}\n";
    let mut story = Story::of(ask);
    story.heard(1000);
    story.keys(1100, "12");
    assert_eq!(plays(&story.taken_up(5000)), ["enter"]);
    story.heard(6000);
    story.keys(6100, "3456");
    assert_eq!(story.find(|action| took(std::slice::from_ref(action)).pop()), Some("3456".into()));
    assert!(matches!(story.replayed(), Outcome::Same { .. }), "{:?}", story.replayed());
}

#[test]
fn a_backend_is_asked_again_under_the_same_id() {
    let get = "flow start {\n answer\n get core.balance(\"4081\") { ok reply { say bye; outcome resolved; hangup } }\n}\n";
    let mut story = Story::of(get);
    let asked = |action: &Action| match action {
        Action::Request { id, .. } => Some(*id),
        _ => None,
    };
    let id = story.find(asked).expect("it is asked");
    let actions = story.taken_up(800);
    assert!(!has(&actions, |action| asked(action).is_some()), "the driver does what is awaited again");
    assert_eq!(story.session.awaited(), [id]);
    assert_eq!(story.session.next_deadline(), Some((Millis(2000), Timer::Backend)), "its time goes on");
}

#[test]
fn a_recording_goes_on_as_another_one() {
    let record = "flow start {\n answer\n record call\n ask number: digits 4 { say enter }\n outcome resolved\n hangup\n}\n";
    let mut story = Story::of(record);
    let actions = story.taken_up(500);
    assert!(has(&actions, |action| action.to_string().contains("record")), "{actions:?}");
    assert_eq!(plays(&actions), ["enter"]);
}

const TRANSFER: &str = r#"
flow start {
    answer
    transfer to +7 843 203-57-00 {
        ring 20s
        completed { say silence }
        no_answer, busy, unavailable, refused, redirected, failed -> sorry
    }
    outcome resolved
    hangup
}
"#;

fn speaking() -> Story {
    let mut story = Story::of(TRANSFER);
    let dial = story.find(|action| match action {
        Action::Dial { id, .. } => Some(*id),
        _ => None,
    });
    story.at(3000, Event::Dialled { id: dial.expect("it dialled"), progress: DialProgress::Answered });
    assert_eq!(story.session.speaks_with(), Some(LegId(1)));
    assert_eq!(story.session.other_side(), Some(LegId(1)));
    story
}

#[test]
fn two_who_spoke_go_on_speaking() {
    let mut story = speaking();
    assert_eq!(story.taken_up(5000), [], "the driver bridges the two again");
    assert_eq!(story.session.speaks_with(), Some(LegId(1)));
    // The conversation ends as any other does.
    story.at(60_000, Event::LegEnded { leg: LegId(1) });
    assert_eq!(story.said(), ["ring-back", "silence"]);
    story.heard(61_000);
    assert_eq!(story.outcomes(), ["handed_over", "resolved"]);
    assert!(matches!(story.replayed(), Outcome::Same { .. }), "{:?}", story.replayed());
}

#[test]
fn whoever_has_gone_meanwhile_has_left_the_conversation() {
    let mut story = speaking();
    story.taken_up(5000);
    let actions = story.at(5000, Event::LegEnded { leg: LegId(1) });
    assert_eq!(plays(&actions), ["silence"], "the arm of a lost operator");
    assert_eq!(story.session.speaks_with(), None);
    assert!(matches!(story.replayed(), Outcome::Same { .. }), "{:?}", story.replayed());
}

#[test]
fn nobody_goes_on_with_a_call_that_was_not_answered_or_holds_a_secret() {
    let (session, _) = Session::start(image(MENU), contact(), Millis(0));
    assert!(!session.can_be_taken_up(), "it was not answered");

    let secret = "flow start {\n answer\n ask secret pin: digits 4 { say enter_pin }\n say bye\n outcome resolved\n hangup\n}\n";
    let mut story = Story::of(secret);
    assert!(story.session.can_be_taken_up(), "it is asked anew");
    story.heard(1000);
    story.keys(1100, "1234");
    assert!(story.said().contains(&"bye".to_owned()));
    assert!(!story.session.can_be_taken_up(), "the secret was never written down");
}

fn verify(action: &Action) -> Option<ActionId> {
    if let Action::Verify { id, .. } = action { Some(*id) } else { None }
}

#[test]
fn a_pin_that_was_being_verified_is_asked_for_again_and_wrong_ones_still_count() {
    let mut story = at_the_pin();
    story.keys(200, "1111");
    judge(&mut story, 300, Verdict::Wrong);
    story.heard(400);
    story.keys(500, "4711");
    let before = story.find(verify).expect("the PIN is verified");
    assert_eq!(plays(&story.taken_up(5000)), ["enter_pin"], "nobody knows any more what was keyed");
    story.at(5100, Event::Judged { id: before, verdict: Verdict::Right });
    assert!(story.outcomes().is_empty(), "what was verified before is asked again");
    story.keys(6000, "2222");
    judge(&mut story, 6100, Verdict::Wrong);
    assert_eq!(story.outcomes(), ["given_up"], "two wrong ones, as before");
    assert!(matches!(story.replayed(), Outcome::Same { .. }), "{:?}", story.replayed());
}

const CODE: &str = r#"
prompt code_is(code: digits) { en "Your code is {code}." }
flow start {
    answer
    identify caller { one client -> prove(client); many, none -> sorry }
}
flow prove(client: customer) {
    authenticate client with code to +7 843 203-57-00 {
        say_code code_is
        ask secret code: digits 6 { say enter_pin }
        verified known -> proven(known)
        refused, locked -> sorry
    }
}
flow proven(client: verified customer) { say hello; outcome resolved; hangup }
"#;

#[test]
fn a_code_that_nobody_remembers_is_followed_by_another_one() {
    let sent = |action: &Action| match action {
        Action::SendCode { id, .. } => Some(*id),
        _ => None,
    };
    let mut story = identified(CODE);
    let first = story.find(sent).expect("a code is sent");
    story.at(200, Event::CodeSent { id: first, sent: true });
    story.heard(300);
    story.keys(400, "12");

    let actions = story.taken_up(5000);
    let second = actions.iter().find_map(sent).expect("another code is sent");
    assert!(second != first && plays(&actions).is_empty(), "{actions:?}");
    let actions = story.at(5100, Event::CodeSent { id: second, sent: true });
    assert_eq!(plays(&actions), ["enter_pin"]);
    story.heard(5200);
    story.keys(5300, "123456");
    judge(&mut story, 5400, Verdict::Right);
    story.heard(5500);
    assert_eq!(story.outcomes(), ["resolved"]);
    assert!(matches!(story.replayed(), Outcome::Same { .. }), "{:?}", story.replayed());
}

#[test]
fn a_code_on_its_way_is_sent_again() {
    let mut story = identified(CODE);
    let actions = story.taken_up(1000);
    assert!(has(&actions, |action| matches!(action, Action::SendCode { .. })), "{actions:?}");
}
