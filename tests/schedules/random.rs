//! Random schedules against an evaluation of its own kind: a canvas of local minutes, painted layer by layer, looked
//! at minute by minute.
//!
//! `CALLWRIGHT_SEED=<seed> cargo test --test all schedules::random` repeats a seed;
//! `cargo test --test all schedules::random -- --ignored` looks at ten years of several.

use super::schedule;
use callwright::program::Schedule;
use callwright::time::Wall;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Unit};
use std::collections::BTreeMap;

const MINUTE_MS: i64 = 60_000;
const DAY_MIN: usize = 1_440;
const ZONES: [&str; 8] = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "America/Santiago",
    "Pacific/Apia",
    "Asia/Beirut",
];
const WEEK: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Chance by a seed (xorshift64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

/// Minutes of a day; an end past 1,440 is tomorrow's.
type Spans = Vec<(usize, usize)>;
type Week = BTreeMap<usize, Spans>;
/// A month and a day of it.
type YearDay = (i8, i8);

/// A day that comes back, in the model's own words.
#[derive(Clone, Copy)]
enum Comes {
    Fixed(i8, i8),
    Nth(i8, usize, i8),
    Last(usize, i8),
    Easter(bool, i64),
}

/// What a random schedule says, independent of the language.
struct Model {
    zone: &'static str,
    week: Week,
    season: Option<(YearDay, YearDay, Week)>,
    holidays: Vec<(Comes, Spans)>,
    dates: BTreeMap<Date, Spans>,
}

fn model(chance: &mut Chance, first: Date, days: i64) -> Model {
    let week = week(chance);
    let season = chance.one_in(2).then(|| {
        let (from, to) = (1 + chance.below(12) as i8, 1 + chance.below(12) as i8);
        ((from, 1), (to, 28), self::week(chance))
    });
    let mut holidays: Vec<(Comes, Spans)> = Vec::new();
    for _ in 0..chance.below(6) {
        let comes = match chance.below(4) {
            0 => Comes::Fixed(1 + chance.below(12) as i8, 1 + chance.below(28) as i8),
            1 => Comes::Nth(1 + chance.below(4) as i8, chance.below(7), 1 + chance.below(12) as i8),
            2 => Comes::Last(chance.below(7), 1 + chance.below(12) as i8),
            _ => Comes::Easter(chance.one_in(2), chance.below(60) as i64 - 10),
        };
        // One plan for all: where two meet, they agree.
        let spans = holidays.first().map_or_else(|| spans(chance, true), |(_, spans)| spans.clone());
        holidays.push((comes, spans));
    }
    let mut dates = BTreeMap::new();
    for _ in 0..chance.below(5) {
        let day = first.saturating_add(Span::new().days(chance.below(days as usize) as i64));
        dates.insert(day, spans(chance, true));
    }
    Model { zone: ZONES[chance.below(ZONES.len())], week, season, holidays, dates }
}

/// A week whose spans do not overlap: one that reaches into the next day ends before anything begins there.
fn week(chance: &mut Chance) -> Week {
    let mut week = Week::new();
    for day in 0..7 {
        if !chance.one_in(4) {
            week.insert(day, spans(chance, false));
        }
    }
    week.entry(2).or_insert_with(|| vec![(480, 1080)]);
    week
}

/// Spans of a day: up to two in daylight, and a night that ends by five.
fn spans(chance: &mut Chance, may_be_closed: bool) -> Spans {
    if may_be_closed && chance.one_in(3) {
        return Vec::new();
    }
    let noon = 600 + chance.below(200);
    let mut spans = vec![(300 + chance.below(290), noon)];
    if chance.one_in(2) {
        spans.push((noon + chance.below(60), 900 + chance.below(200)));
    }
    if chance.one_in(3) {
        spans.push((1_150 + chance.below(200), DAY_MIN + chance.below(300)));
    }
    spans
}

impl Model {
    /// As a script.
    fn script(&self) -> String {
        let mut text = format!("hours s in \"{}\" {{\n", self.zone);
        for (day, spans) in &self.week {
            text += &format!("{} {}\n", WEEK[*day].0, written(spans));
        }
        if let Some((from, to, week)) = &self.season {
            text += &format!("season x {} {} to {} {} {{\n", month(from.0), from.1, month(to.0), to.1);
            for (day, spans) in week {
                text += &format!("{} {}\n", WEEK[*day].0, written(spans));
            }
            text += "}\n";
        }
        for (comes, spans) in &self.holidays {
            let days = match comes {
                Comes::Fixed(m, d) => format!("{} {d}", month(*m)),
                Comes::Nth(nth, day, m) => {
                    format!(
                        "{} {} of {}",
                        ["1st", "2nd", "3rd", "4th"][*nth as usize - 1],
                        WEEK[*day].0,
                        month(*m)
                    )
                }
                Comes::Last(day, m) => format!("last {} of {}", WEEK[*day].0, month(*m)),
                Comes::Easter(orthodox, plus) => {
                    let sign = if *plus < 0 { "-" } else { "+" };
                    format!("{}easter {sign} {}", if *orthodox { "orthodox " } else { "" }, plus.abs())
                }
            };
            text += &format!("{days} {}\n", written(spans));
        }
        for (date, spans) in &self.dates {
            text += &format!("{date} {}\n", written(spans));
        }
        text + "}\n"
    }

    /// The spans that begin on a day.
    fn day(&self, date: Date) -> Spans {
        if let Some(spans) = self.dates.get(&date) {
            return spans.clone();
        }
        if let Some((_, spans)) = self.holidays.iter().find(|(comes, _)| comes.on(date)) {
            return spans.clone();
        }
        let weekday = date.weekday().to_monday_zero_offset() as usize;
        if let Some((from, to, week)) = &self.season {
            let day = (date.month(), date.day());
            let inside = if from <= to { *from <= day && day <= *to } else { day >= *from || day <= *to };
            if inside {
                return week.get(&weekday).cloned().unwrap_or_default();
            }
        }
        self.week.get(&weekday).cloned().unwrap_or_default()
    }

    fn rank(&self, date: Date) -> u8 {
        match () {
            () if self.dates.contains_key(&date) => 4,
            () if self.holidays.iter().any(|(comes, _)| comes.on(date)) => 3,
            () => 2,
        }
    }

    /// The local minutes of some days, each open or not.
    fn canvas(&self, first: Date, days: usize) -> Vec<bool> {
        let mut canvas = vec![(0_u8, false); (days + 1) * DAY_MIN];
        let mut date = first;
        for day in 0..days {
            for (from, to) in self.day(date) {
                let rank = self.rank(date);
                for cell in &mut canvas[day * DAY_MIN + from..day * DAY_MIN + to] {
                    *cell = (*cell).max((rank, true));
                }
            }
            date = date.tomorrow().expect("a day");
        }
        canvas.into_iter().map(|(_, open)| open).collect()
    }
}

impl Comes {
    /// By counting through the month, and by Gauss's rule for Easter.
    fn on(self, date: Date) -> bool {
        let same_weekday_of_month = || {
            let days = date
                .first_of_month()
                .series(Span::new().days(1))
                .take_while(|day| day.month() == date.month());
            days.filter(|day| day.weekday() == date.weekday()).collect::<Vec<Date>>()
        };
        match self {
            Comes::Fixed(month, day) => (date.month(), date.day()) == (month, day),
            Comes::Nth(nth, day, month) => {
                date.month() == month
                    && date.weekday() == WEEK[day].1
                    && same_weekday_of_month().get(nth as usize - 1) == Some(&date)
            }
            Comes::Last(day, month) => {
                date.month() == month
                    && date.weekday() == WEEK[day].1
                    && same_weekday_of_month().last() == Some(&date)
            }
            Comes::Easter(orthodox, plus) => {
                [date.year() - 1, date.year(), date.year() + 1].into_iter().any(|year| {
                    gauss(year, orthodox).checked_add(Span::new().days(plus)).is_ok_and(|day| day == date)
                })
            }
        }
    }
}

/// Easter by Gauss, with his two exceptions.
fn gauss(year: i16, orthodox: bool) -> Date {
    let y = i32::from(year);
    let (a, b, c, k) = (y % 19, y % 4, y % 7, y / 100);
    let (m, n) = match orthodox {
        true => (15, 6),
        false => ((15 - (13 + 8 * k) / 25 + k - k / 4).rem_euclid(30), (4 + k - k / 4) % 7),
    };
    let d = (19 * a + m) % 30;
    let e = (2 * b + 4 * c + 6 * d + n) % 7;
    let mut days = d + e;
    if !orthodox && d == 29 && e == 6 {
        days = 28;
    }
    if !orthodox && d == 28 && e == 6 && a > 10 {
        days = 27;
    }
    let calendars = if orthodox { 13 } else { 0 };
    Date::constant(year, 3, 22).checked_add(Span::new().days(days + calendars)).expect("a day")
}

fn month(number: i8) -> &'static str {
    MONTHS[number as usize - 1]
}

