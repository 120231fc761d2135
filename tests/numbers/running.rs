//! Numbers where calls are: files read anew, segments of the CRM, numbers that may not be called.

use crate::harness::{Folder, Server, run};
use callwright::engine::{Action, Image};
use callwright::language::{self, Compiled};
use callwright::program::Entry;
use callwright::server::{Moment, Telephone};
use callwright::simulator::{ScenarioFile, report, test};
use callwright::source::{MemoryFiles, Style};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// Where nobody listens.
const NOWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9);

const LINES: &str = r#"
program lines { languages en; country RU; default { hung_up { outcome abandoned } } }
crm { outcomes sold, helped }
numbers sales from "sales.csv"
route main { call to sales -> sell; call -> help; otherwise -> reject not_found }
flow sell { answer; outcome sold; hangup }
flow help { answer; outcome helped; hangup }
"#;

fn lines(sales: &str) -> Compiled {
    language::compile(&MemoryFiles::script(LINES).with("sales.csv", sales.as_bytes().to_vec()))
}

fn image(compiled: Compiled) -> Arc<Image> {
    let report = compiled.report(Style::Plain);
    Image::new(compiled.program.unwrap_or_else(|| panic!("{report}"))).expect("no functions")
}

/// The outcome of a call.
async fn outcome(server: &Server, dialled: &str) -> Option<String> {
    let telephone = Telephone::plug_in(NOWHERE.ip()).expect("a telephone");
    let call = telephone.call(dialled, server.address(), "+79990000000").await;
    if let Ok(mut call) = call {
        while !matches!(call.next().await, Moment::Ended(_)) {}
    }
    let contacts = server.contacts().await;
    contacts[0].outcomes().get(&None).map(ToString::to_string)
}

#[test]
fn a_file_of_numbers_is_read_anew_while_the_server_runs() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let server = Server::of(image(lines("8 (843) 203-57-37\n")), NOWHERE).await;
        assert_eq!(outcome(&server, "+78432035737").await.as_deref(), Some("sold"));
        assert_eq!(outcome(&server, "+78432035738").await.as_deref(), Some("helped"));

        let later = image(lines("+7 843 203-57-38\n"));
        server.service.take(later).await.expect("it is taken");
        assert_eq!(outcome(&server, "+78432035737").await.as_deref(), Some("helped"));
        assert_eq!(outcome(&server, "+78432035738").await.as_deref(), Some("sold"));

        let other = language::compile(
            &MemoryFiles::script(&LINES.replace("outcome helped", "outcome sold"))
                .with("sales.csv", b"+7 843 203-57-39\n".to_vec()),
        );
        server.service.take(image(other)).await.expect("so is a program that does something else");
        assert_eq!(outcome(&server, "+78432035738").await.as_deref(), Some("sold"));
        assert_eq!(outcome(&server, "+78432035739").await.as_deref(), Some("sold"));
    });
}

