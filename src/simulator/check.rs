//! Expectations held against a contact that is over.

use super::contact::{ContactRun, Mismatch};
use super::drive::Dialled;
use super::expect::{At, Expect, ExpectedCase, ExpectedDial, Never};
use super::transcript::Transcript;
use super::world::World;
use crate::crm::Case;
use crate::engine::line;
use crate::program::{Entry, ObjectRef, Program, PromptId, Text};
use crate::speech;
use crate::time::{DurationMs, Wall};
use std::collections::BTreeMap;
use std::fmt;

impl Expect {
    /// What is not as expected, in the order of the notation.
    pub(super) fn check(&self, run: &ContactRun, world: &World, program: &Program) -> Vec<Mismatch> {
        let mut check = Check { run, found: Vec::new() };
        if let Some((line, path)) = &self.path {
            let walked: Vec<String> = run.path.iter().map(|flow| flow.to_string()).collect();
            check.lists(*line, "path", path, &walked);
        }
        if let Some((line, said)) = &self.said {
            let asked = said.iter().map(Some).chain(std::iter::repeat(None));
            let labels: Vec<String> =
                run.said.all().iter().zip(asked).map(|(saying, asked)| saying.label_like(asked)).collect();
            check.lists(*line, "said", said, &labels);
        }
        if let Some((line, outcomes)) = &self.outcomes {
            check.texts(*line, "outcomes", &show_outcomes(outcomes), &show_outcomes(&found_outcomes(run)));
        }
        if let Some((line, writes)) = &self.writes {
            let found: Vec<String> = run.writes.iter().map(|entry| entry.to_string()).collect();
            check.lists(*line, "writes", writes, &found);
        }
        if let Some(afterwards) = &self.afterwards {
            let found = afterwards.check(&run.behind(), world, program).into_iter();
            let named =
                |found: Mismatch| Mismatch { expected: format!("afterwards {}", found.expected), ..found };
            check.found.extend(found.map(named));
        }
        check.dealings(&self.dealings);
        if let Some((line, dialled)) = &self.dialled {
            check.dialled(*line, dialled);
        }
        if let Some((line, whispered)) = &self.whispered {
            let found: Vec<String> = run.whispered.iter().map(|prompt| prompt.to_string()).collect();
            check.lists(*line, "whispered", whispered, &found);
        }
        if let Some((line, cases)) = &self.cases {
            check.cases(*line, cases, world);
        }
        if let Some((line, end)) = &self.end {
            let found = run.departure.as_ref();
            let found = found.map_or("nobody ended it".to_owned(), |departure| departure.beside(end));
            check.texts(*line, "end", end, &found);
        }
        if let Some((line, length)) = &self.duration {
            check.texts(*line, "duration", &length.to_string(), &run.length.to_string());
        }
        self.never.iter().for_each(|(line, never)| check.never(*line, never, program));
        check.found
    }
}

/// Expectations that are being held against a contact.
pub(super) struct Check<'a> {
    pub run: &'a ContactRun,
    found: Vec<Mismatch>,
}

