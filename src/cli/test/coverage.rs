//! `--coverage`: what of the programs no scenario has reached, in text and as a gate.

use super::load::Suite;
use super::play::{Job, Played};
use crate::simulator::{Coverage, FlowCoverage, Unreached};
use serde_json::{Value, json};

/// What is covered of one program.
pub struct Covered {
    /// The program's folder, with a `/` behind it.
    pub folder: String,
    pub name: String,
    pub flows: Vec<FlowCoverage>,
}

/// What the scenarios that were played have covered of each program.
pub fn of_suites(suites: &[Suite], jobs: &[Job<'_>], results: &[Played]) -> Vec<Covered> {
    let of_suite = |(index, suite): (usize, &Suite)| {
        let mut all = Coverage::default();
        let played = jobs.iter().zip(results).filter(|(job, _)| job.suite == index);
        played.for_each(|(_, played)| all.join(&played.coverage));
        Covered {
            folder: suite.folder.clone(),
            name: suite.image.name.to_string(),
            flows: all.flows(&suite.image),
        }
    };
    suites.iter().enumerate().map(of_suite).collect()
}

/// Whether less than so many percent of a program is covered; says of which.
pub fn is_below(all: &[Covered], min: u8) -> bool {
    let below: Vec<&Covered> = all.iter().filter(|covered| covered.is_below(min)).collect();
    for covered in &below {
        eprintln!("{} of {} are taken, and {min} % are wanted", covered.percent(), covered.name);
    }
    !below.is_empty()
}

impl Covered {
    fn counts(&self) -> (usize, usize) {
        let count = |of: fn(&FlowCoverage) -> usize| self.flows.iter().map(of).sum();
        (count(|flow| flow.taken), count(|flow| flow.exits))
    }

    fn is_below(&self, min: u8) -> bool {
        let (taken, exits) = self.counts();
        taken * 100 < exits * usize::from(min)
    }

    fn percent(&self) -> String {
        let (taken, exits) = self.counts();
        percent(taken, exits)
    }

    /// As a person reads it.
    pub fn text(&self) -> String {
        let (taken, exits) = self.counts();
        let mut text = format!(
            "{} {} of {exits} exits of the program {} were taken\n",
            self.percent(),
            taken,
            self.name
        );
        let width = self.flows.iter().map(|flow| flow.flow.chars().count()).max().unwrap_or(0);
        for flow in &self.flows {
            let share = percent(flow.taken, flow.exits);
            text.push_str(&format!(
                "  {:<width$}  {share:>5}  {} of {}\n",
                flow.flow, flow.taken, flow.exits
            ));
            for open in &flow.unreached {
                text.push_str(&format!("      {}\n", self.line(open)));
            }
        }
        text
    }

    fn line(&self, open: &Unreached) -> String {
        let place = format!("{}{}:{}", self.folder, open.place.path, open.place.line);
        match &open.exit {
            Some(exit) => format!("{place}: {} never ended by `{exit}`", open.word),
            None => format!("{place}: {} was never reached", open.word),
        }
    }

    /// For another program.
    pub fn json(&self) -> Value {
        let (taken, exits) = self.counts();
        let unreached = |open: &Unreached| {
            json!({
                "file": format!("{}{}", self.folder, open.place.path),
                "line": open.place.line,
                "statement": open.word,
                "exit": open.exit.clone(),
                "exits": open.exits,
            })
        };
        let flow = |flow: &FlowCoverage| {
            json!({
                "flow": &*flow.flow,
                "exits": flow.exits,
                "taken": flow.taken,
                "unreached": flow.unreached.iter().map(unreached).collect::<Vec<Value>>(),
            })
        };
        json!({
            "program": self.name,
            "exits": exits,
            "taken": taken,
            "flows": self.flows.iter().map(flow).collect::<Vec<Value>>(),
        })
    }
}

/// Whole percent, rounded down: 100 % is all.
fn percent(taken: usize, of: usize) -> String {
    format!("{} %", (taken * 100).checked_div(of).unwrap_or(100))
}