#[test]
fn a_signal_reads_the_numbers_anew_and_a_broken_file_changes_nothing() {
    let folder = Folder::new("signal");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    write("main.flow", LINES);
    write("sales.csv", "+7 843 203-57-37\n");
    let mut server = Command::new(env!("CARGO_BIN_EXE_callwright"))
        .args(["run", ".", "--listen", "127.0.0.1:0", "--data", "data"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut said = BufReader::new(server.stdout.take().expect("its output")).lines();
    let mut next = || said.next().expect("a line").expect("text");
    assert!(next().contains("answers at sip:"));
    let hang_up = || run("kill", &["-HUP", &server.id().to_string()]);

    write("sales.csv", "+7 843 203-57-38\n");
    hang_up();
    assert!(next().starts_with("program lines read anew: version "));
    write("sales.csv", "+7 843 203-57-38\n+7 843\n");
    hang_up();
    assert_eq!(next(), "the program stays as it was:");
    let finding = "line 2 of `sales.csv` begins with no phone number";
    while !next().contains(finding) {}

    run("kill", &["-TERM", &server.id().to_string()]);
    assert!(server.wait().expect("it ends").success());
}

// ---------------------------------------------------------------- segments of the CRM

const SEGMENTS: &str = r#"
program lines { languages en; country RU; default { hung_up { outcome abandoned } } }
crm { customer { segment: text? }; outcomes sold, helped }
numbers vip from crm segment "vip"
route main {
    call {
        from vip  -> sell
        otherwise -> help
    }
    otherwise -> reject not_found
}
flow sell { answer; outcome sold; hangup }
flow help { answer; outcome helped; hangup }
"#;

const SEGMENT_SCENARIOS: &str = r#"
flow: .
given:
  crm:
    customers:
      - { id: anna, name: Anna, phones: ["+7 965 629-57-19"], segment: vip }
      - { id: boris, name: Boris, phones: ["+7 965 629-57-20"], segment: other }
scenarios:
  - name: one of the segment
    at: 2026-11-20T19:30:00+03:00
    call: { from: "+7 965 629-57-19", to: "100" }
    expect: { path: [sell] }
  - name: one of another
    at: 2026-11-20T19:30:00+03:00
    call: { from: "+7 965 629-57-20", to: "100" }
    expect: { path: [help] }
  - name: nobody we know
    at: 2026-11-20T19:30:00+03:00
    call: { from: "+7 965 629-57-21", to: "100" }
    expect: { path: [help] }
  - name: without a number
    at: 2026-11-20T19:30:00+03:00
    call: { from: withheld, to: "100" }
    expect: { path: [help] }
"#;

#[test]
fn a_segment_of_the_crm_is_a_set_of_numbers() {
    let image = image(language::compile(&MemoryFiles::script(SEGMENTS)));
    let file = ScenarioFile::read("scenarios.yaml", SEGMENT_SCENARIOS, &image);
    for scenario in file.unwrap_or_else(|mistakes| panic!("{mistakes}")).scenarios {
        let run = test(&image, &scenario);
        assert!(run.passed(), "{}", report(&image, "scenarios.yaml", &run, false, true));
    }
}

#[test]
fn a_segment_is_asked_for_the_caller_alone_and_by_a_field_that_is_declared() {
    let wrong = SEGMENTS.replace("customer { segment: text? };", "");
    let codes = |script: &str| -> Vec<&str> {
        let compiled = language::compile(&MemoryFiles::script(script));
        compiled.diagnostics.iter().map(|found| found.code.number()).collect()
    };
    assert_eq!(codes(&wrong), ["E0206"]);
    assert_eq!(codes(&SEGMENTS.replace("from vip ", "called in vip ")), ["E0301"]);
    assert_eq!(codes(&SEGMENTS.replace("call {\n", "call to vip -> sell\n    call {\n")), ["E0301"]);
}

// ---------------------------------------------------------------- whom a program may call

const CALLS: &str = r#"
program lines { languages en; country US; allow international to CA
    default { hung_up { outcome abandoned } } }
crm { outcomes done }
prompt who { en "Whom?" }
route main { call -> start; otherwise -> reject not_found }
flow start {
    answer
    ask number: digits 3..20 until # { say who; give_up -> end }
    let own = phone(number) otherwise +1 212 555 0142
    callback to own
    transfer to number, "desk" in order {
        busy, no_answer, unavailable, redirected, failed -> end
        refused { note "refused" }
    }
    transfer to number {
        busy, no_answer, unavailable, redirected, failed -> end
        refused { note "refused" }
    }
    goto end
}
flow end { outcome done; hangup }
"#;

/// Whom a call whose caller keys these digits makes the program call, and its callbacks.
fn called(digits: &str) -> (Vec<String>, usize) {
    let image = image(language::compile(&MemoryFiles::script(CALLS)));
    let text = format!(
        "flow: .\ngiven:\n  dial:\n    desk: busy\nscenarios:\n  - name: keys\n    at: 2026-11-20T19:30:00+03:00\n    call: {{ from: \"+1 212 555 0100\", to: \"100\" }}\n    steps:\n      - hear: who\n      - press: \"{digits}#\"\n"
    );
    let file = ScenarioFile::read("scenarios.yaml", &text, &image);
    let scenario = &file.unwrap_or_else(|mistakes| panic!("{mistakes}")).scenarios[0];
    let run = test(&image, scenario);
    let contact = &run.contacts[0];
    let journal = contact.journal.entries.iter().flat_map(|entry| &entry.actions);
    let dialled = journal.filter_map(|action| match action {
        Action::Dial { to, .. } => Some(to.to_string()),
        _ => None,
    });
    let callbacks = contact.writes.iter().filter(|entry| matches!(entry, Entry::Callback { .. })).count();
    (dialled.collect(), callbacks)
}

#[test]
fn a_computed_number_that_costs_more_is_not_called_unless_the_program_allows_it() {
    let calls = |digits: &str, more: &[&str], callbacks: usize| {
        let mut wanted: Vec<String> = more.iter().map(|party| (*party).to_owned()).collect();
        wanted.sort();
        let (mut found, written) = called(digits);
        found.sort();
        found.dedup();
        assert_eq!((found, written), (wanted, callbacks), "{digits}");
    };
    calls("2125550142", &["2125550142", "desk"], 1);
    calls("14165550142", &["14165550142", "desk"], 1);
    calls("19005550142", &["desk"], 0);
    calls("011442079460123", &["desk"], 0);
    calls("911", &["desk"], 0);
    calls("2042", &["2042", "desk"], 1);
}

#[test]
fn digits_that_are_no_number_and_no_extension_are_refused() {
    // A callback is to a number, and these are none; the flow has another for it.
    for digits in ["9011442079460123", "4001234567", "442079460123", "411"] {
        assert_eq!(called(digits).0.iter().filter(|party| *party != "desk").count(), 0, "{digits}");
    }
}

#[test]
fn digits_in_quotes_are_what_they_dial() {
    let found = |to: &str| -> Vec<(&'static str, String)> {
        let script = format!(
            "program p {{ languages en; country US
                default {{ busy, no_answer, unavailable, refused, redirected, failed {{ }}
                    hung_up {{ outcome abandoned }} }} }}
             crm {{ outcomes done }}
             route main {{ call -> start; otherwise -> reject not_found }}
             flow start {{ transfer to {to} {{ ring 20s }}\n outcome done; hangup }}"
        );
        let compiled = language::compile(&MemoryFiles::script(&script));
        compiled.diagnostics.iter().map(|found| (found.code.number(), found.message.clone())).collect()
    };
    let abroad = "+442079460123 is a number of GB, and the program does not allow calls there";
    assert_eq!(found("\"011442079460123\""), [("E0806", abroad.to_owned())]);
    assert_eq!(found("\"011 44 (0)20 7946-0123\""), [("E0806", abroad.to_owned())]);
    let premium = "+19005550100 is a premium number, and the program does not allow those";
    assert_eq!(found("\"19005550100\""), [("E0806", premium.to_owned())]);
    assert_eq!(found("\"+1 900 555 0100\""), [("E0806", premium.to_owned())]);
    assert_eq!(found("\"9-1-1\"").first().map(|found| found.0), Some("E0806"));
    assert_eq!(found("\"4-1-1\"").first().map(|found| found.0), Some("E0806"));
    let none = "`901144207946012` is no phone number, and no extension";
    assert_eq!(found("\"901144207946012\""), [("E0303", none.to_owned())]);
    for fine in ["\"104\"", "\"2042\"", "\"212 555 0100\"", "\"desk 9\"", "\"sip:9@127.0.0.1\""] {
        assert_eq!(found(fine), [], "{fine}");
    }
}
