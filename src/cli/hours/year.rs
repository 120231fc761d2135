//! The year of a schedule as text.

use crate::program::{DayView, Schedule, weekday_word};
use jiff::Span;
use jiff::civil::Date;
use std::fmt::Write as _;

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

/// Month by month; days in a row with the same hours share a line.
pub fn text(schedule: &Schedule, year: i16) -> String {
    let mut text = format!("{} in {}, {year}\n", schedule.name, schedule.zone.name());
    for month in 1..=12_i8 {
        let Ok(first) = Date::new(year, month, 1) else { continue };
        let _ = writeln!(text, "\n{}", MONTHS[(month - 1) as usize]);
        for row in rows(schedule, first) {
            let _ = writeln!(text, "{}", row.trim_end());
        }
    }
    text
}

/// Days in a row of which the same is to be said.
struct Stretch {
    first: Date,
    last: Date,
    says: String,
}

fn rows(schedule: &Schedule, first: Date) -> Vec<String> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for date in first.series(Span::new().days(1)).take_while(|date| date.month() == first.month()) {
        let says = said(schedule, &schedule.day(date));
        match stretches.last_mut() {
            Some(stretch) if stretch.says == says => stretch.last = date,
            _ => stretches.push(Stretch { first: date, last: date, says }),
        }
    }
    stretches.iter().map(row).collect()
}

fn row(stretch: &Stretch) -> String {
    let day = |date: Date| format!("{} {:>2}", weekday_word(date.weekday()), date.day());
    let days = match stretch.first == stretch.last {
        true => day(stretch.first),
        false => format!("{} - {}", day(stretch.first), day(stretch.last)),
    };
    format!("  {days:<18}{}", stretch.says)
}

/// Hours, name, and what the clocks do.
fn said(schedule: &Schedule, day: &DayView) -> String {
    let span = |(span, shift): &(crate::program::DaySpan, crate::program::ShiftId)| match schedule.shifts() {
        [] => span.to_string(),
        _ => format!("{} {span}", schedule.shift_name(Some(*shift))),
    };
    let spans: Vec<String> = day.spans.iter().map(span).collect();
    let hours = match (spans.is_empty(), schedule.shifts().is_empty()) {
        (true, true) => "closed".to_owned(),
        (true, false) => schedule.shift_name(schedule.rest()).to_owned(),
        (false, _) => spans.join(", "),
    };
    let mut said = format!("{hours:<28}{}", day.name.as_deref().unwrap_or(""));
    if let Some(forward_s) = day.forward_s {
        let way = if forward_s > 0 { "forward" } else { "back" };
        let minutes = forward_s.unsigned_abs() / 60;
        let _ = write!(said, "  [clocks go {way} {minutes} min]");
    }
    said
}
