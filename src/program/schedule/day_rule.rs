//! Days that come back every year: fixed ones, the fourth Thursday of a month, Easter and what hangs on it, and where
//! a holiday is kept that falls on a weekend.

use super::easter;
use jiff::Span;
use jiff::civil::{Date, Weekday};
use std::fmt;

/// The months as a script writes them.
pub const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// The days of the week as a script writes them, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// How many days back a substitute is looked for: a weekend, and a week of holidays behind it.
const SUBSTITUTE_REACH: i32 = 10;

/// A day of a year without its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearDay {
    /// One is January.
    pub month: i8,
    /// From one.
    pub day: i8,
}

/// A rule by which a day comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurring {
    /// The same day every year; a 29 February is none in other years.
    Fixed(YearDay),
    /// From one day of a year to another, both included; over the turn of the year where the second is earlier.
    Range(YearDay, YearDay),
    /// The nth such weekday of a month, and some days later or earlier.
    Nth {
        /// Counted from one.
        nth: i8,
        /// Which.
        weekday: Weekday,
        /// One is January.
        month: i8,
        /// So many days later; negative: earlier.
        plus: i16,
    },
    /// The last such weekday of a month, and some days later or earlier.
    Last {
        /// Which.
        weekday: Weekday,
        /// One is January.
        month: i8,
        /// So many days later; negative: earlier.
        plus: i16,
    },
    /// Easter Sunday, and some days later or earlier.
    Easter {
        /// The eastern churches' Easter, as a date of the Gregorian calendar.
        orthodox: bool,
        /// So many days later; negative: earlier.
        plus: i16,
    },
}

/// On which further day a holiday is kept that falls on a weekend. It is kept on its own day, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// On none.
    No,
    /// A Saturday's on Friday, a Sunday's on Monday.
    Nearest,
    /// A Sunday's on Monday; a Saturday's on none.
    Monday,
    /// On the first weekday behind it that is no holiday itself and keeps no other.
    NextWeekday,
}

/// A recurring day and where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRule {
    /// When it comes.
    pub rule: Recurring,
    /// Where it is kept if that is a weekend.
    pub observed: Observed,
}

impl YearDay {
    /// The day of a year that a date is.
    pub fn of(date: Date) -> YearDay {
        YearDay { month: date.month(), day: date.day() }
    }

    /// Whether a day lies between two, both included; the second may lie in the next year.
    pub(super) fn is_within(self, first: YearDay, last: YearDay) -> bool {
        if first <= last { first <= self && self <= last } else { first <= self || self <= last }
    }
}

impl Recurring {
    /// Whether it comes on that date.
    pub fn falls_on(self, date: Date) -> bool {
        match self {
            Recurring::Fixed(day) => YearDay::of(date) == day,
            Recurring::Range(first, last) => YearDay::of(date).is_within(first, last),
            Recurring::Nth { nth, weekday, month, plus } => {
                is_weekday(date, weekday, plus)
                    && shifted(date, plus)
                        .is_some_and(|day| day.month() == month && (day.day() - 1) / 7 + 1 == nth)
            }
            Recurring::Last { weekday, month, plus } => {
                is_weekday(date, weekday, plus)
                    && shifted(date, plus)
                        .is_some_and(|day| day.month() == month && day.day() + 7 > day.days_in_month())
            }
            Recurring::Easter { orthodox, plus } => is_behind_easter(date, orthodox, i32::from(plus)),
        }
    }
}

/// Whether so many days before a date it was that weekday: known without counting the days, and mostly it was not.
fn is_weekday(date: Date, weekday: Weekday, plus: i16) -> bool {
    let days = i16::from(date.weekday().to_monday_zero_offset()) - plus;
    days.rem_euclid(7) == i16::from(weekday.to_monday_zero_offset())
}

/// The days of a year among which Easter falls, in both churches and for a thousand years; it is looked up for no other.
const EASTER_DAYS: std::ops::RangeInclusive<i32> = 80..=131;

/// Whether a date is so many days behind Easter: of its year, or of the next, where they are before it.
fn is_behind_easter(date: Date, orthodox: bool, plus: i32) -> bool {
    let is_easter = |year: i16, day: i32| {
        let easter = || if orthodox { easter::orthodox(year) } else { easter::western(year) };
        EASTER_DAYS.contains(&day) && easter().is_some_and(|easter| day_of_year(easter) == day)
    };
    let (year, day) = (date.year(), day_of_year(date) - plus);
    is_easter(year, day) || is_easter(year.saturating_add(1), day - i32::from(date.days_in_year()))
}

