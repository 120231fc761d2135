//! Secrets on their way: a second opinion beside the types. From the questions for a secret they are followed through
//! variables, into flows and back, to whatever a verb does with them.
//!
//! A secret may be verified, compared, examined, and sent to a declared backend or to the CRM as a PIN. Whatever else
//! takes one is told.

use super::plan::slots_of;
use crate::program::verb::Content;
use crate::program::{Expr, FlowId, NodeId, Program, Slot, Verb};
use std::collections::BTreeSet;

type Tainted = BTreeSet<(FlowId, Slot)>;

/// The nodes that let a secret out, in order, each with what it does with it.
pub(super) fn leaks(program: &Program) -> Vec<(NodeId, &'static str)> {
    let tainted = tainted(program);
    let mut leaks = Vec::new();
    for (index, node) in program.nodes.iter().enumerate() {
        let holds = |expr: &Expr| slots_of(expr).iter().any(|slot| tainted.contains(&(node.flow, *slot)));
        if let Some((what, _)) = sinks(&node.verb).into_iter().find(|(_, expr)| holds(expr)) {
            leaks.push((NodeId(index as u32), what));
        }
    }
    leaks
}

/// The variables that can hold a secret.
fn tainted(program: &Program) -> Tainted {
    let mut tainted = Tainted::new();
    for node in &program.nodes {
        match &node.verb {
            Verb::Ask(ask) if ask.secret => drop(tainted.insert((node.flow, ask.slot))),
            Verb::Authenticate(authenticate) => drop(tainted.insert((node.flow, authenticate.ask.slot))),
            _ => {}
        }
    }
    loop {
        let before = tainted.len();
        for node in &program.nodes {
            pass_on(program, &node.verb, node.flow, &mut tainted);
        }
        if tainted.len() == before {
            return tainted;
        }
    }
}

/// Marks the variables that get their values from others which hold a secret.
fn pass_on(program: &Program, verb: &Verb, flow: FlowId, tainted: &mut Tainted) {
    let holds =
        |tainted: &Tainted, expr: &Expr| slots_of(expr).iter().any(|slot| tainted.contains(&(flow, *slot)));
    let mut give = |to: FlowId, args: &[Expr]| {
        for (index, arg) in args.iter().enumerate() {
            if holds(tainted, arg) {
                tainted.insert((to, Slot(index as u16)));
            }
        }
    };
    match verb {
        Verb::Goto(goto) => give(goto.flow, &goto.args),
        Verb::Do(call) => give(call.flow, &call.args),
        Verb::AfterCall(after) => give(after.flow, &after.args),
        Verb::Set(set) if holds(tainted, &set.value) => drop(tainted.insert((flow, set.slot))),
        Verb::Return(back) if back.value.as_ref().is_some_and(|value| holds(tainted, value)) => {
            for node in &program.nodes {
                if let Verb::Do(call) = &node.verb
                    && let (true, Some(slot)) = (call.flow == flow, call.slot)
                {
                    tainted.insert((node.flow, slot));
                }
            }
        }
        _ => {}
    }
}

/// What a verb lets out: what it does, and the expression whose value it is.
fn sinks(verb: &Verb) -> Vec<(&'static str, &Expr)> {
    let said = verb.utterances().into_iter().flat_map(|utterance| &utterance.args);
    let mut sinks: Vec<(&'static str, &Expr)> = said.map(|expr| ("says", expr)).collect();
    match verb {
        Verb::Note(note) => sinks.push(("notes", &note.text)),
        Verb::SendSms(sms) => {
            sinks.push(("sends", &sms.to));
            sinks.extend(of_content(&sms.content));
        }
        Verb::SendEmail(email) => {
            sinks.push(("sends", &email.to));
            sinks.extend(email.subject.iter().map(|subject| ("sends", subject)));
            sinks.extend(of_content(&email.content));
        }
        Verb::SendDigits(send) => sinks.push(("sends", &send.keys)),
        Verb::SetKept(set) => sinks.push(("keeps", &set.value)),
        Verb::Count(count) => sinks.push(("keeps", &count.by)),
        Verb::Later(later) => sinks.extend(later.args.iter().map(|arg| ("stores", arg))),
        Verb::Find(find) => sinks.push(("looks up", &find.key)),
        Verb::Conference(conference) => sinks.push(("names a room by", &conference.room)),
        Verb::Transfer(transfer) => sinks.extend(transfer.to.iter().map(|to| ("dials", to))),
        Verb::HandOver(hand_over) => sinks.push(("dials", &hand_over.to)),
        Verb::Redirect(redirect) => sinks.push(("dials", &redirect.to)),
        Verb::CallOut(call) => sinks.push(("dials", &call.to)),
        Verb::Set(set) => sinks.extend(scripts(&set.value).map(|expr| ("hands a script", expr))),
        Verb::If(decision) => sinks.extend(scripts(&decision.condition).map(|expr| ("hands a script", expr))),
        // What these take may be a secret, or they take nothing.
        Verb::AfterCall(_)
        | Verb::Again(_)
        | Verb::Answer(_)
        | Verb::Ask(_)
        | Verb::Authenticate(_)
        | Verb::Break(_)
        | Verb::Callback(_)
        | Verb::Case(_)
        | Verb::Choose(_)
        | Verb::Do(_)
        | Verb::EarlyMedia(_)
        | Verb::ForEach(_)
        | Verb::Goto(_)
        | Verb::Hangup(_)
        | Verb::Identify(_)
        | Verb::Judge(_)
        | Verb::Menu(_)
        | Verb::Outcome(_)
        | Verb::OverrideHours(_)
        | Verb::Pick(_)
        | Verb::Play(_)
        | Verb::Queue(_)
        | Verb::Reask(_)
        | Verb::Recall(_)
        | Verb::Record(_)
        | Verb::RecordCall(_)
        | Verb::Reject(_)
        | Verb::Repeat(_)
        | Verb::Request(_)
        | Verb::Return(_)
        | Verb::Ring(_)
        | Verb::Say(_)
        | Verb::Speak(_)
        | Verb::StopRecording(_)
        | Verb::Tell(_)
        | Verb::Transcribe(_)
        | Verb::Update(_)
        | Verb::Wait(_) => {}
    }
    sinks
}

fn of_content(content: &Content) -> Option<(&'static str, &Expr)> {
    match content {
        Content::Say(_) => None,
        Content::Text(text) => Some(("sends", text)),
    }
}

/// The arguments of the script functions that stand in an expression.
fn scripts(expr: &Expr) -> impl Iterator<Item = &Expr> {
    let args = if let Expr::Call(_, args) = expr { &args[..] } else { &[] };
    args.iter()
}
