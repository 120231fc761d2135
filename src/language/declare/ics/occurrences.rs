//! When an event takes place: its beginning, what its rule adds (through the crate `rrule`), `RDATE` and `EXDATE`.
//!
//! Rules are counted in the event's own local time; each beginning then becomes a moment by our rule: in the gap the
//! first moment behind it, in the doubled hour the first pass.

use super::event::{Event, Wrong};
use super::value::{Frame, Stamp};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rrule::RRuleSet;
use std::collections::BTreeSet;

/// Rules without an end are followed up to this day, whatever day it is: the same file gives the same program.
pub(super) const LAST_DAY: Date = Date::constant(2050, 1, 1);
/// More beginnings than this are no calendar of a business: a bound against a rule that comes back every second.
const MOST: usize = 20_000;

/// All beginnings of an event, by its own clock. `replaced` are those that other events replace.
pub(super) fn occurrences(event: &Event, replaced: &[&Stamp]) -> Result<BTreeSet<DateTime>, Wrong> {
    let start = event.begins()?;
    let mut found = BTreeSet::from([start.local]);
    if let Some((at, rule)) = event.local_rule()? {
        let wrong = |reason: String| (at.clone(), reason);
        found = by_rule(start.local, &rule).map_err(wrong)?;
    }
    found.extend(event.more.iter().map(|more| more.on(&start.frame)));
    for left_out in event.except.iter().chain(replaced.iter().copied()) {
        match (&left_out.frame, &start.frame) {
            // A date leaves out all that begins on it.
            (Frame::Days, _) => found.retain(|begin| begin.date() != left_out.local.date()),
            (_, frame) => {
                found.remove(&left_out.on(frame));
            }
        }
    }
    Ok(found)
}

/// What a rule gives. The beginning itself belongs to it and is counted, also where it does not follow the rule
/// (RFC 5545 §3.8.5.3); the crate leaves it out then.
fn by_rule(start: DateTime, rule: &str) -> Result<BTreeSet<DateTime>, String> {
    let text = format!("DTSTART:{}Z\nRRULE:{rule}", start.strftime("%Y%m%dT%H%M%S"));
    let set: RRuleSet = text.parse().map_err(|error: rrule::RRuleError| refused(&error.to_string()))?;
    let mut found = BTreeSet::new();
    for begin in &set.limit() {
        let Ok(timestamp) = Timestamp::from_second(begin.timestamp()) else { break };
        let local = TimeZone::UTC.to_datetime(timestamp);
        if local.date() >= LAST_DAY {
            break;
        }
        found.insert(local);
        if found.len() > MOST {
            return Err(format!("this rule gives more than {MOST} events"));
        }
    }
    if found.insert(start) && rule.contains("COUNT=") {
        found.pop_last();
    }
    Ok(found)
}

/// What the crate says of a rule, in a sentence of ours.
fn refused(reason: &str) -> String {
    let reason = reason.split_once("error: ").map_or(reason, |(_, reason)| reason);
    format!("this rule cannot be followed: {}", reason.trim_end_matches('.'))
}
