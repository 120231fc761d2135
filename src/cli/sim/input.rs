//! What a key of the keyboard means.

use super::stage::{Asks, Prompt, Stage};
use crate::program::Key;
use crate::time::DurationMs;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// How far `]` jumps.
const JUMP: DurationMs = DurationMs::from_secs(10);

/// Does what a key of the keyboard asks for.
pub fn press(stage: &mut Stage, key: KeyEvent) {
    let is_break =
        key.modifiers.contains(KeyModifiers::CONTROL) && matches!(key.code, KeyCode::Char('c' | 'd'));
    if is_break {
        return stage.leave();
    }
    if stage.shows_help {
        stage.shows_help = false;
        return;
    }
    match stage.prompt.clone() {
        Some(prompt) => typing(stage, prompt, key.code),
        None if stage.question().is_some() => choosing(stage, key.code),
        None => playing(stage, key.code),
    }
}

fn typing(stage: &mut Stage, mut prompt: Prompt, code: KeyCode) {
    match code {
        KeyCode::Enter => return stage.typed(),
        KeyCode::Esc => {
            stage.prompt = None;
            return;
        }
        KeyCode::Backspace => drop(prompt.text.pop()),
        KeyCode::Char(sign) => prompt.text.push(sign),
        KeyCode::Left => {
            if let Some(sign) = prompt.text.pop() {
                prompt.rest.insert(0, sign);
            }
        }
        KeyCode::Right if !prompt.rest.is_empty() => prompt.text.push(prompt.rest.remove(0)),
        KeyCode::Delete if !prompt.rest.is_empty() => drop(prompt.rest.remove(0)),
        KeyCode::Home => {
            prompt.text.push_str(&prompt.rest);
            prompt.rest = std::mem::take(&mut prompt.text);
        }
        KeyCode::End => prompt.text.push_str(&std::mem::take(&mut prompt.rest)),
        // Behind the next name.
        KeyCode::Tab => {
            let at = prompt.rest.find('=').map_or(prompt.rest.len(), |at| at + 1);
            let behind = prompt.rest.split_off(at);
            prompt.text.push_str(&std::mem::replace(&mut prompt.rest, behind));
        }
        _ => {}
    }
    stage.prompt = Some(prompt);
}

/// Somebody waits for an answer: digits choose it.
fn choosing(stage: &mut Stage, code: KeyCode) {
    match code {
        KeyCode::Char(digit) if digit.is_ascii_digit() && digit != '0' => {
            stage.choose(digit as usize - '1' as usize);
        }
        KeyCode::Char('h') => stage.hang_up(),
        other => always(stage, other),
    }
}

fn playing(stage: &mut Stage, code: KeyCode) {
    match code {
        KeyCode::Char(' ') | KeyCode::Enter => stage.next(),
        KeyCode::Char('h') => stage.hang_up(),
        KeyCode::Char('+') => stage.ask(Asks::Time),
        KeyCode::Char(']') => stage.wait(JUMP),
        KeyCode::Char('s') => stage.ask(Asks::Words),
        KeyCode::Char('c') => stage.run(),
        KeyCode::Char(sign) if !sign.is_ascii_lowercase() => match Key::from_char(sign) {
            Some(key) if !stage.is_written() => stage.press(key),
            Some(_) => stage.ask(Asks::Words),
            None => always(stage, code),
        },
        other => always(stage, other),
    }
}

/// What can be done whatever the contact does.
fn always(stage: &mut Stage, code: KeyCode) {
    match code {
        KeyCode::Char('b') | KeyCode::Left => stage.step_back(),
        KeyCode::Char('p') => stage.mark(),
        KeyCode::Char('w') => stage.ask(Asks::File),
        KeyCode::Char('?') => stage.shows_help = true,
        KeyCode::Up => stage.look -= 1,
        KeyCode::Down => stage.look += 1,
        KeyCode::Char('q') | KeyCode::Esc => stage.leave_saved(),
        _ => {}
    }
}
