//! Line by line: for pipes, and for terminals that are asked for it.

use super::answers::reply;
use crate::engine::{Image, Reply};
use crate::program::Channel;
use crate::simulator::{Act, Drive, FarEnd, OpenQuestion, Transcript, go_on, keys, length};
use crate::time::{DurationMs, Millis};
use std::io::{BufRead, Write};
use std::sync::Arc;

/// What the person wants.
enum Wish {
    Press(DurationMs, Vec<crate::program::Key>),
    Tell(crate::program::Text),
    Wait(DurationMs),
    Silence,
    HangUp,
}

/// How long a caller thinks before the first key, and between two.
const THINKS: DurationMs = DurationMs(1000);
const BETWEEN_KEYS: DurationMs = DurationMs(500);
/// What takes longer than this, and is no prompt, a caller may end: a conversation, a far end that rings.
const PATIENCE: DurationMs = DurationMs(4000);

/// Plays a contact; lines come from the standard input. Returns the contact as it was played.
pub(super) fn play(image: &Arc<Image>, drive: Drive, interrupt: bool) -> anyhow::Result<Drive> {
    let input = std::io::stdin().lock();
    let mut stage = Stage { image, drive, input, shown: 0, prompts: 0, interrupt };
    put!("{}", Transcript::new(image, false).arrival(&stage.drive.journal().header.contact));
    stage.play()?;
    Ok(stage.drive)
}

/// Plays a scenario to its end; nobody is asked anything. Returns the contact as it was played.
pub(super) fn rehearsal(image: &Arc<Image>, mut drive: Drive, acts: Vec<(Millis, Act)>) -> Drive {
    let mut acts = acts.into();
    while !drive.is_over() && go_on(&mut drive, &mut acts, Millis(u64::MAX)) {}
    put!("{}", Transcript::new(image, false).journal(drive.journal()));
    drive
}

/// A contact and the person who plays its caller.
struct Stage<'a, R> {
    image: &'a Arc<Image>,
    drive: Drive,
    input: R,
    /// Entries of the journal that were printed.
    shown: usize,
    /// Prompts at whose beginning the person was asked.
    prompts: usize,
    interrupt: bool,
}

impl<R: BufRead> Stage<'_, R> {
    fn play(&mut self) -> anyhow::Result<()> {
        self.show();
        while !self.drive.is_over() {
            match self.drive.question().cloned() {
                Some(question) => self.answer(&question)?,
                None if self.something_comes() => self.happen(),
                None => match self.wish()? {
                    Wish::Press(after, keys) => self.press(after, keys),
                    Wish::Tell(text) => self.drive.tell(self.drive.now() + THINKS, text),
                    Wish::Wait(length) => self.wait_until(self.drive.now() + length),
                    Wish::Silence => self.happen(),
                    Wish::HangUp => self.drive.hang_up(self.drive.now() + THINKS),
                },
            }
            self.show();
        }
        Ok(())
    }

    /// Whether the person has nothing to decide before the next thing happens.
    fn something_comes(&mut self) -> bool {
        let now = self.drive.now();
        let begun = self.drive.said().begun(now).len();
        if self.interrupt && begun > self.prompts {
            self.prompts = begun;
            return false;
        }
        let speaking = self.drive.said().quiet_since(now).is_none();
        self.drive.next_report().is_some_and(|at| speaking || at <= now + PATIENCE)
    }

    /// Prints what has happened since.
    fn show(&mut self) {
        let transcript = Transcript::new(self.image.program(), false);
        for entry in &self.drive.journal().entries[self.shown..] {
            put!("{}", transcript.step(entry.at, entry.event.as_ref(), &entry.actions));
        }
        self.shown = self.drive.journal().entries.len();
    }

    fn happen(&mut self) {
        self.drive.advance(Millis(u64::MAX));
    }

    fn wait_until(&mut self, until: Millis) {
        while !self.drive.is_over() && self.drive.question().is_none() && self.drive.advance(until) {}
        if self.drive.question().is_none() {
            self.drive.pass(until);
        }
    }

    fn press(&mut self, after: DurationMs, keys: Vec<crate::program::Key>) {
        let mut at = self.drive.now() + after;
        for key in keys {
            self.wait_until(Millis(at.0.saturating_sub(1)));
            if self.drive.is_over() {
                return;
            }
            at = at.max(self.drive.now());
            self.drive.press(at, key);
            at += BETWEEN_KEYS;
        }
    }

    /// Reads lines until one is a wish. The end of the input hangs up.
    fn wish(&mut self) -> anyhow::Result<Wish> {
        loop {
            let Some(line) = self.line("you> ")? else { return Ok(Wish::HangUp) };
            let in_writing = self.drive.journal().header.contact.channel != Channel::Call;
            match wish(&line, in_writing) {
                Some(wish) => return Ok(wish),
                None => say!("    keys, an empty line, `say …`, `wait 5s`, `1@2s`, or `hang`"),
            }
        }
    }

    fn answer(&mut self, question: &OpenQuestion) -> anyhow::Result<()> {
        match question {
            OpenQuestion::Reply { backend, operation, args, .. } => {
                let args: Vec<String> = args.iter().map(|(name, value)| format!("{name}={value}")).collect();
                say!("    {backend}.{operation} is asked: {}", args.join(" "));
                self.answer_reply(backend, operation)
            }
            OpenQuestion::Dial { to, .. } => {
                say!("    {to} rings");
                self.answer_dial()
            }
        }
    }

    fn answer_reply(&mut self, backend: &str, operation: &str) -> anyhow::Result<()> {
        loop {
            let Some(line) = self.line("reply> ")? else {
                self.drive.answer_reply(Some(Reply::Failed));
                return Ok(());
            };
            match reply(self.image, backend, operation, &line) {
                Ok(reply) => {
                    self.drive.answer_reply(reply);
                    return Ok(());
                }
                Err(reason) => say!("    {reason}"),
            }
        }
    }

    fn answer_dial(&mut self) -> anyhow::Result<()> {
        loop {
            let line = self.line("call> ")?.unwrap_or_else(|| "unavailable".to_owned());
            match FarEnd::from_word(&line) {
                Some(far) => {
                    self.drive.answer_dial(far);
                    return Ok(());
                }
                None => say!(
                    "    answers, `answers 1` (and presses a key), busy, no answer, unavailable, refused, redirected, failed"
                ),
            }
        }
    }

    fn line(&mut self, prompt: &str) -> anyhow::Result<Option<String>> {
        put!("{prompt}");
        std::io::stdout().flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            say!();
            return Ok(None);
        }
        Ok(Some(line.trim().to_owned()))
    }
}

fn wish(line: &str, in_writing: bool) -> Option<Wish> {
    match line {
        "" => return Some(Wish::Silence),
        "hang" | "hang up" | "quit" => return Some(Wish::HangUp),
        _ => {}
    }
    if let Some(time) = line.strip_prefix("wait ") {
        return length(time).map(Wish::Wait);
    }
    if let Some(text) = line.strip_prefix("say ").or(Some(line).filter(|_| in_writing)) {
        return Some(Wish::Tell(text.trim().into()));
    }
    let (signs, after) = match line.split_once('@') {
        Some((signs, after)) => (signs, length(after)?),
        None => (line, THINKS),
    };
    keys(signs).map(|keys| Wish::Press(after, keys))
}
