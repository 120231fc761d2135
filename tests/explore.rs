//! The prover: planted defects are found by a shortest call, clean programs are not cried wolf at, and whatever a session
//! does is a way that the prover knows.

mod containment;
mod facts;
mod limits;
mod planted;
mod plants;
mod promises;
mod retold;
mod sound;
mod toured;
mod walks;
mod witness;

use callwright::explore::Explorer;
use callwright::language;
use callwright::program::Program;
use callwright::source::{MemoryFiles, Style, render};
use callwright::time::Wall;

/// What every program of these stories has; the stories add their flows.
const HEAD: &str = r#"
program story {
    languages en
    country RU
    zone "Europe/Moscow"
    default {
        failed, late -> sorry
        give_up -> sorry
        hung_up { outcome abandoned }
    }
}
crm { topics "balance"  outcomes resolved, given_up }
numbers vip { +7 965 629-57-19 }
numbers blocked { +7 965 629-57-20 }
numbers both { +7 965 629-57-19, +7 965 629-57-20 }
numbers abroad { +49 ... }
hours office in "Europe/Moscow" { mon-fri 09:00-18:00 }
hours night in "Europe/Moscow" { mon-fri 20:00-23:00 }
prompt hello { en "Hello." }
prompt question { en "Press a key." }
prompt number_is(number: digits) { en "It is {number}." }
prompt apology { en "Sorry." }
route main {
    call to +7 843 203-57-99 -> sorry
    call -> start
    otherwise -> reject not_found
}
flow sorry { answer; say apology; outcome given_up; hangup }
"#;

/// The story's program.
fn compiled(flows: &str) -> Program {
    let compiled = language::compile(&MemoryFiles::script(&format!("{HEAD}{flows}")));
    let report = render(&compiled.diagnostics, &compiled.sources, Style::Plain);
    compiled.program.unwrap_or_else(|| panic!("{report}"))
}

/// Everything that is found in a program, in short.
fn found(program: &Program) -> Vec<String> {
    let report = Explorer::new(program, Wall(1_767_225_600_000)).explore(100_000);
    assert!(report.is_complete, "{} states", report.states);
    let short = report.findings.iter().map(|finding| {
        let (kind, word) = (finding.word(), program.node(finding.node).verb.spec().word);
        format!("{kind} at {word} after {} moves", finding.story.steps.len())
    });
    short.collect()
}
