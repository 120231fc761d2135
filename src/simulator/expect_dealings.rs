//! Expectations of what a contact had to do with others, read and held against it.

use super::check::{Check, Found};
use super::dealings::{Posted, Queued, TRIES, Taped, deliveries};
use super::expect::Expect;
use super::listing::Wanted;
use super::reading::Reading;
use super::tree::Item;
use crate::program::{Method, Text, Type, Value};
use crate::time::DurationMs;

/// What must be true of it; what is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ExpectedDealings {
    posted: Option<ExpectedPosts>,
    delivered: Option<Wanted<String>>,
    recorded: Option<Wanted<ExpectedTape>>,
    queued: Option<Wanted<ExpectedPlace>>,
}

/// What operations must have got, each in order.
type ExpectedPosts = Vec<(Text, Wanted<ExpectedArgs>)>;
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

pub(super) const TAPE: [&str; 4] = ["room", "at", "after", "length"];
pub(super) const PLACE: [&str; 4] = ["queue", "at", "waited", "result"];
pub(super) const RESULTS: [&str; 5] = ["connected", "full", "closed", "timeout", "left"];

impl Expect {
    /// Reads an expectation of this kind; nothing happens for another.
    pub(super) fn read_dealings(&mut self, reading: &mut Reading, key: &str, line: u32, item: &Item) {
        let expected = &mut self.dealings;
        match key {
            "posted" => expected.posted = Some(posted(reading, item, line)),
            "delivered" => {
                expected.delivered = Some(Wanted::read(reading, item, ("deliveries", line), delivery));
            }
            "recorded" => {
                expected.recorded = Some(Wanted::read(reading, item, ("recordings", line), recorded));
            }
            "queued" => {
                expected.queued = Some(Wanted::read(reading, item, ("places in queues", line), queued));
            }
            _ => {}
        }
    }
}

/// `{ core.transfer: [ { amount: 250.00 USD } ], audit.pending: [] }`.
fn posted(reading: &mut Reading, item: &Item, line: u32) -> ExpectedPosts {
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
    reading.only_names(item, "the program has no operation with `post`", &known);
    let mut all = Vec::new();
    for (name, _, value) in item.entries() {
        let Some((_, params)) = operations.iter().find(|(known, _)| known == name) else { continue };
        let requests = Wanted::read(reading, value, ("arguments by name", line), |reading, item| {
            let args = reading.named_values(item, name, params);
            Some(args.into_iter().map(|(_, name, value)| (name, value)).collect())
        });
        all.push((name.into(), requests));
    }
    all
}

/// `sms: ok`, `surveys.results: failed, failed, ok`.
fn delivery(reading: &mut Reading, item: &Item) -> Option<String> {
    let text = reading.scalar(item, "a delivery")?;
    let (what, tries) = text.split_once(':').unwrap_or((text, ""));
    let known = deliveries(reading.program);
    if !known.iter().any(|known| known == what) {
        let known = known.iter().map(String::as_str);
        reading.unknown_name(item, &format!("the program has no delivery `{what}`"), what, known);
        return None;
    }
    let tries: Vec<&str> = tries.split(',').map(str::trim).collect();
    if let Some(wrong) = tries.iter().find(|word| !TRIES.contains(word)) {
        reading.unknown(item, &format!("no delivery is `{wrong}`"), wrong, TRIES.into_iter());
        return None;
    }
    Some(format!("{what}: {}", tries.join(", ")))
}

/// `- { room: A, after: 3s, at: 19s, length: 28m }`; without a room it is the call.
fn recorded(reading: &mut Reading, item: &Item) -> Option<ExpectedTape> {
    reading.only_keys(item, "a recording", &TAPE);
    let room = item.get("room").and_then(|room| reading.scalar(room, "a room")).map(str::to_owned);
    let mut length = |key: &str| item.get(key).and_then(|length| reading.length(length));
    Some(ExpectedTape { room, at: length("at"), after: length("after"), length: length("length") })
}

/// `- { queue: sales, at: 7s, waited: 12s, result: connected }`.
fn queued(reading: &mut Reading, item: &Item) -> Option<ExpectedPlace> {
    reading.only_keys(item, "a place in a queue", &PLACE);
    let Some((at, queue)) = item.get("queue").and_then(|at| Some((at, reading.scalar(at, "a queue")?)))
    else {
        reading.lacks(item, "a place says in which `queue`", None);
        return None;
    };
    let program = reading.program;
    if !program.queues.iter().any(|known| *known.name == *queue) {
        let known = program.queues.iter().map(|queue| &*queue.name);
        reading.unknown_name(at, &format!("the program has no queue `{queue}`"), queue, known);
    }
    let result = item.get("result").and_then(|word| {
        let text = reading.scalar(word, "what became of it")?;
        Some((word, text))
    });
    if let Some((at, word)) = result.filter(|(_, word)| !RESULTS.contains(word)) {
        let message = format!("no place in a queue is `{word}` in the end");
        reading.unknown(at, &message, word, RESULTS.into_iter());
    }
    let result = result.map(|(_, word)| word);
    Some(ExpectedPlace {
        queue: queue.to_owned(),
        at: item.get("at").and_then(|at| reading.length(at)),
        waited: item.get("waited").and_then(|waited| reading.length(waited)),
        result: result.map(str::to_owned),
    })
}

impl Check<'_> {
    /// What the contact had to do with others is as expected.
    pub(super) fn dealings(&mut self, expected: &ExpectedDealings) {
        let dealings = &self.run.dealings;
        for (to, requests) in expected.posted.iter().flatten() {
            self.posted(to, requests);
        }
        if let Some(delivered) = &expected.delivered {
            let all = dealings.delivered.iter();
            let found: Vec<Found> =
                all.map(|one| Found { text: one.to_string(), at: Some(one.at), node: one.node }).collect();
            self.list("delivered", delivered, &found, String::clone, |one, at| *one == found[at].text);
        }
        if let Some(tapes) = &expected.recorded {
            let all = dealings.taped.iter().enumerate();
            let found = all.map(|(index, tape)| Found {
                text: found_tape(tape, tapes.at(index)),
                at: Some(tape.at),
                node: tape.node,
            });
            let found: Vec<Found> = found.collect();
            let fits =
                |one: &ExpectedTape, at: usize| show_tape(one) == found_tape(&dealings.taped[at], Some(one));
            self.list("recorded", tapes, &found, show_tape, fits);
        }
        if let Some(places) = &expected.queued {
            let all = dealings.queued.iter().enumerate();
            let found = all.map(|(index, place)| Found {
                text: found_place(place, places.at(index)),
                at: Some(place.at),
                node: place.node,
            });
            let found: Vec<Found> = found.collect();
            let fits = |one: &ExpectedPlace, at: usize| {
                show_place(one) == found_place(&dealings.queued[at], Some(one))
            };
            self.list("queued", places, &found, show_place, fits);
        }
    }

    /// What one operation got: so often, and each time at least these arguments.
    fn posted(&mut self, to: &Text, wanted: &Wanted<ExpectedArgs>) {
        let got: Vec<&Posted> = self.run.dealings.posted.iter().filter(|posted| posted.to == *to).collect();
        let found = got.iter().map(|posted| (show_args(&posted.args), posted.node));
        let found: Vec<Found> = found.map(|(text, node)| Found { node, ..Found::of(text) }).collect();
        let fits = |wanted: &ExpectedArgs, at: usize| wanted.iter().all(|arg| got[at].args.contains(arg));
        self.list(&format!("posted {to}"), wanted, &found, |args| show_args(args), fits);
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
