//! How a crowd is written: how many arrive, when, and what must be true of all of them together.

use crate::program::draw_below;
use crate::simulator::notation::length;
use crate::simulator::reading::Reading;
use crate::simulator::tree::{Item, Kind};
use crate::source::Code;
use crate::time::DurationMs;
use std::collections::BTreeMap;

/// How many arrive, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// How many.
    pub count: u32,
    /// When.
    pub arrives: Arrives,
}

/// When those of a crowd arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrives {
    /// At moments drawn from the seed, all within so long.
    Within(DurationMs),
    /// One after another, so long apart.
    Every(DurationMs),
}

/// What must be true of a crowd as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Together {
    /// The line on which it stands.
    pub(super) line: u32,
    /// How many places in queues became what: at least and at most so many.
    pub(super) places: BTreeMap<String, (u64, u64)>,
    /// How long the longest wait was, at least and at most.
    pub(super) waited: Option<(DurationMs, DurationMs)>,
}

/// The most that a crowd may be.
const MOST: u32 = 10_000;

pub(in crate::simulator) const TOGETHER: [&str; 6] =
    ["connected", "timeout", "full", "closed", "left", "waited"];
const BOUNDS: [&str; 2] = ["at least", "at most"];

/// `200 calls within 10m`, `200 calls every 3s`.
pub(in crate::simulator) fn read(reading: &mut Reading, item: &Item) -> Option<Crowd> {
    let text = reading.scalar(item, "how many arrive")?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let crowd = match words.as_slice() {
        [count, "calls" | "contacts", when @ ("within" | "every"), time] => {
            let (count, time) = (count.parse().ok(), length(time));
            count.zip(time).map(|(count, time)| Crowd {
                count,
                arrives: if *when == "within" { Arrives::Within(time) } else { Arrives::Every(time) },
            })
        }
        _ => None,
    };
    let crowd = crowd.filter(|crowd| (1..=MOST).contains(&crowd.count));
    if crowd.is_none() {
        let hint = format!("write `200 calls within 10m` or `200 calls every 3s`, of at most {MOST}");
        reading.no_value(item, format!("`{text}` is no crowd"), hint);
    }
    crowd
}

/// `{ connected: 180, left: { at most: 20 }, waited: { at most: 5m } }`.
pub(in crate::simulator) fn read_together(reading: &mut Reading, item: &Item) -> Together {
    reading.only_keys(item, "`together`", &TOGETHER);
    let mut together = Together { line: reading.line(item), ..Together::default() };
    for (key, _, value) in item.entries() {
        if key == "waited" {
            let bounds = bounds(reading, value, |reading, item| reading.length(item));
            let (least, most) = bounds;
            together.waited = Some((least.unwrap_or(DurationMs::ZERO), most.unwrap_or(DurationMs(u64::MAX))));
        } else if TOGETHER.contains(&key) {
            let (least, most) = bounds(reading, value, number);
            together.places.insert(key.to_owned(), (least.unwrap_or(0), most.unwrap_or(u64::MAX)));
        }
    }
    together
}

/// One value, which is both bounds, or `{ at least: …, at most: … }`.
fn bounds<T: Copy>(
    reading: &mut Reading,
    item: &Item,
    mut each: impl FnMut(&mut Reading, &Item) -> Option<T>,
) -> (Option<T>, Option<T>) {
    if !matches!(item.kind, Kind::Map(_)) {
        let one = each(reading, item);
        return (one, one);
    }
    reading.only_keys(item, "bounds", &BOUNDS);
    let mut bound = |key: &str| item.get(key).and_then(|item| each(reading, item));
    (bound("at least"), bound("at most"))
}

fn number(reading: &mut Reading, item: &Item) -> Option<u64> {
    let number = reading.scalar(item, "a number")?.parse().ok();
    if number.is_none() {
        reading.mistake(Code::ScenarioValue, item, "a whole number is expected here", None);
    }
    number
}

impl Crowd {
    /// How long after the first moment each arrives, in order.
    pub(super) fn arrivals(self, seed: u64) -> Vec<DurationMs> {
        let mut arrivals: Vec<DurationMs> = (0..u64::from(self.count))
            .map(|index| match self.arrives {
                Arrives::Within(time) => DurationMs(draw_below(seed, index, time.0.max(1))),
                Arrives::Every(time) => DurationMs(time.0.saturating_mul(index)),
            })
            .collect();
        arrivals.sort_unstable();
        arrivals
    }
}
