//! What people and other systems write: scripts, scenarios, settings, journals, tables, descriptions, replies.

use callwright::connector::{
    Description, Errors, Facts, Pointer, Question, Reply, Search, next_link, read_shipped, retry_after,
    shipped,
};
use callwright::engine::Journal;
use callwright::language::{compile_on, format, parse_only};
use callwright::program::{Caller, NumberPattern, Phone, Program};
use callwright::server::Config;
use callwright::simulator::{ScenarioFile, keys, length};
use callwright::source::{MemoryFiles, Style};
use callwright::store::Import;
use callwright::time::Wall;
use std::sync::OnceLock;

/// The program that scenarios and tables are read for.
const PROGRAM: &str = include_str!("../../../examples/hello/main.flow");

fn program() -> &'static Program {
    static READ: OnceLock<Program> = OnceLock::new();
    READ.get_or_init(|| compiled(PROGRAM).unwrap_or_else(|report| panic!("{report}")))
}

fn compiled(text: &str) -> Result<Program, String> {
    let today = "2026-11-22".parse().unwrap_or_default();
    let compiled = compile_on(&MemoryFiles::script(text), today);
    let report = compiled.report(Style::Plain);
    compiled.program.ok_or(report)
}

/// A script, compiled, with its report.
pub(crate) fn flow(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = parse_only(text);
    let _ = compiled(text);
}

/// A script's layout, which laid out again is itself.
pub(crate) fn layout(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(once) = format(text) {
        let twice = format(&once);
        assert_eq!(twice.as_deref().ok(), Some(once.as_str()), "a layout stays");
    }
}

/// A file of scenarios.
pub(crate) fn scenario(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = ScenarioFile::program_named(text);
    let _ = ScenarioFile::read("scenarios.yaml", text, program());
    let _ = (keys(text), length(text));
}

/// A server's settings.
pub(crate) fn settings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(config) = serde_yaml::from_str::<Config>(text) {
        // Files that settings name are not looked for.
        if config.tls.is_none() && config.data_key_from.is_none() && config.stir.is_none() {
            let _ = config.check();
        }
    }
}

/// A journal, which is written as it was read.
pub(crate) fn journal(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(journal) = Journal::read(text) {
        let written = journal.write();
        let again = Journal::read(&written).map(|journal| journal.write());
        assert_eq!(again.ok(), Some(written), "a journal that is written reads as itself");
    }
}

/// A table of customers.
pub(crate) fn customers(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = Import::read(text, &program().vocabulary, Some("RU"));
}

/// A table of numbers that a script names.
pub(crate) fn numbers(data: &[u8]) {
    let script = "program p { languages en; country RU; default { hung_up { outcome abandoned } } }\n\
        numbers vip from \"vip.csv\"\nroute main { call from vip -> start; otherwise -> reject not_found }\n\
        flow start { reject busy }\n";
    let today = "2026-11-22".parse().unwrap_or_default();
    let compiled = compile_on(&MemoryFiles::script(script).with("vip.csv", data), today);
    let _ = compiled.report(Style::Plain);
    if let Ok(text) = std::str::from_utf8(data) {
        text.lines().for_each(|line| drop(NumberPattern::parse(line, Some("RU"))));
    }
}

/// A calendar file that a script names.
pub(crate) fn calendar(data: &[u8]) {
    let script = "program p { languages en; country RU; zone \"Europe/Moscow\"; default { hung_up { outcome abandoned } } }\n\
        calendar days from \"days.ics\"\nhours office in \"Europe/Moscow\" { mon-fri 09:00-18:00; days closed }\n\
        route main { call -> start; otherwise -> reject not_found }\n\
        flow start { if office is open -> there; reject busy }\nflow there { reject decline }\n";
    let today = "2026-11-22".parse().unwrap_or_default();
    let compiled = compile_on(&MemoryFiles::script(script).with("days.ics", data), today);
    let _ = compiled.report(Style::Plain);
}

/// Functions that a script names.
pub(crate) fn functions(data: &[u8]) {
    let script = "program p { languages en; country RU; default { hung_up { outcome abandoned } } }\n\
        function rank(tariff: text) -> number from \"rank.rhai\"\n\
        route main { call -> start; otherwise -> reject not_found }\n\
        flow start { if rank(\"gold\") = 1 -> there; reject busy }\nflow there { reject decline }\n";
    let today = "2026-11-22".parse().unwrap_or_default();
    let compiled = compile_on(&MemoryFiles::script(script).with("rank.rhai", data), today);
    let _ = compiled.report(Style::Plain);
}

/// The description of a foreign system.
pub(crate) fn connector(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(error) = Description::read("description.yaml", text) {
        let _ = error.to_string();
    }
}

/// What a foreign system replies, by every description that is shipped.
pub(crate) fn reply(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let _ = (next_link(first), retry_after(first, Wall(0)));
    let body = serde_json::from_str(rest).unwrap_or_default();
    let status = 200 + u16::from(data.first().copied().unwrap_or(0)) * 2;
    let reply = Reply { status, retry_after: None, next_link: next_link(first), body, text: rest.to_owned() };
    let pointer = Pointer::parse(first);
    let errors = Errors { at: pointer.clone(), busy: vec!["BUSY".to_owned()], fine: vec![] };
    let _ = reply.read(&errors).is_ok();
    if let Some(pointer) = pointer {
        let _ = pointer.text(&reply.body);
    }
    for description in descriptions() {
        let facts = Facts::default();
        for finder in
            [&description.by_number, &description.by_email, &description.by_field].into_iter().flatten()
        {
            let question = Question {
                lookup: &finder.lookup,
                operation: "find",
                common: &description.common,
                errors: &description.errors,
                facts: &facts,
            };
            let _ = question.take(&mut Search::default(), &reply);
        }
    }
}

/// Every description that is shipped.
fn descriptions() -> &'static [Description] {
    static READ: OnceLock<Vec<Description>> = OnceLock::new();
    READ.get_or_init(|| shipped().filter_map(|name| read_shipped(name)?.ok()).collect())
}

/// A number as people, tables and networks write it.
pub(crate) fn phone(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for country in [None, Some("RU"), Some("US 256"), Some("GB")] {
        if let Some(phone) = Phone::parse(text, country) {
            let again = Phone::parse(phone.as_str(), country);
            assert_eq!(again.as_ref(), Some(&phone), "a number in its form is itself");
            let _ = phone.subscriber();
        }
        let _ = (Caller::parse(text, country), NumberPattern::parse(text, country).is_ok());
    }
}
