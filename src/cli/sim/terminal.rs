//! The real terminal: taken, drawn on, and given back as it was, whatever happens.

use super::stage::Stage;
use super::{draw, press};
use crate::simulator::Drive;
use ratatui::crossterm::event::{Event, KeyEventKind, poll, read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// So often it is looked whether the process is to end.
const LOOKS: Duration = Duration::from_millis(100);

/// Plays until the person leaves. Returns the contact as it was played.
pub(super) fn play(mut stage: Stage) -> anyhow::Result<Drive> {
    // This also gives the terminal back where something panics.
    let mut terminal = ratatui::try_init()?;
    let ends = hear_of_the_end();
    let played = rounds(&mut terminal, &mut stage, &ends);
    ratatui::restore();
    played?;
    Ok(stage.into_drive())
}

/// Becomes true when the process is asked to end, by SIGTERM.
fn hear_of_the_end() -> Arc<AtomicBool> {
    let ends = Arc::new(AtomicBool::new(false));
    let heard = ends.clone();
    let wait = async move {
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            terminate.recv().await;
            heard.store(true, Ordering::Relaxed);
        }
    };
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map(|runtime| runtime.block_on(wait))
    });
    ends
}

fn rounds(
    terminal: &mut ratatui::DefaultTerminal,
    stage: &mut Stage,
    ends: &AtomicBool,
) -> anyhow::Result<()> {
    while !stage.is_left() {
        terminal.draw(|frame| draw(frame, stage))?;
        while !poll(LOOKS)? {
            if ends.load(Ordering::Relaxed) {
                return Ok(());
            }
        }
        match read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => press(stage, key),
            // The next drawing has the new size.
            Event::Key(_) | Event::Resize(..) | Event::FocusGained | Event::FocusLost => {}
            Event::Mouse(_) | Event::Paste(_) => {}
        }
    }
    Ok(())
}
