//! A moment on the calendar, as a scenario writes it: `2026-11-20T19:30:00+03:00`, or with the zone and without its offset,
//! `2026-11-20T19:30:00[Europe/Moscow]`.

use super::reading::Reading;
use super::tree::Item;
use crate::program::Zone;
use crate::source::{Code, closest};
use crate::time::Wall;
use jiff::civil::DateTime;

/// Reads one.
pub(super) fn moment(reading: &mut Reading, item: &Item) -> Option<Wall> {
    let text = reading.scalar(item, "a date and a time")?;
    let error = match text.parse::<jiff::Timestamp>() {
        Ok(moment) => return Some(Wall(moment.as_millisecond())),
        Err(error) => error,
    };
    if let Some((local, zone)) = text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        return in_zone(reading, item, local, zone);
    }
    let hint = match text.parse::<DateTime>() {
        Ok(_) if has_offset(text) => {
            let message = format!("`{text}` is too far away");
            reading.mistake(
                Code::ScenarioMoment,
                item,
                message,
                "a year from 1 to 9998 is near enough".to_owned(),
            );
            return None;
        }
        Ok(_) => {
            let hint =
                format!("write the zone's offset or its name: `{text}+03:00`, `{text}[Europe/Moscow]`");
            reading.mistake(Code::ScenarioMoment, item, format!("`{text}` is in no zone"), hint);
            return None;
        }
        Err(_) => "write date, time and the zone's offset: `2026-11-20T19:30:00+03:00`",
    };
    reading.no_value(item, format!("this is no moment: {error}"), hint.to_owned());
    None
}

/// What stands behind the time of day says how far it is from UTC.
fn has_offset(text: &str) -> bool {
    let time = text.split_once(['T', 't', ' ']).map_or("", |(_, time)| time);
    time.contains(['+', '-', 'Z', 'z'])
}

fn in_zone(reading: &mut Reading, item: &Item, local: &str, name: &str) -> Option<Wall> {
    let Ok(zone) = Zone::new(name) else {
        let known = Zone::names();
        let near = closest(name, known.iter().map(String::as_str));
        let hint = near.map_or("zones are named like `Europe/Moscow`".to_owned(), |near| {
            format!("did you mean `{near}`?")
        });
        reading.mistake(Code::ScenarioMoment, item, format!("there is no zone `{name}`"), hint);
        return None;
    };
    let Ok(local) = local.parse::<DateTime>() else {
        let hint = format!("write date and time: `2026-11-20T19:30:00[{name}]`");
        reading.no_value(item, format!("`{local}` is no date with a time"), hint);
        return None;
    };
    if let Some((_, after)) = zone.jump(local).filter(|_| zone.skips(local)) {
        let message = format!("`{local}` does not exist: the clocks of `{name}` jump over it");
        let hint = format!("they go on at `{after}`");
        reading.mistake(Code::ScenarioMoment, item, message, hint);
        return None;
    }
    zone.moment(local)
}
