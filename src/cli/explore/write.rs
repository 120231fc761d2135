//! Findings as scenarios, and a set of scenarios that takes every exit.

use super::text::place;
use crate::cli::folder::seen_from;
use crate::engine::Image;
use crate::explore::{Explorer, Finding, Kind, Move, Report, Search, Story, told};
use crate::program::NodeId;
use crate::simulator::{Retold, Teller, Untold, is_red, scenario_file, shows};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Stands in every finding's file, so that the next run knows it for one.
const MADE: &str = "Made by `callwright explore --out`, which replaces it.";

/// The same file says what it is good for.
const RED: &str = "It fails until what was found is mended.";

/// What became of a finding: a scenario plays it, in a file where one was asked for, or data decides.
pub struct Told {
    /// Why no scenario was made up of which the engine takes the very way; nothing where one was.
    pub why: Option<String>,
    /// Where the scenario stands.
    pub file: Option<PathBuf>,
}

/// Retells each finding, and writes what can be played.
pub fn findings(image: &Arc<Image>, root: &Path, report: &Report, out: Option<&Path>) -> Result<Vec<Told>> {
    out.map_or(Ok(()), forget)?;
    let (mut all, mut teller) = (Vec::new(), Teller::default());
    for (index, finding) in report.findings.iter().enumerate() {
        let message = finding.message(image);
        let retold = teller.retell(image, &finding.story, &message);
        let retold = retold.and_then(|retold| match shows(image, &retold, finding) {
            true => Ok(retold),
            false => Err(Untold::Unseen),
        });
        let file = match (&retold, out) {
            (Ok(retold), Some(folder)) => {
                let name = format!("{:02}-{}.scenario.yaml", index + 1, finding.word());
                let remark = format!("{}: {message}\n{MADE}", place(image, root, finding.node));
                let must = expected(image, finding).map(|must| retold.expecting(&must));
                let must = must.filter(|must| is_red(image, must));
                let remark = if must.is_some() { format!("{remark}\n{RED}") } else { remark };
                let scenarios = [must.unwrap_or_else(|| retold.clone())];
                Some(write((root, folder), &name, &remark, &scenarios)?)
            }
            (Ok(_), None) | (Err(_), _) => None,
        };
        let why = retold.err().map(|untold| reason(image, root, &untold));
        all.push(Told { why, file });
    }
    Ok(all)
}

/// What a finding's call must be once it is mended; nothing where only its path shows what is wrong.
fn expected(image: &Image, finding: &Finding) -> Option<String> {
    match &finding.kind {
        Kind::Promise(at, _) => {
            let promise = image.promises.get(*at)?;
            Some(format!("promise: {}", serde_json::to_string(&*promise.text).ok()?))
        }
        Kind::Symptom(_) | Kind::Loop => Some("sound: yes".into()),
        // The engine cuts off what lasts four hours.
        Kind::Endless => Some("duration: { at most: 3h }".into()),
        Kind::Secret(_) => None,
    }
}

/// Why a way was not made a scenario, in a sentence.
fn reason(image: &Image, root: &Path, untold: &Untold) -> String {
    let word = |node: NodeId| image.node(node).verb.spec().word;
    match untold {
        Untold::Unwritten(node) => {
            format!("nothing was made up for `{}` at {}", word(*node), place(image, root, *node))
        }
        Untold::Strays(node, exit) => {
            let place = place(image, root, *node);
            format!("with all that was made up, `{}` at {place} does not end by `{exit}`", word(*node))
        }
        Untold::Unseen => {
            "the call that was made up takes this way, and what was found is not seen on it".into()
        }
        Untold::Ends => "the call that was made up takes this way, and ends otherwise".into(),
    }
}

/// Takes the findings of an earlier run away; what somebody else wrote stays.
fn forget(folder: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for path in entries.flatten().map(|entry| entry.path()) {
        let is_scenario = path.to_string_lossy().ends_with(".scenario.yaml");
        let is_ours = |text: String| text.lines().take_while(|line| line.starts_with('#')).any(is_mark);
        if is_scenario && std::fs::read_to_string(&path).is_ok_and(is_ours) {
            std::fs::remove_file(&path)
                .with_context(|| format!("{} cannot be taken away", path.display()))?;
        }
    }
    Ok(())
}