impl Check<'_> {
    pub fn fail(&mut self, line: u32, expected: String, but: String) {
        self.found.push(Mismatch { at: self.run.length, line, expected, but });
    }

    fn texts(&mut self, line: u32, what: &str, expected: &str, found: &str) {
        if expected != found {
            self.fail(line, format!("{what} {expected}"), found.to_owned());
        }
    }

    pub fn lists(&mut self, line: u32, what: &str, expected: &[String], found: &[String]) {
        let same = expected.iter().zip(found).take_while(|(a, b)| fits(a, b)).count();
        if same < expected.len().max(found.len()) {
            let show = |list: &[String]| format!("[{}]", list.join(", "));
            let but = format!("{} (differs from number {})", show(found), same + 1);
            self.fail(line, format!("{what} {}", show(expected)), but);
        }
    }

    /// Whoever was called, each shown with as much as is expected of it.
    fn dialled(&mut self, line: u32, expected: &[ExpectedDial]) {
        let wanted: Vec<String> = expected.iter().map(show_expected).collect();
        let any = ExpectedDial { result: Some(String::new()), ..ExpectedDial::default() };
        let asked = expected.iter().chain(std::iter::repeat(&any));
        let found: Vec<String> =
            self.run.dialled.iter().zip(asked).map(|(call, asked)| self.show_call(call, asked)).collect();
        self.lists(line, "dialled", &wanted, &found);
    }

    /// A call, with as much of it as is asked for.
    fn show_call(&self, call: &Dialled, asked: &ExpectedDial) -> String {
        let arrived = self.run.journal.header.contact.arrived;
        let shown = || call.shown.as_ref().map_or("none".into(), |phone| phone.as_str().into());
        show_expected(&ExpectedDial {
            to: call.to.to_string().into(),
            result: asked.result.as_ref().map(|_| call.result.clone()),
            at: asked.at.map(|at| match at {
                At::Since(_) => At::Since(call.at),
                At::Moment(_) => At::Moment(arrived.after(call.at)),
            }),
            rang: asked.rang.and(call.rang),
            shown: asked.shown.as_ref().map(|_| shown()),
        })
    }

    fn cases(&mut self, line: u32, expected: &[ExpectedCase], world: &World) {
        let found: Vec<BTreeMap<String, String>> =
            world.crm.cases.values().map(|case| case_fields(case, world)).collect();
        let fits = expected.len() == found.len()
            && expected.iter().zip(&found).all(|(wanted, case)| {
                wanted.fields.iter().all(|(name, value)| case.get(name) == Some(value))
            });
        if !fits {
            let wanted: Vec<String> = expected.iter().map(|case| show_fields(&case.fields)).collect();
            let found: Vec<String> = found.iter().map(show_fields).collect();
            self.fail(line, format!("cases [{}]", wanted.join(", ")), format!("[{}]", found.join(", ")));
        }
    }

    fn never(&mut self, line: u32, never: &Never, program: &Program) {
        match never {
            Never::Say(text) => {
                if let Some(prompt) = says(self.run, program, text) {
                    self.fail(line, format!("never say {text}"), format!("prompt `{prompt}` says it"));
                }
            }
            Never::Log(text) => {
                if let Some(found) = where_text_is(self.run, program, text) {
                    let expected = "never log this".into();
                    self.found.push(Mismatch { at: found.at, line, expected, but: found.to_string() });
                }
            }
            Never::Hear(name) => {
                if self.run.said.all().iter().any(|saying| *saying.spoken.prompt == **name) {
                    self.fail(line, format!("never hear {name}"), "it was said".into());
                }
            }
        }
    }
}

/// The first prompt that says a text, blanks aside, as it is written in its language or by its values.
pub(super) fn says(run: &ContactRun, program: &Program, text: &str) -> Option<Text> {
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let wanted = bare(text);
    let spoken = run.said.all().iter().map(|saying| &saying.spoken);
    let mut hits = spoken.filter(|spoken| {
        let index = program.prompts.iter().position(|prompt| prompt.name == spoken.prompt);
        let language = program.language_index(&spoken.language);
        let written = index.map(|index| {
            let id = PromptId(index as u32);
            speech::text(program, id, &spoken.args, language)
        });
        let values = spoken.args.iter().map(|value| value.to_string());
        written.into_iter().chain(values).any(|line| bare(&line).contains(&wanted))
    });
    hits.next().map(|spoken| spoken.prompt.clone())
}

/// Whether an entry is as expected; `...` at the end of what is expected stands for any end.
fn fits(expected: &str, found: &str) -> bool {
    match expected.strip_suffix("...") {
        Some(beginning) => found.starts_with(beginning.trim_end()),
        None => expected == found,
    }
}

/// A line of a journal or a transcript in which something stands that may not be there.
pub(super) struct Trace {
    /// When, since the contact arrived.
    pub at: DurationMs,
    place: &'static str,
    line: String,
}

/// The line, with dots in the place of what may not be there.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is in the {} at {}: `{}`", self.place, self.at.0, self.line)
    }
}

/// Where a text stands in the transcript or the journal. The times are left out: any four digits are a time sometime.
pub(super) fn where_text_is(run: &ContactRun, program: &Program, text: &str) -> Option<Trace> {
    traces(run, program, text).find(|trace| trace.line.contains(text)).map(|trace| trace.hiding(text))
}

