//! The events of an iCalendar file (RFC 5545 §3.6.1).

use super::line::Property;
use super::value::{Frame, Stamp, date, duration_s, stamps};
use std::ops::Range;

/// What is wrong, and at which bytes of the file.
pub(super) type Wrong = (Range<usize>, String);

/// One `VEVENT` as it stands there.
#[derive(Clone, Debug, Default)]
pub(super) struct Event {
    pub at: Range<usize>,
    pub uid: String,
    pub name: String,
    pub start: Option<Stamp>,
    end: Option<Stamp>,
    duration_s: Option<i64>,
    /// The rule by which it comes back, and where that stands.
    pub rule: Option<(Range<usize>, String)>,
    /// Further beginnings.
    pub more: Vec<Stamp>,
    /// Beginnings that are left out.
    pub except: Vec<Stamp>,
    /// Which beginning of another event with this UID it replaces.
    pub replaces: Option<Stamp>,
    pub is_cancelled: bool,
}

/// That the lines are a calendar's, whole from its beginning to its end: what a server sends in its place (a page that
/// asks for a password), and a file that was cut off, would be a year without holidays.
fn framed(properties: &[Property]) -> Result<(), Wrong> {
    let is = |property: &Property, name: &str| {
        property.name == name && property.value.trim().eq_ignore_ascii_case("VCALENDAR")
    };
    match properties.iter().find(|property| !property.is_plain()) {
        _ if properties.first().is_none_or(|first| !is(first, "BEGIN")) => {
            let at = properties.first().map_or(0..0, |first| first.at.clone());
            Err((at, "this is no calendar: its first line would be `BEGIN:VCALENDAR`".to_owned()))
        }
        Some(broken) => Err((broken.at.clone(), "a line of a calendar is `NAME:value`".to_owned())),
        None => match properties.last() {
            Some(last) if !is(last, "END") => {
                Err((last.at.clone(), "the calendar breaks off here, before `END:VCALENDAR`".to_owned()))
            }
            _ => Ok(()),
        },
    }
}

/// All events of a file; what stands inside of an event, an alarm, is not its own.
pub(super) fn events(properties: &[Property]) -> Result<Vec<Event>, Wrong> {
    framed(properties)?;
    let mut events = Vec::new();
    let mut open: Option<Event> = None;
    // How many components are open inside of the event.
    let mut inner = 0_usize;
    for property in properties {
        let is = |name: &str| property.value.trim().eq_ignore_ascii_case(name);
        match (property.name.as_str(), &mut open) {
            ("BEGIN", None) if is("VEVENT") => {
                open = Some(Event { at: property.at.clone(), ..Event::default() });
            }
            ("BEGIN", Some(_)) => inner += 1,
            ("END", Some(_)) if inner > 0 => inner -= 1,
            ("END", Some(_)) => events.extend(open.take()),
            (_, Some(event)) if inner == 0 => event.take(property)?,
            (_, Some(_) | None) => {}
        }
    }
    match open {
        Some(event) => Err((event.at, "this event has no end".to_owned())),
        None if events.is_empty() => {
            let at = properties.first().map_or(0..0, |first| first.at.clone());
            Err((at, "this calendar has no event".to_owned()))
        }
        None => Ok(events),
    }
}

impl Event {
    fn take(&mut self, property: &Property) -> Result<(), Wrong> {
        let wrong = |reason: String| (property.at.clone(), reason);
        let all = || stamps(property).map_err(wrong);
        let one = || {
            let mut stamps = all()?;
            stamps.pop().ok_or_else(|| wrong("there is no value here".to_owned()))
        };
        match property.name.as_str() {
            "UID" => self.uid.clone_from(&property.value),
            "SUMMARY" => self.name = property.text(),
            "DTSTART" => self.start = Some(one()?),
            "DTEND" => self.end = Some(one()?),
            "DURATION" => {
                let length = duration_s(&property.value);
                let no_length = || wrong(format!("`{}` is no length like `PT2H`", property.value));
                self.duration_s = Some(length.ok_or_else(no_length)?);
            }
            "RRULE" if self.rule.is_some() => {
                return Err(wrong("an event has one rule: write two events".to_owned()));
            }
            "RRULE" => self.rule = Some((property.at.clone(), property.value.trim().to_owned())),
            "EXRULE" => {
                return Err(wrong("`EXRULE` is not understood: name the days by `EXDATE`".to_owned()));
            }
            "RDATE" => self.more.extend(all()?),
            "EXDATE" => self.except.extend(all()?),
            "RECURRENCE-ID" => self.replaces = Some(one()?),
            "STATUS" => self.is_cancelled = property.value.trim().eq_ignore_ascii_case("CANCELLED"),
            _ => {}
        }
        Ok(())
    }

