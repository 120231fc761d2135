//! Expectations of what a contact had to do with others, read and held against it.

use super::check::Check;
use super::dealings::{Posted, Queued, Taped};
use super::expect::Expect;
use super::reading::Reading;
use super::tree::Item;
use crate::program::{Method, Text, Type, Value};
use crate::time::DurationMs;

/// What must be true of it; what is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ExpectedDealings {
    posted: Option<(u32, ExpectedPosts)>,
    delivered: Option<(u32, Vec<String>)>,
    recorded: Option<(u32, Vec<ExpectedTape>)>,
    queued: Option<(u32, Vec<ExpectedPlace>)>,
}

/// What operations must have got, each in order.
type ExpectedPosts = Vec<(Text, Vec<ExpectedArgs>)>;
/// Arguments by name; those left out may be anything.
type ExpectedArgs = Vec<(Text, Value)>;

#[derive(Clone, Debug, Default, PartialEq)]
struct ExpectedTape {
    room: Option<String>,
    at: Option<DurationMs>,
    after: Option<DurationMs>,
    length: Option<DurationMs>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct ExpectedPlace {
    queue: String,
    at: Option<DurationMs>,
    waited: Option<DurationMs>,
    result: Option<String>,
}

const RESULTS: [&str; 5] = ["connected", "full", "closed", "timeout", "left"];

impl Expect {
    /// Reads an expectation of this kind; nothing happens for another.
    pub(super) fn read_dealings(&mut self, reading: &mut Reading, key: &str, line: u32, item: &Item) {
        let expected = &mut self.dealings;
        match key {
            "posted" => expected.posted = Some((line, posted(reading, item))),
            "delivered" => {
                let items = reading.list(item, "deliveries");
                let texts =
                    items.iter().filter_map(|item| reading.scalar(item, "a delivery").map(str::to_owned));
                expected.delivered = Some((line, texts.collect()));
            }
            "recorded" => expected.recorded = Some((line, recorded(reading, item))),
            "queued" => expected.queued = Some((line, queued(reading, item))),
            _ => {}
        }
    }
}

/// `{ core.transfer: [ { amount: 250.00 USD } ], audit.pending: [] }`.
fn posted(reading: &mut Reading, item: &Item) -> ExpectedPosts {
    let program = reading.program;
    let operations: Vec<(String, &[(Text, Type)])> = program
        .backends
        .iter()
        .flat_map(|backend| {
            let posts = backend.operations.iter().filter(|operation| operation.method == Method::Post);
            posts.map(|operation| {
                (format!("{}.{}", backend.name, operation.name), operation.params.as_slice())
            })
        })
        .collect();
    let known: Vec<&str> = operations.iter().map(|(name, _)| name.as_str()).collect();
    reading.only_keys(item, "`posted`", &known);
    let mut all = Vec::new();
    for (name, _, value) in item.entries() {
        let Some((_, params)) = operations.iter().find(|(known, _)| known == name) else { continue };
        let items = reading.list(value, "arguments by name");
        let requests = items.iter().map(|item| {
            let args = reading.named_values(item, name, params);
            args.into_iter().map(|(_, name, value)| (name, value)).collect()
        });
        all.push((name.into(), requests.collect()));
    }
    all
}

/// `- { room: A, after: 3s, at: 19s, length: 28m }`; without a room it is the call.
fn recorded(reading: &mut Reading, item: &Item) -> Vec<ExpectedTape> {
    let items = reading.list(item, "recordings");
    let tapes = items.iter().map(|item| {
        reading.only_keys(item, "a recording", &["room", "at", "after", "length"]);
        let room = item.get("room").and_then(|room| reading.scalar(room, "a room")).map(str::to_owned);
        let mut length = |key: &str| item.get(key).and_then(|length| reading.length(length));
        ExpectedTape { room, at: length("at"), after: length("after"), length: length("length") }
    });
    tapes.collect()
}

/// `- { queue: sales, at: 7s, waited: 12s, result: connected }`.
fn queued(reading: &mut Reading, item: &Item) -> Vec<ExpectedPlace> {
    let mut places = Vec::new();
    for item in reading.list(item, "places in queues") {
        reading.only_keys(item, "a place in a queue", &["queue", "at", "waited", "result"]);
        let Some(queue) = item.get("queue").and_then(|queue| reading.scalar(queue, "a queue")) else {
            reading.wrong(item, "a place says in which `queue`", None);
            continue;
        };
        let result = item.get("result").and_then(|word| reading.scalar(word, "what became of it"));
        if let Some(word) = result.filter(|word| !RESULTS.contains(word)) {
            reading.unknown(
                item,
                &format!("no place in a queue is `{word}` in the end"),
                word,
                RESULTS.into_iter(),
            );
        }
        places.push(ExpectedPlace {
            queue: queue.to_owned(),
            at: item.get("at").and_then(|at| reading.length(at)),
            waited: item.get("waited").and_then(|waited| reading.length(waited)),
            result: result.map(str::to_owned),
        });
    }
    places
}

impl Check<'_> {
    /// What the contact had to do with others is as expected.
    pub(super) fn dealings(&mut self, expected: &ExpectedDealings) {
        if let Some((line, posted)) = &expected.posted {
            posted.iter().for_each(|(to, requests)| self.posted(*line, to, requests));
        }
        if let Some((line, delivered)) = &expected.delivered {
            let found: Vec<String> =
                self.run.dealings.delivered.iter().map(|delivery| delivery.to_string()).collect();
            self.lists(*line, "delivered", delivered, &found);
        }
        if let Some((line, tapes)) = &expected.recorded {
            let wanted: Vec<String> = tapes.iter().map(show_tape).collect();
            let asked = tapes.iter().map(Some).chain(std::iter::repeat(None));
            let found =
                self.run.dealings.taped.iter().zip(asked).map(|(tape, asked)| found_tape(tape, asked));
            let found: Vec<String> = found.collect();
            self.lists(*line, "recorded", &wanted, &found);
        }
        if let Some((line, places)) = &expected.queued {
            let wanted: Vec<String> = places.iter().map(show_place).collect();
            let asked = places.iter().map(Some).chain(std::iter::repeat(None));
            let found =
                self.run.dealings.queued.iter().zip(asked).map(|(place, asked)| found_place(place, asked));
            let found: Vec<String> = found.collect();
            self.lists(*line, "queued", &wanted, &found);
        }
    }

