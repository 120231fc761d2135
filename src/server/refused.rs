//! The one list of what this version does not serve on real calls: a program with such a line does not start.

use crate::program::verb::Hearing;
use crate::program::{Program, Verb};

/// What keeps a program from being served, with the lines of its flows; empty where nothing does.
pub fn refused(program: &Program) -> Vec<String> {
    let refused = program.nodes.iter().filter_map(|node| Some((node, is_refused(&node.verb)?)));
    let mut lines: Vec<(&str, u32, &str)> =
        refused.map(|(node, word)| (&*node.place.path, node.place.line, word)).collect();
    lines.sort_unstable();
    lines.dedup();
    let line =
        |(path, line, word)| format!("{path}:{line}: `{word}` is not served on real calls by this version");
    lines.into_iter().map(line).collect()
}

/// The word of what is not served.
fn is_refused(verb: &Verb) -> Option<&'static str> {
    match verb {
        Verb::Ask(ask) => speech(&ask.hearing),
        Verb::Menu(menu) => speech(&menu.hearing),
        Verb::Authenticate(authenticate) => speech(&authenticate.ask.hearing),
        Verb::AfterCall(_)
        | Verb::Again(_)
        | Verb::Answer(_)
        | Verb::Break(_)
        | Verb::CallOut(_)
        | Verb::Callback(_)
        | Verb::Case(_)
        | Verb::Choose(_)
        | Verb::Conference(_)
        | Verb::Count(_)
        | Verb::Do(_)
        | Verb::EarlyMedia(_)
        | Verb::Find(_)
        | Verb::ForEach(_)
        | Verb::Goto(_)
        | Verb::HandOver(_)
        | Verb::Hangup(_)
        | Verb::Identify(_)
        | Verb::If(_)
        | Verb::Judge(_)
        | Verb::Later(_)
        | Verb::Note(_)
        | Verb::Outcome(_)
        | Verb::OverrideHours(_)
        | Verb::Pick(_)
        | Verb::Play(_)
        | Verb::Queue(_)
        | Verb::Reask(_)
        | Verb::Recall(_)
        | Verb::Record(_)
        | Verb::RecordCall(_)
        | Verb::Redirect(_)
        | Verb::Reject(_)
        | Verb::Repeat(_)
        | Verb::Request(_)
        | Verb::Return(_)
        | Verb::Ring(_)
        | Verb::Say(_)
        | Verb::SendDigits(_)
        | Verb::SendEmail(_)
        | Verb::SendSms(_)
        | Verb::Set(_)
        | Verb::SetKept(_)
        | Verb::Speak(_)
        | Verb::StopRecording(_)
        | Verb::Tell(_)
        | Verb::Transcribe(_)
        | Verb::Transfer(_)
        | Verb::Update(_)
        | Verb::Wait(_) => None,
    }
}

/// Nobody recognises speech yet.
fn speech(hearing: &Hearing) -> Option<&'static str> {
    hearing.speech.map(|_| "speech")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::compile;
    use crate::source::MemoryFiles;

    #[test]
    fn a_question_that_listens_to_speech_is_refused_with_its_line() {
        let script = "program p { languages en; default { hung_up { outcome abandoned } } }\n\
            prompt hi { en \"Hi.\" }\n\
            route main { call -> start; otherwise -> reject not_found }\n\
            flow start {\n answer\n menu { say hi; speech 5s; 1 \"bye\" -> bye; give_up -> bye }\n}\n\
            flow bye { outcome abandoned; hangup }\n";
        let compiled = compile(&MemoryFiles::script(script));
        let program = compiled.program.expect("it compiles");
        assert_eq!(refused(&program), ["main.flow:6: `speech` is not served on real calls by this version"]);
    }
}
