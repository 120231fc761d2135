//! What the proof of a schedule found, in words and at the lines that it is about.

use crate::language::ast::{Hours, HoursLine, Name};
use crate::language::load::Loaded;
use crate::program::{Fault, HORIZON_YEARS, Layer, LineRef, Schedule, Zone, weekday_word};
use crate::source::{Code, Diagnostic, Span};
use crate::time::Wall;
use std::collections::BTreeMap;
use std::fmt::Display;

/// Where the lines of a schedule stand.
#[derive(Default)]
pub(super) struct Places {
    lines: BTreeMap<LineRef, Place>,
}

struct Place {
    span: Span,
    /// The hours alone, where there are any: what overlaps is said of them.
    hours: Span,
    closes: bool,
}

impl Places {
    pub fn add(&mut self, line: LineRef, tree: &HoursLine) {
        let hours = match (tree.spans.first(), tree.spans.last()) {
            (Some(first), Some(last)) => Span { end: last.span.end, ..first.span },
            _ => tree.span,
        };
        self.lines.insert(line, Place { span: tree.span, hours, closes: tree.spans.is_empty() });
    }

    /// Dated lines have been sorted; `order` are their old positions.
    pub fn reorder_dated(&mut self, order: &[usize]) {
        let old: Vec<Option<Place>> =
            order.iter().map(|at| self.lines.remove(&LineRef::Dated(*at))).collect();
        for (at, place) in old.into_iter().enumerate() {
            self.lines.extend(place.map(|place| (LineRef::Dated(at), place)));
        }
    }
}

/// Proves what can be proved of a schedule over the coming ten years, and reports what does not hold.
pub(super) fn report(schedule: &Schedule, item: &Hours, places: &Places, loaded: &mut Loaded<'_>) {
    for fault in schedule.faults(loaded.today) {
        // Who says `always` means it.
        if !item.always.is_empty() && matches!(fault, Fault::NeverOpen | Fault::NeverClosed) {
            continue;
        }
        let finding = match fault {
            Fault::Contradiction { first, second, at } => {
                contradiction(schedule, (first, second), at, places)
            }
            Fault::Gap { at, until } => Some(gap(schedule, &item.name, at, until)),
            Fault::NeverOpen => {
                let message = format!("`{}` is never open", item.name.text);
                let finding = Diagnostic::new(Code::NeverOpen, item.name.span, message);
                Some(finding.hint("give it a line like `mon-fri 09:00-18:00`; if only a person is to open it, write `always closed`"))
            }
            Fault::NeverClosed => {
                let message =
                    format!("`{}` is not closed for a moment in {HORIZON_YEARS} years", item.name.text);
                let finding = Diagnostic::new(Code::NeverClosed, item.name.span, message);
                Some(finding.hint(
                    "if only a person is to close it, write `always open`; else somebody hears yes at every hour",
                ))
            }
            Fault::NeverOn { shift } => {
                let name = schedule.shift_name(Some(shift));
                let message = format!(
                    "`{name}` is never on: the other shifts leave it no moment in {HORIZON_YEARS} years"
                );
                let span = shift_name(item, name).map_or(item.name.span, |name| name.span);
                let finding = Diagnostic::new(Code::NeverOpen, span, message);
                Some(finding.hint("remove it, or give it hours that the others do not have"))
            }
            Fault::NoSuchDay { line } => {
                places.lines.get(&line).map(|place| no_such_day(schedule.lines.days_of(line), place.span))
            }
        };
        finding.into_iter().for_each(|finding| loaded.diagnostics.push(finding));
    }
}

/// A recurring day that the coming years do not have.
pub(super) fn no_such_day(days: impl Display, span: Span) -> Diagnostic {
    let message = format!("there is no `{days}` in the coming {HORIZON_YEARS} years");
    Diagnostic::new(Code::NoSuchDay, span, message)
        .hint("a month has a fifth weekday only now and then; the last one is `last mon of may`")
}

fn shift_name<'i>(item: &'i Hours, name: &str) -> Option<&'i Name> {
    let lines = item.lines.iter().chain(item.seasons.iter().flat_map(|season| &season.lines));
    lines.filter_map(|line| line.shift.as_ref()).chain(&item.otherwise).find(|shift| &*shift.text == name)
}

fn contradiction(
    schedule: &Schedule,
    (first, second): (LineRef, LineRef),
    at: Wall,
    places: &Places,
) -> Option<Diagnostic> {
    let (a, b) = (places.lines.get(&first)?, places.lines.get(&second)?);
    // In the order of the text.
    let (a, b) = if a.span.start <= b.span.start { (a, b) } else { (b, a) };
    let overlaps = !a.closes && !b.closes;
    let (here, there) = if overlaps { (b.hours, a.hours) } else { (b.span, a.span) };
    let shifts = !schedule.shifts().is_empty();
    let what = match (overlaps, shifts) {
        (true, true) => "two shifts are on at the same time",
        (true, false) if matches!(first.layer(), Layer::Week | Layer::Season) => "these hours overlap others",
        (true, false) | (false, _) => "two lines say different things of the same day",
    };
    let message = format!("{what}: first on {}", shown(&schedule.zone, at));
    let code = if shifts { Code::ShiftGap } else { Code::ScheduleContradiction };
    let finding = Diagnostic::new(code, here, message);
    let finding = if here == there { finding } else { finding.related(there, "the other line") };
    let hint = match (first.layer(), shifts) {
        (_, true) => {
            "end one shift where the other begins: `day 08:00-20:00` and `night 20:00-08:00` do not overlap"
        }
        (Layer::Week, false) => "give each day one line, with all its spans: `fri 09:00-13:00, 14:00-18:00`",
        (Layer::Season, false) => {
            "let one season end before the other begins, and give each of its days one line"
        }
        (Layer::Holiday, false) => {
            "keep one of them, or give the day a line with a date, which wins over both"
        }
        (Layer::Dated, false) => {
            "keep one of them, or cut the longer one in two; several spans stand on one line: `10:00-12:00, 13:00-15:00`"
        }
    };
    Some(finding.hint(hint))
}

fn gap(schedule: &Schedule, name: &Name, at: Wall, until: Wall) -> Diagnostic {
    let zone = &schedule.zone;
    let message = format!("nobody is on from {} to {}", shown(zone, at), shown(zone, until));
    let finding = Diagnostic::new(Code::ShiftGap, name.span, message);
    finding.hint("fill it with a line, or let one shift take what the others leave: `night otherwise`")
}

/// A moment as a person reads it on the schedule's own clock.
fn shown(zone: &Zone, at: Wall) -> String {
    let local = zone.local(at);
    let time = local.time();
    let seconds = if time.second() == 0 { String::new() } else { format!(":{:02}", time.second()) };
    let (hour, minute) = (time.hour(), time.minute());
    format!("{} {} {hour:02}:{minute:02}{seconds}", weekday_word(local.weekday()), local.date())
}
