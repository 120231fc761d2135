//! `callwright prompts`: which recordings a program needs, which are missing, and making them.

mod build;
mod check;
mod espeak;
mod sounds;
mod speak;

use super::disk::DiskFiles;
use crate::program::Program;
use crate::server::{Config, Said, Synthesizer};
use crate::source::Style;
use crate::speech::{self, Recording};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// Recordings: what a program needs and is missing; a script for the studio; making them, checking them.
///
/// Without a command: lists what is missing or says something else.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct PromptsArgs {
    #[command(flatten)]
    missing: MissingArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args, Debug)]
struct MissingArgs {
    #[command(flatten)]
    place: Where,
    /// Writes what is to be recorded as a script for the studio: file, language, text, context and state, as CSV.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Lists the recordings with what each says, and marks those that are missing or say something else.
    List(ListArgs),
    /// Makes the recordings that are missing or say something else, by running espeak-ng.
    ///
    /// Speech is trimmed, brought to one loudness and written as WAV, 8 kHz, 16 bits, mono. A recording of which
    /// `said.csv` in that folder knows nothing is somebody else's, and is left alone unless `--again` is given.
    Build(BuildArgs),
    /// Checks the recordings that are there: rate, channels, loudness (EBU R128), clipping, silence.
    ///
    /// Every finding has its file and what to do. The exit status is 1 if there are any.
    Check(Where),
    /// Shows a prompt with its values, in every language: what a caller hears, and what a message holds.
    ///
    /// `callwright prompts say flows/bank balance_is sum="2021.00 RUB"`
    Say(speak::SayArgs),
}

#[derive(Args, Debug)]
struct Where {
    /// The program's folder: `flows/bank`. Without it: the words of all languages, and the sounds.
    program: Option<PathBuf>,
    /// The folder of recordings. Else `prompts` beside the scripts, or the nearest one above.
    #[arg(long, value_name = "DIR")]
    prompts: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct ListArgs {
    #[command(flatten)]
    place: Where,
    /// A script for a studio: file, language, text, context and state, as CSV.
    #[arg(long)]
    csv: bool,
    /// Only what is missing or says something else.
    #[arg(long)]
    missing: bool,
}

#[derive(Args, Debug)]
struct BuildArgs {
    #[command(flatten)]
    place: Where,
    /// Makes all of them again, whatever is there.
    #[arg(long)]
    again: bool,
    /// The synthesizer's voice for a language: `--voice ru=ru-lv --voice en=en-us`. Else the language itself.
    #[arg(long, value_name = "LANGUAGE=VOICE", value_parser = espeak::Voice::parse)]
    voice: Vec<espeak::Voice>,
    /// A server's settings: speaks with the synthesizer under `speech` there instead of espeak-ng.
    #[arg(long, value_name = "FILE", conflicts_with = "voice")]
    config: Option<PathBuf>,
}

impl Where {
    fn folder(&self) -> PathBuf {
        match (&self.prompts, &self.program) {
            (Some(prompts), _) => prompts.clone(),
            (None, Some(program)) => DiskFiles::new(program).prompts(),
            (None, None) => PathBuf::from("prompts"),
        }
    }
}

impl Where {
    /// Recordings of the same name in a folder that several programs share may be another program's: they are made anew
    /// only where the folder was named.
    fn refuse_others(&self, needed: &[Recording], again: bool) -> anyhow::Result<()> {
        let Some(program) = self.program.as_ref().filter(|_| self.prompts.is_none()) else { return Ok(()) };
        let (folder, own) = (self.folder(), DiskFiles::new(program).root().join("prompts"));
        let said = Said::read(&folder)?;
        let differs = |recording: &&Recording| state(recording, &folder, &said) == State::Changed;
        let changed = needed.iter().filter(differs).count();
        if own.is_dir() || (changed == 0 && !again) {
            return Ok(());
        }
        bail!(
            "{} of {} recordings in {} say something else, perhaps for another program: give this one a folder of its own \
            (mkdir {}), or name the folder with --prompts to make them anew",
            changed,
            needed.len(),
            folder.display(),
            own.display()
        )
    }
}

/// What is known of a recording that is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is there.
    Ready,
    /// There is no file.
    Missing,
    /// It was made of another text.
    Changed,
}

/// Runs the command.
pub fn run(args: PromptsArgs) -> anyhow::Result<()> {
    match args.command {
        None => missing(&args.missing),
        Some(Command::List(args)) => list(&args),
        Some(Command::Check(place)) => check(&place),
        Some(Command::Say(args)) => speak::run(&args),
        Some(Command::Build(args)) => {
            let needed = needed(&args.place)?;
            args.place.refuse_others(&needed, args.again)?;
            let speaker = speaker(&args)?;
            build::build(needed, &args.place.folder(), &speaker, args.again)
        }
    }
}

/// The synthesizer of a server's settings, or espeak-ng.
fn speaker(args: &BuildArgs) -> anyhow::Result<build::Speaker> {
    let Some(file) = &args.config else { return Ok(build::Speaker::Espeak(args.voice.clone())) };
    let config = Config::read(file)?;
    let speech = config.speech.with_context(|| format!("{} has no `speech`", file.display()))?;
    Ok(build::Speaker::Configured(Synthesizer::new(&speech, &config.data)?))
}

