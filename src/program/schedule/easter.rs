//! Easter Sunday of a year, western and orthodox.

use jiff::Span;
use jiff::civil::Date;

/// Easter Sunday by the Gregorian calendar (the rule of 1582, in the form without exceptions of Meeus, chapter 8).
pub(super) fn western(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (golden, century, of_century) = (y % 19, y / 100, y % 100);
    let (leap_centuries, century_rest) = (century / 4, century % 4);
    let moon = (century + 8) / 25;
    let drift = (century - moon + 1) / 3;
    let epact = (19 * golden + century - leap_centuries - drift + 15) % 30;
    let weekday = (32 + 2 * century_rest + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    Date::new(year, (days / 31) as i8, (days % 31 + 1) as i8).ok()
}

/// Easter Sunday of the orthodox churches: the Julian calendar's, as a date of the Gregorian one.
pub(super) fn orthodox(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let moon = (19 * (y % 19) + 15) % 30;
    let weekday = (2 * (y % 4) + 4 * (y % 7) - moon + 34) % 7;
    let days = moon + weekday + 114;
    let julian = Date::new(year, (days / 31) as i8, (days % 31 + 1) as i8).ok()?;
    // How far the calendars are apart: 13 days from 1900 to 2099.
    let apart = y / 100 - y / 400 - 2;
    julian.checked_add(Span::new().days(apart)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_as_the_tables_say() {
        let western: Vec<String> = [1961, 2000, 2008, 2024, 2025, 2026, 2027, 2038, 2049]
            .map(|year| western(year).expect("a date").to_string())
            .to_vec();
        assert_eq!(
            western,
            [
                "1961-04-02",
                "2000-04-23",
                "2008-03-23",
                "2024-03-31",
                "2025-04-20",
                "2026-04-05",
                "2027-03-28",
                "2038-04-25",
                "2049-04-18"
            ]
        );
        let orthodox: Vec<String> = [2000, 2008, 2024, 2025, 2026, 2027, 2028]
            .map(|year| orthodox(year).expect("a date").to_string())
            .to_vec();
        assert_eq!(
            orthodox,
            [
                "2000-04-30",
                "2008-04-27",
                "2024-05-05",
                "2025-04-20",
                "2026-04-12",
                "2027-05-02",
                "2028-04-16"
            ]
        );
    }
}