    /// Its beginning; the error names the event.
    pub fn begins(&self) -> Result<&Stamp, Wrong> {
        self.start.as_ref().ok_or_else(|| (self.at.clone(), "this event has no `DTSTART`".to_owned()))
    }

    /// How long it takes, in seconds: a day where it is whole days and says nothing, else nothing at all.
    pub fn length_s(&self) -> Result<i64, Wrong> {
        let start = self.begins()?;
        let is_days = start.frame == Frame::Days;
        let length = match (&self.end, self.duration_s) {
            (Some(end), _) if is_days != (end.frame == Frame::Days) => {
                let reason = "it begins and ends by different kinds of time: both are days, or neither is";
                return Err((self.at.clone(), reason.to_owned()));
            }
            (Some(end), _) => match (start.moment(), end.moment()) {
                (Some(from), Some(until)) => (until.0 - from.0).div_euclid(1000),
                _ => start.local.duration_until(end.local).as_secs(),
            },
            (None, Some(length)) => length,
            (None, None) if is_days => 86_400,
            (None, None) => 0,
        };
        if length < 0 {
            return Err((self.at.clone(), "it ends before it begins".to_owned()));
        }
        Ok(if is_days { length.max(86_400) } else { length })
    }

    /// Its rule with an end that is meant by the event's own clock, as if that were UTC: `rrule` then counts in local
    /// time, and no zone data but ours has a say.
    pub fn local_rule(&self) -> Result<Option<(Range<usize>, String)>, Wrong> {
        let (Some((at, rule)), start) = (&self.rule, self.begins()?) else { return Ok(None) };
        let mut parts = Vec::new();
        for part in rule.split(';').filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                Some((name, value)) if name.eq_ignore_ascii_case("UNTIL") => {
                    let until = until(value, start).ok_or_else(|| {
                        (at.clone(), format!("`{value}` is no end of a rule: it is a date or a time"))
                    })?;
                    parts.push(format!("UNTIL={until}"));
                }
                _ => parts.push(part.to_ascii_uppercase()),
            }
        }
        Ok(Some((at.clone(), parts.join(";"))))
    }
}

/// The end of a rule by the event's clock; the day of a date belongs to it (RFC 5545 §3.3.10).
fn until(value: &str, start: &Stamp) -> Option<String> {
    if let Some(date) = date(value.get(..8)?)
        && (value.len() == 8 || start.frame == Frame::Days)
    {
        return Some(format!("{}T235959Z", date.strftime("%Y%m%d")));
    }
    let zone = match &start.frame {
        Frame::In(zone) => Some(zone.clone()),
        Frame::Days | Frame::Utc | Frame::Floating => None,
    };
    let (day, clock) = value.split_once('T')?;
    let local: jiff::civil::DateTime =
        format!("{}T{}", date(day)?.strftime("%Y%m%d"), clock.trim_end_matches('Z')).parse().ok()?;
    let frame = match (value.ends_with('Z'), zone) {
        (false, Some(zone)) => Frame::In(zone),
        (true, _) => Frame::Utc,
        (false, None) => start.frame.clone(),
    };
    let local = Stamp { frame, local }.on(&start.frame);
    Some(format!("{}Z", local.strftime("%Y%m%dT%H%M%S")))
}
