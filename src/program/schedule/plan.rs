//! The lines of a schedule, in layers of fixed rank: dated > holiday > season > week.
//!
//! The highest layer that has a line for a day decides all spans that begin on that day; what began the day before runs
//! to its end. Within a layer all lines hold together, and the compiler has seen that they do not contradict each other.

use super::calendar::Calendar;
use super::day_rule::{DayRule, YearDay, weekday_word};
use super::span::DaySpan;
use crate::program::Text;
use jiff::civil::{Date, Weekday};
use std::fmt;
use std::sync::Arc;

/// A shift of a schedule, by its position; the only one of `hours` is that it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShiftId(pub u16);

impl ShiftId {
    /// What `hours` know beside nothing.
    pub const OPEN: ShiftId = ShiftId(0);
}

/// The layers below an override by hand, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// What holds every week.
    Week,
    /// What holds every week of a part of the year.
    Season,
    /// What holds on days that come back, and on days of calendars.
    Holiday,
    /// What holds on days with a year.
    Dated,
}

/// What holds on the days of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Whose the spans are.
    pub shift: ShiftId,
    /// When; none on a closed day.
    pub spans: Vec<DaySpan>,
}

/// A line of a week.
#[derive(Clone, Debug, PartialEq)]
pub struct WeekLine {
    /// The days on which its spans start.
    pub days: Vec<Weekday>,
    /// What holds.
    pub plan: Plan,
}

/// A week for a part of every year.
#[derive(Clone, Debug, PartialEq)]
pub struct Season {
    /// The name a script uses.
    pub name: Text,
    /// Its first day.
    pub first: YearDay,
    /// Its last day, which may lie in the next year.
    pub last: YearDay,
    /// Its week; a day without a line is closed.
    pub week: Vec<WeekLine>,
}

/// A line of recurring days, or of a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Holiday {
    /// Which days.
    pub days: HolidayDays,
    /// What holds on whole days; what lasts a part of a day brings its own time.
    pub plan: Plan,
}

/// The days of a holiday line.
#[derive(Clone, Debug, PartialEq)]
pub enum HolidayDays {
    /// A rule of the schedule's own list, by its position.
    Rule(usize),
    /// A calendar's.
    Calendar(Arc<Calendar>),
}

/// A line with a date.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    /// Its first day.
    pub first: Date,
    /// Its last day, included.
    pub last: Date,
    /// What holds.
    pub plan: Plan,
    /// What it is called; empty where nobody said.
    pub name: Text,
}

/// A line of a schedule: its layer and its position there; a season's line has both positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineRef {
    /// A line of the week.
    Week(usize),
    /// A line of a season.
    Season(usize, usize),
    /// A holiday line.
    Holiday(usize),
    /// A dated line.
    Dated(usize),
}

/// All lines of a schedule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lines {
    /// What holds every week.
    pub week: Vec<WeekLine>,
    /// What holds in parts of the year.
    pub seasons: Vec<Season>,
    /// The recurring days that holiday lines name, and what they are called.
    pub rules: Vec<DayRule>,
    /// Their names, by position; empty where nobody said.
    pub rule_names: Vec<Text>,
    /// What holds on holidays.
    pub holidays: Vec<Holiday>,
    /// What holds on dates, by their first days.
    pub dated: Vec<Dated>,
}

impl LineRef {
    /// The layer in which it stands.
    pub fn layer(self) -> Layer {
        match self {
            LineRef::Week(_) => Layer::Week,
            LineRef::Season(..) => Layer::Season,
            LineRef::Holiday(_) => Layer::Holiday,
            LineRef::Dated(_) => Layer::Dated,
        }
    }
}

impl Layer {
    /// As a person calls it.
    pub fn word(self) -> &'static str {
        match self {
            Layer::Week => "week",
            Layer::Season => "season",
            Layer::Holiday => "holiday",
            Layer::Dated => "date",
        }
    }
}

impl Season {
    /// Whether a date lies in it.
    pub fn holds(&self, date: Date) -> bool {
        YearDay::of(date).is_within(self.first, self.last)
    }
}

impl WeekLine {
    fn is_for(&self, date: Date) -> bool {
        self.days.contains(&date.weekday())
    }
}

impl Lines {
    /// The plan of a line.
    pub fn plan(&self, line: LineRef) -> &Plan {
        match line {
            LineRef::Week(at) => &self.week[at].plan,
            LineRef::Season(season, at) => &self.seasons[season].week[at].plan,
            LineRef::Holiday(at) => &self.holidays[at].plan,
            LineRef::Dated(at) => &self.dated[at].plan,
        }
    }

    /// Whether a line takes its days from a calendar.
    pub(super) fn is_calendar(&self, line: LineRef) -> bool {
        matches!(line, LineRef::Holiday(at) if matches!(self.holidays[at].days, HolidayDays::Calendar(_)))
    }

