//! The panes of the screen.

use super::stage::Stage;
use crate::engine::Timer;
use crate::simulator::OpenQuestion;
use crate::time::Millis;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};

/// Rows of the keypad.
const KEYS: [&str; 4] = ["1  2  3", "4  5  6", "7  8  9", "*  0  #"];

/// What the caller hears and does; the last lines, and what is asked of the person.
pub(super) fn heard(frame: &mut Frame, area: Rect, stage: &Stage) {
    let mut lines: Vec<Line> = stage.transcript().into_iter().map(Line::from).collect();
    let bold = Style::new().add_modifier(Modifier::BOLD);
    if let Some(question) = stage.question() {
        lines.push(Line::styled(asked(question), bold));
        let numbered = stage.answers().into_iter().enumerate();
        lines.extend(
            numbered.map(|(index, answer)| Line::styled(format!("    {} {answer}", index + 1), bold)),
        );
    }
    let room = usize::from(area.height.saturating_sub(2));
    let first = lines.len().saturating_sub(room);
    titled(frame, area, "call", lines.split_off(first));
}

fn asked(question: &OpenQuestion) -> String {
    match question {
        OpenQuestion::Reply { backend, operation, args, .. } => {
            let args: Vec<String> = args.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("  ? {backend}.{operation} {}", args.join(" "))
        }
        OpenQuestion::Dial { to, .. } => format!("  ? {to} rings"),
    }
}

/// The script around the line where it stands, which is lit.
pub(super) fn script(frame: &mut Frame, area: Rect, stage: &mut Stage) {
    let Some(line) = stage.line() else { return titled(frame, area, "script", Vec::new()) };
    let text = stage.script(&line.path).to_vec();
    let room = i64::from(area.height.saturating_sub(2)).max(1);
    let looked_at =
        i64::from(line.number.saturating_add_signed(stage.look)).clamp(1, text.len().max(1) as i64);
    let first = (looked_at - room / 2).min(text.len() as i64 - room + 1).max(1);
    let numbered = (1_i64..).zip(&text).filter(|(number, _)| *number >= first && *number < first + room);
    let told = numbered.map(|(number, text)| {
        let is_marked = u32::try_from(number).is_ok_and(|number| stage.is_marked(&line.path, number));
        let mark = match (is_marked, number == looked_at && stage.look != 0) {
            (true, _) => '\u{25cf}',
            (false, true) => '\u{b7}',
            (false, false) => ' ',
        };
        let is_here = number == i64::from(line.number);
        let arrow = if is_here { '\u{25b6}' } else { ' ' };
        let style = if is_here { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
        Line::styled(format!("{mark}{number:>4}{arrow}{text}"), style)
    });
    let lines: Vec<Line> = told.collect();
    titled(frame, area, &format!("{}:{}", line.path, line.number), lines);
}

/// The telephone's keys.
pub(super) fn keypad(frame: &mut Frame, area: Rect, stage: &Stage) {
    let rows =
        if stage.is_written() { Vec::new() } else { KEYS.map(|row| Line::from(format!("  {row}"))).into() };
    titled(frame, area, "keys", rows);
}

/// The variables of the flows that have been entered, the innermost first. Secrets print as hidden.
pub(super) fn variables(frame: &mut Frame, area: Rect, stage: &Stage) {
    let mut lines = Vec::new();
    for standing in stage.standing().iter().rev() {
        let flow = &stage.image().flow(standing.flow).name;
        lines.push(Line::styled(flow.to_string(), Style::new().add_modifier(Modifier::BOLD)));
        lines
            .extend(standing.variables.iter().map(|(name, value)| Line::from(format!("  {name} = {value}"))));
    }
    titled(frame, area, "variables", lines);
}

/// What runs out, and in how long.
pub(super) fn timers(frame: &mut Frame, area: Rect, stage: &Stage) {
    let now = stage.drive().now();
    let timers = stage.drive().session().timers();
    let lines =
        timers.into_iter().map(|(due, timer)| Line::from(format!("{} {}", word(timer), due.since(now))));
    let next = stage.drive().next_report().filter(|at| *at != Millis(u64::MAX));
    let next = next.map(|at| Line::from(format!("something comes {}", at.since(now))));
    titled(frame, area, "timers", lines.chain(next).collect());
}

fn word(timer: Timer) -> &'static str {
    match timer {
        Timer::FirstKey => "first key",
        Timer::BetweenKeys => "next key",
        Timer::HeldKey => "longer key",
        Timer::Pause => "pause",
        Timer::Crm => "CRM",
        Timer::Backend => "backend",
        Timer::Ring => "ring",
        Timer::Accept => "accept",
        Timer::Room => "room",
        Timer::Call => "call",
        Timer::HandOver => "hand over",
        Timer::Queue => "queue",
        Timer::Play => "play",
        Timer::Recording => "recording",
        Timer::Transcript => "words",
        Timer::Contact => "contact",
    }
}

/// What the CRM was told; the last of it.
pub(super) fn crm(frame: &mut Frame, area: Rect, stage: &Stage) {
    let mut lines: Vec<Line> =
        stage.drive().writes().iter().map(|entry| Line::from(entry.to_string())).collect();
    let first = lines.len().saturating_sub(usize::from(area.height.saturating_sub(2)));
    titled(frame, area, "CRM", lines.split_off(first));
}

fn titled(frame: &mut Frame, area: Rect, title: &str, lines: Vec<Line>) {
    frame.render_widget(Paragraph::new(lines).block(Block::bordered().title(format!(" {title} "))), area);
}