/// From one.
fn day_of_year(date: Date) -> i32 {
    const BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let before = BEFORE.get((date.month() - 1) as usize).copied().unwrap_or(0);
    before + i32::from(date.day()) + i32::from(date.month() > 2 && date.in_leap_year())
}

/// The day of which `date` is so many days later.
fn shifted(date: Date, plus: i16) -> Option<Date> {
    if plus == 0 {
        return Some(date);
    }
    date.checked_sub(Span::new().days(plus)).ok()
}

impl DayRule {
    /// Whether it is kept on that date. `among` are all rules of its list, itself among them: a substitute falls on
    /// no day that is another's.
    pub fn is_kept_on(&self, date: Date, among: &[DayRule]) -> bool {
        self.rule.falls_on(date)
            || match (self.observed, date.weekday()) {
                (Observed::Nearest, Weekday::Friday) => self.rule.falls_on(next(date)),
                (Observed::Nearest | Observed::Monday, Weekday::Monday) => {
                    self.rule.falls_on(before(date, 1))
                }
                (Observed::NextWeekday, day) => !is_weekend(day) && self.is_substituted_on(date, among),
                (Observed::No | Observed::Nearest | Observed::Monday, _) => false,
            }
    }

    fn is_substituted_on(&self, date: Date, among: &[DayRule]) -> bool {
        let weekends = |back: &i32| {
            let day = before(date, *back);
            is_weekend(day.weekday()) && self.rule.falls_on(day)
        };
        (1..=SUBSTITUTE_REACH).any(|back| weekends(&back))
            && substitutes(date, among).any(|(rule, day)| day == date && rule == self)
    }
}

/// The substitutes that may reach a date: each weekend's holidays, in order of their days, take the first weekdays that
/// are free.
fn substitutes(date: Date, among: &[DayRule]) -> impl Iterator<Item = (&DayRule, Date)> {
    let mut taken: Vec<(&DayRule, Date)> = Vec::new();
    for back in (1..=SUBSTITUTE_REACH).rev() {
        let day = before(date, back);
        if !is_weekend(day.weekday()) {
            continue;
        }
        for rule in
            among.iter().filter(|rule| rule.observed == Observed::NextWeekday && rule.rule.falls_on(day))
        {
            let mut free = next(day);
            while is_weekend(free.weekday())
                || among.iter().any(|other| other.rule.falls_on(free))
                || taken.iter().any(|(_, day)| *day == free)
            {
                // A list that leaves no weekday free has no substitutes.
                if free > date {
                    break;
                }
                free = next(free);
            }
            taken.push((rule, free));
        }
    }
    taken.into_iter()
}

fn next(date: Date) -> Date {
    date.tomorrow().unwrap_or(Date::MAX)
}

fn before(date: Date, days: i32) -> Date {
    date.saturating_sub(Span::new().days(days))
}

fn is_weekend(day: Weekday) -> bool {
    matches!(day, Weekday::Saturday | Weekday::Sunday)
}

/// As a script writes it.
pub fn weekday_word(day: Weekday) -> &'static str {
    WEEKDAYS[day.to_monday_zero_offset() as usize]
}

impl fmt::Display for YearDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", month_word(self.month), self.day)
    }
}

fn month_word(month: i8) -> &'static str {
    MONTHS.get((month - 1) as usize).copied().unwrap_or("")
}

impl fmt::Display for Recurring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plus = match self {
            Recurring::Fixed(day) => return write!(f, "{day}"),
            Recurring::Range(first, last) => return write!(f, "{first} to {last}"),
            Recurring::Nth { nth, weekday, month, plus } => {
                let ending = match nth {
                    1 => "st",
                    2 => "nd",
                    3 => "rd",
                    _ => "th",
                };
                write!(f, "{nth}{ending} {} of {}", weekday_word(*weekday), month_word(*month))?;
                plus
            }
            Recurring::Last { weekday, month, plus } => {
                write!(f, "last {} of {}", weekday_word(*weekday), month_word(*month))?;
                plus
            }
            Recurring::Easter { orthodox, plus } => {
                f.write_str(if *orthodox { "orthodox easter" } else { "easter" })?;
                plus
            }
        };
        match plus {
            0 => Ok(()),
            1.. => write!(f, " + {plus}"),
            _ => write!(f, " - {}", plus.unsigned_abs()),
        }
    }
}

