//! The real terminal: taken, drawn on, and given back as it was, whatever happens.

use super::stage::Stage;
use super::{draw, press};
use crate::simulator::Drive;
use ratatui::crossterm::event::{Event, KeyEventKind, read};

/// Plays until the person leaves. Returns the contact as it was played.
pub(super) fn play(mut stage: Stage) -> anyhow::Result<Drive> {
    // This also gives the terminal back where something panics.
    let mut terminal = ratatui::try_init()?;
    let played = rounds(&mut terminal, &mut stage);
    ratatui::restore();
    played?;
    Ok(stage.into_drive())
}

fn rounds(terminal: &mut ratatui::DefaultTerminal, stage: &mut Stage) -> anyhow::Result<()> {
    while !stage.is_left() {
        terminal.draw(|frame| draw(frame, stage))?;
        match read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => press(stage, key),
            // The next drawing has the new size.
            Event::Key(_) | Event::Resize(..) | Event::FocusGained | Event::FocusLost => {}
            Event::Mouse(_) | Event::Paste(_) => {}
        }
    }
    Ok(())
}
