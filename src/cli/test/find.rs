//! From the paths of the command line to programs and their files of scenarios.

use crate::cli::folder::straight;
use crate::simulator::ScenarioFile;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// A program, and the files of scenarios that are to run with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub program: PathBuf,
    pub files: Vec<PathBuf>,
}

/// The deepest folder in which programs are looked for.
const DEPTH: usize = 8;

/// The programs of all paths, each once, in the order of the paths.
pub fn programs(paths: &[PathBuf]) -> Result<Vec<Found>> {
    let mut all: Vec<Found> = Vec::new();
    for path in paths {
        let found = of_path(path)?;
        if found.iter().all(|found| found.files.is_empty()) {
            bail!("there are no scenarios in {}", path.display());
        }
        found.into_iter().for_each(|found| add(&mut all, found));
    }
    Ok(all)
}

fn add(all: &mut Vec<Found>, found: Found) {
    match all.iter_mut().find(|known| known.program == found.program) {
        Some(known) => {
            let new: Vec<PathBuf> =
                found.files.into_iter().filter(|file| !known.files.contains(file)).collect();
            known.files.extend(new);
        }
        None if found.files.is_empty() => {}
        None => all.push(found),
    }
}

fn of_path(path: &Path) -> Result<Vec<Found>> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !path.exists() {
        let name = path.display();
        bail!("there is no `{name}`; `--filter \"{name}\"` chooses scenarios by their names");
    }
    if path.is_dir() {
        return of_folder(path, 0);
    }
    match ending {
        "yaml" | "yml" => {
            let program = program_of(path)?;
            Ok(vec![Found { program, files: vec![path.to_owned()] }])
        }
        "flow" => {
            let folder = match path.parent() {
                Some(folder) if folder != Path::new("") => folder,
                Some(_) | None => Path::new("."),
            };
            Ok(vec![Found { files: scenario_files(folder)?, program: folder.to_owned() }])
        }
        _ => bail!("`{}` is no program, and no file of scenarios", path.display()),
    }
}

/// A program's folder, or those below it, and the files there that name their program.
fn of_folder(folder: &Path, depth: usize) -> Result<Vec<Found>> {
    if has_scripts(folder) {
        return Ok(vec![Found { program: folder.to_owned(), files: scenario_files(folder)? }]);
    }
    let mut found = Vec::new();
    for file in scenario_files(folder)? {
        if std::fs::read_to_string(&file).is_ok_and(|text| ScenarioFile::program_named(&text).is_some()) {
            found.push(Found { program: program_of(&file)?, files: vec![file] });
        }
    }
    if depth < DEPTH {
        let is_hidden =
            |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        for inner in entries(folder)?.into_iter().filter(|path| path.is_dir() && !is_hidden(path)) {
            found.extend(of_folder(&inner, depth + 1)?);
        }
    }
    found.retain(|found| !found.files.is_empty());
    Ok(found)
}

/// The program of a file of scenarios: the nearest folder around it that has scripts, else the one it names.
fn program_of(file: &Path) -> Result<PathBuf> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    if has_scripts(folder) {
        return Ok(folder.to_owned());
    }
    let above = folder.parent().filter(|_| folder.ends_with("scenarios"));
    let above = above.map(|folder| if folder == Path::new("") { Path::new(".") } else { folder });
    if let Some(folder) = above.filter(|folder| has_scripts(folder)) {
        return Ok(folder.to_owned());
    }
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let Some(named) = ScenarioFile::program_named(&text) else {
        bail!("{} does not say for which program it is: write `flow: DIR` into it", file.display());
    };
    let places = [folder.join(&named), PathBuf::from(&named)];
    match places.into_iter().find(|place| has_scripts(place)) {
        Some(place) => Ok(straight(&place)),
        None => bail!("{} is for the program `{named}`, which is not there", file.display()),
    }
}

fn has_scripts(folder: &Path) -> bool {
    let is_script = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "flow");
    folder.is_dir() && entries(folder).is_ok_and(|entries| entries.iter().any(is_script))
}

/// The scenario files of a program's folder, in the order of their names.
fn scenario_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    if folder.join("scenarios").is_dir() {
        paths.extend(yaml_files(&folder.join("scenarios"), |_| true)?);
    }
    let beside = |name: &str| name == "scenarios.yaml" || name.ends_with(".scenario.yaml");
    paths.extend(yaml_files(folder, beside)?);
    Ok(paths)
}

fn yaml_files(folder: &Path, fits: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let is_one = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        path.is_file() && (name.ends_with(".yaml") || name.ends_with(".yml")) && fits(name)
    };
    Ok(entries(folder)?.into_iter().filter(is_one).collect())
}

/// What is in a folder, in the order of the names.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths = Vec::new();
    for entry in read {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}
