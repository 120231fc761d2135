//! The whole screen: what is heard beside the script, and below them keypad, variables, timers and what the CRM was told.

use super::panes;
use super::stage::{Asks, Stage};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

/// The height of the panes below.
const BELOW: u16 = 9;
const KEYPAD: u16 = 13;

const HELP: [&str; 15] = [
    "0-9 * #    press a key of the telephone",
    "h          hang up",
    "s          say something; in writing, write it",
    "space      let the next thing happen",
    "+          let time pass, as much as you type",
    "]          let ten seconds pass",
    "c          go on to a marked line, or to the end",
    "b, left    take the last thing back",
    "up, down   look at other lines of the script",
    "p          mark the line, or take the mark away",
    "1-9        choose an answer where one is asked for",
    "w          write what was played as a scenario",
    "q, Esc     leave",
    "",
    "any key    back",
];

/// Draws the stage.
pub fn draw(frame: &mut Frame, stage: &mut Stage) {
    let rows = Layout::vertical([Constraint::Min(6), Constraint::Length(BELOW), Constraint::Length(2)]);
    let [above, below, foot] = rows.areas(frame.area());
    let [heard, script] =
        Layout::horizontal([Constraint::Percentage(52), Constraint::Percentage(48)]).areas(above);
    let columns = [Constraint::Length(KEYPAD), Constraint::Fill(3), Constraint::Fill(2), Constraint::Fill(3)];
    let [keypad, variables, timers, crm] = Layout::horizontal(columns).areas(below);
    panes::heard(frame, heard, stage);
    panes::script(frame, script, stage);
    panes::keypad(frame, keypad, stage);
    panes::variables(frame, variables, stage);
    panes::timers(frame, timers, stage);
    panes::crm(frame, crm, stage);
    draw_foot(frame, foot, stage);
    if stage.shows_help {
        help(frame);
    }
}

fn draw_foot(frame: &mut Frame, area: Rect, stage: &Stage) {
    let state = match (stage.drive().is_over(), stage.scripted()) {
        (true, _) => "over".to_owned(),
        (false, 0) => "your turn".to_owned(),
        (false, left) => format!("a scenario: {left} more steps of the caller"),
    };
    let status = format!("{} ms  {state}  {}", stage.drive().now().0, stage.notice);
    let keys = match &stage.prompt {
        Some(prompt) => {
            let asks = match prompt.asks {
                Asks::Time => "wait how long",
                Asks::Words => "say what",
                Asks::Reply => "ok with what",
                Asks::File => "write the scenario where",
            };
            format!("{asks}: {}_{}", prompt.text, prompt.rest)
        }
        None => "0-9*# press  h hang up  space next  + wait  c run  b back  p mark  w write  ? help  q leave"
            .to_owned(),
    };
    let lines =
        vec![Line::from(Span::styled(status, Style::new().add_modifier(Modifier::BOLD))), Line::from(keys)];
    frame.render_widget(Paragraph::new(lines), area);
}

fn help(frame: &mut Frame) {
    let area = frame.area();
    let (width, height) = (58.min(area.width), (HELP.len() as u16 + 2).min(area.height));
    let place = Rect { x: (area.width - width) / 2, y: (area.height - height) / 2, width, height };
    frame.render_widget(Clear, place);
    let lines: Vec<Line> = HELP.iter().map(|line| Line::from(*line)).collect();
    frame.render_widget(Paragraph::new(lines).block(Block::bordered().title(" keys ")), place);
}
