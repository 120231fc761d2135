//! Expectations held against a contact that is over.

use super::contact::{ContactRun, DiffLine, Mismatch, Side};
use super::drive::Dialled;
use super::expect::{At, Bounds, Expect, ExpectedCase, ExpectedDial, ExpectedRoute, Never};
use super::expect_prompt::WantedPrompt;
use super::listing::{Compared, Wanted};
use super::places::{entered, last_told, told};
use super::said::Saying;
use super::transcript::Transcript;
use super::world::World;
use crate::crm::Case;
use crate::engine::line;
use crate::program::{Entry, NodeId, ObjectRef, Program, PromptId, Text};
use crate::speech;
use crate::time::{DurationMs, Millis, Wall};
use std::collections::BTreeMap;
use std::fmt;

impl Expect {
    /// What is not as expected, in the order of the notation.
    pub(super) fn check(&self, run: &ContactRun, world: &World, program: &Program) -> Vec<Mismatch> {
        let mut check = Check { run, program, found: Vec::new() };
        check.walked(self);
        if let Some(outcomes) = &self.outcomes {
            check.outcomes(outcomes.0, &outcomes.1);
        }
        if let Some(writes) = &self.writes {
            check.writes(writes);
        }
        if let Some(afterwards) = &self.afterwards {
            let found = afterwards.check(&run.behind(), world, program).into_iter();
            let named =
                |found: Mismatch| Mismatch { expected: format!("afterwards {}", found.expected), ..found };
            check.found.extend(found.map(named));
        }
        check.dealings(&self.dealings);
        if let Some(dialled) = &self.dialled {
            check.dialled(dialled, world);
        }
        if let Some(whispered) = &self.whispered {
            let found: Vec<Found> =
                run.whispered.iter().map(|prompt| Found::of(prompt.to_string())).collect();
            check.list("whispered", whispered, &found, String::clone, |one, at| *one == found[at].text);
        }
        if let Some(cases) = &self.cases {
            check.cases(cases, world);
        }
        if let Some((line, end)) = &self.end {
            let found = run.departure.as_ref();
            let found = found.map_or("nobody ended it".to_owned(), |departure| departure.beside(end));
            check.texts(*line, "end", end, &found);
        }
        if let Some((line, bounds)) = &self.duration {
            check.duration(*line, *bounds);
        }
        if let Some((line, route)) = &self.route {
            let node = last_asked(run);
            check.texts_at(*line, ("route", &route.to_string()), &found_route(run, world).to_string(), node);
        }
        self.never.iter().for_each(|(line, never)| check.never(*line, never, world));
        check.found
    }
}

/// Expectations that are being held against a contact.
pub(super) struct Check<'a> {
    pub run: &'a ContactRun,
    program: &'a Program,
    found: Vec<Mismatch>,
}

/// Something that a contact did, as it is shown.
pub(super) struct Found {
    pub text: String,
    pub at: Option<DurationMs>,
    pub node: Option<NodeId>,
}

impl Found {
    pub fn of(text: String) -> Found {
        Found { text, at: None, node: None }
    }
}

