//! Days as callers key and write them.

use jiff::civil::Date;

/// The orders in which the digits of a day can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFormat {
    /// `24122026`
    DayMonthYear,
    /// `12242026`
    MonthDayYear,
    /// `20261224`
    YearMonthDay,
    /// `241226`
    DayMonthShortYear,
    /// `2412`: the next such day.
    DayMonth,
}

/// Years that a year of two digits may lie ahead: a contract's end does, a birthday does not.
const YEARS_AHEAD: i16 = 20;
/// The next 29 February is at most so many years away: 1896 to 1904 had none between them.
const LEAP_YEARS: i16 = 8;

impl DateFormat {
    /// All there are, with what a script writes.
    pub const ALL: [(&str, DateFormat); 5] = [
        ("DDMMYYYY", DateFormat::DayMonthYear),
        ("MMDDYYYY", DateFormat::MonthDayYear),
        ("YYYYMMDD", DateFormat::YearMonthDay),
        ("DDMMYY", DateFormat::DayMonthShortYear),
        ("DDMM", DateFormat::DayMonth),
    ];

    /// The format that a script means.
    pub fn from_word(word: &str) -> Option<DateFormat> {
        DateFormat::ALL.into_iter().find(|(known, _)| *known == word).map(|(_, format)| format)
    }

    /// How many digits it has.
    pub fn length(self) -> usize {
        match self {
            DateFormat::DayMonthYear | DateFormat::MonthDayYear | DateFormat::YearMonthDay => 8,
            DateFormat::DayMonthShortYear => 6,
            DateFormat::DayMonth => 4,
        }
    }

    /// The day that so many digits mean; `None` where the calendar has none such.
    pub fn read(self, digits: &str, today: Date) -> Option<Date> {
        if digits.len() != self.length() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part = |from: usize, to: usize| digits[from..to].parse::<i16>().ok();
        let day_at = |day: i16, month: i16, year: i16| Date::new(year, month as i8, day as i8).ok();
        match self {
            DateFormat::DayMonthYear => day_at(part(0, 2)?, part(2, 4)?, part(4, 8)?),
            DateFormat::MonthDayYear => day_at(part(2, 4)?, part(0, 2)?, part(4, 8)?),
            DateFormat::YearMonthDay => day_at(part(6, 8)?, part(4, 6)?, part(0, 4)?),
            DateFormat::DayMonthShortYear => {
                let year = 2000 + part(4, 6)?;
                let year = if year > today.year() + YEARS_AHEAD { year - 100 } else { year };
                day_at(part(0, 2)?, part(2, 4)?, year)
            }
            DateFormat::DayMonth => {
                let (day, month) = (part(0, 2)?, part(2, 4)?);
                let years = today.year()..=today.year() + LEAP_YEARS;
                years.filter_map(|year| day_at(day, month, year)).find(|date| *date >= today)
            }
        }
    }

    /// The digits of a day that is written with signs between its parts, as this format has them; parts of one digit
    /// get a zero.
    pub(super) fn digits_of(self, parts: &[&str]) -> Option<String> {
        let widths: &[usize] = match self {
            DateFormat::DayMonthYear | DateFormat::MonthDayYear => &[2, 2, 4],
            DateFormat::YearMonthDay => &[4, 2, 2],
            DateFormat::DayMonthShortYear => &[2, 2, 2],
            DateFormat::DayMonth => &[2, 2],
        };
        let fits = parts.len() == widths.len()
            && parts.iter().zip(widths).all(|(part, width)| (1..=*width).contains(&part.len()));
        fits.then(|| parts.iter().zip(widths).map(|(part, width)| format!("{part:0>width$}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_read_in_its_order() {
        let today = date(2026, 11, 20);
        assert_eq!(DateFormat::DayMonthYear.read("24122026", today), Some(date(2026, 12, 24)));
        assert_eq!(DateFormat::MonthDayYear.read("12242026", today), Some(date(2026, 12, 24)));
        assert_eq!(DateFormat::YearMonthDay.read("20261224", today), Some(date(2026, 12, 24)));
        assert_eq!(DateFormat::DayMonthYear.read("30022026", today), None);
    }

    #[test]
    fn a_day_without_a_year_is_the_next_one() {
        let today = date(2026, 11, 20);
        assert_eq!(DateFormat::DayMonth.read("2011", today), Some(today));
        assert_eq!(DateFormat::DayMonth.read("1911", today), Some(date(2027, 11, 19)));
        assert_eq!(DateFormat::DayMonth.read("2902", today), Some(date(2028, 2, 29)));
    }

    #[test]
    fn a_year_of_two_digits_is_near_or_past() {
        let today = date(2026, 11, 20);
        assert_eq!(DateFormat::DayMonthShortYear.read("010130", today), Some(date(2030, 1, 1)));
        assert_eq!(DateFormat::DayMonthShortYear.read("010188", today), Some(date(1988, 1, 1)));
    }
}