/// Where digits stand in the transcript or the journal, other than as a part of a longer number.
pub(super) fn where_digits_are(run: &ContactRun, program: &Program, digits: &str) -> Option<Trace> {
    let alone = |line: &str, at: usize| {
        let before = line[..at].chars().next_back();
        let after = line[at + digits.len()..].chars().next();
        ![before, after].into_iter().flatten().any(|sign| sign.is_ascii_digit())
    };
    let stands = |trace: &Trace| trace.line.match_indices(digits).any(|(at, _)| alone(&trace.line, at));
    traces(run, program, digits).find(stands).map(|trace| trace.hiding(digits))
}

impl Trace {
    fn hiding(self, text: &str) -> Trace {
        let dots = "\u{2022}".repeat(text.chars().count());
        Trace { line: self.line.replace(text, &dots), ..self }
    }
}

/// The lines of a contact that have a text in them, the readable ones of a step first.
fn traces<'a>(run: &'a ContactRun, program: &'a Program, text: &'a str) -> impl Iterator<Item = Trace> + 'a {
    let transcript = Transcript::new(program, true);
    run.journal.entries.iter().flat_map(move |entry| {
        let journal = [entry.event.as_ref().map(line), Some(line(&entry.actions))];
        let readable = transcript.lines(entry.event.as_ref(), &entry.actions).into_iter();
        let places = std::iter::repeat("transcript").zip(readable);
        let places = places.chain(std::iter::repeat("journal").zip(journal.into_iter().flatten()));
        let traces = places.filter(|(_, line)| line.contains(text));
        traces.map(|(place, line)| Trace { at: entry.at, place, line }).collect::<Vec<Trace>>()
    })
}

fn show_expected(call: &ExpectedDial) -> String {
    let result = call.result.as_ref().map(|result| format!(": {result}"));
    let at = call.at.map(|at| match at {
        At::Since(since) => format!(" at {since}"),
        At::Moment(Wall(at)) => match jiff::Timestamp::from_millisecond(at) {
            Ok(at) => format!(" at {at}"),
            Err(_) => format!(" at {at}"),
        },
    });
    let shown = call.shown.as_ref().map(|phone| format!(" shown {phone}"));
    let rang = call.rang.map(|rang| format!(" rang {rang}"));
    [Some(call.to.to_string()), result, at, rang, shown].into_iter().flatten().collect()
}

fn found_outcomes(run: &ContactRun) -> BTreeMap<Option<Text>, Text> {
    let stated = run.writes.iter().filter_map(|entry| match entry {
        Entry::Outcome { outcome, topic } => Some((topic.clone(), outcome.clone())),
        Entry::Case { .. }
        | Entry::Note { .. }
        | Entry::Identity { .. }
        | Entry::Keep { .. }
        | Entry::Count { .. }
        | Entry::Tell { .. } => None,
        Entry::Callback { .. } | Entry::Sms { .. } | Entry::Email { .. } => None,
        Entry::Task { .. } | Entry::Override { .. } => None,
    });
    stated.collect()
}

fn show_outcomes(outcomes: &BTreeMap<Option<Text>, Text>) -> String {
    let topic = |topic: &Option<Text>| topic.as_deref().unwrap_or("contact").to_owned();
    let shown: Vec<String> =
        outcomes.iter().map(|(key, outcome)| format!("{}: {outcome}", topic(key))).collect();
    format!("{{{}}}", shown.join(", "))
}

fn show_fields(fields: &BTreeMap<String, String>) -> String {
    let shown: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("{{{}}}", shown.join(", "))
}

fn case_fields(case: &Case, world: &World) -> BTreeMap<String, String> {
    let object = |object: &ObjectRef| format!("{} {}", object.kind, object.id);
    let channel = case.opened_by().and_then(|contact| world.crm.interactions.get(contact));
    let fields = [
        ("customer", case.customer.as_deref().unwrap_or("none").to_owned()),
        ("topic", case.topic.to_string()),
        ("state", case.state.word().to_owned()),
        ("about", case.about.as_ref().map_or("none".to_owned(), object)),
        ("first entry", channel.map_or("none".to_owned(), |contact| contact.beginning.channel.to_string())),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