    /// Tells the lines of one layer for a day, and whether the layer decides it: a season does for all its days.
    pub(super) fn each(&self, layer: Layer, date: Date, mut tell: impl FnMut(LineRef)) -> bool {
        let mut decides = false;
        let mut found = |line: LineRef| {
            decides = true;
            tell(line);
        };
        match layer {
            Layer::Dated => self.dated_lines(date).map(LineRef::Dated).for_each(found),
            Layer::Holiday => {
                let kept = |(_, holiday): &(usize, &Holiday)| self.is_kept(holiday, date);
                let kept = self.holidays.iter().enumerate().filter(kept);
                kept.for_each(|(at, _)| found(LineRef::Holiday(at)));
            }
            Layer::Season => {
                let seasons = self.seasons.iter().enumerate().filter(|(_, season)| season.holds(date));
                for (at, season) in seasons.clone() {
                    let lines = season.week.iter().enumerate().filter(|(_, line)| line.is_for(date));
                    lines.for_each(|(line, _)| found(LineRef::Season(at, line)));
                }
                return seasons.count() > 0;
            }
            Layer::Week => {
                let lines = self.week.iter().enumerate().filter(|(_, line)| line.is_for(date));
                lines.for_each(|(at, _)| found(LineRef::Week(at)));
            }
        }
        decides
    }

    /// Tells the lines that decide a day.
    pub(super) fn each_deciding(&self, date: Date, mut tell: impl FnMut(LineRef)) {
        for layer in [Layer::Dated, Layer::Holiday, Layer::Season, Layer::Week] {
            if self.each(layer, date, &mut tell) {
                return;
            }
        }
    }

    /// The lines of one layer for a day, behind those that were found before.
    pub(super) fn in_layer(&self, layer: Layer, date: Date, found: &mut Vec<LineRef>) {
        self.each(layer, date, |line| found.push(line));
    }

    /// The lines that decide a day, into an empty list.
    pub(super) fn deciding(&self, date: Date, found: &mut Vec<LineRef>) {
        self.each_deciding(date, |line| found.push(line));
    }

    /// Whether a dated line speaks about a day.
    pub(super) fn has_date(&self, date: Date) -> bool {
        self.dated_lines(date).next().is_some()
    }

    /// The dated lines for a day.
    fn dated_lines(&self, date: Date) -> impl Iterator<Item = usize> {
        // They are sorted by their first days.
        let end = self.dated.partition_point(|line| line.first <= date);
        (0..end).filter(move |at| self.dated[*at].last >= date)
    }

    fn is_kept(&self, holiday: &Holiday, date: Date) -> bool {
        match &holiday.days {
            HolidayDays::Rule(at) => self.rules[*at].is_kept_on(date, &self.rules),
            HolidayDays::Calendar(calendar) => calendar.contains(date),
        }
    }

    /// What a line calls a day; nothing where it does not name it.
    pub(super) fn line_name(&self, line: LineRef, date: Date) -> Option<String> {
        let name = match line {
            LineRef::Week(_) | LineRef::Season(..) => None,
            LineRef::Dated(at) => Some(&self.dated[at].name),
            LineRef::Holiday(at) => match &self.holidays[at].days {
                HolidayDays::Rule(rule) => self.rule_names.get(*rule),
                HolidayDays::Calendar(calendar) => calendar.day(date),
            },
        };
        name.filter(|name| !name.is_empty()).map(|name| name.to_string())
    }

    /// What a day is called, by the highest layer that has a name for it; `None` on a day without a name.
    pub fn day_name(&self, date: Date) -> Option<String> {
        let mut lines = Vec::new();
        self.in_layer(Layer::Dated, date, &mut lines);
        self.in_layer(Layer::Holiday, date, &mut lines);
        lines.into_iter().find_map(|line| self.line_name(line, date))
    }

    /// A line as a script writes it, without its name and its hours.
    pub fn days_of(&self, line: LineRef) -> String {
        match line {
            LineRef::Week(at) => weekdays(&self.week[at].days),
            LineRef::Season(season, at) => {
                let season = &self.seasons[season];
                format!(
                    "{} in {} ({} to {})",
                    weekdays(&season.week[at].days),
                    season.name,
                    season.first,
                    season.last
                )
            }
            LineRef::Holiday(at) => match &self.holidays[at].days {
                HolidayDays::Rule(at) => self.rules[*at].to_string(),
                HolidayDays::Calendar(calendar) => format!("on {}", calendar.name),
            },
            LineRef::Dated(at) => {
                let Dated { first, last, .. } = &self.dated[at];
                if first == last { first.to_string() } else { format!("{first} to {last}") }
            }
        }
    }
}

impl Plan {
    /// Nobody is there.
    pub fn closed() -> Plan {
        Plan { shift: ShiftId::OPEN, spans: Vec::new() }
    }
}

/// The spans as a script writes them.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.spans.is_empty() {
            return f.write_str("closed");
        }
        let spans: Vec<String> = self.spans.iter().map(DaySpan::to_string).collect();
        f.write_str(&spans.join(", "))
    }
}

/// `mon-fri, sun`.
fn weekdays(days: &[Weekday]) -> String {
    let mut text = String::new();
    let mut rest = days;
    while let Some(first) = rest.first() {
        let follows = |pair: &&[Weekday]| pair[0].next() == pair[1];
        let length = 1 + rest.windows(2).take_while(follows).count();
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(weekday_word(*first));
        if length > 1 {
            text.push_str(if length > 2 { "-" } else { ", " });
            text.push_str(weekday_word(rest[length - 1]));
        }
        rest = &rest[length..];
    }
    text
}
