//! Findings and moves in words.

use super::finding::{Finding, Kind};
use super::moves::{Deed, Move, Symptom};
use super::promise::Breach;
use crate::program::verb::Outcome;
use crate::program::{Exit, Method, Program, Text, Verb};

impl Finding {
    /// What is wrong, in a sentence without its place.
    pub fn message(&self, program: &Program) -> String {
        let said = self.said(program);
        if self.turns { format!("{said}, if hours turn on the way") } else { said }
    }

    fn said(&self, program: &Program) -> String {
        match &self.kind {
            Kind::Symptom(symptom) => symptom.message(program, self),
            Kind::Loop => {
                "it goes round here without end: the caller does nothing, and no budget is spent".into()
            }
            Kind::Endless => "from here a caller who stays comes to no end".into(),
            Kind::Secret(what) => format!("`{}` {what} a secret", word(program, self)),
            Kind::Promise(at, breach) => {
                let promise = program.promises.get(*at).map_or("", |promise| &promise.text);
                format!("`{promise}` is not kept: {}", breach.message())
            }
        }
    }

    /// One word for its kind, as documents for other programs name it.
    pub fn word(&self) -> &'static str {
        match &self.kind {
            Kind::Symptom(Symptom::NoOutcome) => "no-outcome",
            Kind::Symptom(Symptom::Twice(_)) => "outcome-twice",
            Kind::Symptom(Symptom::Unhandled(_)) => "unhandled",
            Kind::Symptom(Symptom::Fault(_)) => "fault",
            Kind::Symptom(Symptom::DeadEnd) => "dead-end",
            Kind::Loop => "loop",
            Kind::Endless => "endless",
            Kind::Secret(_) => "secret",
            Kind::Promise(..) => "promise",
        }
    }
}

impl Breach {
    fn message(self) -> String {
        match self {
            Breach::Happens => "it comes about on this call".into(),
            Breach::EndsWithout => "this call ends without it".into(),
            Breach::GoesOn => "this call does not end of itself".into(),
            Breach::NoWay => "whatever this caller does, it need not come about".into(),
            Breach::MoreKeys(keys) => format!("this caller needs {keys} keys"),
            Breach::Takes(time) => format!("this caller needs {time}, doing the best that can be done"),
        }
    }
}

impl Symptom {
    fn message(&self, program: &Program, finding: &Finding) -> String {
        match self {
            Symptom::NoOutcome => "the contact ends, and the CRM is not told what came of it".into(),
            Symptom::Twice(topic) => {
                let about = about(topic.as_ref());
                format!("{about} has an outcome already, and the caller has done nothing since")
            }
            Symptom::Unhandled(exit) => {
                format!("`{}` can end in `{exit}`, and nobody handles that", word(program, finding))
            }
            Symptom::Fault(reason) => format!("the flow cannot go on: {reason}"),
            Symptom::DeadEnd => "nothing can happen here any more, and the contact is not over".into(),
        }
    }
}

fn about(topic: Option<&Text>) -> String {
    topic.map_or("the contact".into(), |topic| format!("the topic \"{topic}\""))
}

fn word(program: &Program, finding: &Finding) -> &'static str {
    begins(program, &program.node(finding.node).verb)
}

/// What a move is to whoever reads the way; nothing where only the walk goes on.
pub fn told(program: &Program, mv: Move) -> Option<String> {
    let node = program.node(mv.node);
    let verb = begins(program, &node.verb);
    let by = |arm: u16| exit(&node.verb, &node.arms[arm as usize].exit);
    Some(match mv.deed {
        Deed::Arrives(_, channel) => format!("a {channel} arrives"),
        Deed::Begins(flow) => format!("`{}` begins without a caller", program.flow(flow).name),
        Deed::Leaves(arm) => match (&node.verb, &node.arms[arm as usize].exit) {
            (Verb::If(decision), exit) => {
                format!("{}: {}", decision.said, if *exit == Exit::Then { "yes" } else { "no" })
            }
            (Verb::Say(_) | Verb::Ask(_) | Verb::Answer(_), Exit::Next) => verb.into(),
            (Verb::Outcome(outcome), _) => outcome_of(outcome),
            (_, Exit::Next) => return None,
            _ => format!("{verb}: {}", by(arm)),
        },
        Deed::Answers(_, yes) => format!("{verb}: {}", if yes { "yes" } else { "no" }),
        Deed::Runs(arm) => format!("{verb}: {}", by(arm)),
        Deed::Goes => match &node.verb {
            Verb::Goto(goto) => format!("-> {}", program.flow(goto.flow).name),
            Verb::Do(call) => format!("do {}", program.flow(call.flow).name),
            Verb::Again(_) => "again".into(),
            Verb::Outcome(outcome) => outcome_of(outcome),
            Verb::Say(_) => verb.into(),
            _ => return None,
        },
        Deed::Waits => format!("{verb}: it waits"),
        Deed::CallsNext => format!("{verb}: the next one is called"),
        Deed::Silence => format!("{verb}: nothing is heard"),
        Deed::Unfit(_) => format!("{verb}: what is heard does not fit"),
        Deed::Wrong => format!("{verb}: wrong"),
        Deed::Presses(to) => {
            let flow = program.flow(program.node(to).flow);
            let keys = flow.keys.iter().find(|(_, node)| *node == to);
            format!("the caller presses {}", keys.map_or("a global key", |(keys, _)| keys))
        }
        Deed::HangsUp | Deed::LeavesBehind => format!("{verb}: the caller hangs up"),
        Deed::Connects => format!("{verb}: connected"),
        Deed::Parts => format!("{verb}: the other side leaves"),
        Deed::Joins => format!("{verb}: in the room"),
        Deed::Ends => verb.into(),
        Deed::Fails => format!("{verb}: it cannot go on"),
    })
}

fn outcome_of(outcome: &Outcome) -> String {
    match &outcome.topic {
        Some(topic) => format!("outcome {} topic \"{topic}\"", outcome.outcome),
        None => format!("outcome {}", outcome.outcome),
    }
}

/// The word with which a statement begins.
fn begins(program: &Program, verb: &Verb) -> &'static str {
    match verb {
        Verb::Request(request) if program.operation(request.operation).1.method == Method::Post => "post",
        other => other.spec().word,
    }
}

/// An exit in the script's words: a choice by its key and label.
pub fn exit(verb: &Verb, exit: &Exit) -> String {
    let choices = match verb {
        Verb::Menu(menu) => &menu.choices[..],
        Verb::Ask(ask) => &ask.choices,
        Verb::Queue(queue) => &queue.choices,
        Verb::Play(play) => &play.choices,
        _ => &[],
    };
    let Exit::Choice(index) = exit else { return exit.to_string() };
    let Some(choice) = choices.get(*index as usize) else { return exit.to_string() };
    let keys = choice.keys.as_ref().map(|keys| keys.first.to_string());
    let label = choice.label.as_ref().map(|label| format!("\"{label}\""));
    let parts: Vec<String> = keys.into_iter().chain(label).collect();
    if parts.is_empty() { exit.to_string() } else { parts.join(" ") }
}
