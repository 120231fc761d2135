//! Scenarios in a world that fails: whatever it is, the contact ends, the CRM knows, the journal replays.

use super::{complained, line_with, path, printed, scenario, test};
use crate::harness::{bank, root};
use callwright::engine::{Action, ActionId, Note};
use callwright::program::Entry;
use callwright::simulator::{
    ContactRun, Endless, FaultPlan, Scenario, ScenarioFile, Transcript, broken, plans, test_with,
};
use serde_json::Value;
use std::fs;

/// The shipped bank's scenarios of one file.
fn scenarios(file: &str) -> Vec<Scenario> {
    let path = root().join("flows/bank/scenarios").join(file);
    let text = fs::read_to_string(path).expect("scenarios");
    ScenarioFile::read(file, &text, &bank()).unwrap_or_else(|mistakes| panic!("{mistakes}")).scenarios
}

#[test]
fn whatever_fails_the_bank_s_calls_end_and_the_crm_knows() {
    let bank = bank();
    for (index, scenario) in scenarios("balance.yaml").iter().enumerate() {
        // Of all single faults every sixteenth, others for each scenario; and all that come together.
        let plans = plans(&bank, scenario, 7, 1);
        let some =
            plans.iter().enumerate().filter(|(at, plan)| plan.faults.len() > 1 || at % 16 == index % 16);
        for (_, plan) in some {
            let run = test_with(&bank, scenario, plan);
            assert!(run.broken.is_empty(), "{}: {plan}: {:?}", scenario.name, run.broken);
        }
    }
}

#[test]
fn every_single_fault_has_a_run_and_a_seed_draws_the_others() {
    let bank = bank();
    let scenario = &scenarios("balance.yaml")[0];
    let shown = |plans: &[FaultPlan]| plans.iter().map(ToString::to_string).collect::<Vec<String>>();
    let (one, again, other) =
        (plans(&bank, scenario, 1, 4), plans(&bank, scenario, 1, 4), plans(&bank, scenario, 2, 4));
    assert_eq!(one, again);
    let single = one.iter().filter(|plan| plan.faults.len() == 1).count();
    assert_eq!(shown(&one[..single]), shown(&other[..single]));
    assert_ne!(shown(&one[single..]), shown(&other[single..]));
    for fault in [
        "backend 1 is late",
        "CRM 1 fails",
        "playback 2 comes twice",
        "key 3 is lost",
        "key 1 comes as its timer fires",
    ] {
        assert!(shown(&one).iter().any(|plan| plan == fault), "{fault}: {:?}", shown(&one));
    }
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let bank = bank();
    let scenario = &scenarios("balance.yaml")[0];
    for plan in plans(&bank, scenario, 3, 3).iter().rev().take(6) {
        let bytes = || {
            test_with(&bank, scenario, plan)
                .contacts
                .iter()
                .map(|run| run.journal.write())
                .collect::<String>()
        };
        assert_eq!(bytes(), bytes(), "{plan}");
    }
}

#[test]
fn what_is_planned_happens() {
    let bank = bank();
    let scenario = &scenarios("balance.yaml")[0];
    let transcript = |fault: &str| {
        let plans = plans(&bank, scenario, 1, 0);
        let plan =
            plans.iter().find(|plan| plan.to_string() == fault).unwrap_or_else(|| panic!("no `{fault}`"));
        let run = test_with(&bank, scenario, plan);
        let text = Transcript::new(&bank, true).journal(&run.contacts[0].journal);
        (text.lines().map(str::to_owned).collect::<Vec<String>>(), text)
    };
    let count = |lines: &[String], what: &str| lines.iter().filter(|line| line.contains(what)).count();
    let (lines, text) = transcript("backend 1 is late");
    assert!(count(&lines, " get late") == 1 && count(&lines, "< replied") == 0, "{text}");
    let (lines, text) = transcript("backend 1 fails");
    assert!(count(&lines, " get failed") == 1, "{text}");
    let (lines, text) = transcript("backend 1 comes twice");
    assert!(count(&lines, "< replied") == 2 && count(&lines, ". stale") == 1, "{text}");
    let (lines, text) = transcript("key 1 is lost");
    assert!(count(&lines, "took 1") == 0, "{text}");
}

#[test]
fn what_must_hold_is_looked_for() {
    let bank = bank();
    let scenario = &scenarios("balance.yaml")[0];
    let run = test_with(&bank, scenario, &FaultPlan::default()).contacts.remove(0);
    let steps = &scenario.contacts[0].steps;
    let tampered = |tamper: &dyn Fn(&mut ContactRun)| {
        let mut run = run.clone();
        tamper(&mut run);
        let found: Vec<String> = broken(&bank, steps, &run, true).iter().map(ToString::to_string).collect();
        found.join("; ")
    };
    assert_eq!(tampered(&|_| {}), "");
    let writes = |action: &Action| matches!(action, Action::Write { .. });
    let twice = tampered(&|run| {
        let entries = &mut run.journal.entries;
        let written: Vec<Action> = entries
            .iter()
            .flat_map(|entry| &entry.actions)
            .filter(|action| writes(action))
            .cloned()
            .collect();
        let last = entries.last_mut().expect("an end");
        last.actions.extend(written);
    });
    assert!(twice.contains("two entries have the number") && twice.contains("does not replay"), "{twice}");
    let silent = tampered(&|run| run.writes.clear());
    assert_eq!(silent, "the contact has ended without an outcome");
    let endless = tampered(&|run| drop(run.journal.entries.pop()));
    assert!(endless.starts_with("the contact has no end"), "{endless}");
    let outcomes = tampered(&|run| {
        let entry = || Entry::Outcome { outcome: "resolved".into(), topic: Some("cards".into()) };
        let last = run.journal.entries.last_mut().expect("an end");
        last.actions.extend([900, 901].map(|id| Action::Write { id: ActionId(id), entry: entry() }));
    });
    assert!(
        outcomes.starts_with("cards has two outcomes, and nobody did anything between them"),
        "{outcomes}"
    );
    let faulty = tampered(&|run| {
        let reason = "nobody handles `busy`".into();
        run.journal.entries[0].actions.push(Action::Note(Note::Fault { reason }));
    });
    assert!(faulty.starts_with("the flow could not go on: nobody handles `busy`"), "{faulty}");
    let again = tampered(&|run| run.endless = Some(Endless { flow: "remind".into(), times: 200, of: 200 }));
    assert_eq!(again, "`remind` runs behind the contact again and again");
    let told = tampered(&|run| {
        let reason = "the PIN is 4711".into();
        run.journal.entries[0].actions.push(Action::Note(Note::Fault { reason }));
    });
    let secret = told.split("; ").next().unwrap_or_default();
    assert!(secret.starts_with("a secret is out") && !secret.contains("4711"), "{told}");
}

#[test]
fn the_command_tells_how_many_runs_there_were() {
    let steps = "steps: [ hear: menu~, press: \"1\", hear: enter, press: \"0123\", ... ]";
    let folder = line_with(&format!("scenarios:\n{}", scenario("digits", steps)));
    let output = test(&[&path(&folder), "--faults", "--seed", "42", "--runs", "3"]);
    let printed = printed(&output);
    // Three prompts and five keys: nine and twenty single faults, and three runs with several.
    assert_eq!(
        printed,
        "ok     digits (32 runs)\n\n32 runs of 1 scenarios with seed 42, 0 broken\n",
        "{}",
        complained(&output)
    );
    let output = test(&[&path(&folder), "--faults", "--json", "--runs", "0"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&document["runs"], &document["seed"]), (&29.into(), &1.into()));
}
