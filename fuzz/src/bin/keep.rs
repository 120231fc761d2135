//! Keeps what libFuzzer found worth keeping: `keep FOLDER` packs `FOLDER/TARGET/*`, and what was kept before, into `kept/TARGET.pack`.

use callwright_fuzz::{TARGETS, corpus};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: keep FOLDER");
        return ExitCode::from(2);
    };
    match keep(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn keep(folder: &Path) -> std::io::Result<()> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    for target in TARGETS {
        let own = folder.join(target.name);
        if !own.is_dir() {
            continue;
        }
        let mut inputs = corpus::kept(package, target.name);
        for file in std::fs::read_dir(own)? {
            inputs.push(std::fs::read(file?.path())?);
        }
        let (found, pack) = (inputs.len(), corpus::packed(inputs));
        let path = corpus::path(package, target.name);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(&path, &pack)?;
        println!("{:12} {found:>7} inputs, {:>7} octets kept", target.name, pack.len());
    }
    Ok(())
}
