//! Writes the seeds of all targets, and what was kept of earlier runs (`kept/`), below a folder, a folder each, for libFuzzer to begin with: `seeds corpus`.

use callwright_fuzz::{TARGETS, corpus};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: seeds FOLDER");
        return ExitCode::from(2);
    };
    match write(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> std::io::Result<()> {
    for target in TARGETS {
        let own = folder.join(target.name);
        std::fs::create_dir_all(&own)?;
        let kept = corpus::kept(Path::new(env!("CARGO_MANIFEST_DIR")), target.name);
        for (n, seed) in (target.seeds)().iter().chain(&kept).enumerate() {
            std::fs::write(own.join(format!("seed-{n}")), seed)?;
        }
    }
    Ok(())
}
