//! `callwright sim`: a person plays the caller, in virtual time.
//!
//! | file | job |
//! |---|---|
//! | `stage` | the contact, step by step and back, with all that a person can do to it |
//! | `input` | what a key of the keyboard means |
//! | `screen`, `panes` | what is drawn |
//! | `terminal` | the real terminal: taken, read, given back |
//! | `plain` | line by line |
//! | `answers` | what a person answers for a backend |

mod answers;
mod input;
mod panes;
mod plain;
mod screen;
mod stage;
mod terminal;

use super::load::load;
use crate::engine::Image;
use crate::program::{Caller, Channel};
use crate::simulator::{Act, Arrival, Drive, Given, Scenario, ScenarioFile, World, rehearse};
use crate::time::{Millis, Wall};
use anyhow::Context;
use clap::Args;
pub use input::press;
pub use screen::draw;
pub use stage::Stage;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Plays a contact with a person as the caller, in virtual time: on a screen with keypad, script and variables.
///
/// On the screen digits are keys of the telephone, the space bar lets the next thing happen, `b` steps back, `?` shows all.
///
/// Where the standard input or output is no terminal, and with `--plain`, it goes line by line. Time passes only while nobody has
/// to decide: an hour of music costs nothing. At a `you>` type the keys to press, an empty line to stay silent until something
/// happens, `wait 5s`, `hang`, or `keys@2s` to press them 2 s from now.
#[derive(Args, Debug)]
pub struct SimArgs {
    /// The program's folder.
    pub program: PathBuf,
    /// Who calls; `anonymous` for a withheld number.
    #[arg(long, required_unless_present = "play")]
    pub from: Option<String>,
    /// What is dialled.
    #[arg(long, required_unless_present = "play")]
    pub to: Option<String>,
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
    /// Goes line by line, on a terminal as well.
    #[arg(long)]
    pub plain: bool,
    /// Plays a scenario on the screen; the space bar does the caller's next step.
    #[arg(long, value_name = "FILE.yaml")]
    pub play: Option<PathBuf>,
    /// Which of the file's scenarios; the first whose name holds this text.
    #[arg(long, value_name = "TEXT", requires = "play")]
    pub scenario: Option<String>,
    /// Stops where the script stands at this line: `main.flow:12`; may be given several times.
    #[arg(long = "break", value_name = "SCRIPT:LINE")]
    pub breaks: Vec<String>,
}

/// Runs the command.
pub fn run(args: SimArgs) -> anyhow::Result<ExitCode> {
    let (files, image) = load(&args.program)?;
    let (drive, acts) = match &args.play {
        Some(path) => rehearsed(&image, path, args.scenario.as_deref())?,
        None => (arrives(&image, &args)?, Vec::new()),
    };
    let is_plain = args.plain || !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal();
    let drive = match is_plain {
        true if args.play.is_some() => plain::rehearsal(&image, drive, acts),
        true => plain::play(&image, drive, args.interrupt)?,
        false => {
            let mut stage = Stage::new(image.clone(), files.root().to_owned(), drive, acts);
            args.breaks.iter().try_for_each(|place| stage.break_at(place)).map_err(anyhow::Error::msg)?;
            terminal::play(stage)?
        }
    };
    if let Some(path) = &args.journal {
        std::fs::write(path, drive.journal().write()).with_context(|| path.display().to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A contact as the arguments say it.
fn arrives(image: &Arc<Image>, args: &SimArgs) -> anyhow::Result<Drive> {
    let channel = Channel::from_word(&args.channel).context("channels are call, sms, email, fax, chat")?;
    let mut world = World::asking();
    if let Some(path) = &args.given {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let given = Given::read_file(&path.display().to_string(), &text, image);
        world.take(&given.map_err(|mistakes| anyhow::anyhow!("{mistakes}"))?);
    }
    let at = args.at.unwrap_or_else(jiff::Timestamp::now);
    let country = image.country.as_deref();
    let arrival = Arrival {
        at: Wall(at.as_millisecond()),
        channel,
        from: Caller::parse(args.from.as_deref().unwrap_or("anonymous"), country),
        to: args.to.as_deref().unwrap_or_default().into(),
        message: args.text.as_deref().map(Into::into),
        language: None,
        priority: None,
        attested: false,
        seed: args.seed,
        task: None,
    };
    Ok(Drive::start(image, world, arrival.contact("sim-1", country)))
}

/// The last contact of a scenario before its first step, and what its caller does.
fn rehearsed(
    image: &Arc<Image>,
    path: &Path,
    name: Option<&str>,
) -> anyhow::Result<(Drive, Vec<(Millis, Act)>)> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| shown.clone())?;
    let file = ScenarioFile::read(&shown, &text, image).map_err(|mistakes| anyhow::anyhow!("{mistakes}"))?;
    let wanted = |scenario: &&Scenario| name.is_none_or(|name| scenario.name.contains(name));
    let scenario = file.scenarios.iter().find(wanted).context("no scenario has this in its name")?;
    rehearse(image, scenario).context("nobody arrives in this scenario")
}
