//! Why a schedule says what it says at a moment.

use super::plan::{HolidayDays, Layer, LineRef};
use super::{DAY_S, Schedule, second_of_day};
use crate::program::zone::Zone;
use crate::time::Wall;
use jiff::civil::Date;

/// What a schedule says at a moment, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The local time at that moment.
    pub local: String,
    /// `open`, `closed`, or the name of the shift.
    pub says: String,
    /// The lines that speak about the moment, the winner first; none where nothing but the rest of the week does.
    pub verdicts: Vec<Verdict>,
    /// When that changes, in local time.
    pub next: Option<Wall>,
}

/// What one line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The layer in which it stands.
    pub layer: Layer,
    /// The line as a script writes it.
    pub line: String,
    /// What the day or the event is called; empty where nobody said.
    pub name: String,
    /// `open`, `closed`, or the name of the shift; `not then` of a shift's line at another time of day.
    pub says: String,
    /// Whether it is the line that decides.
    pub wins: bool,
}

impl Schedule {
    /// Explains a moment by the clocks of a zone.
    pub fn explain(&self, zone: &Zone, at: Wall) -> Explanation {
        let says = self.shift_name(self.shift_in(zone, at)).to_owned();
        Explanation {
            local: zone.zoned(at).to_string(),
            says,
            verdicts: self.verdicts(zone, at),
            next: self.next_change_in(zone, at),
        }
    }

    fn verdicts(&self, zone: &Zone, at: Wall) -> Vec<Verdict> {
        let local = zone.local(at);
        let (date, second) = (local.date(), second_of_day(local.time()));
        let mut found = self.speaking(date, second, at);
        // What began yesterday and still holds.
        if let Ok(yesterday) = date.yesterday() {
            let tails = self.speaking_of_day(yesterday, second + DAY_S);
            found.extend(
                tails
                    .into_iter()
                    .filter(|(_, verdict)| !matches!(verdict.says.as_str(), "closed" | "not then")),
            );
        }
        found.sort_by_key(|(line, _)| std::cmp::Reverse(line.layer()));
        let decides = self.winner(zone, at).map(|(line, _)| line);
        let rest = self.rest().filter(|_| decides.is_none() && !self.shifts().is_empty());
        if let Some(shift) = rest {
            let name = self.shift_name(Some(shift));
            let line = format!("{name} otherwise");
            let verdict =
                Verdict { layer: Layer::Week, line, name: String::new(), says: name.to_owned(), wins: true };
            return std::iter::once(verdict).chain(found.into_iter().map(|(_, verdict)| verdict)).collect();
        }
        // Where no span holds the moment, the highest line that speaks about the day has closed it.
        let decides = decides.or_else(|| found.first().map(|(line, _)| *line));
        if let Some(index) = found.iter().position(|(line, _)| Some(*line) == decides) {
            let (line, verdict) = found.remove(index);
            found.insert(0, (line, Verdict { wins: true, ..verdict }));
        }
        found.into_iter().map(|(_, verdict)| verdict).collect()
    }

    fn speaking(&self, date: Date, second: u32, at: Wall) -> Vec<(LineRef, Verdict)> {
        let mut found = self.speaking_of_day(date, second);
        for (index, holiday) in self.lines.holidays.iter().enumerate() {
            let HolidayDays::Calendar(calendar) = &holiday.days else { continue };
            let Some(event) = calendar.event_at(at) else { continue };
            let line = LineRef::Holiday(index);
            let mut verdict = self.verdict_of(line, self.shift_name(holiday.says()));
            // The event has times of its own.
            if let Some((named, days)) = verdict.line.split_once(" on ") {
                verdict.line = format!("{named} on {}", days.split(' ').next().unwrap_or_default());
            }
            verdict.name = event.name.to_string();
            found.retain(|(known, _)| *known != line);
            found.push((line, verdict));
        }
        found
    }

    /// All lines of all layers that speak about the spans beginning on a day.
    fn speaking_of_day(&self, date: Date, second: u32) -> Vec<(LineRef, Verdict)> {
        let mut lines = Vec::new();
        for layer in [Layer::Dated, Layer::Holiday, Layer::Season, Layer::Week] {
            self.lines.in_layer(layer, date, &mut lines);
        }
        let verdict = |line: LineRef| {
            let plan = self.lines.plan(line);
            let holds = plan.spans.iter().any(|span| span.holds(second));
            let says = match holds {
                true => self.shift_name(Some(plan.shift)),
                false if self.shifts().is_empty() => self.shift_name(None),
                false => "not then",
            };
            let mut verdict = self.verdict_of(line, says);
            verdict.name = self.lines.line_name(line, date).unwrap_or_default();
            (line, verdict)
        };
        lines.into_iter().map(verdict).collect()
    }

    fn verdict_of(&self, line: LineRef, says: &str) -> Verdict {
        let plan = self.lines.plan(line);
        let days = self.lines.days_of(line);
        let line_text = match (line, plan.spans.is_empty(), self.shifts().get(usize::from(plan.shift.0))) {
            (_, _, Some(name)) => format!("{name} {days} {plan}"),
            (line, closed, None) if self.lines.is_calendar(line) => {
                if closed {
                    format!("closed {days}")
                } else {
                    format!("open {days} {plan}")
                }
            }
            (_, _, None) => format!("{days} {plan}"),
        };
        Verdict {
            layer: line.layer(),
            line: line_text,
            name: String::new(),
            says: says.to_owned(),
            wins: false,
        }
    }
}
