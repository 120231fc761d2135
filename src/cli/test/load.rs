//! Programs are compiled, and their scenarios read, on all processors; what is wrong is told in order.

use super::args::TestArgs;
use super::find::{self, Found};
use super::pool;
use crate::cli::load::{more, prepare, style};
use crate::engine::Image;
use crate::simulator::{Mistakes, ScenarioFile};
use anyhow::Result;
use std::sync::Arc;

/// A program that runs, and its scenarios.
#[derive(Debug)]
pub struct Suite {
    /// The program's folder, with a `/` behind it.
    pub folder: String,
    pub image: Arc<Image>,
    pub files: Vec<ScenarioFile>,
}

/// What is told on standard error, and the suite where nothing is wrong.
struct Loaded {
    told: String,
    suite: Option<Suite>,
}

/// All suites; `None` where something is wrong with one of them, which has been told by then.
pub fn suites(args: &TestArgs) -> Result<Option<Vec<Suite>>> {
    let found = find::programs(&args.paths)?;
    let mut suites = Vec::new();
    let mut is_wrong = false;
    let each = |_, loaded: Loaded| {
        eprint!("{}", loaded.told);
        is_wrong |= loaded.suite.is_none();
        suites.extend(loaded.suite);
        true
    };
    pool::in_order(&found, args.threads(), suite, each);
    Ok((!is_wrong).then_some(suites))
}

/// Loads one program with its scenarios.
fn suite(found: &Found) -> Loaded {
    let (mut told, prepared) = prepare(&found.program);
    let image = match prepared {
        Ok((_, image)) => image,
        Err(error) => {
            told.push_str(&format!("callwright: {error:#}\n"));
            return Loaded { told, suite: None };
        }
    };
    let mut files = Vec::new();
    for path in &found.files {
        match std::fs::read_to_string(path) {
            Ok(text) => match ScenarioFile::read(&path.display().to_string(), &text, &image) {
                Ok(file) => files.push(file),
                Err(mistakes) => told.push_str(&wrong(&mistakes)),
            },
            Err(error) => told.push_str(&format!("{}: {error}\n", path.display())),
        }
    }
    let folder = format!("{}/", found.program.display());
    let folder = folder.strip_prefix("./").unwrap_or(&folder).to_owned();
    let all = files.len() == found.files.len();
    Loaded { told, suite: all.then_some(Suite { folder, image, files }) }
}

/// Mistakes in a file, and where more is written about them.
fn wrong(mistakes: &Mistakes) -> String {
    let (diagnostics, _) = mistakes.diagnostics();
    format!("{}\n\n{}\n\n", mistakes.report(style()), more(&diagnostics))
}