impl Check<'_> {
    pub fn fail(&mut self, line: u32, expected: String, but: String) {
        self.fail_at(line, expected, but, None);
    }

    /// Fails because of what a node did; where none is known, at the one at which the contact stood last.
    fn fail_at(&mut self, line: u32, expected: String, but: String, node: Option<NodeId>) {
        let (at, node) = (self.run.length, node.or(self.run.stood));
        self.found.push(Mismatch { at, line, expected, but, node, diff: Vec::new() });
    }

    fn texts(&mut self, line: u32, what: &str, expected: &str, found: &str) {
        self.texts_at(line, (what, expected), found, None);
    }

    fn texts_at(&mut self, line: u32, (what, expected): (&str, &str), found: &str, node: Option<NodeId>) {
        if expected != found {
            self.fail_at(line, format!("{what} {expected}"), found.to_owned(), node);
        }
    }

    /// Where they differ, the line that set the first one that should not be so is told.
    fn outcomes(&mut self, line: u32, expected: &BTreeMap<Option<Text>, Text>) {
        let found = found_outcomes(self.run);
        let other = found.iter().find(|(topic, outcome)| expected.get(*topic) != Some(*outcome));
        let node = other.and_then(|(other, _)| {
            last_told(self.run, |entry| matches!(entry, Entry::Outcome { topic, .. } if topic == other))
        });
        self.texts_at(line, ("outcomes", &show_outcomes(expected)), &show_outcomes(&found), node);
    }

    /// A list is as wanted; else both are shown beside each other.
    pub fn list<T>(
        &mut self,
        what: &str,
        wanted: &Wanted<T>,
        found: &[Found],
        show: impl Fn(&T) -> String,
        fits: impl Fn(&T, usize) -> bool,
    ) {
        let lines = wanted.compare(found.len(), fits);
        let Some(same) = lines.iter().position(|line| !matches!(line, Compared::Both(..))) else { return };
        let expected = wanted.shown(show);
        let joined = |texts: Vec<&str>| format!("[{}]", texts.join(", "));
        let order = if wanted.unordered { " in any order" } else { "" };
        let all = joined(found.iter().map(|found| &*found.text).collect());
        let but = match wanted.unordered {
            true => all,
            false => format!("{all} (differs from number {})", same + 1),
        };
        // Where something is missing, whatever came instead of it.
        let first = lines[same..].iter().find_map(|line| match line {
            Compared::Extra(at) | Compared::Both(_, at) => found[*at].node,
            Compared::Missing(_) => None,
        });
        let entry =
            |side, found: &Found| DiffLine { side, text: found.text.clone(), at: found.at, node: found.node };
        let diff = lines.iter().map(|line| match line {
            Compared::Both(_, at) => entry(Side::Both, &found[*at]),
            Compared::Extra(at) => entry(Side::Extra, &found[*at]),
            Compared::Missing(at) => {
                DiffLine { side: Side::Missing, text: expected[*at].clone(), at: None, node: None }
            }
        });
        self.found.push(Mismatch {
            at: self.run.length,
            line: wanted.line,
            expected: format!("{what} {}{order}", joined(expected.iter().map(String::as_str).collect())),
            but,
            node: first.or(self.run.stood),
            diff: diff.collect(),
        });
    }

    fn duration(&mut self, line: u32, Bounds { least, most }: Bounds) {
        let length = self.run.length;
        let expected = match (least == most, most) {
            (true, _) => format!("duration {least}"),
            (false, DurationMs(u64::MAX)) => format!("duration at least {least}"),
            (false, _) => format!("duration at least {least} and at most {most}"),
        };
        if length < least || length > most {
            self.fail(line, expected, length.to_string());
        }
    }

    /// The flows gone through, and all prompts.
    fn walked(&mut self, expect: &Expect) {
        let run = self.run;
        if let Some(path) = &expect.path {
            let places = entered(&run.journal, self.program);
            let found = run.path.iter().enumerate().map(|(index, flow)| Found {
                text: flow.to_string(),
                at: places.get(index).map(|(at, _)| *at),
                node: places.get(index).and_then(|(_, node)| *node),
            });
            let found: Vec<Found> = found.collect();
            self.list("path", path, &found, String::clone, |one, at| *one == found[at].text);
        }
        if let Some(wanted) = &expect.said {
            let all = run.said.all();
            let found = all.iter().enumerate().map(|(at, saying)| Found {
                text: WantedPrompt::show_like(saying, wanted.at(at)),
                at: Some(saying.began.since(Millis::ZERO)),
                node: saying.node,
            });
            let found: Vec<Found> = found.collect();
            self.list("said", wanted, &found, WantedPrompt::show, |one, at| one.fits(&all[at]));
        }
    }

    /// What the CRM was told, each where a node told it.
    fn writes(&mut self, wanted: &Wanted<String>) {
        let places = told(&self.run.journal);
        let found = self.run.writes.iter().enumerate().map(|(index, entry)| Found {
            text: entry.to_string(),
            at: places.get(index).map(|(at, _)| *at),
            node: places.get(index).and_then(|(_, node)| *node),
        });
        let found: Vec<Found> = found.collect();
        self.list("writes", wanted, &found, String::clone, |one, at| fits(one, &found[at].text));
    }

    /// Whoever was called, each shown with as much as is expected of it.
    fn dialled(&mut self, wanted: &Wanted<ExpectedDial>, world: &World) {
        let any = ExpectedDial { result: Some(String::new()), ..ExpectedDial::default() };
        let calls = &self.run.dialled;
        let found = calls.iter().enumerate().map(|(at, call)| Found {
            text: show_call(self.run, call, wanted.at(at).unwrap_or(&any), world),
            at: Some(call.at),
            node: call.node,
        });
        let found: Vec<Found> = found.collect();
        let run = self.run;
        let fits =
            |one: &ExpectedDial, at: usize| show_expected(one) == show_call(run, &calls[at], one, world);
        self.list("dialled", wanted, &found, show_expected, fits);
    }

    fn cases(&mut self, wanted: &Wanted<ExpectedCase>, world: &World) {
        let cases: Vec<BTreeMap<String, String>> =
            world.crm.cases.values().map(|case| case_fields(case, world)).collect();
        let node = last_told(self.run, |entry| matches!(entry, Entry::Case { .. }));
        let shown = cases.iter().map(show_fields);
        let found: Vec<Found> = shown.map(|text| Found { node, ..Found::of(text) }).collect();
        let fits = |wanted: &ExpectedCase, at: usize| {
            wanted.fields.iter().all(|(name, value)| cases[at].get(name) == Some(value))
        };
        self.list("cases", wanted, &found, |case| show_fields(&case.fields), fits);
    }

    fn never(&mut self, line: u32, never: &Never, world: &World) {
        let program = self.program;
        match never {
            Never::Say(text) => {
                if let Some(saying) = says(self.run, program, text) {
                    let but = format!("prompt `{}` says it", saying.spoken.prompt);
                    self.fail_at(line, format!("never say {text}"), but, saying.node);
                }
            }
            Never::Log(text) => {
                if let Some(found) = where_text_is(self.run, program, text) {
                    let (expected, but) = ("never log this".into(), found.to_string());
                    let (at, node, diff) = (found.at, self.run.stood, Vec::new());
                    self.found.push(Mismatch { at, line, expected, but, node, diff });
                }
            }
            Never::Path(name) => {
                if let Some(at) = self.run.path.iter().position(|flow| **flow == **name) {
                    let node = entered(&self.run.journal, program).get(at).and_then(|(_, node)| *node);
                    self.fail_at(line, format!("never enter {name}"), "the path has it".into(), node);
                }
            }
            Never::Write(text) => {
                let written = self.run.writes.iter().map(ToString::to_string).enumerate();
                if let Some((at, written)) = written.into_iter().find(|(_, found)| fits(text, found)) {
                    let node = told(&self.run.journal).get(at).and_then(|(_, node)| *node);
                    self.fail_at(
                        line,
                        format!("never write {text}"),
                        format!("`{written}` was written"),
                        node,
                    );
                }
            }
            Never::Dial(party) => {
                let call = self.run.dialled.iter().find(|call| world.known(&call.to) == *party);
                if let Some(call) = call {
                    let but = format!("it was called: {}", call.result);
                    self.fail_at(line, format!("never dial {party}"), but, call.node);
                }
            }
            Never::Hear(name) => {
                let mut said = self.run.said.all().iter();
                if let Some(saying) = said.find(|saying| *saying.spoken.prompt == **name) {
                    self.fail_at(line, format!("never hear {name}"), "it was said".into(), saying.node);
                }
            }
        }
    }
}

