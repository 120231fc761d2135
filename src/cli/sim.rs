//! `callwright sim`: a person plays the caller at the terminal, in virtual time.

use super::load::load;
use crate::engine::{Image, Reply};
use crate::program::{Caller, Channel, Record, Type};
use crate::simulator::{
    Arrival, Drive, FarEnd, Given, OpenQuestion, Transcript, World, keys, length, parse_value,
};
use crate::time::{DurationMs, Millis, Wall};
use anyhow::Context;
use clap::Args;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Plays a contact with a person at the terminal as the caller.
///
/// Time passes only while nobody has to decide: an hour of music costs nothing. At a `you>` type the keys to press, an
/// empty line to stay silent until something happens, `wait 5s`, `hang`, or `keys@2s` to press them 2 s from now.
#[derive(Args, Debug)]
pub struct SimArgs {
    /// The program's folder.
    pub program: PathBuf,
    /// Who calls; `anonymous` for a withheld number.
    #[arg(long)]
    pub from: String,
    /// What is dialled.
    #[arg(long)]
    pub to: String,
    /// When the contact arrives, as 2026-11-20T19:30:00+03:00; now if it is left out.
    #[arg(long)]
    pub at: Option<jiff::Timestamp>,
    /// How it arrives: call, sms, email, fax, chat.
    #[arg(long, default_value = "call")]
    pub channel: String,
    /// The text with which it arrives, where it is no call.
    #[arg(long)]
    pub text: Option<String>,
    /// What the world holds, as behind `given` in a scenario; a file of scenarios does as well.
    #[arg(long, value_name = "FILE.yaml")]
    pub given: Option<PathBuf>,
    /// Seed of random choices.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Stops at the beginning of each prompt as well, so that a key can cut it.
    #[arg(long)]
    pub interrupt: bool,
    /// Writes the journal there.
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
}

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

/// Runs the command.
pub fn run(args: SimArgs) -> anyhow::Result<ExitCode> {
    let (_, image) = load(&args.program)?;
    let channel = Channel::from_word(&args.channel).context("channels are call, sms, email, fax, chat")?;
    let mut world = World::asking();
    if let Some(path) = &args.given {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let given = Given::read_file(&path.display().to_string(), &text, &image);
        world.take(&given.map_err(|mistakes| anyhow::anyhow!("{mistakes}"))?);
    }
    let at = args.at.unwrap_or_else(jiff::Timestamp::now);
    let country = image.country.as_deref();
    let arrival = Arrival {
        at: Wall(at.as_millisecond()),
        channel,
        from: Caller::parse(&args.from, country),
        to: args.to.as_str().into(),
        message: args.text.as_deref().map(Into::into),
        language: None,
        priority: None,
        attested: false,
        seed: args.seed,
        task: None,
    };
    let drive = Drive::start(&image, world, arrival.contact("sim-1", country));
    let input = std::io::stdin().lock();
    let mut stage = Stage { image: &image, drive, input, shown: 0, prompts: 0, interrupt: args.interrupt };
    put!("{}", Transcript::new(&image, false).arrival(&stage.drive.journal().header.contact));
    stage.play()?;
    if let Some(path) = &args.journal {
        std::fs::write(path, stage.drive.journal().write()).with_context(|| path.display().to_string())?;
    }
    Ok(ExitCode::SUCCESS)
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

/// `ok amount=2021.00 RUB, other=…`, a status, `failed`, or `late`.
fn reply(image: &Image, backend: &str, operation: &str, line: &str) -> Result<Option<Reply>, String> {
    let declared = image.backends.iter().filter(|known| *known.name == *backend);
    let mut operations = declared.flat_map(|known| &known.operations);
    let Some(operation) = operations.find(|known| *known.name == *operation) else {
        return Ok(Some(Reply::Failed));
    };
    match line {
        "failed" => return Ok(Some(Reply::Failed)),
        "late" => return Ok(None),
        _ => {}
    }
    if let Some(status) = operation.statuses.iter().find(|status| ***status == *line) {
        return Ok(Some(Reply::Status(status.clone())));
    }
    let fields: Vec<String> = operation.reply.iter().map(|(name, kind)| format!("{name}={kind}")).collect();
    let mut words = vec![format!("ok {}", fields.join(", "))];
    words.extend(operation.statuses.iter().map(|status| status.to_string()));
    let usage = format!("{}, failed or late", words.join(", "));
    let Some(values) = line.strip_prefix("ok") else { return Err(usage) };
    let mut record = Record::new(&format!("{backend}.{}", operation.name), "");
    for pair in values.split(", ").map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(|| usage.clone())?;
        let kind = operation.reply.iter().find(|(known, _)| **known == *name.trim()).map(|(_, kind)| kind);
        let value = parse_value(value, kind.ok_or_else(|| usage.clone())?, image.country.as_deref())?;
        record.fields.insert(name.trim().into(), value);
    }
    let missing = |(name, kind): &&(crate::program::Text, Type)| {
        !record.fields.contains_key(name) && !matches!(kind, Type::Optional(_))
    };
    match operation.reply.iter().find(missing) {
        Some((name, _)) => Err(format!("`{name}` is missing: {usage}")),
        None => Ok(Some(Reply::Ok(Arc::new(record)))),
    }
}