/// As a script writes it.
impl fmt::Display for DayRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rule)?;
        f.write_str(match self.observed {
            Observed::No => "",
            Observed::Nearest => " observed",
            Observed::Monday => " observed monday",
            Observed::NextWeekday => " observed next weekday",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn fixed(month: i8, day: i8, observed: Observed) -> DayRule {
        DayRule { rule: Recurring::Fixed(YearDay { month, day }), observed }
    }

    /// All days of a year on which a list keeps a holiday.
    fn kept(year: i16, rules: &[DayRule]) -> Vec<String> {
        let first = Date::new(year, 1, 1).expect("a date");
        let days = first.series(Span::new().days(1)).take_while(|day| day.year() == year);
        days.filter(|day| rules.iter().any(|rule| rule.is_kept_on(*day, rules)))
            .map(|day| day.to_string())
            .collect()
    }

    #[test]
    fn the_fourth_thursday_is_no_row_of_the_calendar() {
        let rule = Recurring::Nth { nth: 4, weekday: Weekday::Thursday, month: 11, plus: 0 };
        assert!(rule.falls_on(day("2026-11-26")) && rule.falls_on(day("2027-11-25")));
        assert_eq!(rule.to_string(), "4th thu of nov");
        let friday = Recurring::Nth { nth: 4, weekday: Weekday::Thursday, month: 11, plus: 1 };
        assert!(friday.falls_on(day("2026-11-27")));
        assert_eq!(friday.to_string(), "4th thu of nov + 1");
    }

    #[test]
    fn the_last_monday_is_the_last_whatever_its_number() {
        let rule = Recurring::Last { weekday: Weekday::Monday, month: 5, plus: 0 };
        assert!(rule.falls_on(day("2026-05-25")) && rule.falls_on(day("2027-05-31")));
        assert!(!rule.falls_on(day("2027-05-24")));
    }

    #[test]
    fn a_29_february_is_none_in_other_years() {
        let rule = [fixed(2, 29, Observed::No)];
        assert_eq!(kept(2028, &rule), ["2028-02-29"]);
        assert!(kept(2027, &rule).is_empty());
    }

    #[test]
    fn a_saturday_holiday_is_kept_on_friday_too() {
        assert_eq!(kept(2026, &[fixed(7, 4, Observed::Nearest)]), ["2026-07-03", "2026-07-04"]);
        assert_eq!(kept(2027, &[fixed(7, 4, Observed::Nearest)]), ["2027-07-04", "2027-07-05"]);
        // New Year's of 2022 was kept in 2021.
        assert_eq!(kept(2021, &[fixed(1, 1, Observed::Nearest)]), ["2021-01-01", "2021-12-31"]);
        assert_eq!(kept(2026, &[fixed(7, 4, Observed::Monday)]), ["2026-07-04"]);
    }

    #[test]
    fn two_holidays_of_a_weekend_take_two_weekdays() {
        let christmas = [fixed(12, 25, Observed::NextWeekday), fixed(12, 26, Observed::NextWeekday)];
        assert_eq!(kept(2021, &christmas), ["2021-12-25", "2021-12-26", "2021-12-27", "2021-12-28"]);
        assert_eq!(kept(2022, &christmas), ["2022-12-25", "2022-12-26", "2022-12-27"]);
        assert_eq!(kept(2026, &christmas), ["2026-12-25", "2026-12-26", "2026-12-28"]);
    }

    #[test]
    fn a_range_may_go_over_the_turn_of_the_year() {
        let rule = Recurring::Range(YearDay { month: 12, day: 24 }, YearDay { month: 1, day: 2 });
        assert!(rule.falls_on(day("2026-12-24")) && rule.falls_on(day("2027-01-02")));
        assert!(!rule.falls_on(day("2027-01-03")) && !rule.falls_on(day("2026-12-23")));
    }

    #[test]
    fn what_hangs_on_easter_moves_with_it() {
        let good_friday = Recurring::Easter { orthodox: false, plus: -2 };
        assert!(good_friday.falls_on(day("2026-04-03")) && good_friday.falls_on(day("2027-03-26")));
        let monday = Recurring::Easter { orthodox: true, plus: 1 };
        assert!(monday.falls_on(day("2026-04-13")));
        let far = [(100, "2026-07-14"), (-100, "2025-12-26")];
        for (plus, text) in far {
            let rule = Recurring::Easter { orthodox: false, plus };
            assert!(rule.falls_on(day(text)) && !rule.falls_on(day("2026-04-05")), "{plus}");
        }
        assert_eq!(monday.to_string(), "orthodox easter + 1");
        assert_eq!(good_friday.to_string(), "easter - 2");
    }
}