/// Lists what is to be recorded, and writes it down for the studio.
fn missing(args: &MissingArgs) -> anyhow::Result<()> {
    let folder = args.place.folder();
    let all = states(&args.place)?;
    let shown: Vec<&(Recording, State)> = all.iter().filter(|(_, state)| *state != State::Ready).collect();
    table(&shown);
    println!("{} of {} recordings are to be made in {}", shown.len(), all.len(), folder.display());
    if let Some(file) = &args.script {
        let mut csv = csv::Writer::from_writer(Vec::new());
        write_script(&shown, &mut csv)?;
        build::replace(file, &csv.into_inner()?)?;
        println!("the script for the studio is {}", file.display());
    }
    Ok(())
}

fn check(place: &Where) -> anyhow::Result<()> {
    let folder = place.folder();
    let needed = needed(place)?;
    let found = check::check(&needed, &folder, &Said::read(&folder)?)?;
    for check::Finding { file, what, fix } in &found {
        println!("{file}: {what}\n    {fix}");
    }
    match found.len() {
        0 => println!("{} recordings: nothing is wrong with those that are there", needed.len()),
        count => bail!("{count} findings in {}", folder.display()),
    }
    Ok(())
}

/// What is needed, and what is known of it.
fn states(place: &Where) -> anyhow::Result<Vec<(Recording, State)>> {
    let folder = place.folder();
    let said = Said::read(&folder)?;
    let with_state = |recording: Recording| {
        let state = state(&recording, &folder, &said);
        (recording, state)
    };
    Ok(needed(place)?.into_iter().map(with_state).collect())
}

fn list(args: &ListArgs) -> anyhow::Result<()> {
    let all = states(&args.place)?;
    let wanted = |(_, state): &&(Recording, State)| !args.missing || *state != State::Ready;
    let shown: Vec<&(Recording, State)> = all.iter().filter(wanted).collect();
    if args.csv {
        let mut csv = csv::Writer::from_writer(std::io::stdout().lock());
        return write_script(&shown, &mut csv);
    }
    table(&shown);
    let count = |wanted| all.iter().filter(|(_, state)| *state == wanted).count();
    let (ready, missing, changed) = (count(State::Ready), count(State::Missing), count(State::Changed));
    say!("{ready} ready, {missing} missing, {changed} with another text");
    Ok(())
}

fn table(shown: &[&(Recording, State)]) {
    let width = shown.iter().map(|(recording, _)| recording.key.len()).max().unwrap_or(0);
    for (recording, state) in shown {
        say!("{:<7}  {:<width$}  {}", state.word(), recording.key, recording.text);
    }
}

/// A script for the studio.
fn write_script<W: std::io::Write>(
    shown: &[&(Recording, State)],
    csv: &mut csv::Writer<W>,
) -> anyhow::Result<()> {
    csv.write_record(["file", "language", "text", "context", "state"])?;
    for (recording, state) in shown {
        let file = format!("{}.wav", recording.key);
        let language = recording.language.as_deref().unwrap_or_default();
        csv.write_record([&file, language, &recording.text, &recording.context, state.word()])?;
    }
    Ok(csv.flush()?)
}

fn state(recording: &Recording, prompts: &Path, said: &Said) -> State {
    match wav_path(prompts, &recording.key).is_file() {
        false => State::Missing,
        true if said.other_than(&recording.key, &recording.text).is_some() => State::Changed,
        true => State::Ready,
    }
}

fn wav_path(prompts: &Path, key: &str) -> PathBuf {
    prompts.join(format!("{key}.wav"))
}

/// What the program needs, or where none is named: all words and the sounds that can be made.
fn needed(place: &Where) -> anyhow::Result<Vec<Recording>> {
    let Some(folder) = &place.program else {
        let words = speech::LANGUAGES.into_iter().map(speech::vocabulary).collect::<Result<Vec<_>, _>>()?;
        return Ok(words.into_iter().flatten().chain(sounds::all()).collect());
    };
    let program = compiled(folder)?;
    for problem in speech::problems(&program) {
        eprintln!("not recorded: {problem}");
    }
    Ok(speech::recordings(&program).collect())
}

fn compiled(folder: &Path) -> anyhow::Result<Program> {
    if !folder.exists() {
        bail!("there is no program `{}`", folder.display());
    }
    let compiled = crate::language::compile(&DiskFiles::new(folder));
    let findings = compiled.report(Style::Plain);
    compiled.program.with_context(|| format!("`{}` does not compile\n{findings}", folder.display()))
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Ready => "ready",
            State::Missing => "missing",
            State::Changed => "changed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(text: &str) -> Recording {
        Recording {
            key: "ru/balance_is.1".to_owned(),
            language: Some("ru".into()),
            text: text.to_owned(),
            context: String::new(),
        }
    }

    #[test]
    fn a_recording_is_missing_then_ready_then_of_another_text() {
        let folder = std::env::temp_dir().join(format!("callwright-prompts-test-{}", std::process::id()));
        let now = |text: &str| state(&recording(text), &folder, &Said::read(&folder).unwrap());
        assert_eq!(now("На счёте"), State::Missing);
        build::replace(&wav_path(&folder, "ru/balance_is.1"), b"a sound").unwrap();
        assert_eq!(now("На счёте"), State::Ready, "somebody else's is believed");
        let mut said = Said::read(&folder).unwrap();
        said.insert("ru/balance_is.1", "На счёте, \"рублей\"");
        build::write_said(&said).unwrap();
        assert_eq!(now("На счёте, \"рублей\""), State::Ready);
        assert_eq!(now("На счёте"), State::Changed);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