/// The first prompt that says a text, blanks aside, as it is written in its language or by its values.
pub(super) fn says<'r>(run: &'r ContactRun, program: &Program, text: &str) -> Option<&'r Saying> {
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let wanted = bare(text);
    run.said.all().iter().find(|saying| {
        let spoken = &saying.spoken;
        let index = program.prompts.iter().position(|prompt| prompt.name == spoken.prompt);
        let language = program.language_index(&spoken.language);
        let written = index.map(|index| {
            let id = PromptId(index as u32);
            speech::text(program, id, &spoken.args, language)
        });
        let values = spoken.args.iter().map(|value| value.to_string());
        written.into_iter().chain(values).any(|line| bare(&line).contains(&wanted))
    })
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

/// Whom the caller was put through to in the end; else whoever was called last.
fn found_route(run: &ContactRun, world: &World) -> ExpectedRoute {
    let connected = || "connected".into();
    match (run.connected.last(), run.dialled.last()) {
        (Some((_, to)), _) => ExpectedRoute { to: Some(to.clone()), result: connected() },
        (None, Some(call)) => {
            ExpectedRoute { to: Some(world.known(&call.to)), result: call.result.as_str().into() }
        }
        (None, None) => ExpectedRoute { to: None, result: connected() },
    }
}

/// The node that called somebody last, or took a place in a queue.
fn last_asked(run: &ContactRun) -> Option<NodeId> {
    let called = run.dialled.iter().map(|call| (call.at, call.node));
    let queued = run.dealings.queued.iter().map(|place| (place.at, place.node));
    called.chain(queued).max_by_key(|(at, _)| *at).and_then(|(_, node)| node)
}

impl fmt::Display for ExpectedRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.to {
            Some(to) => write!(f, "{to}: {}", self.result),
            None => f.write_str("none"),
        }
    }
}

/// A call, with as much of it as is asked for.
fn show_call(run: &ContactRun, call: &Dialled, asked: &ExpectedDial, world: &World) -> String {
    let arrived = run.journal.header.contact.arrived;
    let shown = || call.shown.as_ref().map_or("none".into(), |phone| phone.as_str().into());
    show_expected(&ExpectedDial {
        to: world.known(&call.to),
        result: asked.result.as_ref().map(|_| call.result.clone()),
        at: asked.at.map(|at| match at {
            At::Since(_) => At::Since(call.at),
            At::Moment(_) => At::Moment(arrived.after(call.at)),
        }),
        rang: asked.rang.and(call.rang),
        shown: asked.shown.as_ref().map(|_| shown()),
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
