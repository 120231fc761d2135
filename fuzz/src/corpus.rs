//! Inputs that reached something new once: one file a target, `kept/TARGET.pack`, in which each stands behind its length (four
//! octets, the highest first).

use std::path::{Path, PathBuf};

/// The most that is kept for a target, in octets: the shortest inputs, which mostly reach what the longer ones do.
const MOST: usize = 128 << 10;

/// Where a target's inputs are kept, below the folder of this package.
pub fn path(package: &Path, target: &str) -> PathBuf {
    package.join("kept").join(format!("{target}.pack"))
}

/// What is kept for a target; nothing where nothing has been.
///
/// # Panics
/// Where the file ends within an input.
pub fn kept(package: &Path, target: &str) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path(package, target)).unwrap_or_default();
    let mut rest = &bytes[..];
    let mut inputs = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = u32::from_be_bytes(*length) as usize;
        let (input, after) = after.split_at_checked(length).expect("a pack holds whole inputs");
        inputs.push(input.to_vec());
        rest = after;
    }
    assert!(rest.is_empty(), "a pack holds whole inputs");
    inputs
}

/// The same inputs as a file, the shortest first, as many as there is room for.
pub fn packed(mut inputs: Vec<Vec<u8>>) -> Vec<u8> {
    inputs.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    inputs.dedup();
    let mut pack = Vec::new();
    for input in inputs {
        let Ok(length) = u32::try_from(input.len()) else { break };
        if pack.len() + input.len() > MOST {
            break;
        }
        pack.extend_from_slice(&length.to_be_bytes());
        pack.extend_from_slice(&input);
    }
    pack
}
