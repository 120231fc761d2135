//! Planted defects: each is found, by a shortest way, and told at its place.

use super::{compiled, found};
use callwright::explore::{Deed, Explorer, Kind, Symptom};
use callwright::program::{Exit, NodeId, Program, Verb};
use callwright::time::Wall;

const MENU: &str = r#"
flow start {
    answer
    menu {
        say question
        1 "sales" -> sales
        2 "other" { say hello; outcome resolved; hangup }
    }
}
flow sales {
    transfer to +7 843 203-57-00 { busy, no_answer, unavailable, refused, redirected -> sorry }
}
"#;

/// The first node of this kind.
fn node(program: &Program, is: impl Fn(&Verb) -> bool) -> NodeId {
    let at = program.nodes.iter().position(|node| is(&node.verb));
    NodeId(at.expect("there is one") as u32)
}

/// The node that leads to another.
fn before(program: &Program, to: NodeId) -> NodeId {
    let before = program.nodes.iter().position(|node| node.arms.iter().any(|arm| arm.to == to));
    NodeId(before.expect("something leads there") as u32)
}

/// Makes the node's exit lead somewhere else.
fn lead(program: &mut Program, from: NodeId, exit: &Exit, to: NodeId) {
    let arms = &mut program.nodes[from.0 as usize].arms;
    arms.iter_mut().filter(|arm| arm.exit == *exit).for_each(|arm| arm.to = to);
}

#[test]
fn a_program_without_a_defect_is_not_cried_wolf_at() {
    assert_eq!(found(&compiled(MENU)), Vec::<String>::new());
}

#[test]
fn an_outcome_behind_a_flow_that_has_told_one_is_found() {
    // The compiler looks into a flow of `do` only where the caller does nothing in it.
    let program = compiled(
        r#"
        flow start { answer; do survey(); outcome resolved; hangup }
        flow survey {
            menu {
                say question
                1 "well" { outcome given_up; return }
                2 "not"  { say hello }
            }
            return
        }
        "#,
    );
    let explorer = Explorer::new(&program, Wall(0));
    let report = explorer.explore(10_000);
    let [finding] = &report.findings[..] else { panic!("{:?}", found(&program)) };
    assert_eq!(finding.kind, Kind::Symptom(Symptom::Twice(None)));
    let pressed: Vec<&str> = finding
        .story
        .steps
        .iter()
        .filter(|step| matches!(program.node(step.mv.node).verb, Verb::Menu(_)))
        .map(|step| if let Deed::Leaves(0) = step.mv.deed { "1" } else { "?" })
        .collect();
    assert_eq!(pressed, ["1"], "the shortest call presses one key");
}

#[test]
fn an_end_without_an_outcome_is_found() {
    let mut program = compiled(MENU);
    let say =
        node(&program, |verb| matches!(verb, Verb::Outcome(outcome) if &*outcome.outcome == "resolved"));
    let hangup = program.node(say).arms[0].to;
    let hello = before(&program, say);
    lead(&mut program, hello, &Exit::Next, hangup);
    assert_eq!(found(&program), ["no-outcome at hangup after 6 moves"]);
}

#[test]
fn a_fault_that_nobody_handles_is_found() {
    let mut program = compiled(MENU);
    let transfer = node(&program, |verb| matches!(verb, Verb::Transfer(_)));
    program.nodes[transfer.0 as usize].arms.retain(|arm| arm.exit != Exit::Failed);
    assert_eq!(found(&program), ["unhandled at transfer after 6 moves"]);
}

#[test]
fn a_loop_that_takes_nothing_from_the_caller_is_found_and_has_no_end() {
    let mut program = compiled(MENU);
    let told =
        node(&program, |verb| matches!(verb, Verb::Outcome(outcome) if &*outcome.outcome == "resolved"));
    let hello = before(&program, told);
    lead(&mut program, hello, &Exit::Next, hello);
    assert_eq!(found(&program), ["loop at say after 4 moves"]);
}

#[test]
fn a_return_that_nobody_waits_for_is_found() {
    let mut program = compiled(
        r#"
        flow start { answer; do greet(); outcome resolved; hangup }
        flow greet { say hello; return }
        "#,
    );
    let call = node(&program, |verb| matches!(verb, Verb::Do(_)));
    let Verb::Do(greet) = program.node(call).verb.clone() else { panic!("it is a do") };
    let goto = callwright::program::verb::Goto { flow: greet.flow, args: Vec::new() };
    program.nodes[call.0 as usize].verb = Verb::Goto(goto);
    assert_eq!(found(&program), ["fault at return after 6 moves"]);
}

#[test]
fn a_secret_that_is_said_is_found() {
    let mut program = compiled(
        r#"
        flow start {
            answer
            ask secret pin: digits 4 { say question }
            ask plain: digits 4 { say question }
            say number_is(plain)
            outcome resolved
            hangup
        }
        "#,
    );
    let slot = program.nodes.iter().find_map(|node| match &node.verb {
        Verb::Ask(ask) if ask.secret => Some(ask.slot),
        _ => None,
    });
    for node in &mut program.nodes {
        if let Verb::Say(say) = &mut node.verb
            && let [utterance] = &mut say.utterances[..]
            && !utterance.args.is_empty()
        {
            utterance.args = vec![callwright::program::Expr::Slot(slot.expect("a secret"))];
        }
    }
    assert_eq!(found(&program), ["secret at say after 5 moves"]);
}

#[test]
fn a_dead_end_is_found() {
    for choices in [0, 1] {
        let mut program = compiled(MENU);
        let hello = node(&program, |verb| matches!(verb, Verb::Say(say) if say.utterances.len() == 1));
        let weights = vec![1; choices];
        program.nodes[hello.0 as usize].verb = Verb::Choose(callwright::program::verb::Choose { weights });
        let found = found(&program);
        // What can only be chosen from nothing, or by an exit that leads nowhere, is no way on.
        let word = if choices == 0 { "dead-end at choose" } else { "fault at choose" };
        assert!(found.iter().any(|one| one.starts_with(word)), "{choices}: {found:?}");
    }
}

#[test]
fn a_search_that_is_cut_short_says_so() {
    let program = compiled(MENU);
    let report = Explorer::new(&program, Wall(0)).explore(5);
    assert!(!report.is_complete && report.states >= 5 && report.states < 30, "{} states", report.states);
}