fn is_mark(line: &str) -> bool {
    line.strip_prefix("# ") == Some(MADE)
}

/// Writes a file of scenarios for the program in `root`, so that it runs wherever it stands.
fn write((root, folder): (&Path, &Path), name: &str, remark: &str, scenarios: &[Retold]) -> Result<PathBuf> {
    let path = folder.join(name);
    std::fs::create_dir_all(folder)
        .and_then(|()| {
            let program = seen_from(folder, root);
            std::fs::write(&path, scenario_file(remark, &program.to_string_lossy(), scenarios))
        })
        .with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}

/// Until it is known which of them are written.
const NAMELESS: &str = "tour";

/// Calls that are played at most for a set that takes every exit.
const PLAYS: usize = 20_000;

/// Writes scenarios that together take every exit that can be played, the longest ways first: they take many.
pub fn generate(
    image: &Arc<Image>,
    root: &Path,
    explorer: &Explorer<'_>,
    search: &Search<'_>,
    folder: &Path,
) -> Result<String> {
    let known = search.exits();
    let all: BTreeSet<Move> = known.iter().filter_map(last).collect();
    let (mut why, mut teller) = (BTreeMap::new(), Teller::default());
    // As each is told first: what is tried for later ways may not do for it.
    let mut told_first: BTreeMap<Move, Retold> = BTreeMap::new();
    let (bar, mut played) = (super::progress(), 0);
    let mut ways = explorer.tour(all.clone(), PLAYS, |way| {
        played += 1;
        bar.set_message(format!("{played} calls played"));
        bar.tick();
        let exit = last(way).filter(|exit| all.contains(exit));
        match teller.retell(image, way, NAMELESS) {
            Ok(retold) => {
                exit.map(|exit| told_first.entry(exit).or_insert(retold));
                Ok(())
            }
            Err(untold) => {
                let node = untold.node();
                exit.map(|exit| why.entry(exit).or_insert(untold));
                Err(node)
            }
        }
    });
    bar.finish_and_clear();
    ways.sort_by_key(|way| std::cmp::Reverse(way.steps.len()));
    let (mut taken, mut scenarios, mut names) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
    for way in &ways {
        let Some(exit) = last(way).filter(|exit| !taken.contains(exit)) else { continue };
        let Some(retold) = told_first.get(&exit) else { continue };
        let what = told(image, exit).unwrap_or_else(|| image.node(exit.node).verb.spec().word.into());
        let at = &image.node(exit.node).place;
        let mut name = format!("{what}, {}:{}", at.path, at.line);
        while !names.insert(name.clone()) {
            name.push('+');
        }
        taken.extend(way.steps.iter().map(|step| step.mv.plain()));
        scenarios.push(retold.named(&name));
    }
    let covered = all.intersection(&taken).count();
    let remark = "Every exit that can be taken, at least once. Made by `callwright explore --generate`.";
    let file = write((root, folder), "exits.scenario.yaml", remark, &scenarios)?;
    let left = all.difference(&taken).map(|exit| unplayed(image, root, *exit, why.get(exit)));
    let told =
        format!("{}: {} scenarios take {covered} of {} exits", file.display(), scenarios.len(), all.len());
    Ok(left.fold(told, |told, line| told + "\n" + line.as_str()))
}

fn unplayed(image: &Image, root: &Path, exit: Move, why: Option<&Untold>) -> String {
    let what = told(image, exit).unwrap_or_else(|| image.node(exit.node).verb.spec().word.into());
    let why = why.map_or("no call that was made up comes to it".into(), |why| reason(image, root, why));
    let flow = &image.flow(image.node(exit.node).flow).name;
    format!("{}: {what} in flow {flow}: possible, but {why}", place(image, root, exit.node))
}

/// The exit that a way ends with.
fn last(way: &Story) -> Option<Move> {
    way.steps.last().map(|step| step.mv.plain())
}
