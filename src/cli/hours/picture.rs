//! The year of a schedule as a picture (SVG): twelve months, a row a day, the hours of the day from left to right.

use crate::program::{Change, Schedule, ShiftId};
use crate::time::Wall;
use jiff::Span;
use jiff::civil::{Date, Weekday};
use std::fmt::Write as _;

/// Sizes in pixels.
const ROW: usize = 13;
const HOURS: usize = 168;
const LEFT: usize = 34;
const NAME: usize = 100;
const MONTH: usize = LEFT + HOURS + NAME + 18;
const COLUMNS: usize = 4;
const BLOCK: usize = 31 * ROW + 50;
const TOP: usize = 76;

/// What is closed, and the shifts in order: told apart also by whoever does not see red and green apart.
const CLOSED: &str = "#e8e8ec";
const SHIFTS: [&str; 6] = ["#2f7f4f", "#2b5c9e", "#d08a1d", "#7a4b94", "#b04a5a", "#4a9aa5"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The picture.
pub fn svg(schedule: &Schedule, year: i16) -> String {
    let (width, height) = (COLUMNS * MONTH + 24, TOP + 12 / COLUMNS * BLOCK + 20);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"10\" fill=\"#222\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    head(&mut svg, schedule, year);
    for month in 1..=12_i8 {
        let Ok(first) = Date::new(year, month, 1) else { continue };
        let at = (month - 1) as usize;
        let (x, y) = (12 + at % COLUMNS * MONTH, TOP + at / COLUMNS * BLOCK);
        block(&mut svg, schedule, first, (x, y));
    }
    svg.push_str("</svg>\n");
    svg
}

fn colour(shift: Option<ShiftId>) -> &'static str {
    shift.map_or(CLOSED, |ShiftId(at)| SHIFTS[usize::from(at) % SHIFTS.len()])
}

/// Title and legend.
fn head(svg: &mut String, schedule: &Schedule, year: i16) {
    let _ = writeln!(
        svg,
        "<text x=\"12\" y=\"26\" font-size=\"20\" font-weight=\"bold\">{} {year}</text>\n\
         <text x=\"12\" y=\"44\" fill=\"#666\">{}</text>",
        escaped(&schedule.name),
        escaped(schedule.zone.name())
    );
    let mut known: Vec<(String, &str)> = match schedule.shifts() {
        [] => vec![("open".to_owned(), colour(Some(ShiftId::OPEN))), ("closed".to_owned(), CLOSED)],
        names => {
            let shift = |(at, name): (usize, &crate::program::Text)| {
                (name.to_string(), colour(Some(ShiftId(at as u16))))
            };
            names.iter().enumerate().map(shift).collect()
        }
    };
    known.push(("a day with a line of its own".to_owned(), "#c0392b"));
    let mut x = 12;
    for (name, colour) in known {
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"54\" width=\"12\" height=\"10\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"63\">{}</text>",
            x + 17,
            escaped(&name)
        );
        x += 34 + name.len() * 6;
    }
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"63\">\u{21c6} the clocks change</text>");
}

fn block(svg: &mut String, schedule: &Schedule, first: Date, (x, y): (usize, usize)) {
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{}\" font-size=\"13\" font-weight=\"bold\">{}</text>",
        y + 12,
        MONTHS[(first.month() - 1) as usize]
    );
    for hour in [0, 6, 12, 18, 24] {
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" font-size=\"8\" fill=\"#888\" text-anchor=\"middle\">{hour}</text>",
            x + LEFT + hour * HOURS / 24,
            y + 24
        );
    }
    for date in first.series(Span::new().days(1)).take_while(|date| date.month() == first.month()) {
        row(svg, schedule, date, (x, y + 28 + (date.day() - 1) as usize * ROW));
    }
}

fn row(svg: &mut String, schedule: &Schedule, date: Date, (x, y): (usize, usize)) {
    let day = schedule.day(date);
    let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let ink = match (day.is_special, weekend) {
        (true, _) => "#c0392b",
        (false, true) => "#999",
        (false, false) => "#222",
    };
    let letter = crate::program::weekday_word(date.weekday());
    let _ = write!(
        svg,
        "<text x=\"{x}\" y=\"{}\" fill=\"{ink}\">{:>2} {letter}</text>\
         <rect x=\"{}\" y=\"{y}\" width=\"{HOURS}\" height=\"{}\" fill=\"{}\"/>",
        y + 10,
        date.day(),
        x + LEFT,
        ROW - 2,
        colour(schedule.rest())
    );
    for (from_s, until_s, shift) in stretches(schedule, date) {
        let at = |second: i64| second as f64 * HOURS as f64 / 86_400.0;
        let _ = write!(
            svg,
            "<rect x=\"{:.1}\" y=\"{y}\" width=\"{:.1}\" height=\"{}\" fill=\"{}\"/>",
            (x + LEFT) as f64 + at(from_s),
            at(until_s - from_s),
            ROW - 2,
            colour(shift)
        );
    }
    let mark = if day.forward_s.is_some() { "\u{21c6} " } else { "" };
    let name: String = day.name.as_deref().unwrap_or("").chars().take(18).collect();
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" font-size=\"9\" fill=\"{ink}\">{mark}{}</text>",
        x + LEFT + HOURS + 5,
        y + 10,
        escaped(&name)
    );
}

/// What the clock on the wall shows of a day: from and until in seconds of it, and the shift.
fn stretches(schedule: &Schedule, date: Date) -> Vec<(i64, i64, Option<ShiftId>)> {
    let midnight = |date: Date| schedule.zone.moment(date.to_datetime(jiff::civil::Time::midnight()));
    let Some((from, until)) = midnight(date).zip(date.tomorrow().ok().and_then(midnight)) else {
        return Vec::new();
    };
    let changes = schedule.changes(&schedule.zone, from, until);
    let ends = changes.iter().skip(1).map(|change| change.at).chain([until]);
    let second = |at: Wall| {
        let local = schedule.zone.local(at);
        match local.date() > date {
            true => 86_400,
            false => {
                i64::from(local.hour()) * 3600 + i64::from(local.minute()) * 60 + i64::from(local.second())
            }
        }
    };
    let stretch = |(change, end): (&Change, Wall)| {
        let (from_s, until_s) = (second(change.at), second(end));
        // In the hour that comes twice the clock may stand earlier at the end.
        (from_s < until_s).then_some((from_s, until_s, change.shift))
    };
    let shown = changes.iter().zip(ends).filter_map(stretch);
    shown.filter(|(_, _, shift)| *shift != schedule.rest()).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