    /// What one operation got: so often, and each time at least these arguments.
    fn posted(&mut self, line: u32, to: &Text, expected: &[ExpectedArgs]) {
        let got: Vec<&Posted> = self.run.dealings.posted.iter().filter(|posted| posted.to == *to).collect();
        let fits = |(wanted, got): (&ExpectedArgs, &&Posted)| wanted.iter().all(|arg| got.args.contains(arg));
        if expected.len() != got.len() || !expected.iter().zip(&got).all(fits) {
            let wanted: Vec<String> = expected.iter().map(|args| show_args(args)).collect();
            let got: Vec<String> = got.iter().map(|posted| show_args(&posted.args)).collect();
            self.fail(line, format!("posted {to} [{}]", wanted.join(", ")), format!("[{}]", got.join(", ")));
        }
    }
}

fn show_args(args: &[(Text, Value)]) -> String {
    let shown: Vec<String> = args.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("{{{}}}", shown.join(", "))
}

fn show_tape(tape: &ExpectedTape) -> String {
    let part = |word: &str, length: Option<DurationMs>| length.map(|length| format!(" {word} {length}"));
    let what = tape.room.as_ref().map_or("the call".to_owned(), |room| format!("room {room}"));
    [Some(what), part("at", tape.at), part("after", tape.after), part("for", tape.length)]
        .into_iter()
        .flatten()
        .collect()
}

/// A recording, with as much of it as is expected.
fn found_tape(tape: &Taped, asked: Option<&ExpectedTape>) -> String {
    show_tape(&ExpectedTape {
        room: tape.room.as_deref().map(str::to_owned),
        at: asked.and_then(|asked| asked.at).map(|_| tape.at),
        after: asked.and_then(|asked| asked.after).map(|_| tape.after),
        length: asked.and_then(|asked| asked.length).and(tape.length),
    })
}

fn show_place(place: &ExpectedPlace) -> String {
    let at = place.at.map(|at| format!(" at {at}"));
    let waited = place.waited.map(|waited| format!(" for {waited}"));
    let result = place.result.as_ref().map(|result| format!(": {result}"));
    [Some(place.queue.clone()), at, waited, result].into_iter().flatten().collect()
}

/// A place, with as much of it as is expected.
fn found_place(place: &Queued, asked: Option<&ExpectedPlace>) -> String {
    show_place(&ExpectedPlace {
        queue: place.queue.to_string(),
        at: asked.and_then(|asked| asked.at).map(|_| place.at),
        waited: asked.and_then(|asked| asked.waited).map(|_| place.waited),
        result: asked.is_none_or(|asked| asked.result.is_some()).then(|| place.result.to_owned()),
    })
}
