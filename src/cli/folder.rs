//! Where a program's folder lies, seen from a file that was written for it.

use std::path::{Component, Path, PathBuf};

/// The folder as a file in another one names it: relative, where both can be looked up.
pub fn seen_from(folder: &Path, program: &Path) -> PathBuf {
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    let (Ok(from), Ok(to)) = (folder.canonicalize(), program.canonicalize()) else {
        return program.to_owned();
    };
    let shared = from.components().zip(to.components()).take_while(|(one, other)| one == other).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(shared)).collect();
    if way == Path::new("") { PathBuf::from(".") } else { way }
}

/// A path without its detours: `found/../flows` is `flows`, where that is the same folder.
pub fn straight(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        let goes_back = part == Component::ParentDir
            && matches!(short.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            _ if goes_back => drop(short.pop()),
            other => short.push(other),
        }
    }
    if short == Path::new("") {
        short.push(".");
    }
    let is_same = short.canonicalize().ok().is_some_and(|there| path.canonicalize().ok() == Some(there));
    if is_same { short } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_from_where_a_file_stands() {
        let seen = |from: &str, to: &str| seen_from(Path::new(from), Path::new(to));
        assert_eq!(seen("src/cli", "src/engine"), Path::new("../engine"));
        assert_eq!(seen("", "src"), Path::new("src"));
        assert_eq!(seen("src", "src"), Path::new("."));
    }

    #[test]
    fn a_detour_is_left_out() {
        assert_eq!(straight(Path::new("src/../tests")), Path::new("tests"));
        assert_eq!(straight(Path::new("./src")), Path::new("src"));
        assert_eq!(straight(Path::new("..")), Path::new(".."));
    }
}
