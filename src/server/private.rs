//! Files and folders that only whoever runs the server may read: they say who called, and what was said.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a folder, and those above it, where they are missing.
pub(super) fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes an empty file where there is none; what a database keeps beside it gets its rights.
pub(super) fn file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn nobody_else_reads_what_is_kept_and_what_stands_is_left_as_it_is() {
        let above = std::env::temp_dir().join(format!("callwright-private-{}", std::process::id()));
        let data = above.join("journals");
        let kept = data.join("crm.db");
        folder(&data).expect("made");
        file(&kept).expect("made");
        let rights = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!([rights(&above), rights(&data), rights(&kept)], [0o700, 0o700, 0o600]);

        std::fs::write(&kept, "kept").expect("written");
        folder(&data).expect("there");
        file(&kept).expect("there");
        assert_eq!(std::fs::read_to_string(&kept).expect("read"), "kept");
        std::fs::remove_dir_all(&above).expect("removed");
    }
}
