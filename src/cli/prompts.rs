//! `callwright prompts`: which recordings a program needs, which are missing, and making them.

mod build;
mod espeak;
mod level;
mod sounds;

use super::disk::DiskFiles;
use crate::program::Program;
use crate::server::Said;
use crate::source::Style;
use crate::speech::{self, Recording};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// Recordings: what a program needs, what is missing, and making it with a speech synthesizer.
#[derive(Args, Debug)]
pub struct PromptsArgs {
    #[command(subcommand)]
    command: Command,
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
        Command::List(args) => list(&args),
        Command::Build(args) => {
            let needed = needed(&args.place)?;
            args.place.refuse_others(&needed, args.again)?;
            build::build(needed, &args.place.folder(), &args.voice, args.again)
        }
    }
}

fn list(args: &ListArgs) -> anyhow::Result<()> {
    let folder = args.place.folder();
    let said = Said::read(&folder)?;
    let all = needed(&args.place)?.into_iter().map(|recording| {
        let state = state(&recording, &folder, &said);
        (recording, state)
    });
    let all: Vec<(Recording, State)> = all.collect();
    let wanted = |(_, state): &&(Recording, State)| !args.missing || *state != State::Ready;
    let shown: Vec<&(Recording, State)> = all.iter().filter(wanted).collect();
    if args.csv {
        return studio_script(&shown);
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

fn studio_script(shown: &[&(Recording, State)]) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(std::io::stdout().lock());
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