fn written(spans: &Spans) -> String {
    if spans.is_empty() {
        return "closed".to_owned();
    }
    let clock = |minute: usize| format!("{:02}:{:02}", minute / 60, minute % 60);
    let end = |minute: usize| if minute == DAY_MIN { "24:00".to_owned() } else { clock(minute % DAY_MIN) };
    let one = |(from, to): &(usize, usize)| format!("{}-{}", clock(*from), end(*to));
    spans.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Holds a schedule to its model, minute by minute: `is_open`, and all changes.
fn compare(seed: u64, model: &Model, schedule: &Schedule, first: Date, days: usize) {
    let canvas = model.canvas(first, days + 2);
    let zone = TimeZone::get(model.zone).expect("a zone");
    let start = first.tomorrow().expect("a day").to_zoned(zone.clone()).expect("a moment").timestamp();
    let start = start.round(Unit::Minute).expect("a minute").as_millisecond();
    let midnight = DateTime::from(first);
    let minutes = (days as i64 - 2) * DAY_MIN as i64;
    let until = Wall(start + minutes * MINUTE_MS);
    let changes = schedule.changes(&schedule.zone, Wall(start), until);
    let mut next = changes.iter().peekable();
    let mut by_changes = false;
    for minute in 0..minutes {
        let at = Wall(start + minute * MINUTE_MS);
        let local = zone.to_datetime(Timestamp::from_millisecond(at.0).expect("a moment"));
        let since = local.since((Unit::Minute, midnight)).expect("minutes").get_minutes();
        let expected = canvas[since as usize];
        while let Some(change) = next.next_if(|change| change.at <= at) {
            by_changes = change.shift.is_some();
        }
        let found = schedule.is_open(at);
        let told = || format!("CALLWRIGHT_SEED={seed}: at {local} in {}\n{}", model.zone, model.script());
        assert_eq!(found, expected, "is_open, {}", told());
        assert_eq!(by_changes, expected, "changes, {}", told());
    }
}

fn seeds(count: u64) -> Vec<u64> {
    let asked = std::env::var("CALLWRIGHT_SEED").ok().and_then(|seed| seed.parse().ok());
    asked.map_or_else(|| (1..=count).collect(), |seed| vec![seed])
}

fn hold(count: u64, days: usize) {
    for seed in seeds(count) {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        // Over a change of the clocks, in either half of the year.
        let first = if seed % 2 == 0 { Date::constant(2026, 2, 20) } else { Date::constant(2026, 9, 20) };
        let model = model(&mut chance, first, days as i64);
        compare(seed, &model, &schedule(&model.script()), first, days);
    }
}

#[test]
fn random_schedules_are_what_a_canvas_of_minutes_says() {
    hold(6, 45);
}

#[test]
#[ignore = "ten years of minutes for each of eight schedules"]
fn random_schedules_are_what_a_canvas_of_ten_years_says() {
    hold(8, 3_653);
}
